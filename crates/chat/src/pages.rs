//! How large answers get: estimates in bytes, and pages that stay within them.

use parlor_protocol::{Code, limits, messages};
use parlor_store::entries::{RoomBody, RoomEntry};
use parlor_store::records::{Forwarded, Item, Message, MessageText, Page, Poll};
use parlor_store::{Failed, Refused, Snapshot};

use crate::fault::Fault;
use crate::named::Names;
use crate::proof::Member;
use crate::{Chat, wire};

/// Bytes that one answer has at most, about.
pub(crate) const ANSWER_BYTES: usize = 512 * 1024;
/// Bytes of a file in a message, its words included.
const FILE_BYTES: usize = 1_000;
/// Bytes of an entry or a message besides its text.
const FRAME_BYTES: usize = 250;

/// About how many bytes an entry takes.
pub(crate) fn entry_bytes(entry: &RoomEntry) -> usize {
    match &entry.body {
        RoomBody::MessageCreated { text, files, forwarded, poll, .. } => {
            text_bytes(text) + files.len() * FILE_BYTES + brought_bytes(forwarded.as_ref(), poll.as_ref())
        }
        RoomBody::MessageEdited { text, .. } => text_bytes(text),
        _ => FRAME_BYTES,
    }
}

fn text_bytes(text: &MessageText) -> usize {
    FRAME_BYTES + text.text.inner().len() + text.html.inner().len() + text.mentions.len() * 22
}

/// What a message passes on, and its poll.
fn brought_bytes(forwarded: Option<&Forwarded>, poll: Option<&Poll>) -> usize {
    let options = poll.iter().flat_map(|poll| &poll.options);
    let options = options.map(|option| 40 + option.text.len() + option.users.len() * 22).sum::<usize>();
    options + forwarded.map_or(0, |forwarded| text_bytes(&forwarded.text))
}

fn message_bytes(message: &Message) -> usize {
    let reactions = message.reactions.iter().map(|reaction| 40 + reaction.users.len() * 22).sum::<usize>();
    let brought = brought_bytes(message.forwarded.as_ref(), message.poll.as_ref());
    text_bytes(&message.text) + reactions + brought + message.files.len() * FILE_BYTES
}

fn page_bytes(page: &Page) -> usize {
    let item = |item: &Item| match item {
        Item::Message(message) => message_bytes(message),
        Item::Line(entry) => entry_bytes(entry),
    };
    page.items.iter().map(item).chain(page.quoted.iter().map(message_bytes)).sum()
}

/// Whether a page has no more items than it may.
pub(crate) fn few_enough(limit: u32) -> Result<(), Fault> {
    let most = u32::try_from(limits::HISTORY_ITEMS).unwrap_or(u32::MAX);
    if limit == 0 || limit > most {
        return Err(Fault::refused(Code::BadRequest, "limit: 1 to 100"));
    }
    Ok(())
}

/// Reads a page for a member, with everyone whom it names.
///
/// # Errors
/// `not_found` for those who are no members any more, and when there is no such page.
pub(crate) async fn read<F>(
    chat: &Chat,
    member: &Member,
    limit: u32,
    page: F,
) -> Result<messages::Page, Fault>
where
    F: Fn(&Snapshot, u32) -> Result<Option<Page>, Failed> + Send + 'static,
{
    let (room, user) = (member.room, member.caller.user);
    let page = chat.store.read(move |snapshot| {
        // Asked in the same moment as the page, so that no page is read past a removal.
        if snapshot.member(user, room)?.is_none() {
            return Ok(None);
        }
        let Some((page, _)) = bounded(limit, |limit| page(snapshot, limit))? else { return Ok(None) };
        let mut names = Names::default();
        names.page(&page);
        let users = names.look_up(snapshot)?;
        Ok(Some(wire::page(page, users)))
    });
    page.await?.ok_or_else(|| Refused::NotFound.into())
}

/// A page with its size: with fewer items than asked for when those would be too large. `None` if there is none.
pub(crate) fn bounded(
    mut limit: u32,
    read: impl Fn(u32) -> Result<Option<Page>, Failed>,
) -> Result<Option<(Page, usize)>, Failed> {
    loop {
        let Some(page) = read(limit)? else { return Ok(None) };
        let bytes = page_bytes(&page);
        if bytes <= ANSWER_BYTES || limit <= 1 {
            return Ok(Some((page, bytes)));
        }
        limit /= 2;
    }
}
