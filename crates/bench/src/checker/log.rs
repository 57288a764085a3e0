//! The final log: what stands in the database after everything, and who was a member when.

use std::collections::HashMap;

use crate::checker::{Findings, Promise};
use crate::history::{Entry, Event, Fact, What};

/// From which seq on somebody was a member, and up to which; the entries that say so included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stay {
    pub(crate) from: u32,
    pub(crate) to: u32,
}

/// The logs of all rooms.
#[derive(Debug, Default)]
pub(crate) struct Log<'h> {
    rooms: HashMap<u64, Vec<&'h Entry>>,
    nonces: HashMap<&'h str, (&'h Entry, usize)>,
    stays: HashMap<(u64, u64), Vec<Stay>>,
    /// Whether the history has a final state at all.
    pub(crate) known: bool,
}

impl<'h> Log<'h> {
    /// The log at the end of a history. Gaps and nonces that stand twice are findings.
    pub(crate) fn of(history: &'h [Event], findings: &mut Findings) -> Self {
        let mut log = Self::default();
        for (at, event) in history.iter().enumerate() {
            if let What::Logged { entry } = &event.what {
                log.known = true;
                log.add(at, entry, findings);
            }
        }
        log
    }

    fn add(&mut self, at: usize, entry: &'h Entry, findings: &mut Findings) {
        let room = self.rooms.entry(entry.room).or_default();
        if entry.seq as usize != room.len() + 1 {
            let what = format!("room {}: {} follows {} in the log", entry.room, entry.seq, room.len());
            findings.add(Promise::Contiguous, what, &[Some(at)]);
        }
        room.push(entry);
        let stays = |user| (entry.room, user);
        match &entry.fact {
            Fact::Message { nonce, .. } => {
                if let Some((_, first)) = self.nonces.insert(nonce, (entry, at)) {
                    let what = format!("nonce {nonce} stands twice in the log");
                    findings.add(Promise::Unique, what, &[Some(first), Some(at)]);
                }
            }
            Fact::Joined { user } => {
                let stay = Stay { from: entry.seq, to: u32::MAX };
                self.stays.entry(stays(*user)).or_default().push(stay);
            }
            Fact::Left { user } => {
                if let Some(stay) = self.stays.entry(stays(*user)).or_default().last_mut() {
                    stay.to = entry.seq;
                }
            }
            _ => {}
        }
    }

    /// The entry at this place.
    pub(crate) fn at(&self, room: u64, seq: u32) -> Option<&'h Entry> {
        self.rooms.get(&room)?.get((seq as usize).checked_sub(1)?).copied()
    }

    /// The message of this nonce.
    pub(crate) fn message(&self, nonce: &str) -> Option<(&'h Entry, usize)> {
        self.nonces.get(nonce).copied()
    }

    /// The last seq of a room; 0 when it has no entries.
    pub(crate) fn head(&self, room: u64) -> u32 {
        self.rooms.get(&room).map_or(0, |entries| u32::try_from(entries.len()).unwrap_or(u32::MAX))
    }

    /// All entries, room by room, each by seq.
    pub(crate) fn rooms(&self) -> impl Iterator<Item = (u64, &[&'h Entry])> {
        self.rooms.iter().map(|(room, entries)| (*room, entries.as_slice()))
    }

    /// When somebody was a member of a room.
    pub(crate) fn stays(&self, room: u64, user: u64) -> &[Stay] {
        self.stays.get(&(room, user)).map_or(&[], Vec::as_slice)
    }

    /// The rooms that somebody is a member of at the end.
    pub(crate) fn rooms_of(&self, user: u64) -> impl Iterator<Item = u64> {
        let is_in = move |stays: &Vec<Stay>| stays.last().is_some_and(|stay| stay.to == u32::MAX);
        self.stays
            .iter()
            .filter(move |((_, who), stays)| *who == user && is_in(stays))
            .map(|((room, _), _)| *room)
    }
}
