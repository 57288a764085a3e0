//! Messages as they are now: pages of a timeline, and single ones.

use std::collections::BTreeSet;

use parlor_protocol::messages::Anchor;
use parlor_protocol::rooms::RoomStyle;
use parlor_protocol::{RoomId, Seq};
use rusqlite::{Params, Result, Row, params_from_iter};

use super::Snapshot;
use crate::codec::{self, Column, key, ordinal_of, seq_of};
use crate::entries::RoomEntry;
use crate::records::{Item, Lent, Message, MessageText, Page, Previewable, Reaction, ThreadSummary, Version};
use crate::refused::Failed;

/// What the items of a page are lent to, one after the other.
pub type Tell<'t> = dyn FnMut(Lent<'_, Item>) + 't;

/// A part of a room's log that is read as one: each is a walk along an index of its own, so that a page costs the same
/// however many other messages stand between.
#[derive(Debug, Clone, Copy)]
enum Strand {
    /// The room's timeline: messages that stand in it, and lines.
    Timeline,
    /// The timeline of a flat room: all messages, and lines.
    Everything,
    /// The replies to the message of this key.
    Thread(i64),
}

/// What is asked for is the part between two keys, these included. The root of a thread is `?4`.
macro_rules! keys {
    ($rest:literal) => {
        [
            concat!(
                "SELECT key FROM messages INDEXED BY timeline WHERE in_room = 1 AND key BETWEEN ?1 AND ?2
                 UNION ALL SELECT key FROM entries INDEXED BY lines WHERE kind < 16 AND key BETWEEN ?1 AND ?2 ",
                $rest
            ),
            concat!(
                "SELECT key FROM messages WHERE key BETWEEN ?1 AND ?2
                 UNION ALL SELECT key FROM entries INDEXED BY lines WHERE kind < 16 AND key BETWEEN ?1 AND ?2 ",
                $rest
            ),
            concat!(
                "SELECT key FROM messages INDEXED BY replies WHERE thread = ?4 AND key BETWEEN ?1 AND ?2 ",
                $rest
            ),
        ]
    };
}

/// Messages between two keys, as they were written, and their last changes; `$index` and `$which` tell which. The root
/// of a thread is `?3`.
macro_rules! messages {
    ($index:literal, $which:literal) => {
        concat!(
            r#"SELECT m.key, c.at, m."by", c.body, c.target, m.rev FROM messages m "#,
            $index,
            " JOIN entries c ON c.key = m.key WHERE ",
            $which,
            "m.key BETWEEN ?1 AND ?2 ORDER BY m.key"
        )
    };
}

/// A message as it is now.
const MESSAGE: &str = r#"SELECT m.key, c.at, m."by", c.body, c.target, m.rev, m.edited_at, m.deleted, t.body,
        s.count, s.last, s.last_at, s.people, m.pinned IS NOT NULL, p.body
    FROM messages m JOIN entries c ON c.key = m.key LEFT JOIN entries t ON t.key = m.text_key
    LEFT JOIN threads s ON s.root = m.key LEFT JOIN entries p ON p.key = m.previews WHERE m.key = ?1"#;

