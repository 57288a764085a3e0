//! The indexer: follows each room's log from a watermark, and keeps the words of its messages.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use parlor_protocol::{RoomId, Seq};
use rusqlite::{Connection, OptionalExtension, Result, Transaction};

use super::feed::Feed;
use super::tidy::Tidy;
use super::{FILE, Holds, query, tokens};
use crate::codec::{self, Column, key, kind, seq_of};
use crate::open;
use crate::store::OpenError;

/// Changes with the words that are kept: an index of another version is built again.
const VERSION: u32 = 4;
/// Words that are known to be in the table of words, held in memory at most.
const KNOWN: usize = 1 << 14;
/// Entries in one transaction at most.
const ENTRIES: usize = 2_000;
const RETRY: Duration = Duration::from_secs(1);

/// Columns hold no text and no positions: `detail=none` is enough for "all words occur", and the smallest. What words
/// have inside is kept once for each word, not for each message.
const SCHEMA: &str = "
    CREATE TABLE of (
        epoch TEXT NOT NULL, erased INTEGER NOT NULL DEFAULT 0, merged INTEGER NOT NULL DEFAULT 0) STRICT;
    CREATE TABLE watermarks (log INTEGER PRIMARY KEY, seq INTEGER NOT NULL) STRICT;
    CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE) STRICT;
    CREATE VIRTUAL TABLE parts USING fts5(
        word, content='', contentless_delete=1, detail=none, tokenize='trigram case_sensitive 1');
    CREATE VIRTUAL TABLE search USING fts5(
        words, content='', contentless_delete=1, detail=none, tokenize='ascii', prefix='1 2 3');
    CREATE VIRTUAL TABLE occurring USING fts5vocab(search, row);";

/// What the indexer's thread owns.
pub(crate) struct Indexer {
    conn: Connection,
    log: Connection,
    known: HashSet<String>,
    tidy: Tidy,
}

impl Indexer {
    /// Opens the index, and makes a new one if there is none that belongs to this database.
    pub(crate) fn open(dir: &Path, log: Connection) -> std::result::Result<Self, OpenError> {
        let epoch: String =
            log.query_row("SELECT value FROM meta WHERE name = 'epoch'", (), |row| row.get(0))?;
        let path = dir.join(FILE);
        let conn = match existing(&path, &epoch) {
            Some(conn) => conn,
            None => create(&path, &epoch)?,
        };
        let tidy = Tidy::of(&conn)?;
        Ok(Self { conn, log, known: HashSet::new(), tidy })
    }

    /// Indexes until closed: first what is missing since the last time, then what the writer tells.
    pub(crate) fn work(&mut self, feed: &Feed) {
        match self.behind() {
            Ok(rooms) => feed.put_back(rooms),
            Err(error) => tracing::error!(%error, "the search index can't tell what it lacks"),
        }
        loop {
            let work = feed.take(self.tidy.due_in());
            if let Err(error) = self.follow(&work.rooms) {
                tracing::error!(%error, "messages could not be indexed; trying again");
                self.known.clear(); // Some of them were undone.
                feed.put_back(work.rooms);
                feed.pause(RETRY);
            }
            for asked in work.asked {
                asked.send(()).ok();
            }
            let Self { conn, known, tidy, .. } = self;
            let tidied = if work.closed { tidy.at_close(conn, known) } else { tidy.step_if_due(conn, known) };
            if let Err(error) = tidied {
                tracing::warn!(%error, "the search index could not be tidied");
            }
            if work.closed {
                return;
            }
        }
    }

    /// Rooms whose logs have grown beyond their watermarks.
    fn behind(&self) -> Result<BTreeSet<RoomId>> {
        let mut heads = self.log.prepare("SELECT room, ordinal, head FROM logs WHERE room IS NOT NULL")?;
        let rows = heads.query_map((), |row| {
            Ok((codec::room_id(row.get(0)?)?, row.get::<_, u32>(1)?, row.get::<_, Seq>(2)?))
        })?;
        let mut behind = BTreeSet::new();
        for row in rows {
            let (room, log, head) = row?;
            if self.watermark(log)? < head {
                behind.insert(room);
            }
        }
        Ok(behind)
    }

