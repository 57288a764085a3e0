//! Reads: everything of one [`Snapshot`] is of one moment. Grouped by noun.

mod history;
mod logs;
mod rooms;
mod search;
mod sessions;
mod users;

use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, Result, Row};

pub use self::search::Search;
pub use self::users::UserQuery;
use crate::search::Searcher;
use crate::store::SessionLife;

/// The database at one moment. [`Store::read`](crate::Store::read) lends it.
#[derive(Debug)]
pub struct Snapshot<'a> {
    conn: &'a Connection,
    searcher: &'a Searcher,
    now_ms: u64,
    sessions: SessionLife,
}

impl<'a> Snapshot<'a> {
    /// What an open transaction of this connection sees.
    pub(crate) fn new(
        conn: &'a Connection,
        searcher: &'a Searcher,
        now_ms: u64,
        sessions: SessionLife,
    ) -> Self {
        Self { conn, searcher, now_ms, sessions }
    }

    fn statement(&self, sql: &str) -> Result<CachedStatement<'a>> {
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
