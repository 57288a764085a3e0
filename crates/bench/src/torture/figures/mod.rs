//! The figures: one table, each with what it does to the server.

mod churn;
mod crash;
mod crowd;
mod disk;
mod kill;
mod repeats;
mod revoke;
mod slow;

use std::io;
use std::pin::Pin;

use crate::torture::{Outcome, Run};

/// A figure that is being made.
type Making = Pin<Box<dyn Future<Output = io::Result<Outcome>> + Send>>;

/// A figure.
pub(crate) struct Figure {
    /// Its number in docs/guarantees.md.
    pub(crate) number: u8,
    /// What happens in it.
    pub(crate) name: &'static str,
    /// Makes it.
    pub(crate) run: fn(Run) -> Making,
}

macro_rules! figures {
    ($($number:literal $name:literal $function:path;)+) => {
        /// Every figure.
        pub(crate) const FIGURES: &[Figure] = &[
            $(Figure { number: $number, name: $name, run: |run| Box::pin($function(run)) }),+
        ];
    };
}

figures! {
    1 "kill -9 under load" kill::under_load;
    2 "killed at the k-th write, sync or rename" kill::at_calls;
    3 "crashes of the machine" crash::images;
    4 "the same with synchronous=NORMAL: has to lose" crash::without_syncs;
    5 "a disk that fails, fills up, is slow" disk::failing;
    7 "connections break in every way" churn::reconnects;
    8 "polling is upgraded under load" churn::upgrades;
    9 "each send issued 1 to 5 times, three ways" repeats::everywhere;
    10 "sockets that never read" slow::never_read;
    11 "a client 5,000 entries behind" slow::far_behind;
    12 "a storm of reconnects" slow::storm;
    13 "revocation to last event" revoke::last_events;
}
