//! Reminders.

use parlor_protocol::limits::REMINDERS_PER_USER;
use parlor_protocol::{Nonce, UserId};

use super::{Actor, Command};
use crate::codec::Column;
use crate::entries::UserBody;
use crate::gate::Standing;
use crate::read;
use crate::records::Reminder;
use crate::refused::{Fault, Refused, TooMany};
use crate::tx::Tx;
use crate::write::messages::Target;

/// Sets a reminder of the actor's, anew if there is one of this nonce. The same one again changes nothing.
#[derive(Debug)]
pub struct SetReminder {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// The reminder, not due. Its message is one that the actor can see: `NotFound` otherwise.
    pub reminder: Reminder,
}

/// Tells a user that a reminder is due, if it is.
#[derive(Debug)]
pub struct RingReminder {
    /// Whose.
    pub user: UserId,
    /// Which one.
    pub nonce: Nonce,
}

/// Ends a reminder of the actor's. Again changes nothing.
#[derive(Debug)]
pub struct EndReminder {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// Which one; `NotFound` if there never was one.
    pub nonce: Nonce,
}

impl Command for SetReminder {
    type Done = ();

    fn apply(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let Reminder { nonce, at_ms, text, message, .. } = &self.reminder;
        let standing = Standing::look(tx, &self.actor, message.map(|(room, _)| room))?;
        standing.demand(self.actor.least)?;
        if let Some((_, seq)) = *message {
            let place = standing.place(self.actor.least)?;
            Target::find(tx, place.room.log, seq)?.not_deleted()?;
        }
        let user = self.actor.user.number();
        let room = message.map(|(room, _)| room.number());
        let seq = message.map(|(_, seq)| seq);
        let same = tx.maybe(
            "SELECT at = ?3 AND text = ?4 AND room IS ?5 AND message IS ?6
             FROM reminders WHERE user = ?1 AND nonce = ?2",
            (user, nonce.as_str(), at_ms, text, room, seq),
            |row| row.get::<_, bool>(0),
        )?;
        if same == Some(true) {
            return Ok(());
        }
        let count: usize =
            tx.one("SELECT count(*) FROM reminders WHERE user = ?1 AND done = 0", [user], |row| row.get(0))?;
        if same.is_none() && count >= REMINDERS_PER_USER {
            return Err(Refused::TooMany(TooMany::Reminders).into());
        }
        tx.run(
            "INSERT OR REPLACE INTO reminders (user, nonce, at, text, room, message)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (user, nonce.as_str(), at_ms, text, room, seq),
        )?;
        tx.append_mine(standing.log, UserBody::ReminderSet { reminder: self.reminder.clone() })?;
        Ok(())
    }
}

impl Command for RingReminder {
    type Done = ();

    fn apply(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let (user, nonce) = (self.user.number(), self.nonce.as_str());
        let rung = tx.run(
            "UPDATE reminders SET due = 1 WHERE user = ?1 AND nonce = ?2 AND at <= ?3 AND due = 0 AND done = 0",
            (user, nonce, tx.now_ms),
        )?;
        if rung == 1 {
            let reminder =
                read::reminder(tx.connection(), self.user, &self.nonce)?.ok_or(Refused::NotFound)?;
            let log = tx.user_log(self.user)?;
            tx.append_mine(log, UserBody::ReminderDue { reminder })?;
        }
        Ok(())
    }
}

impl Command for EndReminder {
    type Done = ();

    fn apply(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let standing = Standing::look(tx, &self.actor, None)?;
        standing.demand(self.actor.least)?;
        let (user, nonce) = (self.actor.user.number(), self.nonce.as_str());
        let done = tx
            .maybe("SELECT done FROM reminders WHERE user = ?1 AND nonce = ?2", (user, nonce), |row| {
                row.get::<_, bool>(0)
            })?
            .ok_or(Refused::NotFound)?;
        if !done {
            tx.run("UPDATE reminders SET done = 1 WHERE user = ?1 AND nonce = ?2", (user, nonce))?;
            tx.append_mine(standing.log, UserBody::ReminderDone { nonce: self.nonce.clone() })?;
        }
        Ok(())
    }
}
