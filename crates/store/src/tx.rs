//! The writer's transaction, as commands see it: the log, the sequencer and the nonces.

use std::collections::{HashMap, HashSet};
use std::mem;

use parlor_protocol::{RoomId, Seq, UserId};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, Row, ffi};

use crate::codec::{self, Column, Columns, key, seq_of};
use crate::entries::{Published, RoomBody, RoomEntry, UserBody, UserEntry};
use crate::nonce::Once;
use crate::records::Written;
use crate::refused::{Fault, Gravity, Refused, TooMany};
use crate::store::SessionLife;

/// Logs whose tails are held in memory at most.
const TAILS: usize = 1 << 16;

/// Gives out seqs: the tail of each active log, as the writer believes it.
#[derive(Debug, Default)]
pub(crate) struct Sequencer {
    tails: HashMap<u32, Seq>,
    /// Logs that grew in the open transaction: their heads have to follow.
    grown: HashSet<u32>,
}

impl Sequencer {
    /// Forgets what it believes, so that the tails are read again.
    pub(crate) fn forget(&mut self) {
        self.tails.clear();
        self.grown.clear();
    }
}

/// A log: of a room or of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RoomLog {
    pub(crate) room: RoomId,
    pub(crate) ordinal: u32,
}

/// A user's own log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UserLog {
    pub(crate) user: UserId,
    pub(crate) ordinal: u32,
}

/// An open transaction of the writer.
#[derive(Debug)]
pub struct Tx<'a> {
    conn: &'a Connection,
    sequencer: &'a mut Sequencer,
    /// Time of what is written now, in milliseconds since 1970. Never less than that of an earlier entry.
    pub(crate) now_ms: u64,
    /// How long sessions last.
    pub(crate) sessions: SessionLife,
    /// What has to be told after the commit.
    pub(crate) published: Vec<Published>,
    /// Whether texts were erased, whose traces a checkpoint has to remove from the write-ahead log.
    pub(crate) erased: bool,
    undoing: Undoing,
    undo: Undo,
}

/// What can be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Undoing {
    /// Only the whole batch.
    Batch,
    /// Each command for itself.
    Command,
}

/// What a refused command has to be rid of outside of the database.
#[derive(Debug, Default)]
struct Undo {
    published: usize,
    tails: Vec<(u32, Option<Seq>)>,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(
        conn: &'a Connection,
        sequencer: &'a mut Sequencer,
        now_ms: u64,
        sessions: SessionLife,
        undoing: Undoing,
    ) -> Self {
        if sequencer.tails.len() > TAILS {
            sequencer.tails.clear();
        }
        Self {
            conn,
            sequencer,
            now_ms,
            sessions,
            published: Vec::new(),
            erased: false,
            undoing,
            undo: Undo::default(),
        }
    }

    /// Runs one command. When it is refused, nothing of it remains.
    ///
    /// Nearly all refusals come before anything is written, so a savepoint for each command, with its copies of all
    /// pages that it changes, would be paid for nothing: only a batch that needs them has them.
    ///
    /// # Errors
    /// `Halfway` when a command was refused that may have written and has no savepoint.
    pub(crate) fn command<T>(
        &mut self,
        apply: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        if self.undoing == Undoing::Command {
            return self.saved(apply);
        }
        let before = self.conn.total_changes();
        apply(self).map_err(|fault| match fault {
            Fault::Refused(_) if self.conn.total_changes() != before => Fault::Halfway,
            Fault::Sql(error) if Gravity::of(&error) == Gravity::Command => Fault::Halfway,
            fault => fault,
        })
    }

    fn saved<T>(&mut self, apply: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        self.run("SAVEPOINT command", ())?;
        self.undo = Undo { published: self.published.len(), tails: Vec::new() };
        let outcome = apply(self);
        if outcome.is_err() {
            self.run("ROLLBACK TO command", ())?;
            let undo = mem::take(&mut self.undo);
            self.published.truncate(undo.published);
            for (ordinal, tail) in undo.tails.into_iter().rev() {
                match tail {
                    Some(tail) => self.sequencer.tails.insert(ordinal, tail),
                    None => self.sequencer.tails.remove(&ordinal),
                };
            }
        }
        self.run("RELEASE command", ())?;
        outcome
    }

    /// Writes the heads of the logs that grew. To be called once, before the commit.
    pub(crate) fn settle(&mut self) -> Result<(), Fault> {
        for ordinal in mem::take(&mut self.sequencer.grown) {
            if let Some(head) = self.sequencer.tails.get(&ordinal).copied() {
                self.run("UPDATE logs SET head = ?2 WHERE ordinal = ?1", (ordinal, head))?;
            }
        }
        Ok(())
    }

    /// Makes a new, empty log for a room.
    pub(crate) fn new_room_log(&mut self, room: RoomId) -> Result<RoomLog, Fault> {
        self.run("INSERT INTO logs (room) VALUES (?1)", [room.number()])?;
        Ok(RoomLog { room, ordinal: self.new_ordinal()? })
    }

    /// Makes a new, empty log for a user.
    pub(crate) fn new_user_log(&mut self, user: UserId) -> Result<UserLog, Fault> {
        self.run("INSERT INTO logs (user) VALUES (?1)", [user.number()])?;
        Ok(UserLog { user, ordinal: self.new_ordinal()? })
    }

