//! Pins: messages that a room keeps at hand.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::{Nonce, RoomId, Seq};
use crate::messages::Message;
use crate::people::User;

/// Pins a message: it stays at hand for everyone in the room. Who may write there may pin.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MessagePin {
    /// Where.
    pub room: RoomId,
    /// Which message.
    pub seq: Seq,
    /// Chosen once per user action.
    pub nonce: Nonce,
}

/// Takes a message off the pins, whoever pinned it.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MessageUnpin {
    /// Where.
    pub room: RoomId,
    /// Which message.
    pub seq: Seq,
    /// Chosen once per user action.
    pub nonce: Nonce,
}

/// Lists a room's pins.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PinList {
    /// Which room.
    pub room: RoomId,
}

/// The pins of a room: at most `PINS_PER_ROOM`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Pins {
    /// The one pinned last comes first.
    pub messages: Vec<Message>,
    /// Everyone that they name.
    pub users: Vec<User>,
    /// The room's head when they were read.
    pub head: Seq,
}
