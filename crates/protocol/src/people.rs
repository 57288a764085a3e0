//! Users, their sessions and their profiles.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::{SessionId, UserId};

/// What a user may do, from least to most. A user has one in the workspace and one in each room; the greater
/// counts in the room, where workspace roles below moderator add nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Came through the guest door: sees only rooms that are open to guests.
    Guest,
    /// An ordinary user.
    Member,
    /// Keeps order: deletes others' messages, removes members, changes rooms.
    Moderator,
    /// Runs the workspace: invites, users, bots, settings.
    Admin,
    /// An admin who can't be removed by other admins. At least one remains.
    Owner,
}

impl Role {
    /// Every role, from least to most.
    pub const ALL: [Self; 5] = [Self::Guest, Self::Member, Self::Moderator, Self::Admin, Self::Owner];
}

/// A user as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct User {
    /// The user's id.
    pub id: UserId,
    /// Unique name, `[a-z0-9._-]{2,32}`, used in mentions.
    pub username: String,
    /// Display name.
    pub name: String,
    /// Role in the workspace.
    pub role: Role,
    /// Whether this is a program.
    pub bot: bool,
    /// Whether the account is disabled: it can't sign in, its messages stay.
    pub disabled: bool,
    /// Name of the picture, served at `/files/avatars/{avatar}`; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub avatar: Option<String>,
    /// Status text; may be empty.
    pub status: String,
}

/// What a user set for themselves; the same on all of their devices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Settings {
    /// Colour scheme.
    pub theme: Theme,
    /// Whether a new message makes a sound.
    pub sound: bool,
    /// Whether single-letter keys act on a focused message.
    pub letter_keys: bool,
    /// For how many seconds a message can be called back before it is sent: 0, 5, 10 or 20.
    pub undo_send_s: u8,
    /// Whether the composer shows its toolbar.
    pub toolbar: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { theme: Theme::System, sound: true, letter_keys: true, undo_send_s: 0, toolbar: true }
    }
}

/// Colour scheme of the web client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the device has it.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// A signed-in device of the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Session {
    /// Names the session in `session:revoke`.
    pub id: SessionId,
    /// Whether this is the session that asks.
    pub current: bool,
    /// What the device called itself (its `User-Agent`, cut at 256 characters).
    pub device: String,
    /// When it signed in, in milliseconds since 1970.
    #[ts(type = "number")]
    pub created_at_ms: u64,
    /// When it was last seen, in milliseconds since 1970; exact to the minute.
    #[ts(type = "number")]
    pub seen_at_ms: u64,
}

/// Signs in with a password. Sets the session cookie.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SessionCreate {
    /// Username; letter case does not matter.
    pub username: String,
    /// Password.
    pub password: String,
}

/// The caller is signed in. Browsers get the session in a cookie; scripts that ask with `X-Parlor-Token: 1` get it as `token`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SignedIn {
    /// Who signed in.
    pub user: User,
    /// The session's secret, for `auth: {token}` or `Authorization: Bearer`; only when it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub token: Option<String>,
}

/// Ends the caller's session: signs out.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SessionEnd {}

/// Lists the caller's sessions, last seen first.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SessionList {}

/// The caller's sessions.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Sessions {
    /// Last seen first.
    pub sessions: Vec<Session>,
}

/// Ends one of the caller's sessions.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SessionRevoke {
    /// Which one.
    pub session: SessionId,
}

/// Ends all of the caller's sessions but this one.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SessionRevokeOthers {}

/// Changes the caller's password and ends their other sessions.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password until now.
    pub old: String,
    /// The password from now on.
    pub new: String,
}

/// Changes the caller's profile; what is absent stays. Pictures are uploaded with `PUT /api/avatar`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ProfileChange {
    /// New display name.
    #[serde(default)]
    #[ts(optional)]
    pub name: Option<String>,
    /// New status text; empty removes it.
    #[serde(default)]
    #[ts(optional)]
    pub status: Option<String>,
    /// `true` removes the picture.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub remove_avatar: bool,
}

/// Replaces the caller's settings.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SettingsChange {
    /// All settings.
    pub settings: Settings,
}

/// Looks users up by id. Those that the caller can't see are left out.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct UserGet {
    /// Up to 200 ids.
    pub users: Vec<UserId>,
}

/// Finds users whose name or username starts with a text, by name. Guests find only members of their rooms.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct UserList {
    /// What the name starts with; everyone when absent or empty.
    #[serde(default)]
    #[ts(optional)]
    pub query: Option<String>,
    /// Continue after this username.
    #[serde(default)]
    #[ts(optional)]
    pub after: Option<String>,
    /// Disabled users too (admins only).
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub disabled: bool,
}

/// A page of users.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Users {
    /// At most 200.
    pub users: Vec<User>,
    /// Whether there are more.
    pub more: bool,
}

/// Changes a user's role in the workspace. Only an owner makes or unmakes admins and owners; the last owner stays.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct UserChangeRole {
    /// Whose.
    pub user: UserId,
    /// The new role.
    pub role: Role,
}

/// Disables a user: ends all sessions, closes all sockets, refuses new ones. Messages stay.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct UserDisable {
    /// Whom.
    pub user: UserId,
}

/// Lets a disabled user sign in again.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct UserEnable {
    /// Whom.
    pub user: UserId,
}

/// Creates a bot: a user that signs in with a token.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct BotCreate {
    /// Display name.
    pub name: String,
    /// Username.
    pub username: String,
}

/// A bot and its token, which is told only now.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BotToken {
    /// The bot.
    pub user: User,
    /// Its secret: begins with `pb_`. Only its hash is kept.
    pub token: String,
}

/// Gives a bot a new token and ends the old one.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct BotRotate {
    /// Which bot.
    pub user: UserId,
}

/// Done; there is nothing to tell.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Done {}
