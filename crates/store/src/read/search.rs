//! Search: messages that have all that is asked for, newest first, in the rooms that the user is in.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use parlor_protocol::{RoomId, Seq, UserId};
use rusqlite::Result;

use super::Snapshot;
use crate::codec::{self, Column, key, ordinal_of, seq_of};
use crate::records::{Found, FoundCursor, Message};
use crate::refused::Failed;
use crate::search::{Asked, Holds, Match, Phrases, Query, Term, is_interrupted};

/// Matches that are looked at all at once, wherever they are. With more, each room is asked for its newest.
const PROBE: usize = 500;
/// So few rooms are asked one by one from the beginning: to look everywhere costs more than that.
const FEW_ROOMS: usize = 8;
/// Matches whose texts are looked at before more are asked for.
const LOOKED_AT: usize = 200;

/// What is searched for. What is empty does not narrow.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// All of these must be in the text. The last word may be the start of one, unless it is quoted.
    pub terms: Vec<Term>,
    /// Written by one of these.
    pub by: Vec<UserId>,
    /// Not written by any of these.
    pub not_by: Vec<UserId>,
    /// Holding all of this.
    pub has: Vec<Holds>,
    /// Holding none of this.
    pub has_not: Vec<Holds>,
    /// Only in these rooms; `None` for all that the user is in.
    pub rooms: Option<Vec<RoomId>>,
    /// Not in these rooms.
    pub not_rooms: Vec<RoomId>,
    /// Not before this time, in milliseconds since 1970.
    pub since_ms: u64,
    /// Before this time, in milliseconds since 1970; `None` without an end.
    pub until_ms: Option<u64>,
    /// Continue after a page: its `next`.
    pub before: Option<FoundCursor>,
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

/// One way through the matches: as such, or inside of other words.
struct Pass<'a> {
    wanted: &'a Match,
    phrases: &'a Phrases,
    rooms: &'a [Searched],
    since_ms: u64,
    /// Only what comes after this in the order of the answer.
    before: FoundCursor,
}

/// Newest first, and whether the time was over before all were looked at.
type Newest = (Vec<FoundCursor>, bool);

impl Snapshot {
    /// Searches the rooms that the user is in, newest first: messages with the words as such, and after them those that
    /// have them inside of other words. What takes too long is cut short.
    ///
    /// Deleted messages are never found. Messages of the last moments may be missing still.
    pub fn search(&self, user: UserId, search: &Search) -> Result<Found, Failed> {
        self.searcher.start();
        match self.look(user, search) {
            Err(error) if is_interrupted(&error) => Ok(Found { cut: true, ..Found::default() }),
            found => Ok(found?),
        }
    }

    fn look(&self, user: UserId, search: &Search) -> Result<Found> {
        let Search { terms, by, not_by, has, has_not, .. } = search;
        let Some(query) = Query::of(Asked { terms, by, not_by, has, has_not }) else {
            return Ok(Found::default());
        };
        let (rooms, phrases) = (self.searched(user, search)?, query.phrases());
        let until = FoundCursor { at_ms: search.until_ms.unwrap_or(u64::MAX), key: i64::MIN, inside: false };
        let limit = search.limit as usize;
        let after = search.before;
        let direct = query.direct(&self.searcher)?;
        let (mut found, mut cut) = (Vec::new(), false);
        if let (Some(wanted), false) = (&direct, after.is_some_and(|after| after.inside)) {
            let before = after.filter(|after| order(*after) < order(until)).unwrap_or(until);
            let pass = Pass { wanted, phrases: &phrases, rooms: &rooms, since_ms: search.since_ms, before };
            (found, cut) = self.newest(&pass, limit + 1)?;
        }
        let as_such = found.len().min(limit);
        if found.len() <= limit
            && !cut
            && let Some(wanted) = query.inside(&self.searcher, direct.as_ref())?
        {
            let after = after.filter(|after| after.inside && order(*after) < order(until));
            let before = after.unwrap_or(until);
            let pass =
                Pass { wanted: &wanted, phrases: &phrases, rooms: &rooms, since_ms: search.since_ms, before };
            let (inside, late) = self.newest(&pass, limit + 1 - found.len())?;
            found.extend(inside.into_iter().map(|cursor| FoundCursor { inside: true, ..cursor }));
            cut |= late;
        }
        let next = (found.len() > limit).then(|| found.get(limit.saturating_sub(1)).copied()).flatten();
        found.truncate(limit);
        let (messages, inside_from) = self.found(&rooms, &found, as_such)?;
        Ok(Found { messages, inside_from, next, cut })
    }

