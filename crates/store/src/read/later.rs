//! Drafts, scheduled messages, reminders, and what is due.

use parlor_protocol::{Nonce, UserId};
use rusqlite::{Connection, OptionalExtension, Result, Row};

use super::Snapshot;
use crate::codec::{self, Column};
use crate::records::{Draft, Due, Reminder, Scheduled};
use crate::refused::Failed;

/// A scheduled message of this author that was neither sent nor deleted.
pub(crate) fn scheduled(conn: &Connection, user: UserId, nonce: &Nonce) -> Result<Option<Scheduled>> {
    conn.prepare_cached(
        "SELECT nonce, room, text, reply_to, at, failed FROM scheduled
         WHERE user = ?1 AND nonce = ?2 AND deleted = 0",
    )?
    .query_row((user.number(), nonce.as_str()), |row| Scheduled::read(row, 0))
    .optional()
}

/// A reminder of this user that is not done.
pub(crate) fn reminder(conn: &Connection, user: UserId, nonce: &Nonce) -> Result<Option<Reminder>> {
    conn.prepare_cached(
        "SELECT nonce, at, text, room, message, due FROM reminders WHERE user = ?1 AND nonce = ?2 AND done = 0",
    )?
    .query_row((user.number(), nonce.as_str()), Reminder::read)
    .optional()
}

impl Scheduled {
    /// Reads `nonce, room, text, reply_to, at, failed` of a scheduled message, from the column `first` on.
    fn read(row: &Row<'_>, first: usize) -> Result<Self> {
        Ok(Self {
            nonce: codec::nonce(row.get_ref(first)?.as_str()?)?,
            room: codec::room_id(row.get(first + 1)?)?,
            text: row.get(first + 2)?,
            reply_to: row.get(first + 3)?,
            at_ms: row.get(first + 4)?,
            failed: codec::code(row.get_ref(first + 5)?.as_str_or_null()?)?,
        })
    }
}

impl Reminder {
    /// Reads `nonce, at, text, room, message, due` of a reminder.
    fn read(row: &Row<'_>) -> Result<Self> {
        let (room, message): (Option<i64>, Option<u32>) = (row.get(3)?, row.get(4)?);
        let message =
            room.zip(message).map(|(room, seq)| Ok::<_, rusqlite::Error>((codec::room_id(room)?, seq)));
        Ok(Self {
            nonce: codec::nonce(row.get_ref(0)?.as_str()?)?,
            at_ms: row.get(1)?,
            text: row.get(2)?,
            message: message.transpose()?,
            due: row.get(5)?,
        })
    }
}

impl Snapshot {
    /// The user's drafts in rooms of which they are a member.
    pub(super) fn drafts(&self, user: UserId) -> Result<Vec<Draft>> {
        self.all(
            "SELECT d.room, d.thread, d.text, d.reply_to FROM drafts d
             JOIN members m ON m.user = d.user AND m.room = d.room WHERE d.user = ?1",
            [user.number()],
            |row| {
                let thread: u32 = row.get(1)?;
                Ok(Draft {
                    room: codec::room_id(row.get(0)?)?,
                    thread: (thread > 0).then_some(thread),
                    text: row.get(2)?,
                    reply_to: row.get(3)?,
                })
            },
        )
    }

    /// The user's scheduled messages, by time.
    pub fn scheduled(&self, user: UserId) -> Result<Vec<Scheduled>, Failed> {
        Ok(self.all(
            "SELECT nonce, room, text, reply_to, at, failed FROM scheduled
             WHERE user = ?1 AND deleted = 0 ORDER BY at, nonce",
            [user.number()],
            |row| Scheduled::read(row, 0),
        )?)
    }

    /// The user's reminders that are not done, by time.
    pub fn reminders(&self, user: UserId) -> Result<Vec<Reminder>, Failed> {
        Ok(self.all(
            "SELECT nonce, at, text, room, message, due FROM reminders
             WHERE user = ?1 AND done = 0 ORDER BY at, nonce",
            [user.number()],
            Reminder::read,
        )?)
    }

    /// What is due now, earliest first, at most `limit` of each kind.
    pub fn due(&self, limit: u32) -> Result<Vec<Due>, Failed> {
        let mut due = self.all(
            "SELECT user, nonce, room, text, reply_to, at, failed FROM scheduled
             WHERE failed IS NULL AND deleted = 0 AND at <= ?1 ORDER BY at LIMIT ?2",
            (self.now_ms, limit),
            |row| Ok(Due::Message(codec::user_id(row.get(0)?)?, Scheduled::read(row, 1)?)),
        )?;
        due.extend(self.all(
            "SELECT user, nonce FROM reminders WHERE due = 0 AND done = 0 AND at <= ?1 ORDER BY at LIMIT ?2",
            (self.now_ms, limit),
            |row| Ok(Due::Reminder(codec::user_id(row.get(0)?)?, codec::nonce(row.get_ref(1)?.as_str()?)?)),
        )?);
        Ok(due)
    }

    /// When something is due next, in milliseconds since 1970, the past included; `None` when nothing waits.
    pub fn next_due_ms(&self) -> Result<Option<u64>, Failed> {
        let first = |sql: &str| self.maybe(sql, (), |row| row.get::<_, Option<u64>>(0)).map(Option::flatten);
        let message = first("SELECT min(at) FROM scheduled WHERE failed IS NULL AND deleted = 0")?;
        let reminder = first("SELECT min(at) FROM reminders WHERE due = 0 AND done = 0")?;
        Ok(message.into_iter().chain(reminder).min())
    }
}
