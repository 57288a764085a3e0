//! Stories of pages fetched from an internet that is pretended on this machine.

#![expect(clippy::unwrap_used, reason = "a test that can not go on has failed")]

mod internet;
mod stories;
