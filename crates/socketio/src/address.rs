//! How much one address may hold and how fast it may come, with IPv6 counted by /64.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::time::Instant;

/// An IPv4 address, or the network half of an IPv6 address: what one subscriber is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    V4(u32),
    V6(u64),
}

impl Key {
    fn of(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V4(v4) => Self::V4(v4.to_bits()),
            IpAddr::V6(v6) => Self::V6((v6.to_bits() >> 64) as u64),
        }
    }
}

/// Limits for every address alike.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance {
    pub(crate) open: usize,
    pub(crate) per_second: u32,
    pub(crate) burst: u32,
}

/// Counts what is open per address.
#[derive(Debug)]
pub(crate) struct Addresses {
    allowance: Allowance,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    entries: HashMap<Key, Entry>,
    sweep_at: usize,
}

#[derive(Debug)]
struct Entry {
    open: usize,
    tokens: f64,
    at: Instant,
}

/// Holds one place of an address until dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    addresses: Arc<Addresses>,
    key: Key,
}

impl Addresses {
    pub(crate) fn new(allowance: Allowance) -> Arc<Self> {
        Arc::new(Self { allowance, table: Mutex::default() })
    }

    /// Takes a place for the address, unless it has as many as it may or comes too fast.
    pub(crate) fn admit(self: &Arc<Self>, ip: IpAddr) -> Option<Permit> {
        let key = Key::of(ip);
        let now = Instant::now();
        let burst = f64::from(self.allowance.burst);
        let mut table = self.table.lock();
        table.sweep(now, self.allowance);
        let entry = table.entries.entry(key).or_insert(Entry { open: 0, tokens: burst, at: now });
        entry.refill(now, self.allowance);
        if entry.open >= self.allowance.open || entry.tokens < 1.0 {
            return None;
        }
        entry.open += 1;
        entry.tokens -= 1.0;
        Some(Permit { addresses: self.clone(), key })
    }
}

impl Table {
    /// Forgets addresses that hold nothing, each time the table has doubled.
    fn sweep(&mut self, now: Instant, allowance: Allowance) {
        if self.entries.len() < self.sweep_at.max(1_024) {
            return;
        }
        self.entries.retain(|_, entry| {
            entry.refill(now, allowance);
            entry.open > 0 || entry.tokens < f64::from(allowance.burst)
        });
        self.sweep_at = self.entries.len() * 2;
    }
}

impl Entry {
    fn refill(&mut self, now: Instant, allowance: Allowance) {
        let gained = now.duration_since(self.at).as_secs_f64() * f64::from(allowance.per_second);
        self.tokens = (self.tokens + gained).min(f64::from(allowance.burst));
        self.at = now;
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(entry) = self.addresses.table.lock().entries.get_mut(&self.key) {
            entry.open = entry.open.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const ALLOWANCE: Allowance = Allowance { open: 2, per_second: 1, burst: 3 };

    #[tokio::test(start_paused = true)]
    async fn an_address_has_places_and_a_pace() {
        let addresses = Addresses::new(ALLOWANCE);
        let ip = IpAddr::from([10, 0, 0, 1]);
        let first = addresses.admit(ip).unwrap();
        let _second = addresses.admit(ip).unwrap();
        assert!(addresses.admit(ip).is_none(), "both places are taken");
        drop(first);
        let third = addresses.admit(ip).unwrap();
        drop(third);
        assert!(addresses.admit(ip).is_none(), "the burst is used up");
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(addresses.admit(ip).is_some());
    }

    #[tokio::test]
    async fn a_subscriber_is_one_address_however_it_is_written() {
        let addresses = Addresses::new(ALLOWANCE);
        let _a = addresses.admit("2001:db8::1".parse().unwrap()).unwrap();
        let _b = addresses.admit("2001:db8::ffff:2".parse().unwrap()).unwrap();
        assert!(addresses.admit("2001:db8::3".parse().unwrap()).is_none());
        assert!(addresses.admit("2001:db8:0:1::3".parse().unwrap()).is_some());
        let _c = addresses.admit("10.0.0.1".parse().unwrap()).unwrap();
        let _d = addresses.admit("::ffff:10.0.0.1".parse().unwrap()).unwrap();
        assert!(addresses.admit("10.0.0.1".parse().unwrap()).is_none());
    }
}
