//! Users: profile, settings, role, password, disable and enable.

use parlor_protocol::people::Settings;
use parlor_protocol::{Role, UserId};

use super::Actor;
use crate::records::User;

/// A display name and the form by which look-alikes are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayName {
    /// As it is shown.
    pub name: String,
    /// Equal for names that look the same. Unique among users who are not disabled.
    pub skeleton: String,
}

/// Somebody who comes in.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Unique name in lower case.
    pub username: String,
    /// Display name.
    pub name: DisplayName,
    /// The password's hash (a PHC string); `None` for guests and bots.
    pub password: Option<String>,
}

/// Changes the actor's profile; what is absent stays.
#[derive(Debug)]
pub struct ChangeProfile {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// New display name.
    pub name: Option<DisplayName>,
    /// New status text; empty removes it.
    pub status: Option<String>,
    /// New picture; `Some(None)` removes it.
    pub avatar: Option<Option<String>>,
}

/// Replaces the actor's settings. The same settings again write no entry.
#[derive(Debug)]
pub struct ChangeSettings {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// All settings.
    pub settings: Settings,
}

/// Replaces the actor's password and ends their other sessions.
#[derive(Debug)]
pub struct ChangePassword {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// The hash that the old password was checked against; `Conflict` if it has been replaced since.
    pub from: String,
    /// The new password's hash (a PHC string).
    pub to: String,
}

/// Replaces a password's hash by a better one of the same password, unless it was changed since.
#[derive(Debug)]
pub struct RehashPassword {
    /// Whose.
    pub user: UserId,
    /// The hash that was checked.
    pub from: String,
    /// The new hash of the same password.
    pub to: String,
}

/// Sets a user's password from the command line: ends all of their sessions.
#[derive(Debug)]
pub struct ResetPassword {
    /// Whose.
    pub user: UserId,
    /// The new password's hash (a PHC string).
    pub to: String,
}

/// Changes a user's role in the workspace. Only an owner makes or unmakes admins and owners; the last owner stays.
#[derive(Debug)]
pub struct ChangeUserRole {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// Whose.
    pub user: UserId,
    /// The new role. Bots are members: `Conflict(Bot)` for more than moderator.
    pub role: Role,
}

/// Disables a user: ends all sessions. Only an owner disables admins and owners; nobody disables themselves.
#[derive(Debug)]
pub struct DisableUser {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// Whom.
    pub user: UserId,
}

/// Lets a disabled user sign in again. `Conflict(NameTaken)` if somebody took the display name meanwhile.
#[derive(Debug)]
pub struct EnableUser {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// Whom.
    pub user: UserId,
}

pending!(ChangeProfile => User, ChangeSettings => (), ChangePassword => (), RehashPassword => (), ResetPassword => (), ChangeUserRole => User, DisableUser => User, EnableUser => User);
