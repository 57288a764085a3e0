//! Read markers and what is unread.

use parlor_protocol::messages::{ReadGet, ReadMark};

use crate::Chat;
use crate::chat::pending;
use crate::fault::Answer;
use crate::proof::Member;

/// Moves the caller's read marker forward.
pub async fn mark(chat: &Chat, member: &Member, request: ReadMark) -> Answer<ReadMark> {
    pending((chat, member, request))
}

/// Counts what is unread.
pub async fn get(chat: &Chat, member: &Member, request: ReadGet) -> Answer<ReadGet> {
    pending((chat, member, request))
}
