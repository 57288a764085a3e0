//! Rooms: create, open a direct one, change.

use parlor_protocol::rooms::{RoomKind, RoomStyle};
use parlor_protocol::{Nonce, RoomId, UserId};

use super::Actor;
use crate::entries::RoomChange;
use crate::records::{Room, Written};

/// Creates a public or private room. The actor is its first member and moderates it.
#[derive(Debug)]
pub struct CreateRoom {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// Public or private; `Conflict(Direct)` otherwise.
    pub kind: RoomKind,
    /// How it is shown and who writes in it.
    pub style: RoomStyle,
    /// Its name, unique without regard to letter case.
    pub name: String,
    /// Its topic; may be empty.
    pub topic: String,
    /// Whether guests may join it.
    pub guests: bool,
    /// Others who are members from the start; `NotFound` for unknown ones, `Conflict` for guests where none may be.
    pub members: Vec<UserId>,
}

/// Opens the direct room of the actor and these people: the one there is, or a new one.
#[derive(Debug)]
pub struct OpenDirect {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// The others; nobody for a room of notes to oneself.
    pub users: Vec<UserId>,
}

/// Changes a room that is not direct. An archived one can only be taken out of the archive.
#[derive(Debug)]
pub struct ChangeRoom {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// Which room.
    pub room: RoomId,
    /// What changes; what is so already is left out of the entry, and nothing new writes no entry.
    pub change: RoomChange,
}

pending!(CreateRoom => Room, OpenDirect => Room, ChangeRoom => Written);
