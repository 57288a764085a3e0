//! Many honest clients, the load that they make, and the end: quiet, views, and the final state from node and file.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use parlor_protocol::messages::Page;
use parlor_protocol::sync::{RoomSync, Synced};
use parlor_store::audit::{Audit, AuditedRoom};
use parlor_store::entries::RoomBody;
use serde_json::json;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::history::{Entry, Fact, Item, Ledger, What};
use crate::random::Random;
use crate::torture::client::{Client, Order, Plan, Progress, Shared, look};
use crate::torture::http::{Http, call};
use crate::torture::stage::{Person, Stage, expect};
use crate::torture::view::items;

/// After healing, every write is answered within this time.
const RESOLVED: Duration = Duration::from_secs(30);
/// And every view is complete within this.
const COMPLETE: Duration = Duration::from_secs(10);
/// How long clients may take to note their views and go.
const LEAVING: Duration = Duration::from_secs(20);

/// A running client, from outside.
#[derive(Debug)]
pub(crate) struct Member {
    /// Its orders.
    pub(crate) tell: mpsc::UnboundedSender<Order>,
    /// Its progress.
    pub(crate) shared: Shared,
    /// The rooms that it writes in.
    pub(crate) rooms: Vec<u64>,
}

/// Running clients.
#[derive(Debug)]
pub(crate) struct Fleet {
    /// Them.
    pub(crate) members: Vec<Member>,
    tasks: JoinSet<()>,
    ledger: Ledger,
    random: Random,
}

impl Fleet {
    /// No clients yet.
    pub(crate) fn new(ledger: &Ledger, random: Random) -> Self {
        Self { members: Vec::new(), tasks: JoinSet::new(), ledger: ledger.clone(), random }
    }

    /// Starts a client that writes in these rooms.
    pub(crate) fn add(&mut self, plan: Plan, address: watch::Receiver<SocketAddr>, rooms: Vec<u64>) {
        let (client, tell, shared) = Client::new(plan, self.ledger.clone(), address, self.random.fork());
        self.tasks.spawn(client.run());
        self.members.push(Member { tell, shared, rooms });
    }

    /// Waits until all clients have synced.
    pub(crate) async fn connected(&self, patience: Duration) -> io::Result<Duration> {
        self.until(patience, |progress| progress.synced).await.ok_or_else(|| {
            let missing = self.members.iter().filter(|one| !look(&one.shared, |it| it.synced)).count();
            io::Error::other(format!("{missing} clients did not connect and sync"))
        })
    }

    /// Waits until this holds for each client; how long it took.
    pub(crate) async fn until(
        &self,
        patience: Duration,
        holds: impl Fn(&Progress) -> bool,
    ) -> Option<Duration> {
        let began = Instant::now();
        while began.elapsed() < patience {
            if self.members.iter().all(|one| look(&one.shared, |progress| holds(progress))) {
                return Some(began.elapsed());
            }
            sleep(Duration::from_millis(5)).await;
        }
        None
    }

    /// Lets random clients write, this often a second, for so long.
    pub(crate) async fn load(&mut self, per_second: u32, lasts: Duration) {
        let began = Instant::now();
        let mut sent = 0.0;
        while began.elapsed() < lasts {
            let due = began.elapsed().as_secs_f64() * f64::from(per_second);
            while sent < due {
                sent += 1.0;
                self.write_somewhere();
            }
            sleep(Duration::from_millis(2)).await;
        }
    }

    fn write_somewhere(&mut self) {
        let Some(member) = self.random.pick(&self.members) else { return };
        // Whoever is far behind with its outbox writes no more for now, like a person.
        if look(&member.shared, |progress| progress.pending) > 64 {
            return;
        }
        if let Some(room) = self.random.clone().pick(&member.rooms) {
            let order = if self.random.once_in(50) { Order::Mark(*room) } else { Order::Write(*room) };
            // A client that has ended writes nothing.
            drop(member.tell.send(order));
        }
    }

    /// Acknowledged writes so far.
    pub(crate) fn acked(&self) -> u64 {
        self.members.iter().map(|one| look(&one.shared, |progress| progress.acked)).sum()
    }

    /// Times from tries to answers since last asked, in µs, sorted.
    pub(crate) fn latencies(&self) -> Vec<u32> {
        let taken =
            self.members.iter().flat_map(|one| look(&one.shared, |it| std::mem::take(&mut it.latencies_us)));
        let mut all: Vec<u32> = taken.collect();
        all.sort_unstable();
        all
    }

    /// Nothing is disturbed any more: waits until every write is answered and every view is complete, as far as they
    /// come in time. What is missing shows in the history.
    pub(crate) async fn settle(&self, stage: &Stage, owner: &Person) -> io::Result<Duration> {
        self.ledger.note(0, What::Healed);
        let began = Instant::now();
        self.until(RESOLVED, |progress| progress.pending == 0 && progress.synced).await;
        let heads = heads(stage.at(), owner).await?;
        let has_all = |progress: &Progress| {
            progress.cursors.iter().all(|(room, seq)| heads.get(room).is_none_or(|head| seq >= head))
        };
        self.until(COMPLETE, has_all).await;
        Ok(began.elapsed())
    }

