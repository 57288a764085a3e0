//! A world in memory that keeps every promise: random clients write, lose connections, sync, come and go.
#![expect(clippy::cast_possible_truncation, reason = "the world is small")]

use std::collections::BTreeMap;

use crate::history::{Act, Entry, Event, Fact, How, Item, What, Write};
use crate::random::Random;

const ROOMS: u64 = 3;
const USERS: u64 = 4;
const CLIENTS: u32 = 6;
const STEPS: usize = 250;

struct Client {
    user: u64,
    connection: u32,
    online: bool,
    cursors: BTreeMap<u64, u32>,
    /// Writes without an answer: whether they were done, and where.
    open: Vec<(Write, Option<u32>)>,
}

pub(super) struct World {
    random: Random,
    history: Vec<Event>,
    logs: BTreeMap<u64, Vec<Entry>>,
    members: BTreeMap<u64, Vec<u64>>,
    clients: BTreeMap<u32, Client>,
    markers: BTreeMap<u64, (u32, BTreeMap<u64, u32>)>,
    connections: u32,
    nonces: u32,
}

impl World {
    /// The history of one such world.
    pub(super) fn run(seed: u64) -> Vec<Event> {
        let mut world = Self {
            random: Random::new(seed),
            history: Vec::new(),
            logs: BTreeMap::new(),
            members: BTreeMap::new(),
            clients: BTreeMap::new(),
            markers: BTreeMap::new(),
            connections: 0,
            nonces: 0,
        };
        world.start();
        for _ in 0..STEPS {
            world.step();
        }
        world.end();
        world.history
    }

    fn note(&mut self, client: u32, what: What) {
        let at_us = self.history.len() as u64 * 10;
        self.history.push(Event { at_us, client, what });
    }

    fn start(&mut self) {
        for id in 1..=CLIENTS {
            let user = u64::from(id) % USERS + 100;
            let client =
                Client { user, connection: 0, online: false, cursors: BTreeMap::new(), open: Vec::new() };
            self.clients.insert(id, client);
            self.note(id, What::Client { user });
            self.note(id, What::Epoch { epoch: "e".into() });
        }
        for room in 1..=ROOMS {
            self.append(room, 100, Fact::Other);
            for user in 100..100 + USERS {
                self.append(room, 100, Fact::Joined { user });
            }
        }
        for id in 1..=CLIENTS {
            self.connect(id);
        }
    }

    fn append(&mut self, room: u64, by: u64, fact: Fact) -> u32 {
        let log = self.logs.entry(room).or_default();
        let seq = log.len() as u32 + 1;
        let entry = Entry { room, seq, at_ms: u64::from(seq) * 7, by, fact };
        log.push(entry.clone());
        let members = self.members.entry(room).or_default();
        if let Fact::Joined { user } = entry.fact {
            members.push(user);
        }
        let hears = members.clone();
        if let Fact::Left { user } = entry.fact {
            members.retain(|member| *member != user);
        }
        let mut told = Vec::new();
        for (id, client) in
            self.clients.iter_mut().filter(|(_, client)| client.online && hears.contains(&client.user))
        {
            let last = client.cursors.get(&room).copied();
            told.push((*id, client.connection, last == Some(seq - 1)));
            if last == Some(seq - 1) {
                client.cursors.insert(room, seq);
            }
        }
        for (id, connection, next) in told {
            self.note(id, What::Recv { connection, how: How::Push, entry: entry.clone() });
            if next {
                self.note(id, What::Apply { room, seq });
            }
        }
        if let Fact::Left { user } = entry.fact {
            let left: Vec<u32> = self
                .clients
                .iter()
                .filter(|(_, one)| one.online && one.user == user)
                .map(|(id, _)| *id)
                .collect();
            for id in left {
                if self.clients.get_mut(&id).unwrap().cursors.remove(&room).is_some() {
                    self.note(id, What::Drop { room });
                }
            }
        }
        seq
    }

