//! Messages.

use parlor_protocol::messages::{MessageDelete, MessageEdit, MessageGet, MessageSearch, MessageSend};

use crate::Chat;
use crate::chat::pending;
use crate::fault::Answer;
use crate::proof::{Caller, Member};

/// Writes a message.
pub async fn send(chat: &Chat, member: &Member, request: MessageSend) -> Answer<MessageSend> {
    pending((chat, member, request))
}

/// Changes the text of the caller's own message.
pub async fn edit(chat: &Chat, member: &Member, request: MessageEdit) -> Answer<MessageEdit> {
    pending((chat, member, request))
}

/// Deletes a message.
pub async fn delete(chat: &Chat, member: &Member, request: MessageDelete) -> Answer<MessageDelete> {
    pending((chat, member, request))
}

/// Looks messages up by seq.
pub async fn get(chat: &Chat, member: &Member, request: MessageGet) -> Answer<MessageGet> {
    pending((chat, member, request))
}

/// Finds messages in the caller's rooms.
pub async fn search(chat: &Chat, caller: &Caller, request: MessageSearch) -> Answer<MessageSearch> {
    pending((chat, caller, request))
}
