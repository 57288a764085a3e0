//! What the writer tells the indexer: which rooms have something new.

use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use parlor_protocol::RoomId;
use tokio::sync::oneshot;

use crate::entries::{Published, RoomBody};

/// How long the indexer waits for more, because many messages in one transaction cost far less than each in its own.
const GATHER: Duration = Duration::from_millis(200);

#[derive(Debug, Default)]
struct State {
    rooms: BTreeSet<RoomId>,
    asked: Vec<oneshot::Sender<()>>,
    closed: bool,
}

impl State {
    fn is_urgent(&self) -> bool {
        self.closed || !self.asked.is_empty()
    }
}

/// Rooms with messages that are not indexed yet, and who waits for them.
#[derive(Debug, Default)]
pub(crate) struct Feed {
    state: Mutex<State>,
    wake: Condvar,
}

/// What the indexer does next.
pub(super) struct Work {
    pub(super) rooms: BTreeSet<RoomId>,
    pub(super) asked: Vec<oneshot::Sender<()>>,
    pub(super) closed: bool,
}

impl Feed {
    /// Told by the writer after a commit.
    pub(crate) fn grown(&self, published: &[Published]) {
        let mut state = self.lock();
        let idle = state.rooms.is_empty();
        let mut last = None;
        for told in published {
            let Published::Room(entry) = told else { continue };
            let matters = matches!(
                entry.body,
                RoomBody::MessageCreated { .. }
                    | RoomBody::MessageEdited { .. }
                    | RoomBody::MessageDeleted { .. }
                    | RoomBody::MessagePinned { .. }
                    | RoomBody::MessageUnpinned { .. }
            );
            if matters && last != Some(entry.room) {
                state.rooms.insert(entry.room);
                last = Some(entry.room);
            }
        }
        let wake = idle && !state.rooms.is_empty();
        drop(state);
        if wake {
            self.wake.notify_one();
        }
    }

    /// Puts rooms back that could not be indexed.
    pub(super) fn put_back(&self, rooms: BTreeSet<RoomId>) {
        self.lock().rooms.extend(rooms);
    }

    /// Heard when everything that was told before is indexed.
    pub(crate) fn caught_up(&self) -> oneshot::Receiver<()> {
        let (done, wait) = oneshot::channel();
        let mut state = self.lock();
        if !state.closed {
            state.asked.push(done);
        }
        drop(state);
        self.wake.notify_one();
        wait
    }

    /// Ends the indexer once everything is indexed.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.wake.notify_one();
    }

    /// Waits for work, and then a little for more of it. Comes back without any after `patience`, if there is one.
    pub(super) fn take(&self, patience: Option<Duration>) -> Work {
        let mut state = self.lock();
        let idle = |state: &mut State| state.rooms.is_empty() && !state.is_urgent();
        state = match patience {
            None => self.wake.wait_while(state, idle).unwrap_or_else(PoisonError::into_inner),
            Some(patience) => {
                let waited = self.wake.wait_timeout_while(state, patience, idle);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
        };
        if !state.rooms.is_empty() && !state.is_urgent() {
            let gathered = self.wake.wait_timeout_while(state, GATHER, |state| !state.is_urgent());
            (state, _) = gathered.unwrap_or_else(PoisonError::into_inner);
        }
        Work {
            rooms: std::mem::take(&mut state.rooms),
            asked: std::mem::take(&mut state.asked),
            closed: state.closed,
        }
    }

    /// Waits before something that failed is tried again; ends early when closed.
    pub(super) fn pause(&self, pause: Duration) {
        let state = self.lock();
        drop(self.wake.wait_timeout_while(state, pause, |state| !state.closed));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code that can panic runs under this lock, so a poisoned one is still whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
