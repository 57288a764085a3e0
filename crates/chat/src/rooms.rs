//! Rooms.

use parlor_protocol::messages::RoomHistory;
use parlor_protocol::rooms::{RoomChange, RoomCreate, RoomDirect, RoomJoin, RoomLeave, RoomList};

use crate::Chat;
use crate::chat::pending;
use crate::fault::Answer;
use crate::proof::{Caller, Member};

/// Creates a room.
pub async fn create(chat: &Chat, caller: &Caller, request: RoomCreate) -> Answer<RoomCreate> {
    pending((chat, caller, request))
}

/// Opens the direct room of the caller and others.
pub async fn direct(chat: &Chat, caller: &Caller, request: RoomDirect) -> Answer<RoomDirect> {
    pending((chat, caller, request))
}

/// Lists the rooms that the caller could join.
pub async fn list(chat: &Chat, caller: &Caller, request: RoomList) -> Answer<RoomList> {
    pending((chat, caller, request))
}

/// Joins a public room.
pub async fn join(chat: &Chat, caller: &Caller, request: RoomJoin) -> Answer<RoomJoin> {
    pending((chat, caller, request))
}

/// Leaves a room.
pub async fn leave(chat: &Chat, member: &Member, request: RoomLeave) -> Answer<RoomLeave> {
    pending((chat, member, request))
}

/// Changes a room.
pub async fn change(chat: &Chat, member: &Member, request: RoomChange) -> Answer<RoomChange> {
    pending((chat, member, request))
}

/// Reads a page of a room's timeline.
pub async fn history(chat: &Chat, member: &Member, request: RoomHistory) -> Answer<RoomHistory> {
    pending((chat, member, request))
}
