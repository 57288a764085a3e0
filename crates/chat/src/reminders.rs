//! Reminders.

use parlor_protocol::later::{ReminderDone, ReminderList, ReminderSet, Reminders};
use parlor_protocol::people::Done;
use parlor_protocol::{Code, limits};
use parlor_store::records::Reminder;
use parlor_store::write::reminders::{EndReminder, SetReminder};

use crate::fault::{Answer, Fault};
use crate::proof::Caller;
use crate::{Chat, scheduled, text, wire};

/// Sets a reminder, or sets it anew.
pub async fn set(chat: &Chat, caller: &Caller, request: ReminderSet) -> Answer<ReminderSet> {
    let actor = caller.acts::<ReminderSet>()?;
    let text = text::line(&request.text, "text", limits::REMINDER_CHARS)?;
    let message = match (request.room, request.message) {
        (Some(room), Some(message)) => Some((room, message)),
        (None, None) if !text.is_empty() => None,
        _ => return Err(Fault::refused(Code::BadRequest, "a text, or a message with its room")),
    };
    let at_ms = scheduled::ahead(chat, request.at_ms)?;
    let reminder = Reminder { nonce: request.nonce, at_ms, text, message, due: false };
    chat.store.write(SetReminder { actor, reminder: reminder.clone() }).await?;
    Ok(wire::reminder(reminder))
}

/// Lists the caller's reminders.
pub async fn list(chat: &Chat, caller: &Caller, _request: ReminderList) -> Answer<ReminderList> {
    let user = caller.acts::<ReminderList>()?.user;
    let found = chat.store.read(move |snapshot| Ok((snapshot.reminders(user)?, snapshot.mine(user)?)));
    let (reminders, mine) = found.await?;
    let head = mine.map_or(0, |mine| mine.head);
    Ok(Reminders { reminders: reminders.into_iter().map(wire::reminder).collect(), head })
}

/// Ends a reminder.
pub async fn done(chat: &Chat, caller: &Caller, request: ReminderDone) -> Answer<ReminderDone> {
    let actor = caller.acts::<ReminderDone>()?;
    chat.store.write(EndReminder { actor, nonce: request.nonce }).await?;
    Ok(Done {})
}
