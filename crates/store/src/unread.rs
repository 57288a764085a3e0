//! What is unread: a function of the read marker and the log.

use parlor_protocol::rooms::{RoomKind, RoomStyle};
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

/// Messages of others from `?2`, not included, to `?3` that are not deleted, of those that `$of` tells; `?4` is free for it.
macro_rules! unread {
    ($of:literal) => {
        concat!(
            r#"SELECT count(*) FROM messages m
               WHERE m.key > ?2 AND m.key <= ?3 AND m.deleted = 0 AND m."by" <> ?1 AND "#,
            $of
        )
    };
}

/// The same for those that mention the user or the room; `$what` is what is told of them.
macro_rules! mentions {
    ($what:literal, $of:literal) => {
        concat!(
            "SELECT ",
            $what,
            r#" FROM (
                SELECT key FROM mentions WHERE user = ?1 AND key > ?2 AND key <= ?3
                UNION SELECT key FROM messages WHERE mentions_room = 1 AND key > ?2 AND key <= ?3
            ) AS named JOIN messages m ON m.key = named.key WHERE m.deleted = 0 AND m."by" <> ?1 AND "#,
            $of
        )
    };
}

/// Counts others' messages after the marker that are not deleted, and those that mention the user or the room. In a
/// direct room every message counts as a mention. Replies that stand only in a thread count in flat rooms alone.
pub(crate) fn count(
    conn: &Connection,
    user: UserId,
    (kind, style): (RoomKind, RoomStyle),
    span: Span,
) -> Result<Unread> {
    let flat = i64::from(style == RoomStyle::Flat);
    // The plus keeps the index of the timeline out: counting walks the messages themselves.
    let (unread, mentions) = (unread!("(+m.in_room OR ?4)"), mentions!("count(*)", "(m.in_room OR ?4)"));
    of(conn, user, kind, span, (unread, mentions, flat))
}

/// The same for the replies in a thread.
pub(crate) fn count_thread(
    conn: &Connection,
    user: UserId,
    kind: RoomKind,
    root: i64,
    span: Span,
) -> Result<Unread> {
    of(conn, user, kind, span, (unread!("m.thread = ?4"), mentions!("count(*)", "m.thread = ?4"), root))
}

fn of(
    conn: &Connection,
    user: UserId,
    kind: RoomKind,
    Span { log, marker, head }: Span,
    (unread, mentions, free): (&str, &str, i64),
) -> Result<Unread> {
    if marker >= head {
        return Ok(Unread { marker, unread: 0, mentions: 0, head });
    }
    let within = (user.number(), key(log, marker), key(log, head), free);
    let count = |sql| conn.prepare_cached(sql)?.query_row(within, |row| row.get::<_, u32>(0));
    let unread = count(unread)?;
    let mentions = if kind == RoomKind::Direct || unread == 0 { unread } else { count(mentions)? };
    Ok(Unread { marker, unread, mentions, head })
}

/// Keys of the messages that count as mentions in a room that is not direct, the oldest first, at most `limit`.
pub(crate) fn mentions(
    conn: &Connection,
    user: UserId,
    style: RoomStyle,
    Span { log, marker, head }: Span,
    limit: u32,
) -> Result<Vec<i64>> {
    let flat = style == RoomStyle::Flat;
    conn.prepare_cached(mentions!("m.key", "(m.in_room OR ?4) ORDER BY m.key LIMIT ?5"))?
        .query_map((user.number(), key(log, marker), key(log, head), flat, limit), |row| row.get(0))?
        .collect()
}
