//! Members: join, leave, add, remove, change the role.

use parlor_protocol::{Nonce, Role, RoomId, UserId};

use super::Actor;
use crate::records::Written;

/// Joins a public room. A member who joins again changes nothing.
#[derive(Debug)]
pub struct JoinRoom {
    /// Who; `least` is demanded in the workspace. Guests join rooms that are open to guests; others are `NotFound`.
    pub actor: Actor,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// Which room.
    pub room: RoomId,
}

/// Leaves a room that is not direct.
#[derive(Debug)]
pub struct LeaveRoom {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// Which room.
    pub room: RoomId,
}

/// Adds people to a room that is not direct. Those who are members stay as they are.
#[derive(Debug)]
pub struct AddMembers {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// Which room.
    pub room: RoomId,
    /// Whom; `NotFound` for unknown or disabled ones, `Conflict(NoGuests)` for guests where none may be.
    pub users: Vec<UserId>,
}

/// Removes a member from a room that is not direct: one whose effective role is below the actor's.
#[derive(Debug)]
pub struct RemoveMember {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// Which room.
    pub room: RoomId,
    /// Whom; somebody who is no member changes nothing.
    pub user: UserId,
}

/// Makes a member a moderator of the room, or an ordinary member again.
#[derive(Debug)]
pub struct ChangeMember {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// Which room.
    pub room: RoomId,
    /// Whose role. Guests can't be moderators.
    pub user: UserId,
    /// `Member` or `Moderator`; `Forbidden` otherwise.
    pub role: Role,
}

pending!(JoinRoom => Written, LeaveRoom => Written, AddMembers => Written, RemoveMember => Written, ChangeMember => Written);
