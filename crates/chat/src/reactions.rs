//! Reactions.

use parlor_protocol::messages::{ReactionAdd, ReactionRemove};
use parlor_store::write::reactions::{AddReaction, RemoveReaction};

use crate::fault::Answer;
use crate::proof::Member;
use crate::{Chat, emoji, wire};

/// Puts an emoji on a message.
pub async fn add(chat: &Chat, member: &Member, request: ReactionAdd) -> Answer<ReactionAdd> {
    let actor = member.acts::<ReactionAdd>();
    let (room, nonce, message) = (member.room, request.nonce, request.seq);
    let emoji = emoji::one(&request.emoji)?;
    let written = chat.store.write(AddReaction { actor, room, nonce, message, emoji }).await?;
    Ok(wire::written(written))
}

/// Takes the caller's emoji off a message.
pub async fn remove(chat: &Chat, member: &Member, request: ReactionRemove) -> Answer<ReactionRemove> {
    let actor = member.acts::<ReactionRemove>();
    let (room, nonce, message) = (member.room, request.nonce, request.seq);
    let emoji = emoji::one(&request.emoji)?;
    let written = chat.store.write(RemoveReaction { actor, room, nonce, message, emoji }).await?;
    Ok(wire::written(written))
}
