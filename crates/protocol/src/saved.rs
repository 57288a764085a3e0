//! Saved messages: what a user keeps for themselves. Nobody else learns of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::{RoomId, Seq};
use crate::messages::Message;
use crate::people::User;

/// Saves a message for the caller alone. One that is saved stays as it is.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MessageSave {
    /// Where.
    pub room: RoomId,
    /// Which message.
    pub seq: Seq,
}

/// Lets a saved message go, also one in a room that the caller has left.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MessageUnsave {
    /// Where.
    pub room: RoomId,
    /// Which message.
    pub seq: Seq,
}

/// Which messages a user has saved: their seqs by room.
pub type SavedSeqs = BTreeMap<RoomId, Vec<Seq>>;

/// Lists the caller's saved messages in rooms that they are in; deleted ones are left out.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SavedList {
    /// Continue after a page: its `next`.
    #[serde(default)]
    #[ts(optional)]
    pub before: Option<Seq>,
    /// How many, 1 to 50.
    pub limit: u32,
}

/// A page of saved messages.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Saved {
    /// The one saved last comes first.
    pub messages: Vec<Message>,
    /// Everyone that they name.
    pub users: Vec<User>,
    /// Cursor of the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub next: Option<Seq>,
}
