//! What a client holds of its rooms: applied in order, repaired by sync, replaced by resets.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::time::{Duration, Instant};

use parlor_protocol::messages::{Item as Row, Page};
use parlor_protocol::sync::{MySync, RoomSync, Synced};
use parlor_protocol::{Body, Entry as Pushed, MyBody, MyEntry};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::history::{Entry, Fact, How, Item, Ledger, What};

/// Entries that wait for a gap to be filled; more are fetched by the sync that fills it.
const HELD: usize = 2_000;

/// A client's view.
#[derive(Debug)]
pub(crate) struct View {
    id: u32,
    ledger: Ledger,
    epoch: Option<String>,
    /// Last applied seq of the user's own log.
    me: u32,
    cursors: BTreeMap<u64, u32>,
    /// Entries after a gap.
    held: BTreeMap<(u64, u32), Entry>,
    /// When the sync that is under way was asked for.
    syncing: Option<Instant>,
    /// Something came up during it that needs another one.
    again: bool,
    synced: bool,
    gaps: u32,
}

/// What a sync was asked with.
#[derive(Debug)]
pub(crate) struct Asked {
    at_us: u64,
    me: u32,
    cursors: BTreeMap<u64, u32>,
}

#[derive(Deserialize)]
enum Outcome {
    #[serde(rename = "ok")]
    Ok(Box<Synced>),
    #[serde(rename = "err")]
    Err(parlor_protocol::Error),
}

impl View {
    /// Holds nothing yet.
    pub(crate) fn new(id: u32, ledger: Ledger) -> Self {
        let (cursors, held) = (BTreeMap::new(), BTreeMap::new());
        Self {
            id,
            ledger,
            epoch: None,
            me: 0,
            cursors,
            held,
            syncing: None,
            again: false,
            synced: false,
            gaps: 0,
        }
    }

    /// Last applied seq of each room.
    pub(crate) const fn cursors(&self) -> &BTreeMap<u64, u32> {
        &self.cursors
    }

    /// Whether it has caught up since the line was opened.
    pub(crate) const fn is_synced(&self) -> bool {
        self.synced
    }

    /// Entries that were found missing although nothing was being asked for.
    pub(crate) const fn gaps(&self) -> u32 {
        self.gaps
    }

    /// The line is gone: whatever was asked on it has no answer.
    pub(crate) fn lost_line(&mut self) {
        (self.syncing, self.again, self.synced) = (None, false, false);
        self.held.clear();
    }

    /// Whether a sync has had no answer for so long.
    pub(crate) fn overdue(&self, patience: Duration) -> bool {
        self.syncing.is_some_and(|asked| asked.elapsed() > patience)
    }

    /// The request for what is missing; `only` of the rooms that it holds.
    pub(crate) fn ask(&mut self, only: bool) -> (Asked, Value) {
        self.syncing = Some(Instant::now());
        self.again = false;
        let rooms: HashMap<String, u32> =
            self.cursors.iter().map(|(room, seq)| (room.to_string(), *seq)).collect();
        let request =
            json!({ "epoch": self.epoch, "me": self.me, "rooms": rooms, "only": only, "items": 20 });
        (Asked { at_us: self.ledger.now_us(), me: self.me, cursors: self.cursors.clone() }, request)
    }

    fn note(&self, what: What) {
        self.ledger.note(self.id, what);
    }

    /// Takes a push in: `["name",payload]`. True if a sync is needed and none is under way.
    pub(crate) fn push(&mut self, connection: u32, event: &str) -> io::Result<bool> {
        let (name, payload): (&str, &RawValue) = serde_json::from_str(event)?;
        let wants = match name {
            "lagged" => true,
            "room:head" => {
                let head: parlor_protocol::live::RoomHead = serde_json::from_str(payload.get())?;
                self.cursors.get(&head.room.get()).is_some_and(|cursor| head.seq > *cursor)
            }
            name if name.starts_with("my:") => self.mine(&serde_json::from_str(payload.get())?),
            name if payload.get().contains("\"seq\"") && name.contains(':') => {
                let entry = entry(&serde_json::from_str::<Pushed>(payload.get())?);
                self.note(What::Recv { connection, how: How::Push, entry: entry.clone() });
                self.next(entry)
            }
            _ => false,
        };
        if wants && self.syncing.is_some() {
            // A gap is filled when the answer is merged; what was lost or changed after it was asked for is not.
            self.again |= name == "lagged" || name.starts_with("my:");
        }
        Ok(wants && self.syncing.is_none())
    }

    /// Applies an entry if it is the next; true when there is a gap before it.
    fn next(&mut self, entry: Entry) -> bool {
        let Some(cursor) = self.cursors.get_mut(&entry.room) else {
            // A room that is new comes with a sync; what was pushed before is merged then.
            self.hold(entry);
            return self.synced;
        };
        if entry.seq == *cursor + 1 {
            *cursor = entry.seq;
            let (room, seq) = (entry.room, entry.seq);
            self.note(What::Apply { room, seq });
            return false;
        }
        let gap = entry.seq > *cursor;
        if gap {
            self.gaps += u32::from(self.synced && self.syncing.is_none());
            self.hold(entry);
        }
        gap
    }

    fn hold(&mut self, entry: Entry) {
        if self.held.len() < HELD {
            self.held.insert((entry.room, entry.seq), entry);
        }
    }

