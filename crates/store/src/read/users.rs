//! Users: by id, by name, and those whom somebody may see.

use parlor_protocol::UserId;
use rusqlite::{Connection, OptionalExtension, Result, Row};

use super::Snapshot;
use crate::codec::{self, Column};
use crate::records::{Credentials, Slice, User};
use crate::refused::Failed;

/// Which users are looked for.
#[derive(Debug, Clone, Copy)]
pub struct UserQuery<'a> {
    /// Start of the display name or the username, without regard to letter case; everyone when empty.
    pub starts: &'a str,
    /// Continue after this username.
    pub after: Option<&'a str>,
    /// Disabled users too.
    pub disabled: bool,
    /// Only this user and those who share a room with them: what a guest may see.
    pub near: Option<UserId>,
    /// At most this many.
    pub limit: u32,
}

impl User {
    /// Reads `id, username, name, role, bot, disabled, avatar, status, seen_at` of a user, from the column `first` on.
    pub(super) fn read(row: &Row<'_>, first: usize) -> Result<Self> {
        Ok(Self {
            id: codec::user_id(row.get(first)?)?,
            username: row.get(first + 1)?,
            name: row.get(first + 2)?,
            role: codec::role(row.get(first + 3)?)?,
            bot: row.get(first + 4)?,
            disabled: row.get(first + 5)?,
            avatar: row.get(first + 6)?,
            status: row.get(first + 7)?,
            seen_at_ms: row.get(first + 8)?,
        })
    }

    /// The user of this id.
    pub(crate) fn find(conn: &Connection, user: UserId) -> Result<Option<Self>> {
        conn.prepare_cached(
            "SELECT id, username, name, role, bot, disabled, avatar, status, seen_at FROM users WHERE id = ?1",
        )?
        .query_row([user.number()], |row| Self::read(row, 0))
        .optional()
    }
}

impl Snapshot {
    /// A user.
    pub fn user(&self, user: UserId) -> Result<Option<User>, Failed> {
        Ok(User::find(&self.conn, user)?)
    }

    /// Those of these users that exist, by id, each once.
    pub fn users(&self, users: &[UserId]) -> Result<Vec<User>, Failed> {
        let mut wanted = users.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        let found = wanted.into_iter().filter_map(|user| User::find(&self.conn, user).transpose());
        Ok(found.collect::<Result<_>>()?)
    }

    /// The user of this username, in lower case.
    pub fn user_named(&self, username: &str) -> Result<Option<User>, Failed> {
        Ok(self.credentials(username)?.map(|credentials| credentials.user))
    }

    /// What is needed to check the password of the user with this username, in lower case.
    pub fn credentials(&self, username: &str) -> Result<Option<Credentials>, Failed> {
        Ok(self.maybe(
            "SELECT id, username, name, role, bot, disabled, avatar, status, seen_at, password
             FROM users WHERE username = ?1",
            [username],
            |row| Ok(Credentials { user: User::read(row, 0)?, password: row.get(9)? }),
        )?)
    }

    /// Users by username.
    pub fn find_users(&self, query: UserQuery<'_>) -> Result<Slice<User>, Failed> {
        let near = query.near.map(Column::number);
        let mut items = self.all(
            "SELECT id, username, name, role, bot, disabled, avatar, status, seen_at FROM users u
             WHERE username > ?1 AND (disabled = 0 OR ?2)
                AND (substr(folded, 1, length(?3)) = ?3 OR substr(username, 1, length(?3)) = ?3)
                AND (?4 IS NULL OR u.id = ?4 OR EXISTS (
                    SELECT 1 FROM members mine JOIN members theirs ON theirs.room = mine.room
                    WHERE mine.user = ?4 AND theirs.user = u.id))
             ORDER BY username LIMIT ?5",
            (
                query.after.unwrap_or_default(),
                query.disabled,
                query.starts.to_lowercase(),
                near,
                query.limit.saturating_add(1),
            ),
            |row| User::read(row, 0),
        )?;
        let more = items.len() > query.limit as usize;
        items.truncate(query.limit as usize);
        Ok(Slice { items, more })
    }
}
