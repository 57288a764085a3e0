//! Scheduled messages: kept until their time, then sent once.

use parlor_protocol::limits::SCHEDULED_PER_USER;
use parlor_protocol::{Code, Nonce, Role, UserId};

use super::messages::SendMessage;
use super::{Actor, Command};
use crate::codec::{self, Column};
use crate::entries::UserBody;
use crate::gate::Standing;
use crate::read;
use crate::records::{MessageText, Scheduled};
use crate::refused::{Fault, Refused, TooMany};
use crate::tx::Tx;

/// Schedules a message. The same one again changes nothing, also after it was changed, deleted or sent.
#[derive(Debug)]
pub struct CreateScheduled {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// The message, not failed. Its nonce is one that the actor has not used.
    pub scheduled: Scheduled,
}

/// Changes text or time of a scheduled message; what is absent stays. One that failed waits again.
#[derive(Debug)]
pub struct ChangeScheduled {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// Which one; `NotFound` when it was sent or deleted.
    pub nonce: Nonce,
    /// New text, normalised.
    pub text: Option<String>,
    /// New time, in milliseconds since 1970.
    pub at_ms: Option<u64>,
}

/// Deletes a scheduled message. Again changes nothing; `NotFound` once it was sent.
#[derive(Debug)]
pub struct DeleteScheduled {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// Which one.
    pub nonce: Nonce,
}

/// Sends a scheduled message that is due, as its author. If it was changed, deleted or sent meanwhile, nothing happens.
#[derive(Debug)]
pub struct SendScheduled {
    /// Its author.
    pub user: UserId,
    /// As it was read.
    pub scheduled: Scheduled,
    /// Its text, rendered.
    pub text: MessageText,
}

/// Returns a scheduled message that could not be sent to its author, unless it was changed meanwhile.
#[derive(Debug)]
pub struct ReturnScheduled {
    /// Its author.
    pub user: UserId,
    /// As it was read.
    pub scheduled: Scheduled,
    /// Why.
    pub why: Code,
}

impl Command for CreateScheduled {
    type Done = ();

    fn apply(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let Scheduled { nonce, room, text, reply_to, at_ms, .. } = &self.scheduled;
        let standing = Standing::look(tx, &self.actor, Some(*room))?;
        let user = self.actor.user.number();
        let before = tx.maybe(
            "SELECT room FROM scheduled WHERE user = ?1 AND nonce = ?2",
            (user, nonce.as_str()),
            |row| row.get::<_, i64>(0),
        )?;
        match before {
            Some(same) if same == room.number() => return Ok(()),
            Some(_) => return Err(Refused::NonceReused.into()),
            None => {}
        }
        let words = MessageText { text: text.as_str().into(), ..MessageText::default() };
        if tx.repeated(&sending(self.actor, &self.scheduled, words).once())?.is_some() {
            return Ok(());
        }
        standing.place(self.actor.least)?.may_write()?;
        let count: usize =
            tx.one("SELECT count(*) FROM scheduled WHERE user = ?1 AND deleted = 0", [user], |row| {
                row.get(0)
            })?;
        if count >= SCHEDULED_PER_USER {
            return Err(Refused::TooMany(TooMany::Scheduled).into());
        }
        tx.run(
            "INSERT INTO scheduled (user, nonce, room, text, reply_to, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (user, nonce.as_str(), room.number(), text, reply_to, at_ms),
        )?;
        tx.append_mine(standing.log, UserBody::ScheduledSet { scheduled: self.scheduled.clone() })?;
        Ok(())
    }
}

impl Command for ChangeScheduled {
    type Done = Scheduled;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Scheduled, Fault> {
        let standing = Standing::look(tx, &self.actor, None)?;
        standing.demand(self.actor.least)?;
        let before =
            read::scheduled(tx.connection(), self.actor.user, &self.nonce)?.ok_or(Refused::NotFound)?;
        let scheduled = Scheduled {
            text: self.text.clone().unwrap_or_else(|| before.text.clone()),
            at_ms: self.at_ms.unwrap_or(before.at_ms),
            failed: None,
            ..before.clone()
        };
        if scheduled != before {
            tx.run(
                "UPDATE scheduled SET text = ?3, at = ?4, failed = NULL WHERE user = ?1 AND nonce = ?2",
                (self.actor.user.number(), self.nonce.as_str(), &scheduled.text, scheduled.at_ms),
            )?;
            tx.append_mine(standing.log, UserBody::ScheduledSet { scheduled: scheduled.clone() })?;
        }
        Ok(scheduled)
    }
}

impl Command for DeleteScheduled {
    type Done = ();

    fn apply(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let standing = Standing::look(tx, &self.actor, None)?;
        standing.demand(self.actor.least)?;
        let of = (self.actor.user.number(), self.nonce.as_str());
        let deleted = tx
            .maybe("SELECT deleted FROM scheduled WHERE user = ?1 AND nonce = ?2", of, |row| {
                row.get::<_, bool>(0)
            })?
            .ok_or(Refused::NotFound)?;
        if !deleted {
            tx.run("UPDATE scheduled SET deleted = 1, text = '' WHERE user = ?1 AND nonce = ?2", of)?;
            tx.append_mine(standing.log, UserBody::ScheduledDeleted { nonce: self.nonce.clone() })?;
        }
        Ok(())
    }
}

impl Command for SendScheduled {
    type Done = ();

    fn apply(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        if !stands(tx, self.user, &self.scheduled)? {
            return Ok(());
        }
        let Scheduled { nonce, room, .. } = &self.scheduled;
        let actor = Actor { user: self.user, session: None, least: Role::Guest };
        sending(actor, &self.scheduled, self.text.clone()).apply(tx)?;
        tx.run("DELETE FROM scheduled WHERE user = ?1 AND nonce = ?2", (self.user.number(), nonce.as_str()))?;
        let log = tx.user_log(self.user)?;
        tx.append_mine(log, UserBody::ScheduledSent { nonce: nonce.clone(), room: *room })?;
        Ok(())
    }
}

impl Command for ReturnScheduled {
    type Done = ();

    fn apply(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        if !stands(tx, self.user, &self.scheduled)? {
            return Ok(());
        }
        let scheduled = Scheduled { failed: Some(self.why), ..self.scheduled.clone() };
        tx.run(
            "UPDATE scheduled SET failed = ?3 WHERE user = ?1 AND nonce = ?2",
            (self.user.number(), scheduled.nonce.as_str(), codec::write_code(self.why)),
        )?;
        let log = tx.user_log(self.user)?;
        tx.append_mine(log, UserBody::ScheduledSet { scheduled })?;
        Ok(())
    }
}

/// The message itself, as its author would send it now.
fn sending(actor: Actor, scheduled: &Scheduled, text: MessageText) -> SendMessage {
    let Scheduled { room, ref nonce, reply_to, .. } = *scheduled;
    SendMessage {
        actor,
        room,
        nonce: nonce.clone(),
        text,
        reply_to,
        thread: None,
        files: Vec::new(),
        forward: None,
        poll: None,
    }
}

/// Whether a message is still as it was read, and due.
fn stands(tx: &Tx<'_>, user: UserId, scheduled: &Scheduled) -> Result<bool, Fault> {
    let now = read::scheduled(tx.connection(), user, &scheduled.nonce)?;
    Ok(now.as_ref() == Some(scheduled) && scheduled.failed.is_none() && scheduled.at_ms <= tx.now_ms)
}
