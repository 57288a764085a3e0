//! Reactions: add and remove.

use parlor_protocol::{Nonce, RoomId, Seq};

use super::Actor;
use crate::records::Written;

/// Puts an emoji on a message. One that is there already changes nothing.
#[derive(Debug)]
pub struct AddReaction {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// Where.
    pub room: RoomId,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// On which message.
    pub message: Seq,
    /// The emoji.
    pub emoji: String,
}

/// Takes the actor's emoji off a message. One that is not there changes nothing.
#[derive(Debug)]
pub struct RemoveReaction {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// Where.
    pub room: RoomId,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// From which message.
    pub message: Seq,
    /// The emoji.
    pub emoji: String,
}

pending!(AddReaction => Written, RemoveReaction => Written);
