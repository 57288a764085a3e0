//! Search: its own file, fed after the ack by its own thread, which can be thrown away and built again.

mod feed;
mod index;
mod tokens;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags, Result};

pub(crate) use self::feed::Feed;
pub(crate) use self::index::Indexer;
pub(crate) use self::tokens::Query;

const FILE: &str = "search.db";
/// How long one search may take.
const PATIENCE: Duration = Duration::from_millis(200);

/// A reader's view of the index.
#[derive(Debug)]
pub(crate) struct Searcher {
    conn: Connection,
    started: Instant,
    deadline_ms: Arc<AtomicU64>,
}

impl Searcher {
    pub(crate) fn open(dir: &Path) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut conn = Connection::open_with_flags(dir.join(FILE), flags)?;
        conn.busy_timeout(Duration::from_secs(1))?;
        conn.pragma_update(None, "cache_size", -4096)?;
        let (started, deadline_ms) = (Instant::now(), Arc::new(AtomicU64::new(u64::MAX)));
        let deadline = Arc::clone(&deadline_ms);
        let is_late = move || elapsed_ms(started) > deadline.load(Ordering::Relaxed);
        conn.progress_handler(1_000, Some(is_late))?;
        Ok(Self { conn, started, deadline_ms })
    }

    /// Gives the queries from now on, together, as long as one search may take.
    pub(crate) fn start(&self) {
        let deadline = elapsed_ms(self.started) + elapsed(PATIENCE);
        self.deadline_ms.store(deadline, Ordering::Relaxed);
    }

    /// Keys of messages that match, between two keys, these included; the greatest first, at most `limit`.
    pub(crate) fn find(&self, query: &Query, first: i64, last: i64, limit: usize) -> Result<Vec<i64>> {
        self.conn
            .prepare_cached(
                "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid BETWEEN ?2 AND ?3
                 ORDER BY rowid DESC LIMIT ?4",
            )?
            .query_map((query.as_str(), first, last, limit), |row| row.get(0))?
            .collect()
    }
}

fn elapsed_ms(since: Instant) -> u64 {
    elapsed(since.elapsed())
}

fn elapsed(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