    /// The messages that were found, and from which one on they are not as such.
    fn found(
        &self,
        rooms: &[Searched],
        found: &[FoundCursor],
        as_such: usize,
    ) -> Result<(Vec<Message>, Option<usize>)> {
        let rooms: HashMap<u32, RoomId> =
            rooms.iter().map(|searched| (searched.log, searched.room)).collect();
        let mut messages = Vec::new();
        let mut inside_from = None;
        for (index, FoundCursor { key, .. }) in found.iter().enumerate() {
            let Some(room) = rooms.get(&ordinal_of(*key)) else { continue };
            if index >= as_such {
                inside_from.get_or_insert(messages.len());
            }
            messages.extend(self.message(*room, *key)?.filter(|message| !message.deleted));
        }
        Ok((messages, inside_from))
    }

    /// The rooms of a user that are asked for, those with the newest entries first.
    fn searched(&self, user: UserId, search: &Search) -> Result<Vec<Searched>> {
        let mut rooms = self.all(
            "SELECT l.room, l.ordinal, l.head, e.at
             FROM members m JOIN users u ON u.id = m.user AND u.disabled = 0
             JOIN logs l ON l.room = m.room JOIN entries e ON e.key = (l.ordinal << 32) + l.head
             WHERE m.user = ?1",
            [user.number()],
            |row| {
                let room = codec::room_id(row.get(0)?)?;
                Ok(Searched { room, log: row.get(1)?, head: row.get(2)?, newest_ms: row.get(3)? })
            },
        )?;
        let wanted: Option<HashSet<RoomId>> =
            search.rooms.as_ref().map(|rooms| rooms.iter().copied().collect());
        rooms.retain(|searched| {
            wanted.as_ref().is_none_or(|wanted| wanted.contains(&searched.room))
                && !search.not_rooms.contains(&searched.room)
                && searched.newest_ms >= search.since_ms
        });
        rooms.sort_unstable_by_key(|searched| std::cmp::Reverse(searched.newest_ms));
        Ok(rooms)
    }

    /// The newest matches of a pass, newest first.
    fn newest(&self, pass: &Pass<'_>, limit: usize) -> Result<Newest> {
        if pass.rooms.len() > FEW_ROOMS {
            let (rare, late) = self.searcher.find(pass.wanted, 0, i64::MAX, PROBE + 1)?;
            if late {
                return Ok((Vec::new(), true));
            }
            if rare.len() <= PROBE {
                return self.of_few(pass, rare, limit);
            }
        }
        let mut found: Vec<FoundCursor> = Vec::new();
        for searched in pass.rooms {
            // The rooms after this one have nothing newer than what is there already.
            if found.len() == limit && found.last().is_some_and(|last| last.at_ms > searched.newest_ms) {
                break;
            }
            let late = self.of_room(pass, *searched, limit, &mut found)?;
            found.sort_unstable_by_key(|cursor| std::cmp::Reverse(order(*cursor)));
            found.truncate(limit);
            if late {
                return Ok((found, true));
            }
        }
        Ok((found, false))
    }

    /// The newest of few matches.
    fn of_few(&self, pass: &Pass<'_>, keys: Vec<i64>, limit: usize) -> Result<Newest> {
        let logs: HashSet<u32> = pass.rooms.iter().map(|searched| searched.log).collect();
        let mine = keys.into_iter().filter(|key| logs.contains(&ordinal_of(*key)));
        let mut all = mine.map(|key| self.cursor(key)).collect::<Result<Vec<_>>>()?;
        all.retain(|cursor| cursor.at_ms >= pass.since_ms && order(*cursor) < order(pass.before));
        all.sort_unstable_by_key(|cursor| std::cmp::Reverse(order(*cursor)));
        let mut found = Vec::new();
        for cursor in all {
            if found.len() == limit {
                break;
            }
            if self.allows(pass.phrases, cursor.key)? {
                found.push(cursor);
            } else if self.searcher.is_late() {
                return Ok((found, true));
            }
        }
        Ok((found, false))
    }

