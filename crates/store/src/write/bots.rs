//! Bots: users that sign in with a token.

use parlor_protocol::UserId;

use super::Actor;
use super::users::NewUser;
use crate::records::User;
use crate::secrets::TokenHash;

/// Creates a bot: a user with the role of a member, a member of the lobby.
#[derive(Debug)]
pub struct CreateBot {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// The bot, without a password.
    pub user: NewUser,
    /// Hash of its token.
    pub token: TokenHash,
}

/// Gives a bot a new token; its sessions with the old one end.
#[derive(Debug)]
pub struct RotateBot {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// Which bot; `Conflict(Bot)` for people.
    pub user: UserId,
    /// Hash of its new token.
    pub token: TokenHash,
}

pending!(CreateBot => User, RotateBot => User);
