//! One client in one namespace.

use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use serde::Serialize;
use tokio::sync::oneshot;

use crate::engine::session::{Session, Urgency};
use crate::event::{AckError, Reply};
use crate::id::SocketId;
use crate::namespace::Namespace;
use crate::packet::socket::Kind;
use crate::reason::DisconnectReason;
use crate::room::Room;
use crate::turn;
use crate::wire::{Class, EncodeError, Encoded, packet_frames};

/// Answers one socket may owe us at a time.
const MAX_AWAITED: usize = 1_000;

/// A client in a namespace. Clones are handles of the same socket; one that has ended stays
/// usable, and sending to it does nothing.
pub struct Socket<D>(Arc<Inner<D>>);

struct Inner<D> {
    id: SocketId,
    namespace: Namespace<D>,
    session: Arc<Session>,
    data: D,
    membership: Mutex<Membership<D>>,
    awaited: Mutex<Option<Box<Awaited>>>,
}

struct Membership<D> {
    rooms: Vec<Arc<Room<D>>>,
    ended: Option<DisconnectReason>,
}

/// Answers that are awaited, by the id their event was sent with.
#[derive(Default)]
struct Awaited {
    next: u64,
    replies: HashMap<u64, oneshot::Sender<Reply>>,
}

impl<D: Send + Sync + 'static> Socket<D> {
    pub(crate) fn new(id: SocketId, namespace: Namespace<D>, session: Arc<Session>, data: D) -> Self {
        let membership = Mutex::new(Membership { rooms: Vec::new(), ended: None });
        Self(Arc::new(Inner { id, namespace, session, data, membership, awaited: Mutex::default() }))
    }

    /// What [`Handler::connect`](crate::Handler::connect) found out about the client.
    pub fn data(&self) -> &D {
        &self.0.data
    }

    /// The namespace the socket is in.
    pub fn namespace(&self) -> &Namespace<D> {
        &self.0.namespace
    }

    /// The address the connection came from.
    pub fn peer(&self) -> SocketAddr {
        self.0.session.peer
    }

    /// Whether the socket has not ended.
    pub fn is_connected(&self) -> bool {
        self.0.membership.lock().ended.is_none() && self.0.session.ended().is_none()
    }

    /// Enters a room. Does nothing if the socket is in it or has ended.
    pub fn join(&self, room: &str) {
        turn::release();
        let mut membership = self.0.membership.lock();
        if membership.ended.is_some() || membership.position(room).is_some() {
            return;
        }
        membership.rooms.reserve_exact(1);
        membership.rooms.push(self.0.namespace.enter(room, self));
    }

    /// Leaves a room.
    pub fn leave(&self, room: &str) {
        turn::release();
        let mut membership = self.0.membership.lock();
        if let Some(at) = membership.position(room) {
            let room = membership.rooms.swap_remove(at);
            self.0.namespace.exit(&room, self);
        }
    }

    /// The rooms the socket is in, in no order.
    pub fn rooms(&self) -> Vec<Arc<str>> {
        self.0.membership.lock().rooms.iter().map(|room| room.name().clone()).collect()
    }

    /// Whether the socket is in the room.
    pub fn in_room(&self, room: &str) -> bool {
        self.0.membership.lock().position(room).is_some()
    }

    /// Sends an event with one argument.
    pub fn emit<T: Serialize + ?Sized>(&self, event: &str, payload: &T) -> Result<(), EncodeError> {
        self.emit_encoded(&Encoded::event(event, payload)?);
        Ok(())
    }

    /// Sends an event that is encoded already.
    pub fn emit_encoded(&self, event: &Encoded) {
        self.send(event, Urgency::Now);
    }

    /// Sends an event with one argument if it can leave at once, and forgets it otherwise.
    pub fn emit_volatile<T: Serialize + ?Sized>(&self, event: &str, payload: &T) -> Result<(), EncodeError> {
        self.send(&Encoded::event(event, payload)?, Urgency::Volatile);
        Ok(())
    }

    /// Sends several events in one write.
    pub fn emit_many<'a>(&self, events: impl IntoIterator<Item = &'a Encoded>) {
        for event in events {
            self.send(event, Urgency::Soon);
        }
        self.0.session.flush();
    }

    fn send(&self, event: &Encoded, urgency: Urgency) {
        if self.0.membership.lock().ended.is_none() {
            self.0.session.send(&event.frames(self.0.namespace.name(), None), urgency);
        }
    }

    /// Sends an event with one argument and waits for the client's answer.
    pub async fn emit_with_ack<T: Serialize + ?Sized>(
        &self,
        event: &str,
        payload: &T,
        timeout: Duration,
    ) -> Result<Reply, AckError> {
        let encoded = Encoded::event(event, payload).map_err(|_| AckError::Unencodable)?;
        self.emit_encoded_with_ack(&encoded, timeout).await
    }

    /// Sends an event that is encoded already and waits for the client's answer.
    pub async fn emit_encoded_with_ack(&self, event: &Encoded, timeout: Duration) -> Result<Reply, AckError> {
        let (id, reply) = self.await_reply()?;
        self.0.session.send(&event.frames(self.0.namespace.name(), Some(id)), Urgency::Now);
        match tokio::time::timeout(timeout, reply).await {
            Ok(Ok(reply)) => Ok(reply),
            Ok(Err(_)) => Err(AckError::Disconnected),
            Err(_) => {
                self.forget_reply(id);
                Err(AckError::Timeout)
            }
        }
    }

    fn await_reply(&self) -> Result<(u64, oneshot::Receiver<Reply>), AckError> {
        let (sender, receiver) = oneshot::channel();
        // Under this lock, so that the end of the socket can't slip in between.
        let membership = self.0.membership.lock();
        if membership.ended.is_some() {
            return Err(AckError::Disconnected);
        }
        let mut awaited = self.0.awaited.lock();
        let awaited = awaited.get_or_insert_default();
        // Callers that gave up leave their entry behind.
        awaited.replies.retain(|_, waiting| !waiting.is_closed());
        if awaited.replies.len() >= MAX_AWAITED {
            return Err(AckError::TooMany);
        }
        let id = awaited.next;
        awaited.next += 1;
        awaited.replies.insert(id, sender);
        Ok((id, receiver))
    }

    fn forget_reply(&self, id: u64) {
        if let Some(awaited) = self.0.awaited.lock().as_mut() {
            awaited.replies.remove(&id);
        }
    }

    /// An answer came. One that nobody awaits means nothing.
    pub(crate) fn acked(&self, id: u64, reply: Reply) {
        let waiting = self.0.awaited.lock().as_mut().and_then(|awaited| awaited.replies.remove(&id));
        if let Some(waiting) = waiting {
            // The caller may have given up in this moment.
            drop(waiting.send(reply));
        }
    }

    /// Ends the socket now, from any thread and without waiting, however full its buffers are.
    /// It leaves its rooms before this returns, none of its events is handled any more, and the
    /// disconnect hook runs soon. The connection closes with its last namespace.
    pub fn disconnect(&self, reason: DisconnectReason) {
        let frames = packet_frames(Class::Kept, self.0.namespace.name(), (Kind::Disconnect, None), b"", &[]);
        let session = &self.0.session;
        if !self.leave_all(reason) {
            return;
        }
        session.send(&frames, Urgency::Now);
        if session.leave(self.0.namespace.name()) {
            session.close(reason);
        } else {
            session.wake();
        }
    }

    /// Ends the socket without telling the client.
    pub(crate) fn end(&self, reason: DisconnectReason) {
        if self.leave_all(reason) {
            self.0.session.leave(self.0.namespace.name());
        }
    }

    pub(crate) fn ended(&self) -> Option<DisconnectReason> {
        self.0.membership.lock().ended
    }

    /// Takes the socket out of everything; false if that was done before.
    fn leave_all(&self, reason: DisconnectReason) -> bool {
        turn::release();
        let mut membership = self.0.membership.lock();
        if membership.ended.is_some() {
            return false;
        }
        membership.ended = Some(reason);
        for room in std::mem::take(&mut membership.rooms) {
            self.0.namespace.exit(&room, self);
        }
        drop(membership);
        self.0.namespace.remove(self.id());
        *self.0.awaited.lock() = None;
        true
    }
}

impl<D> Socket<D> {
    /// The public id: random, and of this namespace only.
    pub fn id(&self) -> SocketId {
        self.0.id
    }

    pub(crate) fn session(&self) -> &Arc<Session> {
        &self.0.session
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<D> Membership<D> {
    fn position(&self, room: &str) -> Option<usize>
    where
        D: Send + Sync + 'static,
    {
        self.rooms.iter().position(|joined| **joined.name() == *room)
    }
}

impl<D> Clone for Socket<D> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<D> fmt::Debug for Socket<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket").field("id", &self.0.id).finish_non_exhaustive()
    }
}
