//! What anyone may know before signing in.

use parlor_protocol::workspace::LobbyGet;

use crate::Chat;
use crate::chat::pending;
use crate::fault::Answer;
use crate::proof::Visitor;

/// Tells the name of the workspace and which doors are open.
pub async fn get(chat: &Chat, visitor: &Visitor, request: LobbyGet) -> Answer<LobbyGet> {
    pending((chat, visitor, request))
}
