//! Proofs that calls ask for instead of ids: who knocks, who is signed in, who is a member.

use std::net::IpAddr;

use parlor_protocol::people::SignedIn;
use parlor_protocol::rooms::{RoomKind, RoomStyle};
use parlor_protocol::{Role, RoomId, SessionId, UserId};
use sha2::{Digest, Sha256};

/// Whoever makes a call without a session.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Where the call comes from.
    pub address: IpAddr,
    /// What the device calls itself (`User-Agent`); cut at 256 characters when it is kept.
    pub device: String,
}

/// The hash of a session's secret or of a bot's token: enough to authenticate with here, worthless elsewhere.
/// A socket keeps this and shows it with every call, so that a revoked session ends with the next call at the latest.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ticket([u8; 32]);

impl Ticket {
    /// The ticket of a secret, as it came in a cookie, in `Authorization: Bearer` or in `auth: {token}`.
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }

    pub(crate) fn hash(&self) -> [u8; 32] {
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
    pub(crate) expires_at_ms: u64,
}

impl Caller {
    /// The same caller, speaking through this socket: needed for presence, which is kept for each socket.
    #[must_use]
    pub fn on(mut self, socket: SocketId) -> Self {
        self.socket = Some(socket);
        self
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

    /// When the session ends unless it is used before, in milliseconds since 1970.
    pub fn expires_at_ms(&self) -> u64 {
        self.expires_at_ms
    }
}

/// A caller who is a member of a room, as of one call: obtained from [`crate::Chat::member`].
#[derive(Debug, Clone)]
pub struct Member {
    pub(crate) caller: Caller,
    pub(crate) room: RoomId,
    pub(crate) role: Role,
    pub(crate) kind: RoomKind,
    pub(crate) style: RoomStyle,
    pub(crate) archived: bool,
}

impl Member {
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
