//! The one place where time is read, so that tests can move it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Tells the time. Clones are the same clock.
#[derive(Debug, Clone)]
pub struct Clock(Hands);

#[derive(Debug, Clone)]
enum Hands {
    System,
    Manual(Arc<AtomicU64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Hands::System)
    }

    /// A clock that stands at this time, in milliseconds since 1970, until it is moved.
    pub fn manual(now_ms: u64) -> Self {
        Self(Hands::Manual(Arc::new(AtomicU64::new(now_ms))))
    }

    /// The time, in milliseconds since 1970.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now_ms(&self) -> u64 {
        match &self.0 {
            Hands::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX)),
            Hands::Manual(now) => now.load(Ordering::SeqCst),
        }
    }

    /// Moves a manual clock forward by this many milliseconds; the machine's clock stays as it is.
    pub fn advance(&self, ms: u64) {
        if let Hands::Manual(now) = &self.0 {
            now.fetch_add(ms, Ordering::SeqCst);
        }
    }
}
