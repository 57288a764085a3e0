//! What is unread: a function of the read marker and the log.

use parlor_protocol::rooms::RoomKind;
use parlor_protocol::{Seq, UserId};
use rusqlite::{Connection, Result};

use crate::codec::{Column, key};
use crate::records::Unread;

/// The part of a room's log after a marker.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    pub(crate) log: u32,
    pub(crate) marker: Seq,
    pub(crate) head: Seq,
}

/// Counts others' messages after the marker that are not deleted, and those that mention the user or the room. In a
/// direct room every message counts as a mention.
pub(crate) fn count(conn: &Connection, user: UserId, kind: RoomKind, span: Span) -> Result<Unread> {
    let Span { log, marker, head } = span;
    if marker >= head {
        return Ok(Unread { marker, unread: 0, mentions: 0, head });
    }
    let within = (user.number(), key(log, marker), key(log, head));
    let unread = conn
        .prepare_cached(
            r#"SELECT count(*) FROM messages WHERE key > ?2 AND key <= ?3 AND deleted = 0 AND "by" <> ?1"#,
        )?
        .query_row(within, |row| row.get(0))?;
    let mentions = if kind == RoomKind::Direct || unread == 0 {
        unread
    } else {
        conn.prepare_cached(
            r#"SELECT count(*) FROM (
                SELECT key FROM mentions WHERE user = ?1 AND key > ?2 AND key <= ?3
                UNION SELECT key FROM messages WHERE mentions_room = 1 AND key > ?2 AND key <= ?3
            ) AS named JOIN messages m ON m.key = named.key WHERE m.deleted = 0 AND m."by" <> ?1"#,
        )?
        .query_row(within, |row| row.get(0))?
    };
    Ok(Unread { marker, unread, mentions, head })
}
