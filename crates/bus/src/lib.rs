//! How nodes hear of each other. With one node that is a function call: the subscriber runs on the publisher's thread.
//!
//! The bus knows nothing of rooms' rules or of sockets. Chat says what is to be delivered, in order; the server
//! knows the sockets and does it. Ids are bare numbers here, since the bus depends on nothing of Parlor's.

use std::fmt;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;

/// Whose sockets hear a push. A socket that fits twice hears it once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Topic {
    /// The sockets that are subscribed to a room: those of its members.
    Room(u64),
    /// The sockets that are subscribed to at least one of these rooms.
    Rooms(Arc<[u64]>),
    /// All sockets of a user.
    User(u64),
    /// The sockets that watch a user's presence.
    Watchers(u64),
    /// Every socket with a session.
    Everyone,
}

/// Whose sockets are closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The sockets of one session.
    Session(u64),
    /// All sockets of a user.
    User(u64),
    /// The sockets of a user's sessions other than this one.
    OthersOf {
        /// Whose sockets.
        user: u64,
        /// The session that stays.
        session: u64,
    },
}

/// An event with its payload, encoded once for all who hear it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// Name of the event, such as `message:created`.
    pub event: &'static str,
    /// The payload as JSON.
    pub body: Bytes,
}

/// One step of a delivery. Steps are done in the order of the slice that was published: to subscribe and then to
/// send shows a new member their own arrival; to send and then to unsubscribe shows a leaver their removal, and
/// nothing after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// Sends what must arrive: a socket that can't take it is told `lagged`, and syncs.
    Send(Topic, Push),
    /// Sends what may be lost without harm: typing, presence, heads. Dropped for sockets that are behind.
    Hint(Topic, Push),
    /// All sockets of the user hear the room from now on, also those that connect later.
    Subscribe {
        /// Whose sockets.
        user: u64,
        /// Which room.
        room: u64,
    },
    /// No socket of the user hears the room from now on, not even what is queued behind this step.
    Unsubscribe {
        /// Whose sockets.
        user: u64,
        /// Which room.
        room: u64,
    },
    /// The socket watches the presence of exactly these users from now on.
    Watch {
        /// Which socket.
        socket: u64,
        /// Whom it watches.
        users: Arc<[u64]>,
    },
    /// The sockets are told why, as far as they can still take it, and are closed at once.
    Close(Whose, Push),
}

type Subscriber = dyn Fn(&[Delivery]) + Send + Sync;

/// The bus of one node. Clones are handles to the same bus.
#[derive(Clone, Default)]
pub struct Bus {
    subscriber: Arc<OnceLock<Box<Subscriber>>>,
}

impl Bus {
    /// A bus to which nobody listens yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives the bus its subscriber, for ever. It is called on the publishing thread, often the one that writes to
    /// the database, so it must neither block nor publish. Returns false when there is one already.
    #[must_use]
    pub fn subscribe(&self, subscriber: impl Fn(&[Delivery]) + Send + Sync + 'static) -> bool {
        self.subscriber.set(Box::new(subscriber)).is_ok()
    }

    /// Delivers these steps in their order. Two calls on one thread are delivered in the order of the calls.
    pub fn publish(&self, deliveries: &[Delivery]) {
        if let Some(subscriber) = self.subscriber.get() {
            subscriber(deliveries);
        }
    }
}

impl fmt::Debug for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bus").field("subscribed", &self.subscriber.get().is_some()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn a_delivery_reaches_the_subscriber_in_order_before_publish_returns() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let bus = Bus::new();
        let writer = Arc::clone(&heard);
        assert!(bus.subscribe(move |steps| writer.lock().unwrap().extend_from_slice(steps)));
        assert!(!bus.subscribe(|_| ()));
        let push = Push { event: "member:joined", body: Bytes::from_static(b"{}") };
        let steps = [Delivery::Subscribe { user: 1, room: 2 }, Delivery::Send(Topic::Room(2), push)];
        bus.clone().publish(&steps);
        assert_eq!(*heard.lock().unwrap(), steps);
    }

    #[test]
    fn a_bus_without_subscriber_takes_everything() {
        Bus::new().publish(&[Delivery::Subscribe { user: 1, room: 2 }]);
    }
}
