//! Reads: everything of one [`Snapshot`] is of one moment. Grouped by noun.

mod catchup;
mod emoji;
mod files;
mod history;
mod later;
mod logs;
mod polls;
pub(crate) mod preferences;
mod recoveries;
mod rooms;
mod saved;
mod search;
mod sessions;
mod threads;
mod users;

use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, Result, Row};

pub use self::history::Tell;
pub(crate) use self::later::{reminder, scheduled};
pub(crate) use self::recoveries::holder;
pub use self::rooms::MemberQuery;
pub use self::search::Search;
pub use self::users::UserQuery;
use crate::search::Searcher;
pub use crate::search::{Holds, Term};
use crate::store::SessionLife;

/// The database at one moment. [`Store::read`](crate::Store::read) lends it.
#[derive(Debug)]
pub struct Snapshot {
    conn: Connection,
    searcher: Searcher,
    sessions: SessionLife,
    now_ms: u64,
}

impl Snapshot {
    /// Of no moment yet.
    pub(crate) fn new(conn: Connection, searcher: Searcher, sessions: SessionLife) -> Self {
        Self { conn, searcher, sessions, now_ms: 0 }
    }

    /// Takes the state of this moment. Only between this and [`end`](Self::end) it may be lent.
    pub(crate) fn begin(&mut self, now_ms: u64) -> Result<()> {
        self.now_ms = now_ms;
        self.statement("BEGIN")?.execute(()).map(drop)
    }

    /// Lets the moment go, so that checkpoints are not held up.
    pub(crate) fn end(&self) -> Result<()> {
        self.statement("ROLLBACK")?.execute(()).map(drop)
    }

    fn statement(&self, sql: &str) -> Result<CachedStatement<'_>> {
        self.conn.prepare_cached(sql)
    }

    fn maybe<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        self.statement(sql)?.query_row(params, read).optional()
    }

    fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.statement(sql)?.query_map(params, read)?.collect()
    }
}
