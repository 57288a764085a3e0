//! What Parlor remembers: one log for each room and each user, and the tables folded from them, in SQLite.
//!
//! Start at [`Store`]: it is opened once, [`write`](Store::write) takes one [`Command`] and answers when it is on
//! disk, [`read`](Store::read) lends a [`Snapshot`]. All SQL of the project is in this crate.
//!
//! What is deliberately not here: rules that need no stored fact (limits of texts, rendering, rate limits), anything
//! of the wire, a trait for several databases. A second backend would become a second variant inside [`Store`].

pub mod audit;
mod checkpoint;
mod codec;
pub mod entries;
mod gate;
mod migrations;
mod nonce;
mod open;
mod queue;
mod random;
pub mod read;
mod readers;
pub mod records;
mod refused;
mod search;
mod secrets;
mod store;
mod tx;
mod unread;
pub mod write;
mod writer;

pub use entries::Published;
pub use read::{Snapshot, Tell};
pub use refused::{Conflict, Failed, Refused, TooMany};
pub use secrets::TokenHash;
pub use store::{Around, Clock, Figures, OpenError, Options, SessionLife, Store};
pub use write::{Actor, Command};
