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
    /// Whether lane C makes it: not what measures speed, which a shared machine has little to
    /// say about, nor what needs strace.
    pub(crate) lane_c: bool,
    /// Makes it.
    pub(crate) run: fn(Run) -> Making,
}

macro_rules! figures {
    ($($number:literal $name:literal $function:path, $lane_c:literal;)+) => {
        /// Every figure.
        pub(crate) const FIGURES: &[Figure] = &[
            $(Figure { number: $number, name: $name, lane_c: $lane_c, run: |run| Box::pin($function(run)) }),+
        ];
    };
}

figures! {
    1 "kill -9 under load" kill::under_load, true;
    2 "killed at the k-th write, sync or rename" kill::at_calls, false;
    3 "crashes of the machine" crash::images, true;
    4 "the same with synchronous=NORMAL: has to lose" crash::without_syncs, true;
    5 "a disk that fails, fills up, is slow" disk::failing, true;
    7 "connections break in every way" churn::reconnects, true;
    8 "polling is upgraded under load" churn::upgrades, true;
    9 "each send issued 1 to 5 times, three ways" repeats::everywhere, true;
    10 "sockets that never read" slow::never_read, false;
    11 "a client 5,000 entries behind" slow::far_behind, true;
    12 "a storm of reconnects" slow::storm, false;
    13 "revocation to last event" revoke::last_events, true;
}