    /// Indexes these rooms up to their heads.
    fn follow(&mut self, rooms: &BTreeSet<RoomId>) -> Result<()> {
        let mut left: Vec<RoomId> = rooms.iter().copied().collect();
        while !left.is_empty() {
            self.step(&mut left)?;
        }
        Ok(())
    }

    /// One transaction for as many rooms as it can hold: each writes a piece of the index that has to be merged later.
    fn step(&mut self, left: &mut Vec<RoomId>) -> Result<()> {
        let tx = self.conn.unchecked_transaction()?;
        let (mut space, mut indexed, mut erased) = (ENTRIES, 0, false);
        while space > 0
            && let Some(room) = left.last()
        {
            let log = self.ordinal(*room)?;
            let entries = log.map(|log| self.entries(log, self.watermark(log)?, space)).transpose()?;
            let (log, entries) = (log.unwrap_or_default(), entries.unwrap_or_default());
            for entry in &entries {
                entry.index(&tx, &mut self.known)?;
                erased |= matches!(entry.words, Words::Gone);
            }
            if let Some(last) = entries.last() {
                tx.prepare_cached("INSERT OR REPLACE INTO watermarks (log, seq) VALUES (?1, ?2)")?
                    .execute((log, last.seq))?;
            }
            if entries.len() < space {
                left.pop();
            }
            space -= entries.len();
            indexed += entries.len();
        }
        if erased {
            tx.execute("UPDATE of SET erased = 1", ())?;
        }
        tx.commit()?;
        self.tidy.grew(indexed, erased);
        Ok(())
    }

    fn ordinal(&self, room: RoomId) -> Result<Option<u32>> {
        self.log
            .prepare_cached("SELECT ordinal FROM logs WHERE room = ?1")?
            .query_row([room.number()], |row| row.get(0))
            .optional()
    }

    fn watermark(&self, log: u32) -> Result<Seq> {
        let seq = self
            .conn
            .prepare_cached("SELECT seq FROM watermarks WHERE log = ?1")?
            .query_row([log], |row| row.get(0))
            .optional()?;
        Ok(seq.unwrap_or(0))
    }

    fn entries(&self, log: u32, after: Seq, most: usize) -> Result<Vec<Change>> {
        self.log
            .prepare_cached(
                "SELECT key, kind, target FROM entries WHERE key > ?1 AND key <= ?2 ORDER BY key LIMIT ?3",
            )?
            .query_map((key(log, after), key(log, Seq::MAX), most), |row| {
                let entry: i64 = row.get(0)?;
                let target = key(log, row.get::<_, Option<i64>>(2)?.map_or(0, seq_of));
                let (message, words) = match row.get(1)? {
                    kind::MESSAGE_CREATED => (entry, self.words(entry)?.map_or(Words::None, Words::First)),
                    kind::MESSAGE_EDITED | kind::MESSAGE_PINNED | kind::MESSAGE_UNPINNED => {
                        (target, self.words(target)?.map_or(Words::None, Words::Other))
                    }
                    kind::MESSAGE_DELETED => (target, Words::Gone),
                    _ => (entry, Words::None),
                };
                Ok(Change { seq: seq_of(entry), message, words })
            })?
            .collect()
    }

    /// What a message is found by as it is now, whichever of its entries is looked at: later ones say it once more.
    /// `None` if it is deleted.
    fn words(&self, message: i64) -> Result<Option<String>> {
        let mut sql = self.log.prepare_cached(
            r#"SELECT c.body, t.body, m."by", m.thread IS NOT NULL, m.pinned IS NOT NULL
            FROM messages m JOIN entries c ON c.key = m.key LEFT JOIN entries t ON t.key = m.text_key
            WHERE m.key = ?1 AND m.deleted = 0"#,
        )?;
        let mut rows = sql.query([message])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let body = codec::read_edited(row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str_or_null()?)?;
        let mut words = vec![query::by_mark(codec::user_id(row.get(2)?)?)];
        words.extend(body.words().map(|words| tokens::words(&words)));
        let passed = body.forwarded.iter().map(|forwarded| &forwarded.text);
        for text in passed.chain([&body.text]) {
            words.extend(query::held(&text.html.read()).map(Holds::mark));
        }
        let is =
            [(Holds::Poll, body.poll.is_some()), (Holds::Thread, row.get(3)?), (Holds::Pinned, row.get(4)?)];
        words.extend(is.into_iter().filter(|(_, is)| *is).map(|(holds, _)| holds.mark()));
        self.attached(message, &mut words)?;
        Ok(Some(words.join(" ")))
    }

