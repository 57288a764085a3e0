//! The members of rooms.

use parlor_protocol::limits;
use parlor_protocol::rooms::{MemberAdd, MemberChange, MemberList, MemberRemove, Members, RoomMember};
use parlor_store::read::MemberQuery;
use parlor_store::records;
use parlor_store::write::members::{AddMembers, ChangeMember, RemoveMember};

use crate::chat::no_such_room;
use crate::fault::Answer;
use crate::proof::Member;
use crate::{Chat, presence, rooms, text, wire};

/// Lists a room's members.
pub async fn list(chat: &Chat, member: &Member, request: MemberList) -> Answer<MemberList> {
    let (room, user) = (member.room, member.caller.user);
    let starts = text::line(request.query.as_deref().unwrap_or_default(), "query", limits::NAME_CHARS)?;
    let found = chat.store.read(move |snapshot| {
        if snapshot.member(user, room)?.is_none() {
            return Ok(None);
        }
        let limit = u32::try_from(limits::USERS_PER_CALL).unwrap_or(u32::MAX);
        let query = MemberQuery { starts: &starts, after: request.after.as_deref(), limit };
        snapshot.members(room, query).map(Some)
    });
    let found = found.await?.ok_or_else(no_such_room)?;
    let listed = |member: records::Member| RoomMember { user: wire::user(member.user), role: member.role };
    Ok(Members { members: found.items.into_iter().map(listed).collect(), more: found.more })
}

/// Adds people to a room.
pub async fn add(chat: &Chat, member: &Member, request: MemberAdd) -> Answer<MemberAdd> {
    let actor = member.acts::<MemberAdd>();
    rooms::few_enough(request.users.len())?;
    let (nonce, room, users) = (request.nonce, member.room, request.users);
    let written = chat.store.write(AddMembers { actor, nonce, room, users }).await?;
    Ok(wire::written(written))
}

/// Removes a member of a lower role.
pub async fn remove(chat: &Chat, member: &Member, request: MemberRemove) -> Answer<MemberRemove> {
    let actor = member.acts::<MemberRemove>();
    let (nonce, room, user) = (request.nonce, member.room, request.user);
    let written = chat.store.write(RemoveMember { actor, nonce, room, user }).await?;
    presence::part(chat, user).await?;
    Ok(wire::written(written))
}

/// Changes a member's role in the room.
pub async fn change(chat: &Chat, member: &Member, request: MemberChange) -> Answer<MemberChange> {
    let actor = member.acts::<MemberChange>();
    let (nonce, room, user, role) = (request.nonce, member.room, request.user, request.role);
    let written = chat.store.write(ChangeMember { actor, nonce, room, user, role }).await?;
    Ok(wire::written(written))
}
