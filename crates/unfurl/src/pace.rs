//! How often a host is asked: once a second, however many people post its links or those that lead to it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::fetch::Refused;

/// The pause between two requests to one host.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest that a request waits for its turn.
const LONGEST: Duration = Duration::from_secs(10);
/// Hosts that are remembered before those are forgotten that may be asked again.
const HOSTS: usize = 1_000;

/// When each host may be asked next.
#[derive(Debug, Default)]
pub(crate) struct Pace(Mutex<HashMap<String, Instant>>);

impl Pace {
    /// Waits until the host may be asked.
    ///
    /// # Errors
    /// `Busy` when too many wait for it already.
    pub(crate) async fn turn(&self, host: &str) -> Result<(), Refused> {
        sleep_until(self.next(host, Instant::now())?).await;
        Ok(())
    }

    fn next(&self, host: &str, now: Instant) -> Result<Instant, Refused> {
        let mut hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() >= HOSTS {
            hosts.retain(|_, next| *next > now);
        }
        let next = hosts.get(host).copied().unwrap_or(now).max(now);
        if next > now + LONGEST || hosts.len() >= HOSTS {
            return Err(Refused::Busy);
        }
        hosts.insert(host.to_owned(), next + PAUSE);
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_asked_once_a_second_and_others_meanwhile() {
        let (pace, now) = (Pace::default(), Instant::now());
        for second in 0..11 {
            assert_eq!(pace.next("a.example", now), Ok(now + PAUSE * second));
        }
        assert_eq!(pace.next("a.example", now), Err(Refused::Busy));
        assert_eq!(pace.next("b.example", now), Ok(now));
        for host in 0..2 * HOSTS {
            let later = now + Duration::from_secs(host as u64);
            assert!(pace.next(&host.to_string(), later).is_ok(), "those of before are forgotten");
        }
    }
}
