//! Rooms.

use parlor_protocol::messages::RoomHistory;
use parlor_protocol::rooms::{
    RoomChange, RoomCreate, RoomDirect, RoomJoin, RoomKind, RoomLeave, RoomList, RoomListing, RoomOpened,
    Rooms,
};
use parlor_protocol::{Code, limits};
use parlor_store::records;
use parlor_store::write::members::{JoinRoom, LeaveRoom};
use parlor_store::write::rooms::{ChangeRoom, CreateRoom, OpenDirect};

use crate::fault::{Answer, Fault};
use crate::proof::{Caller, Member};
use crate::{Chat, names, pages, presence, text, wire};

/// Creates a room.
pub async fn create(chat: &Chat, caller: &Caller, request: RoomCreate) -> Answer<RoomCreate> {
    let actor = caller.acts::<RoomCreate>()?;
    if request.kind == RoomKind::Direct {
        return Err(Fault::refused(
            Code::BadRequest,
            "kind: public or private; room:direct opens direct rooms",
        ));
    }
    few_enough(request.members.len())?;
    let room = chat
        .store
        .write(CreateRoom {
            actor,
            nonce: request.nonce,
            kind: request.kind,
            style: request.style,
            name: names::room(&request.name)?,
            topic: text::line(&request.topic, "topic", limits::TOPIC_CHARS)?,
            guests: request.guests,
            members: request.members,
        })
        .await?;
    Ok(RoomOpened { room: wire::room(room) })
}

/// Opens the direct room of the caller and others.
pub async fn direct(chat: &Chat, caller: &Caller, request: RoomDirect) -> Answer<RoomDirect> {
    let actor = caller.acts::<RoomDirect>()?;
    few_enough(request.users.len())?;
    let room = chat.store.write(OpenDirect { actor, nonce: request.nonce, users: request.users }).await?;
    Ok(RoomOpened { room: wire::room(room) })
}

/// Whether a call names no more users than it may.
pub(crate) fn few_enough(users: usize) -> Result<(), Fault> {
    if users > limits::USERS_PER_CALL {
        return Err(Fault::refused(Code::TooLarge, "at most 200 users in one call"));
    }
    Ok(())
}

/// Lists the rooms that the caller could join.
pub async fn list(chat: &Chat, caller: &Caller, request: RoomList) -> Answer<RoomList> {
    let user = caller.acts::<RoomList>()?.user;
    let rooms = chat.store.read(move |snapshot| snapshot.public_rooms(user, request.archived)).await?;
    let listing = |listing: records::RoomListing| RoomListing {
        room: wire::room(listing.room),
        joined: listing.joined,
    };
    Ok(Rooms { rooms: rooms.into_iter().map(listing).collect() })
}

/// Joins a public room.
pub async fn join(chat: &Chat, caller: &Caller, request: RoomJoin) -> Answer<RoomJoin> {
    let actor = caller.acts::<RoomJoin>()?;
    let written = chat.store.write(JoinRoom { actor, nonce: request.nonce, room: request.room }).await?;
    Ok(wire::written(written))
}

/// Leaves a room.
pub async fn leave(chat: &Chat, member: &Member, request: RoomLeave) -> Answer<RoomLeave> {
    let actor = member.acts::<RoomLeave>();
    let written = chat.store.write(LeaveRoom { actor, nonce: request.nonce, room: member.room }).await?;
    presence::part(chat, member.caller.user).await?;
    Ok(wire::written(written))
}

/// Changes a room.
pub async fn change(chat: &Chat, member: &Member, request: RoomChange) -> Answer<RoomChange> {
    let actor = member.acts::<RoomChange>();
    let mut change = wire::room_change(request.change);
    change.name = change.name.map(|name| names::room(&name)).transpose()?;
    change.topic = change.topic.map(|topic| text::line(&topic, "topic", limits::TOPIC_CHARS)).transpose()?;
    let written =
        chat.store.write(ChangeRoom { actor, nonce: request.nonce, room: member.room, change }).await?;
    Ok(wire::written(written))
}

/// Reads a page of a room's timeline.
pub async fn history(chat: &Chat, member: &Member, request: RoomHistory) -> Answer<RoomHistory> {
    pages::few_enough(request.limit)?;
    let room = member.room;
    pages::read(chat, member, request.limit, move |snapshot, limit, tell| {
        snapshot.history(room, (request.from, limit), tell)
    })
    .await
}
