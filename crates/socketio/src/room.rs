//! Rooms: who is in them, and how one event gets to all of them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::engine::session::Urgency;
use crate::engine::{can_give_way, spawn};
use crate::id::SocketId;
use crate::socket::Socket;
use crate::turn::{self, Audience};
use crate::wire::Frame;

/// Members that a caller on the async runtime writes to before it has others take its place.
const INLINE: usize = 256;
/// Members written to before a task lets others run.
const CHUNK: usize = 128;
/// Members whose sessions are fetched from memory together.
const FETCHED: usize = 16;
/// Rooms smaller than this gain nothing from waiting for more.
const WORTH_COMBINING: usize = 16;
/// A single event that follows the last fan-out this soon is part of a burst that is still to come together; several
/// that a turn held back have done so.
const BURST: Duration = Duration::from_micros(200);

/// The members at one moment. Joining and leaving copy the list only while somebody goes
/// through it, so that no lock is held across a fan-out.
pub(crate) type Members<D> = Arc<Vec<Socket<D>>>;

/// One room of a namespace.
pub(crate) struct Room<D> {
    name: Arc<str>,
    members: Mutex<Members<D>>,
    relay: Mutex<Relay<D>>,
}

/// Combines fan-outs. A calm room is written to directly, which is the cheapest for one event.
/// While somebody writes, and in a burst, events are only queued, and then every socket gets all
/// of them in one write, which is the cheapest for many.
struct Relay<D> {
    busy: bool,
    pending: Vec<Members<D>>,
    last: Option<Instant>,
}

/// How a fan-out goes about it.
enum Way {
    /// Write to each member now.
    Directly,
    /// Queue, then write everything in a moment.
    Together,
    /// Queue; somebody is writing and will see to it.
    Behind,
}

impl<D: Send + Sync + 'static> Room<D> {
    pub(crate) fn new(name: Arc<str>) -> Self {
        let relay = Relay { busy: false, pending: Vec::new(), last: None };
        Self { name, members: Mutex::default(), relay: Mutex::new(relay) }
    }

    pub(crate) fn name(&self) -> &Arc<str> {
        &self.name
    }

    pub(crate) fn members(&self) -> Members<D> {
        self.members.lock().clone()
    }

    pub(crate) fn len(&self) -> usize {
        self.members.lock().len()
    }

    pub(crate) fn add(&self, socket: &Socket<D>) {
        Arc::make_mut(&mut *self.members.lock()).push(socket.clone());
    }

    /// Removes a member, and says whether the room is empty now.
    pub(crate) fn remove(&self, socket: &Socket<D>) -> bool {
        let mut members = self.members.lock();
        if let Some(at) = members.iter().position(|member| member.is(socket)) {
            Arc::make_mut(&mut *members).swap_remove(at);
        }
        members.is_empty()
    }

    /// Sends frames to every member but the excepted; within a turn, together with those that follow.
    pub(crate) fn deliver(self: &Arc<Self>, frames: &[Frame], except: &[SocketId], volatile: bool) {
        if volatile {
            return send_all(&self.members(), frames, except, Urgency::Volatile);
        }
        if !turn::hold(self, frames, except) {
            self.write(frames, except);
        }
    }

    fn write(self: &Arc<Self>, frames: &[Frame], except: &[SocketId]) {
        let members = self.members();
        let way = self.begin(members.len(), frames.len());
        if let Way::Directly = way {
            giving_way(members.len(), || send_all(&members, frames, except, Urgency::Now));
            return self.clone().finish();
        }
        send_all(&members, frames, except, Urgency::Soon);
        if matches!(way, Way::Together) || self.begin_or_leave(&members) {
            self.relay.lock().pending.push(members);
            self.clone().finish();
        }
    }

    fn begin(&self, members: usize, frames: usize) -> Way {
        let mut relay = self.relay.lock();
        if std::mem::replace(&mut relay.busy, true) {
            return Way::Behind;
        }
        let burst = frames == 1
            && members >= WORTH_COMBINING
            && relay.last.is_some_and(|last| last.elapsed() < BURST);
        // A plain thread has nobody to leave the writing to; it can send a batch.
        let late = on_runtime() && (burst || (members > INLINE && !can_give_way()));
        if late { Way::Together } else { Way::Directly }
    }

    /// Leaves what was queued to the one who writes, or becomes it if there is none any more.
    fn begin_or_leave(&self, members: &Members<D>) -> bool {
        let mut relay = self.relay.lock();
        if !std::mem::replace(&mut relay.busy, true) {
            return true;
        }
        if !relay.pending.last().is_some_and(|last| Arc::ptr_eq(last, members)) {
            relay.pending.push(members.clone());
        }
        false
    }

    /// Writes what others have queued meanwhile, until there is nothing more.
    fn finish(self: Arc<Self>) {
        if on_runtime() {
            let Some(first) = self.next() else { return };
            spawn(async move {
                let mut next = Some(first);
                while let Some(pending) = next {
                    for members in pending {
                        flush_fairly(&members).await;
                    }
                    next = self.next();
                }
            });
            return;
        }
        while let Some(pending) = self.next() {
            pending.iter().for_each(flush_all);
        }
    }

    fn next(&self) -> Option<Vec<Members<D>>> {
        let mut relay = self.relay.lock();
        if relay.pending.is_empty() {
            relay.busy = false;
            relay.last = Some(Instant::now());
            return None;
        }
        Some(std::mem::take(&mut relay.pending))
    }
}

impl<D: Send + Sync + 'static> Audience for Room<D> {
    fn hear(self: Arc<Self>, frames: &[Frame], except: &[SocketId]) {
        self.write(frames, except);
    }
}

/// Whether the caller runs on the async runtime, where long work has to give way.
fn on_runtime() -> bool {
    tokio::runtime::Handle::try_current().is_ok()
}

/// Does long work where it stands, having another thread take over the tasks of this one.
fn giving_way(members: usize, work: impl FnOnce()) {
    if members > INLINE && can_give_way() { tokio::task::block_in_place(work) } else { work() }
}

/// Sends frames to all of them but the excepted.
pub(crate) fn send_all<D>(members: &[Socket<D>], frames: &[Frame], except: &[SocketId], urgency: Urgency) {
    for group in members.chunks(FETCHED) {
        // No cache holds the sessions of thousands. Asked for together they are waited for once, not one by one.
        for member in group {
            member.session().fetch();
        }
        for member in group {
            if !except.contains(&member.id()) {
                member.session().send(frames, urgency);
            }
        }
    }
}

/// Writes what is queued for any of them. On the runtime a task does it if they are many.
pub(crate) fn flush_lists<D: Send + Sync + 'static>(lists: Vec<Members<D>>) {
    if on_runtime() && lists.iter().map(|list| list.len()).sum::<usize>() > INLINE {
        spawn(async move {
            for members in lists {
                flush_fairly(&members).await;
            }
        });
    } else {
        lists.iter().for_each(flush_all);
    }
}

fn flush_all<D>(members: &Members<D>) {
    members.iter().for_each(|member| member.session().flush());
}

async fn flush_fairly<D>(members: &Members<D>) {
    for chunk in members.chunks(CHUNK) {
        for member in chunk {
            member.session().flush();
        }
        tokio::task::yield_now().await;
    }
}
