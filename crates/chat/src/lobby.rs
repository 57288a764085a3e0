//! What anyone may know before signing in.

use parlor_protocol::workspace::{Door, Lobby, LobbyGet};

use crate::Chat;
use crate::fault::Answer;
use crate::proof::Visitor;

/// Tells the name of the workspace and which doors are open.
pub async fn get(chat: &Chat, _visitor: &Visitor, _request: LobbyGet) -> Answer<LobbyGet> {
    let workspace = chat.workspace().await?;
    Ok(Lobby {
        set_up: workspace.is_some(),
        guests: workspace.as_ref().is_some_and(|workspace| workspace.door == Door::Guest),
        name: workspace.map(|workspace| workspace.name).unwrap_or_default(),
        version: env!("CARGO_PKG_VERSION").into(),
    })
}
