//! Threads: their fold, and who follows them. The replies themselves are messages.

use parlor_protocol::limits::THREADS_FOLLOWED;
use parlor_protocol::{Nonce, RoomId, Seq, UserId};

use super::messages::Target;
use super::{Actor, Command};
use crate::codec::{self, Column, key, seq_of};
use crate::entries::UserBody;
use crate::gate::Standing;
use crate::nonce::Digest;
use crate::records::{MessageText, Unread, Written};
use crate::refused::{Conflict, Fault, Refused};
use crate::tx::{RoomLog, Tx, UserLog};
use crate::unread::{self, Span};

/// Users whom a thread's summary names.
const PEOPLE: usize = 5;

/// Follows a thread, whose replies until now count as read. Following again changes nothing.
#[derive(Debug)]
pub struct FollowThread {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// Which room.
    pub room: RoomId,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// The root message; `NotFound` if there is none, `Conflict(InThread)` if it is a reply itself.
    pub thread: Seq,
}

/// Follows a thread no longer. One that is not followed stays so.
#[derive(Debug)]
pub struct UnfollowThread {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// Which room.
    pub room: RoomId,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// The root message; `NotFound` if there is none.
    pub thread: Seq,
}

/// Moves the actor's marker in a followed thread forward, at most to the room's head. It never goes back.
#[derive(Debug)]
pub struct MarkThread {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// Which room.
    pub room: RoomId,
    /// The root message; `NotFound` if the actor does not follow its thread.
    pub thread: Seq,
    /// Every reply up to here is read.
    pub seq: Seq,
}

impl Command for FollowThread {
    type Done = Written;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Written, Fault> {
        let standing = Standing::look(tx, &self.actor, Some(self.room))?;
        let digest = Digest::of("thread:follow").number(self.room.get()).number(self.thread.into());
        let once = digest.once(&self.actor, &self.nonce);
        if let Some(written) = tx.repeated(&once)? {
            return Ok(written);
        }
        let log = standing.place(self.actor.least)?.room.log;
        let root = Target::find(tx, log, self.thread)?;
        if root.thread.is_some() {
            return Err(Refused::Conflict(Conflict::InThread).into());
        }
        let head = tx.tail(log.ordinal)?;
        follow(tx, log, root.key, standing.log, head)?;
        tx.remember(&once, log, head)
    }
}

impl Command for UnfollowThread {
    type Done = Written;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Written, Fault> {
        let standing = Standing::look(tx, &self.actor, Some(self.room))?;
        let digest = Digest::of("thread:unfollow").number(self.room.get()).number(self.thread.into());
        let once = digest.once(&self.actor, &self.nonce);
        if let Some(written) = tx.repeated(&once)? {
            return Ok(written);
        }
        let log = standing.place(self.actor.least)?.room.log;
        let root = Target::find(tx, log, self.thread)?;
        unfollow(tx, log, root.key, standing.log)?;
        let head = tx.tail(log.ordinal)?;
        tx.remember(&once, log, head)
    }
}

impl Command for MarkThread {
    type Done = Unread;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Unread, Fault> {
        let standing = Standing::look(tx, &self.actor, Some(self.room))?;
        let place = standing.place(self.actor.least)?.room;
        let (user, root) = (self.actor.user, key(place.log.ordinal, self.thread));
        let before = marker(tx, user, root)?.ok_or(Refused::NotFound)?;
        let head = tx.tail(place.log.ordinal)?;
        let marker = self.seq.min(head).max(before);
        if marker > before {
            let at = (user.number(), root, marker);
            tx.run("UPDATE follows SET marker = ?3 WHERE user = ?1 AND root = ?2", at)?;
            let body = UserBody::ThreadMarked { room: self.room, thread: self.thread, marker };
            tx.append_mine(standing.log, body)?;
        }
        let span = Span { log: place.log.ordinal, marker, head };
        Ok(unread::count_thread(tx.connection(), user, place.kind, root, span)?)
    }
}

/// A reply that was just written.
pub(super) struct Reply<'a> {
    pub(super) log: RoomLog,
    pub(super) root: &'a Target,
    pub(super) seq: Seq,
    pub(super) by: UserLog,
    pub(super) text: &'a MessageText,
}

