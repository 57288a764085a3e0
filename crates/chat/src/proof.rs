//! Proofs that calls ask for instead of ids: who knocks, who is signed in, who is a member.

use std::net::IpAddr;

use parlor_protocol::calls::Who;
use parlor_protocol::people::SignedIn;
use parlor_protocol::{Code, Request, Role, RoomId, SessionId, UserId};
use parlor_store::write::sessions::{Entered, NewSession};
use parlor_store::{Actor, TokenHash};

use crate::Chat;
use crate::fault::Fault;
use crate::wire;

/// Characters of a device's name that are kept.
const DEVICE_CHARS: usize = 256;

/// Whoever makes a call without a session.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Where the call comes from.
    pub address: IpAddr,
    /// What the device calls itself (`User-Agent`); cut at 256 characters when it is kept.
    pub device: String,
}

impl Visitor {
    /// The visitor's device with a new session of this secret.
    pub(crate) fn device(&self, secret: &str) -> NewSession {
        let device = self.device.chars().filter(|c| !c.is_control()).take(DEVICE_CHARS).collect();
        NewSession { token: TokenHash::of(secret), device }
    }
}

/// The least role that a rule asks for.
pub(crate) const fn least(who: Who) -> Role {
    match who {
        Who::Anyone => Role::Guest,
        Who::Workspace(role) | Who::Room(role) | Who::OwnOr(role) => role,
    }
}

/// The hash of a session's secret or of a bot's token: enough to authenticate with here, worthless elsewhere.
/// A socket keeps this and shows it with every call, so that a revoked session ends with the next call at the latest.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ticket(TokenHash);

impl Ticket {
    /// The ticket of a secret, as it came in a cookie, in `Authorization: Bearer` or in `auth: {token}`.
    pub fn of(secret: &str) -> Self {
        Self(TokenHash::of(secret))
    }

    pub(crate) fn hash(&self) -> TokenHash {
        self.0
    }
}

impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ticket(…)")
    }
}

/// Names one socket of this process; the server gives the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u64);

/// Somebody who is signed in, as of one call: obtained for each call anew from [`crate::Chat::authenticate`].
#[derive(Debug, Clone)]
pub struct Caller {
    pub(crate) user: UserId,
    pub(crate) session: SessionId,
    pub(crate) role: Role,
    pub(crate) bot: bool,
    pub(crate) socket: Option<SocketId>,
    pub(crate) ends_at_ms: Option<u64>,
}

impl Caller {
    /// The same caller, speaking through this socket: needed for presence, which is kept for each socket.
    #[must_use]
    pub fn on(mut self, socket: SocketId) -> Self {
        self.socket = Some(socket);
        self
    }

    /// The caller as the store knows them, if their role suffices for this call.
    ///
    /// # Errors
    /// `forbidden`.
    pub(crate) fn acts<R: Request>(&self) -> Result<Actor, Fault> {
        if self.role < least(R::WHO) {
            return Err(Fault::refused(Code::Forbidden, "your role does not allow this"));
        }
        Ok(self.actor(least(R::WHO)))
    }

    pub(crate) fn actor(&self, least: Role) -> Actor {
        Actor { user: self.user, session: Some(self.session), least }
    }

    /// Who it is.
    pub fn user(&self) -> UserId {
        self.user
    }

    /// Their session.
    pub fn session(&self) -> SessionId {
        self.session
    }

    /// Their role in the workspace.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Whether it is a program that signed in with a bot's token.
    pub fn bot(&self) -> bool {
        self.bot
    }

    /// When the session ends at the latest, in milliseconds since 1970; never for a bot's token.
    pub fn ends_at_ms(&self) -> Option<u64> {
        self.ends_at_ms
    }
}

/// A caller who is a member of a room, as of one call: obtained from [`crate::Chat::member`].
#[derive(Debug, Clone)]
pub struct Member {
    pub(crate) caller: Caller,
    pub(crate) room: RoomId,
    pub(crate) role: Role,
    pub(crate) direct: bool,
    /// Whether the room takes new messages of this member.
    pub(crate) writes: bool,
}

impl Member {
    /// The member as the store knows them, with the role that this call asks for.
    pub(crate) fn acts<R: Request>(&self) -> Actor {
        self.caller.actor(least(R::WHO))
    }

    /// The caller.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The room.
    pub fn room(&self) -> RoomId {
        self.room
    }

    /// Their role here: the greater of the room's and the workspace's.
    pub fn role(&self) -> Role {
        self.role
    }
}

/// A new session: what is answered, and the secret that the server puts into the cookie.
pub struct Admitted {
    /// The answer, without its token.
    pub signed_in: SignedIn,
    /// The session's secret, which is told only now: for the cookie, and as `token` for those who ask.
    pub secret: String,
    /// How long the session lives at most, in milliseconds: the cookie's `Max-Age`.
    pub lives_ms: u64,
}

impl Admitted {
    pub(crate) fn new(chat: &Chat, entered: Entered, secret: String) -> Self {
        let signed_in = SignedIn { user: wire::user(entered.user), token: None };
        Self { signed_in, secret, lives_ms: chat.session_life_ms }
    }
}