    /// Ends all clients; each notes its view.
    pub(crate) async fn leave(&mut self) -> io::Result<()> {
        self.members.clear();
        let all = async { while self.tasks.join_next().await.is_some() {} };
        let left = tokio::time::timeout(LEAVING, all).await;
        left.map_err(|_| io::Error::other("clients did not end"))
    }
}

/// The head of each of the owner's rooms.
async fn heads(address: SocketAddr, owner: &Person) -> io::Result<BTreeMap<u64, u32>> {
    let reply = call(address, &owner.token, "sync", json!({ "rooms": {} })).await?;
    let synced: Synced = serde_json::from_value(reply)?;
    let head = |room: RoomSync| match room {
        RoomSync::Reset(state) => Some((state.room.id.get(), state.page.head)),
        RoomSync::Entries { .. } => None,
    };
    Ok(synced.rooms.into_iter().filter_map(head).collect())
}

/// Notes the final state: what the node shows, then, when it has stopped, what its file holds.
pub(crate) async fn conclude(stage: &mut Stage, owner: &Person, ledger: &Ledger) -> io::Result<()> {
    let mut http = Http::open(stage.at()).await?;
    for (room, _) in heads(stage.at(), owner).await? {
        let (mut shown, mut head, mut from) = (Vec::new(), 0, json!({ "after": 0 }));
        loop {
            let request = json!({ "room": room.to_string(), "from": from, "limit": 100 });
            let reply = expect(http.call(&owner.token, "room:history", &request).await?)?;
            let last = reply["items"].as_array().and_then(|rows| rows.last()).map(|row| row["seq"].clone());
            let page: Page = serde_json::from_value(reply)?;
            shown.extend(items(&page));
            head = head.max(page.head);
            match last.filter(|_| page.more_after) {
                Some(last) => from = json!({ "after": last }),
                None => break,
            }
        }
        ledger.note(0, What::Shown { node: 1, room, head, items: shown });
    }
    stage.stop().await?;
    let log = stage.log();
    if let Some(line) = log.lines().find(|line| line.contains("ERROR")) {
        return Err(io::Error::other(format!("the server logged {line}")));
    }
    file(&stage.data(), ledger)
}

/// Notes what the file of a stopped server holds.
///
/// # Errors
/// When the file is damaged.
pub(crate) fn file(data: &Path, ledger: &Ledger) -> io::Result<()> {
    let audit = Audit::of(data).map_err(|error| io::Error::other(error.to_string()))?;
    if !audit.damage.is_empty() {
        return Err(io::Error::other(format!("the database is damaged: {}", audit.damage.join("; "))));
    }
    for room in audit.rooms {
        let id = room.room.get();
        for entry in &room.entries {
            let (seq, at_ms, by) = (entry.seq, entry.at_ms, entry.by.get());
            let entry = Entry { room: id, seq, at_ms, by, fact: fact(&entry.body) };
            ledger.note(0, What::Logged { entry });
        }
        let members = room.members.iter().map(|(user, marker)| (user.get(), *marker)).collect();
        ledger.note(0, What::Tabled { room: id, items: tabled(&room), members });
    }
    Ok(())
}

fn tabled(room: &AuditedRoom) -> Vec<Item> {
    let mut items = Vec::new();
    for message in &room.messages {
        let mut reactions: BTreeMap<Box<str>, Vec<u64>> = BTreeMap::new();
        for (emoji, user) in &message.reactions {
            reactions.entry(emoji.as_str().into()).or_default().push(user.get());
        }
        let (seq, by, text) = (message.seq, message.by.get(), message.text.as_str().into());
        items.push(Item { seq, by, text, deleted: message.deleted, reactions, rev: message.rev });
    }
    items
}

fn fact(body: &RoomBody) -> Fact {
    match body {
        RoomBody::MessageCreated { text, nonce, .. } => {
            Fact::Message { nonce: nonce.as_str().into(), text: (&*text.text.read()).into() }
        }
        RoomBody::MessageEdited { message, text, .. } => {
            Fact::Edited { message: *message, text: (&*text.text.read()).into() }
        }
        RoomBody::MessageDeleted { message, .. } => Fact::Deleted { message: *message },
        RoomBody::ReactionAdded { message, emoji } => {
            Fact::Reacted { message: *message, emoji: emoji.as_str().into() }
        }
        RoomBody::ReactionRemoved { message, emoji } => {
            Fact::Unreacted { message: *message, emoji: emoji.as_str().into() }
        }
        RoomBody::MemberJoined { user, .. } => Fact::Joined { user: user.get() },
        RoomBody::MemberLeft { user } => Fact::Left { user: user.get() },
        _ => Fact::Other,
    }
}
