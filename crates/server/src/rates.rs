//! Rate limits: a token bucket for each thing that is limited, in maps of bounded size.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use parlor_protocol::calls::Rate;
use parlor_protocol::{Code, Error, SessionId, UserId};

use crate::config::{Config, Pace, Quota};

/// Buckets kept for one rate. One that was forgotten starts full again, so an attacker gains little by filling the map.
const KEPT: usize = 100_000;

/// Whose bucket it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Payer {
    /// One socket, by its number.
    Socket(u64),
    /// One session's calls over HTTP.
    Session(SessionId),
    /// All of a user's sockets and sessions together.
    User(UserId),
    /// Everything that comes from one address, or from one /64 with IPv6.
    Address(IpAddr),
}

impl Payer {
    /// The payer behind an address. Whoever has an IPv6 address has 2^64 of them.
    pub(crate) fn address(address: IpAddr) -> Self {
        Self::Address(match address.to_canonical() {
            IpAddr::V6(six) => IpAddr::V6((six.to_bits() >> 64 << 64).into()),
            four @ IpAddr::V4(_) => four,
        })
    }
}

/// The limits of all calls.
#[derive(Debug)]
pub(crate) struct Rates {
    calls: Buckets<Payer>,
    messages: Buckets<Payer>,
    sync: Buckets<Payer>,
    search: Buckets<Payer>,
    uploads: Buckets<Payer>,
    files: Buckets<Payer>,
    live: Buckets<Payer>,
    sign_in: Buckets<Payer>,
}

impl Rates {
    /// The limits that are configured.
    pub(crate) fn new(config: &Config) -> Self {
        let values = &config.values;
        Self {
            calls: Buckets::new(values.limit_calls),
            messages: Buckets::new(values.limit_messages),
            sync: Buckets::new(values.limit_sync),
            search: Buckets::new(values.limit_search),
            uploads: Buckets::new(values.limit_uploads),
            files: Buckets::new(values.limit_files),
            live: Buckets::new(values.limit_live),
            sign_in: Buckets::new(values.limit_sign_in),
        }
    }

    /// Takes one call from the payer's bucket.
    ///
    /// # Errors
    /// `rate_limited`, with the time until there is one again.
    pub(crate) fn take(&self, rate: Rate, payer: Payer) -> Result<(), Error> {
        let buckets = match rate {
            Rate::Calls => &self.calls,
            Rate::Messages => &self.messages,
            Rate::Sync => &self.sync,
            Rate::Search => &self.search,
            Rate::Uploads => &self.uploads,
            Rate::Files => &self.files,
            Rate::Live => &self.live,
            Rate::SignIn => &self.sign_in,
        };
        buckets.take(payer, Instant::now()).map_err(|wait| {
            let ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1);
            Error::new(Code::RateLimited, "too many calls: wait a moment").retry_after_ms(ms)
        })
    }
}

/// Token buckets by key.
#[derive(Debug)]
struct Buckets<K> {
    pace: Option<Pace>,
    generations: Mutex<Generations<K>>,
}

/// Two maps: what was used lately, and what was used before that and is forgotten next. So the size is bounded
/// without ever searching for what to forget.
#[derive(Debug)]
struct Generations<K> {
    young: HashMap<K, Bucket>,
    old: HashMap<K, Bucket>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl<K: Hash + Eq + Copy> Buckets<K> {
    fn new(quota: Quota) -> Self {
        let generations = Generations { young: HashMap::new(), old: HashMap::new() };
        Self { pace: quota.0, generations: Mutex::new(generations) }
    }

    /// Takes a token, or tells how long until there is one.
    fn take(&self, key: K, now: Instant) -> Result<(), Duration> {
        let Some(pace) = self.pace else { return Ok(()) };
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = generations.bucket(key, Bucket { tokens: pace.burst, at: now });
        let gone = now.saturating_duration_since(bucket.at).as_secs_f64();
        bucket.tokens = (bucket.tokens + gone * pace.per_second).min(pace.burst);
        bucket.at = now;
        if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            Ok(())
        } else {
            Err(Duration::from_secs_f64((1.0 - bucket.tokens) / pace.per_second))
        }
    }
}

impl<K: Hash + Eq + Copy> Generations<K> {
    fn bucket(&mut self, key: K, full: Bucket) -> &mut Bucket {
        if self.young.len() >= KEPT / 2 && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        let before = self.old.remove(&key);
        self.young.entry(key).or_insert_with(|| before.unwrap_or(full))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buckets(quota: &str) -> Buckets<u32> {
        Buckets::new(quota.parse().unwrap())
    }

    #[test]
    fn a_burst_passes_then_the_pace_counts_and_the_wait_is_told() {
        let (buckets, start) = (buckets("2/s burst 3"), Instant::now());
        for _ in 0..3 {
            buckets.take(1, start).unwrap();
        }
        let wait = buckets.take(1, start).unwrap_err();
        assert_eq!(wait, Duration::from_millis(500));
        assert!(buckets.take(2, start).is_ok(), "another payer has a bucket of its own");
        assert!(buckets.take(1, start + wait).is_ok());
        assert!(buckets.take(1, start + wait).is_err());
    }

    #[test]
    fn a_limit_that_is_off_lets_everything_through_and_keeps_nothing() {
        let buckets = buckets("off");
        for _ in 0..1_000 {
            buckets.take(1, Instant::now()).unwrap();
        }
        assert!(buckets.generations.lock().unwrap().young.is_empty());
    }

    #[test]
    fn the_number_of_buckets_is_bounded_and_those_in_use_are_kept() {
        let (buckets, start) = (buckets("1/min burst 1"), Instant::now());
        buckets.take(0, start).unwrap();
        for key in 1..200_000 {
            buckets.take(key, start).unwrap();
            if key % 1_000 == 0 {
                assert!(buckets.take(0, start).is_err(), "forgotten after {key}");
            }
        }
        let generations = buckets.generations.lock().unwrap();
        assert!(generations.young.len() + generations.old.len() <= KEPT);
    }

    #[test]
    fn neighbours_in_one_ipv6_network_share_a_bucket() {
        let payer = |text: &str| Payer::address(text.parse().unwrap());
        assert_eq!(payer("2001:db8::1"), payer("2001:db8::ffff:2"));
        assert_ne!(payer("2001:db8::1"), payer("2001:db8:0:1::1"));
        assert_eq!(payer("::ffff:10.0.0.1"), payer("10.0.0.1"));
    }
}
