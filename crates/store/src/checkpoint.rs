//! Checkpoints, on their own thread: the write-ahead log is folded into the database while the writer goes on.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

/// Pages in the log, beyond those folded already, that make a checkpoint worth its sync: 4 MiB.
const PAGES: u32 = 1_000;
/// Pages from which on the log has to start over, which holds the writer up for a moment: 32 MiB.
const PAGES_MOST: u32 = 8_192;
/// How long an erased text may stay in the log, so that many deletes are one checkpoint.
const ERASE_WITHIN: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
struct Due {
    pages: u32,
    folded: u32,
    erase: bool,
    asked: Vec<tokio::sync::oneshot::Sender<()>>,
    closed: bool,
}

impl Due {
    fn is_due(&self) -> bool {
        self.closed || !self.asked.is_empty() || self.pages.saturating_sub(self.folded) >= PAGES
    }
}

/// What the writer and the checkpoint thread tell each other.
#[derive(Debug, Default)]
pub(crate) struct Checkpoints {
    due: Mutex<Due>,
    wake: Condvar,
}

impl Checkpoints {
    /// Told by the writer: how many pages the log has now, and whether texts were erased.
    pub(crate) fn after_commit(&self, pages: u32, erased: bool) {
        let mut due = self.lock();
        if pages < due.pages {
            due.folded = 0; // The log has started over.
        }
        due.pages = pages;
        let wake = due.is_due() || (erased && !due.erase);
        due.erase |= erased;
        drop(due);
        if wake {
            self.wake.notify_one();
        }
    }

    /// Asks for a checkpoint that empties the log; the receiver hears when it is done, or that the thread has ended.
    pub(crate) fn ask(&self) -> tokio::sync::oneshot::Receiver<()> {
        let (done, wait) = tokio::sync::oneshot::channel();
        let mut due = self.lock();
        if !due.closed {
            due.asked.push(done);
        }
        drop(due);
        self.wake.notify_one();
        wait
    }

    /// Ends the thread.
    pub(crate) fn close(&self) {
        let mut due = self.lock();
        due.closed = true;
        due.asked.clear();
        drop(due);
        self.wake.notify_one();
    }

    /// Checkpoints until closed.
    pub(crate) fn work(&self, conn: &Connection) {
        loop {
            let (asked, erase) = {
                let mut due = self.wait();
                if due.closed {
                    return;
                }
                (std::mem::take(&mut due.asked), due.erase)
            };
            let whole = if asked.is_empty() && !erase { "PASSIVE" } else { "TRUNCATE" };
            let folded = checkpoint(conn, "PASSIVE").and_then(|state| match whole {
                "PASSIVE" if state.pages < PAGES_MOST => Some(state),
                "PASSIVE" => checkpoint(conn, "RESTART"),
                whole => checkpoint(conn, whole),
            });
            let mut due = self.lock();
            if let Some(state) = folded {
                due.folded = state.folded;
                due.erase &= state.busy || whole == "PASSIVE";
            }
            drop(due);
            for done in asked {
                done.send(()).ok();
            }
        }
    }

    /// Waits until there is enough to do, or until erased texts have been in the log for long enough.
    fn wait(&self) -> MutexGuard<'_, Due> {
        let mut due = self.lock();
        while !due.is_due() {
            if due.erase {
                let (woken, timeout) =
                    self.wake.wait_timeout(due, ERASE_WITHIN).unwrap_or_else(PoisonError::into_inner);
                due = woken;
                if timeout.timed_out() {
                    break;
                }
            } else {
                due = self.wake.wait(due).unwrap_or_else(PoisonError::into_inner);
            }
        }
        due
    }

    fn lock(&self) -> MutexGuard<'_, Due> {
        // No code that can panic runs under this lock, so a poisoned one is still whole.
        self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct State {
    busy: bool,
    pages: u32,
    folded: u32,
}

/// Runs one checkpoint. A failing one is tried again with the next: the log still holds everything.
fn checkpoint(conn: &Connection, mode: &str) -> Option<State> {
    let state = conn.query_row(&format!("PRAGMA wal_checkpoint({mode})"), (), |row| {
        Ok(State { busy: row.get(0)?, pages: row.get(1)?, folded: row.get(2)? })
    });
    match state {
        Ok(state) => Some(state),
        Err(error) => {
            tracing::warn!(%error, mode, "a checkpoint failed");
            None
        }
    }
}
