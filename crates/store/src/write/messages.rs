//! Messages: send, edit, delete.

use parlor_protocol::limits::EDITS_PER_MESSAGE;
use parlor_protocol::{Nonce, Role, RoomId, Seq, UserId};

use super::files::{self, Attach};
use super::forwards::{self, ForwardFrom};
use super::polls;
use super::previews;
use super::threads::{self, Reply};
use super::{Actor, Command};
use crate::codec::{self, Column, Created, TextBody, key, seq_of};
use crate::entries::RoomBody;
use crate::gate::Standing;
use crate::nonce::{Digest, Once};
use crate::records::{InThread, MessageText, Poll, Written};
use crate::refused::{Conflict, Fault, Refused, TooMany};
use crate::tx::{RoomLog, Tx};

/// Writes a message. Archived rooms refuse it, and read-only ones for those below moderator.
#[derive(Debug)]
pub struct SendMessage {
    /// Who sends it; `least` is demanded in the room.
    pub actor: Actor,
    /// Where.
    pub room: RoomId,
    /// The author's nonce.
    pub nonce: Nonce,
    /// The text.
    pub text: MessageText,
    /// The message it answers; `NotFound` if there is none.
    pub reply_to: Option<Seq>,
    /// Its files: `NotFound` for what the actor can't see, `Conflict` for an unfinished upload.
    pub files: Vec<Attach>,
    /// A message to pass on, with its files; `NotFound` for what the actor can't see.
    pub forward: Option<ForwardFrom>,
    /// A poll to begin.
    pub poll: Option<Poll>,
    /// The thread that it is a reply in; `NotFound` without such a root, `Conflict(InThread)` if that is a reply itself.
    pub thread: Option<InThread>,
}

/// Gives one's own message another text. The same text again changes nothing.
#[derive(Debug)]
pub struct EditMessage {
    /// Who edits it; `least` is demanded in the room.
    pub actor: Actor,
    /// Where.
    pub room: RoomId,
    /// The author's nonce.
    pub nonce: Nonce,
    /// Which message.
    pub message: Seq,
    /// The new text.
    pub text: MessageText,
}

/// Deletes a message: its text and its files are erased from all entries, its slot stays. Deleting again changes nothing.
#[derive(Debug)]
pub struct DeleteMessage {
    /// Who deletes it; one's own as any member, others' with at least `least` in the room.
    pub actor: Actor,
    /// Where.
    pub room: RoomId,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// Which message.
    pub message: Seq,
}

impl Command for SendMessage {
    type Done = Written;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Written, Fault> {
        let standing = Standing::look(tx, &self.actor, Some(self.room))?;
        let once = self.once();
        if let Some(written) = tx.repeated(&once)? {
            return Ok(written);
        }
        let place = standing.place(self.actor.least)?;
        place.may_write()?;
        let log = place.room.log;
        if let Some(answered) = self.reply_to {
            Target::find(tx, log, answered)?;
        }
        let root = self.thread.map(|thread| Target::find(tx, log, thread.root)).transpose()?;
        if root.as_ref().is_some_and(|root| root.thread.is_some()) {
            return Err(Refused::Conflict(Conflict::InThread).into());
        }
        let mut files = files::look_up(tx, self.actor.user, &self.files)?;
        let passed = self.forward.map(|from| forwards::look_up(tx, self.actor.user, from)).transpose()?;
        let forwarded = passed.map(|(forwarded, its)| {
            files.extend(its);
            forwarded
        });
        let Self { text, nonce, reply_to, thread, poll, .. } = self;
        let (forwarded, poll) = (forwarded.as_ref(), poll.as_ref());
        let created = Created { text, thread: *thread, files: &files, forwarded, poll, nonce };
        let new = NewMessage { created, reply_to: *reply_to };
        let seq = new.create(tx, log, self.actor.user)?;
        if let Some(root) = root {
            let reply = Reply { log, root: &root, seq, by: standing.log, text: &self.text };
            reply.fold(tx)?;
        }
        tx.remember(&once, log, seq)
    }
}

impl SendMessage {
    /// What tells it from another message of the same nonce.
    pub(super) fn once(&self) -> Once {
        let reply_to = self.reply_to.map_or(0, u64::from);
        let mut digest =
            Digest::of("message:send").number(self.room.get()).number(reply_to).text(&self.text.text.read());
        if let Some(InThread { root, in_room }) = self.thread {
            digest = digest.number(root.into()).number(in_room.into());
        }
        for file in &self.files {
            digest = digest.number(file.id.get()).text(&file.alt);
        }
        if let Some(ForwardFrom { room, message }) = self.forward {
            digest = digest.text("forward").number(room.get()).number(message.into());
        }
        if let Some(Poll { options, multiple, hidden, .. }) = &self.poll {
            digest = digest.text("poll").number((*multiple).into()).number((*hidden).into());
            digest = options.iter().fold(digest, |digest, option| digest.text(&option.text));
        }
        digest.once(&self.actor, &self.nonce)
    }
}

