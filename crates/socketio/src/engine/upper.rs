//! The layer above Engine.IO: Socket.IO, or whatever a raw server does with messages.

use std::fmt;
use std::sync::Arc;
use std::task::Context;

use super::session::{Session, Urgency};
use crate::packet::engine::Message;
use crate::reason::DisconnectReason;
use crate::sockets::Sockets;
use crate::wire::{Class, Frame};

/// What a raw Engine.IO server does with each message.
pub(crate) type OnMessage = Arc<dyn Fn(&RawSession, Message) + Send + Sync>;

/// Receives the messages of one session, in order.
pub(crate) enum Upper {
    Sockets(Sockets),
    Raw(OnMessage),
}

impl Upper {
    /// Takes in a message. Handlers run later, in [`poll`](Self::poll).
    pub(crate) fn message(
        &mut self,
        message: Message,
        session: &Arc<Session>,
    ) -> Result<(), DisconnectReason> {
        match self {
            Self::Sockets(sockets) => sockets.message(message, session),
            Self::Raw(on_message) => {
                on_message(&RawSession(session.clone()), message);
                Ok(())
            }
        }
    }

    pub(crate) fn has_room(&self) -> bool {
        match self {
            Self::Sockets(sockets) => sockets.has_room(),
            Self::Raw(_) => true,
        }
    }

    /// Runs handlers; no new one is started while the client is `crowded` with answers.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>, session: &Arc<Session>, crowded: bool) {
        if let Self::Sockets(sockets) = self {
            sockets.poll(cx, session, crowded);
        }
    }

    /// Whether a handler waits for something.
    pub(crate) fn is_handling(&self) -> bool {
        match self {
            Self::Sockets(sockets) => sockets.is_handling(),
            Self::Raw(_) => false,
        }
    }

    pub(crate) fn close(&mut self, reason: DisconnectReason) {
        if let Self::Sockets(sockets) = self {
            sockets.close(reason);
        }
    }

    pub(crate) fn is_done(&self) -> bool {
        match self {
            Self::Sockets(sockets) => sockets.is_done(),
            Self::Raw(_) => true,
        }
    }
}

/// A session of a raw Engine.IO server, made by [`Builder::raw`](crate::Builder::raw).
#[derive(Clone)]
pub struct RawSession(Arc<Session>);

impl RawSession {
    /// Sends a message to the client.
    pub fn send(&self, message: &Message) {
        let frame = match message {
            Message::Text(text) => Frame::text(Class::Event, |out| {
                out.push(b'4');
                out.extend_from_slice(text.as_bytes());
            }),
            Message::Binary(data) => Frame::binary(Class::Event, data),
        };
        self.0.send(&[frame], Urgency::Now);
    }

    /// Ends the session.
    pub fn close(&self) {
        self.0.close(DisconnectReason::ServerDisconnect);
    }
}

impl fmt::Debug for RawSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawSession").field("peer", &self.0.peer).finish_non_exhaustive()
    }
}
