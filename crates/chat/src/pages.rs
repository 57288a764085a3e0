//! How large answers get, and pages that stay within that.

use parlor_protocol::told::Rows;
use parlor_protocol::{Code, limits, messages};
use parlor_store::records::{Lent, Page};
use parlor_store::{Failed, Refused, Snapshot, Tell};

use crate::fault::Fault;
use crate::named::Names;
use crate::proof::Member;
use crate::{Chat, wire};

/// Bytes that one answer has at most, about.
pub(crate) const ANSWER_BYTES: usize = 512 * 1024;
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
    F: Fn(&Snapshot, u32, &mut Tell<'_>) -> Result<Option<Page>, Failed> + Send + 'static,
{
    let (room, user) = (member.room, member.caller.user);
    let page = chat.store.read(move |snapshot| {
        // Asked in the same moment as the page, so that no page is read past a removal.
        if snapshot.member(user, room)?.is_none() {
            return Ok(None);
        }
        let bounded = bounded(limit, |limit, tell| page(snapshot, limit, tell))?;
        let Some(Bounded { mut page, names, .. }) = bounded else { return Ok(None) };
        page.users = wire::users(names.look_up(snapshot)?);
        Ok(Some(page))
    });
    page.await?.ok_or_else(|| Refused::NotFound.into())
}

/// A page that fits into an answer.
pub(crate) struct Bounded {
    /// The page, without those whom it names.
    pub(crate) page: messages::Page,
    /// Whom it names.
    pub(crate) names: Names,
    /// How many bytes its rows take.
    pub(crate) bytes: usize,
}

/// A page with fewer items than asked for when those would be too large. `None` if there is none.
pub(crate) fn bounded(
    mut limit: u32,
    read: impl Fn(u32, &mut Tell<'_>) -> Result<Option<Page>, Failed>,
) -> Result<Option<Bounded>, Failed> {
    loop {
        let (mut items, mut names) = (Rows::<messages::Item>::default(), Names::default());
        let page = read(limit, &mut |lent| match lent {
            Lent::Said(said) => {
                names.said(&said);
                items.say(&said);
            }
            Lent::Whole(item) => {
                names.item(&item);
                items.push(&wire::item(item));
            }
        })?;
        let Some(page) = page else { return Ok(None) };
        names.messages(&page.quoted);
        let page = wire::page(page, items);
        let bytes = page.items.bytes() + page.quoted.bytes();
        if bytes <= ANSWER_BYTES || limit <= 1 {
            return Ok(Some(Bounded { page, names, bytes }));
        }
        limit /= 2;
    }
}
