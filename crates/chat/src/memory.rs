//! What authenticating and looking up memberships remember between calls, so that most calls ask no database.
//!
//! Nothing here is believed longer than it is true: whatever changes it is told after its commit and forgets it, and
//! what was looked up before that moment is not kept after it (`generation`).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use parlor_protocol::{Role, RoomId, SessionId, UserId};
use parlor_store::TokenHash;
use parlor_store::records::SignedIn;

/// Sessions, and users with memberships, that are remembered at most; then all is forgotten and looked up again.
const KEPT: usize = 100_000;

/// A session that lives and its user.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) user: UserId,
    pub(crate) role: Role,
    pub(crate) bot: bool,
    pub(crate) ends_at_ms: Option<u64>,
}

impl From<&SignedIn> for Session {
    fn from(signed_in: &SignedIn) -> Self {
        let user = &signed_in.user;
        Self {
            id: signed_in.session,
            user: user.id,
            role: user.role,
            bot: user.bot,
            ends_at_ms: signed_in.ends_at_ms,
        }
    }
}

/// What a member may do in a room.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    pub(crate) role: Role,
    pub(crate) direct: bool,
    pub(crate) writes: bool,
}

/// Remembered sessions and memberships.
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    generation: u64,
    sessions: HashMap<TokenHash, Session>,
    /// The tokens of each user's remembered sessions.
    tokens: HashMap<UserId, Vec<TokenHash>>,
    standings: HashMap<UserId, HashMap<RoomId, Standing>>,
    /// Sessions that were used since they were last asked for, and when.
    seen: HashMap<SessionId, u64>,
}

impl Known {
    /// Forgets those of a user's sessions.
    fn forget(&mut self, user: UserId, those: impl Fn(&Session) -> bool) {
        let Some(tokens) = self.tokens.get_mut(&user) else { return };
        tokens.retain(|token| {
            let gone = self.sessions.get(token).is_none_or(&those);
            if gone {
                self.sessions.remove(token);
            }
            !gone
        });
        if tokens.is_empty() {
            self.tokens.remove(&user);
        }
    }
}

impl Memory {
    /// The session of this token, if it is remembered; it counts as seen.
    pub(crate) fn session(&self, token: &TokenHash, now_ms: u64) -> Option<Session> {
        let mut known = self.lock();
        let session = known.sessions.get(token).copied()?;
        known.seen.insert(session.id, now_ms);
        Some(session)
    }

    /// What this member may do in this room, if it is remembered.
    pub(crate) fn standing(&self, user: UserId, room: RoomId) -> Option<Standing> {
        self.lock().standings.get(&user)?.get(&room).copied()
    }

    /// To be asked for before a look into the database, and handed over with what was found.
    pub(crate) fn generation(&self) -> u64 {
        self.lock().generation
    }

    /// Remembers a session, unless something changed since the generation was asked for.
    pub(crate) fn keep_session(&self, generation: u64, token: TokenHash, session: Session, now_ms: u64) {
        let mut known = self.lock();
        known.seen.insert(session.id, now_ms);
        if known.generation == generation {
            if known.sessions.len() >= KEPT {
                known.sessions.clear();
                known.tokens.clear();
            }
            if known.sessions.insert(token, session).is_none() {
                known.tokens.entry(session.user).or_default().push(token);
            }
        }
    }

    /// Remembers a membership, unless something changed since the generation was asked for.
    pub(crate) fn keep_standing(&self, generation: u64, user: UserId, room: RoomId, standing: Standing) {
        let mut known = self.lock();
        if known.generation == generation {
            if known.standings.len() >= KEPT {
                known.standings.clear();
            }
            known.standings.entry(user).or_default().insert(room, standing);
        }
    }

    /// A session ended.
    pub(crate) fn forget_session(&self, user: UserId, session: SessionId) {
        self.changed().forget(user, |known| known.id == session);
    }

    /// A user's role or account changed.
    pub(crate) fn forget_user(&self, user: UserId) {
        let mut known = self.changed();
        known.forget(user, |_| true);
        known.standings.remove(&user);
    }

    /// A membership began, ended or changed.
    pub(crate) fn forget_member(&self, user: UserId, room: RoomId) {
        if let Some(rooms) = self.changed().standings.get_mut(&user) {
            rooms.remove(&room);
        }
    }

    /// A room's style or archive changed.
    pub(crate) fn forget_room(&self, room: RoomId) {
        for rooms in self.changed().standings.values_mut() {
            rooms.remove(&room);
        }
    }

    /// Sessions that were used since the last call, and when.
    pub(crate) fn take_seen(&self) -> HashMap<SessionId, u64> {
        std::mem::take(&mut self.lock().seen)
    }

    fn changed(&self) -> MutexGuard<'_, Known> {
        let mut known = self.lock();
        known.generation += 1;
        known
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_looked_up_before_a_change_is_not_kept_after_it() {
        let memory = Memory::default();
        let (user, room) = (UserId::new(1).unwrap(), RoomId::new(2).unwrap());
        let (token, id) = (TokenHash::of("secret"), SessionId::new(3).unwrap());
        let session = Session { id, user, role: Role::Member, bot: false, ends_at_ms: None };
        let standing = Standing { role: Role::Member, direct: false, writes: true };
        let looked_at = memory.generation();
        memory.forget_member(user, room);
        memory.keep_standing(looked_at, user, room, standing);
        memory.keep_session(looked_at, token, session, 5);
        assert!(memory.standing(user, room).is_none() && memory.session(&token, 5).is_none());

        let looked_at = memory.generation();
        memory.keep_standing(looked_at, user, room, standing);
        memory.keep_session(looked_at, token, session, 5);
        assert!(memory.standing(user, room).is_some() && memory.session(&token, 6).is_some());
        assert_eq!(memory.take_seen(), HashMap::from([(id, 6)]));

        memory.forget_session(user, SessionId::new(4).unwrap());
        assert!(memory.session(&token, 7).is_some(), "another session of theirs ended");
        memory.forget_room(room);
        memory.forget_user(user);
        assert!(memory.standing(user, room).is_none() && memory.session(&token, 8).is_none());
    }
}
