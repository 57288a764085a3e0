//! Sessions: sign in, sign out, seen.

use parlor_protocol::limits::SESSIONS_PER_USER;
use parlor_protocol::live::Ended;
use parlor_protocol::{SessionId, UserId};

use super::{Actor, Command};
use crate::codec::{self, Column};
use crate::entries::Published;
use crate::gate::Standing;
use crate::random;
use crate::records::User;
use crate::refused::{Fault, Refused};
use crate::secrets::TokenHash;
use crate::tx::Tx;

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

impl Command for CreateSession {
    type Done = Entered;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Entered, Fault> {
        let known = tx.maybe(
            "SELECT 1 FROM users WHERE id = ?1 AND disabled = 0 AND bot = 0 AND password = ?2",
            (self.user.number(), &self.password),
            |_| Ok(()),
        )?;
        known.ok_or(Refused::Unauthenticated)?;
        make_room(tx, self.user)?;
        self.session.enter(tx, self.user)
    }
}

/// Ends the sessions idle for longest, so that one more fits in.
fn make_room(tx: &mut Tx<'_>, user: UserId) -> Result<(), Fault> {
    let oldest = tx.all(
        "SELECT id FROM sessions WHERE user = ?1 AND bot = 0 ORDER BY seen_at DESC, id LIMIT -1 OFFSET ?2",
        (user.number(), SESSIONS_PER_USER - 1),
        |row| codec::session_id(row.get(0)?),
    )?;
    oldest.into_iter().try_for_each(|session| end(tx, user, Which::One(session), Ended::Expired))
}

impl NewSession {
    /// Signs the user in.
    pub(super) fn enter(&self, tx: &Tx<'_>, user: UserId) -> Result<Entered, Fault> {
        let session = add(tx, user, &self.token, Some(&self.device))?;
        let user = User::find(tx.connection(), user)?.ok_or(Refused::NotFound)?;
        Ok(Entered { user, session })
    }
}

/// Adds a session or, without a device, a bot's token.
pub(super) fn add(
    tx: &Tx<'_>,
    user: UserId,
    token: &TokenHash,
    device: Option<&str>,
) -> Result<SessionId, Fault> {
    let session = codec::session_id(random::number()?.cast_signed())?;
    tx.run(
        "INSERT INTO sessions (id, user, hash, bot, device, created_at, seen_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
        (session.number(), user.number(), token.0, device.is_none(), device.unwrap_or_default(), tx.now_ms),
    )?;
    Ok(session)
}

impl Command for EndSession {
    type Done = ();

    fn apply(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        Standing::look(tx, &self.actor, None)?.demand(self.actor.least)?;
        let theirs = tx.maybe(
            "SELECT 1 FROM sessions WHERE id = ?1 AND user = ?2 AND bot = 0",
            (self.session.number(), self.actor.user.number()),
            |_| Ok(()),
        )?;
        theirs.ok_or(Refused::NotFound)?;
        end(tx, self.actor.user, Which::One(self.session), Ended::SignedOut)
    }
}

impl Command for EndOtherSessions {
    type Done = ();

    fn apply(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        Standing::look(tx, &self.actor, None)?.demand(self.actor.least)?;
        end(tx, self.actor.user, Which::But(self.actor.session), Ended::SignedOut)
    }
}

/// Which of a user's sessions end.
#[derive(Debug, Clone, Copy)]
pub(super) enum Which {
    /// This one.
    One(SessionId),
    /// All but this one.
    But(Option<SessionId>),
}

/// Ends sessions and tells so. A bot's token stays, unless its bot is given another one: it does not work while the
/// bot is disabled, and works again afterwards.
pub(super) fn end(tx: &mut Tx<'_>, user: UserId, which: Which, why: Ended) -> Result<(), Fault> {
    let (one, but) = match which {
        Which::One(session) => (Some(session.number()), None),
        Which::But(session) => (None, session.map(Column::number)),
    };
    let ended = tx.all(
        "SELECT id FROM sessions WHERE user = ?1 AND (?2 IS NULL OR id = ?2) AND id IS NOT ?3",
        (user.number(), one, but),
        |row| codec::session_id(row.get(0)?),
    )?;
    for session in ended {
        tx.run("DELETE FROM sessions WHERE id = ?1 AND bot = 0", [session.number()])?;
        tx.published.push(Published::SessionEnded { user, session, why });
    }
    Ok(())
}

impl Command for MarkSeen {
    type Done = ();

    fn apply(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        for (session, at_ms) in &self.seen {
            let at_ms = (*at_ms).min(tx.now_ms);
            let seen = (session.number(), at_ms);
            tx.run("UPDATE sessions SET seen_at = max(seen_at, ?2) WHERE id = ?1", seen)?;
            tx.run(
                "UPDATE users SET seen_at = max(coalesce(seen_at, 0), ?2)
                 WHERE id = (SELECT user FROM sessions WHERE id = ?1)",
                seen,
            )?;
        }
        let expired = tx.all(
            "SELECT user, id FROM sessions WHERE bot = 0 AND (seen_at <= ?1 OR created_at <= ?2)",
            (tx.sessions.oldest_seen(tx.now_ms), tx.sessions.oldest_created(tx.now_ms)),
            |row| Ok((codec::user_id(row.get(0)?)?, codec::session_id(row.get(1)?)?)),
        )?;
        expired.into_iter().try_for_each(|(user, session)| end(tx, user, Which::One(session), Ended::Expired))
    }
}
