//! What an operator may tune, with defaults that suit a chat or a small game.

use std::time::Duration;

/// Limits and timings of a [`Server`](crate::Server).
///
/// Every limit is enforced before memory is spent on what exceeds it.
#[derive(Clone, Debug)]
pub struct Config {
    /// Path under which requests are answered, without a trailing slash. Default `/socket.io`.
    pub path: String,
    /// Time from the handshake, or from a pong, to the next ping. Default 25 s.
    pub ping_interval: Duration,
    /// Time a client has to answer a ping. Default 20 s.
    pub ping_timeout: Duration,
    /// Largest message in bytes on either transport, and the `maxPayload` told to clients. Default 65,536.
    pub max_payload: usize,
    /// Bytes that may wait for one connection before its queue is dropped and it is told that it
    /// lagged. A single larger event still passes when nothing else waits. Default 262,144.
    pub outbound_bytes: usize,
    /// A connection that takes nothing for this long while something waits is closed. Default 20 s.
    pub write_deadline: Duration,
    /// Time a connection may spend without being in any namespace. Default 10 s.
    pub connect_timeout: Duration,
    /// Time the upgrade from polling to WebSocket may take. Default 10 s.
    pub upgrade_timeout: Duration,
    /// Events of one socket that may wait for its handler before reading stops. Default 64.
    pub inbox: usize,
    /// Whether long-polling is offered beside WebSocket. Default true.
    pub polling: bool,
    /// Most binary attachments of one incoming event; 0 refuses binary events. At most 10. Default 4.
    pub max_attachments: usize,
    /// Time in which all attachments of an event must arrive. Default 5 s.
    pub attachment_timeout: Duration,
    /// Packets (WebSocket frames, or parts of a polling payload) one connection may send in ten
    /// seconds. Default 2,000.
    pub packets_per_window: u32,
    /// Bytes one connection may send in ten seconds. Default 1 MiB.
    pub bytes_per_window: usize,
    /// Connections open at once from one address (IPv6: from one /64). Default 256.
    pub sessions_per_address: usize,
    /// New connections per second from one address, sustained. Default 20.
    pub handshakes_per_second: u32,
    /// New connections from one address that may come at once. Default 100.
    pub handshake_burst: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            path: "/socket.io".to_owned(),
            ping_interval: Duration::from_secs(25),
            ping_timeout: Duration::from_secs(20),
            max_payload: 65_536,
            outbound_bytes: 262_144,
            write_deadline: Duration::from_secs(20),
            connect_timeout: Duration::from_secs(10),
            upgrade_timeout: Duration::from_secs(10),
            inbox: 64,
            polling: true,
            max_attachments: 4,
            attachment_timeout: Duration::from_secs(5),
            packets_per_window: 2_000,
            bytes_per_window: 1 << 20,
            sessions_per_address: 256,
            handshakes_per_second: 20,
            handshake_burst: 100,
        }
    }
}

/// The protocol's own ceiling on attachments; more would only serve an attacker.
pub(crate) const MAX_ATTACHMENTS: usize = 10;

impl Config {
    /// Brings values that would make the engine misbehave back into their range.
    pub(crate) fn normalised(mut self) -> Self {
        while self.path.len() > 1 && self.path.ends_with('/') {
            self.path.pop();
        }
        self.max_attachments = self.max_attachments.min(MAX_ATTACHMENTS);
        self.inbox = self.inbox.max(1);
        self.ping_interval = self.ping_interval.max(Duration::from_millis(1));
        self.handshakes_per_second = self.handshakes_per_second.max(1);
        self.handshake_burst = self.handshake_burst.max(1);
        self
    }
}
