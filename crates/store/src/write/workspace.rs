//! The workspace: set-up and changes.

use parlor_protocol::workspace::Door;

use super::Actor;
use super::sessions::{Entered, NewSession};
use super::users::NewUser;
use crate::records::{MessageText, Workspace};

/// Sets the workspace up, in one transaction and once: the workspace, its owner, the built-in bot, and the lobby
/// with the bot's first message. `Conflict(SetUpDone)` afterwards.
#[derive(Debug)]
pub struct SetUp {
    /// Name of the workspace.
    pub workspace: String,
    /// The owner.
    pub owner: NewUser,
    /// The owner's device.
    pub session: NewSession,
    /// The built-in bot.
    pub bot: NewUser,
    /// Name of the first room: public, open to guests.
    pub lobby: String,
    /// The first message in it.
    pub welcome: MessageText,
    /// Token of the standing link, for when its door is opened.
    pub standing: String,
}

/// Changes the workspace; what is absent stays.
#[derive(Debug)]
pub struct ChangeWorkspace {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// New name.
    pub name: Option<String>,
    /// New door.
    pub door: Option<Door>,
}

pending!(SetUp => Entered, ChangeWorkspace => Workspace);
