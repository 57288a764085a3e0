//! Forwarding: a copy of a message for another one to bring.

use parlor_protocol::{RoomId, Seq, UserId};

use super::messages::Target;
use crate::codec::{self, Column};
use crate::records::{File, Forwarded, MessageText};
use crate::refused::{Fault, Refused};
use crate::tx::{RoomLog, Tx};

/// A message to forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForwardFrom {
    /// Its room.
    pub room: RoomId,
    /// Which message.
    pub message: Seq,
}

/// What a message will pass on, and its files. What passes on another one already leads to that one.
///
/// # Errors
/// `NotFound` for what the user can't see, `Conflict(Deleted)` for what is gone.
pub(super) fn look_up(tx: &Tx<'_>, user: UserId, from: ForwardFrom) -> Result<(Forwarded, Vec<File>), Fault> {
    let ForwardFrom { room, message } = from;
    let ordinal = tx.maybe(
        "SELECT l.ordinal FROM logs l JOIN members m ON m.room = l.room WHERE l.room = ?1 AND m.user = ?2",
        (room.number(), user.number()),
        |row| row.get(0),
    )?;
    let target = Target::find(tx, RoomLog { room, ordinal: ordinal.ok_or(Refused::NotFound)? }, message)?;
    target.not_deleted()?;
    let (at_ms, created) = tx.one("SELECT at, body FROM entries WHERE key = ?1", [target.key], |row| {
        Ok((row.get(0)?, codec::read_text(row.get_ref(1)?.as_str()?)?))
    })?;
    let forwarded = if let Some(forwarded) = created.forwarded {
        forwarded
    } else {
        let MessageText { text, html, .. } = target.text(tx)?;
        let text = MessageText { text, html, ..MessageText::default() };
        Forwarded { room, seq: message, by: target.by, at_ms, text }
    };
    Ok((forwarded, created.files))
}
