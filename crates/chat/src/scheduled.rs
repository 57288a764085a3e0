//! Scheduled messages.

use parlor_protocol::later::{
    self, ScheduledChange, ScheduledCreate, ScheduledDelete, ScheduledList, ScheduledMessages,
};
use parlor_protocol::people::Done;
use parlor_protocol::{Code, Error, limits};
use parlor_store::records::Scheduled;
use parlor_store::write::scheduled::{ChangeScheduled, CreateScheduled, DeleteScheduled};

use crate::fault::{Answer, Fault};
use crate::proof::{Caller, Member};
use crate::{Chat, text, wire};

/// Schedules a message.
pub async fn create(chat: &Chat, member: &Member, request: ScheduledCreate) -> Answer<ScheduledCreate> {
    let actor = member.acts::<ScheduledCreate>();
    let ScheduledCreate { nonce, reply_to, at_ms, .. } = request;
    let text = text::message(&request.text)?;
    let at_ms = ahead(chat, at_ms)?;
    let scheduled = Scheduled { nonce, room: member.room, text, reply_to, at_ms, failed: None };
    chat.store.write(CreateScheduled { actor, scheduled: scheduled.clone() }).await?;
    Ok(wire::scheduled(scheduled))
}

/// Lists the caller's scheduled messages.
pub async fn list(chat: &Chat, caller: &Caller, _request: ScheduledList) -> Answer<ScheduledList> {
    let user = caller.acts::<ScheduledList>()?.user;
    let found = chat.store.read(move |snapshot| Ok((snapshot.scheduled(user)?, snapshot.mine(user)?)));
    let (scheduled, mine) = found.await?;
    let head = mine.map_or(0, |mine| mine.head);
    Ok(ScheduledMessages { scheduled: scheduled.into_iter().map(wire::scheduled).collect(), head })
}

/// Changes a scheduled message.
pub async fn change(
    chat: &Chat,
    caller: &Caller,
    request: ScheduledChange,
) -> Result<later::Scheduled, Fault> {
    let actor = caller.acts::<ScheduledChange>()?;
    let text = request.text.map(|text| text::message(&text)).transpose()?;
    let at_ms = request.at_ms.map(|at_ms| ahead(chat, at_ms)).transpose()?;
    let changed = chat.store.write(ChangeScheduled { actor, nonce: request.nonce, text, at_ms }).await?;
    Ok(wire::scheduled(changed))
}

/// Deletes a scheduled message.
pub async fn delete(chat: &Chat, caller: &Caller, request: ScheduledDelete) -> Answer<ScheduledDelete> {
    let actor = caller.acts::<ScheduledDelete>()?;
    chat.store.write(DeleteScheduled { actor, nonce: request.nonce }).await?;
    Ok(Done {})
}

/// A time that is not too far away.
///
/// # Errors
/// `bad_request` beyond a year.
pub(crate) fn ahead(chat: &Chat, at_ms: u64) -> Result<u64, Error> {
    if at_ms > chat.clock.now_ms() + limits::AHEAD_MS {
        return Err(Error::new(Code::BadRequest, "at_ms: at most a year ahead"));
    }
    Ok(at_ms)
}
