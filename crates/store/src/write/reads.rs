//! Read markers.

use parlor_protocol::{RoomId, Seq};

use super::{Actor, Command};
use crate::codec::Column;
use crate::entries::UserBody;
use crate::gate::Standing;
use crate::records::Unread;
use crate::refused::Fault;
use crate::tx::Tx;
use crate::unread;

/// Moves the actor's read marker forward, at most to the head. It never goes back.
#[derive(Debug)]
pub struct MarkRead {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// Which room.
    pub room: RoomId,
    /// Everything up to here is read.
    pub seq: Seq,
}

impl Command for MarkRead {
    type Done = Unread;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Unread, Fault> {
        let standing = Standing::look(tx, &self.actor, Some(self.room))?;
        let place = standing.place(self.actor.least)?;
        let head = tx.tail(place.room.log.ordinal)?;
        let marker = self.seq.min(head).max(place.marker);
        if marker > place.marker {
            tx.run(
                "UPDATE members SET marker = ?3 WHERE room = ?1 AND user = ?2",
                (self.room.number(), self.actor.user.number(), marker),
            )?;
            tx.append_mine(standing.log, UserBody::ReadMarked { room: self.room, marker })?;
        }
        let span = unread::Span { log: place.room.log.ordinal, marker, head };
        Ok(unread::count(tx.connection(), self.actor.user, place.room.kind, span)?)
    }
}
