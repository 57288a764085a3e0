//! The store's handle: open, write, read, close.

use std::fmt;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use rusqlite::{Connection, ErrorCode, OptionalExtension};
use tokio::sync::oneshot;

use crate::checkpoint::Checkpoints;
use crate::entries::Published;
use crate::queue::{Full, Queue};
use crate::read::Snapshot;
use crate::readers::{self, Look};
use crate::refused::{Failed, Refused};
use crate::search::{self, Feed, Searcher};
use crate::write::Command;
use crate::writer::{self, Beside, Counts, Job, Writer};
use crate::{open, random};

/// Milliseconds since 1970, from the program's one clock.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// Reads that wait at most; one more is refused as `Unavailable`.
const READS: usize = 4_096;

/// How long sessions last. Bots' tokens last until they are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLife {
    /// Without being seen, in milliseconds.
    pub idle_ms: u64,
    /// In any case, in milliseconds.
    pub whole_ms: u64,
}

impl SessionLife {
    pub(crate) fn oldest_seen(self, now_ms: u64) -> u64 {
        now_ms.saturating_sub(self.idle_ms)
    }

    pub(crate) fn oldest_created(self, now_ms: u64) -> u64 {
        now_ms.saturating_sub(self.whole_ms)
    }
}

impl Default for SessionLife {
    /// 14 days, and 90 days.
    fn default() -> Self {
        const DAY_MS: u64 = 24 * 3_600_000;
        Self { idle_ms: 14 * DAY_MS, whole_ms: 90 * DAY_MS }
    }
}

/// What runs the telling and answering after a commit.
pub type Around = fn(&mut dyn FnMut());

/// How a store is opened.
#[derive(Clone)]
pub struct Options {
    /// What time it is.
    pub clock: Clock,
    /// How long sessions last.
    pub sessions: SessionLife,
    /// Called on the writer thread, once, when the outcome of a write is unknown or the file is damaged: nothing
    /// more is acknowledged, and the process should stop and recover at the next start. Aborts by default.
    pub fatal: Arc<dyn Fn(&str) + Send + Sync>,
    /// Called on the writer thread after each commit with what tells everybody and then answers: it must call that,
    /// once. Whoever is told and answered can hear both at once by it. Only calls it by default.
    pub around: Around,
    /// Commands that wait at most; one more is refused as `Unavailable`.
    pub queue: usize,
    /// Threads that read.
    pub readers: usize,
    /// Writes are refused as `Unavailable` while the disk has fewer bytes free than this.
    pub reserve_bytes: u64,
}

impl Options {
    /// The usual choices with this clock: 8,192 commands, 2 readers, 256 MiB in reserve, abort when in doubt.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            sessions: SessionLife::default(),
            fatal: Arc::new(|_| std::process::abort()),
            around: |tell| tell(),
            queue: 8_192,
            readers: 2,
            reserve_bytes: 256 << 20,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("sessions", &self.sessions)
            .field("queue", &self.queue)
            .field("readers", &self.readers)
            .field("reserve_bytes", &self.reserve_bytes)
            .finish_non_exhaustive()
    }
}

/// Why a store could not be opened: a sentence for the operator.
#[derive(Debug)]
pub struct OpenError(pub(crate) String);

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OpenError {}

/// How much was written since the store was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Commands that were answered, refused ones too.
    pub commands: u64,
    /// Transactions, each with one sync if it changed anything.
    pub commits: u64,
}

