//! Search: messages with all words of a query, newest first, in the rooms that the user is in.

use std::collections::{HashMap, HashSet};

use parlor_protocol::{RoomId, UserId};
use rusqlite::Result;

use super::Snapshot;
use crate::codec::{self, Column, key, ordinal_of, seq_of};
use crate::records::{Found, ListCursor};
use crate::refused::Failed;
use crate::search::{Match, Query};

/// Matches that are looked at all at once. With more, each room is asked for its newest.
const PROBE: usize = 500;

/// What is searched for.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// Words that must all occur; the last may be the start of one.
    pub query: &'a str,
    /// Only in this room.
    pub room: Option<RoomId>,
    /// Continue after a page: its `next`.
    pub before: Option<ListCursor>,
    /// At most this many.
    pub limit: u32,
}

/// A room that is searched.
#[derive(Debug, Clone, Copy)]
struct Searched {
    room: RoomId,
    log: u32,
    head: u32,
    /// Time of its last entry, in milliseconds since 1970.
    newest_ms: u64,
}

impl Snapshot {
    /// Searches the rooms that the user is in, newest first.
    ///
    /// Deleted messages are never found. Messages of the last moments may be missing still.
    pub fn search(&self, user: UserId, search: Search<'_>) -> Result<Found, Failed> {
        let none = Found { messages: Vec::new(), next: None };
        let Some(query) = Query::of(search.query) else { return Ok(none) };
        let rooms = self.searched(user, search.room)?;
        let before = search.before.unwrap_or(ListCursor { at_ms: u64::MAX, key: i64::MAX });
        let Some(wanted) = self.searcher.start(&query)? else { return Ok(none) };
        let limit = search.limit as usize;
        let mut found = self.candidates(&wanted, &rooms, before, limit + 1)?;
        let next = (found.len() > limit).then(|| found.get(limit.saturating_sub(1)).copied()).flatten();
        found.truncate(limit);
        let rooms: HashMap<u32, RoomId> =
            rooms.iter().map(|searched| (searched.log, searched.room)).collect();
        let mut messages = Vec::new();
        for ListCursor { key, .. } in found {
            let Some(room) = rooms.get(&ordinal_of(key)) else { continue };
            messages.extend(self.message(*room, key)?.filter(|message| !message.deleted));
        }
        Ok(Found { messages, next })
    }

    /// The rooms of a user, those with the newest entries first.
    fn searched(&self, user: UserId, room: Option<RoomId>) -> Result<Vec<Searched>> {
        let mut rooms = self.all(
            "SELECT l.room, l.ordinal, l.head, e.at
             FROM members m JOIN users u ON u.id = m.user AND u.disabled = 0
             JOIN logs l ON l.room = m.room JOIN entries e ON e.key = (l.ordinal << 32) + l.head
             WHERE m.user = ?1 AND (?2 IS NULL OR m.room = ?2)",
            (user.number(), room.map(Column::number)),
            |row| {
                let room = codec::room_id(row.get(0)?)?;
                Ok(Searched { room, log: row.get(1)?, head: row.get(2)?, newest_ms: row.get(3)? })
            },
        )?;
        rooms.sort_unstable_by_key(|searched| std::cmp::Reverse(searched.newest_ms));
        Ok(rooms)
    }

    /// The newest matches before a cursor, newest first.
    fn candidates(
        &self,
        wanted: &Match,
        rooms: &[Searched],
        before: ListCursor,
        limit: usize,
    ) -> Result<Vec<ListCursor>> {
        let rare = self.searcher.find(wanted, 0, i64::MAX, PROBE + 1)?;
        if rare.len() <= PROBE {
            let logs: HashSet<u32> = rooms.iter().map(|searched| searched.log).collect();
            let mine = rare.into_iter().filter(|key| logs.contains(&ordinal_of(*key)));
            let mut found = mine.map(|key| self.cursor(key)).collect::<Result<Vec<_>>>()?;
            found.retain(|cursor| order(*cursor) < order(before));
            newest(&mut found, limit);
            return Ok(found);
        }
        let mut found: Vec<ListCursor> = Vec::new();
        for searched in rooms {
            // The rooms after this one have nothing newer than what is there already.
            if found.len() == limit && found.last().is_some_and(|last| last.at_ms > searched.newest_ms) {
                break;
            }
            let last = self.last_before(*searched, before)?;
            for key in self.searcher.find(wanted, key(searched.log, 0), last, limit)? {
                found.push(self.cursor(key)?);
            }
            newest(&mut found, limit);
        }
        Ok(found)
    }

    fn cursor(&self, key: i64) -> Result<ListCursor> {
        Ok(ListCursor { at_ms: self.time_of(key)?, key })
    }

    fn time_of(&self, key: i64) -> Result<u64> {
        let at_ms = self.maybe("SELECT at FROM entries WHERE key = ?1", [key], |row| row.get(0))?;
        Ok(at_ms.unwrap_or(0))
    }

    /// Key of a room's last entry before a cursor: times never fall along a log, so halving finds it.
    fn last_before(&self, searched: Searched, before: ListCursor) -> Result<i64> {
        if ordinal_of(before.key) == searched.log {
            return Ok(key(searched.log, seq_of(before.key).saturating_sub(1)));
        }
        if before.key == i64::MAX {
            return Ok(key(searched.log, searched.head));
        }
        let (mut low, mut high) = (0, searched.head);
        while low < high {
            let middle = high - (high - low) / 2;
            if order(self.cursor(key(searched.log, middle))?) < order(before) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Ok(key(searched.log, low))
    }
}

fn order(cursor: ListCursor) -> (u64, i64) {
    (cursor.at_ms, cursor.key)
}

/// Keeps the newest, newest first.
fn newest(found: &mut Vec<ListCursor>, limit: usize) {
    found.sort_unstable_by_key(|cursor| std::cmp::Reverse(order(*cursor)));
    found.truncate(limit);
}
