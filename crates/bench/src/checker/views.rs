//! What clients saw: the same for all, without gaps, never twice, complete in the end, and nothing that was erased.

use std::collections::{HashMap, HashSet};

use crate::checker::log::Log;
use crate::checker::{Findings, Promise};
use crate::history::{Act, Entry, Event, Fact, How, What, Write};

/// One client's view.
#[derive(Debug, Default)]
struct View {
    user: u64,
    epoch: Option<Box<str>>,
    /// Last applied seq of each room, and where it was applied.
    applied: HashMap<u64, (u32, usize)>,
    /// Rooms that belong to an epoch that is over.
    void: HashSet<u64>,
    /// Messages whose deletion was applied.
    deleted: HashMap<(u64, u32), usize>,
    /// Last marker of each room: its seq in the user's log, its value, where it was seen.
    markers: HashMap<u64, (u32, u32, usize)>,
}

/// What is known of views so far.
#[derive(Debug)]
pub(crate) struct Views<'h, 'l> {
    log: &'l Log<'h>,
    clients: HashMap<u32, View>,
    /// Last pushed seq of each room on each connection.
    pushed: HashMap<(u32, u64), (u32, usize)>,
    /// Deletes that were tried, by nonce.
    deletes: HashMap<&'h str, (u64, u32)>,
    /// Messages whose deletion was acknowledged, and when.
    erased: HashMap<(u64, u32), (u64, usize)>,
}

impl<'h, 'l> Views<'h, 'l> {
    /// Nothing was seen yet.
    pub(crate) fn new(log: &'l Log<'h>) -> Self {
        let (clients, pushed) = (HashMap::new(), HashMap::new());
        Self { log, clients, pushed, deletes: HashMap::new(), erased: HashMap::new() }
    }

    /// Takes an event in.
    pub(crate) fn see(&mut self, at: usize, event: &'h Event, findings: &mut Findings) {
        let client = event.client;
        match &event.what {
            What::Client { user } => self.view(client).user = *user,
            What::Inv { write: Write { nonce, room, act: Act::Delete { message } }, .. } => {
                self.deletes.insert(nonce, (*room, *message));
            }
            What::Ok { nonce, .. } => {
                if let Some(message) = self.deletes.get(&**nonce) {
                    self.erased.entry(*message).or_insert((event.at_us, at));
                }
            }
            What::Recv { connection, how, entry } => {
                self.received(at, (client, *connection, *how), entry, findings);
            }
            What::Apply { room, seq } => {
                self.applied(at, client, (*room, *seq), findings);
            }
            What::Epoch { epoch } => {
                let view = self.view(client);
                if view.epoch.as_ref().is_some_and(|known| known != epoch) {
                    view.void = view.applied.keys().copied().collect();
                }
                view.epoch = Some(epoch.clone());
            }
            What::Reset { asked_us, room, head, items } => {
                let view = self.view(client);
                view.applied.insert(*room, (*head, at));
                view.void.remove(room);
                for item in items.iter().filter(|item| !item.text.is_empty()) {
                    self.not_erased((at, client), *asked_us, (*room, item.seq), findings);
                }
            }
            What::Drop { room } => {
                self.view(client).applied.remove(room);
            }
            What::Marked { seq, room, marker } => {
                self.marked(at, client, (*seq, *room, *marker), findings);
            }
            What::View { rooms } => {
                self.complete(at, client, rooms, findings);
            }
            _ => {}
        }
    }

    fn view(&mut self, client: u32) -> &mut View {
        self.clients.entry(client).or_default()
    }

