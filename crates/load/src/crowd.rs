//! Many connections to one server on one thread: a flat array, one poll, one shared read buffer.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use mio::{Events, Interest, Poll, Token};

use crate::connection::{Connection, Entrance, Faults, Stage};
use crate::tongue::{Heard, Tongue};
use crate::worker::Post;

/// Longest wait for anything: a run in which the server stalls ends with an error.
pub const PATIENCE: Duration = Duration::from_secs(120);
/// How many connections are being opened at once.
const OPENING: usize = 64;
/// Connections from one source address: more would run out of ports, and servers count by address.
const PER_ADDRESS: usize = 1_000;

/// Blocks of addresses that one process may need: it has at most 20,000 descriptors.
const BLOCKS: usize = 20;

/// Clients of one server.
#[derive(Debug)]
pub struct Crowd {
    post: Post,
    poll: Poll,
    events: Events,
    connections: Vec<Connection>,
    buffer: Box<[u8]>,
    /// Deliveries that were waited for.
    awaited: u64,
}

impl Crowd {
    /// Connects these clients and waits until all are in and nothing comes any more.
    pub fn gather(
        address: SocketAddr,
        tongue: Tongue,
        entrances: impl IntoIterator<Item = Entrance>,
    ) -> io::Result<Self> {
        let mut crowd = Self::new(Post { number: 0, address, tongue })?;
        crowd.admit(entrances, &mut |_, _| ())?;
        crowd.settle()?;
        Ok(crowd)
    }

    /// Nobody yet.
    pub(crate) fn new(post: Post) -> io::Result<Self> {
        Ok(Self {
            post,
            poll: Poll::new()?,
            events: Events::with_capacity(1024),
            connections: Vec::new(),
            buffer: vec![0; 64 * 1024].into_boxed_slice(),
            awaited: 0,
        })
    }

    /// Connects these clients and waits until all are in; tells what they hear.
    pub(crate) fn admit(
        &mut self,
        entrances: impl IntoIterator<Item = Entrance>,
        on: &mut dyn FnMut(usize, Heard<'_>),
    ) -> io::Result<()> {
        let mut waiting = entrances.into_iter().peekable();
        while waiting.peek().is_some() {
            let from = self.len();
            for entrance in waiting.by_ref().take(OPENING) {
                self.open(entrance)?;
            }
            self.until(on, |crowd| crowd.connections.iter().skip(from).all(|one| one.stage == Stage::Ready))?;
        }
        Ok(())
    }

    /// Everybody goes.
    pub(crate) fn leave(&mut self) {
        self.connections.clear();
        self.awaited = 0;
    }

    fn open(&mut self, entrance: Entrance) -> io::Result<()> {
        let at = self.connections.len();
        let mut connection = Connection::open(source(self.post.number, at), self.post.address, entrance)?;
        let interest = Interest::READABLE | Interest::WRITABLE;
        self.poll.registry().register(&mut connection.stream, Token(at), interest)?;
        self.connections.push(connection);
        Ok(())
    }

    /// Sends a packet from one of the clients.
    pub fn send(&mut self, client: usize, packet: &str) -> io::Result<()> {
        self.connections.get_mut(client).map_or(Ok(()), |one| one.send(packet))
    }

    /// How many clients there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.connections.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.connections.is_empty()
    }

    /// Gaps and repeats that any client saw.
    pub fn faults(&self) -> Faults {
        self.connections.iter().fold(Faults::default(), |sum, one| Faults {
            gaps: sum.gaps + one.faults.gaps,
            repeats: sum.repeats + one.faults.repeats,
        })
    }

    /// Waits until there are this many deliveries more, over all clients, than when last waited for.
    pub fn hear(&mut self, deliveries: u64) -> io::Result<()> {
        self.hear_these(deliveries, &mut |_, _| ())
    }

    /// The same, of so many deliveries to each client; tells what they hear.
    pub(crate) fn hear_all(&mut self, each: u64, on: &mut dyn FnMut(usize, Heard<'_>)) -> io::Result<()> {
        self.hear_these(each * self.len() as u64, on)
    }

    fn hear_these(&mut self, deliveries: u64, on: &mut dyn FnMut(usize, Heard<'_>)) -> io::Result<()> {
        let wanted = self.awaited + deliveries;
        self.until(on, |crowd| crowd.received() >= wanted)?;
        let faults = self.faults();
        if self.received() != wanted || faults != Faults::default() {
            return Err(io::Error::other(format!("deliveries are not in order, each once: {faults:?}")));
        }
        self.awaited = wanted;
        Ok(())
    }

    /// Waits until nothing has come for a while: lines about joining, first pings.
    pub fn settle(&mut self) -> io::Result<()> {
        let mut quiet_since = Instant::now();
        while quiet_since.elapsed() < Duration::from_millis(300) {
            if self.turn(Duration::from_millis(100), &mut |_, _| ())? {
                quiet_since = Instant::now();
            }
        }
        self.awaited = self.received();
        Ok(())
    }

    /// Deliveries so far, to those who are there.
    pub(crate) fn received(&self) -> u64 {
        self.connections.iter().map(|one| one.received).sum()
    }

    /// Handles what comes until it is enough.
    pub fn until(
        &mut self,
        on: &mut dyn FnMut(usize, Heard<'_>),
        mut done: impl FnMut(&Self) -> bool,
    ) -> io::Result<()> {
        let started = Instant::now();
        while !done(self) {
            if started.elapsed() > PATIENCE {
                return Err(io::Error::other("the server did not deliver in time"));
            }
            self.turn(Duration::from_secs(1), on)?;
        }
        Ok(())
    }

    /// Handles what is ready; tells whether anything was.
    pub fn turn(&mut self, timeout: Duration, on: &mut dyn FnMut(usize, Heard<'_>)) -> io::Result<bool> {
        match self.poll.poll(&mut self.events, Some(timeout)) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(false),
            polled => polled?,
        }
        for event in &self.events {
            let client = event.token().0;
            let Some(connection) = self.connections.get_mut(client) else { continue };
            if event.is_writable() && connection.stage == Stage::Handshake {
                connection.greet(self.post.address)?;
                // From here on only reading matters; being woken for writability would cost a turn each time.
                self.poll.registry().reregister(&mut connection.stream, event.token(), Interest::READABLE)?;
            }
            if event.is_readable() {
                connection.read(self.post.tongue, &mut self.buffer, &mut |heard| on(client, heard))?;
            }
        }
        Ok(!self.events.is_empty())
    }
}

/// Where a client comes from: all of 127/8 is this machine.
fn source(worker: usize, client: usize) -> Ipv4Addr {
    let block = u32::try_from(worker * BLOCKS + client / PER_ADDRESS).unwrap_or(0) & 0xffff;
    Ipv4Addr::from_bits(Ipv4Addr::new(127, 1, 0, 1).to_bits() + (block << 8))
}
