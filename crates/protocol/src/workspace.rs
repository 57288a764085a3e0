//! The workspace: set-up, doors and invites.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::{InviteId, RoomId, UserId};
use crate::people::Role;

/// How people get in without being invited one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Door {
    /// Only with an invite.
    Invited,
    /// Anyone who has the workspace's standing link makes an account.
    Link,
    /// Anyone types a name and is in, as a guest.
    Guest,
}

/// What anyone may know before signing in.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Lobby {
    /// Name of the workspace; empty before set-up.
    pub name: String,
    /// Whether set-up was done.
    pub set_up: bool,
    /// Whether the guest door is open.
    pub guests: bool,
    /// Version of the server.
    pub version: String,
}

/// What members know of the workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Workspace {
    /// Its name.
    pub name: String,
    /// Its door.
    pub door: Door,
    /// How often its own emoji were changed: with another number than before, `emoji:list` tells others.
    pub emoji: u32,
}

/// Tells what anyone may know: the name and which doors are open.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LobbyGet {}

/// Sets the workspace up and makes its owner. Works once, with the token of the link that the server printed.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct WorkspaceSetUp {
    /// Token of the set-up link.
    pub token: String,
    /// Name of the workspace.
    pub workspace: String,
    /// Display name of the owner.
    pub name: String,
    /// Username of the owner.
    pub username: String,
    /// Password of the owner.
    pub password: String,
}

/// Changes the workspace; what is absent stays.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct WorkspaceChange {
    /// New name.
    #[serde(default)]
    #[ts(optional)]
    pub name: Option<String>,
    /// New door.
    #[serde(default)]
    #[ts(optional)]
    pub door: Option<Door>,
}

/// Comes in as a guest, while the guest door is open.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct GuestJoin {
    /// Display name.
    pub name: String,
}

/// Makes an invite link.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct InviteCreate {
    /// Role of those who accept: guest or member; moderator and admin only by an owner.
    #[serde(default = "member")]
    #[ts(optional, as = "Option<Role>")]
    pub role: Role,
    /// How long it works, in milliseconds, at most a year; 7 days when absent.
    #[serde(default)]
    #[ts(optional, type = "number")]
    pub expires_in_ms: Option<u64>,
    /// How often it works; without a limit when absent.
    #[serde(default)]
    #[ts(optional)]
    pub uses: Option<u32>,
    /// A room that those who accept join too; the caller must be a member of it.
    #[serde(default)]
    #[ts(optional)]
    pub room: Option<RoomId>,
}

fn member() -> Role {
    Role::Member
}

/// A new invite with its secret, which is told only now.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct InviteCreated {
    /// The invite.
    pub invite: Invite,
    /// Secret of the link: the page is `/join/{token}`, its QR code `/api/qr/{token}`.
    pub token: String,
}

/// An invite as admins list it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Invite {
    /// Names it in `invite:revoke`.
    pub id: InviteId,
    /// Who made it.
    pub by: UserId,
    /// Role of those who accept.
    pub role: Role,
    /// A room that those who accept join too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub room: Option<RoomId>,
    /// When it ends, in milliseconds since 1970.
    #[ts(type = "number")]
    pub expires_at_ms: u64,
    /// How often it still works; without a limit when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub uses_left: Option<u32>,
    /// How many came with it.
    pub used: u32,
}

/// Lists the invites that still work, newest first.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct InviteList {}

/// Invites that still work and the standing link.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Invites {
    /// Newest first.
    pub invites: Vec<Invite>,
    /// Token of the standing link, while the door is `link`: the page is `/join/{token}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub standing: Option<String>,
}

/// Ends an invite.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct InviteRevoke {
    /// Which one; the standing link gets a new token when absent.
    #[serde(default)]
    #[ts(optional)]
    pub invite: Option<InviteId>,
}

/// Tells what an invite leads to, without using it.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct InviteGet {
    /// Secret of the link.
    pub token: String,
}

/// What an invite leads to.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct InvitePreview {
    /// Name of the workspace.
    pub workspace: String,
    /// Display name of who invites; absent for the standing link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub by: Option<String>,
    /// Role of those who accept: a guest needs no username and no password.
    pub role: Role,
    /// Name of the room it leads to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub room: Option<String>,
}

/// Accepts an invite: makes an account and signs it in.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct InviteAccept {
    /// Secret of the link.
    pub token: String,
    /// Display name.
    pub name: String,
    /// Username; not for guests.
    #[serde(default)]
    #[ts(optional)]
    pub username: Option<String>,
    /// Password; not for guests.
    #[serde(default)]
    #[ts(optional)]
    pub password: Option<String>,
}
