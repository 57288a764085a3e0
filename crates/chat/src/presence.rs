//! Who is there: kept in memory, told only to those who share a room and have the user on screen.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use parlor_bus::{Delivery, Topic};
use parlor_protocol::live::{Presence, PresenceChanged, PresenceSet, PresenceWatch, Presences as Watched};
use parlor_protocol::people::Done;
use parlor_protocol::{Code, SessionId, UserId, limits};

use crate::Chat;
use crate::fault::{Answer, Fault};
use crate::herald;
use crate::proof::{Caller, SocketId};

/// How long it is kept here when somebody was seen last, in milliseconds: longer than it takes the store to know.
const KEPT_MS: u64 = 5 * 60 * 1_000;

/// Everyone who is connected, and who watches whom.
#[derive(Debug, Default)]
pub(crate) struct Presences(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    sockets: HashMap<SocketId, Socket>,
    users: HashMap<UserId, Vec<SocketId>>,
    /// When those who went were last connected, in milliseconds since 1970, until the store knows it.
    seen: HashMap<UserId, u64>,
    /// Sessions of sockets that closed since they were last asked for.
    left: HashSet<SessionId>,
}

#[derive(Debug)]
struct Socket {
    user: UserId,
    session: SessionId,
    state: Presence,
    watches: Arc<[u64]>,
}

impl State {
    /// How present a user is: the most present of their sockets counts, `dnd` before all.
    fn of(&self, user: UserId) -> Presence {
        let states = || {
            let sockets = self.users.get(&user).into_iter().flatten();
            sockets.filter_map(|socket| self.sockets.get(socket)).map(|socket| socket.state)
        };
        let most = [Presence::Dnd, Presence::Online, Presence::Away];
        most.into_iter().find(|most| states().any(|state| state == *most)).unwrap_or(Presence::Offline)
    }

    fn changed(&self, user: UserId) -> PresenceChanged {
        let state = self.of(user);
        let seen_at_ms = if state == Presence::Offline { self.seen.get(&user).copied() } else { None };
        PresenceChanged { user, state, seen_at_ms }
    }

    /// Does something, and tells how present the user is now if that changed.
    fn change(&mut self, user: UserId, change: impl FnOnce(&mut Self)) -> Option<PresenceChanged> {
        let before = self.of(user);
        change(self);
        (self.of(user) != before).then(|| self.changed(user))
    }
}

impl Presences {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether somebody looks, or was there a moment ago and does not ask for quiet.
    pub(crate) fn is_here(&self, user: UserId) -> bool {
        matches!(self.lock().of(user), Presence::Online | Presence::Away)
    }

    /// Sessions with an open socket, and those whose socket closed since the last call: they count as seen.
    pub(crate) fn sessions(&self, now_ms: u64) -> HashSet<SessionId> {
        let mut state = self.lock();
        // What was told to the store long ago is found there.
        state.seen.retain(|_, seen_ms| *seen_ms + KEPT_MS > now_ms);
        let left = std::mem::take(&mut state.left);
        state.sockets.values().map(|socket| socket.session).chain(left).collect()
    }
}

/// A socket of the caller connected: others may see them come.
pub fn connected(chat: &Chat, caller: &Caller, socket: SocketId) {
    let (user, session) = (caller.user, caller.session);
    let changed = chat.presences.lock().change(user, |state| {
        let watches = Arc::default();
        state.sockets.insert(socket, Socket { user, session, state: Presence::Online, watches });
        state.users.entry(user).or_default().push(socket);
        state.seen.remove(&user);
    });
    tell(chat, changed);
}

/// A socket closed: others may see its user go, and what it watched is forgotten.
pub fn disconnected(chat: &Chat, socket: SocketId) {
    let now_ms = chat.clock.now_ms();
    let mut state = chat.presences.lock();
    let Some(user) = state.sockets.get(&socket).map(|socket| socket.user) else { return };
    let changed = state.change(user, |state| {
        if let Some(gone) = state.sockets.remove(&socket) {
            state.left.insert(gone.session);
        }
        let left = state.users.get_mut(&user).is_some_and(|sockets| {
            sockets.retain(|other| *other != socket);
            sockets.is_empty()
        });
        if left {
            state.users.remove(&user);
            state.seen.insert(user, now_ms);
        }
    });
    drop(state);
    tell(chat, changed);
}

