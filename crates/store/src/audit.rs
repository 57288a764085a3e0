//! What the file of a stopped server holds, read without the store's own machinery: logs, and the tables beside them.

use std::path::Path;

use parlor_protocol::{RoomId, Seq, UserId};
use rusqlite::Connection;

use crate::codec;
use crate::entries::RoomEntry;
use crate::open::{self, DATABASE};
use crate::store::OpenError;

/// Everything that rooms hold.
#[derive(Debug)]
pub struct Audit {
    /// What SQLite finds wrong with the file, if anything.
    pub damage: Vec<String>,
    /// Every room.
    pub rooms: Vec<AuditedRoom>,
}

/// A room as the file holds it.
#[derive(Debug)]
pub struct AuditedRoom {
    /// Its id.
    pub room: RoomId,
    /// Its log, by seq.
    pub entries: Vec<RoomEntry>,
    /// Its messages as their tables have them, by seq.
    pub messages: Vec<AuditedMessage>,
    /// Its members and their read markers, by id.
    pub members: Vec<(UserId, Seq)>,
}

/// A message as its tables have it.
#[derive(Debug)]
pub struct AuditedMessage {
    /// Its place in the log.
    pub seq: Seq,
    /// Who wrote it.
    pub by: UserId,
    /// Its text; empty once deleted.
    pub text: String,
    /// Whether it was deleted.
    pub deleted: bool,
    /// Seq of the last entry that changed it.
    pub rev: Seq,
    /// Reactions in the order in which they were added.
    pub reactions: Vec<(String, UserId)>,
}

impl Audit {
    /// Reads the file in this directory, after what is left in its write-ahead log was recovered.
    ///
    /// # Errors
    /// When it can't be read as a database of ours.
    pub fn of(dir: &Path) -> Result<Self, OpenError> {
        let conn = Connection::open(dir.join(DATABASE))?;
        open::prepare(&conn, 4)?;
        let mut damage = Vec::new();
        conn.prepare("PRAGMA integrity_check")?
            .query_map((), |row| row.get::<_, String>(0))?
            .try_for_each(|line| line.map(|line| damage.push(line)))?;
        damage.retain(|line| line != "ok");
        let mut statement = conn.prepare("SELECT id, log FROM rooms ORDER BY id")?;
        let rooms =
            statement.query_map((), |row| Ok((codec::room_id(row.get(0)?)?, row.get::<_, u32>(1)?)))?;
        let rooms: Vec<(RoomId, u32)> = rooms.collect::<Result<_, _>>()?;
        let rooms = rooms.into_iter().map(|(room, log)| AuditedRoom::of(&conn, room, log));
        Ok(Self { damage, rooms: rooms.collect::<Result<_, _>>()? })
    }
}

impl AuditedRoom {
    fn of(conn: &Connection, room: RoomId, log: u32) -> rusqlite::Result<Self> {
        let keys = (codec::key(log, 0), codec::key(log, Seq::MAX));
        let mut entries = conn.prepare_cached(
            r#"SELECT key, at, "by", kind, target, body FROM entries WHERE key BETWEEN ?1 AND ?2 ORDER BY key"#,
        )?;
        let entries =
            entries.query_map(keys, |row| codec::read_room(room, row))?.collect::<Result<_, _>>()?;
        let mut messages = conn.prepare_cached(
            r#"SELECT m.key, m."by", m.deleted, m.rev, t.body FROM messages m
               JOIN entries t ON t.key = coalesce(m.text_key, m.key) WHERE m.key BETWEEN ?1 AND ?2 ORDER BY m.key"#,
        )?;
        let messages = messages.query_map(keys, |row| {
            let text: String = row.get(4)?;
            Ok(AuditedMessage {
                seq: codec::seq_of(row.get(0)?),
                by: codec::user_id(row.get(1)?)?,
                text: codec::read_text(&text)?.text.text.to_string(),
                deleted: row.get(2)?,
                rev: row.get(3)?,
                reactions: reactions(conn, row.get(0)?)?,
            })
        })?;
        let messages = messages.collect::<Result<_, _>>()?;
        let mut members =
            conn.prepare_cached("SELECT user, marker FROM members WHERE room = ?1 ORDER BY user")?;
        let members = members
            .query_map([room.get().cast_signed()], |row| Ok((codec::user_id(row.get(0)?)?, row.get(1)?)))?;
        Ok(Self { room, entries, messages, members: members.collect::<Result<_, _>>()? })
    }
}

fn reactions(conn: &Connection, key: i64) -> rusqlite::Result<Vec<(String, UserId)>> {
    let mut statement =
        conn.prepare_cached("SELECT emoji, user FROM reactions WHERE key = ?1 ORDER BY seq")?;
    statement.query_map([key], |row| Ok((row.get(0)?, codec::user_id(row.get(1)?)?)))?.collect()
}
