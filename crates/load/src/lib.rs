//! Puts a load on a server and says what it cost: light clients, towns for them to live in, and meters.
//!
//! Clients are a flat array on one thread with one read buffer, so that a machine which carries the server carries its
//! users too; where one process does not do, there are several. What they hear is checked: each delivery once and in order. What a server takes is read from `/proc`, so
//! it measures on Linux only.

mod connection;
pub mod crowd;
pub mod day;
pub mod durable;
pub mod frame;
pub mod machine;
pub mod parlor;
pub mod process;
pub mod report;
pub mod storm;
pub mod tongue;
pub mod town;
pub mod worker;
pub mod workers;

pub use connection::{Entrance, Faults};

/// Times in µs.
pub type Times = hdrhistogram::Histogram<u64>;
