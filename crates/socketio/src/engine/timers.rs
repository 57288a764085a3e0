//! One sweeper for the deadlines of all sessions.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Arc, Weak};

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::session::Session;

/// Sessions handled before the sweeper lets other tasks run.
const BATCH: usize = 128;

/// Alarms of sessions, soonest first. An alarm may be stale; the session knows.
#[derive(Default)]
pub(crate) struct Timers {
    alarms: Mutex<BinaryHeap<Reverse<Alarm>>>,
    earlier: Notify,
}

struct Alarm {
    at: Instant,
    session: Weak<Session>,
}

impl Timers {
    /// Has the session's `tick` called at that time. Callable from any thread.
    pub(crate) fn arm(&self, at: Instant, session: &Arc<Session>) {
        let mut alarms = self.alarms.lock();
        let soonest = alarms.peek().is_none_or(|Reverse(alarm)| at < alarm.at);
        alarms.push(Reverse(Alarm { at, session: Arc::downgrade(session) }));
        drop(alarms);
        if soonest {
            self.earlier.notify_one();
        }
    }

    /// Ends the sweeper's wait, so that it notices that its engine is gone.
    pub(crate) fn wake(&self) {
        self.earlier.notify_one();
    }

    fn next(&self) -> Option<Instant> {
        self.alarms.lock().peek().map(|Reverse(alarm)| alarm.at)
    }

    fn due(&self, now: Instant) -> Vec<Weak<Session>> {
        let mut alarms = self.alarms.lock();
        let mut due = Vec::new();
        while due.len() < BATCH && alarms.peek().is_some_and(|Reverse(alarm)| alarm.at <= now) {
            due.extend(alarms.pop().map(|Reverse(alarm)| alarm.session));
        }
        due
    }

    /// Calls `tick` on every session that is due, until `alive` says that the engine is gone.
    pub(crate) async fn sweep(self: Arc<Self>, alive: impl Fn() -> bool) {
        while alive() {
            let now = Instant::now();
            let due = self.due(now);
            if due.is_empty() {
                match self.next() {
                    Some(at) => tokio::select! {
                        () = tokio::time::sleep_until(at) => {}
                        () = self.earlier.notified() => {}
                    },
                    None => self.earlier.notified().await,
                }
                continue;
            }
            due.iter().filter_map(Weak::upgrade).for_each(|session| session.tick(now));
            tokio::task::yield_now().await;
        }
    }
}

impl PartialEq for Alarm {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl Eq for Alarm {}

impl PartialOrd for Alarm {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Alarm {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.at.cmp(&other.at)
    }
}