/// Says how present the caller is on this socket; needs [`Caller::on`].
#[expect(clippy::unused_async, reason = "as the function of every call")]
pub async fn set(chat: &Chat, caller: &Caller, request: PresenceSet) -> Answer<PresenceSet> {
    if request.state == Presence::Offline {
        return Err(Fault::refused(
            Code::BadRequest,
            "state: online, away or dnd; closing the socket is offline",
        ));
    }
    let socket = on_socket(caller)?;
    let changed = chat.presences.lock().change(caller.user, |state| {
        if let Some(socket) = state.sockets.get_mut(&socket) {
            socket.state = request.state;
        }
    });
    tell(chat, changed);
    Ok(Done {})
}

/// Watches the presence of these users on this socket; needs [`Caller::on`].
pub async fn watch(chat: &Chat, caller: &Caller, request: PresenceWatch) -> Answer<PresenceWatch> {
    let socket = on_socket(caller)?;
    if request.users.len() > limits::WATCHED_USERS {
        return Err(Fault::refused(Code::TooLarge, "users: at most 500 on one socket"));
    }
    let asks = caller.user;
    let users = chat.store.read(move |snapshot| {
        let near: HashSet<_> = snapshot.acquaintances(asks)?.into_iter().chain([asks]).collect();
        let wanted: Vec<_> = request.users.into_iter().filter(|user| near.contains(user)).collect();
        snapshot.users(&wanted)
    });
    let users = users.await?;
    let watches: Arc<[u64]> = users.iter().map(|user| user.id.get()).collect();
    // Watched first and looked at then, so that no change falls between the two.
    watch_these(chat, vec![(socket, watches)]);
    let state = chat.presences.lock();
    let now = |user: &parlor_store::records::User| {
        let mut changed = state.changed(user.id);
        if changed.state == Presence::Offline {
            changed.seen_at_ms = changed.seen_at_ms.or(user.seen_at_ms);
        }
        changed
    };
    Ok(Watched { users: users.iter().map(now).collect() })
}

/// A user is out of a room: who shares no room with them any more neither watches them nor is watched by them.
pub(crate) async fn part(chat: &Chat, user: UserId) -> Result<(), Fault> {
    let near = chat.store.read(move |snapshot| snapshot.acquaintances(user)).await?;
    let near: HashSet<u64> = near.into_iter().map(UserId::get).chain([user.get()]).collect();
    let mut fewer = Vec::new();
    for (id, socket) in &chat.presences.lock().sockets {
        let keeps = |watched: &u64| match (socket.user == user, *watched == user.get()) {
            (true, _) => near.contains(watched),
            (false, true) => near.contains(&socket.user.get()),
            (false, false) => true,
        };
        if !socket.watches.iter().all(keeps) {
            fewer.push((*id, socket.watches.iter().copied().filter(keeps).collect()));
        }
    }
    watch_these(chat, fewer);
    Ok(())
}

fn watch_these(chat: &Chat, watches: Vec<(SocketId, Arc<[u64]>)>) {
    let mut steps = Vec::with_capacity(watches.len());
    let mut state = chat.presences.lock();
    for (id, users) in watches {
        if let Some(socket) = state.sockets.get_mut(&id) {
            socket.watches = Arc::clone(&users);
            steps.push(Delivery::Watch { socket: id.0, users });
        }
    }
    drop(state);
    chat.herald.publish(&steps);
}

fn on_socket(caller: &Caller) -> Result<SocketId, Fault> {
    caller
        .socket
        .ok_or_else(|| Fault::refused(Code::BadRequest, "presence belongs to a socket: call this over one"))
}

fn tell(chat: &Chat, changed: Option<PresenceChanged>) {
    if let Some(changed) = changed {
        let push = herald::push("presence:changed", &changed);
        chat.herald.publish(&[Delivery::Hint(Topic::Watchers(changed.user.get()), push)]);
    }
}
