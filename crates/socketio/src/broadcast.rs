//! Reaching many sockets at once: by room, with exceptions, or a batch of events together.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::engine::session::Urgency;
use crate::id::SocketId;
use crate::namespace::Namespace;
use crate::reason::DisconnectReason;
use crate::room::{Members, flush_lists, send_all};
use crate::socket::Socket;
use crate::wire::{EncodeError, Encoded, Frame};

/// A choice of sockets, made with [`Namespace::to`] or [`Namespace::everyone`].
#[must_use = "choosing sockets does nothing to them"]
pub struct Broadcast<'a, D> {
    namespace: &'a Namespace<D>,
    rooms: Vec<&'a str>,
    except: Vec<SocketId>,
    volatile: bool,
}

impl<'a, D: Send + Sync + 'static> Broadcast<'a, D> {
    pub(crate) fn new(namespace: &'a Namespace<D>) -> Self {
        Self { namespace, rooms: Vec::new(), except: Vec::new(), volatile: false }
    }

    /// Adds the sockets of another room. A socket in several of the rooms counts once.
    pub fn to(mut self, room: &'a str) -> Self {
        self.rooms.push(room);
        self
    }

    /// Leaves out one socket, usually the one that caused the event.
    pub fn except(mut self, socket: SocketId) -> Self {
        self.except.push(socket);
        self
    }

    /// Sends only to those who can take the event at once; for others it is forgotten.
    pub fn volatile(mut self) -> Self {
        self.volatile = true;
        self
    }

    /// Sends an event with one argument.
    pub fn emit<T: Serialize + ?Sized>(self, event: &str, payload: &T) -> Result<(), EncodeError> {
        self.emit_encoded(&Encoded::event(event, payload)?);
        Ok(())
    }

    /// Sends an event that is encoded already. Where nothing waits for a socket it is written
    /// here and now; fan-outs to one room that overlap share their writes, and so do those that
    /// follow each other while one client's events are handled.
    pub fn emit_encoded(self, event: &Encoded) {
        let frames = event.frames(self.namespace.name(), None);
        if let [one] = self.rooms.as_slice() {
            if let Some(room) = self.namespace.room(one) {
                room.deliver(&frames, &self.except, self.volatile);
            }
            return;
        }
        let members = Arc::new(self.sockets());
        if self.volatile {
            send_all(&members, &frames, &[], Urgency::Volatile);
        } else {
            send_all(&members, &frames, &[], Urgency::Soon);
            flush_lists(vec![members]);
        }
    }

    /// Has them all enter a room.
    pub fn join(self, room: &str) {
        self.sockets().iter().for_each(|socket| socket.join(room));
    }

    /// Has them all leave a room.
    pub fn leave(self, room: &str) {
        self.sockets().iter().for_each(|socket| socket.leave(room));
    }

    /// Ends them all, as [`Socket::disconnect`] does.
    pub fn disconnect(self, reason: DisconnectReason) {
        self.sockets().iter().for_each(|socket| socket.disconnect(reason));
    }

    /// The sockets chosen, each once.
    pub fn sockets(&self) -> Vec<Socket<D>> {
        let mut sockets = match self.rooms.as_slice() {
            [] => self.namespace.sockets(),
            [one] => self.namespace.sockets_in(one),
            several => {
                let mut seen = HashSet::new();
                let members = several.iter().flat_map(|room| self.namespace.sockets_in(room));
                members.filter(|socket| seen.insert(socket.id())).collect()
            }
        };
        sockets.retain(|socket| !self.except.contains(&socket.id()));
        sockets
    }
}

impl<D> fmt::Debug for Broadcast<'_, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Broadcast")
            .field("rooms", &self.rooms)
            .field("except", &self.except)
            .finish_non_exhaustive()
    }
}

/// Events that leave together: each socket gets all of its events in order and in one write.
///
/// A send costs the kernel some 8 µs however little is sent, so thirty events in a batch cost
/// hardly more than one.
#[must_use = "a batch does nothing until it is sent"]
pub struct Batch<D> {
    namespace: Namespace<D>,
    items: Vec<Item>,
}

struct Item {
    room: Arc<str>,
    except: Option<SocketId>,
    frames: Vec<Frame>,
}

impl<D: Send + Sync + 'static> Batch<D> {
    pub(crate) fn new(namespace: Namespace<D>) -> Self {
        Self { namespace, items: Vec::new() }
    }

    /// Adds an event for a room.
    pub fn emit(&mut self, room: &str, event: &Encoded) {
        self.push(room, None, event);
    }

    /// Adds an event for a room without one of its sockets.
    pub fn emit_except(&mut self, room: &str, except: SocketId, event: &Encoded) {
        self.push(room, Some(except), event);
    }

    fn push(&mut self, room: &str, except: Option<SocketId>, event: &Encoded) {
        let room = match self.items.last() {
            Some(last) if *last.room == *room => last.room.clone(),
            _ => room.into(),
        };
        self.items.push(Item {
            room,
            except,
            frames: event.frames(self.namespace.name(), None).into_owned(),
        });
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Sends everything.
    pub fn send(self) {
        let Some(first) = self.items.first() else { return };
        if self.items.iter().all(|item| item.room == first.room && item.except.is_none()) {
            // One room for all: the frames go out as they are, queued nowhere.
            let Some(room) = self.namespace.room(&first.room) else { return };
            let frames: Vec<_> = self.items.into_iter().flat_map(|item| item.frames).collect();
            return room.deliver(&frames, &[], false);
        }
        let mut lists: Vec<Members<D>> = Vec::new();
        for item in &self.items {
            let members = self.namespace.members(&item.room);
            send_all(&members, &item.frames, item.except.as_slice(), Urgency::Soon);
            if !lists.iter().any(|list| Arc::ptr_eq(list, &members)) {
                lists.push(members);
            }
        }
        flush_lists(lists);
    }
}

impl<D> fmt::Debug for Batch<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("events", &self.items.len()).finish_non_exhaustive()
    }
}
