//! The two packet formats, free of any I/O: bytes in, packets out, and back.
// Bytes from the network reach all of this, so nothing in it may be able to panic.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

pub(crate) mod engine;
pub(crate) mod json;
pub(crate) mod socket;

/// The peer sent something the protocol does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;
