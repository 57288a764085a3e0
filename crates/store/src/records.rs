//! What is remembered, as the rest of the program reads it. Records do not serialise to the wire.

mod brought;
mod emoji;
mod files;
mod previews;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use parlor_protocol::people::Settings;
use parlor_protocol::preferences::Preferences;
use parlor_protocol::rooms::{RoomKind, RoomStyle};
use parlor_protocol::told::Said;
use parlor_protocol::workspace::Door;
use parlor_protocol::{Code, InviteId, Nonce, Quoted, Role, RoomId, Seq, SessionId, UserId};

use crate::entries::RoomEntry;

pub use self::brought::{Forwarded, Poll, PollOption, PollTally};
pub use self::emoji::Emoji;
pub use self::files::{CondemnedFile, File, KeptFile, PostedFile, Upload};
pub use self::previews::{PicturePlace, Preview, Previewable};

/// The workspace, once it was set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Its name.
    pub name: String,
    /// How people get in without being invited one by one.
    pub door: Door,
    /// The room that everyone who comes in joins.
    pub lobby: RoomId,
    /// Token of the standing link; it works while the door is `Link`.
    pub standing: String,
    /// How often its custom emoji were changed.
    pub emoji: u32,
}

/// A user: a person, a guest or a bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The user's id.
    pub id: UserId,
    /// Unique name in lower case.
    pub username: String,
    /// Display name.
    pub name: String,
    /// Role in the workspace.
    pub role: Role,
    /// Whether this is a program.
    pub bot: bool,
    /// Whether the account is disabled.
    pub disabled: bool,
    /// Name of the picture's file, if there is one.
    pub avatar: Option<String>,
    /// Status text; may be empty.
    pub status: String,
    /// When the user was last connected, in milliseconds since 1970; `None` if never.
    pub seen_at_ms: Option<u64>,
}

/// What is needed to check a password.
#[derive(Clone)]
pub struct Credentials {
    /// Whose.
    pub user: User,
    /// The password's hash (a PHC string); `None` for guests and bots.
    pub password: Option<String>,
}

/// A session that is valid now, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Names the session.
    pub session: SessionId,
    /// Who is signed in.
    pub user: User,
    /// When the session ends at the latest, in milliseconds since 1970; `None` for a bot's token.
    pub ends_at_ms: Option<u64>,
}

/// A session in its user's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Names the session.
    pub id: SessionId,
    /// What the device called itself.
    pub device: String,
    /// When it signed in, in milliseconds since 1970.
    pub created_at_ms: u64,
    /// When it was last seen, in milliseconds since 1970.
    pub seen_at_ms: u64,
}

/// An invite that still works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    /// Names it in lists.
    pub id: InviteId,
    /// Who made it.
    pub by: UserId,
    /// Role of those who accept.
    pub role: Role,
    /// A room that those who accept join too.
    pub room: Option<RoomId>,
    /// When it ends, in milliseconds since 1970.
    pub expires_at_ms: u64,
    /// How often it still works; `None` without a limit.
    pub uses_left: Option<u32>,
    /// How many came with it.
    pub used: u32,
}

/// What a link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitePreview {
    /// Name of the workspace.
    pub workspace: String,
    /// Display name of who invites; `None` for the standing link.
    pub by: Option<String>,
    /// Role of those who accept.
    pub role: Role,
    /// Name of the room it leads to.
    pub room: Option<String>,
}

/// A link, as somebody who has its token sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// It works, and leads here.
    Leads(InvitePreview),
    /// It has expired, was used up or was revoked, or its door is closed.
    Over,
}

/// A room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// Its id.
    pub id: RoomId,
    /// Who can find and enter it.
    pub kind: RoomKind,
    /// How it is shown and who writes in it.
    pub style: RoomStyle,
    /// Its name; empty for direct rooms.
    pub name: String,
    /// Its topic; may be empty.
    pub topic: String,
    /// Whether guests may join it.
    pub guests: bool,
    /// Whether it is archived: readable, not writable.
    pub archived: bool,
    /// Whether links in it get previews.
    pub previews: bool,
    /// How many members it has.
    pub members: u32,
    /// The people of a direct room, in the order of their ids; empty for others.
    pub people: Vec<UserId>,
}

/// A room in a list, with whether the one who asks is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomListing {
    /// The room.
    pub room: Room,
    /// Whether the one who asks is a member.
    pub joined: bool,
}

