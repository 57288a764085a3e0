//! Messages, reactions, history and read markers.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::entries::Entry;
use crate::files::{File, FileRef};
use crate::forwards::{ForwardFrom, Forwarded};
use crate::ids::{Nonce, RoomId, Seq, UserId};
use crate::people::User;
use crate::polls::{Poll, PollBegin};
use crate::previews::LinkPreview;
use crate::quoted::Quoted;
use crate::threads::ThreadSummary;
use crate::told::Rows;

/// A message as it is now: its entry with all edits, deletes and reactions up to `rev` applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and JSON has no better word for it"
)]
pub struct Message {
    /// The room.
    pub room: RoomId,
    /// Its place in the room's log; with the room, its name.
    pub seq: Seq,
    /// Who wrote it.
    pub by: UserId,
    /// When it was written, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// Source text (Markdown); empty once deleted.
    #[ts(as = "String")]
    pub text: Quoted,
    /// The text as safe HTML; empty once deleted.
    #[ts(as = "String")]
    pub html: Quoted,
    /// Users named in it.
    pub mentions: Vec<UserId>,
    /// Whether it calls everyone in the room (`@room`).
    pub mentions_room: bool,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reply_to: Option<Seq>,
    /// Its files, in their order; none once deleted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<File>>")]
    pub files: Vec<File>,
    /// What its links lead to, in their order; none once deleted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<LinkPreview>>")]
    pub previews: Vec<LinkPreview>,
    /// The message that it passes on, whose files stand in `files`; none once deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub forwarded: Option<Forwarded>,
    /// The poll that its text asks; none once deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub poll: Option<Poll>,
    /// The root of the thread that it is a reply in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub thread: Option<Seq>,
    /// Whether it stands in the room's timeline; a reply in a thread does when it was also sent there.
    pub in_room: bool,
    /// What came of it, if it is the root of a thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub replies: Option<ThreadSummary>,
    /// When it was edited last, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub edited_at_ms: Option<u64>,
    /// Whether it was deleted: the text is gone, the slot stays.
    pub deleted: bool,
    /// Whether it is pinned.
    pub pinned: bool,
    /// Reactions in the order of their first use.
    pub reactions: Vec<Reaction>,
    /// Seq of the last entry that changed this message: entries up to it are in it already.
    pub rev: Seq,
    /// The author's nonce, by which their devices know their pending row again.
    pub nonce: Nonce,
}

/// One emoji on a message and who put it there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// Who, in the order of time.
    pub users: Vec<UserId>,
}

/// One row of a timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Item {
    /// A message as it is now.
    Message(Message),
    /// A line: somebody came or went, the room changed.
    Line(Entry),
}

/// Writes a message.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MessageSend {
    /// Where.
    pub room: RoomId,
    /// Chosen once per user action.
    pub nonce: Nonce,
    /// Markdown, at most 4,000 characters and 16 KiB. Empty only with files or a message to forward.
    pub text: String,
    /// The message it answers.
    #[serde(default)]
    #[ts(optional)]
    pub reply_to: Option<Seq>,
    /// Files to send with it, at most 10.
    #[serde(default)]
    #[ts(optional, as = "Option<Vec<FileRef>>")]
    pub files: Vec<FileRef>,
    /// A message to pass on, whose text and files come along; not together with `files` or `poll`.
    #[serde(default)]
    #[ts(optional)]
    pub forward: Option<ForwardFrom>,
    /// A poll to begin; not together with `files`.
    #[serde(default)]
    #[ts(optional)]
    pub poll: Option<PollBegin>,
    /// The message in whose thread it is a reply: one that is in no thread itself.
    #[serde(default)]
    #[ts(optional)]
    pub thread: Option<Seq>,
    /// Whether a reply in a thread shall stand in the room's timeline as well.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub also_in_room: bool,
}

/// Changes the text of one's own message. The question of a poll stays once somebody has voted.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MessageEdit {
    /// Where.
    pub room: RoomId,
    /// Which message.
    pub seq: Seq,
    /// Chosen once per user action.
    pub nonce: Nonce,
    /// The new text. Empty only where the message has files or passes another one on.
    pub text: String,
}

/// Deletes a message: its text is erased everywhere and its files with it, its slot stays.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MessageDelete {
    /// Where.
    pub room: RoomId,
    /// Which message.
    pub seq: Seq,
    /// Chosen once per user action.
    pub nonce: Nonce,
}

/// Looks messages up by seq, such as those that a reply quotes.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MessageGet {
    /// Where.
    pub room: RoomId,
    /// Up to 100.
    pub seqs: Vec<Seq>,
}

/// Renders a text as a message of the room would be, without sending it.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MessagePreview {
    /// Where it would be said.
    pub room: RoomId,
    /// Markdown, at most 4,000 characters.
    pub text: String,
}

/// How a text would look.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Preview {
    /// The text as safe HTML.
    pub html: String,
}

/// Messages that were looked up; those that do not exist are left out.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Messages {
    /// By seq.
    pub messages: Vec<Message>,
    /// The room's head when they were read.
    pub head: Seq,
}

/// Reads what a message said before its edits.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MessageVersions {
    /// Where.
    pub room: RoomId,
    /// Which message.
    pub seq: Seq,
    /// Only versions before this one, for the next page: the `seq` of the last version read.
    #[serde(default)]
    #[ts(optional)]
    pub before: Option<Seq>,
}