impl Command for EditMessage {
    type Done = Written;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Written, Fault> {
        let standing = Standing::look(tx, &self.actor, Some(self.room))?;
        let digest = Digest::of("message:edit").number(self.room.get()).number(self.message.into());
        let once = digest.text(&self.text.text.read()).once(&self.actor, &self.nonce);
        if let Some(written) = tx.repeated(&once)? {
            return Ok(written);
        }
        let place = standing.place(self.actor.least)?;
        place.may_write()?;
        let log = place.room.log;
        let target = Target::find(tx, log, self.message)?;
        if target.by != self.actor.user {
            return Err(Refused::Forbidden.into());
        }
        target.not_deleted()?;
        let before = target.text(tx)?;
        if self.text.text.is_empty() && !Target::body(tx, target.key)?.shows_without_words() {
            return Err(Refused::Conflict(Conflict::Empty).into());
        }
        let seq =
            if before == self.text { tx.tail(log.ordinal)? } else { self.edit(tx, log, &target, &before)? };
        tx.remember(&once, log, seq)
    }
}

impl EditMessage {
    fn edit(
        &self,
        tx: &mut Tx<'_>,
        log: RoomLog,
        target: &Target,
        before: &MessageText,
    ) -> Result<Seq, Fault> {
        if target.edits >= EDITS_PER_MESSAGE as u64 {
            return Err(Refused::TooMany(TooMany::Edits).into());
        }
        if polls::is_answered(tx, target.key)? {
            return Err(Refused::Conflict(Conflict::Answered).into());
        }
        let (message, text, thread) = (self.message, self.text.clone(), target.thread.map(seq_of));
        let body = RoomBody::MessageEdited { message, text, thread };
        let seq = tx.append(log, self.actor.user, body)?;
        tx.run(
            "UPDATE messages SET text_key = ?2, edited_at = ?3, edits = edits + 1, mentions_room = ?4, rev = ?5
             WHERE key = ?1",
            (target.key, key(log.ordinal, seq), tx.now_ms, self.text.mentions_room, seq),
        )?;
        forget_mentions(tx, target.key, before)?;
        keep_mentions(tx, target.key, &self.text)?;
        if let Some(root) = target.thread {
            threads::call(tx, log, root, &self.text, self.message - 1)?;
        }
        Ok(seq)
    }
}

impl Command for DeleteMessage {
    type Done = Written;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Written, Fault> {
        let standing = Standing::look(tx, &self.actor, Some(self.room))?;
        let digest = Digest::of("message:delete").number(self.room.get()).number(self.message.into());
        let once = digest.once(&self.actor, &self.nonce);
        if let Some(written) = tx.repeated(&once)? {
            return Ok(written);
        }
        let (log, target) = Target::theirs(tx, &standing, &self.actor, self.message)?;
        let seq = if target.deleted { tx.tail(log.ordinal)? } else { self.delete(tx, log, &target)? };
        tx.remember(&once, log, seq)
    }
}

impl DeleteMessage {
    /// Erases the text from the message's entry and from those of its edits. `secure_delete` overwrites it in the
    /// file, and a checkpoint soon removes it from the write-ahead log.
    fn delete(&self, tx: &mut Tx<'_>, log: RoomLog, target: &Target) -> Result<Seq, Fault> {
        forget_mentions(tx, target.key, &target.text(tx)?)?;
        let created = Target::body(tx, target.key)?;
        let empty = MessageText::default();
        let erase = "UPDATE entries SET body = ?2 WHERE key = ?1";
        let nonce = created.nonce.ok_or_else(|| codec::damaged("nonce"))?;
        let (text, thread) = (&empty, created.thread);
        let blank = Created { text, thread, files: &[], forwarded: None, poll: None, nonce: &nonce };
        tx.run(erase, (target.key, blank.write()))?;
        let edited = codec::write_text(&empty, target.thread.map(seq_of));
        tx.run(
            "UPDATE entries SET body = ?4 WHERE kind = 17 AND target = ?1 AND key BETWEEN ?2 AND ?3",
            (self.message, key(log.ordinal, 0), key(log.ordinal, Seq::MAX), edited),
        )?;
        tx.run("DELETE FROM reactions WHERE key = ?1", [target.key])?;
        previews::erase(tx, log, target.key)?;
        files::detach(tx, target.key)?;
        polls::forget(tx, target.key)?;
        tx.erased = true;
        let (message, author, thread) = (self.message, target.by, target.thread.map(seq_of));
        let seq = tx.append(log, self.actor.user, RoomBody::MessageDeleted { message, author, thread })?;
        tx.run(
            "UPDATE messages SET deleted = 1, text_key = NULL, mentions_room = 0, pinned = NULL, previews = NULL, rev = ?2 WHERE key = ?1",
            (target.key, seq),
        )?;
        if let Some(root) = target.thread {
            threads::shrink(tx, root, seq)?;
        }
        Ok(seq)
    }
}

