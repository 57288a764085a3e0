//! What users want of their rooms, as it stands in its tables.

use parlor_protocol::preferences::{Folder, Level, Preferences, RoomPreference};
use parlor_protocol::{RoomId, UserId};
use rusqlite::{Connection, OptionalExtension, Result, Row};

use super::Snapshot;
use crate::codec::{self, Column};
use crate::refused::Failed;

impl Snapshot {
    /// How much of a room calls a user.
    pub fn level(&self, user: UserId, room: RoomId) -> Result<Level, Failed> {
        Ok(of(&self.conn, user, room)?.level)
    }

    /// What a user wants of their rooms.
    pub(super) fn preferences(&self, user: UserId) -> Result<Preferences> {
        let rooms = self.all(
            "SELECT room, level, favourite, folder, place FROM preferences WHERE user = ?1 ORDER BY room",
            [user.number()],
            read,
        )?;
        Ok(Preferences { rooms, folders: folders(&self.conn, user)? })
    }
}

/// What a user wants of a room.
pub(crate) fn of(conn: &Connection, user: UserId, room: RoomId) -> Result<RoomPreference> {
    let found = conn
        .prepare_cached(
            "SELECT room, level, favourite, folder, place FROM preferences WHERE user = ?1 AND room = ?2",
        )?
        .query_row((user.number(), room.number()), read)
        .optional()?;
    Ok(found.unwrap_or_else(|| RoomPreference::usual(room)))
}

/// A user's folders from top to bottom.
pub(crate) fn folders(conn: &Connection, user: UserId) -> Result<Vec<Folder>> {
    conn.prepare_cached("SELECT id, name FROM folders WHERE user = ?1 ORDER BY at")?
        .query_map([user.number()], |row| {
            Ok(Folder { id: codec::nonce(row.get_ref(0)?.as_str()?)?, name: row.get(1)? })
        })?
        .collect()
}

fn read(row: &Row<'_>) -> Result<RoomPreference> {
    let folder = row.get_ref(3)?.as_str_or_null()?.map(codec::nonce).transpose()?;
    Ok(RoomPreference {
        room: codec::room_id(row.get(0)?)?,
        level: codec::level(row.get(1)?)?,
        favourite: row.get(2)?,
        folder,
        place: row.get(4)?,
    })
}
