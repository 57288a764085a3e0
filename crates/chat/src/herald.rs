//! Tells what is committed: the one place from which durable changes go out, whoever made them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use parlor_bus::{Bus, Delivery, Push, Topic, Whose};
use parlor_protocol::live::{RoomHead, SessionEnded};
use parlor_protocol::{RoomId, Seq, UserId, told};
use parlor_store::Published;
use parlor_store::entries::{RoomBody, RoomEntry, UserBody};
use parlor_store::records::User;
use serde::Serialize;
use tokio::sync::Notify;

use crate::memory::Memory;
use crate::previews::Wanted;
use crate::wire;

/// Publishes on the bus. The store calls [`Herald::tell`] on its writer's thread after each commit.
#[derive(Debug)]
pub(crate) struct Herald {
    bus: Bus,
    memory: Arc<Memory>,
    /// Heads of the rooms that changed since the last beat.
    heads: Mutex<HashMap<RoomId, Seq>>,
    /// Told when something was put off until later, which may be due before what is waited for.
    pub(crate) put_off: Notify,
    /// Told of messages whose links may get previews.
    links: Arc<Wanted>,
}

impl Herald {
    pub(crate) fn new(bus: Bus, memory: Arc<Memory>, links: Arc<Wanted>) -> Self {
        Self { bus, memory, heads: Mutex::default(), put_off: Notify::new(), links }
    }

    /// Forgets what is not true any more, and then tells everyone who must hear.
    pub(crate) fn tell(&self, published: &[Published]) {
        let mut steps = Vec::with_capacity(published.len());
        for change in published {
            self.forget(change);
            match change {
                Published::UserChanged(user) => steps.extend(newcomer(user, published)),
                _ => self.steps(change, &mut steps),
            }
        }
        self.bus.publish(&steps);
    }

    /// Sends what is about a user to those who share one of these rooms with them, and to themselves.
    pub(crate) fn send_about(
        &self,
        user: UserId,
        rooms: Arc<[u64]>,
        event: &'static str,
        payload: &impl Serialize,
    ) {
        // A user without a room has only themselves to hear it; everyone else hears it through a room.
        let to = if rooms.is_empty() { Topic::User(user.get()) } else { Topic::Rooms(rooms) };
        self.bus.publish(&[Delivery::Send(to, push(event, payload))]);
    }

    /// Sends to a topic what may be lost.
    pub(crate) fn hint(&self, to: Topic, event: &'static str, payload: &impl Serialize) {
        self.bus.publish(&[Delivery::Hint(to, push(event, payload))]);
    }

    /// Publishes steps that are not of the log.
    pub(crate) fn publish(&self, steps: &[Delivery]) {
        self.bus.publish(steps);
    }

    /// Tells rooms that changed since the last beat where their logs end, so that a lost last push shows too.
    pub(crate) fn beat(&self) {
        let heads = std::mem::take(&mut *self.heads.lock().unwrap_or_else(PoisonError::into_inner));
        let head = |(room, seq): (RoomId, Seq)| {
            Delivery::Hint(Topic::Room(room.get()), push("room:head", &RoomHead { room, seq }))
        };
        self.bus.publish(&heads.into_iter().map(head).collect::<Vec<_>>());
    }

    fn forget(&self, change: &Published) {
        match change {
            Published::Room(entry) => match &entry.body {
                RoomBody::MemberJoined { user, .. }
                | RoomBody::MemberLeft { user }
                | RoomBody::MemberChanged { user, .. } => self.memory.forget_member(*user, entry.room),
                RoomBody::RoomChanged { .. } => self.memory.forget_room(entry.room),
                _ => {}
            },
            Published::SessionEnded { user, session, .. } => self.memory.forget_session(*user, *session),
            Published::UserChanged(user) => self.memory.forget_user(user.id),
            Published::User(_) | Published::WorkspaceChanged(_) => {}
        }
    }

    fn steps(&self, change: &Published, steps: &mut Vec<Delivery>) {
        match change {
            Published::Room(entry) => self.room_steps(entry, steps),
            Published::User(entry) => {
                if let UserBody::ScheduledSet { .. } | UserBody::ReminderSet { .. } = entry.body {
                    self.put_off.notify_one();
                }
                let body = wire::my_entry(entry);
                steps.push(Delivery::Send(Topic::User(entry.user.get()), push(body.body.name(), &body)));
            }
            Published::SessionEnded { session, why, .. } => {
                let push = push("session:ended", &SessionEnded { why: *why });
                steps.push(Delivery::Close(Whose::Session(session.get()), push));
            }
            Published::WorkspaceChanged(workspace) => {
                let push = push("workspace:changed", &wire::workspace(workspace));
                steps.push(Delivery::Send(Topic::Everyone, push));
            }
            Published::UserChanged(_) => {}
        }
    }

    fn room_steps(&self, entry: &RoomEntry, steps: &mut Vec<Delivery>) {
        let room = entry.room.get();
        self.heads.lock().unwrap_or_else(PoisonError::into_inner).insert(entry.room, entry.seq);
        if let RoomBody::MemberJoined { user, .. } = entry.body {
            steps.push(Delivery::Subscribe { user: user.get(), room });
        }
        self.links.hear(entry);
        let told = wire::entry(entry.clone());
        let push = Push { event: told.body.name(), body: Bytes::from(told::entry(&told)) };
        steps.push(Delivery::Send(Topic::Room(room), push));
        if let RoomBody::MemberLeft { user } = entry.body {
            steps.push(Delivery::Unsubscribe { user: user.get(), room });
        }
    }
}

/// Tells the first rooms of a new user who that is, so that nobody in them has to ask. Who hears of a change to a user
/// who is in already has to be looked up first: `Chat::tell_user` does that.
fn newcomer(user: &User, published: &[Published]) -> Option<Delivery> {
    let first = |change: &Published| match change {
        Published::Room(entry) => match entry.body {
            RoomBody::MemberJoined { user: joined, .. } if joined == user.id => Some(entry.room.get()),
            _ => None,
        },
        _ => None,
    };
    let rooms: Vec<u64> = published.iter().filter_map(first).collect();
    let told = || push("user:changed", &wire::user(user.clone()));
    (!rooms.is_empty()).then(|| Delivery::Send(Topic::Rooms(rooms.into()), told()))
}

/// An event with its payload, encoded once.
pub(crate) fn push(event: &'static str, payload: &impl Serialize) -> Push {
    let body = serde_json::to_vec(payload).unwrap_or_else(|error| {
        // The wire's types are plain: this can't happen, and if it did, an empty payload makes clients sync.
        tracing::error!(%error, event, "a payload could not be encoded");
        b"{}".to_vec()
    });
    Push { event, body: Bytes::from(body) }
}