    /// Adds the newest matches of a room; tells whether the time was over.
    fn of_room(
        &self,
        pass: &Pass<'_>,
        searched: Searched,
        limit: usize,
        found: &mut Vec<FoundCursor>,
    ) -> Result<bool> {
        let first = key(searched.log, self.first_since(searched, pass.since_ms)?);
        let mut last = self.last_before(searched, pass.before)?;
        let batch = if pass.phrases.is_empty() { limit } else { LOOKED_AT };
        let mut missing = limit;
        while missing > 0 && first <= last {
            let (keys, late) = self.searcher.find(pass.wanted, first, last, batch)?;
            for key in &keys {
                if missing > 0 && self.allows(pass.phrases, *key)? {
                    found.push(self.cursor(*key)?);
                    missing -= 1;
                }
            }
            if late || (keys.len() == batch && self.searcher.is_late()) {
                return Ok(true);
            }
            match keys.last() {
                Some(key) if keys.len() == batch => last = key - 1,
                _ => break,
            }
        }
        Ok(false)
    }

    /// Whether a message is one that is asked for, when the index can't tell.
    fn allows(&self, phrases: &Phrases, key: i64) -> Result<bool> {
        if phrases.is_empty() {
            return Ok(true);
        }
        let text = self.maybe(
            "SELECT c.body, t.body,
                (SELECT group_concat(f.name, char(10)) FROM attachments a JOIN files f ON f.id = a.file
                    WHERE a.key = m.key AND a.shown < 2)
             FROM messages m JOIN entries c ON c.key = m.key
             LEFT JOIN entries t ON t.key = m.text_key WHERE m.key = ?1 AND m.deleted = 0",
            [key],
            |row| {
                let body = codec::read_edited(row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str_or_null()?)?;
                let files = row.get_ref(2)?.as_str_or_null()?.map(Cow::from);
                Ok(body.words().chain(files).collect::<Vec<_>>().join("\n"))
            },
        )?;
        Ok(text.is_some_and(|text| phrases.allow(&text)))
    }

    fn cursor(&self, key: i64) -> Result<FoundCursor> {
        Ok(FoundCursor { at_ms: self.time_of(key)?, key, inside: false })
    }

    fn time_of(&self, key: i64) -> Result<u64> {
        let at_ms = self.maybe("SELECT at FROM entries WHERE key = ?1", [key], |row| row.get(0))?;
        Ok(at_ms.unwrap_or(0))
    }

    /// Key of a room's last entry before a cursor.
    fn last_before(&self, searched: Searched, before: FoundCursor) -> Result<i64> {
        if ordinal_of(before.key) == searched.log && before.key > 0 {
            return Ok(key(searched.log, seq_of(before.key).saturating_sub(1)));
        }
        let after = self.first_where(searched.log, searched.head, |cursor| order(cursor) >= order(before))?;
        Ok(key(searched.log, after - 1))
    }

    /// Seq of a room's first entry that is not before a time; one beyond the head without any.
    fn first_since(&self, searched: Searched, since_ms: u64) -> Result<Seq> {
        self.first_where(searched.log, searched.head, |cursor| cursor.at_ms >= since_ms)
    }

    /// Seq of a log's first entry for which something is true, if it stays true from there on; one beyond the head
    /// without any. Times never fall along a log, so halving finds it.
    pub(super) fn first_where(&self, log: u32, head: Seq, is: impl Fn(FoundCursor) -> bool) -> Result<Seq> {
        let (mut low, mut high) = (1, head.saturating_add(1));
        while low < high {
            let middle = low + (high - low) / 2;
            if is(self.cursor(key(log, middle))?) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Ok(low)
    }
}

fn order(cursor: FoundCursor) -> (u64, i64) {
    (cursor.at_ms, cursor.key)
}
