//! Many connections to one server on one thread: a flat array, one poll, one shared read buffer.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mio::{Events, Interest, Poll, Token};

use crate::connection::{Connection, Dialect, Stage};

/// Longest wait for anything: a run in which the server stalls ends with an error.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many connections are being opened at once.
const OPENING: usize = 64;

/// Clients of one server.
#[derive(Debug)]
pub(crate) struct Crowd {
    poll: Poll,
    events: Events,
    connections: Vec<Connection>,
    dialect: Dialect,
    buffer: Box<[u8]>,
    received: u64,
}

impl Crowd {
    /// Connects `count` clients and waits until all have joined.
    pub(crate) fn gather(address: SocketAddr, count: usize, dialect: Dialect) -> io::Result<Self> {
        let mut crowd = Self {
            poll: Poll::new()?,
            events: Events::with_capacity(1024),
            connections: Vec::with_capacity(count),
            dialect,
            buffer: vec![0; 64 * 1024].into_boxed_slice(),
            received: 0,
        };
        while crowd.connections.len() < count {
            for _ in 0..OPENING.min(count - crowd.connections.len()) {
                let mut connection = Connection::open(address)?;
                let token = Token(crowd.connections.len());
                crowd.poll.registry().register(
                    &mut connection.stream,
                    token,
                    Interest::READABLE | Interest::WRITABLE,
                )?;
                crowd.connections.push(connection);
            }
            crowd.until(address, |crowd| crowd.connections.iter().all(|one| one.stage == Stage::Ready))?;
        }
        crowd.settle(address)?;
        Ok(crowd)
    }

    /// Sends a packet from the first client.
    pub(crate) fn say(&mut self, packet: &str) -> io::Result<()> {
        self.connections.first_mut().map_or(Ok(()), |one| one.send(packet))
    }

    /// How many clients there are.
    pub(crate) fn len(&self) -> usize {
        self.connections.len()
    }

    /// Waits until every client has got `count` deliveries more than when last waited for.
    pub(crate) fn hear(&mut self, address: SocketAddr, count: u64) -> io::Result<()> {
        let wanted = self.received + count * self.connections.len() as u64;
        self.until(address, |crowd| crowd.total() >= wanted)?;
        if self.total() != wanted {
            return Err(io::Error::other("a message came twice"));
        }
        self.received = wanted;
        Ok(())
    }

    /// Waits until nothing has come for a while: lines about joining, first pings.
    fn settle(&mut self, address: SocketAddr) -> io::Result<()> {
        let mut quiet_since = Instant::now();
        while quiet_since.elapsed() < Duration::from_millis(300) {
            if self.turn(address, Duration::from_millis(100))? {
                quiet_since = Instant::now();
            }
        }
        self.received = self.total();
        Ok(())
    }

    fn total(&self) -> u64 {
        self.connections.iter().map(|one| one.received).sum()
    }

    fn until(&mut self, address: SocketAddr, done: impl Fn(&Self) -> bool) -> io::Result<()> {
        let started = Instant::now();
        while !done(self) {
            if started.elapsed() > PATIENCE {
                return Err(io::Error::other("the server did not deliver within a minute"));
            }
            self.turn(address, Duration::from_secs(1))?;
        }
        Ok(())
    }

    /// Handles what is ready; tells whether anything was.
    fn turn(&mut self, address: SocketAddr, timeout: Duration) -> io::Result<bool> {
        self.poll.poll(&mut self.events, Some(timeout))?;
        for event in &self.events {
            let Some(connection) = self.connections.get_mut(event.token().0) else { continue };
            if event.is_writable() && connection.stage == Stage::Handshake {
                connection.greet(address)?;
                // From here on only reading matters; being woken for writability would cost a turn each time.
                self.poll.registry().reregister(&mut connection.stream, event.token(), Interest::READABLE)?;
            }
            if event.is_readable() {
                connection.read(&self.dialect, &mut self.buffer)?;
            }
        }
        Ok(!self.events.is_empty())
    }
}