    /// Adds the names of a message's files and what they are.
    fn attached(&self, message: i64, words: &mut Vec<String>) -> Result<()> {
        let mut files = self.log.prepare_cached(
            "SELECT f.name, a.shown FROM attachments a JOIN files f ON f.id = a.file
             WHERE a.key = ?1 AND a.shown < 2 ORDER BY a.place",
        )?;
        for file in
            files.query_map([message], |row| Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?)))?
        {
            let (name, shown) = file?;
            words.extend([Holds::File.mark(), tokens::words(&name)]);
            words.extend(shown.then(|| Holds::Image.mark()));
        }
        Ok(())
    }
}

/// What an entry means for the index.
struct Change {
    seq: Seq,
    /// Key of the message that it is about.
    message: i64,
    words: Words,
}

enum Words {
    /// Of a new message.
    First(String),
    /// Of a message that had others.
    Other(String),
    /// The message has none any more.
    Gone,
    /// The entry is no message's, or a later one deletes it.
    None,
}

impl Change {
    fn index(&self, tx: &Transaction<'_>, known: &mut HashSet<String>) -> Result<()> {
        let row = self.message;
        let (sql, words) = match &self.words {
            Words::None => return Ok(()),
            Words::First(words) => ("INSERT INTO search (rowid, words) VALUES (?1, ?2)", words),
            Words::Other(words) => ("INSERT OR REPLACE INTO search (rowid, words) VALUES (?1, ?2)", words),
            Words::Gone => {
                tx.prepare_cached("DELETE FROM search WHERE rowid = ?1")?.execute([row])?;
                return Ok(());
            }
        };
        tx.prepare_cached(sql)?.execute((row, words))?;
        for word in words.split(' ').filter(|word| !word.is_empty() && !query::is_mark(word)) {
            if !known.contains(word) {
                if tx.prepare_cached("INSERT OR IGNORE INTO words (word) VALUES (?1)")?.execute([word])? > 0 {
                    tx.prepare_cached("INSERT INTO parts (rowid, word) VALUES (?1, ?2)")?
                        .execute((tx.last_insert_rowid(), word))?;
                }
                if known.len() >= KNOWN {
                    known.clear();
                }
                known.insert(word.to_owned());
            }
        }
        Ok(())
    }
}

/// The index, if it is of this version and of this database.
fn existing(path: &Path, epoch: &str) -> Option<Connection> {
    if !path.exists() {
        return None;
    }
    let conn = prepare(path).ok()?;
    let version: u32 = conn.pragma_query_value(None, "user_version", |row| row.get(0)).ok()?;
    let of: String = conn.query_row("SELECT epoch FROM of", (), |row| row.get(0)).ok()?;
    (version == VERSION && of == epoch).then_some(conn)
}

fn create(path: &Path, epoch: &str) -> std::result::Result<Connection, OpenError> {
    for suffix in ["", "-wal", "-shm"] {
        let mut old = path.as_os_str().to_owned();
        old.push(suffix);
        match fs::remove_file(&old) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(OpenError(format!("the old search index can't be removed: {error}"))),
        }
    }
    let mut conn = prepare(path)?;
    let tx = conn.transaction()?;
    tx.execute_batch(SCHEMA)?;
    tx.execute("INSERT INTO of (epoch) VALUES (?1)", [epoch])?;
    tx.pragma_update(None, "user_version", VERSION)?;
    tx.commit()?;
    Ok(conn)
}

/// No sync on each commit: what a crash takes from the index is indexed again from the watermark.
fn prepare(path: &Path) -> Result<Connection> {
    let conn = Connection::open(path)?;
    conn.busy_timeout(Duration::from_secs(5))?;
    open::keep_plans(&conn)?;
    conn.pragma_update(None, "journal_mode", "wal")?;
    conn.pragma_update(None, "synchronous", "normal")?;
    conn.pragma_update(None, "secure_delete", "on")?;
    conn.pragma_update(None, "cache_size", -8192)?;
    Ok(conn)
}
