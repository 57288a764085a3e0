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
use crate::open;

const FILE: &str = "search.db";
/// How long one search may take.
const PATIENCE: Duration = Duration::from_secs(1);
/// Starts of words up to this many characters have an index of their own.
const INDEXED_START: usize = 3;
/// Words that the start of one may stand for, to be looked up one by one.
const WORDS: usize = 64;

/// A query in the index's own language.
#[derive(Debug)]
pub(crate) struct Match(String);

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
        open::keep_plans(&conn)?;
        conn.pragma_update(None, "cache_size", -4096)?;
        let (started, deadline_ms) = (Instant::now(), Arc::new(AtomicU64::new(u64::MAX)));
        let deadline = Arc::clone(&deadline_ms);
        let is_late = move || elapsed_ms(started) > deadline.load(Ordering::Relaxed);
        conn.progress_handler(1_000, Some(is_late))?;
        Ok(Self { conn, started, deadline_ms })
    }

    /// Starts a search, which has a limited time from now on. `None` if no word starts as the query's last one does.
    ///
    /// The index answers what starts with a few letters at once, but merges whole lists for longer starts. There are
    /// few words that start so: any of these is the same, and each of their lists is read from its end only.
    pub(crate) fn start(&self, query: &Query) -> Result<Option<Match>> {
        let deadline = elapsed_ms(self.started) + elapsed(PATIENCE);
        self.deadline_ms.store(deadline, Ordering::Relaxed);
        if query.start.chars().count() <= INDEXED_START {
            return Ok(Some(Match(query.open())));
        }
        let after = format!("{}\u{10ffff}", query.start);
        let words = self
            .conn
            .prepare_cached("SELECT word FROM words WHERE word BETWEEN ?1 AND ?2 LIMIT ?3")?
            .query_map((&query.start, after, WORDS + 1), |row| row.get(0))?
            .collect::<Result<Vec<String>>>()?;
        Ok(match words.len() {
            0 => None,
            1..=WORDS => Some(Match(query.one_of(&words))),
            _ => Some(Match(query.open())),
        })
    }

    /// Keys of messages that match, between two keys, these included; the greatest first, at most `limit`.
    pub(crate) fn find(&self, wanted: &Match, first: i64, last: i64, limit: usize) -> Result<Vec<i64>> {
        self.conn
            .prepare_cached(
                "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid BETWEEN ?2 AND ?3
                 ORDER BY rowid DESC LIMIT ?4",
            )?
            .query_map((&wanted.0, first, last, limit), |row| row.get(0))?
            .collect()
    }
}

fn elapsed_ms(since: Instant) -> u64 {
    elapsed(since.elapsed())
}

fn elapsed(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
