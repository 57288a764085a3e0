//! Why a socket ended: a closed set, each with a name that never changes.

use std::fmt;

/// The reason given to [`Handler::disconnected`](crate::Handler::disconnected).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DisconnectReason {
    /// The client left the namespace, or closed its connection in an orderly way.
    ClientDisconnect,
    /// The application ended the socket.
    ServerDisconnect,
    /// The application withdrew the client's access.
    Revoked,
    /// The connection ended without a word.
    TransportClosed,
    /// The connection failed.
    TransportError,
    /// No pong came within the ping timeout.
    PingTimeout,
    /// The client took nothing for the write deadline.
    SlowReader,
    /// The outbound queue overflowed and no lagged event is configured for the namespace.
    Overflow,
    /// The client broke the protocol.
    ProtocolError,
    /// A message exceeded the size limit.
    TooLarge,
    /// The client sent more packets or bytes than allowed.
    RateLimited,
    /// The client joined no namespace in time.
    ConnectTimeout,
    /// A handler panicked while it served this socket.
    HandlerPanicked,
    /// The server is shutting down.
    Shutdown,
}

impl DisconnectReason {
    /// The stable name, for logs and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::ClientDisconnect => "client_disconnect",
            Self::ServerDisconnect => "server_disconnect",
            Self::Revoked => "revoked",
            Self::TransportClosed => "transport_closed",
            Self::TransportError => "transport_error",
            Self::PingTimeout => "ping_timeout",
            Self::SlowReader => "slow_reader",
            Self::Overflow => "overflow",
            Self::ProtocolError => "protocol_error",
            Self::TooLarge => "too_large",
            Self::RateLimited => "rate_limited",
            Self::ConnectTimeout => "connect_timeout",
            Self::HandlerPanicked => "handler_panicked",
            Self::Shutdown => "shutdown",
        }
    }

    /// Whether events that arrived before the end are still handled. They are when the client
    /// left by itself; once it was thrown out nothing more of it may take effect.
    pub(crate) fn keeps_inbox(self) -> bool {
        matches!(self, Self::ClientDisconnect | Self::TransportClosed | Self::TransportError)
    }

    /// Whether the client is told properly, so that queued packets are still worth delivering.
    pub(crate) fn is_orderly(self) -> bool {
        matches!(self, Self::ServerDisconnect | Self::Revoked | Self::Shutdown)
    }

    /// The WebSocket close code that tells the peer the same.
    pub(crate) fn close_code(self) -> u16 {
        match self {
            Self::Shutdown => 1001,
            Self::ProtocolError => 1002,
            Self::TooLarge => 1009,
            Self::RateLimited | Self::SlowReader | Self::Overflow | Self::ConnectTimeout => 1008,
            Self::HandlerPanicked => 1011,
            _ => 1000,
        }
    }
}

impl fmt::Display for DisconnectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
