//! Entries: the durable changes of a room's log and of a user's own log, as they are pushed and synced.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::catchup::PutAway;
use crate::files::File;
use crate::forwards::Forwarded;
use crate::ids::{Nonce, RoomId, Seq, UserId};
use crate::later::{Draft, Reminder, Scheduled};
use crate::people::{Role, Settings};
use crate::polls::{Poll, PollTally};
use crate::preferences::{Folder, RoomPreference};
use crate::previews::LinkPreview;
use crate::quoted::Quoted;
use crate::rooms::RoomDelta;

/// One durable change in a room. Pushed under the name that stands in `type`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Entry {
    /// The room.
    pub room: RoomId,
    /// Its place in the room's log: 1, 2, 3 … without gaps.
    pub seq: Seq,
    /// When it was written, in milliseconds since 1970. For showing, never for ordering.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// Who did it.
    pub by: UserId,
    /// What happened.
    #[serde(flatten)]
    pub body: Body,
}

/// What happened in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type")]
pub enum Body {
    /// The room was created: always seq 1.
    #[serde(rename = "room:created")]
    RoomCreated {
        /// Name at the time.
        name: String,
    },
    /// Name, topic, style, guests or archive changed.
    #[serde(rename = "room:changed")]
    RoomChanged {
        /// What changed.
        change: RoomDelta,
    },
    /// Somebody is a member now: joined by themselves, or added when `by` is somebody else.
    #[serde(rename = "member:joined")]
    MemberJoined {
        /// Who.
        user: UserId,
        /// Role in the room.
        role: Role,
    },
    /// Somebody is no member any more: left, or removed when `by` is somebody else.
    #[serde(rename = "member:left")]
    MemberLeft {
        /// Who.
        user: UserId,
    },
    /// A member's role in the room changed.
    #[serde(rename = "member:changed")]
    MemberChanged {
        /// Who.
        user: UserId,
        /// The new role.
        role: Role,
    },
    /// A message was written, by `by`. Once it is deleted, a replay has an empty text and nothing with it.
    #[serde(rename = "message:created")]
    MessageCreated {
        /// Source text (Markdown).
        #[ts(as = "String")]
        text: Quoted,
        /// The text as safe HTML.
        #[ts(as = "String")]
        html: Quoted,
        /// Users named in it.
        mentions: Vec<UserId>,
        /// Whether it calls everyone in the room.
        mentions_room: bool,
        /// The message it answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        reply_to: Option<Seq>,
        /// Its files, in their order.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(optional, as = "Option<Vec<File>>")]
        files: Vec<File>,
        /// The message that it passes on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        forwarded: Option<Forwarded>,
        /// The poll that it begins, without any votes yet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        poll: Option<Poll>,
        /// The root of the thread that it is a reply in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        thread: Option<Seq>,
        /// Whether it stands in the room's timeline.
        in_room: bool,
        /// The author's nonce.
        nonce: Nonce,
    },
    /// A message has a new text. Once the message is deleted, a replay has an empty text.
    #[serde(rename = "message:edited")]
    MessageEdited {
        /// Which message.
        message: Seq,
        /// Source text (Markdown).
        #[ts(as = "String")]
        text: Quoted,
        /// The text as safe HTML.
        #[ts(as = "String")]
        html: Quoted,
        /// Users named in it now.
        mentions: Vec<UserId>,
        /// Whether it calls everyone in the room now.
        mentions_room: bool,
        /// The root of the thread that it is a reply in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        thread: Option<Seq>,
    },
    /// A message was deleted: its text is gone everywhere, its slot stays.
    #[serde(rename = "message:deleted")]
    MessageDeleted {
        /// Which message.
        message: Seq,
        /// Who had written it.
        author: UserId,
        /// The root of the thread that it was a reply in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        thread: Option<Seq>,
    },
    /// The previews of a message's links are these now: written by the server a moment after the message, `by` its
    /// author, or with one less by who took it off. A replay has only the last ones.
    #[serde(rename = "message:previewed")]
    MessagePreviewed {
        /// Which message.
        message: Seq,
        /// In the order of the links; none when the last one was taken off.
        previews: Vec<LinkPreview>,
    },
    /// `by` pinned a message.
    #[serde(rename = "message:pinned")]
    MessagePinned {
        /// Which message.
        message: Seq,
    },
    /// `by` took a message off the pins.
    #[serde(rename = "message:unpinned")]
    MessageUnpinned {
        /// Which message.
        message: Seq,
    },
    /// `by` put an emoji on a message.
    #[serde(rename = "reaction:added")]
    ReactionAdded {
        /// Which message.
        message: Seq,
        /// The emoji.
        emoji: String,
    },
    /// `by` took their emoji off a message.
    #[serde(rename = "reaction:removed")]
    ReactionRemoved {
        /// From which message.
        message: Seq,
        /// The emoji.
        emoji: String,
    },
    /// `by` voted in a poll, in the place of what they had chosen before. Where names are hidden, `by` is who began the
    /// poll, whoever voted.
    #[serde(rename = "poll:voted")]
    PollVoted {
        /// The message with the poll.
        message: Seq,
        /// Options that `by` has chosen now, counted from 0; empty where names are hidden.
        choices: Vec<u8>,
        /// How the poll stands now; only where names are hidden.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        tally: Option<PollTally>,
    },
    /// `by` closed a poll.
    #[serde(rename = "poll:closed")]
    PollClosed {
        /// The message with the poll.
        message: Seq,
    },
}

