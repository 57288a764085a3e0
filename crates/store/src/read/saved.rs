//! What users have saved for themselves.

use std::collections::BTreeMap;

use parlor_protocol::{RoomId, Seq, UserId};
use rusqlite::Result;

use super::Snapshot;
use crate::codec::{self, Column, seq_of};
use crate::records::Saved;
use crate::refused::Failed;

impl Snapshot {
    /// A page of a user's saved messages, the one saved last first: those that are not deleted, in rooms that the user
    /// is in now.
    pub fn saved(&self, user: UserId, before: Option<Seq>, limit: u32) -> Result<Saved, Failed> {
        let mut rows = self.all(
            "SELECT s.seq, s.key, l.room FROM saved s INDEXED BY saved_by_time
             JOIN logs l ON l.ordinal = s.key >> 32
             JOIN members b ON b.room = l.room AND b.user = s.user
             JOIN messages m ON m.key = s.key AND m.deleted = 0
             WHERE s.user = ?1 AND s.seq < ?2 ORDER BY s.seq DESC LIMIT ?3",
            (user.number(), before.unwrap_or(Seq::MAX), limit.saturating_add(1)),
            |row| Ok((row.get::<_, Seq>(0)?, row.get::<_, i64>(1)?, codec::room_id(row.get(2)?)?)),
        )?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().map(|(seq, ..)| *seq).filter(|_| more);
        let found = rows.into_iter().map(|(_, key, room)| self.message(room, key));
        Ok(Saved { messages: found.filter_map(Result::transpose).collect::<Result<_>>()?, next })
    }

    /// Seqs of everything that a user has saved, by room, whether or not it can be read now.
    pub(super) fn saved_seqs(&self, user: UserId) -> Result<BTreeMap<RoomId, Vec<Seq>>> {
        let rows = self.all(
            "SELECT l.room, s.key FROM saved s JOIN logs l ON l.ordinal = s.key >> 32
             WHERE s.user = ?1 ORDER BY s.key",
            [user.number()],
            |row| Ok((codec::room_id(row.get(0)?)?, seq_of(row.get(1)?))),
        )?;
        let mut saved: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (room, seq) in rows {
            saved.entry(room).or_default().push(seq);
        }
        Ok(saved)
    }
}
