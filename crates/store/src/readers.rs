//! The readers: a few threads, each with its own connection and its prepared statements.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rusqlite::Connection;

use crate::queue::Queue;
use crate::read::Snapshot;
use crate::search::Searcher;
use crate::store::{Clock, SessionLife};

/// Something to read, which answers by itself.
pub(crate) type Look = Box<dyn FnOnce(rusqlite::Result<&Snapshot<'_>>) + Send>;

/// Reads until the queue is closed and empty.
pub(crate) fn work(
    conn: &Connection,
    searcher: &Searcher,
    clock: &Clock,
    sessions: SessionLife,
    queue: &Queue<Look>,
) {
    while let Some(look) = queue.take() {
        let read = catch_unwind(AssertUnwindSafe(|| match conn.unchecked_transaction() {
            Ok(transaction) => {
                look(Ok(&Snapshot::new(conn, searcher, clock(), sessions)));
                drop(transaction);
            }
            Err(error) => look(Err(error)),
        }));
        if read.is_err() {
            tracing::error!("a read panicked; whoever asked is answered that it failed");
        }
    }
}
