//! Who is typing.

use parlor_protocol::live::{TypingStart, TypingStop};

use crate::Chat;
use crate::chat::pending;
use crate::fault::Answer;
use crate::proof::Member;

/// Tells the room that the caller types.
pub async fn start(chat: &Chat, member: &Member, request: TypingStart) -> Answer<TypingStart> {
    pending((chat, member, request))
}

/// Tells the room that the caller stopped typing.
pub async fn stop(chat: &Chat, member: &Member, request: TypingStop) -> Answer<TypingStop> {
    pending((chat, member, request))
}
