//! Sessions: sign in, sign out, seen.

use parlor_protocol::{SessionId, UserId};

use super::Actor;
use crate::records::User;
use crate::secrets::TokenHash;

/// A device that signs in.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Hash of the session's token.
    pub token: TokenHash,
    /// What the device called itself.
    pub device: String,
}

/// Somebody is signed in with a new session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entered {
    /// Who.
    pub user: User,
    /// The new session.
    pub session: SessionId,
}

/// Signs a user in whose password was checked. With 50 sessions, the one idle for longest ends.
#[derive(Debug)]
pub struct CreateSession {
    /// Who; `Unauthenticated` if disabled or a bot.
    pub user: UserId,
    /// The hash that the password was checked against; `Unauthenticated` if it has been replaced since.
    pub password: String,
    /// The device.
    pub session: NewSession,
}

/// Ends one of the actor's sessions; `NotFound` if it is not theirs.
#[derive(Debug)]
pub struct EndSession {
    /// Whose; `least` is demanded in the workspace.
    pub actor: Actor,
    /// Which one.
    pub session: SessionId,
}

/// Ends all of the actor's sessions but the one that acts.
#[derive(Debug)]
pub struct EndOtherSessions {
    /// Whose; `least` is demanded in the workspace.
    pub actor: Actor,
}

/// Remembers when sessions, and with them their users, were seen, and ends the sessions that have expired.
///
/// Meant to be written once a minute for all sessions that were seen in it.
#[derive(Debug)]
pub struct MarkSeen {
    /// Each session and when it was seen, in milliseconds since 1970. Unknown ones are passed over.
    pub seen: Vec<(SessionId, u64)>,
}

pending!(CreateSession => Entered, EndSession => (), EndOtherSessions => (), MarkSeen => ());
