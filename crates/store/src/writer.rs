//! The one writer: everything that arrived while the last sync ran is the next batch, one transaction and one sync.
//!
//! After the commit it publishes, then answers. Both happen on this thread, so that what is told is told in the order
//! of the log and by nobody who could have gone away.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::checkpoint::Checkpoints;
use crate::entries::Published;
use crate::open;
use crate::queue::Queue;
use crate::refused::{Fault, Gravity, Refused};
use crate::search::Feed;
use crate::store::{Around, Clock, Options, SessionLife};
use crate::tx::{Sequencer, Tx, Undoing};
use crate::write::Command;

/// Commands in one transaction at most, which bounds how long the first of them waits.
const BATCH: usize = 2_048;
/// How often a batch is tried again after somebody else wrote at its place.
const ATTEMPTS: usize = 8;
/// How often the disk is looked at.
const DISK_CHECK: Duration = Duration::from_secs(1);

/// A command in the queue, with whom to answer.
pub(crate) trait Job: Send {
    /// Does the command inside the batch's transaction and keeps its outcome. Fails only with the whole batch.
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), Fault>;
    /// Answers with the outcome, which is on disk now.
    fn answer(self: Box<Self>);
    /// Answers before the commit.
    #[cfg(feature = "planted")]
    fn answer_early(&mut self);
    /// Answers that it did not happen.
    fn refuse(self: Box<Self>, why: Refused);
}

/// Where a command's answer arrives.
pub(crate) type Answer<C> = oneshot::Receiver<Result<<C as Command>::Done, Refused>>;

/// What is called with everything that a commit made true.
pub(crate) type Publish = Box<dyn FnMut(&[Published]) + Send>;

struct Ticket<C: Command> {
    command: C,
    outcome: Result<C::Done, Refused>,
    reply: oneshot::Sender<Result<C::Done, Refused>>,
}

/// Makes a job of a command, and the end at which its answer arrives.
pub(crate) fn job<C: Command>(command: C) -> (Box<dyn Job>, Answer<C>) {
    let (reply, answer) = oneshot::channel();
    (Box::new(Ticket { command, outcome: Err(Refused::Unknown), reply }), answer)
}

impl<C: Command> Job for Ticket<C> {
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        self.outcome = match tx.command(|tx| self.command.apply(tx)) {
            Ok(done) => Ok(done),
            Err(Fault::Refused(why)) => Err(why),
            Err(Fault::Sql(error)) if Gravity::of(&error) == Gravity::Command => {
                tracing::error!(command = std::any::type_name::<C>(), %error, "a command failed");
                Err(Refused::Unknown)
            }
            Err(fault) => return Err(fault),
        };
        Ok(())
    }

    fn answer(self: Box<Self>) {
        // Whoever asked may have gone; the write stays.
        drop(self.reply.send(self.outcome));
    }

    #[cfg(feature = "planted")]
    fn answer_early(&mut self) {
        // Only of what users write: a harness that can't even set a server up would find it for the wrong reason.
        if !std::any::type_name::<C>().contains("messages::") {
            return;
        }
        let reply = std::mem::replace(&mut self.reply, oneshot::channel().0);
        drop(reply.send(std::mem::replace(&mut self.outcome, Err(Refused::Unknown))));
    }

    fn refuse(self: Box<Self>, why: Refused) {
        drop(self.reply.send(Err(why)));
    }
}

/// Counts of what the writer did since it was opened.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) commands: AtomicU64,
    pub(crate) commits: AtomicU64,
}

/// What the writer's thread owns.
pub(crate) struct Writer {
    conn: Connection,
    sequencer: Sequencer,
    newest_ms: u64,
    clock: Clock,
    sessions: SessionLife,
    publish: Publish,
    around: Around,
    dir: PathBuf,
    reserve_bytes: u64,
    disk_checked: Option<Instant>,
    disk_full: bool,
    wal_pages: Arc<AtomicU32>,
    checkpoints: Arc<Checkpoints>,
    feed: Arc<Feed>,
    counts: Arc<Counts>,
}

/// What the writer shares with the threads beside it.
pub(crate) struct Beside {
    pub(crate) checkpoints: Arc<Checkpoints>,
    pub(crate) feed: Arc<Feed>,
    pub(crate) counts: Arc<Counts>,
}

/// What a commit made true.
struct Committed {
    published: Vec<Published>,
    /// Whether texts were erased.
    erased: bool,
}

/// Why the writer stopped for good.
struct Fatal(String);

