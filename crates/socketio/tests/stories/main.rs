//! Stories over real sockets: what a client may do, what it may not, and what it then gets.
#![expect(clippy::unwrap_used, reason = "what is unexpected here fails the story")]

mod client;
mod closing;
mod connecting;
mod delivery;
mod events;
mod heartbeat;
mod hostile;
mod identity;
mod listening;
mod polling;
mod rooms;
mod stage;
mod upgrading;
