//! Entries: the durable changes of a room's log and of a user's own log, and what else is told after a commit.

use parlor_protocol::catchup::PutAway;
use parlor_protocol::live::Ended;
use parlor_protocol::people::Settings;
use parlor_protocol::preferences::{Folder, RoomPreference};
use parlor_protocol::rooms::RoomStyle;
use parlor_protocol::{Nonce, Role, RoomId, Seq, SessionId, UserId};

use crate::records::{
    Draft, File, Forwarded, InThread, MessageText, Poll, PollTally, Preview, Reminder, Scheduled, User,
    Workspace,
};

/// One durable change in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomEntry {
    /// The room.
    pub room: RoomId,
    /// Its place in the room's log: 1, 2, 3 … without gaps.
    pub seq: Seq,
    /// When it was written, in milliseconds since 1970. Never less than an earlier entry's.
    pub at_ms: u64,
    /// Who did it.
    pub by: UserId,
    /// What happened.
    pub body: RoomBody,
}

/// What happened in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoomBody {
    /// The room was created: always seq 1.
    RoomCreated {
        /// Name at the time.
        name: String,
    },
    /// The room changed.
    RoomChanged {
        /// What changed.
        change: RoomChange,
    },
    /// Somebody is a member now; added when `by` is somebody else.
    MemberJoined {
        /// Who.
        user: UserId,
        /// Role in the room.
        role: Role,
    },
    /// Somebody is no member any more; removed when `by` is somebody else.
    MemberLeft {
        /// Who.
        user: UserId,
    },
    /// A member's role in the room changed.
    MemberChanged {
        /// Who.
        user: UserId,
        /// The new role.
        role: Role,
    },
    /// A message was written. Once it is deleted, a replay has an empty text and nothing with it.
    MessageCreated {
        /// The text.
        text: MessageText,
        /// The message it answers.
        reply_to: Option<Seq>,
        /// Its files.
        files: Vec<File>,
        /// The message that it passes on.
        forwarded: Option<Forwarded>,
        /// The poll that it begins.
        poll: Option<Poll>,
        /// The thread that it is a reply in.
        thread: Option<InThread>,
        /// The author's nonce.
        nonce: Nonce,
    },
    /// A message has a new text. Once the message is deleted, a replay has an empty text.
    MessageEdited {
        /// Which message.
        message: Seq,
        /// The new text.
        text: MessageText,
        /// The root of the thread that it is a reply in.
        thread: Option<Seq>,
    },
    /// A message was deleted: its text is gone everywhere, its slot stays.
    MessageDeleted {
        /// Which message.
        message: Seq,
        /// Who had written it.
        author: UserId,
        /// The root of the thread that it was a reply in.
        thread: Option<Seq>,
    },
    /// The previews of a message's links are these now. A replay has only the last ones.
    MessagePreviewed {
        /// Which message.
        message: Seq,
        /// In the order of the links.
        previews: Vec<Preview>,
    },
    /// `by` pinned a message.
    MessagePinned {
        /// Which message.
        message: Seq,
    },
    /// `by` took a message off the pins.
    MessageUnpinned {
        /// Which message.
        message: Seq,
    },
    /// `by` put an emoji on a message.
    ReactionAdded {
        /// Which message.
        message: Seq,
        /// The emoji.
        emoji: String,
    },
    /// `by` took their emoji off a message.
    ReactionRemoved {
        /// From which message.
        message: Seq,
        /// The emoji.
        emoji: String,
    },
    /// `by` voted in a poll, in the place of what they had chosen before; where names are hidden, `by` is who began it.
    PollVoted {
        /// The message with the poll.
        message: Seq,
        /// What `by` has chosen now; empty where names are hidden.
        choices: Vec<u8>,
        /// How the poll stands now; only where names are hidden.
        tally: Option<PollTally>,
    },
    /// `by` closed a poll.
    PollClosed {
        /// The message with the poll.
        message: Seq,
    },
}

/// What changes in a room; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoomChange {
    /// New name.
    pub name: Option<String>,
    /// New topic.
    pub topic: Option<String>,
    /// New style.
    pub style: Option<RoomStyle>,
    /// Whether guests may join from now on. Those who are in stay.
    pub guests: Option<bool>,
    /// Whether it is archived.
    pub archived: Option<bool>,
    /// Whether links in it get previews from now on.
    pub previews: Option<bool>,
}

