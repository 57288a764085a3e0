//! Tidying: the index is merged into one piece, a step at a time between what is indexed.
//!
//! Each commit of the indexer leaves a piece of its own, and each search looks in every piece. What was deleted is found
//! no more at once, but its words are in the file until the pieces that hold them are merged.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use rusqlite::{Connection, Result};

/// Pages that one step writes.
const PAGES: i32 = 200;
/// Tidying rewrites the index: it takes one part in this many of the time.
const SHARE: u32 = 20;
/// An index that has grown by one part in this many since it was last merged is worth it: what that writes for each
/// message is this many times what the message takes in the index, some 100 bytes.
const GROWTH: u64 = 32;
/// Entries that are worth a merge at the least.
const ENTRIES: u64 = 1_000;
/// Tidying that takes longer than this does not hold up a closing store.
const AT_CLOSE: Duration = Duration::from_secs(1);
/// For how long tidying counts that failed, so that it is not tried again at once.
const FAILED: Duration = Duration::from_secs(1);

/// What there is to tidy, and how far it has come.
pub(super) struct Tidy {
    /// Whether words of deleted messages have left traces in the file.
    erased: bool,
    /// Entries that are indexed.
    entries: u64,
    /// How many they were when the index was last one piece.
    merged: u64,
    under_way: Option<Round>,
    /// When it was done last, and how long that took.
    done: Option<(Instant, Duration)>,
}

/// One merge of everything.
struct Round {
    stage: Stage,
    /// Whether it is to leave out what was deleted.
    erases: bool,
    /// How many entries it merges.
    entries: u64,
    took: Duration,
}

#[derive(Clone, Copy)]
enum Stage {
    /// The messages' words are merged: for the first time in this round, or further.
    Search {
        first: bool,
    },
    /// Words that no message has any more are forgotten.
    Words,
    /// What words have inside is merged.
    Parts {
        first: bool,
    },
    Done,
}

impl Tidy {
    pub(super) fn of(conn: &Connection) -> Result<Self> {
        let (erased, merged) =
            conn.query_row("SELECT erased, merged FROM of", (), |row| Ok((row.get(0)?, row.get(1)?)))?;
        let entries = conn.query_row("SELECT coalesce(sum(seq), 0) FROM watermarks", (), |row| row.get(0))?;
        Ok(Self { erased, entries, merged, under_way: None, done: None })
    }

    /// Entries were indexed, and some of them may have deleted others.
    pub(super) fn grew(&mut self, entries: usize, erased: bool) {
        self.entries += entries as u64;
        self.erased |= erased;
    }

    /// When the next step is due; `None` if there is nothing to tidy.
    pub(super) fn due_in(&self) -> Option<Duration> {
        if self.under_way.is_some() {
            return Some(Duration::ZERO);
        }
        let loose = self.entries.saturating_sub(self.merged);
        let wanted = self.erased || loose >= ENTRIES.max(self.merged / GROWTH);
        let rest = |(when, took): (Instant, Duration)| (took * SHARE).saturating_sub(when.elapsed());
        wanted.then(|| self.done.map_or(Duration::ZERO, rest))
    }

    /// Does the next step if it is due.
    pub(super) fn step_if_due(&mut self, conn: &mut Connection, known: &mut HashSet<String>) -> Result<()> {
        if self.due_in() == Some(Duration::ZERO) { self.step(conn, known) } else { Ok(()) }
    }

    /// Removes the traces of deleted messages before the store is closed, if that is quick.
    pub(super) fn at_close(&mut self, conn: &mut Connection, known: &mut HashSet<String>) -> Result<()> {
        if !self.erased && !self.under_way.as_ref().is_some_and(|round| round.erases) {
            return Ok(());
        }
        if self.done.is_some_and(|(_, took)| took >= AT_CLOSE) {
            return Ok(());
        }
        while self.erased || self.under_way.is_some() {
            self.step(conn, known)?;
        }
        Ok(())
    }

    fn step(&mut self, conn: &mut Connection, known: &mut HashSet<String>) -> Result<()> {
        let mut round = self.under_way.take().unwrap_or(Round {
            stage: Stage::Search { first: true },
            erases: self.erased,
            entries: self.entries,
            took: Duration::ZERO,
        });
        if let Stage::Search { first: true } = round.stage {
            // Unmarked first: what is deleted meanwhile is for the next time.
            self.erased = false;
        }
        let started = Instant::now();
        match round.step(conn, known) {
            Ok(stage) => round.stage = stage,
            Err(error) => {
                self.erased |= round.erases;
                self.done = Some((Instant::now(), FAILED.max(round.took)));
                return Err(error);
            }
        }
        round.took += started.elapsed();
        if let Stage::Done = round.stage {
            self.merged = round.entries;
            self.done = Some((Instant::now(), round.took));
            // A message may have been deleted meanwhile, and is for the next time.
            conn.execute("UPDATE of SET erased = ?1, merged = ?2", (self.erased, self.merged))?;
            return conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()));
        }
        self.under_way = Some(round);
        Ok(())
    }
}

impl Round {
    /// One step; answers with where the next one goes on.
    fn step(&self, conn: &mut Connection, known: &mut HashSet<String>) -> Result<Stage> {
        Ok(match self.stage {
            Stage::Search { first } => {
                match merge(conn, "INSERT INTO search (search, rank) VALUES ('merge', ?1)", first)? {
                    Merged::More => Stage::Search { first: false },
                    Merged::All if self.erases => Stage::Words,
                    Merged::All => Stage::Parts { first: true },
                }
            }
            Stage::Words => {
                known.clear();
                forget_unused_words(conn)?;
                Stage::Parts { first: true }
            }
            Stage::Parts { first } => {
                match merge(conn, "INSERT INTO parts (parts, rank) VALUES ('merge', ?1)", first)? {
                    Merged::More => Stage::Parts { first: false },
                    Merged::All => Stage::Done,
                }
            }
            Stage::Done => Stage::Done,
        })
    }
}

fn forget_unused_words(conn: &mut Connection) -> Result<()> {
    let tx = conn.transaction()?;
    tx.execute(
        "CREATE TEMP TABLE unused AS SELECT id FROM words WHERE word NOT IN (SELECT term FROM occurring)",
        (),
    )?;
    tx.execute("DELETE FROM parts WHERE rowid IN (SELECT id FROM unused)", ())?;
    tx.execute("DELETE FROM words WHERE id IN (SELECT id FROM unused)", ())?;
    tx.execute("DROP TABLE unused", ())?;
    tx.commit()
}

/// How far a merge has come.
enum Merged {
    More,
    All,
}

/// Merges one of the tables by some pages. The first time, told by a negative number, everything is taken up that is
/// there. A merge with nothing to do changes less than two rows: <https://sqlite.org/fts5.html#the_merge_command>.
fn merge(conn: &Connection, step: &str, first: bool) -> Result<Merged> {
    let before = conn.total_changes();
    conn.execute(step, [if first { -PAGES } else { PAGES }])?;
    Ok(if conn.total_changes() - before < 2 { Merged::All } else { Merged::More })
}
