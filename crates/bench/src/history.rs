//! Histories: what every client did and saw, in the order in which it happened; written as one JSON object a line.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use serde::{Deserialize, Serialize};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Event {
    /// Microseconds since the run began.
    pub(crate) at_us: u64,
    /// To which client; 0 is the harness.
    pub(crate) client: u32,
    /// What.
    #[serde(flatten)]
    pub(crate) what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(crate) enum What {
    /// The client exists and acts for this user.
    Client { user: u64 },
    /// A write was tried on this connection; 0 when each try has a connection of its own.
    Inv { connection: u32, write: Write },
    /// A write was acknowledged.
    Ok { nonce: Box<str>, room: u64, seq: u32 },
    /// A try was refused; `for_good` when no repeat can help.
    Fail { nonce: Box<str>, code: Box<str>, for_good: bool },
    /// A try got no answer: whether it was done is unknown.
    Info { nonce: Box<str> },
    /// An entry arrived.
    Recv { connection: u32, how: How, entry: Entry },
    /// The client took the entry into its view.
    Apply { room: u64, seq: u32 },
    /// The client learned of which epoch everything is that follows.
    Epoch { epoch: Box<str> },
    /// The client's view of a room was replaced by the server's, as it is at `head`.
    Reset { asked_us: u64, room: u64, head: u32, items: Vec<Item> },
    /// The client dropped a room that is no longer its user's.
    Drop { room: u64 },
    /// A read marker, as entry `seq` of the user's own log.
    Marked { seq: u32, room: u64, marker: u32 },
    /// From here on nothing is disturbed any more.
    Healed,
    /// What the client holds after everything is quiet: the last applied seq of each room.
    View { rooms: Vec<(u64, u32)> },
    /// Something was measured that has a bound.
    Measured { name: Box<str>, value: u64, bound: u64 },
    /// The end: an entry in the database.
    Logged { entry: Entry },
    /// The end: what a node shows of a room, as it is at `head`, all of it.
    Shown { node: u32, room: u64, head: u32, items: Vec<Item> },
    /// The end: what the tables hold of a room.
    Tabled { room: u64, items: Vec<Item>, members: Vec<(u64, u32)> },
}

/// A write that clients try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Write {
    /// Its nonce, which no other write of the run has.
    pub(crate) nonce: Box<str>,
    /// In which room.
    pub(crate) room: u64,
    /// What is written.
    pub(crate) act: Act,
}

/// What is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Act {
    /// A new message.
    Send { text: Box<str> },
    /// A new text of a message.
    Edit { message: u32, text: Box<str> },
    /// A message is deleted.
    Delete { message: u32 },
    /// An emoji on a message.
    React { message: u32, emoji: Box<str> },
}

/// How an entry arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum How {
    /// Without being asked for.
    Push,
    /// In an answer to what was asked then.
    Answer { asked_us: u64 },
}

/// An entry of a room's log, as far as promises speak of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// The room.
    pub(crate) room: u64,
    /// Its place.
    pub(crate) seq: u32,
    /// When, in milliseconds since 1970.
    pub(crate) at_ms: u64,
    /// Who.
    pub(crate) by: u64,
    /// What.
    pub(crate) fact: Fact,
}

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fact {
    /// A message; its text is empty once it is deleted.
    Message { nonce: Box<str>, text: Box<str> },
    /// A message's new text; empty once the message is deleted.
    Edited { message: u32, text: Box<str> },
    /// A message is deleted.
    Deleted { message: u32 },
    /// `by` put an emoji on a message.
    Reacted { message: u32, emoji: Box<str> },
    /// `by` took it off.
    Unreacted { message: u32, emoji: Box<str> },
    /// Somebody is a member now.
    Joined { user: u64 },
    /// Somebody is no member any more.
    Left { user: u64 },
    /// Something that no promise speaks of by itself.
    Other,
}

/// A message as it is shown: its entry with all that followed up to `rev`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Item {
    /// Its place.
    pub(crate) seq: u32,
    /// Who wrote it.
    pub(crate) by: u64,
    /// Its text; empty once deleted.
    pub(crate) text: Box<str>,
    /// Whether it was deleted.
    pub(crate) deleted: bool,
    /// Emoji and who put them there, by emoji and user.
    pub(crate) reactions: BTreeMap<Box<str>, Vec<u64>>,
    /// Seq of the last entry that changed it.
    pub(crate) rev: u32,
}

impl Entry {
    /// Whether both say the same, apart from texts that were erased in one of them.
    pub(crate) fn agrees(&self, other: &Self) -> bool {
        let same = |a: &str, b: &str| a == b || a.is_empty() || b.is_empty();
        let place = |entry: &Self| (entry.room, entry.seq, entry.at_ms, entry.by);
        place(self) == place(other)
            && match (&self.fact, &other.fact) {
                (Fact::Message { nonce, text }, Fact::Message { nonce: other, text: its }) => {
                    nonce == other && same(text, its)
                }
                (Fact::Edited { message, text }, Fact::Edited { message: other, text: its }) => {
                    message == other && same(text, its)
                }
                (a, b) => a == b,
            }
    }
}

/// A history that is being written, by many clients. Clones write the same one.
#[derive(Debug, Clone)]
pub(crate) struct Ledger {
    began: Instant,
    events: Arc<Mutex<Vec<Event>>>,
}

impl Ledger {
    /// An empty history that begins now.
    pub(crate) fn new() -> Self {
        Self { began: Instant::now(), events: Arc::default() }
    }

    /// Microseconds since the history began.
    pub(crate) fn now_us(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Notes what happened just now. The order of these calls is the order of the history.
    pub(crate) fn note(&self, client: u32, what: What) {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let at_us = self.now_us();
        events.push(Event { at_us, client, what });
    }

    /// What was noted so far; the ledger is empty afterwards.
    pub(crate) fn take(&self) -> Vec<Event> {
        std::mem::take(&mut *self.events.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Writes a history to a file.
pub(crate) fn save(history: &[Event], path: &Path) -> io::Result<()> {
    let mut file = io::BufWriter::new(std::fs::File::create(path)?);
    for event in history {
        serde_json::to_writer(&mut file, event)?;
        file.write_all(b"\n")?;
    }
    file.flush()
}

/// Reads a history from a file.
pub(crate) fn load(path: &Path) -> io::Result<Vec<Event>> {
    let text = std::fs::read_to_string(path)?;
    text.lines().map(|line| serde_json::from_str(line).map_err(io::Error::from)).collect()
}
