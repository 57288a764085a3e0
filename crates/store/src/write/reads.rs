//! Read markers.

use parlor_protocol::{RoomId, Seq};

use super::Actor;
use crate::records::Unread;

/// Moves the actor's read marker forward, at most to the head. It never goes back.
#[derive(Debug)]
pub struct MarkRead {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// Which room.
    pub room: RoomId,
    /// Everything up to here is read.
    pub seq: Seq,
}

pending!(MarkRead => Unread);