    fn received(
        &mut self,
        at: usize,
        (client, connection, how): (u32, u32, How),
        entry: &Entry,
        findings: &mut Findings,
    ) {
        let (room, seq) = (entry.room, entry.seq);
        match self.log.at(room, seq) {
            None if self.log.known => {
                let what = format!("{seq} of room {room} was received and is not in the final log");
                findings.add(Promise::NoPhantom, what, &[Some(at)]);
            }
            Some(logged) if !logged.agrees(entry) => {
                let what = format!("{seq} of room {room} was received as another entry than the log's");
                findings.add(Promise::Agreement, what, &[Some(at)]);
            }
            _ => {}
        }
        if how == How::Push {
            let last = self.pushed.insert((connection, room), (seq, at));
            if let Some((last, before)) = last.filter(|(last, _)| *last >= seq) {
                let what = format!("{seq} of room {room} was pushed after {last} on one connection");
                findings.add(Promise::Monotone, what, &[Some(before), Some(at)]);
            }
        }
        let (message, text) = match &entry.fact {
            Fact::Message { text, .. } => (seq, text),
            Fact::Edited { message, text } => (*message, text),
            _ => return,
        };
        if !text.is_empty() {
            let asked_us = if let How::Answer { asked_us } = how { asked_us } else { 0 };
            self.not_erased((at, client), asked_us, (room, message), findings);
        }
    }

    /// A text came: its message must not be one whose deletion this client applied, or that was acknowledged before the
    /// text was asked for.
    fn not_erased(
        &mut self,
        (at, client): (usize, u32),
        asked_us: u64,
        message: (u64, u32),
        findings: &mut Findings,
    ) {
        let acked = self.erased.get(&message).filter(|(acked_us, _)| *acked_us < asked_us).map(|(_, at)| *at);
        let before = self.view(client).deleted.get(&message).copied().or(acked);
        if let Some(before) = before {
            let what = format!("the text of {} in room {} came after its deletion", message.1, message.0);
            findings.add(Promise::Erased, what, &[Some(before), Some(at)]);
        }
    }

    fn applied(&mut self, at: usize, client: u32, (room, seq): (u64, u32), findings: &mut Findings) {
        let fact = self.log.at(room, seq).map(|entry| &entry.fact);
        let view = self.view(client);
        if view.void.contains(&room) {
            let what = format!("client {client} went on in room {room} after a new epoch without a reset");
            findings.add(Promise::Restored, what, &[Some(at)]);
        }
        let last = view.applied.insert(room, (seq, at));
        match last {
            Some((last, before)) if seq <= last => {
                let what = format!("client {client} applied {seq} of room {room} after {last}");
                findings.add(Promise::Unique, what, &[Some(before), Some(at)]);
            }
            Some((last, _)) if seq == last + 1 => {}
            last => {
                let shown = last.map_or("nothing".to_owned(), |(last, _)| last.to_string());
                let what = format!("client {client} applied {seq} of room {room} after {shown}");
                findings.add(Promise::Contiguous, what, &[last.map(|(_, before)| before), Some(at)]);
            }
        }
        if let Some(Fact::Deleted { message }) = fact {
            view.deleted.insert((room, *message), at);
        }
    }

    fn marked(
        &mut self,
        at: usize,
        client: u32,
        (seq, room, marker): (u32, u64, u32),
        findings: &mut Findings,
    ) {
        let last = self.view(client).markers.insert(room, (seq, marker, at));
        let Some((last_seq, last_marker, before)) = last else { return };
        if (seq > last_seq && marker < last_marker) || (seq < last_seq && marker > last_marker) {
            let what = format!("the marker of room {room} went from {last_marker} to {marker}");
            findings.add(Promise::Markers, what, &[Some(before), Some(at)]);
        }
    }

    fn complete(&mut self, at: usize, client: u32, rooms: &[(u64, u32)], findings: &mut Findings) {
        if !self.log.known {
            return;
        }
        let shown: HashMap<u64, u32> = rooms.iter().copied().collect();
        let user = self.view(client).user;
        let mine: HashSet<u64> = self.log.rooms_of(user).collect();
        for room in &mine {
            let (ends, head) = (shown.get(room).copied(), self.log.head(*room));
            if ends != Some(head) {
                let what = format!("client {client} ends at {ends:?} of room {room}, the log at {head}");
                findings.add(Promise::Complete, what, &[Some(at)]);
            }
        }
        for room in shown.keys().filter(|room| !mine.contains(room)) {
            let what = format!("client {client} still shows room {room}, which its user has left");
            findings.add(Promise::Complete, what, &[Some(at)]);
        }
    }
}
