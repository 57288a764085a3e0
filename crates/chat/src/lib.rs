//! The rules of the chat: who may do what, and what follows. One module for each noun, one function for each call.
//!
//! Start at [`Chat`]. The functions follow the table of calls: `noun:verb` is `nouns::verb`, and its first arguments
//! are the proof that it needs. Calls for anyone take `(&Chat, &Visitor, request)`, calls of the workspace
//! `(&Chat, &Caller, request)`, calls in a room `(&Chat, &Member, request)`. A [`Caller`] comes only from
//! [`Chat::authenticate`], a [`Member`] only from [`Chat::member`].

pub mod avatars;
mod backoff;
mod blobs;
pub mod bots;
pub mod catchup;
mod chat;
mod clock;
mod credentials;
pub mod drafts;
mod due;
pub mod emoji;
mod fault;
pub mod files;
pub mod guests;
mod herald;
pub mod invites;
pub mod lobby;
mod markdown;
pub mod members;
mod memory;
pub mod mentions;
pub mod messages;
mod named;
mod names;
pub mod operator;
mod pages;
pub mod passwords;
mod pictures;
pub mod pins;
pub mod polls;
pub mod preferences;
pub mod presence;
pub mod previews;
pub mod profiles;
mod proof;
pub mod reactions;
pub mod reads;
pub mod recoveries;
pub mod reminders;
pub mod rooms;
pub mod saved;
pub mod scheduled;
pub mod search;
pub mod sessions;
pub mod settings;
mod sniff;
mod sync;
mod text;
pub mod threads;
mod tokens;
pub mod typing;
pub mod uploads;
pub mod users;
mod wire;
mod workers;
pub mod workspace;

pub use chat::{Chat, Options, UploadLimits};
pub use clock::Clock;
pub use fault::{Answer, Fault};
pub use previews::{Follower, Net, Pretended};
pub use proof::{Admitted, Caller, Member, SocketId, Ticket, Visitor};
pub use sync::sync;
