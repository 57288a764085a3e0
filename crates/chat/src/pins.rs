//! Pins.

use parlor_protocol::pins::{MessagePin, MessageUnpin, PinList, Pins};
use parlor_store::write::pins::{PinMessage, UnpinMessage};

use crate::chat::no_such_room;
use crate::fault::Answer;
use crate::named::Names;
use crate::proof::Member;
use crate::{Chat, wire};

/// Pins a message.
pub async fn pin(chat: &Chat, member: &Member, request: MessagePin) -> Answer<MessagePin> {
    let actor = member.acts::<MessagePin>();
    let MessagePin { room, seq: message, nonce } = request;
    Ok(wire::written(chat.store.write(PinMessage { actor, room, nonce, message }).await?))
}

/// Takes a message off the pins.
pub async fn unpin(chat: &Chat, member: &Member, request: MessageUnpin) -> Answer<MessageUnpin> {
    let actor = member.acts::<MessageUnpin>();
    let MessageUnpin { room, seq: message, nonce } = request;
    Ok(wire::written(chat.store.write(UnpinMessage { actor, room, nonce, message }).await?))
}

/// Lists a room's pins.
pub async fn list(chat: &Chat, member: &Member, _request: PinList) -> Answer<PinList> {
    let (room, user) = (member.room, member.caller.user);
    let found = chat.store.read(move |snapshot| {
        let Some(membership) = snapshot.member(user, room)? else { return Ok(None) };
        let messages = snapshot.pins(room)?;
        let mut names = Names::default();
        names.messages(&messages);
        Ok(Some((messages, names.look_up(snapshot)?, membership.head)))
    });
    let (messages, users, head) = found.await?.ok_or_else(no_such_room)?;
    Ok(Pins { messages: wire::messages(messages), users: wire::users(users), head })
}