impl Reply<'_> {
    /// Brings the thread's summary up to date, and makes those follow it whom it concerns: who started it, who replies,
    /// and who is mentioned in its root or in the reply.
    pub(super) fn fold(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let Self { log, root, seq, by, text } = *self;
        let first = self.summarise(tx)?;
        tx.run("UPDATE messages SET rev = ?2 WHERE key = ?1", (root.key, seq))?;
        follow(tx, log, root.key, by, seq)?;
        if first {
            let asked = MessageText { mentions: vec![root.by], ..MessageText::default() };
            call(tx, log, root.key, &asked, seq - 1)?;
            if !root.deleted {
                call(tx, log, root.key, &root.text(tx)?, seq - 1)?;
            }
        }
        call(tx, log, root.key, text, seq - 1)
    }

    /// Counts the reply. Whether it is the first one.
    fn summarise(&self, tx: &Tx<'_>) -> Result<bool, Fault> {
        let (root, by) = (self.root.key, self.by.user);
        let known: Option<Vec<u8>> =
            tx.maybe("SELECT people FROM threads WHERE root = ?1", [root], |row| row.get(0))?;
        let first = known.is_none();
        let mut people = codec::unpack(&known.unwrap_or_default())?;
        if people.len() < PEOPLE && !people.contains(&by) {
            people.push(by);
        }
        tx.run(
            "INSERT INTO threads (root, count, last, last_at, people) VALUES (?1, 1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET count = count + 1, last = ?2, last_at = ?3, people = ?4",
            (root, self.seq, tx.now_ms, codec::pack(&people)),
        )?;
        Ok(first)
    }
}

/// A reply was deleted by the entry at `seq`.
pub(super) fn shrink(tx: &Tx<'_>, root: i64, seq: Seq) -> Result<(), Fault> {
    tx.run("UPDATE threads SET count = count - 1 WHERE root = ?1", [root])?;
    tx.run("UPDATE messages SET rev = ?2 WHERE key = ?1", (root, seq))?;
    Ok(())
}

/// Makes those members follow a thread whom a text mentions.
pub(super) fn call(
    tx: &mut Tx<'_>,
    log: RoomLog,
    root: i64,
    text: &MessageText,
    marker: Seq,
) -> Result<(), Fault> {
    for user in &text.mentions {
        let called = tx.maybe(
            "SELECT u.log FROM members m JOIN users u ON u.id = m.user AND u.disabled = 0
             WHERE m.room = ?1 AND m.user = ?2",
            (log.room.number(), user.number()),
            |row| Ok(UserLog { user: *user, ordinal: row.get(0)? }),
        )?;
        if let Some(called) = called {
            follow(tx, log, root, called, marker)?;
        }
    }
    Ok(())
}

/// Lets go of all threads of a room that a user leaves.
pub(super) fn forget(tx: &Tx<'_>, log: RoomLog, user: UserId) -> Result<(), Fault> {
    let of_room = (user.number(), key(log.ordinal, 0), key(log.ordinal, Seq::MAX));
    tx.run("DELETE FROM follows WHERE user = ?1 AND root BETWEEN ?2 AND ?3", of_room)?;
    Ok(())
}

/// Makes somebody follow a thread who does not yet. Beyond the limit the oldest thread of the room makes room.
fn follow(tx: &mut Tx<'_>, log: RoomLog, root: i64, who: UserLog, marker: Seq) -> Result<(), Fault> {
    let user = who.user.number();
    let new = tx.run(
        "INSERT OR IGNORE INTO follows (user, root, marker) VALUES (?1, ?2, ?3)",
        (user, root, marker),
    )?;
    if new == 0 {
        return Ok(());
    }
    let excess = tx.maybe(
        "SELECT root FROM follows WHERE user = ?1 AND root BETWEEN ?2 AND ?3 AND root <> ?4
         ORDER BY root DESC LIMIT 1 OFFSET ?5",
        (user, key(log.ordinal, 0), key(log.ordinal, Seq::MAX), root, THREADS_FOLLOWED as u64 - 1),
        |row| row.get(0),
    )?;
    if let Some(oldest) = excess {
        unfollow(tx, log, oldest, who)?;
    }
    tx.append_mine(who, UserBody::ThreadFollowed { room: log.room, thread: seq_of(root), marker })?;
    Ok(())
}

fn unfollow(tx: &mut Tx<'_>, log: RoomLog, root: i64, who: UserLog) -> Result<(), Fault> {
    let gone = tx.run("DELETE FROM follows WHERE user = ?1 AND root = ?2", (who.user.number(), root))?;
    if gone > 0 {
        tx.append_mine(who, UserBody::ThreadUnfollowed { room: log.room, thread: seq_of(root) })?;
    }
    Ok(())
}

fn marker(tx: &Tx<'_>, user: UserId, root: i64) -> Result<Option<Seq>, Fault> {
    tx.maybe("SELECT marker FROM follows WHERE user = ?1 AND root = ?2", (user.number(), root), |row| {
        row.get(0)
    })
}