/// A handle on what is remembered. Clones share one writer and its readers; the last one dropped ends them.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    dir: PathBuf,
    epoch: String,
    writes: Arc<Queue<Box<dyn Job>>>,
    reads: Arc<Queue<Look>>,
    checkpoints: Arc<Checkpoints>,
    feed: Arc<Feed>,
    counts: Arc<Counts>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Store {
    /// Opens the store in this directory, which is created if missing. Blocks.
    ///
    /// `publish` is called on the writer thread after each commit, before anybody is answered, with everything that
    /// became true, in order. It must not block, and must not wait for the store.
    ///
    /// # Errors
    /// A network filesystem, another process that has it open, a newer version's files, damage.
    pub fn open(
        dir: &Path,
        options: Options,
        publish: impl FnMut(&[Published]) + Send + 'static,
    ) -> Result<Self, OpenError> {
        let lock = open::lock(dir)?;
        let (conn, newest_ms) = open::writer(dir)?;
        let inner = Inner {
            dir: dir.to_owned(),
            epoch: epoch(&conn)?,
            writes: Arc::new(Queue::new(options.queue)),
            reads: Arc::new(Queue::new(READS)),
            checkpoints: Arc::default(),
            feed: Arc::default(),
            counts: Arc::default(),
            threads: Mutex::default(),
        };
        let beside = Beside {
            checkpoints: Arc::clone(&inner.checkpoints),
            feed: Arc::clone(&inner.feed),
            counts: Arc::clone(&inner.counts),
        };
        let writer = Writer::new(dir.to_owned(), (conn, newest_ms), &options, Box::new(publish), beside)?;
        let indexer = search::Indexer::open(dir, open::reader(dir)?)?;
        let mut readers = Vec::new();
        for _ in 0..options.readers.max(1) {
            readers.push(Snapshot::new(open::reader(dir)?, Searcher::open(dir)?, options.sessions));
        }
        let checkpointer = open::checkpointer(dir)?;
        let store = Self { inner: Arc::new(inner) };
        store.start(Threads { lock, writer, indexer, readers, checkpointer }, options)?;
        Ok(store)
    }

    fn start(&self, threads: Threads, options: Options) -> Result<(), OpenError> {
        let Threads { lock, writer, mut indexer, readers, checkpointer } = threads;
        let Inner { writes, reads, checkpoints, feed, .. } = &*self.inner;
        for snapshot in readers {
            let (queue, clock) = (Arc::clone(reads), Arc::clone(&options.clock));
            self.spawn("store-reader", move || readers::work(snapshot, &clock, &queue))?;
        }
        let due = Arc::clone(checkpoints);
        self.spawn("store-checkpoint", move || due.work(&checkpointer))?;
        let fed = Arc::clone(feed);
        self.spawn("store-search", move || indexer.work(&fed))?;
        let (queue, due, fed) = (Arc::clone(writes), Arc::clone(checkpoints), Arc::clone(feed));
        self.spawn("store-writer", move || {
            write_until_closed(writer, &queue, &*options.fatal);
            due.close();
            fed.close();
            drop(lock); // Held until nothing is written any more.
        })
    }

    fn spawn(&self, name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), OpenError> {
        let thread = thread::Builder::new().name(name.to_owned()).spawn(work);
        let thread = thread.map_err(|error| OpenError(format!("a thread can't be started: {error}")))?;
        self.inner.threads.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
        Ok(())
    }

    /// Random name of this database's history, new when a backup is restored.
    pub fn epoch(&self) -> &str {
        &self.inner.epoch
    }

    /// Writes: answers once it is on disk and was published. Giving up on the answer does not undo it.
    ///
    /// # Errors
    /// Why it was refused; then nothing was written, except that `Unknown` does not know.
    pub async fn write<C: Command>(&self, command: C) -> Result<C::Done, Refused> {
        let (job, answer) = writer::job(command);
        if let Err(Full(_)) = self.inner.writes.send(job) {
            return Err(Refused::Unavailable);
        }
        answer.await.unwrap_or(Err(Refused::Unknown))
    }

    /// Reads on a reader's thread: all that `look` sees is of one moment, and all that was acknowledged before.
    ///
    /// Readers have threads of their own, few and with a bounded queue, so that slow reads neither stall sockets
    /// nor pile up threads; each keeps its connection and its prepared statements warm.
    ///
    /// # Errors
    /// `Unavailable` when too many wait or a search took too long, `Unknown` when the database failed.
    pub async fn read<T, F>(&self, look: F) -> Result<T, Refused>
    where
        T: Send + 'static,
        F: FnOnce(&Snapshot) -> Result<T, Failed> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let look: Look = Box::new(move |snapshot| {
            let seen = snapshot.map_err(Failed).and_then(look);
            // Whoever asked may have gone.
            drop(reply.send(seen.map_err(|Failed(error)| refuse(&error))));
        });
        if let Err(Full(_)) = self.inner.reads.send(look) {
            return Err(Refused::Unavailable);
        }
        answer.await.unwrap_or(Err(Refused::Unknown))
    }

    /// Bytes that are free on the store's disk.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn free_bytes(&self) -> std::io::Result<u64> {
        open::free_bytes(&self.inner.dir)
    }

    /// How much was written.
    pub fn figures(&self) -> Figures {
        let Counts { commands, commits } = &*self.inner.counts;
        Figures { commands: commands.load(Ordering::Relaxed), commits: commits.load(Ordering::Relaxed) }
    }

    /// Folds the write-ahead log into the database and empties it; the traces of erased texts go with it.
    ///
    /// Happens by itself; this is for backups and for whoever can't wait.
    pub async fn checkpoint(&self) {
        // An error means that the store is closing, which does the same.
        drop(self.inner.checkpoints.ask().await);
    }

    /// Waits until what was acknowledged can be found by a search.
    pub async fn indexed(&self) {
        // An error means that the store is closing.
        drop(self.inner.feed.caught_up().await);
    }

    /// Writes what waits, folds the write-ahead log into the database and closes both. Later calls are refused.
    pub async fn close(&self) {
        self.inner.close();
        let threads = std::mem::take(&mut *self.inner.threads.lock().unwrap_or_else(PoisonError::into_inner));
        let (done, wait) = oneshot::channel();
        thread::spawn(move || {
            for thread in threads {
                // A thread that panicked has been reported by itself.
                drop(thread.join());
            }
            // Whoever closed may have gone.
            done.send(()).ok();
        });
        drop(wait.await);
    }
}

