//! Polls: vote and close.

use parlor_protocol::{Nonce, RoomId, Seq};

use super::messages::Target;
use super::reactions::Reacting;
use super::{Actor, Command};
use crate::codec::{self, Column};
use crate::entries::RoomBody;
use crate::gate::Standing;
use crate::nonce::Digest;
use crate::records::{Poll, PollTally, Written};
use crate::refused::{Conflict, Fault, Refused};
use crate::tx::{RoomLog, Tx};

/// Votes in a poll, in the place of what the actor had chosen before. The same again changes nothing.
#[derive(Debug)]
pub struct Vote {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// Where.
    pub room: RoomId,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// The message with the poll; `NotFound` if it has none.
    pub message: Seq,
    /// Options, counted from 0; `Conflict(Choices)` for one that is not there, and for several where one may choose one.
    pub choices: Vec<u8>,
}

/// Closes a poll. One that is closed changes nothing.
#[derive(Debug)]
pub struct ClosePoll {
    /// Who; whoever began it as any member, others with at least `least` in the room.
    pub actor: Actor,
    /// Where.
    pub room: RoomId,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// The message with the poll; `NotFound` if it has none.
    pub message: Seq,
}

/// The row of a poll.
struct Ballot {
    options: u32,
    multiple: bool,
    hidden: bool,
    closed: bool,
}

impl Command for Vote {
    type Done = Written;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Written, Fault> {
        let mut digest = Digest::of("poll:vote").number(self.room.get()).number(self.message.into());
        for choice in &self.choices {
            digest = digest.number((*choice).into());
        }
        let once = digest.once(&self.actor, &self.nonce);
        let place = match Reacting::check(tx, &self.actor, self.room, &once)? {
            Reacting::Again(written) => return Ok(written),
            Reacting::In(place) => place,
        };
        let log = place.room.log;
        let target = Target::find(tx, log, self.message)?;
        target.not_deleted()?;
        let ballot = Ballot::find(tx, &target)?;
        if ballot.closed {
            return Err(Refused::Conflict(Conflict::PollClosed).into());
        }
        let choices = ballot.choices(&self.choices)?;
        let seq = if choices == self.before(tx, &target)? {
            tx.tail(log.ordinal)?
        } else {
            self.cast(tx, log, &target, (&ballot, choices))?
        };
        tx.remember(&once, log, seq)
    }
}

impl Vote {
    fn before(&self, tx: &Tx<'_>, target: &Target) -> Result<u32, Fault> {
        let found = tx.maybe(
            "SELECT choices FROM votes WHERE key = ?1 AND user = ?2",
            (target.key, self.actor.user.number()),
            |row| row.get(0),
        )?;
        Ok(found.unwrap_or_default())
    }

    fn cast(
        &self,
        tx: &mut Tx<'_>,
        log: RoomLog,
        target: &Target,
        (ballot, choices): (&Ballot, u32),
    ) -> Result<Seq, Fault> {
        let user = self.actor.user;
        if choices == 0 {
            tx.run("DELETE FROM votes WHERE key = ?1 AND user = ?2", (target.key, user.number()))?;
        } else {
            let seq = tx.tail(log.ordinal)?.saturating_add(1);
            tx.run(
                "INSERT OR REPLACE INTO votes (key, user, choices, seq) VALUES (?1, ?2, ?3, ?4)",
                (target.key, user.number(), choices, seq),
            )?;
        }
        let (by, choices, tally) = if ballot.hidden {
            (target.by, Vec::new(), Some(ballot.tally(tx, target)?))
        } else {
            (user, chosen(choices), None)
        };
        let seq = tx.append(log, by, RoomBody::PollVoted { message: self.message, choices, tally })?;
        tx.run("UPDATE messages SET rev = ?2 WHERE key = ?1", (target.key, seq))?;
        Ok(seq)
    }
}

impl Command for ClosePoll {
    type Done = Written;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Written, Fault> {
        let standing = Standing::look(tx, &self.actor, Some(self.room))?;
        let digest = Digest::of("poll:close").number(self.room.get()).number(self.message.into());
        let once = digest.once(&self.actor, &self.nonce);
        if let Some(written) = tx.repeated(&once)? {
            return Ok(written);
        }
        let (log, target) = Target::theirs(tx, &standing, &self.actor, self.message)?;
        target.not_deleted()?;
        let ballot = Ballot::find(tx, &target)?;
        let seq =
            if ballot.closed { tx.tail(log.ordinal)? } else { self.close(tx, log, (&target, &ballot))? };
        tx.remember(&once, log, seq)
    }
}

