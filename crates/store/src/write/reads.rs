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

/// Puts the actor's read marker where they want to read on, also back.
#[derive(Debug)]
pub struct RewindRead {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// Which room.
    pub room: RoomId,
    /// Everything up to here stays read.
    pub seq: Seq,
}

impl Command for MarkRead {
    type Done = Unread;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Unread, Fault> {
        move_marker(tx, &self.actor, self.room, |marker, head| self.seq.min(head).max(marker))
    }
}

impl Command for RewindRead {
    type Done = Unread;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Unread, Fault> {
        move_marker(tx, &self.actor, self.room, |_, head| self.seq.min(head))
    }
}

/// Moves the marker to where `to` says, given where it is and the head; counts what is unread then.
fn move_marker(
    tx: &mut Tx<'_>,
    actor: &Actor,
    room: RoomId,
    to: impl FnOnce(Seq, Seq) -> Seq,
) -> Result<Unread, Fault> {
    let standing = Standing::look(tx, actor, Some(room))?;
    let place = standing.place(actor.least)?;
    let head = tx.tail(place.room.log.ordinal)?;
    let marker = to(place.marker, head);
    if marker != place.marker {
        tx.run(
            "UPDATE members SET marker = ?3 WHERE room = ?1 AND user = ?2",
            (room.number(), actor.user.number(), marker),
        )?;
        let back = marker < place.marker;
        tx.append_mine(standing.log, UserBody::ReadMarked { room, marker, back })?;
    }
    let span = unread::Span { log: place.room.log.ordinal, marker, head };
    Ok(unread::count(tx.connection(), actor.user, (place.room.kind, place.room.style), span)?)
}
