//! The members of rooms.

use parlor_protocol::rooms::{MemberAdd, MemberChange, MemberList, MemberRemove};

use crate::Chat;
use crate::chat::pending;
use crate::fault::Answer;
use crate::proof::Member;

/// Lists a room's members.
pub async fn list(chat: &Chat, member: &Member, request: MemberList) -> Answer<MemberList> {
    pending((chat, member, request))
}

/// Adds people to a room.
pub async fn add(chat: &Chat, member: &Member, request: MemberAdd) -> Answer<MemberAdd> {
    pending((chat, member, request))
}

/// Removes a member of a lower role.
pub async fn remove(chat: &Chat, member: &Member, request: MemberRemove) -> Answer<MemberRemove> {
    pending((chat, member, request))
}

/// Changes a member's role in the room.
pub async fn change(chat: &Chat, member: &Member, request: MemberChange) -> Answer<MemberChange> {
    pending((chat, member, request))
}
