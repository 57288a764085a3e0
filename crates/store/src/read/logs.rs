//! Logs: entries after a cursor, heads, and what is unread.

use parlor_protocol::{RoomId, Seq, UserId};

use super::Snapshot;
use crate::codec::{self, Column, key};
use crate::entries::{RoomEntry, UserEntry};
use crate::records::{Lent, Mine, Unread};
use crate::refused::Failed;
use crate::unread::{self, Span};

const ENTRIES: &str = r#"SELECT key, at, "by", kind, target, body FROM entries
    WHERE key > ?1 AND key <= ?2 ORDER BY key LIMIT ?3"#;

impl Snapshot {
    /// Seq of a room's last entry; `None` without such a room.
    pub fn head(&self, room: RoomId) -> Result<Option<Seq>, Failed> {
        Ok(self.log_of(room)?.map(|(_, head)| head))
    }

    /// Lends the first entries of a room after this seq, at most `limit` and until `tell` wants no more. Deleted
    /// messages have empty texts.
    pub fn replay(
        &self,
        room: RoomId,
        after: Seq,
        limit: u32,
        mut tell: impl FnMut(Lent<'_, RoomEntry>) -> bool,
    ) -> Result<(), Failed> {
        let Some((log, _)) = self.log_of(room)? else { return Ok(()) };
        let mut entries = self.statement(ENTRIES)?;
        let mut rows = entries.query((key(log, after), key(log, Seq::MAX), limit))?;
        while let Some(row) = rows.next()? {
            if !codec::lend(room, row, &mut tell)? {
                break;
            }
        }
        Ok(())
    }

    /// The first entries of a user's own log after this seq, at most `limit`.
    pub fn user_entries(&self, user: UserId, after: Seq, limit: u32) -> Result<Vec<UserEntry>, Failed> {
        let log = self.maybe("SELECT log FROM users WHERE id = ?1", [user.number()], |row| row.get(0))?;
        let Some(log) = log else { return Ok(Vec::new()) };
        let span = (key(log, after), key(log, Seq::MAX), limit);
        Ok(self.all(ENTRIES, span, |row| codec::read_user(user, row))?)
    }

    /// Head of the user's own log and what is folded from it; `None` without such a user.
    pub fn mine(&self, user: UserId) -> Result<Option<Mine>, Failed> {
        let found = self.maybe(
            "SELECT l.head, u.settings FROM users u JOIN logs l ON l.ordinal = u.log WHERE u.id = ?1",
            [user.number()],
            |row| Ok((row.get(0)?, codec::settings(row.get_ref(1)?.as_str_or_null()?)?)),
        )?;
        let Some((head, settings)) = found else { return Ok(None) };
        Ok(Some(Mine {
            head,
            settings,
            saved: self.saved_seqs(user)?,
            preferences: self.preferences(user)?,
            drafts: self.drafts(user)?,
        }))
    }

    /// Where a member stands in a room; `None` if they are no member.
    pub fn unread(&self, user: UserId, room: RoomId) -> Result<Option<Unread>, Failed> {
        let found = self.maybe(
            "SELECT r.kind, r.style, r.log, m.marker, l.head
             FROM members m JOIN rooms r ON r.id = m.room JOIN logs l ON l.ordinal = r.log
             WHERE m.room = ?2 AND m.user = ?1",
            (user.number(), room.number()),
            |row| {
                let span = Span { log: row.get(2)?, marker: row.get(3)?, head: row.get(4)? };
                Ok(((codec::room_kind(row.get(0)?)?, codec::room_style(row.get(1)?)?), span))
            },
        )?;
        let counted = found.map(|(room, span)| unread::count(&self.conn, user, room, span));
        Ok(counted.transpose()?)
    }

    /// Ordinal and head of a room's log.
    pub(super) fn log_of(&self, room: RoomId) -> Result<Option<(u32, Seq)>, Failed> {
        Ok(self.maybe("SELECT ordinal, head FROM logs WHERE room = ?1", [room.number()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?)
    }
}