impl Strand {
    fn sql(self, [timeline, everything, thread]: [&'static str; 3]) -> &'static str {
        match self {
            Self::Timeline => timeline,
            Self::Everything => everything,
            Self::Thread(_) => thread,
        }
    }

    /// What a statement on it is given: for a thread, the root comes last.
    fn params(self, numbers: &[i64]) -> impl Params + use<> {
        let root = if let Self::Thread(root) = self { Some(root) } else { None };
        params_from_iter(numbers.iter().copied().chain(root).collect::<Vec<_>>())
    }
}

impl Snapshot {
    /// Lends a page of a room's timeline, of at most `limit` items, in order; `None` without such a room.
    ///
    /// Members see a room from its beginning. Around a seq, both sides have equally many items if there are enough; the
    /// seq itself begins the later side. Replies that stand only in a thread are left out, except in flat rooms.
    pub fn history(
        &self,
        room: RoomId,
        (from, limit): (Anchor, u32),
        tell: &mut Tell<'_>,
    ) -> Result<Option<Page>, Failed> {
        let found = self.maybe(
            "SELECT r.style, l.ordinal, l.head FROM rooms r JOIN logs l ON l.ordinal = r.log WHERE r.id = ?1",
            [room.number()],
            |row| Ok((codec::room_style(row.get(0)?)?, row.get::<_, u32>(1)?, row.get::<_, Seq>(2)?)),
        )?;
        let Some((style, log, head)) = found else { return Ok(None) };
        let strand = if style == RoomStyle::Flat { Strand::Everything } else { Strand::Timeline };
        let log = Keys { room, strand, first: key(log, 0), last: key(log, head) };
        Ok(Some(self.page(log, (from, limit), tell)?))
    }

    /// Lends a page of a thread: its replies. The root is among what they answer; `None` without such a message.
    pub fn thread(
        &self,
        room: RoomId,
        thread: Seq,
        (from, limit): (Anchor, u32),
        tell: &mut Tell<'_>,
    ) -> Result<Option<Page>, Failed> {
        let Some((log, head)) = self.log_of(room)? else { return Ok(None) };
        let Some(message) = self.message(room, key(log, thread))? else { return Ok(None) };
        let strand = Strand::Thread(key(log, thread));
        let log = Keys { room, strand, first: key(log, 0), last: key(log, head) };
        let mut page = self.page(log, (from, limit), tell)?;
        page.quoted.retain(|quoted| quoted.seq != thread);
        page.quoted.insert(0, message);
        Ok(Some(page))
    }

    fn page(&self, log: Keys, (from, limit): (Anchor, u32), tell: &mut Tell<'_>) -> Result<Page, Failed> {
        let head = seq_of(log.last);
        let at = |seq: Seq| log.first + i64::from(seq.min(head));
        // A page begins or ends at `edge` when it has no items that tell.
        let (keys, edge) = match from {
            Anchor::Latest => (self.before(log, log.last + 1, limit)?, log.last + 1),
            Anchor::Before(seq) => (self.before(log, at(seq), limit)?, at(seq)),
            Anchor::After(seq) => (self.from(log, at(seq) + 1, limit)?, at(seq) + 1),
            Anchor::Around(seq) => (self.around(log, at(seq), limit)?, at(seq)),
            Anchor::At(ms) => {
                let seq = self.first_where(ordinal_of(log.first), head, |entry| entry.at_ms >= ms)?;
                (self.around(log, at(seq), limit)?, at(seq))
            }
        };
        let first = keys.first().copied().unwrap_or(edge);
        let after = keys.last().map_or(edge, |last| last + 1);
        let more_before = !self.before(log, first, 1)?.is_empty();
        let more_after = !self.from(log, after, 1)?.is_empty();
        let answered = self.items(log, first, after - 1, tell)?;
        let quoted = answered.into_iter().map(|seq| self.message(log.room, log.first + i64::from(seq)));
        let quoted = quoted.filter_map(Result::transpose).collect::<Result<_>>()?;
        Ok(Page { more_before, more_after, quoted, head })
    }

    /// The messages of these seqs that exist, by seq, each once, deleted ones too.
    pub fn messages(&self, room: RoomId, seqs: &[Seq]) -> Result<Vec<Message>, Failed> {
        let Some((log, _)) = self.log_of(room)? else { return Ok(Vec::new()) };
        let seqs: BTreeSet<Seq> = seqs.iter().copied().collect();
        let found = seqs.into_iter().map(|seq| self.message(room, key(log, seq)));
        Ok(found.filter_map(Result::transpose).collect::<Result<_>>()?)
    }

    /// A message whose links may get previews; `None` for one that is gone, and where no previews are wanted.
    pub fn previewable(&self, room: RoomId, message: Seq) -> Result<Option<Previewable>, Failed> {
        let Some((log, _)) = self.log_of(room)? else { return Ok(None) };
        let wanted = self.maybe(
            "SELECT coalesce(m.text_key, m.key) FROM messages m JOIN rooms r ON r.id = ?2
             WHERE m.key = ?1 AND m.deleted = 0 AND m.previews_unwanted = 0 AND r.previews = 1 AND r.archived = 0",
            (key(log, message), room.number()),
            |row| row.get(0),
        )?;
        let Some(version) = wanted.map(seq_of) else { return Ok(None) };
        let found = self.message(room, key(log, message))?;
        Ok(found.map(|found| Previewable {
            version,
            html: found.text.html.to_string(),
            previews: found.previews,
        }))
    }

    /// The pins of a room: the one pinned last comes first.
    pub fn pins(&self, room: RoomId) -> Result<Vec<Message>, Failed> {
        let Some((log, _)) = self.log_of(room)? else { return Ok(Vec::new()) };
        let keys: Vec<i64> = self.all(
            "SELECT key FROM messages INDEXED BY pins WHERE pinned IS NOT NULL AND key BETWEEN ?1 AND ?2
             ORDER BY pinned DESC",
            (key(log, 0), key(log, Seq::MAX)),
            |row| row.get(0),
        )?;
        let found = keys.into_iter().map(|key| self.message(room, key));
        Ok(found.filter_map(Result::transpose).collect::<Result<_>>()?)
    }

    /// What a message said, newest first, only before a seq if one is given, at most `limit`; nothing of a deleted one.
    /// `None` without such a message.
    pub fn versions(
        &self,
        room: RoomId,
        message: Seq,
        before: Option<Seq>,
        limit: u32,
    ) -> Result<Option<Vec<Version>>, Failed> {
        let Some((log, _)) = self.log_of(room)? else { return Ok(None) };
        let at = key(log, message);
        let deleted = self.maybe("SELECT deleted FROM messages WHERE key = ?1", [at], |row| row.get(0))?;
        let Some(deleted) = deleted else { return Ok(None) };
        if deleted {
            return Ok(Some(Vec::new()));
        }
        let last = before.map_or(key(log, Seq::MAX), |before| key(log, before) - 1);
        let versions = self.all(
            "SELECT key, at, body FROM (
                SELECT key, at, body FROM entries WHERE key = ?2
                UNION ALL SELECT key, at, body FROM entries INDEXED BY edits WHERE kind = 17 AND target = ?1 AND key > ?2
             ) WHERE key <= ?3 ORDER BY key DESC LIMIT ?4",
            (message, at, last, limit),
            |row| {
                let text = codec::read_text(row.get_ref(2)?.as_str()?)?.text;
                Ok(Version { seq: seq_of(row.get(0)?), at_ms: row.get(1)?, text })
            },
        )?;
        Ok(Some(versions))
    }

    /// Keys of the last items before this key, in order.
    fn before(&self, log: Keys, before: i64, limit: u32) -> Result<Vec<i64>> {
        let span = log.strand.params(&[log.first, before - 1, limit.into()]);
        let sql = log.strand.sql(keys!("ORDER BY key DESC LIMIT ?3"));
        let mut keys = self.all(sql, span, |row| row.get(0))?;
        keys.reverse();
        Ok(keys)
    }

    /// Keys of the first items from this key on, in order.
    fn from(&self, log: Keys, from: i64, limit: u32) -> Result<Vec<i64>> {
        let span = log.strand.params(&[from, log.last, limit.into()]);
        self.all(log.strand.sql(keys!("ORDER BY key LIMIT ?3")), span, |row| row.get(0))
    }

    fn around(&self, log: Keys, middle: i64, limit: u32) -> Result<Vec<i64>> {
        let mut keys = self.before(log, middle, limit)?;
        let mut later = self.from(log, middle, limit)?;
        let limit = limit as usize;
        let half = limit - limit / 2;
        later.truncate(half.max(limit.saturating_sub(keys.len())));
        keys.drain(..(keys.len() + later.len()).saturating_sub(limit));
        keys.append(&mut later);
        Ok(keys)
    }

    /// Lends all items between two keys, these included, in order. Answers with the messages that they answer and that
    /// are not among them.
    fn items(&self, log: Keys, first: i64, last: i64, tell: &mut Tell<'_>) -> Result<BTreeSet<Seq>> {
        let mut lines = self.lines(log, first, last)?.into_iter().peekable();
        let (mut lent, mut answered) = (Vec::new(), BTreeSet::new());
        let mut messages = self.statement(log.strand.sql([
            messages!("INDEXED BY timeline", "m.in_room = 1 AND "),
            messages!("", ""),
            messages!("INDEXED BY replies", "m.thread = ?3 AND "),
        ]))?;
        let mut rows = messages.query(log.strand.params(&[first, last]))?;
        while let Some(row) = rows.next()? {
            let seq = seq_of(row.get(0)?);
            while let Some(line) = lines.next_if(|line| line.seq < seq) {
                tell(Lent::Whole(Item::Line(line)));
            }
            lent.push(seq);
            answered.extend(self.lend(log.room, row, tell)?.into_iter().flatten());
        }
        lines.for_each(|line| tell(Lent::Whole(Item::Line(line))));
        answered.retain(|seq| lent.binary_search(seq).is_err());
        Ok(answered)
    }

    /// The lines between two keys. Threads have none.
    fn lines(&self, log: Keys, first: i64, last: i64) -> Result<Vec<RoomEntry>> {
        if matches!(log.strand, Strand::Thread(_)) {
            return Ok(Vec::new());
        }
        self.all(
            r#"SELECT key, at, "by", kind, target, body FROM entries INDEXED BY lines
               WHERE kind < 16 AND key BETWEEN ?1 AND ?2 ORDER BY key"#,
            (first, last),
            |row| codec::read_room(log.room, row),
        )
    }

    /// Lends a message; which ones it answers. What nothing has changed since it was written is as its entry says.
    fn lend(&self, room: RoomId, row: &Row<'_>, tell: &mut Tell<'_>) -> Result<[Option<Seq>; 2]> {
        let untouched = seq_of(row.get(0)?) == row.get::<_, Seq>(REV)?;
        let plain = if untouched { codec::read_plain(row.get_ref(BODY)?.as_str()?)? } else { None };
        if let Some(plain) = plain {
            let said = codec::said(room, row, &plain)?;
            tell(Lent::Said(said));
            return Ok([said.reply_to, said.thread]);
        }
        let Some(message) = self.message(room, row.get(0)?)? else { return Ok([None, None]) };
        let answers = [message.reply_to, message.thread.map(|thread| thread.root)];
        tell(Lent::Whole(Item::Message(message)));
        Ok(answers)
    }

    /// The message of this key.
    pub(super) fn message(&self, room: RoomId, key: i64) -> Result<Option<Message>> {
        let found = self.maybe(MESSAGE, [key], |row| read_message(room, row))?;
        let Some(mut message) = found else { return Ok(None) };
        if message.rev != message.seq {
            message.reactions = self.reactions(key)?;
            message.poll = message.poll.take().map(|poll| self.poll(key, poll)).transpose()?;
        }
        Ok(Some(message))
    }

    fn reactions(&self, message: i64) -> Result<Vec<Reaction>> {
        let rows = self.all(
            "SELECT emoji, user FROM reactions WHERE key = ?1 ORDER BY first, seq",
            [message],
            |row| Ok((row.get::<_, String>(0)?, codec::user_id(row.get(1)?)?)),
        )?;
        let mut reactions: Vec<Reaction> = Vec::new();
        for (emoji, user) in rows {
            match reactions.last_mut() {
                Some(last) if last.emoji == emoji => last.users.push(user),
                _ => reactions.push(Reaction { emoji, users: vec![user] }),
            }
        }
        Ok(reactions)
    }
}

/// A strand of a room's log, with the first and the last key that the log can have now.
#[derive(Debug, Clone, Copy)]
struct Keys {
    room: RoomId,
    strand: Strand,
    first: i64,
    last: i64,
}

/// Where the body of a message's entry stands in a row, and where the seq of its last change.
const BODY: usize = 3;
const REV: usize = 5;

/// A message without what others did with it: reactions, and the votes of its poll.
fn read_message(room: RoomId, row: &Row<'_>) -> Result<Message> {
    let deleted: bool = row.get(7)?;
    let body = codec::read_edited(row.get_ref(BODY)?.as_str()?, row.get_ref(8)?.as_str_or_null()?)?;
    let text = if deleted { MessageText::default() } else { body.text };
    let previews = row.get_ref(14)?.as_str_or_null()?.map(codec::read_previews).transpose()?;
    let reply_to: Option<i64> = row.get(4)?;
    Ok(Message {
        room,
        seq: seq_of(row.get(0)?),
        by: codec::user_id(row.get(2)?)?,
        at_ms: row.get(1)?,
        text,
        reply_to: reply_to.map(seq_of),
        thread: body.thread,
        replies: read_summary(row)?,
        files: body.files,
        previews: previews.unwrap_or_default(),
        forwarded: body.forwarded,
        poll: body.poll,
        edited_at_ms: row.get(6)?,
        deleted,
        pinned: row.get(13)?,
        reactions: Vec::new(),
        rev: row.get(REV)?,
        nonce: body.nonce.ok_or_else(|| codec::damaged("nonce"))?,
    })
}

fn read_summary(row: &Row<'_>) -> Result<Option<ThreadSummary>> {
    let Some(count) = row.get(9)? else { return Ok(None) };
    let people: Vec<u8> = row.get(12)?;
    let people = codec::unpack(&people)?;
    Ok(Some(ThreadSummary { count, last: row.get(10)?, last_at_ms: row.get(11)?, people }))
}
