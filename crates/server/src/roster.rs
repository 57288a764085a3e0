//! Which sockets there are, and what their topics in the engine are called.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use parlor_bus::{Push, Whose};
use parlor_chat::{Caller, SocketId, Ticket};
use parlor_socketio::Socket;

/// Refusals for too many calls are forgiven after this long without one.
const FORGIVEN: Duration = Duration::from_secs(10);
/// Refusals within this time count as one: a client can't know of the first before it has sent the others.
const SAME: Duration = Duration::from_secs(1);

/// What is kept for a connected socket.
#[derive(Debug)]
pub(crate) struct Seat {
    /// Its number.
    pub(crate) number: SocketId,
    /// What it showed when it connected, and shows with every call.
    pub(crate) ticket: Ticket,
    /// Where it comes from.
    pub(crate) address: IpAddr,
    /// Who it was when it connected.
    pub(crate) caller: Caller,
    arrival: Mutex<Option<Arrival>>,
    strikes: Mutex<Strikes>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Strikes {
    count: u8,
    last: Option<Instant>,
}

impl Seat {
    /// The seat of a caller who arrived.
    pub(crate) fn new(arrival: Arrival, ticket: Ticket, caller: Caller, address: IpAddr) -> Self {
        let number = arrival.number;
        Self {
            number,
            ticket,
            address,
            caller,
            arrival: Mutex::new(Some(arrival)),
            strikes: Mutex::default(),
        }
    }

    /// Notes that a call was refused because there were too many. True with the third time, when it is enough.
    pub(crate) fn strike(&self, now: Instant) -> bool {
        let mut strikes = self.strikes.lock().unwrap_or_else(PoisonError::into_inner);
        match strikes.last.map(|last| now.saturating_duration_since(last)) {
            Some(since) if since < SAME => {}
            Some(since) if since < FORGIVEN => {
                *strikes = Strikes { count: strikes.count + 1, last: Some(now) }
            }
            _ => *strikes = Strikes { count: 1, last: Some(now) },
        }
        strikes.count >= 3
    }

    fn is_of(&self, whose: Whose) -> bool {
        matches(whose, self.caller.user().get(), self.caller.session().get())
    }
}

fn matches(whose: Whose, user: u64, session: u64) -> bool {
    match whose {
        Whose::Session(ended) => session == ended,
        Whose::User(ended) => user == ended,
        Whose::OthersOf { user: owner, session: stays } => user == owner && session != stays,
    }
}

/// The sockets, and those that are about to be.
#[derive(Debug, Default)]
pub(crate) struct Roster(Mutex<Sockets>);

#[derive(Debug, Default)]
struct Sockets {
    arriving: HashMap<SocketId, Arriving>,
    seated: HashMap<SocketId, Socket<Seat>>,
}

/// A socket whose rooms are being looked up. What changes meanwhile is kept here, because what was looked up may be
/// from before the change: a member who was just removed must not be subscribed again.
#[derive(Debug)]
struct Arriving {
    user: u64,
    session: u64,
    changes: Vec<Change>,
    closed: Option<Push>,
}

/// A change of membership.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Change {
    /// Whose.
    pub(crate) user: u64,
    /// In which room.
    pub(crate) room: u64,
    /// Whether they are a member now.
    pub(crate) member: bool,
}

/// A socket on its way in. When it is dropped without being seated, the roster forgets it.
#[derive(Debug)]
pub(crate) struct Arrival {
    roster: Arc<Roster>,
    number: SocketId,
    rooms: Vec<u64>,
}

impl Arrival {
    /// The rooms that were looked up after the arrival was noted.
    #[must_use]
    pub(crate) fn into_rooms(mut self, rooms: impl IntoIterator<Item = u64>) -> Self {
        self.rooms = rooms.into_iter().collect();
        self
    }
}

impl Drop for Arrival {
    fn drop(&mut self) {
        self.roster.sockets().arriving.remove(&self.number);
    }
}

impl Roster {
    /// Notes that a socket of this caller looks its rooms up from now on.
    pub(crate) fn arrive(self: &Arc<Self>, number: SocketId, caller: &Caller) -> Arrival {
        let (user, session) = (caller.user().get(), caller.session().get());
        let arriving = Arriving { user, session, changes: Vec::new(), closed: None };
        self.sockets().arriving.insert(number, arriving);
        Arrival { roster: Arc::clone(self), number, rooms: Vec::new() }
    }

    /// The socket hears its rooms from now on: those that were looked up, but for what changed meanwhile.
    ///
    /// # Errors
    /// What to tell the socket, if its session ended meanwhile.
    pub(crate) fn settle(&self, socket: &Socket<Seat>) -> Result<(), Push> {
        let seat = socket.data();
        // Dropped after the lock, which its end takes.
        let arrival = seat.arrival.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut sockets = self.sockets();
        let arriving = sockets.arriving.remove(&seat.number);
        if let Some(told) = arriving.as_ref().and_then(|arriving| arriving.closed.clone()) {
            return Err(told);
        }
        socket.join(&topic::user(seat.caller.user().get()));
        for room in arrival.iter().flat_map(|arrival| &arrival.rooms) {
            socket.join(&topic::room(*room));
        }
        for change in arriving.into_iter().flat_map(|arriving| arriving.changes) {
            if change.member {
                socket.join(&topic::room(change.room));
            } else {
                socket.leave(&topic::room(change.room));
            }
        }
        sockets.seated.insert(seat.number, socket.clone());
        Ok(())
    }

    /// A membership changed: `apply` is done for the sockets that are there, and kept for those that arrive.
    pub(crate) fn change(&self, change: Change, apply: impl FnOnce()) {
        let mut sockets = self.sockets();
        let arriving = sockets.arriving.values_mut().filter(|arriving| arriving.user == change.user);
        arriving.for_each(|arriving| arriving.changes.push(change));
        apply();
    }

    /// Sessions ended: their sockets that are there, while those that arrive are turned away.
    pub(crate) fn close(&self, whose: Whose, told: &Push) -> Vec<Socket<Seat>> {
        let mut sockets = self.sockets();
        let arriving = sockets.arriving.values_mut();
        arriving
            .filter(|arriving| matches(whose, arriving.user, arriving.session))
            .for_each(|arriving| arriving.closed = Some(told.clone()));
        sockets.seated.values().filter(|socket| socket.data().is_of(whose)).cloned().collect()
    }

    /// All sockets that are there.
    pub(crate) fn all(&self) -> Vec<Socket<Seat>> {
        self.sockets().seated.values().cloned().collect()
    }

    /// The socket of this number.
    pub(crate) fn get(&self, number: u64) -> Option<Socket<Seat>> {
        self.sockets().seated.get(&SocketId(number)).cloned()
    }

    /// The socket is gone.
    pub(crate) fn leave(&self, number: SocketId) {
        let gone = self.sockets().seated.remove(&number);
        // Dropped after the lock, because it may be the last owner.
        drop(gone);
    }

    fn sockets(&self) -> MutexGuard<'_, Sockets> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Names of the topics in the engine, each kind with a letter of its own.
pub(crate) mod topic {
    /// Those who hear a room.
    pub(crate) fn room(room: u64) -> String {
        format!("r{room}")
    }

    /// All sockets of a user.
    pub(crate) fn user(user: u64) -> String {
        format!("u{user}")
    }

    /// Those who watch a user.
    pub(crate) fn watchers(user: u64) -> String {
        format!("w{user}")
    }

    /// Whether this is the topic of somebody's watchers.
    pub(crate) fn is_watchers(topic: &str) -> bool {
        topic.starts_with('w')
    }
}
