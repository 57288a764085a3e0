//! A Socket.IO v5 and Engine.IO v4 server: ordered, bounded, and cheap when idle.
//!
//! Implement [`Handler`] for each namespace, build a [`Server`], and mount
//! [`Server::handle`] under [`listen::serve`] or another hyper server. What it promises:
//!
//! - The events of one socket are handled in order, one at a time; a full inbox stops reading.
//! - Nothing is lost in silence. A client that falls behind loses its queue, is told so by an
//!   event of your choice, and can fetch what it missed.
//! - Sending never waits and works from any thread. A broadcast is encoded and framed once, and
//!   written straight to every socket that can take it.
//! - Everything is bounded: sizes, queues, rates, times, connections.
//! - An idle connection is one small task, without buffers, timers or its request.

mod address;
mod broadcast;
mod config;
mod engine;
mod event;
mod handler;
mod id;
mod identity;
pub mod listen;
mod namespace;
mod packet;
mod query;
mod reason;
mod room;
mod server;
mod socket;
mod sockets;
mod stream;
mod together;
mod turn;
mod websocket;
mod wire;

pub use broadcast::{Batch, Broadcast};
pub use config::Config;
pub use engine::reply::Body;
pub use engine::upper::RawSession;
pub use event::{Ack, AckError, Event, Placeholder, Reply};
pub use handler::{ConnectError, Handler, Handshake};
pub use id::SocketId;
pub use identity::{Identity, same_origin};
pub use namespace::Namespace;
pub use packet::engine::Message;
pub use reason::DisconnectReason;
pub use server::{Builder, Server};
pub use socket::Socket;
pub use together::together;
pub use wire::{EncodeError, Encoded};

/// The decoders by themselves, for fuzzing. Not part of the interface.
#[doc(hidden)]
pub mod decoders {
    pub use crate::packet::engine::{Packet as EnginePacket, Payload, decode_part, decode_text};
    pub use crate::packet::socket::{Body, Packet as SocketPacket, decode as decode_socket};
    pub use crate::packet::{Malformed, engine::Message};
    pub use crate::websocket::decode::{Decoder, FrameError, Incoming};
}
