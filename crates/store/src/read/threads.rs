//! Threads that a user follows, and the messages that mention them.

use parlor_protocol::rooms::RoomKind;
use parlor_protocol::{RoomId, Seq, UserId};

use super::Snapshot;
use crate::codec::{self, Column, key, seq_of};
use crate::records::{Followed, ListCursor, Membership, Message, ThreadListing, Threads};
use crate::refused::Failed;
use crate::unread::{self, Span};

impl Snapshot {
    /// Where a member stands in the threads of a room that they follow, by root.
    pub fn followed(&self, member: &Membership) -> Result<Vec<Followed>, Failed> {
        let Some((log, head)) = self.log_of(member.room.id)? else { return Ok(Vec::new()) };
        let follows = self.all(
            "SELECT root, marker FROM follows WHERE user = ?1 AND root BETWEEN ?2 AND ?3 ORDER BY root",
            (member.user.number(), key(log, 0), key(log, Seq::MAX)),
            |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)),
        )?;
        let standing = |(root, marker)| {
            let span = Span { log, marker, head };
            let unread = unread::count_thread(&self.conn, member.user, member.room.kind, root, span)?;
            Ok(Followed { thread: seq_of(root), unread })
        };
        follows.into_iter().map(standing).collect()
    }

    /// The threads that a user follows in all their rooms, the one with the latest reply first; threads without a
    /// reply yet are left out.
    pub fn threads(&self, user: UserId, before: Option<ListCursor>, limit: u32) -> Result<Threads, Failed> {
        let before = before.unwrap_or(ListCursor { at_ms: i64::MAX.cast_unsigned(), key: i64::MAX });
        let mut found = self.all(
            "SELECT r.id, r.kind, r.log, l.head, f.root, f.marker, t.last, t.last_at
             FROM follows f JOIN threads t ON t.root = f.root
             JOIN rooms r ON r.log = f.root >> 32 JOIN logs l ON l.ordinal = r.log
             JOIN members m ON m.room = r.id AND m.user = f.user JOIN users u ON u.id = m.user AND u.disabled = 0
             WHERE f.user = ?1 AND (t.last_at, t.root) < (?2, ?3)
             ORDER BY t.last_at DESC, t.root DESC LIMIT ?4",
            (user.number(), before.at_ms, before.key, limit.saturating_add(1)),
            |row| {
                Ok(Following {
                    room: codec::room_id(row.get(0)?)?,
                    kind: codec::room_kind(row.get(1)?)?,
                    span: Span { log: row.get(2)?, head: row.get(3)?, marker: row.get(5)? },
                    root: row.get(4)?,
                    last: row.get(6)?,
                    last_at_ms: row.get(7)?,
                })
            },
        )?;
        let more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let next = found.last().map(|last| ListCursor { at_ms: last.last_at_ms, key: last.root });
        let threads = found.iter().map(|following| self.listing(user, following));
        let threads = threads.filter_map(Result::transpose).collect::<Result<_, _>>()?;
        Ok(Threads { threads, next: next.filter(|_| more) })
    }

    fn listing(&self, user: UserId, following: &Following) -> Result<Option<ThreadListing>, Failed> {
        let &Following { room, kind, span, root, last, .. } = following;
        let unread = unread::count_thread(&self.conn, user, kind, root, span)?;
        let last = self.message(room, key(span.log, last))?.filter(|message| !message.deleted);
        Ok(self.message(room, root)?.map(|root| ThreadListing { root, last, unread }))
    }

    /// Unread messages that mention a member, the oldest first. Direct rooms have none: there, everything calls.
    pub fn mentions(&self, member: &Membership, limit: u32) -> Result<Vec<Message>, Failed> {
        let room = &member.room;
        if room.kind == RoomKind::Direct || member.marker >= member.head {
            return Ok(Vec::new());
        }
        let Some((log, head)) = self.log_of(room.id)? else { return Ok(Vec::new()) };
        let span = Span { log, marker: member.marker, head };
        let keys = unread::mentions(&self.conn, member.user, room.style, span, limit)?;
        let messages = keys.into_iter().map(|key| self.message(room.id, key));
        Ok(messages.filter_map(Result::transpose).collect::<Result<_, _>>()?)
    }
}

/// A followed thread, before its messages are read.
struct Following {
    room: RoomId,
    kind: RoomKind,
    span: Span,
    root: i64,
    last: Seq,
    last_at_ms: u64,
}