impl Inner {
    fn close(&self) {
        self.writes.close();
        self.reads.close();
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("dir", &self.inner.dir).finish_non_exhaustive()
    }
}

/// What the threads own.
struct Threads {
    lock: File,
    writer: Writer,
    indexer: search::Indexer,
    readers: Vec<Snapshot>,
    checkpointer: Connection,
}

fn write_until_closed(mut writer: Writer, queue: &Queue<Box<dyn Job>>, fatal: &(dyn Fn(&str) + Send + Sync)) {
    let ended = catch_unwind(AssertUnwindSafe(|| writer.work(queue)));
    let why = match ended {
        Ok(Ok(())) => return writer.finish(),
        Ok(Err(why)) => why,
        Err(_) => "the writer panicked".to_owned(),
    };
    queue.close();
    tracing::error!(why, "the store has stopped");
    fatal(&why);
    // Those who still wait learn that their outcome is unknown, when their jobs are dropped.
    let mut waiting = Vec::new();
    queue.take_some(usize::MAX, &mut waiting);
}

fn refuse(error: &rusqlite::Error) -> Refused {
    if let Some(ErrorCode::OperationInterrupted | ErrorCode::DatabaseBusy) = error.sqlite_error_code() {
        return Refused::Unavailable;
    }
    tracing::error!(%error, "a read failed");
    Refused::Unknown
}

/// The database's epoch, which is made when it is first asked for.
fn epoch(conn: &Connection) -> Result<String, OpenError> {
    let known =
        conn.query_row("SELECT value FROM meta WHERE name = 'epoch'", (), |row| row.get(0)).optional()?;
    if let Some(epoch) = known {
        return Ok(epoch);
    }
    let epoch = format!("{:016x}{:016x}", random::number()?, random::number()?);
    conn.execute("INSERT INTO meta (name, value) VALUES ('epoch', ?1)", [&epoch])?;
    Ok(epoch)
}
