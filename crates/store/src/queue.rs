//! A bounded queue between many senders and threads that sleep while it is empty.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Why something was not queued; it is handed back.
#[derive(Debug)]
pub(crate) struct Full<T>(pub(crate) T);

struct State<T> {
    items: VecDeque<T>,
    sleeping: usize,
    closed: bool,
}

/// The queue. Sending never blocks; taking does.
pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    wake: Condvar,
    capacity: usize,
}

impl<T> Queue<T> {
    pub(crate) fn new(capacity: usize) -> Self {
        let state = State { items: VecDeque::new(), sleeping: 0, closed: false };
        Self { state: Mutex::new(state), wake: Condvar::new(), capacity }
    }

    /// Queues an item, and wakes a sleeping taker only if there is one: a busy one finds it by itself.
    pub(crate) fn send(&self, item: T) -> Result<(), Full<T>> {
        let mut state = self.lock();
        if state.closed || state.items.len() >= self.capacity {
            return Err(Full(item));
        }
        state.items.push_back(item);
        let wake = state.sleeping > 0;
        drop(state);
        if wake {
            self.wake.notify_one();
        }
        Ok(())
    }

    /// Waits for an item; `None` once the queue is closed and empty.
    pub(crate) fn take(&self) -> Option<T> {
        self.wait().items.pop_front()
    }

    /// Waits for items and takes up to `most` of them; none once the queue is closed and empty.
    pub(crate) fn take_some(&self, most: usize, into: &mut Vec<T>) {
        let mut state = self.wait();
        let count = state.items.len().min(most);
        into.extend(state.items.drain(..count));
    }

    /// Takes no more items; those that wait are still taken.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.wake.notify_all();
    }

    fn wait(&self) -> MutexGuard<'_, State<T>> {
        let mut state = self.lock();
        while state.items.is_empty() && !state.closed {
            state.sleeping += 1;
            state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.sleeping -= 1;
        }
        state
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // No code that can panic runs under this lock, so a poisoned one is still whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
