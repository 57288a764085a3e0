//! Read markers and what is unread.

use parlor_protocol::messages::{ReadGet, ReadMark, ReadRewind};
use parlor_store::write::reads::{MarkRead, RewindRead};

use crate::chat::no_such_room;
use crate::fault::Answer;
use crate::proof::Member;
use crate::{Chat, wire};

/// Moves the caller's read marker forward.
pub async fn mark(chat: &Chat, member: &Member, request: ReadMark) -> Answer<ReadMark> {
    let actor = member.acts::<ReadMark>();
    let unread = chat.store.write(MarkRead { actor, room: member.room, seq: request.seq }).await?;
    Ok(wire::unread(unread))
}

/// Puts the caller's read marker where they want to read on, also back.
pub async fn rewind(chat: &Chat, member: &Member, request: ReadRewind) -> Answer<ReadRewind> {
    let actor = member.acts::<ReadRewind>();
    let unread = chat.store.write(RewindRead { actor, room: member.room, seq: request.seq }).await?;
    Ok(wire::unread(unread))
}

/// Counts what is unread.
pub async fn get(chat: &Chat, member: &Member, _request: ReadGet) -> Answer<ReadGet> {
    let (user, room) = (member.caller.user, member.room);
    let unread = chat.store.read(move |snapshot| snapshot.unread(user, room)).await?;
    unread.map(wire::unread).ok_or_else(no_such_room)
}
