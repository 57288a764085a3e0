//! Threads: the answers to one message, beside the room's timeline. Their replies are entries of the room's log.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::{Nonce, RoomId, Seq, UserId};
use crate::messages::{Anchor, Message, Unread};
use crate::people::User;

/// What came of a message that is the root of a thread: a function of the room's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ThreadSummary {
    /// How many replies it has; deleted ones do not count.
    pub count: u32,
    /// Seq of the reply that was written last, also if it was deleted since.
    pub last_seq: Seq,
    /// When that was, in milliseconds since 1970.
    #[ts(type = "number")]
    pub last_at_ms: u64,
    /// Who has replied, in the order of their first reply: the first five.
    pub people: Vec<UserId>,
}

/// Where a user stands in a thread that they follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Followed {
    /// Its root message.
    pub thread: Seq,
    /// Replies of others after the marker, and those among them that mention the user.
    pub unread: Unread,
}

/// Reads a page of a thread: its replies, also those that stand in the room. The root is in `quoted`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ThreadHistory {
    /// Which room.
    pub room: RoomId,
    /// The root message.
    pub thread: Seq,
    /// Which part.
    pub from: Anchor,
    /// How many replies, 1 to 100.
    pub limit: u32,
}

/// Follows a thread: its replies are counted, from now on. Who starts a thread, replies or is mentioned in it follows it.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ThreadFollow {
    /// Which room.
    pub room: RoomId,
    /// The root message.
    pub thread: Seq,
    /// Chosen once per user action.
    pub nonce: Nonce,
}

/// Follows a thread no longer, until the caller replies or is mentioned in it.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ThreadUnfollow {
    /// Which room.
    pub room: RoomId,
    /// The root message.
    pub thread: Seq,
    /// Chosen once per user action.
    pub nonce: Nonce,
}

/// Moves the caller's read marker in a followed thread forward, and counts again. It never goes back.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ThreadMark {
    /// Which room.
    pub room: RoomId,
    /// The root message.
    pub thread: Seq,
    /// Every reply up to here is read.
    pub seq: Seq,
}

/// Lists the threads that the caller follows, in all their rooms, the one with the latest reply first.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ThreadList {
    /// Continue after a page: its `next`.
    #[serde(default)]
    #[ts(optional)]
    pub before: Option<String>,
    /// How many, 1 to 50.
    pub limit: u32,
}

/// A followed thread in a list.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ThreadListing {
    /// Its root, with the summary of its replies.
    pub root: Message,
    /// The last reply that was not deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub last: Option<Message>,
    /// Where the caller stands in it.
    pub unread: Unread,
}

/// A page of followed threads.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Threads {
    /// The one with the latest reply first.
    pub threads: Vec<ThreadListing>,
    /// Everyone that they name.
    pub users: Vec<User>,
    /// Cursor of the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub next: Option<String>,
}

/// Lists unread messages in rooms that mention the caller, the oldest of each room first. Direct rooms are left out, and
/// without `room` those that the caller has muted.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MentionList {
    /// Only in this room.
    #[serde(default)]
    #[ts(optional)]
    pub room: Option<RoomId>,
}

/// Unread messages that mention the caller.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Mentions {
    /// By room, then by seq: at most 20 of a room and 100 in all.
    pub messages: Vec<Message>,
    /// Everyone that they name.
    pub users: Vec<User>,
}
