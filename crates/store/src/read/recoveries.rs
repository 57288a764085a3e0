//! Whose password a link sets.

use parlor_protocol::Role;
use rusqlite::{Connection, OptionalExtension, Result};

use super::Snapshot;
use crate::codec::Column;
use crate::records::User;
use crate::refused::Failed;
use crate::secrets::TokenHash;

impl Snapshot {
    /// Whose password this link's token sets; `None` for every link that does not work, whatever the reason.
    pub fn recovery(&self, token: &TokenHash) -> std::result::Result<Option<User>, Failed> {
        Ok(holder(&self.conn, token, self.now_ms)?)
    }
}

/// Whom a link lets in: somebody who has a password and is not disabled, while who made it could make it again. So a
/// link made for a member leads nobody into the account of the admin whom that member has become.
pub(crate) fn holder(conn: &Connection, token: &TokenHash, now_ms: u64) -> Result<Option<User>> {
    conn.prepare_cached(
        r#"SELECT u.id, u.username, u.name, u.role, u.bot, u.disabled, u.avatar, u.status, u.seen_at
           FROM recoveries r JOIN users u ON u.id = r.user LEFT JOIN users b ON b.id = r."by"
           WHERE r.hash = ?1 AND r.expires_at > ?2 AND u.disabled = 0 AND u.bot = 0 AND u.role > ?3
             AND (r."by" IS NULL OR b.disabled = 0 AND b.role >= ?4 AND (u.role < ?4 OR b.role = ?5))"#,
    )?
    .query_row((token.0, now_ms, Role::Guest.number(), Role::Admin.number(), Role::Owner.number()), |row| {
        User::read(row, 0)
    })
    .optional()
}