    fn new_ordinal(&self) -> Result<u32, Fault> {
        let ordinal =
            i32::try_from(self.conn.last_insert_rowid()).map_err(|_| Refused::TooMany(TooMany::Entries))?;
        Ok(ordinal.cast_unsigned())
    }

    /// Appends an entry to a room's log, and answers with its seq.
    pub(crate) fn append(&mut self, log: RoomLog, by: UserId, body: RoomBody) -> Result<Seq, Fault> {
        let seq = self.insert(log.ordinal, by, &codec::write_room(&body))?;
        let entry = RoomEntry { room: log.room, seq, at_ms: self.now_ms, by, body };
        self.published.push(Published::Room(entry));
        Ok(seq)
    }

    /// Appends an entry to a user's own log, and answers with its seq.
    pub(crate) fn append_mine(&mut self, log: UserLog, body: UserBody) -> Result<Seq, Fault> {
        let seq = self.insert(log.ordinal, log.user, &codec::write_user(&body))?;
        let entry = UserEntry { user: log.user, seq, at_ms: self.now_ms, body };
        self.published.push(Published::User(entry));
        Ok(seq)
    }

    /// The log of a user, a disabled one's too.
    pub(crate) fn user_log(&self, user: UserId) -> Result<UserLog, Fault> {
        let found = self.maybe("SELECT log FROM users WHERE id = ?1", [user.number()], |row| row.get(0))?;
        Ok(UserLog { user, ordinal: found.ok_or(Refused::NotFound)? })
    }

    fn insert(&mut self, ordinal: u32, by: UserId, columns: &Columns<'_>) -> Result<Seq, Fault> {
        let tail = self.tail(ordinal)?;
        let seq = tail.checked_add(1).ok_or(Refused::TooMany(TooMany::Entries))?;
        let body = columns.body.as_deref();
        let inserted = self
            .statement(
                r#"INSERT INTO entries (key, at, "by", kind, target, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"#,
            )?
            .execute((key(ordinal, seq), self.now_ms, by.number(), columns.kind, columns.target, body));
        match inserted {
            Err(error) if is_taken(&error) => return Err(Fault::Fenced),
            inserted => inserted?,
        };
        let before = self.sequencer.tails.insert(ordinal, seq);
        if self.undoing == Undoing::Command {
            self.undo.tails.push((ordinal, before));
        }
        self.sequencer.grown.insert(ordinal);
        Ok(seq)
    }

    /// Seq of the log's last entry, those of this transaction included.
    pub(crate) fn tail(&mut self, ordinal: u32) -> Result<Seq, Fault> {
        if let Some(tail) = self.sequencer.tails.get(&ordinal) {
            return Ok(*tail);
        }
        let last: Option<i64> = self.one(
            "SELECT max(key) FROM entries WHERE key BETWEEN ?1 AND ?2",
            (key(ordinal, 0), key(ordinal, Seq::MAX)),
            |row| row.get(0),
        )?;
        let tail = last.map_or(0, seq_of);
        self.sequencer.tails.insert(ordinal, tail);
        Ok(tail)
    }

    /// What this nonce led to, if its author used it before.
    ///
    /// # Errors
    /// `NonceReused` if it was used for something else.
    pub(crate) fn repeated(&self, once: &Once) -> Result<Option<Written>, Fault> {
        #[cfg(feature = "planted")]
        if parlor_planted::is(parlor_planted::Bug::NonceUnchecked) {
            self.run("DELETE FROM nonces WHERE once = ?1", [once.key])?;
        }
        let found = self.maybe(
            "SELECT n.digest, n.key, l.room FROM nonces n JOIN logs l ON l.ordinal = n.key >> 32
             WHERE n.once = ?1",
            [once.key],
            |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, codec::room_id(row.get(2)?)?)),
        )?;
        match found {
            None => Ok(None),
            Some((digest, key, room)) if digest == once.digest => {
                Ok(Some(Written { room, seq: seq_of(key) }))
            }
            Some(_) => Err(Refused::NonceReused.into()),
        }
    }

    /// Remembers for ever what this nonce led to.
    pub(crate) fn remember(&mut self, once: &Once, log: RoomLog, seq: Seq) -> Result<Written, Fault> {
        self.run(
            "INSERT INTO nonces (once, digest, key) VALUES (?1, ?2, ?3)",
            (once.key, once.digest, key(log.ordinal, seq)),
        )?;
        Ok(Written { room: log.room, seq })
    }

    /// The connection, for what reads share with writes.
    pub(crate) fn connection(&self) -> &'a Connection {
        self.conn
    }

    /// Runs a statement that changes rows, and answers with how many.
    pub(crate) fn run(&self, sql: &str, params: impl Params) -> Result<usize, Fault> {
        Ok(self.statement(sql)?.execute(params)?)
    }

    /// Reads the one row there must be.
    pub(crate) fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, Fault> {
        Ok(self.statement(sql)?.query_row(params, read)?)
    }

    /// Reads a row that may be missing.
    pub(crate) fn maybe<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, Fault> {
        Ok(self.statement(sql)?.query_row(params, read).optional()?)
    }

    /// Reads all rows.
    pub(crate) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Fault> {
        Ok(self.statement(sql)?.query_map(params, read)?.collect::<rusqlite::Result<_>>()?)
    }

    fn statement(&self, sql: &str) -> rusqlite::Result<CachedStatement<'a>> {
        self.conn.prepare_cached(sql)
    }
}

fn is_taken(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error().map(|error| error.extended_code);
    matches!(code, Some(ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID))
}