impl ClosePoll {
    /// Of a poll with hidden names only the count is kept.
    fn close(
        &self,
        tx: &mut Tx<'_>,
        log: RoomLog,
        (target, ballot): (&Target, &Ballot),
    ) -> Result<Seq, Fault> {
        let seq = tx.append(log, self.actor.user, RoomBody::PollClosed { message: self.message })?;
        let tally = ballot.hidden.then(|| ballot.tally(tx, target)).transpose()?;
        if ballot.hidden {
            tx.run("DELETE FROM votes WHERE key = ?1", [target.key])?;
            tx.erased = true;
        }
        tx.run(
            "UPDATE polls SET closed = 1, tally = ?2 WHERE key = ?1",
            (target.key, tally.as_ref().map(codec::write_tally)),
        )?;
        tx.run("UPDATE messages SET rev = ?2 WHERE key = ?1", (target.key, seq))?;
        Ok(seq)
    }
}

impl Ballot {
    fn find(tx: &Tx<'_>, target: &Target) -> Result<Self, Fault> {
        let found = tx.maybe(
            "SELECT options, multiple, hidden, closed FROM polls WHERE key = ?1",
            [target.key],
            |row| {
                let (options, multiple, hidden) = (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok(Self { options, multiple, hidden, closed: row.get(3)? })
            },
        )?;
        Ok(found.ok_or(Refused::NotFound)?)
    }

    /// The choices as one bit for each option.
    fn choices(&self, choices: &[u8]) -> Result<u32, Fault> {
        let bits =
            choices.iter().fold(0, |bits, choice| bits | 1_u32.checked_shl((*choice).into()).unwrap_or(0));
        let there = choices.iter().all(|choice| u32::from(*choice) < self.options);
        if !there || !self.multiple && bits.count_ones() > 1 {
            return Err(Refused::Conflict(Conflict::Choices).into());
        }
        Ok(bits)
    }

    fn tally(&self, tx: &Tx<'_>, target: &Target) -> Result<PollTally, Fault> {
        let all: Vec<u32> =
            tx.all("SELECT choices FROM votes WHERE key = ?1", [target.key], |row| row.get(0))?;
        let of = |option: u32| count(all.iter().filter(|choices| *choices >> option & 1 == 1).count());
        Ok(PollTally { votes: (0..self.options).map(of).collect(), voters: count(all.len()) })
    }
}

fn count(many: usize) -> u32 {
    u32::try_from(many).unwrap_or(u32::MAX)
}

/// The options whose bits are set.
pub(crate) fn chosen(choices: u32) -> Vec<u8> {
    (0..32).filter(|option| choices >> option & 1 == 1).collect()
}

/// Notes that the message of this key begins a poll.
pub(super) fn begin(tx: &Tx<'_>, key: i64, poll: &Poll) -> Result<(), Fault> {
    tx.run(
        "INSERT INTO polls (key, options, multiple, hidden) VALUES (?1, ?2, ?3, ?4)",
        (key, poll.options.len(), poll.multiple, poll.hidden),
    )?;
    Ok(())
}

/// Whether the message of this key asks what somebody has answered already.
pub(super) fn is_answered(tx: &Tx<'_>, key: i64) -> Result<bool, Fault> {
    let answered: Option<bool> = tx.one(
        "SELECT (SELECT closed OR EXISTS (SELECT 1 FROM votes WHERE key = ?1) FROM polls WHERE key = ?1)",
        [key],
        |row| row.get(0),
    )?;
    Ok(answered.unwrap_or(false))
}

/// Forgets the poll of the message of this key, and who voted.
pub(super) fn forget(tx: &Tx<'_>, key: i64) -> Result<(), Fault> {
    tx.run("DELETE FROM polls WHERE key = ?1", [key])?;
    tx.run("DELETE FROM votes WHERE key = ?1", [key])?;
    Ok(())
}