    fn connect(&mut self, id: u32) {
        self.connections += 1;
        let asked_us = self.history.len() as u64 * 10;
        let connection = self.connections;
        let client = self.clients.get_mut(&id).unwrap();
        (client.connection, client.online) = (connection, true);
        let (user, cursors) = (client.user, client.cursors.clone());
        for room in 1..=ROOMS {
            let is_member = self.members[&room].contains(&user);
            let log = self.logs[&room].clone();
            let head = log.len() as u32;
            match cursors.get(&room) {
                Some(_) if !is_member => {
                    self.note(id, What::Drop { room });
                    self.clients.get_mut(&id).unwrap().cursors.remove(&room);
                    continue;
                }
                None if !is_member => continue,
                Some(last) if head - last < 20 => {
                    for mut entry in log.iter().skip(*last as usize).cloned() {
                        blank(&mut entry, &log);
                        let seq = entry.seq;
                        self.note(id, What::Recv { connection, how: How::Answer { asked_us }, entry });
                        self.note(id, What::Apply { room, seq });
                    }
                }
                _ => self.note(id, What::Reset { asked_us, room, head, items: fold(&log) }),
            }
            self.clients.get_mut(&id).unwrap().cursors.insert(room, head);
        }
        let open = std::mem::take(&mut self.clients.get_mut(&id).unwrap().open);
        for (write, done) in open {
            self.note(id, What::Inv { connection, write: write.clone() });
            let (room, nonce) = (write.room, write.nonce.clone());
            if !self.members[&room].contains(&user) {
                self.note(id, What::Fail { nonce, code: "not_found".into(), for_good: true });
                continue;
            }
            let seq = done.unwrap_or_else(|| self.perform(user, &write));
            self.note(id, What::Ok { nonce, room, seq });
        }
    }

    fn perform(&mut self, user: u64, write: &Write) -> u32 {
        let fact = match &write.act {
            Act::Send { text } => Fact::Message { nonce: write.nonce.clone(), text: text.clone() },
            Act::Edit { message, text } => Fact::Edited { message: *message, text: text.clone() },
            Act::Delete { message } => Fact::Deleted { message: *message },
            Act::React { message, emoji } => Fact::Reacted { message: *message, emoji: emoji.clone() },
        };
        self.append(write.room, user, fact)
    }

    fn step(&mut self) {
        let id = 1 + self.random.below(CLIENTS as usize) as u32;
        let room = 1 + self.random.below(ROOMS as usize) as u64;
        let (user, online) = (self.clients[&id].user, self.clients[&id].online);
        match self.random.below(20) {
            0 if online => self.clients.get_mut(&id).unwrap().online = false,
            0..=2 if !online => self.connect(id),
            1 => {
                let fact = if self.members[&room].contains(&user) {
                    Fact::Left { user }
                } else {
                    Fact::Joined { user }
                };
                self.append(room, user, fact);
                let back: Vec<u32> = self
                    .clients
                    .iter()
                    .filter(|(_, one)| one.online && one.user == user)
                    .map(|(id, _)| *id)
                    .collect();
                // A room that is new comes with the next sync.
                for id in back {
                    self.connect(id);
                }
            }
            2 if self.members[&room].contains(&user) => self.mark(room, user),
            _ if online => self.write(id, room, user),
            _ => {}
        }
    }

    fn mark(&mut self, room: u64, user: u64) {
        let head = self.logs[&room].len() as u32;
        let (seq, markers) = self.markers.entry(user).or_default();
        *seq += 1;
        let seq = *seq;
        markers.insert(room, head);
        let hearing: Vec<u32> = self
            .clients
            .iter()
            .filter(|(_, one)| one.online && one.user == user)
            .map(|(id, _)| *id)
            .collect();
        for id in hearing {
            self.note(id, What::Marked { seq, room, marker: head });
        }
    }

