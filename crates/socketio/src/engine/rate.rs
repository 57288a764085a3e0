//! How much one connection may send in a window of time.

use std::time::Duration;

use tokio::time::Instant;

use crate::config::Config;
use crate::reason::DisconnectReason;

const WINDOW: Duration = Duration::from_secs(10);

/// Counts packets and bytes within the current window.
#[derive(Debug)]
pub(crate) struct Rate {
    since: Instant,
    packets: u32,
    bytes: usize,
}

impl Rate {
    pub(crate) fn new() -> Self {
        Self { since: Instant::now(), packets: 0, bytes: 0 }
    }

    /// Counts one packet of that many bytes.
    pub(crate) fn count(&mut self, bytes: usize, config: &Config) -> Result<(), DisconnectReason> {
        self.packets = self.packets.saturating_add(1);
        self.bytes = self.bytes.saturating_add(bytes);
        if self.packets <= config.packets_per_window && self.bytes <= config.bytes_per_window {
            return Ok(());
        }
        // The clock is read only when a limit is reached, not for every packet.
        let now = Instant::now();
        if now.duration_since(self.since) < WINDOW {
            return Err(DisconnectReason::RateLimited);
        }
        *self = Self { since: now, packets: 1, bytes };
        Ok(())
    }
}
