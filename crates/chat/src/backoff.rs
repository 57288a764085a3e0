//! Slows guessing at one account down: after five failures each further try waits twice as long, up to 15 minutes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use parlor_protocol::{Code, Error};

const FREE: u32 = 5;
const LONGEST_MS: u64 = 15 * 60 * 1_000;
/// Names that are kept; unknown ones count like known ones, so that the answer does not tell which exist.
const KEPT: usize = 100_000;

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    /// No try before this time counts, in milliseconds since 1970.
    until_ms: u64,
}

/// Failures by username.
#[derive(Debug, Default)]
pub(crate) struct Backoff(Mutex<HashMap<String, Failures>>);

impl Backoff {
    /// Takes a try at this account: it counts as failed until [`Backoff::succeeded`], so that many at once do not
    /// get more tries than one after the other.
    ///
    /// # Errors
    /// `rate_limited` with the time to wait.
    pub(crate) fn take(&self, username: &str, now_ms: u64) -> Result<(), Error> {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if names.len() >= KEPT && !names.contains_key(username) {
            names.retain(|_, failures| failures.until_ms + LONGEST_MS > now_ms);
            if names.len() >= KEPT {
                return Err(wait(LONGEST_MS));
            }
        }
        let failures = names.entry(username.to_owned()).or_insert(Failures { count: 0, until_ms: 0 });
        if now_ms < failures.until_ms {
            return Err(wait(failures.until_ms - now_ms));
        }
        if failures.until_ms + LONGEST_MS < now_ms {
            failures.count = 0;
        }
        failures.count += 1;
        let waits =
            failures.count.checked_sub(FREE).map_or(0, |over| (1_000 << over.min(20)).min(LONGEST_MS));
        failures.until_ms = now_ms + waits;
        Ok(())
    }

    /// The try was right: the account starts afresh.
    pub(crate) fn succeeded(&self, username: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(username);
    }
}

fn wait(ms: u64) -> Error {
    Error::new(Code::RateLimited, "too many wrong passwords for this account").retry_after_ms(ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_are_free_and_then_each_try_waits_twice_as_long() {
        let backoff = Backoff::default();
        let mut now_ms = 1_000_000;
        for _ in 0..FREE {
            backoff.take("ana", now_ms).unwrap();
        }
        for waits_ms in [1_000, 2_000, 4_000, 8_000] {
            assert_eq!(backoff.take("ana", now_ms).unwrap_err().retry_after_ms, Some(waits_ms));
            now_ms += waits_ms;
            backoff.take("ana", now_ms).unwrap();
        }
        backoff.take("ben", now_ms).unwrap();
        for _ in 0..40 {
            now_ms += LONGEST_MS;
            backoff.take("ana", now_ms).unwrap();
        }
        assert!(backoff.take("ana", now_ms).unwrap_err().retry_after_ms <= Some(LONGEST_MS));
    }

    #[test]
    fn the_right_password_starts_afresh() {
        let backoff = Backoff::default();
        for _ in 0..20 {
            backoff.take("ana", 5).unwrap();
            backoff.succeeded("ana");
        }
    }
}
