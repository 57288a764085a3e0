//! An honest client, as the web client is: cursors, sync on gaps, an outbox whose writes are tried until answered.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

use crate::history::{Act, Ledger, What, Write};
use crate::random::Random;
use crate::torture::line::{Line, Transport};
use crate::torture::view::{Asked, View};

/// Writes that wait for their answer on one line.
const IN_FLIGHT: usize = 16;
/// Without an answer for this long the line is taken for dead.
const PATIENCE: Duration = Duration::from_secs(8);
/// Between two looks at what is overdue.
const TICK: Duration = Duration::from_millis(100);

/// Connections of all clients of the process, so that each has a number of its own.
static CONNECTIONS: AtomicU32 = AtomicU32::new(0);

/// What a client is told to do.
#[derive(Debug)]
pub(crate) enum Order {
    /// Write something in this room; what, and to which of its messages, it chooses itself.
    Write(u64),
    /// Mark the room as read up to what it has.
    Mark(u64),
    /// Drop the line without a word and connect again.
    Cut,
    /// Read nothing until this is true.
    Stall(watch::Receiver<bool>),
}

/// What others may know of a running client.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// Writes that were not answered yet.
    pub(crate) pending: usize,
    /// Writes that were acknowledged.
    pub(crate) acked: u64,
    /// Last applied seq of each room.
    pub(crate) cursors: BTreeMap<u64, u32>,
    /// Whether its first sync on this line is done.
    pub(crate) synced: bool,
    /// How often it was told that it lagged, and how often it asked for a sync.
    pub(crate) lagged: u32,
    pub(crate) syncs: u32,
    /// Times from a try to its answer, in µs.
    pub(crate) latencies_us: Vec<u32>,
    /// Lines that a WebSocket took over.
    pub(crate) upgrades: u32,
    /// Whether it has taken over the line that is open.
    pub(crate) upgraded: bool,
    /// Entries that were missing on a line that had caught up.
    pub(crate) gaps: u32,
}

/// Shared progress.
pub(crate) type Shared = Arc<Mutex<Progress>>;