    /// Takes an entry of the user's own log in; true when a sync is needed.
    fn mine(&mut self, entry: &MyEntry) -> bool {
        if entry.seq != self.me + 1 {
            return entry.seq > self.me;
        }
        self.me = entry.seq;
        match &entry.body {
            MyBody::RoomJoined { room } => return !self.cursors.contains_key(&room.get()),
            MyBody::RoomLeft { room } => self.forget(room.get()),
            MyBody::ReadMarked { room, marker, back: false } => {
                self.note(What::Marked { seq: entry.seq, room: room.get(), marker: *marker });
            }
            _ => {}
        }
        false
    }

    fn forget(&mut self, room: u64) {
        if self.cursors.remove(&room).is_some() {
            self.note(What::Drop { room });
        }
        self.held.retain(|(held, _), _| *held != room);
    }

    /// Takes the answer of a sync in: `[{"ok":…}]`. True when another one is needed.
    pub(crate) fn synced(&mut self, connection: u32, asked: &Asked, body: &str) -> io::Result<bool> {
        let [outcome]: [Outcome; 1] = serde_json::from_str(body)?;
        let synced = match outcome {
            Outcome::Ok(synced) => synced,
            Outcome::Err(error) => return Err(io::Error::other(error.to_string())),
        };
        self.syncing = None;
        if self.epoch.as_ref() != Some(&synced.epoch) {
            self.note(What::Epoch { epoch: synced.epoch.as_str().into() });
            if self.epoch.replace(synced.epoch.clone()).is_some() {
                (self.me, self.cursors) = (0, BTreeMap::new());
            }
        }
        // What the answer knows of the user's own log: a room that was left since then must not come back.
        let knows = match &synced.mine {
            MySync::Entries { entries } => asked.me + u32::try_from(entries.len()).unwrap_or(u32::MAX),
            MySync::Reset { head, .. } => *head,
        };
        let stale = knows < self.me;
        match &synced.mine {
            MySync::Entries { entries } => {
                for entry in entries {
                    // A room that was joined is in the same answer.
                    self.mine(entry);
                }
            }
            MySync::Reset { head, .. } => self.me = self.me.max(*head),
        }
        for room in synced.gone.iter().filter(|_| !stale) {
            self.forget(room.get());
        }
        for room in synced.rooms {
            self.room(connection, asked, room, stale);
        }
        self.merge();
        self.synced |= !synced.more;
        Ok(synced.more || self.again || stale)
    }

    fn room(&mut self, connection: u32, asked: &Asked, room: RoomSync, stale: bool) {
        let asked_us = asked.at_us;
        match room {
            RoomSync::Entries { entries, .. } => {
                for pushed in &entries.read().unwrap_or_default() {
                    let entry = entry(pushed);
                    self.note(What::Recv { connection, how: How::Answer { asked_us }, entry: entry.clone() });
                    if self.cursors.contains_key(&entry.room) {
                        self.next(entry);
                    }
                }
            }
            RoomSync::Reset(whole) => {
                let (room, head) = (whole.room.id.get(), whole.page.head);
                // Pushes may have gone beyond the answer meanwhile; a cursor that was beyond the head when it was
                // asked with is wrong, and the answer corrects it.
                let was_beyond = asked.cursors.get(&room).is_some_and(|cursor| *cursor > head);
                let has_more = self.cursors.get(&room).is_some_and(|cursor| *cursor >= head);
                if (has_more && !was_beyond) || (stale && !self.cursors.contains_key(&room)) {
                    return;
                }
                self.note(What::Reset { asked_us, room, head, items: items(&whole.page) });
                self.cursors.insert(room, head);
            }
        }
    }

    /// Applies what was held, as far as it follows now.
    fn merge(&mut self) {
        for ((room, seq), entry) in std::mem::take(&mut self.held) {
            let known = self.cursors.get(&room).is_some_and(|cursor| seq <= *cursor);
            self.again |= !known && self.next(entry);
        }
    }
}

/// An entry as histories have it.
pub(crate) fn entry(pushed: &Pushed) -> Entry {
    let fact = match &pushed.body {
        Body::MessageCreated { text, nonce, .. } => {
            Fact::Message { nonce: nonce.as_str().into(), text: (&*text.read()).into() }
        }
        Body::MessageEdited { message, text, .. } => {
            Fact::Edited { message: *message, text: (&*text.read()).into() }
        }
        Body::MessageDeleted { message, .. } => Fact::Deleted { message: *message },
        Body::ReactionAdded { message, emoji } => {
            Fact::Reacted { message: *message, emoji: emoji.as_str().into() }
        }
        Body::ReactionRemoved { message, emoji } => {
            Fact::Unreacted { message: *message, emoji: emoji.as_str().into() }
        }
        Body::MemberJoined { user, .. } => Fact::Joined { user: user.get() },
        Body::MemberLeft { user } => Fact::Left { user: user.get() },
        _ => Fact::Other,
    };
    Entry { room: pushed.room.get(), seq: pushed.seq, at_ms: pushed.at_ms, by: pushed.by.get(), fact }
}

/// The messages of a page as histories have them.
pub(crate) fn items(page: &Page) -> Vec<Item> {
    let message = |row| match row {
        Row::Message(message) => Some(Item {
            seq: message.seq,
            by: message.by.get(),
            text: (&*message.text.read()).into(),
            deleted: message.deleted,
            reactions: message
                .reactions
                .iter()
                .map(|one| (one.emoji.as_str().into(), one.users.iter().map(|user| user.get()).collect()))
                .collect(),
            rev: message.rev,
        }),
        Row::Line(_) => None,
    };
    page.items.read().unwrap_or_default().into_iter().filter_map(message).collect()
}