/// One durable change that only one user sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserEntry {
    /// Whose log.
    pub user: UserId,
    /// Its place in the user's log: 1, 2, 3 … without gaps.
    pub seq: Seq,
    /// When it was written, in milliseconds since 1970.
    pub at_ms: u64,
    /// What happened.
    pub body: UserBody,
}

/// What happened to a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserBody {
    /// The user is a member of a room now. Always right after the room's `MemberJoined`.
    RoomJoined {
        /// The room.
        room: RoomId,
    },
    /// The user is no member of a room any more. Always right after the room's `MemberLeft`.
    RoomLeft {
        /// The room.
        room: RoomId,
    },
    /// The user has read on, or wants to read again from here.
    ReadMarked {
        /// The room.
        room: RoomId,
        /// Everything up to here is read.
        marker: Seq,
        /// Whether the marker was put back on purpose.
        back: bool,
    },
    /// The user saved a message.
    MessageSaved {
        /// The message's room.
        room: RoomId,
        /// Which message.
        message: Seq,
    },
    /// The user let a saved message go.
    MessageUnsaved {
        /// The message's room.
        room: RoomId,
        /// Which message.
        message: Seq,
    },
    /// The user follows a thread now. Right after the entry of the room that made them, if one did.
    ThreadFollowed {
        /// The room.
        room: RoomId,
        /// The root message.
        thread: Seq,
        /// Every reply up to here counts as read.
        marker: Seq,
    },
    /// The user follows a thread no longer.
    ThreadUnfollowed {
        /// The room.
        room: RoomId,
        /// The root message.
        thread: Seq,
    },
    /// The user has read on in a thread.
    ThreadMarked {
        /// The room.
        room: RoomId,
        /// The root message.
        thread: Seq,
        /// Every reply up to here is read.
        marker: Seq,
    },
    /// The user wants something else of some of their rooms, or has other folders.
    RoomsPreferred {
        /// What they want of these now.
        rooms: Vec<RoomPreference>,
        /// All their folders, if they are others than before.
        folders: Option<Vec<Folder>>,
    },
    /// The user put something unread away, or brought it back.
    PutAway {
        /// What, and until when; what is past when it was written is back.
        away: PutAway,
    },
    /// The user's settings changed.
    SettingsChanged {
        /// All settings.
        settings: Settings,
    },
    /// The user set a reminder, or snoozed one.
    ReminderSet {
        /// The reminder as it is now.
        reminder: Reminder,
    },
    /// The time of a reminder has come.
    ReminderDue {
        /// The reminder.
        reminder: Reminder,
    },
    /// A reminder is done.
    ReminderDone {
        /// Which one.
        nonce: Nonce,
    },
    /// What the user began to write changed. The text of all but the last entry of a draft is blank.
    DraftChanged {
        /// The draft as it is now.
        draft: Draft,
    },
    /// The user scheduled a message or changed one, or one could not be sent.
    ScheduledSet {
        /// The scheduled message as it is now.
        scheduled: Scheduled,
    },
    /// The user deleted a scheduled message.
    ScheduledDeleted {
        /// Which one.
        nonce: Nonce,
    },
    /// A scheduled message was sent.
    ScheduledSent {
        /// Which one.
        nonce: Nonce,
        /// Where it was sent.
        room: RoomId,
    },
}

/// What has to be told because it is committed: entries in the order of their logs, and changes that have no seq.
///
/// Told on the writer thread, so that nobody who gave up waiting for an answer can keep it from being told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Published {
    /// An entry of a room's log, for its members. A `MemberJoined` or `MemberLeft` changes who they are:
    /// who joined hears it too, and who left hears it as the last.
    Room(RoomEntry),
    /// An entry of a user's own log.
    User(UserEntry),
    /// A session has ended: its sockets lose access at once.
    SessionEnded {
        /// Whose.
        user: UserId,
        /// Which one.
        session: SessionId,
        /// Why.
        why: Ended,
    },
    /// A user's profile, role or account changed, or is new.
    UserChanged(User),
    /// The workspace's name, door or own emoji changed. The record holds the standing link's token, which is for admins only.
    WorkspaceChanged(Workspace),
}
