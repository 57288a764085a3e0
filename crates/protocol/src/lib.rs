//! The words on the wire, without any I/O: ids, calls and their replies, pushes, error codes and limits.
//!
//! Start at [`calls`]: its table is the contract. The TypeScript of the web client and the reference in
//! docs/protocol are generated from this crate (`cargo xtask generate`).

pub mod calls;
pub mod catchup;
pub mod emoji;
pub mod entries;
pub mod errors;
pub mod files;
pub mod forwards;
pub mod generate;
pub mod ids;
pub mod later;
pub mod limits;
pub mod live;
pub mod messages;
pub mod people;
pub mod pins;
pub mod polls;
pub mod preferences;
pub mod previews;
pub mod pushes;
pub mod quoted;
pub mod recoveries;
pub mod rooms;
pub mod saved;
pub mod sync;
pub mod threads;
pub mod told;
pub mod workspace;

pub use calls::{Call, Request};
pub use entries::{Body, Entry, MyBody, MyEntry};
pub use errors::{Code, Error};
pub use ids::{FileId, InviteId, Nonce, RoomId, Seq, SessionId, UserId};
pub use people::Role;
pub use quoted::Quoted;