impl Writer {
    pub(crate) fn new(
        dir: PathBuf,
        (mut conn, newest_ms): (Connection, u64),
        options: &Options,
        publish: Publish,
        beside: Beside,
    ) -> Result<Self, rusqlite::Error> {
        let wal_pages = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&wal_pages);
        conn.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages: std::ffi::c_int| {
            seen.store(pages.unsigned_abs(), Ordering::Relaxed);
            Ok(())
        }))?;
        Ok(Self {
            conn,
            sequencer: Sequencer::default(),
            newest_ms,
            clock: Arc::clone(&options.clock),
            sessions: options.sessions,
            publish,
            around: options.around,
            dir,
            reserve_bytes: options.reserve_bytes,
            disk_checked: None,
            disk_full: false,
            wal_pages,
            checkpoints: beside.checkpoints,
            feed: beside.feed,
            counts: beside.counts,
        })
    }

    /// Writes until the queue is closed and empty.
    ///
    /// # Errors
    /// Why nothing can be trusted any more. Those who wait hear nothing then: their outcome is unknown.
    pub(crate) fn work(&mut self, queue: &Queue<Box<dyn Job>>) -> Result<(), String> {
        let mut batch = Vec::new();
        loop {
            queue.take_some(BATCH, &mut batch);
            if batch.is_empty() {
                return Ok(());
            }
            self.batch(&mut batch).map_err(|Fatal(why)| why)?;
        }
    }

    /// Folds the write-ahead log into the database at the end.
    pub(crate) fn finish(self) {
        // Without effect if it fails: the log stays beside the database and is read at the next start.
        drop(self.conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)"));
    }

    fn batch(&mut self, jobs: &mut Vec<Box<dyn Job>>) -> Result<(), Fatal> {
        if self.disk_is_full() {
            jobs.drain(..).for_each(|job| job.refuse(Refused::Unavailable));
            return Ok(());
        }
        let mut undoing = Undoing::Batch;
        for _ in 0..ATTEMPTS {
            match self.attempt(jobs, undoing) {
                Ok(done) => {
                    self.tell(&done, jobs);
                    return Ok(());
                }
                Err(Fault::Halfway) => {
                    undoing = Undoing::Command;
                    self.undo()?;
                }
                Err(Fault::Fenced) => {
                    tracing::warn!("another writer was at the log; reading its tails again");
                    self.undo()?;
                }
                Err(Fault::Sql(error)) if Gravity::of(&error) != Gravity::Fatal => {
                    tracing::warn!(%error, "a batch could not be written");
                    self.undo()?;
                    break;
                }
                Err(fault) => return Err(Fatal(format!("the outcome of a write is unknown: {fault:?}"))),
            }
        }
        jobs.drain(..).for_each(|job| job.refuse(Refused::Unavailable));
        Ok(())
    }

    /// One transaction: commands, heads, commit.
    fn attempt(&mut self, jobs: &mut [Box<dyn Job>], undoing: Undoing) -> Result<Committed, Fault> {
        let now_ms = (self.clock)().max(self.newest_ms);
        self.conn.prepare_cached("BEGIN IMMEDIATE")?.execute(())?;
        let mut tx = Tx::new(&self.conn, &mut self.sequencer, now_ms, self.sessions, undoing);
        for job in &mut *jobs {
            job.run(&mut tx)?;
        }
        tx.settle()?;
        let (published, erased) = (std::mem::take(&mut tx.published), tx.erased);
        #[cfg(feature = "planted")]
        let published = self.too_early(jobs, published);
        self.conn.prepare_cached("COMMIT")?.execute(())?;
        self.newest_ms = now_ms;
        self.counts.commits.fetch_add(1, Ordering::Relaxed);
        self.counts.commands.fetch_add(jobs.len() as u64, Ordering::Relaxed);
        Ok(Committed { published, erased })
    }

    /// Tells what is true now, then answers.
    fn tell(&mut self, done: &Committed, jobs: &mut Vec<Box<dyn Job>>) {
        let Self { publish, feed, .. } = self;
        (self.around)(&mut || {
            if !done.published.is_empty() {
                publish(&done.published);
                feed.grown(&done.published);
            }
            jobs.drain(..).for_each(Job::answer);
        });
        self.checkpoints.after_commit(self.wal_pages.load(Ordering::Relaxed), done.erased);
    }

    /// What must wait for the commit, and does not.
    #[cfg(feature = "planted")]
    fn too_early(&mut self, jobs: &mut [Box<dyn Job>], published: Vec<Published>) -> Vec<Published> {
        if parlor_planted::is(parlor_planted::Bug::AckBeforeCommit) {
            jobs.iter_mut().for_each(|job| job.answer_early());
        }
        if parlor_planted::is(parlor_planted::Bug::PublishBeforeCommit) && !published.is_empty() {
            (self.publish)(&published);
            return Vec::new();
        }
        published
    }

    /// Rolls the batch back. SQLite may have done so itself.
    fn undo(&mut self) -> Result<(), Fatal> {
        self.sequencer.forget();
        if self.conn.is_autocommit() {
            return Ok(());
        }
        self.conn
            .execute_batch("ROLLBACK")
            .map_err(|error| Fatal(format!("a batch can't be undone: {error}")))
    }

    fn disk_is_full(&mut self) -> bool {
        if self.disk_checked.is_none_or(|checked| checked.elapsed() >= DISK_CHECK) {
            let free = open::free_bytes(&self.dir).unwrap_or(u64::MAX);
            let full = free < self.reserve_bytes;
            if full != self.disk_full {
                tracing::warn!(free, full, "the disk's reserve");
            }
            self.disk_full = full;
            self.disk_checked = Some(Instant::now());
        }
        self.disk_full
    }
}
