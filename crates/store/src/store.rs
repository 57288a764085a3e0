//! The store's handle: open, write, read, close.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::entries::Published;
use crate::read::Snapshot;
use crate::refused::{Failed, Refused};
use crate::write::Command;

/// Milliseconds since 1970, from the program's one clock.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// How a store is opened.
#[derive(Clone)]
pub struct Options {
    /// What time it is.
    pub clock: Clock,
    /// Called on the writer thread, once, when the outcome of a write is unknown or the file is damaged: nothing
    /// more is acknowledged, and the process should stop and recover at the next start. Aborts by default.
    pub fatal: Arc<dyn Fn(&str) + Send + Sync>,
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
            fatal: Arc::new(|_| std::process::abort()),
            queue: 8_192,
            readers: 2,
            reserve_bytes: 256 << 20,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
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

/// A handle on what is remembered. Clones share one writer and its readers.
#[derive(Clone)]
pub struct Store {
    inner: Arc<()>,
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
        _dir: &Path,
        _options: Options,
        _publish: impl FnMut(&[Published]) + Send + 'static,
    ) -> Result<Self, OpenError> {
        unimplemented!()
    }

    /// Random name of this database's history, new when a backup is restored.
    pub fn epoch(&self) -> &str {
        unimplemented!()
    }

    /// Writes: answers once it is on disk and was published. Giving up on the answer does not undo it.
    ///
    /// # Errors
    /// Why it was refused; then nothing was written, except that `Unknown` does not know.
    pub async fn write<C: Command>(&self, _command: C) -> Result<C::Done, Refused> {
        unimplemented!()
    }

    /// Reads on a reader's thread: all that `look` sees is of one moment, and all that was acknowledged before.
    ///
    /// Readers have threads of their own, few and with a bounded queue, so that slow reads neither stall sockets
    /// nor pile up threads; each keeps its connection and its prepared statements warm.
    ///
    /// # Errors
    /// `Unavailable` when too many wait, `Unknown` when the database failed.
    pub async fn read<T, F>(&self, _look: F) -> Result<T, Refused>
    where
        T: Send + 'static,
        F: FnOnce(&Snapshot<'_>) -> Result<T, Failed> + Send + 'static,
    {
        unimplemented!()
    }

    /// Bytes that are free on the store's disk.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn free_bytes(&self) -> std::io::Result<u64> {
        unimplemented!()
    }

    /// Writes what waits, then folds the write-ahead log into the database and closes both. Later calls are refused.
    pub async fn close(&self) {
        unimplemented!()
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}