/// The versions of a message. A deleted one has none.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Versions {
    /// The newest first: the text as it is now, unless `before` was given.
    pub versions: Vec<Version>,
    /// Whether there are earlier ones.
    pub more: bool,
}

/// What a message said from one time on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Version {
    /// Seq of the entry that brought it: the message's own, or an edit's.
    pub seq: Seq,
    /// Since when, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// Source text (Markdown).
    #[ts(as = "String")]
    pub text: Quoted,
    /// The text as safe HTML.
    #[ts(as = "String")]
    pub html: Quoted,
}

/// Puts an emoji on a message.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ReactionAdd {
    /// Where.
    pub room: RoomId,
    /// On which message.
    pub seq: Seq,
    /// Chosen once per user action.
    pub nonce: Nonce,
    /// The emoji.
    pub emoji: String,
}

/// Takes the caller's emoji off a message.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ReactionRemove {
    /// Where.
    pub room: RoomId,
    /// From which message.
    pub seq: Seq,
    /// Chosen once per user action.
    pub nonce: Nonce,
    /// The emoji.
    pub emoji: String,
}

/// Which part of the timeline is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// The newest items.
    Latest,
    /// Items before this seq.
    Before(Seq),
    /// Items after this seq.
    After(Seq),
    /// Items on both sides of this seq, itself included.
    Around(Seq),
    /// Items on both sides of the first one at or after this time, in milliseconds since 1970; the newest if there is none.
    At(#[ts(type = "number")] u64),
}

/// Reads a page of a room's timeline. Replies that stand only in a thread are left out, except in flat rooms.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RoomHistory {
    /// Which room.
    pub room: RoomId,
    /// Which part.
    pub from: Anchor,
    /// How many items, 1 to 100.
    pub limit: u32,
}

/// A page of a timeline, by seq.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Page {
    /// By seq. Edits, deletes and reactions are not items: they are in the messages.
    #[ts(as = "Vec<Item>")]
    pub items: Rows<Item>,
    /// Whether there are items before the first.
    pub more_before: bool,
    /// Whether there are items after the last.
    pub more_after: bool,
    /// Messages that items answer and that are not on the page.
    #[ts(as = "Vec<Message>")]
    pub quoted: Rows<Message>,
    /// Everyone that the page names.
    pub users: Vec<User>,
    /// The room's head when the page was read: later entries are not in it.
    pub head: Seq,
}

/// Finds messages in the caller's rooms.
///
/// The query holds words, `"phrases"` and filters: `from:` (a name, a username or `me`), `in:` (a room, or `@` and a
/// name for direct messages), `has:` (`link`, `code`, `file`, `image`, `poll`), `is:` (`thread`, `pinned`), `before:`,
/// `after:` and `during:` (`2026`, `2026-03`, `2026-03-31`, `today`, `yesterday`). What a message passes on, the options of
/// its poll and the names of its files are found, too. A `-` before a word, a phrase, `from:`, `in:`, `has:` or `is:` leaves out. All words
/// must occur; the last may be the start of one. A filter whose value means nothing is a `bad_request` that says why.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MessageSearch {
    /// At most 256 characters.
    pub query: String,
    /// Only in this room.
    #[serde(default)]
    #[ts(optional)]
    pub room: Option<RoomId>,
    /// By how many minutes the caller's clock is ahead of UTC: when their days begin.
    #[serde(default)]
    #[ts(optional, as = "Option<i32>")]
    pub utc_offset_minutes: i32,
    /// Continue after a page: its `next`.
    #[serde(default)]
    #[ts(optional)]
    pub before: Option<String>,
    /// How many, 1 to 50.
    pub limit: u32,
}

/// A page of messages that were found.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Found {
    /// Newest first; after those that have the words as such, those that have them only inside of other words.
    pub messages: Vec<Message>,
    /// Index of the first message that has the words only inside of others; absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub inside_from: Option<u32>,
    /// Everyone that they name.
    pub users: Vec<User>,
    /// Cursor of the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub next: Option<String>,
    /// The words and phrases that were looked for, without filters: for marking them.
    pub words: Vec<String>,
    /// What to tell the person about their query, in sentences, such as a filter that does not exist.
    pub notes: Vec<String>,
    /// The search took longer than it may and was cut short: there may be more. Filters make it faster.
    pub cut: bool,
}

/// Moves the caller's read marker forward. It never goes back.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ReadMark {
    /// Which room.
    pub room: RoomId,
    /// Everything up to here is read.
    pub seq: Seq,
}

/// Puts the caller's read marker where they want to read on, also back: "unread from here".
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ReadRewind {
    /// Which room.
    pub room: RoomId,
    /// Everything up to here stays read: the seq before the first message that shall be unread.
    pub seq: Seq,
}

/// Where a user stands in a room or a thread: a function of the read marker and the log up to `head`.
/// In a room, replies that stand only in a thread do not count, unless the room is flat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Unread {
    /// Everything up to here is read.
    pub marker: Seq,
    /// Messages of others after the marker.
    pub unread: u32,
    /// Those among them that mention the user, and in direct rooms all of them.
    pub mentions: u32,
    /// The log's head that was counted up to.
    pub head: Seq,
}

/// Counts again what is unread in a room.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ReadGet {
    /// Which room.
    pub room: RoomId,
}
