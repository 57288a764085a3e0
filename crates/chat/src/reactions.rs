//! Reactions.

use parlor_protocol::messages::{ReactionAdd, ReactionRemove};

use crate::Chat;
use crate::chat::pending;
use crate::fault::Answer;
use crate::proof::Member;

/// Puts an emoji on a message.
pub async fn add(chat: &Chat, member: &Member, request: ReactionAdd) -> Answer<ReactionAdd> {
    pending((chat, member, request))
}

/// Takes the caller's emoji off a message.
pub async fn remove(chat: &Chat, member: &Member, request: ReactionRemove) -> Answer<ReactionRemove> {
    pending((chat, member, request))
}
