//! How large answers get: estimates in bytes, and pages that stay within them.

use parlor_protocol::RoomId;
use parlor_protocol::messages::Anchor;
use parlor_store::entries::{RoomBody, RoomEntry};
use parlor_store::records::{Item, Message, MessageText, Page};
use parlor_store::{Failed, Snapshot};

/// Bytes that one answer has at most, about.
pub(crate) const ANSWER_BYTES: usize = 512 * 1024;
/// Bytes of a file in a message, its words included.
const FILE_BYTES: usize = 1_000;
/// Bytes of an entry or a message besides its text.
const FRAME_BYTES: usize = 250;

/// About how many bytes an entry takes.
pub(crate) fn entry_bytes(entry: &RoomEntry) -> usize {
    match &entry.body {
        RoomBody::MessageCreated { text, files, .. } => text_bytes(text) + files.len() * FILE_BYTES,
        RoomBody::MessageEdited { text, .. } => text_bytes(text),
        _ => FRAME_BYTES,
    }
}

fn text_bytes(text: &MessageText) -> usize {
    FRAME_BYTES + text.text.len() + text.html.len() + text.mentions.len() * 22
}

fn message_bytes(message: &Message) -> usize {
    let reactions = message.reactions.iter().map(|reaction| 40 + reaction.users.len() * 22).sum::<usize>();
    text_bytes(&message.text) + reactions + message.files.len() * FILE_BYTES
}

fn page_bytes(page: &Page) -> usize {
    let item = |item: &Item| match item {
        Item::Message(message) => message_bytes(message),
        Item::Line(entry) => entry_bytes(entry),
    };
    page.items.iter().map(item).chain(page.quoted.iter().map(message_bytes)).sum()
}

/// A page of a room's timeline with its size: with fewer items than asked for when those would be too large.
/// `None` without such a room.
pub(crate) fn bounded(
    snapshot: &Snapshot,
    room: RoomId,
    from: Anchor,
    mut limit: u32,
) -> Result<Option<(Page, usize)>, Failed> {
    loop {
        let Some(page) = snapshot.history(room, from, limit)? else { return Ok(None) };
        let bytes = page_bytes(&page);
        if bytes <= ANSWER_BYTES || limit <= 1 {
            return Ok(Some((page, bytes)));
        }
        limit /= 2;
    }
}