/// A user's membership in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The room.
    pub room: Room,
    /// The member.
    pub user: UserId,
    /// Effective role: the greater of the room's and the workspace's, where the latter counts from moderator up.
    pub role: Role,
    /// Everything up to here is read.
    pub marker: Seq,
    /// Seq of the room's last entry.
    pub head: Seq,
}

/// A member in a room's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub user: User,
    /// Role in the room: guest, member or moderator.
    pub role: Role,
}

/// Some of a sorted list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice<T> {
    /// These.
    pub items: Vec<T>,
    /// Whether there are more after them.
    pub more: bool,
}

/// A message as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The room.
    pub room: RoomId,
    /// Its place in the room's log.
    pub seq: Seq,
    /// Who wrote it.
    pub by: UserId,
    /// When it was written, in milliseconds since 1970.
    pub at_ms: u64,
    /// The text; empty once deleted.
    pub text: MessageText,
    /// The message it answers.
    pub reply_to: Option<Seq>,
    /// Its files; none once deleted.
    pub files: Vec<File>,
    /// What its links lead to; nothing once deleted.
    pub previews: Vec<Preview>,
    /// The message that it passes on; none once deleted.
    pub forwarded: Option<Forwarded>,
    /// The poll that it asks; none once deleted.
    pub poll: Option<Poll>,
    /// The thread that it is a reply in.
    pub thread: Option<InThread>,
    /// What came of it, if it is the root of a thread.
    pub replies: Option<ThreadSummary>,
    /// When it was edited last, in milliseconds since 1970.
    pub edited_at_ms: Option<u64>,
    /// Whether it was deleted.
    pub deleted: bool,
    /// Whether it is pinned.
    pub pinned: bool,
    /// Reactions in the order of their first use.
    pub reactions: Vec<Reaction>,
    /// Seq of the last entry that changed this message.
    pub rev: Seq,
    /// The author's nonce.
    pub nonce: Nonce,
}

/// How a reply stands in a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InThread {
    /// The root message.
    pub root: Seq,
    /// Whether it stands in the room's timeline as well.
    pub in_room: bool,
}

/// What came of the root of a thread: a function of the room's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadSummary {
    /// How many replies it has; deleted ones do not count.
    pub count: u32,
    /// Seq of the reply that was written last, also if it was deleted since.
    pub last: Seq,
    /// When that was, in milliseconds since 1970.
    pub last_at_ms: u64,
    /// The first who have replied, in the order of their first reply.
    pub people: Vec<UserId>,
}

/// Where a user stands in a thread that they follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Followed {
    /// The root message.
    pub thread: Seq,
    /// Replies of others after the marker.
    pub unread: Unread,
}

/// A followed thread in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadListing {
    /// Its root.
    pub root: Message,
    /// The last reply, unless it was deleted.
    pub last: Option<Message>,
    /// Where the user stands in it.
    pub unread: Unread,
}

/// Some of the threads that a user follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Threads {
    /// The one with the latest reply first.
    pub threads: Vec<ThreadListing>,
    /// Where the next page starts; `None` on the last one.
    pub next: Option<ListCursor>,
}

/// The text of a message and what follows from it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MessageText {
    /// The source.
    pub text: Quoted,
    /// The source as safe HTML. A single plain paragraph (`<p>`, the source as it is, `</p>`) costs nothing to keep.
    pub html: Quoted,
    /// Users named in it.
    pub mentions: Vec<UserId>,
    /// Whether it calls everyone in the room.
    pub mentions_room: bool,
}

/// What a message said from one time on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Seq of the entry that brought it.
    pub seq: Seq,
    /// Since when, in milliseconds since 1970.
    pub at_ms: u64,
    /// The text.
    pub text: MessageText,
}

/// A page of a user's saved messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The one saved last comes first.
    pub messages: Vec<Message>,
    /// Where the next page starts; `None` on the last one.
    pub next: Option<Seq>,
}

/// One emoji on a message and who put it there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// Who, in the order of time.
    pub users: Vec<UserId>,
}

/// What there are thousands of, lent to be told.
#[derive(Debug)]
pub enum Lent<'a, T> {
    /// A message that brings nothing but words, as it was written, and as it is kept.
    Said(Said<'a>),
    /// Anything else.
    Whole(T),
}

