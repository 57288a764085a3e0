//! WebSocket as a server needs it: the handshake, a strict decoder, and frame headers.
//!
//! The decoder is ours because the published ones own the stream and keep a read buffer per
//! connection. This one is handed bytes wherever they are, so an idle connection holds no
//! buffer and publishers can write to the raw stream beside the reader.
// Bytes from the network reach all of this, so nothing in it may be able to panic.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

pub(crate) mod decode;
pub(crate) mod encode;
pub(crate) mod handshake;
