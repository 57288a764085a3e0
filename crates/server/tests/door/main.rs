//! Stories told at the door of the real binary: over HTTP and over sockets, as clients see it.
#![expect(clippy::unwrap_used, reason = "in a test, what is not there is a failure")]

mod access;
mod bots;
mod brought;
mod canary;
mod commands;
mod durable;
mod emoji;
mod files;
mod flow;
mod limits;
mod live;
mod origins;
mod pictures;
mod previews;
mod recoveries;
mod rights;
mod set_up;
mod sign_in;
mod stage;
mod wrong_input;
