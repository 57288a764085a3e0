//! Pins: put a message on and take it off.

use parlor_protocol::limits::PINS_PER_ROOM;
use parlor_protocol::{Nonce, RoomId, Seq};

use super::messages::Target;
use super::{Actor, Command};
use crate::codec::key;
use crate::entries::RoomBody;
use crate::gate::Standing;
use crate::nonce::Digest;
use crate::records::Written;
use crate::refused::{Fault, Refused, TooMany};
use crate::tx::{RoomLog, Tx};

/// Pins a message. One that is pinned changes nothing. Refused where the actor may not write.
#[derive(Debug)]
pub struct PinMessage {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// Where.
    pub room: RoomId,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// Which message.
    pub message: Seq,
}

/// Takes a message off the pins. One that is not pinned changes nothing.
#[derive(Debug)]
pub struct UnpinMessage {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// Where.
    pub room: RoomId,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// Which message.
    pub message: Seq,
}

impl Command for PinMessage {
    type Done = Written;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Written, Fault> {
        let Self { actor, room, nonce, message } = self;
        Pinning { actor, room: *room, nonce, message: *message, on: true }.apply(tx)
    }
}

impl Command for UnpinMessage {
    type Done = Written;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Written, Fault> {
        let Self { actor, room, nonce, message } = self;
        Pinning { actor, room: *room, nonce, message: *message, on: false }.apply(tx)
    }
}

/// What both commands are.
struct Pinning<'a> {
    actor: &'a Actor,
    room: RoomId,
    nonce: &'a Nonce,
    message: Seq,
    /// Whether the message is to be pinned after it.
    on: bool,
}

impl Pinning<'_> {
    fn apply(&self, tx: &mut Tx<'_>) -> Result<Written, Fault> {
        let standing = Standing::look(tx, self.actor, Some(self.room))?;
        let name = if self.on { "message:pin" } else { "message:unpin" };
        let digest = Digest::of(name).number(self.room.get()).number(self.message.into());
        let once = digest.once(self.actor, self.nonce);
        if let Some(written) = tx.repeated(&once)? {
            return Ok(written);
        }
        let place = standing.place(self.actor.least)?;
        place.may_write()?;
        let log = place.room.log;
        let target = Target::find(tx, log, self.message)?;
        let seq = if target.pinned == self.on { tx.tail(log.ordinal)? } else { self.turn(tx, log, &target)? };
        tx.remember(&once, log, seq)
    }

    fn turn(&self, tx: &mut Tx<'_>, log: RoomLog, target: &Target) -> Result<Seq, Fault> {
        let message = self.message;
        let body = if self.on {
            target.not_deleted()?;
            room_for_one(tx, log)?;
            RoomBody::MessagePinned { message }
        } else {
            RoomBody::MessageUnpinned { message }
        };
        let seq = tx.append(log, self.actor.user, body)?;
        tx.run(
            "UPDATE messages SET pinned = ?2, rev = ?3 WHERE key = ?1",
            (target.key, self.on.then_some(seq), seq),
        )?;
        Ok(seq)
    }
}

fn room_for_one(tx: &Tx<'_>, log: RoomLog) -> Result<(), Fault> {
    let pins: u64 = tx.one(
        "SELECT count(*) FROM messages INDEXED BY pins WHERE pinned IS NOT NULL AND key BETWEEN ?1 AND ?2",
        (key(log.ordinal, 0), key(log.ordinal, Seq::MAX)),
        |row| row.get(0),
    )?;
    if pins < PINS_PER_ROOM as u64 { Ok(()) } else { Err(Refused::TooMany(TooMany::Pins).into()) }
}
