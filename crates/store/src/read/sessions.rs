//! Sessions and links: what a secret opens, and lists without secrets.

use parlor_protocol::UserId;
use parlor_protocol::limits::SESSIONS_PER_USER;
use parlor_protocol::workspace::Door;

use super::Snapshot;
use crate::codec::{self, Column};
use crate::records::{Invite, InvitePreview, Link, Session, SignedIn, User, Workspace};
use crate::refused::Failed;
use crate::secrets::TokenHash;

/// Invites that are listed at most.
const INVITES: u32 = 500;

impl Snapshot {
    /// Whom a session's or a bot's token signs in; `None` if it is unknown, has ended or expired, or the user is
    /// disabled.
    pub fn signed_in(&self, token: &TokenHash) -> Result<Option<SignedIn>, Failed> {
        Ok(self.maybe(
            "SELECT s.id, s.bot, s.created_at,
                u.id, u.username, u.name, u.role, u.bot, u.disabled, u.avatar, u.status, u.seen_at
             FROM sessions s JOIN users u ON u.id = s.user
             WHERE s.hash = ?1 AND u.disabled = 0 AND (s.bot = 1 OR s.created_at > ?2 AND s.seen_at > ?3)",
            (token.0, self.oldest_created(), self.oldest_seen()),
            |row| {
                let (bot, created_at): (bool, u64) = (row.get(1)?, row.get(2)?);
                Ok(SignedIn {
                    session: codec::session_id(row.get(0)?)?,
                    user: User::read(row, 3)?,
                    ends_at_ms: (!bot).then(|| created_at.saturating_add(self.sessions.whole_ms)),
                })
            },
        )?)
    }

    /// A user's valid sessions, last seen first. Bots' tokens are none.
    pub fn sessions(&self, user: UserId) -> Result<Vec<Session>, Failed> {
        Ok(self.all(
            "SELECT id, device, created_at, seen_at FROM sessions
             WHERE user = ?1 AND bot = 0 AND created_at > ?2 AND seen_at > ?3
             ORDER BY seen_at DESC, id LIMIT ?4",
            (user.number(), self.oldest_created(), self.oldest_seen(), SESSIONS_PER_USER),
            |row| {
                Ok(Session {
                    id: codec::session_id(row.get(0)?)?,
                    device: row.get(1)?,
                    created_at_ms: row.get(2)?,
                    seen_at_ms: row.get(3)?,
                })
            },
        )?)
    }

    fn oldest_created(&self) -> u64 {
        self.sessions.oldest_created(self.now_ms)
    }

    fn oldest_seen(&self) -> u64 {
        self.sessions.oldest_seen(self.now_ms)
    }

    /// The invites that still work, newest first.
    pub fn invites(&self) -> Result<Vec<Invite>, Failed> {
        Ok(self.all(
            r#"SELECT id, "by", role, room, expires_at, uses_left, used FROM invites
               WHERE revoked = 0 AND expires_at > ?1 AND (uses_left IS NULL OR uses_left > 0)
               ORDER BY created_at DESC, id LIMIT ?2"#,
            (self.now_ms, INVITES),
            |row| {
                let room: Option<i64> = row.get(3)?;
                Ok(Invite {
                    id: codec::invite_id(row.get(0)?)?,
                    by: codec::user_id(row.get(1)?)?,
                    role: codec::role(row.get(2)?)?,
                    room: room.map(codec::room_id).transpose()?,
                    expires_at_ms: row.get(4)?,
                    uses_left: row.get(5)?,
                    used: row.get(6)?,
                })
            },
        )?)
    }

    /// What an invite's or the standing link's token leads to; `None` if it never led anywhere.
    pub fn link(&self, token: &TokenHash) -> Result<Option<Link>, Failed> {
        let Some(Workspace { name: workspace, door, .. }) = self.workspace()? else { return Ok(None) };
        let invite = self.maybe(
            r#"SELECT i.revoked = 0 AND i.expires_at > ?2 AND (i.uses_left IS NULL OR i.uses_left > 0),
                u.name, i.role, r.name
               FROM invites i JOIN users u ON u.id = i."by" LEFT JOIN rooms r ON r.id = i.room WHERE i.hash = ?1"#,
            (token.0, self.now_ms),
            |row| {
                let (works, by, room): (bool, String, Option<String>) = (row.get(0)?, row.get(1)?, row.get(3)?);
                Ok((works, by, codec::role(row.get(2)?)?, room))
            },
        )?;
        if let Some((works, by, role, room)) = invite {
            let preview = InvitePreview { workspace, by: Some(by), role, room };
            return Ok(Some(if works { Link::Leads(preview) } else { Link::Over }));
        }
        let standing =
            self.maybe("SELECT 1 FROM workspace WHERE standing_hash = ?1", [token.0], |_| Ok(()))?;
        Ok(standing.map(|()| match door {
            Door::Link => Link::Leads(InvitePreview {
                workspace,
                by: None,
                role: parlor_protocol::Role::Member,
                room: None,
            }),
            Door::Invited | Door::Guest => Link::Over,
        }))
    }
}
