//! Bots and their tokens.

use parlor_protocol::people::{BotCreate, BotRotate, BotToken};
use parlor_store::TokenHash;
use parlor_store::write::bots::{CreateBot, RotateBot};
use parlor_store::write::users::NewUser;

use crate::fault::Answer;
use crate::proof::Caller;
use crate::{Chat, names, tokens, wire};

/// Creates a bot and tells its token once.
pub async fn create(chat: &Chat, caller: &Caller, request: BotCreate) -> Answer<BotCreate> {
    let actor = caller.acts::<BotCreate>()?;
    let user = NewUser {
        username: names::username(&request.username)?,
        name: names::display(&request.name)?,
        password: None,
    };
    let token = tokens::bot()?;
    let user = chat.store.write(CreateBot { actor, user, token: TokenHash::of(&token) }).await?;
    Ok(BotToken { user: wire::user(user), token })
}

/// Gives a bot a new token.
pub async fn rotate(chat: &Chat, caller: &Caller, request: BotRotate) -> Answer<BotRotate> {
    let actor = caller.acts::<BotRotate>()?;
    let token = tokens::bot()?;
    let user =
        chat.store.write(RotateBot { actor, user: request.user, token: TokenHash::of(&token) }).await?;
    Ok(BotToken { user: wire::user(user), token })
}
