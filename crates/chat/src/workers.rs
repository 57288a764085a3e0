//! Heavy work off the async threads: a few at once, a few more may wait, all others are turned away.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parlor_protocol::{Code, Error};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::fault::Fault;

/// A limit on heavy work. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Workers {
    permits: Arc<Semaphore>,
    inside: Arc<AtomicUsize>,
    most: usize,
}

/// Leave to do heavy work, until it is dropped.
#[derive(Debug)]
pub(crate) struct Pass {
    _place: Place,
    _permit: OwnedSemaphorePermit,
}

impl Workers {
    /// So many at once, and so many more that wait.
    pub(crate) fn new(at_once: usize, waiting: usize) -> Self {
        Self { permits: Arc::new(Semaphore::new(at_once)), inside: Arc::default(), most: at_once + waiting }
    }

    /// Waits for its turn.
    ///
    /// # Errors
    /// `unavailable` when too many wait already.
    pub(crate) async fn enter(&self) -> Result<Pass, Fault> {
        let place = Place(Arc::clone(&self.inside));
        if self.inside.fetch_add(1, Ordering::SeqCst) >= self.most {
            let error = Error::new(Code::Unavailable, "the server is busy with this just now");
            return Err(error.retry_after_ms(1_000).into());
        }
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(Fault::broken)?;
        Ok(Pass { _place: place, _permit: permit })
    }

    /// Waits for its turn, and works on a thread where it stalls nobody.
    ///
    /// # Errors
    /// `unavailable` when too many wait already, and those of the work.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let pass = self.enter().await?;
        let done = tokio::task::spawn_blocking(move || {
            // Held here, so that a caller who gives up does not let more work begin than there may be.
            let _pass = pass;
            work()
        });
        done.await.map_err(Fault::broken)?
    }
}

/// One of those who work or wait.
#[derive(Debug)]
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
