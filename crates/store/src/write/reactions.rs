//! Reactions: add and remove.

use parlor_protocol::limits::REACTIONS_PER_MESSAGE;
use parlor_protocol::{Nonce, RoomId, Seq};

use super::messages::Target;
use super::{Actor, Command};
use crate::codec::Column;
use crate::entries::RoomBody;
use crate::gate::{Place, Standing};
use crate::nonce::{Digest, Once};
use crate::records::{Emoji, Written};
use crate::refused::{Conflict, Fault, Refused, TooMany};
use crate::tx::Tx;

/// Puts an emoji on a message: one of Unicode's, or the `:name:` of one of the workspace's own. One that is there
/// already changes nothing.
#[derive(Debug)]
pub struct AddReaction {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// Where.
    pub room: RoomId,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// On which message.
    pub message: Seq,
    /// The emoji.
    pub emoji: String,
}

/// Takes the actor's emoji off a message. One that is not there changes nothing.
#[derive(Debug)]
pub struct RemoveReaction {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// Where.
    pub room: RoomId,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// From which message.
    pub message: Seq,
    /// The emoji.
    pub emoji: String,
}

impl Command for AddReaction {
    type Done = Written;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Written, Fault> {
        let digest =
            Digest::of("reaction:add").number(self.room.get()).number(self.message.into()).text(&self.emoji);
        let once = digest.once(&self.actor, &self.nonce);
        let place = match Reacting::check(tx, &self.actor, self.room, &once)? {
            Reacting::Again(written) => return Ok(written),
            Reacting::In(place) => place,
        };
        let log = place.room.log;
        let target = Target::find(tx, log, self.message)?;
        target.not_deleted()?;
        let seq =
            if self.is_there(tx, &target)? { tx.tail(log.ordinal)? } else { self.add(tx, &place, &target)? };
        tx.remember(&once, log, seq)
    }
}

impl AddReaction {
    fn is_there(&self, tx: &Tx<'_>, target: &Target) -> Result<bool, Fault> {
        let found = tx.maybe(
            "SELECT 1 FROM reactions WHERE key = ?1 AND emoji = ?2 AND user = ?3",
            (target.key, &self.emoji, self.actor.user.number()),
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    /// A custom emoji may have been removed since it was chosen.
    fn exists(&self, tx: &Tx<'_>) -> Result<(), Fault> {
        let custom = self.emoji.strip_prefix(':').and_then(|name| name.strip_suffix(':'));
        match custom.map(|name| Emoji::find(tx.connection(), name)).transpose()? {
            Some(None) => Err(Refused::Conflict(Conflict::NoEmoji).into()),
            _ => Ok(()),
        }
    }

    fn add(&self, tx: &mut Tx<'_>, place: &Place, target: &Target) -> Result<Seq, Fault> {
        self.exists(tx)?;
        let first: Option<Seq> = tx.one(
            "SELECT min(first) FROM reactions WHERE key = ?1 AND emoji = ?2",
            (target.key, &self.emoji),
            |row| row.get(0),
        )?;
        let different: usize =
            tx.one("SELECT count(DISTINCT emoji) FROM reactions WHERE key = ?1", [target.key], |row| {
                row.get(0)
            })?;
        if first.is_none() && different >= REACTIONS_PER_MESSAGE {
            return Err(Refused::TooMany(TooMany::Reactions).into());
        }
        let body = RoomBody::ReactionAdded { message: self.message, emoji: self.emoji.clone() };
        let seq = tx.append(place.room.log, self.actor.user, body)?;
        tx.run(
            "INSERT INTO reactions (key, emoji, user, first, seq) VALUES (?1, ?2, ?3, ?4, ?5)",
            (target.key, &self.emoji, self.actor.user.number(), first.unwrap_or(seq), seq),
        )?;
        tx.run("UPDATE messages SET rev = ?2 WHERE key = ?1", (target.key, seq))?;
        Ok(seq)
    }
}

impl Command for RemoveReaction {
    type Done = Written;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Written, Fault> {
        let digest = Digest::of("reaction:remove").number(self.room.get()).number(self.message.into());
        let once = digest.text(&self.emoji).once(&self.actor, &self.nonce);
        let place = match Reacting::check(tx, &self.actor, self.room, &once)? {
            Reacting::Again(written) => return Ok(written),
            Reacting::In(place) => place,
        };
        let log = place.room.log;
        let target = Target::find(tx, log, self.message)?;
        let removed = tx.run(
            "DELETE FROM reactions WHERE key = ?1 AND emoji = ?2 AND user = ?3",
            (target.key, &self.emoji, self.actor.user.number()),
        )?;
        if removed == 0 {
            let head = tx.tail(log.ordinal)?;
            return tx.remember(&once, log, head);
        }
        let body = RoomBody::ReactionRemoved { message: self.message, emoji: self.emoji.clone() };
        let seq = tx.append(log, self.actor.user, body)?;
        tx.run("UPDATE messages SET rev = ?2 WHERE key = ?1", (target.key, seq))?;
        tx.remember(&once, log, seq)
    }
}

/// What these commands check first.
pub(super) enum Reacting {
    /// It was done before.
    Again(Written),
    /// The actor may react here.
    In(Place),
}

impl Reacting {
    pub(super) fn check(tx: &Tx<'_>, actor: &Actor, room: RoomId, once: &Once) -> Result<Self, Fault> {
        let standing = Standing::look(tx, actor, Some(room))?;
        if let Some(written) = tx.repeated(once)? {
            return Ok(Self::Again(written));
        }
        let place = standing.place(actor.least)?;
        place.room.open()?;
        Ok(Self::In(place))
    }
}
