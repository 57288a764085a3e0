//! The readers: a few threads, each with its own connection and its prepared statements.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::queue::Queue;
use crate::read::Snapshot;
use crate::store::Clock;

/// Something to read, which answers by itself.
pub(crate) type Look = Box<dyn FnOnce(rusqlite::Result<&Snapshot>) + Send>;

/// Reads until the queue is closed and empty.
pub(crate) fn work(mut snapshot: Snapshot, clock: &Clock, queue: &Queue<Look>) {
    while let Some(look) = queue.take() {
        if let Err(error) = snapshot.begin(clock()) {
            look(Err(error));
            continue;
        }
        if catch_unwind(AssertUnwindSafe(|| look(Ok(&snapshot)))).is_err() {
            tracing::error!("a read panicked; whoever asked is answered that it failed");
        }
        if let Err(error) = snapshot.end() {
            tracing::error!(%error, "a read could not be ended");
        }
    }
}
