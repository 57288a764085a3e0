//! What is written now and said later: drafts, scheduled messages and reminders. Only their owner sees them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::errors::Code;
use crate::ids::{Nonce, RoomId, Seq};

/// A text that the user began and has not sent. There is one for each room and for each thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Draft {
    /// Where it is to be said.
    pub room: RoomId,
    /// The message whose thread it is to be said in; absent in the room itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub thread: Option<Seq>,
    /// The text as it was typed; empty when there is no draft any more.
    pub text: String,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reply_to: Option<Seq>,
}

/// Keeps what the caller began to write, for their other devices. The newest one counts; the same one again changes
/// nothing.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct DraftSet {
    /// Where it is to be said.
    pub room: RoomId,
    /// The message whose thread it is to be said in; absent in the room itself.
    #[serde(default)]
    #[ts(optional)]
    pub thread: Option<Seq>,
    /// The text as it was typed, at most 32 KiB; empty to forget the draft.
    pub text: String,
    /// The message it answers.
    #[serde(default)]
    #[ts(optional)]
    pub reply_to: Option<Seq>,
}

/// A message that is sent later. Its nonce names it, and becomes the message's nonce.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Scheduled {
    /// Names it among the caller's.
    pub nonce: Nonce,
    /// Where it is to be said.
    pub room: RoomId,
    /// Source text (Markdown).
    pub text: String,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reply_to: Option<Seq>,
    /// When it is sent, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// Why it could not be sent when it was due. It waits for `scheduled:change` or `scheduled:delete`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub failed: Option<Code>,
}

/// Schedules a message. At its time it is sent as the caller, with their rights at that time, exactly once.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ScheduledCreate {
    /// Where to say it.
    pub room: RoomId,
    /// The message's nonce.
    pub nonce: Nonce,
    /// Markdown, at most 4,000 characters.
    pub text: String,
    /// The message it answers.
    #[serde(default)]
    #[ts(optional)]
    pub reply_to: Option<Seq>,
    /// When to send it, in milliseconds since 1970: at most a year ahead. What is past is sent at once.
    #[ts(type = "number")]
    pub at_ms: u64,
}

/// Lists the caller's scheduled messages: by time, those that failed too.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ScheduledList {}

/// The caller's scheduled messages.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ScheduledMessages {
    /// By time; at most 100.
    pub scheduled: Vec<Scheduled>,
    /// Head of the caller's own log: entries up to here are counted in.
    pub head: Seq,
}

/// Changes the text or the time of a scheduled message; what is absent stays. One that failed waits again.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ScheduledChange {
    /// Which one.
    pub nonce: Nonce,
    /// New text.
    #[serde(default)]
    #[ts(optional)]
    pub text: Option<String>,
    /// New time, in milliseconds since 1970; 0 sends it at once.
    #[serde(default)]
    #[ts(optional, type = "number")]
    pub at_ms: Option<u64>,
}

/// Deletes a scheduled message: it is not sent. Deleting it again changes nothing.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ScheduledDelete {
    /// Which one.
    pub nonce: Nonce,
}

/// Something the user wants to be reminded of: a text, a message, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Reminder {
    /// Names it among the caller's.
    pub nonce: Nonce,
    /// When, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// What of; may be empty when it is a message.
    pub text: String,
    /// The message's room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub room: Option<RoomId>,
    /// The message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub message: Option<Seq>,
    /// Whether its time has come.
    pub due: bool,
}

/// Sets a reminder, or sets the one of this nonce anew: for snoozing. The same one again changes nothing.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ReminderSet {
    /// Names the reminder.
    pub nonce: Nonce,
    /// When, in milliseconds since 1970: at most a year ahead. What is past is due at once.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// What of, at most 500 characters; may be absent when a message is named.
    #[serde(default)]
    #[ts(optional, as = "Option<String>")]
    pub text: String,
    /// The room of the message, of which the caller is a member.
    #[serde(default)]
    #[ts(optional)]
    pub room: Option<RoomId>,
    /// The message.
    #[serde(default)]
    #[ts(optional)]
    pub message: Option<Seq>,
}

/// Lists the caller's reminders that are not done: by time.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ReminderList {}

/// The caller's reminders.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Reminders {
    /// By time; at most 200.
    pub reminders: Vec<Reminder>,
    /// Head of the caller's own log: entries up to here are counted in.
    pub head: Seq,
}

/// A reminder is done, due or not. Again changes nothing.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ReminderDone {
    /// Which one.
    pub nonce: Nonce,
}
