//! Search: its own file, fed after the ack by its own thread, which can be thrown away and built again.

mod feed;
mod index;
mod phrase;
mod query;
mod tidy;
mod tokens;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, Result};

pub(crate) use self::feed::Feed;
pub(crate) use self::index::Indexer;
pub(crate) use self::query::{Asked, Match, Phrases, Query};
pub use self::query::{Holds, Term};
use crate::open;

const FILE: &str = "search.db";
/// How long one search may take.
const PATIENCE: Duration = Duration::from_millis(200);
/// Starts of words up to this many characters have an index of their own.
const INDEXED_START: usize = 3;
/// Words that the start of one may stand for, to be looked up one by one.
const WORDS: usize = 64;
/// Words that something may be inside of.
const AROUND: usize = 256;

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

    /// Starts a search, which has a limited time from now on.
    pub(crate) fn start(&self) {
        let deadline = elapsed_ms(self.started) + elapsed(PATIENCE);
        self.deadline_ms.store(deadline, Ordering::Relaxed);
    }

    /// Whether the time of the search that was started last is over.
    pub(crate) fn is_late(&self) -> bool {
        elapsed_ms(self.started) > self.deadline_ms.load(Ordering::Relaxed)
    }

    /// Words that start so, as the index takes them; `None` if there is none.
    ///
    /// The index answers what starts with a few letters at once, but merges whole lists for longer starts. There are
    /// few words that start so: any of these is the same, and each of their lists is read from its end only.
    fn opening(&self, start: &str) -> Result<Option<String>> {
        if start.chars().count() <= INDEXED_START {
            return Ok(Some(query::starting(start)));
        }
        let after = format!("{start}\u{10ffff}");
        let words = self
            .conn
            .prepare_cached("SELECT word FROM words WHERE word BETWEEN ?1 AND ?2 LIMIT ?3")?
            .query_map((start, after, WORDS + 1), |row| row.get(0))?
            .collect::<Result<Vec<String>>>()?;
        Ok(if words.len() > WORDS { Some(query::starting(start)) } else { query::one_of(&words) })
    }

    /// Words that have this inside, at most `AROUND`.
    fn containing(&self, part: &str) -> Result<Vec<String>> {
        let chars: Vec<char> = part.chars().collect();
        let threes: Vec<String> =
            chars.windows(3).map(|three| query::quoted(&three.iter().collect::<String>())).collect();
        self.conn
            .prepare_cached(
                "SELECT w.word FROM parts p JOIN words w ON w.id = p.rowid
                 WHERE p.parts MATCH ?1 AND instr(w.word, ?2) > 0 LIMIT ?3",
            )?
            .query_map((threes.join(" AND "), part, AROUND), |row| row.get(0))?
            .collect()
    }

    /// Keys of messages that match, between two keys, these included; the greatest first, at most `limit`. Fewer, and
    /// `true`, if the time was over.
    pub(crate) fn find(
        &self,
        wanted: &Match,
        first: i64,
        last: i64,
        limit: usize,
    ) -> Result<(Vec<i64>, bool)> {
        let mut statement = self.conn.prepare_cached(
            "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid BETWEEN ?2 AND ?3
             ORDER BY rowid DESC LIMIT ?4",
        )?;
        let mut found = Vec::new();
        for key in statement.query_map((&wanted.0, first, last, limit), |row| row.get(0))? {
            match key {
                Err(error) if is_interrupted(&error) => return Ok((found, true)),
                key => found.push(key?),
            }
        }
        Ok((found, false))
    }
}

/// Whether a search ended because its time was over.
pub(crate) fn is_interrupted(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted)
}

fn elapsed_ms(since: Instant) -> u64 {
    elapsed(since.elapsed())
}

fn elapsed(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
