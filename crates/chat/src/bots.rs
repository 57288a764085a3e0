//! Bots and their tokens.

use parlor_protocol::people::{BotCreate, BotRotate};

use crate::Chat;
use crate::chat::pending;
use crate::fault::Answer;
use crate::proof::Caller;

/// Creates a bot and tells its token once.
pub async fn create(chat: &Chat, caller: &Caller, request: BotCreate) -> Answer<BotCreate> {
    pending((chat, caller, request))
}

/// Gives a bot a new token.
pub async fn rotate(chat: &Chat, caller: &Caller, request: BotRotate) -> Answer<BotRotate> {
    pending((chat, caller, request))
}