/// One row of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A message as it is now.
    Message(Message),
    /// A line: somebody came or went, the room changed.
    Line(RoomEntry),
}

/// What there is around the items of a page of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Whether there are items before the first.
    pub more_before: bool,
    /// Whether there are items after the last.
    pub more_after: bool,
    /// Messages that items answer and that are not on the page, by seq.
    pub quoted: Vec<Message>,
    /// The room's head when the page was read.
    pub head: Seq,
}

/// Where a user stands in a room: a function of the read marker and the log up to `head`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unread {
    /// Everything up to here is read.
    pub marker: Seq,
    /// Messages of others after the marker.
    pub unread: u32,
    /// Those among them that mention the user or the room, and in direct rooms all of them.
    pub mentions: u32,
    /// The log's head that was counted up to.
    pub head: Seq,
}

/// A durable write was done: it is on disk at this place of the room's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Written {
    /// The room.
    pub room: RoomId,
    /// Seq of the entry itself, or the log's head when there was nothing to change.
    pub seq: Seq,
}

/// Messages that a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Newest first; those with the words as such before those with words inside of others.
    pub messages: Vec<Message>,
    /// From where on the words are inside of others; `None` if nowhere.
    pub inside_from: Option<usize>,
    /// Where the next page starts; `None` on the last one.
    pub next: Option<FoundCursor>,
    /// Whether the time was over before everything was looked at.
    pub cut: bool,
}

/// A place between two messages of a list whose newest come first. Clients carry its text form ([`Display`](fmt::Display), [`FromStr`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListCursor {
    /// Time of the last one before it, in milliseconds since 1970.
    pub(crate) at_ms: u64,
    /// Key of the last one before it.
    pub(crate) key: i64,
}

impl fmt::Display for ListCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at_ms, self.key)
    }
}

impl FromStr for ListCursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (at_ms, key) = text.split_once('.').ok_or(())?;
        Ok(Self { at_ms: at_ms.parse().map_err(drop)?, key: key.parse().map_err(drop)? })
    }
}

/// A place between two found messages. Clients carry its text form, as that of a [`ListCursor`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundCursor {
    /// Time of the last message found, in milliseconds since 1970.
    pub(crate) at_ms: u64,
    /// Key of the last message found.
    pub(crate) key: i64,
    /// Whether it has words inside of others.
    pub(crate) inside: bool,
}

impl fmt::Display for FoundCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.at_ms, self.key, u8::from(self.inside))
    }
}

impl FromStr for FoundCursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (place, inside) = text.rsplit_once('.').ok_or(())?;
        let ListCursor { at_ms, key } = place.parse()?;
        Ok(Self { at_ms, key, inside: inside == "1" })
    }
}

/// A user's own state outside of rooms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mine {
    /// Head of the user's own log.
    pub head: Seq,
    /// Settings.
    pub settings: Settings,
    /// Saved messages by room.
    pub saved: BTreeMap<RoomId, Vec<Seq>>,
    /// What they want of their rooms.
    pub preferences: Preferences,
    /// Drafts.
    pub drafts: Vec<Draft>,
}

/// A text that a user began and has not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Where it is to be said.
    pub room: RoomId,
    /// The message whose thread it is to be said in.
    pub thread: Option<Seq>,
    /// The text as it was typed; empty when there is no draft any more.
    pub text: String,
    /// The message it answers.
    pub reply_to: Option<Seq>,
}

/// A message that is sent later. Its nonce names it among its author's, and becomes the message's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheduled {
    /// The nonce.
    pub nonce: Nonce,
    /// Where it is to be said.
    pub room: RoomId,
    /// Source text, normalised.
    pub text: String,
    /// The message it answers.
    pub reply_to: Option<Seq>,
    /// When it is sent, in milliseconds since 1970.
    pub at_ms: u64,
    /// Why it could not be sent when it was due.
    pub failed: Option<Code>,
}

/// Something a user wants to be reminded of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    /// Names it among its owner's.
    pub nonce: Nonce,
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// What of.
    pub text: String,
    /// The message: its room and its seq.
    pub message: Option<(RoomId, Seq)>,
    /// Whether its time has come.
    pub due: bool,
}

/// What has to be done because its time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// A message of this user is to be sent.
    Message(UserId, Scheduled),
    /// This user is to be reminded.
    Reminder(UserId, Nonce),
}
