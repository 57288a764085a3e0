//! Forwarding: a message that passes another one on.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::{RoomId, Seq, UserId};
use crate::quoted::Quoted;

/// A message to forward, by its room and its place there: one that the sender may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ForwardFrom {
    /// Its room.
    pub room: RoomId,
    /// Which message.
    pub seq: Seq,
}

/// What a message passes on: another one as it was when it was forwarded. It is a copy that later edits and the deletion
/// of the original do not reach; it calls nobody, and goes with the message that holds it. A forwarded message that
/// passes another one on itself leads to that one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Forwarded {
    /// Room of the original. Its id opens nothing: only its members can look the original up.
    pub room: RoomId,
    /// The original's place there.
    pub seq: Seq,
    /// Who wrote it.
    pub by: UserId,
    /// When it was written, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// Source text (Markdown); may be empty when it had only files.
    #[ts(as = "String")]
    pub text: Quoted,
    /// The text as safe HTML.
    #[ts(as = "String")]
    pub html: Quoted,
}
