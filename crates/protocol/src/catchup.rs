//! Catching up: which unread things a user has put away, done or until later. Only they see it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::{Nonce, RoomId, Seq};
use crate::messages::Message;
use crate::people::User;

/// Something unread that a user has put away: a message that mentions them, a thread, or a whole room where neither is
/// named. It comes back by itself: it is away only as long as its time lies ahead. A mention comes back also when its
/// room was read meanwhile, and stays until it is done; a thread or a room only if there is still something to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PutAway {
    /// The room.
    pub room: RoomId,
    /// The message that mentions the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub message: Option<Seq>,
    /// The root message of the thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub thread: Option<Seq>,
    /// Until when, in milliseconds since 1970; what is past is not away. Absent: done for good, which only mentions are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub until_ms: Option<u64>,
}

/// Puts something unread away, or brings it back. It says how it shall be: what is so already changes nothing. Of more
/// than 500 things the one that was put away first comes back. What is done with a thread or a room is told by its
/// marker instead: `thread:mark`, `read:mark`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CatchupPutAway {
    /// The room.
    pub room: RoomId,
    /// The caller's nonce.
    pub nonce: Nonce,
    /// The message that mentions the caller; with a thread it is `bad_request`.
    #[serde(default)]
    #[ts(optional)]
    pub message: Option<Seq>,
    /// The root message of the thread. Neither: the room.
    #[serde(default)]
    #[ts(optional)]
    pub thread: Option<Seq>,
    /// Until when, in milliseconds since 1970, at most a year ahead; what is past brings it back. Absent: a mention is
    /// done for good.
    #[serde(default)]
    #[ts(optional, type = "number")]
    pub until_ms: Option<u64>,
}

/// Lists what the caller has put away.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CatchupList {}

/// What a user has put away.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AllPutAway {
    /// In the order in which it was put away; at most 500, some of which may be back by now.
    pub away: Vec<PutAway>,
    /// The mentions among it that are not done, as they are now; the last 100.
    pub messages: Vec<Message>,
    /// Everyone that these name.
    pub users: Vec<User>,
    /// Head of the caller's own log: entries up to here are counted in.
    pub head: Seq,
}
