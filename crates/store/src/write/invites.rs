//! Invites and doors: how people come in.

use parlor_protocol::{InviteId, Role, RoomId};

use super::Actor;
use super::sessions::{Entered, NewSession};
use super::users::NewUser;
use crate::records::Invite;
use crate::secrets::TokenHash;

/// Makes an invite. Only an owner invites moderators and admins; nobody invites owners.
#[derive(Debug)]
pub struct CreateInvite {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// Hash of the link's token.
    pub token: TokenHash,
    /// Role of those who accept.
    pub role: Role,
    /// A room, not direct, that those who accept join too; the actor must be a member of it.
    pub room: Option<RoomId>,
    /// When it ends, in milliseconds since 1970.
    pub expires_at_ms: u64,
    /// How often it works; without a limit when absent.
    pub uses: Option<u32>,
}

/// Ends an invite; `NotFound` if it does not work any more.
#[derive(Debug)]
pub struct RevokeInvite {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// Which one.
    pub invite: InviteId,
}

/// Gives the standing link another token.
#[derive(Debug)]
pub struct RenewStandingLink {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// The new token.
    pub token: String,
}

/// Comes in with an invite or with the standing link: makes an account, signs it in, joins the lobby and the
/// invite's room. `Expired` for links that do not work any more, `NotFound` for those that never did.
#[derive(Debug)]
pub struct AcceptInvite {
    /// Hash of the link's token.
    pub token: TokenHash,
    /// Who comes in. The invite gives the role: no password for guests, one for all others, or `Forbidden`.
    pub user: NewUser,
    /// Their device.
    pub session: NewSession,
}

/// Comes in as a guest while the guest door is open, or `Conflict(DoorClosed)`.
#[derive(Debug)]
pub struct JoinAsGuest {
    /// Who comes in, without a password.
    pub user: NewUser,
    /// Their device.
    pub session: NewSession,
}

pending!(CreateInvite => Invite, RevokeInvite => (), RenewStandingLink => (), AcceptInvite => Entered, JoinAsGuest => Entered);
