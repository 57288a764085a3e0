//! From the bus to the sockets: the one place where pushes and what they do to sockets are delivered.

use std::sync::Arc;

use parlor_bus::{Delivery, Push, Topic};
use parlor_socketio::{Batch, DisconnectReason, Encoded, Namespace};
use serde_json::value::RawValue;

use crate::roster::{Change, Roster, Seat, topic};

/// Delivers to the sockets of one node.
#[derive(Debug)]
pub(crate) struct Deliverer {
    namespace: Namespace<Seat>,
    roster: Arc<Roster>,
}

impl Deliverer {
    /// Delivers to the sockets of this namespace.
    pub(crate) fn new(namespace: Namespace<Seat>, roster: Arc<Roster>) -> Self {
        Self { namespace, roster }
    }

    /// Does the steps in their order. What is sent in a row leaves each socket in one write.
    pub(crate) fn deliver(&self, steps: &[Delivery]) {
        let mut batch = self.namespace.batch();
        for step in steps {
            if let Delivery::Send(topic @ (Topic::Room(_) | Topic::User(_)), push) = step {
                add(&mut batch, topic, push);
                continue;
            }
            std::mem::replace(&mut batch, self.namespace.batch()).send();
            self.step(step);
        }
        batch.send();
    }

    fn step(&self, step: &Delivery) {
        #[cfg(feature = "planted")]
        match step {
            Delivery::Unsubscribe { .. } if parlor_planted::is(parlor_planted::Bug::RemovalNotLive) => return,
            Delivery::Close(..) if parlor_planted::is(parlor_planted::Bug::RevocationNotLive) => return,
            _ => {}
        }
        match step {
            Delivery::Send(topic, push) => self.send(topic, push, false),
            Delivery::Hint(topic, push) => self.send(topic, push, true),
            Delivery::Subscribe { user, room } => {
                self.change(Change { user: *user, room: *room, member: true });
            }
            Delivery::Unsubscribe { user, room } => {
                self.change(Change { user: *user, room: *room, member: false });
            }
            Delivery::Watch { socket, users } => self.watch(*socket, users),
            Delivery::Close(whose, push) => {
                let told = encode(push);
                for socket in self.roster.close(*whose, push) {
                    if let Some(told) = &told {
                        socket.emit_encoded(told);
                    }
                    socket.disconnect(DisconnectReason::Revoked);
                }
            }
        }
    }

    fn send(&self, to: &Topic, push: &Push, may_be_lost: bool) {
        let names: Vec<String> = match to {
            Topic::Room(room) => vec![topic::room(*room)],
            Topic::Rooms(rooms) => rooms.iter().map(|room| topic::room(*room)).collect(),
            Topic::User(user) => vec![topic::user(*user)],
            Topic::Watchers(user) => vec![topic::watchers(*user)],
            Topic::Everyone => Vec::new(),
        };
        if *to != Topic::Everyone && !names.iter().any(|name| self.namespace.has_room(name)) {
            return;
        }
        let Some(event) = encode(push) else { return };
        let sockets = names.iter().fold(self.namespace.everyone(), |sockets, name| sockets.to(name));
        let sockets = if may_be_lost { sockets.volatile() } else { sockets };
        sockets.emit_encoded(&event);
    }

    fn change(&self, change: Change) {
        let (user, room) = (topic::user(change.user), topic::room(change.room));
        self.roster.change(change, || {
            let sockets = self.namespace.to(&user);
            if change.member { sockets.join(&room) } else { sockets.leave(&room) }
        });
    }

    fn watch(&self, socket: u64, users: &[u64]) {
        let Some(socket) = self.roster.get(socket) else { return };
        let wanted: Vec<String> = users.iter().map(|user| topic::watchers(*user)).collect();
        for name in socket.rooms() {
            if topic::is_watchers(&name) && !wanted.iter().any(|wanted| **wanted == *name) {
                socket.leave(&name);
            }
        }
        for name in &wanted {
            socket.join(name);
        }
    }
}

fn add(batch: &mut Batch<Seat>, to: &Topic, push: &Push) {
    let (Topic::Room(id) | Topic::User(id)) = to else { return };
    let name = if matches!(to, Topic::Room(_)) { topic::room(*id) } else { topic::user(*id) };
    if let Some(event) = encode(push) {
        batch.emit(&name, &event);
    }
}

/// The push as it is framed once for all who hear it.
pub(crate) fn encode(push: &Push) -> Option<Encoded> {
    let payload: Result<&RawValue, _> = serde_json::from_slice(&push.body);
    match payload
        .map_err(|error| error.to_string())
        .and_then(|payload| Encoded::raw(push.event, payload).map_err(|error| error.to_string()))
    {
        Ok(encoded) => Some(encoded),
        Err(cause) => {
            tracing::error!(event = push.event, cause, "a push is no JSON");
            None
        }
    }
}