/// A message that is about to be.
pub(super) struct NewMessage<'a> {
    pub(super) created: Created<'a>,
    pub(super) reply_to: Option<Seq>,
}

impl NewMessage<'_> {
    /// Appends the message and folds it.
    pub(super) fn create(&self, tx: &mut Tx<'_>, log: RoomLog, by: UserId) -> Result<Seq, Fault> {
        let Self { created: Created { text, thread, files, forwarded, poll, nonce }, reply_to } = *self;
        let body = RoomBody::MessageCreated {
            text: text.clone(),
            reply_to,
            thread,
            files: files.to_vec(),
            forwarded: forwarded.cloned(),
            poll: poll.cloned(),
            nonce: nonce.clone(),
        };
        let seq = tx.append(log, by, body)?;
        let key = key(log.ordinal, seq);
        tx.run(
            r#"INSERT INTO messages (key, "by", mentions_room, rev, thread, in_room) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"#,
            (
                key,
                by.number(),
                text.mentions_room,
                seq,
                thread.map(|thread| codec::key(log.ordinal, thread.root)),
                thread.is_none_or(|thread| thread.in_room),
            ),
        )?;
        keep_mentions(tx, key, text)?;
        files::attach(tx, key, files)?;
        if let Some(poll) = poll {
            polls::begin(tx, key, poll)?;
        }
        Ok(seq)
    }
}

/// A message that a command is about.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) key: i64,
    pub(super) deleted: bool,
    pub(super) pinned: bool,
    pub(super) by: UserId,
    /// Key of the root of the thread that it is a reply in.
    pub(super) thread: Option<i64>,
    edits: u64,
    text_key: i64,
}

impl Target {
    /// Finds a message, a deleted one too.
    pub(super) fn find(tx: &Tx<'_>, log: RoomLog, message: Seq) -> Result<Self, Fault> {
        let key = key(log.ordinal, message);
        let found = tx.maybe(
            r#"SELECT "by", edits, deleted, coalesce(text_key, key), pinned IS NOT NULL, thread
               FROM messages WHERE key = ?1"#,
            [key],
            |row| {
                let by = codec::user_id(row.get(0)?)?;
                let (edits, deleted, text_key) = (row.get(1)?, row.get(2)?, row.get(3)?);
                let (pinned, thread) = (row.get(4)?, row.get(5)?);
                Ok(Self { key, deleted, pinned, by, thread, edits, text_key })
            },
        )?;
        Ok(found.ok_or(Refused::NotFound)?)
    }

    /// Finds a message to which only its author, as any member, and those with at least `least` may do something; in a
    /// room that is not archived.
    pub(super) fn theirs(
        tx: &Tx<'_>,
        standing: &Standing,
        actor: &Actor,
        message: Seq,
    ) -> Result<(RoomLog, Self), Fault> {
        let place = standing.place(Role::Guest)?;
        place.room.open()?;
        let target = Self::find(tx, place.room.log, message)?;
        if target.by != actor.user && place.role < actor.least {
            return Err(Refused::Forbidden.into());
        }
        Ok((place.room.log, target))
    }

    pub(super) fn not_deleted(&self) -> Result<(), Fault> {
        if self.deleted { Err(Refused::Conflict(Conflict::Deleted).into()) } else { Ok(()) }
    }

    /// Whether its text is still that of the entry of this key.
    pub(super) fn says(&self, version: i64) -> bool {
        self.text_key == version
    }

    /// The text as it is now.
    pub(super) fn text(&self, tx: &Tx<'_>) -> Result<MessageText, Fault> {
        Ok(Self::body(tx, self.text_key)?.text)
    }

    fn body(tx: &Tx<'_>, key: i64) -> Result<TextBody, Fault> {
        tx.one("SELECT body FROM entries WHERE key = ?1", [key], |row| {
            codec::read_text(row.get_ref(0)?.as_str()?)
        })
    }
}

fn keep_mentions(tx: &Tx<'_>, key: i64, text: &MessageText) -> Result<(), Fault> {
    for user in &text.mentions {
        tx.run("INSERT OR IGNORE INTO mentions (user, key) VALUES (?1, ?2)", (user.number(), key))?;
    }
    Ok(())
}

fn forget_mentions(tx: &Tx<'_>, key: i64, text: &MessageText) -> Result<(), Fault> {
    for user in &text.mentions {
        tx.run("DELETE FROM mentions WHERE user = ?1 AND key = ?2", (user.number(), key))?;
    }
    Ok(())
}