/// A look at shared progress.
pub(crate) fn look<T>(shared: &Shared, what: impl FnOnce(&mut Progress) -> T) -> T {
    what(&mut shared.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Who a client is and how it comes.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Number in the history.
    pub(crate) id: u32,
    /// For whom it acts.
    pub(crate) user: u64,
    /// The token it shows.
    pub(crate) token: String,
    /// How its lines are carried; each next line uses the next.
    pub(crate) transports: Vec<Transport>,
    /// Without anything for this long a line is taken for dead.
    pub(crate) quiet: Duration,
}

/// A write in the outbox.
#[derive(Debug)]
struct Pending {
    write: Write,
    /// A try waits for its answer on this line.
    waiting: bool,
    tried: Instant,
    /// Not before.
    after: Instant,
}

/// A client.
#[derive(Debug)]
pub(crate) struct Client {
    plan: Plan,
    ledger: Ledger,
    address: watch::Receiver<SocketAddr>,
    orders: mpsc::UnboundedReceiver<Order>,
    shared: Shared,
    random: Random,
    view: View,
    outbox: VecDeque<Pending>,
    asked: HashMap<u64, Call>,
    next_ack: u64,
    nonces: u32,
    /// Own messages that were acknowledged, by room.
    own: HashMap<u64, Vec<u32>>,
    connection: u32,
}

/// A call that waits for its ack.
#[derive(Debug)]
enum Call {
    Sync(Asked),
    Write(Box<str>),
    Other,
}

/// Why a line ended.
enum Ended {
    /// It broke, or was cut.
    Line,
    /// The client is to stop.
    Stopped,
    /// The session is over.
    Session,
}

impl Client {
    /// A client that has not connected yet, and what it shares.
    pub(crate) fn new(
        plan: Plan,
        ledger: Ledger,
        address: watch::Receiver<SocketAddr>,
        random: Random,
    ) -> (Self, mpsc::UnboundedSender<Order>, Shared) {
        let (tell, orders) = mpsc::unbounded_channel();
        let shared = Shared::default();
        ledger.note(plan.id, What::Client { user: plan.user });
        let view = View::new(plan.id, ledger.clone());
        let client = Self {
            plan,
            ledger,
            address,
            orders,
            shared: Arc::clone(&shared),
            random,
            view,
            outbox: VecDeque::new(),
            asked: HashMap::new(),
            next_ack: 0,
            nonces: 0,
            own: HashMap::new(),
            connection: 0,
        };
        (client, tell, shared)
    }

    /// Lives until nobody gives orders any more; then its view is noted.
    pub(crate) async fn run(mut self) {
        for life in 0.. {
            let transport = self.plan.transports.get(life % self.plan.transports.len().max(1));
            let address = *self.address.borrow();
            let line =
                Line::open(address, transport.copied().unwrap_or(Transport::WebSocket), self.plan.quiet)
                    .await;
            let ended = match line {
                Ok(line) => self.live(line).await,
                Err(_) => Ended::Line,
            };
            self.lose_line();
            match ended {
                Ended::Stopped => break,
                Ended::Session => return,
                Ended::Line if self.orders.is_closed() => break,
                Ended::Line => sleep(self.random.between(TICK / 4, TICK * 2)).await,
            }
        }
        let rooms = self.view.cursors().iter().map(|(room, seq)| (*room, *seq)).collect();
        self.ledger.note(self.plan.id, What::View { rooms });
    }

    /// Whatever waits on the line has no answer; its outcome is unknown.
    fn lose_line(&mut self) {
        self.asked.clear();
        self.view.lost_line();
        look(&self.shared, |shared| (shared.synced, shared.upgraded) = (false, false));
        for pending in &mut self.outbox {
            if pending.waiting {
                self.ledger.note(self.plan.id, What::Info { nonce: pending.write.nonce.clone() });
                pending.waiting = false;
            }
        }
    }

    async fn live(&mut self, mut line: Line) -> Ended {
        line.send(&format!("0{}", json!({ "token": self.plan.token })));
        match timeout(PATIENCE, line.incoming.recv()).await {
            Ok(Some(packet)) if packet.starts_with('0') => {}
            Ok(Some(packet)) if packet.contains("unauthenticated") => return Ended::Session,
            _ => return Ended::Line,
        }
        self.connection = CONNECTIONS.fetch_add(1, Ordering::Relaxed) + 1;
        self.sync(&line, false);
        let mut clock = tokio::time::interval(TICK);
        loop {
            self.send_waiting(&line);
            tokio::select! {
                packet = line.incoming.recv() => match packet {
                    Some(packet) => {
                        if self.packet(&line, &packet).is_err() {
                            return Ended::Line;
                        }
                        if packet.starts_with("2[\"session:ended\"") {
                            return Ended::Session;
                        }
                    }
                    None => return Ended::Line,
                },
                order = self.orders.recv() => match order {
                    None => return Ended::Stopped,
                    Some(Order::Cut) => return Ended::Line,
                    Some(Order::Stall(mut over)) => drop(over.wait_for(|over| *over).await),
                    Some(order) => self.order(&line, &order),
                },
                _ = clock.tick() => {
                    let overdue = |pending: &Pending| pending.waiting && pending.tried.elapsed() > PATIENCE;
                    if self.outbox.iter().any(overdue) || self.view.overdue(PATIENCE) {
                        return Ended::Line;
                    }
                }
            }
            let (pending, view) = (self.outbox.len(), &self.view);
            look(&self.shared, |shared| {
                shared.pending = pending;
                shared.cursors.clone_from(view.cursors());
                shared.gaps = view.gaps();
                let upgraded = *line.upgraded.borrow();
                shared.upgrades += u32::from(upgraded && !shared.upgraded);
                shared.upgraded = upgraded;
            });
        }
    }

    fn emit(&mut self, line: &Line, call: Call, name: &str, request: &Value) {
        self.next_ack += 1;
        self.asked.insert(self.next_ack, call);
        line.send(&format!("2{}{}", self.next_ack, json!([name, request])));
    }

    fn order(&mut self, line: &Line, order: &Order) {
        match order {
            Order::Write(room) => self.write(*room),
            Order::Mark(room) => {
                let seq = self.view.cursors().get(room).copied().unwrap_or_default();
                let request = json!({ "room": room.to_string(), "seq": seq });
                self.emit(line, Call::Other, "read:mark", &request);
            }
            Order::Cut | Order::Stall(_) => {}
        }
    }

    fn write(&mut self, room: u64) {
        self.nonces += 1;
        let nonce: Box<str> = format!("c{}-{}", self.plan.id, self.nonces).into();
        let text: Box<str> = format!("{nonce} in {room} {:016x}", self.random.next()).into();
        let own = self.own.entry(room).or_default();
        let old = (self.random.below(own.len()), own.len());
        let act = match (self.random.below(20), old) {
            (0, (at, 1..)) => Act::Delete { message: own.swap_remove(at) },
            (1, (at, 1..)) => Act::Edit { message: own.get(at).copied().unwrap_or_default(), text },
            (2, (at, 1..)) => {
                Act::React { message: own.get(at).copied().unwrap_or_default(), emoji: "👍".into() }
            }
            _ => Act::Send { text },
        };
        let now = Instant::now();
        let write = Write { nonce, room, act };
        self.outbox.push_back(Pending { write, waiting: false, tried: now, after: now });
    }

    /// Sends what may be sent, in the outbox's order.
    fn send_waiting(&mut self, line: &Line) {
        let now = Instant::now();
        let room = IN_FLIGHT.saturating_sub(self.outbox.iter().filter(|one| one.waiting).count());
        let mut calls = Vec::new();
        // What waits to be tried again holds back what came after it, so that the order is kept.
        let ready = self.outbox.iter_mut().take_while(|one| one.waiting || one.after <= now);
        for pending in ready.filter(|one| !one.waiting).take(room) {
            (pending.waiting, pending.tried) = (true, now);
            let (connection, write) = (self.connection, pending.write.clone());
            self.ledger.note(self.plan.id, What::Inv { connection, write });
            calls.push((pending.write.nonce.clone(), request(&pending.write)));
        }
        for (nonce, (name, request)) in calls {
            self.emit(line, Call::Write(nonce), name, &request);
        }
    }

    fn sync(&mut self, line: &Line, only: bool) {
        let (asked, request) = self.view.ask(only);
        look(&self.shared, |shared| shared.syncs += 1);
        self.emit(line, Call::Sync(asked), "sync", &request);
    }

    /// Takes a Socket.IO packet in.
    fn packet(&mut self, line: &Line, packet: &str) -> io::Result<()> {
        match packet.split_at_checked(1) {
            Some(("2", event)) => {
                if event.starts_with("[\"lagged\"") {
                    look(&self.shared, |shared| shared.lagged += 1);
                }
                if self.view.push(self.connection, event)? {
                    self.sync(line, self.view.is_synced());
                }
                Ok(())
            }
            Some(("3", ack)) => {
                let digits = ack.find('[').unwrap_or_default();
                let (id, body) = ack.split_at(digits);
                let call = id.parse().ok().and_then(|id: u64| self.asked.remove(&id));
                self.acked(line, call, body)
            }
            Some(("1", _)) => Err(io::ErrorKind::ConnectionAborted.into()),
            _ => Ok(()),
        }
    }

    fn acked(&mut self, line: &Line, call: Option<Call>, body: &str) -> io::Result<()> {
        match call {
            Some(Call::Write(nonce)) => {
                let [outcome]: [Value; 1] = serde_json::from_str(body)?;
                self.resolved(&nonce, &outcome);
            }
            Some(Call::Sync(asked)) => {
                if self.view.synced(self.connection, &asked, body)? {
                    self.sync(line, false);
                }
                let synced = self.view.is_synced();
                look(&self.shared, |shared| shared.synced = synced);
            }
            Some(Call::Other) | None => {}
        }
        Ok(())
    }

    fn resolved(&mut self, nonce: &str, outcome: &Value) {
        let id = self.plan.id;
        let done = outcome["ok"]["seq"].as_u64().and_then(|seq| u32::try_from(seq).ok());
        let room = outcome["ok"]["room"].as_str().and_then(|room| room.parse().ok());
        let at = self.outbox.iter().position(|pending| *pending.write.nonce == *nonce);
        if let (Some(seq), Some(room)) = (done, room) {
            self.ledger.note(id, What::Ok { nonce: nonce.into(), room, seq });
            let Some(pending) = at.and_then(|at| self.outbox.remove(at)) else { return };
            if matches!(pending.write.act, Act::Send { .. }) {
                self.own.entry(room).or_default().push(seq);
            }
            let took = pending.tried.elapsed();
            look(&self.shared, |shared| {
                shared.acked += 1;
                shared.latencies_us.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
            });
            return;
        }
        let code = outcome["err"]["code"].as_str().unwrap_or("none");
        let for_good = !matches!(code, "rate_limited" | "unavailable" | "internal" | "none");
        self.ledger.note(id, What::Fail { nonce: nonce.into(), code: code.into(), for_good });
        if for_good {
            at.and_then(|at| self.outbox.remove(at));
        } else if let Some(pending) = at.and_then(|at| self.outbox.get_mut(at)) {
            let wait = outcome["err"]["retry_after_ms"].as_u64().unwrap_or(200).min(5_000);
            pending.waiting = false;
            pending.after = Instant::now() + Duration::from_millis(wait);
        }
    }
}

/// The call that does a write.
pub(crate) fn request(write: &Write) -> (&'static str, Value) {
    let (room, nonce) = (write.room.to_string(), &write.nonce);
    match &write.act {
        Act::Send { text } => ("message:send", json!({ "room": room, "nonce": nonce, "text": text })),
        Act::Edit { message, text } => {
            ("message:edit", json!({ "room": room, "seq": message, "nonce": nonce, "text": text }))
        }
        Act::Delete { message } => {
            ("message:delete", json!({ "room": room, "seq": message, "nonce": nonce }))
        }
        Act::React { message, emoji } => {
            ("reaction:add", json!({ "room": room, "seq": message, "nonce": nonce, "emoji": emoji }))
        }
    }
}
