//! The fold: messages as the log's entries make them, held against what resets, nodes and tables say they are.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::checker::log::Log;
use crate::checker::{Findings, Promise};
use crate::history::{Entry, Event, Fact, Item, What};

/// A state that somebody claims a room has at some head.
#[derive(Debug)]
struct Claim<'h> {
    at: usize,
    head: u32,
    items: &'h [Item],
    /// Whether it claims to be all there is.
    whole: bool,
}

/// What the table of members holds of a room: users and their read markers.
#[derive(Debug)]
struct MembersTable<'h> {
    at: usize,
    room: u64,
    members: &'h [(u64, u32)],
}

/// The claims of a history, by room.
#[derive(Debug)]
pub(crate) struct Folds<'h, 'l> {
    log: &'l Log<'h>,
    claims: HashMap<u64, Vec<Claim<'h>>>,
    members: Vec<MembersTable<'h>>,
}

/// A room while its log is folded.
#[derive(Debug, Default)]
struct Room {
    items: BTreeMap<u32, Item>,
    members: BTreeSet<u64>,
}

impl<'h, 'l> Folds<'h, 'l> {
    /// Nothing was claimed yet.
    pub(crate) fn new(log: &'l Log<'h>) -> Self {
        Self { log, claims: HashMap::new(), members: Vec::new() }
    }

    /// Takes an event in.
    pub(crate) fn see(&mut self, at: usize, event: &'h Event) {
        let (room, claim) = match &event.what {
            What::Reset { room, head, items, .. } => (*room, Claim { at, head: *head, items, whole: false }),
            What::Shown { room, head, items, .. } => (*room, Claim { at, head: *head, items, whole: true }),
            What::Tabled { room, items, members } => {
                self.members.push(MembersTable { at, room: *room, members });
                (*room, Claim { at, head: self.log.head(*room), items, whole: true })
            }
            _ => return,
        };
        self.claims.entry(room).or_default().push(claim);
    }

    /// Folds each log once and looks at each claim when the fold has come to its head.
    pub(crate) fn end(mut self, findings: &mut Findings) {
        if !self.log.known {
            return;
        }
        for claims in self.claims.values_mut() {
            claims.sort_by_key(|claim| claim.head);
        }
        for (room, claims) in &self.claims {
            let mut claims = claims.iter().peekable();
            let mut state = Room::default();
            for seq in 0..=self.log.head(*room) {
                if let Some(entry) = self.log.at(*room, seq) {
                    state.apply(entry);
                }
                while let Some(claim) = claims.next_if(|claim| claim.head == seq) {
                    state.compare(*room, claim, findings);
                }
            }
            for claim in claims {
                let what = format!("room {room} was shown at {}, beyond its log", claim.head);
                findings.add(Promise::Fold, what, &[Some(claim.at)]);
            }
            for MembersTable { at, members, .. } in self.members.iter().filter(|table| table.room == *room) {
                if !members.iter().map(|(user, _)| user).eq(&state.members) {
                    let what = format!("room {room} has other members in its table than in its log");
                    findings.add(Promise::Fold, what, &[Some(*at)]);
                }
            }
        }
    }
}

impl Room {
    fn apply(&mut self, entry: &Entry) {
        let (seq, by) = (entry.seq, entry.by);
        match &entry.fact {
            Fact::Message { text, .. } => {
                let (deleted, reactions) = (false, BTreeMap::new());
                self.items.insert(seq, Item { seq, by, text: text.clone(), deleted, reactions, rev: seq });
            }
            Fact::Edited { message, text } => self.change(*message, seq, |item| item.text.clone_from(text)),
            Fact::Deleted { message } => self.change(*message, seq, |item| {
                item.deleted = true;
                item.text = "".into();
                item.reactions.clear();
            }),
            Fact::Reacted { message, emoji } => self.change(*message, seq, |item| {
                item.reactions.entry(emoji.clone()).or_default().push(by);
            }),
            Fact::Unreacted { message, emoji } => self.change(*message, seq, |item| {
                if let Some(users) = item.reactions.get_mut(emoji) {
                    users.retain(|user| *user != by);
                    if users.is_empty() {
                        item.reactions.remove(emoji);
                    }
                }
            }),
            Fact::Joined { user } => {
                self.members.insert(*user);
            }
            Fact::Left { user } => {
                self.members.remove(user);
            }
            Fact::Other => {}
        }
    }

    fn change(&mut self, message: u32, rev: u32, change: impl FnOnce(&mut Item)) {
        if let Some(item) = self.items.get_mut(&message) {
            change(item);
            item.rev = rev;
        }
    }

    fn compare(&self, room: u64, claim: &Claim<'_>, findings: &mut Findings) {
        if claim.whole && claim.items.len() != self.items.len() {
            let what = format!(
                "room {room} was shown with {} messages, it has {}",
                claim.items.len(),
                self.items.len()
            );
            findings.add(Promise::Fold, what, &[Some(claim.at)]);
        }
        for item in claim.items {
            let own = self.items.get(&item.seq);
            if !own.is_some_and(|own| same(own, item)) {
                let what = format!(
                    "message {} of room {room} is shown as {item:?}, its log makes it {own:?}",
                    item.seq
                );
                findings.add(Promise::Fold, what, &[Some(claim.at)]);
            }
        }
    }
}

/// Whether the log makes the message what it is shown to be. In the final log the texts of deleted messages are gone,
/// so a text from before its deletion can't be compared.
fn same(own: &Item, shown: &Item) -> bool {
    let place = |item: &Item| (item.seq, item.by, item.deleted, item.rev);
    let text = own.text == shown.text || own.text.is_empty() && !own.deleted;
    place(own) == place(shown) && text && own.reactions == shown.reactions
}