    fn write(&mut self, id: u32, room: u64, user: u64) {
        self.nonces += 1;
        let nonce: Box<str> = format!("n{}", self.nonces).into();
        let items = fold(&self.logs[&room]);
        let own = items.iter().rev().find(|item| item.by == user && !item.deleted).map(|item| item.seq);
        let text: Box<str> = format!("text of {nonce}").into();
        let act = match (self.random.below(8), own) {
            (0, Some(message)) => Act::Delete { message },
            (1, Some(message)) => Act::Edit { message, text },
            (2, Some(message))
                if !items.iter().any(|one| one.seq == message && one.reactions.contains_key("+")) =>
            {
                Act::React { message, emoji: "+".into() }
            }
            _ => Act::Send { text },
        };
        let write = Write { nonce: nonce.clone(), room, act };
        let connection = self.clients[&id].connection;
        self.note(id, What::Inv { connection, write: write.clone() });
        if !self.members[&room].contains(&user) {
            return self.note(id, What::Fail { nonce, code: "not_found".into(), for_good: true });
        }
        if self.random.once_in(10) && matches!(write.act, Act::Send { .. }) {
            let done = self.random.once_in(2).then(|| self.perform(user, &write));
            self.note(id, What::Info { nonce });
            let client = self.clients.get_mut(&id).unwrap();
            client.online = false;
            client.open.push((write, done));
            return;
        }
        let seq = self.perform(user, &write);
        self.note(id, What::Ok { nonce, room, seq });
    }

    fn end(&mut self) {
        self.note(0, What::Healed);
        for id in 1..=CLIENTS {
            self.connect(id);
        }
        for id in 1..=CLIENTS {
            let rooms = self.clients[&id].cursors.clone().into_iter().collect();
            self.note(id, What::View { rooms });
        }
        self.note(0, What::Measured { name: "queue".into(), value: 3, bound: 4 });
        for (room, log) in self.logs.clone() {
            let items = fold(&log);
            let head = log.len() as u32;
            for mut entry in log.clone() {
                blank(&mut entry, &log);
                self.note(0, What::Logged { entry });
            }
            self.note(0, What::Shown { node: 1, room, head, items: items.clone() });
            let mut members: Vec<(u64, u32)> = self.members[&room].iter().map(|user| (*user, 0)).collect();
            members.sort_unstable();
            self.note(0, What::Tabled { room, items, members });
        }
    }
}

/// Takes out of an entry what was erased.
fn blank(entry: &mut Entry, log: &[Entry]) {
    let gone = |message: u32| log.iter().any(|later| later.fact == Fact::Deleted { message });
    let seq = entry.seq;
    match &mut entry.fact {
        Fact::Message { text, .. } if gone(seq) => *text = "".into(),
        Fact::Edited { message, text } if gone(*message) => *text = "".into(),
        _ => {}
    }
}

/// Messages as a log makes them, written once more so that the checker is not held against itself.
fn fold(log: &[Entry]) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    for entry in log {
        let (seq, by) = (entry.seq, entry.by);
        let at = |message: u32, items: &[Item]| items.iter().position(|item| item.seq == message).unwrap();
        match &entry.fact {
            Fact::Message { text, .. } => {
                let (deleted, reactions) = (false, BTreeMap::new());
                items.push(Item { seq, by, text: text.clone(), deleted, reactions, rev: seq });
            }
            Fact::Edited { message, text } => {
                let at = at(*message, &items);
                (items[at].text, items[at].rev) = (text.clone(), seq);
            }
            Fact::Deleted { message } => {
                let at = at(*message, &items);
                let old = &items[at];
                items[at] = Item {
                    text: "".into(),
                    deleted: true,
                    reactions: BTreeMap::new(),
                    rev: seq,
                    ..old.clone()
                };
            }
            Fact::Reacted { message, emoji } => {
                let at = at(*message, &items);
                items[at].reactions.entry(emoji.clone()).or_default().push(by);
                items[at].rev = seq;
            }
            _ => {}
        }
    }
    items
}