impl Body {
    /// Name under which the entry is pushed; equal to `type` in its JSON.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::RoomCreated { .. } => "room:created",
            Self::RoomChanged { .. } => "room:changed",
            Self::MemberJoined { .. } => "member:joined",
            Self::MemberLeft { .. } => "member:left",
            Self::MemberChanged { .. } => "member:changed",
            Self::MessageCreated { .. } => "message:created",
            Self::MessageEdited { .. } => "message:edited",
            Self::MessageDeleted { .. } => "message:deleted",
            Self::MessagePreviewed { .. } => "message:previewed",
            Self::MessagePinned { .. } => "message:pinned",
            Self::MessageUnpinned { .. } => "message:unpinned",
            Self::ReactionAdded { .. } => "reaction:added",
            Self::ReactionRemoved { .. } => "reaction:removed",
            Self::PollVoted { .. } => "poll:voted",
            Self::PollClosed { .. } => "poll:closed",
        }
    }
}

/// One durable change that only one user sees. Pushed to that user under the name that stands in `type`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MyEntry {
    /// Its place in the user's log: 1, 2, 3 … without gaps.
    pub seq: Seq,
    /// When it was written, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// What happened.
    #[serde(flatten)]
    pub body: MyBody,
}

/// What happened to a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type")]
pub enum MyBody {
    /// The user is a member of a room now; its state comes with the next `sync`.
    #[serde(rename = "my:room_joined")]
    RoomJoined {
        /// The room.
        room: RoomId,
    },
    /// The user is no member of a room any more: drop what is known of it.
    #[serde(rename = "my:room_left")]
    RoomLeft {
        /// The room.
        room: RoomId,
    },
    /// The user has read on, on one of their devices, or wants to read again from here.
    #[serde(rename = "my:read_marked")]
    ReadMarked {
        /// The room.
        room: RoomId,
        /// Everything up to here is read.
        marker: Seq,
        /// Whether the marker was put back on purpose: only then does it go back.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        #[ts(optional, as = "Option<bool>")]
        back: bool,
    },
    /// The user saved a message.
    #[serde(rename = "my:message_saved")]
    MessageSaved {
        /// The message's room.
        room: RoomId,
        /// Which message.
        message: Seq,
    },
    /// The user let a saved message go.
    #[serde(rename = "my:message_unsaved")]
    MessageUnsaved {
        /// The message's room.
        room: RoomId,
        /// Which message.
        message: Seq,
    },
    /// The user follows a thread now.
    #[serde(rename = "my:thread_followed")]
    ThreadFollowed {
        /// The room.
        room: RoomId,
        /// The root message.
        thread: Seq,
        /// Every reply up to here counts as read.
        marker: Seq,
    },
    /// The user follows a thread no longer.
    #[serde(rename = "my:thread_unfollowed")]
    ThreadUnfollowed {
        /// The room.
        room: RoomId,
        /// The root message.
        thread: Seq,
    },
    /// The user has read on in a thread, on one of their devices.
    #[serde(rename = "my:thread_marked")]
    ThreadMarked {
        /// The room.
        room: RoomId,
        /// The root message.
        thread: Seq,
        /// Every reply up to here is read.
        marker: Seq,
    },
    /// The user wants something else of some of their rooms, or has other folders.
    #[serde(rename = "my:rooms_preferred")]
    RoomsPreferred {
        /// What they want of these now.
        rooms: Vec<RoomPreference>,
        /// All their folders from top to bottom, if they are others than before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        folders: Option<Vec<Folder>>,
    },
    /// The user put something unread away, or brought it back.
    #[serde(rename = "my:put_away")]
    PutAway {
        /// What, and until when.
        away: PutAway,
    },
    /// The user's settings changed.
    #[serde(rename = "my:settings_changed")]
    SettingsChanged {
        /// All settings.
        settings: Settings,
    },
    /// The user set a reminder, or snoozed one.
    #[serde(rename = "my:reminder_set")]
    ReminderSet {
        /// The reminder as it is now.
        reminder: Reminder,
    },
    /// The time of a reminder has come.
    #[serde(rename = "my:reminder_due")]
    ReminderDue {
        /// The reminder.
        reminder: Reminder,
    },
    /// A reminder is done.
    #[serde(rename = "my:reminder_done")]
    ReminderDone {
        /// Which one.
        nonce: Nonce,
    },
    /// What the user began to write changed, on one of their devices. A replay has only the last text of each draft.
    #[serde(rename = "my:draft_changed")]
    DraftChanged {
        /// The draft as it is now.
        draft: Draft,
    },
    /// The user scheduled a message or changed one, or one could not be sent.
    #[serde(rename = "my:scheduled_set")]
    ScheduledSet {
        /// The scheduled message as it is now.
        scheduled: Scheduled,
    },
    /// The user deleted a scheduled message.
    #[serde(rename = "my:scheduled_deleted")]
    ScheduledDeleted {
        /// Which one.
        nonce: Nonce,
    },
    /// A scheduled message was sent.
    #[serde(rename = "my:scheduled_sent")]
    ScheduledSent {
        /// Which one; the message has the same nonce.
        nonce: Nonce,
        /// Where it was sent.
        room: RoomId,
    },
}

impl MyBody {
    /// Name under which the entry is pushed; equal to `type` in its JSON.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::RoomJoined { .. } => "my:room_joined",
            Self::RoomLeft { .. } => "my:room_left",
            Self::ReadMarked { .. } => "my:read_marked",
            Self::MessageSaved { .. } => "my:message_saved",
            Self::MessageUnsaved { .. } => "my:message_unsaved",
            Self::ThreadFollowed { .. } => "my:thread_followed",
            Self::ThreadUnfollowed { .. } => "my:thread_unfollowed",
            Self::ThreadMarked { .. } => "my:thread_marked",
            Self::RoomsPreferred { .. } => "my:rooms_preferred",
            Self::PutAway { .. } => "my:put_away",
            Self::SettingsChanged { .. } => "my:settings_changed",
            Self::ReminderSet { .. } => "my:reminder_set",
            Self::ReminderDue { .. } => "my:reminder_due",
            Self::ReminderDone { .. } => "my:reminder_done",
            Self::DraftChanged { .. } => "my:draft_changed",
            Self::ScheduledSet { .. } => "my:scheduled_set",
            Self::ScheduledDeleted { .. } => "my:scheduled_deleted",
            Self::ScheduledSent { .. } => "my:scheduled_sent",
        }
    }
}
