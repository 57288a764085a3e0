//! Messages: send, edit, delete.

use parlor_protocol::{Nonce, RoomId, Seq};

use super::Actor;
use crate::records::{MessageText, Written};

/// Writes a message. Archived rooms refuse it, and read-only ones for those below moderator.
#[derive(Debug)]
pub struct SendMessage {
    /// Who sends it; `least` is demanded in the room.
    pub actor: Actor,
    /// Where.
    pub room: RoomId,
    /// The author's nonce.
    pub nonce: Nonce,
    /// The text.
    pub text: MessageText,
    /// The message it answers; `NotFound` if there is none.
    pub reply_to: Option<Seq>,
}

/// Gives one's own message another text. The same text again changes nothing.
#[derive(Debug)]
pub struct EditMessage {
    /// Who edits it; `least` is demanded in the room.
    pub actor: Actor,
    /// Where.
    pub room: RoomId,
    /// The author's nonce.
    pub nonce: Nonce,
    /// Which message.
    pub message: Seq,
    /// The new text.
    pub text: MessageText,
}

/// Deletes a message: its text is erased from all entries, its slot stays. Deleting again changes nothing.
#[derive(Debug)]
pub struct DeleteMessage {
    /// Who deletes it; one's own as any member, others' with at least `least` in the room.
    pub actor: Actor,
    /// Where.
    pub room: RoomId,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// Which message.
    pub message: Seq,
}

pending!(SendMessage => Written, EditMessage => Written, DeleteMessage => Written);
