//! A namespace: its sockets, its rooms, and the ways to reach them.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use parking_lot::Mutex;
use serde::Serialize;

use crate::broadcast::{Batch, Broadcast};
use crate::id::SocketId;
use crate::room::{Members, Room};
use crate::socket::Socket;
use crate::wire::{EncodeError, Encoded};

/// Parts of a table, each with a lock of its own.
const SHARDS: usize = 16;

type Sharded<K, V> = [Mutex<HashMap<K, V>>; SHARDS];

/// The sockets of one namespace. A cheap handle; all its methods may be called from any thread,
/// also outside the async runtime, and none waits for a client.
pub struct Namespace<D>(Arc<Inner<D>>);

struct Inner<D> {
    name: Arc<str>,
    sockets: Sharded<SocketId, Socket<D>>,
    rooms: Sharded<Arc<str>, Arc<Room<D>>>,
    hasher: RandomState,
}

impl<D: Send + Sync + 'static> Namespace<D> {
    pub(crate) fn new(name: &str) -> Self {
        Self(Arc::new(Inner {
            name: name.into(),
            sockets: std::array::from_fn(|_| Mutex::default()),
            rooms: std::array::from_fn(|_| Mutex::default()),
            hasher: RandomState::new(),
        }))
    }

    /// Its name, `/` for the main one.
    pub fn name(&self) -> &Arc<str> {
        &self.0.name
    }

    /// The socket of that id, while it is connected.
    pub fn get(&self, id: SocketId) -> Option<Socket<D>> {
        self.sockets_shard(id).lock().get(&id).cloned()
    }

    /// How many sockets are connected.
    pub fn len(&self) -> usize {
        self.0.sockets.iter().map(|shard| shard.lock().len()).sum()
    }

    /// Whether no socket is connected.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All connected sockets.
    pub fn sockets(&self) -> Vec<Socket<D>> {
        self.0.sockets.iter().flat_map(|shard| shard.lock().values().cloned().collect::<Vec<_>>()).collect()
    }

    /// The sockets in a room.
    pub fn sockets_in(&self, room: &str) -> Vec<Socket<D>> {
        self.members(room).to_vec()
    }

    /// How many sockets are in a room.
    pub fn count_in(&self, room: &str) -> usize {
        self.room(room).map_or(0, |room| room.len())
    }

    /// Addresses the sockets of a room; add rooms, exceptions and more before acting.
    pub fn to<'a>(&'a self, room: &'a str) -> Broadcast<'a, D> {
        Broadcast::new(self).to(room)
    }

    /// Addresses every socket of the namespace.
    pub fn everyone(&self) -> Broadcast<'_, D> {
        Broadcast::new(self)
    }

    /// Sends an event with one argument to every socket.
    pub fn emit<T: Serialize + ?Sized>(&self, event: &str, payload: &T) -> Result<(), EncodeError> {
        self.everyone().emit(event, payload)
    }

    /// Collects events for any rooms, to be sent with one write for each socket.
    pub fn batch(&self) -> Batch<D> {
        Batch::new(self.clone())
    }

    /// Sends each event to its room, with one write for each socket.
    pub fn emit_many<'a>(&self, events: impl IntoIterator<Item = (&'a str, &'a Encoded)>) {
        let mut batch = self.batch();
        for (room, event) in events {
            batch.emit(room, event);
        }
        batch.send();
    }

    pub(crate) fn insert(&self, socket: &Socket<D>) {
        self.sockets_shard(socket.id()).lock().insert(socket.id(), socket.clone());
    }

    pub(crate) fn remove(&self, id: SocketId) {
        // Dropped after the lock, because it may be the last owner.
        let _removed = self.sockets_shard(id).lock().remove(&id);
    }

    /// Adds a member to a room, which comes to be with its first. Under the lock of the table,
    /// so that no emptied room is thrown away under somebody who enters it.
    pub(crate) fn enter(&self, name: &str, socket: &Socket<D>) -> Arc<Room<D>> {
        let mut rooms = self.rooms_shard(name).lock();
        let room = rooms.get(name).cloned().unwrap_or_else(|| {
            let name: Arc<str> = name.into();
            let room = Arc::new(Room::new(name.clone()));
            rooms.insert(name, room.clone());
            room
        });
        room.add(socket);
        room
    }

    /// Removes a member from a room, and the room with its last.
    pub(crate) fn exit(&self, room: &Room<D>, socket: &Socket<D>) {
        let mut rooms = self.rooms_shard(room.name()).lock();
        if room.remove(socket) {
            rooms.remove(room.name());
        }
    }

    /// Whether a socket is in this room.
    pub fn has_room(&self, name: &str) -> bool {
        self.rooms_shard(name).lock().contains_key(name)
    }

    pub(crate) fn room(&self, name: &str) -> Option<Arc<Room<D>>> {
        self.rooms_shard(name).lock().get(name).cloned()
    }

    pub(crate) fn members(&self, room: &str) -> Members<D> {
        self.room(room).map(|room| room.members()).unwrap_or_default()
    }

    fn sockets_shard(&self, id: SocketId) -> &Mutex<HashMap<SocketId, Socket<D>>> {
        &self.0.sockets[id.shard(SHARDS)]
    }

    fn rooms_shard(&self, name: &str) -> &Mutex<HashMap<Arc<str>, Arc<Room<D>>>> {
        let part = self.0.hasher.hash_one(name) % SHARDS as u64;
        &self.0.rooms[usize::try_from(part).unwrap_or_default()]
    }
}

impl<D> Clone for Namespace<D> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<D> fmt::Debug for Namespace<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Namespace").field("name", &self.0.name).finish_non_exhaustive()
    }
}
