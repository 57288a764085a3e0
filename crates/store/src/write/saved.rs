//! Saved messages: what a user keeps for themselves.
//!
//! Both commands say how it shall be, so that a repeat changes nothing: they need no nonce.

use parlor_protocol::limits::SAVED_PER_USER;
use parlor_protocol::{RoomId, Seq};

use super::messages::Target;
use super::{Actor, Command};
use crate::codec::{Column, key};
use crate::entries::UserBody;
use crate::gate::Standing;
use crate::refused::{Fault, Refused, TooMany};
use crate::tx::Tx;

/// Saves a message for the actor. One that is saved stays as it is.
#[derive(Debug)]
pub struct SaveMessage {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// Where.
    pub room: RoomId,
    /// Which message; `Conflict(Deleted)` for a deleted one.
    pub message: Seq,
}

/// Lets a saved message go, wherever it is. One that is not saved changes nothing.
#[derive(Debug)]
pub struct UnsaveMessage {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// The message's room.
    pub room: RoomId,
    /// Which message.
    pub message: Seq,
}

impl Command for SaveMessage {
    type Done = ();

    fn apply(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let standing = Standing::look(tx, &self.actor, Some(self.room))?;
        let place = standing.place(self.actor.least)?;
        let target = Target::find(tx, place.room.log, self.message)?;
        target.not_deleted()?;
        let user = self.actor.user.number();
        let there =
            tx.maybe("SELECT 1 FROM saved WHERE user = ?1 AND key = ?2", (user, target.key), |_| Ok(()))?;
        if there.is_some() {
            return Ok(());
        }
        let saved: u64 = tx.one("SELECT count(*) FROM saved WHERE user = ?1", [user], |row| row.get(0))?;
        if saved >= SAVED_PER_USER as u64 {
            return Err(Refused::TooMany(TooMany::Saved).into());
        }
        let body = UserBody::MessageSaved { room: self.room, message: self.message };
        let seq = tx.append_mine(standing.log, body)?;
        tx.run("INSERT INTO saved (user, key, seq) VALUES (?1, ?2, ?3)", (user, target.key, seq))?;
        Ok(())
    }
}

impl Command for UnsaveMessage {
    type Done = ();

    fn apply(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let standing = Standing::look(tx, &self.actor, Some(self.room))?;
        standing.demand(self.actor.least)?;
        // A room that is not there holds nothing that was saved: the two are not told apart.
        let Ok(room) = standing.room() else { return Ok(()) };
        let gone = tx.run(
            "DELETE FROM saved WHERE user = ?1 AND key = ?2",
            (self.actor.user.number(), key(room.log.ordinal, self.message)),
        )?;
        if gone > 0 {
            let body = UserBody::MessageUnsaved { room: self.room, message: self.message };
            tx.append_mine(standing.log, body)?;
        }
        Ok(())
    }
}
