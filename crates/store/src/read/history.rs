//! Messages as they are now: pages of a timeline, and single ones.

use std::collections::BTreeSet;

use parlor_protocol::messages::Anchor;
use parlor_protocol::rooms::RoomStyle;
use parlor_protocol::{RoomId, Seq};
use rusqlite::{Params, Result, Row, params_from_iter};

use super::Snapshot;
use crate::codec::{self, Column, key, ordinal_of, seq_of};
use crate::records::{Item, Message, MessageText, Page, Previewable, Reaction, ThreadSummary, Version};
use crate::refused::Failed;

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

/// Messages as they are now, between two keys; `$index` and `$which` tell which. The root of a thread is `?3`.
macro_rules! messages {
    ($index:literal, $which:literal) => {
        concat!(
            r#"SELECT m.key, m."by", m.edited_at, m.deleted, m.rev, c.at, c.target, c.body, t.body,
                s.count, s.last, s.last_at, s.people, m.pinned IS NOT NULL, p.body
               FROM messages m "#,
            $index,
            " JOIN entries c ON c.key = m.key LEFT JOIN entries t ON t.key = m.text_key
              LEFT JOIN threads s ON s.root = m.key LEFT JOIN entries p ON p.key = m.previews WHERE ",
            $which,
            "m.key BETWEEN ?1 AND ?2 ORDER BY m.key"
        )
    };
}

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
    /// A page of a room's timeline, of at most `limit` items; `None` without such a room.
    ///
    /// Members see a room from its beginning. Around a seq, both sides have equally many items if there are enough; the
    /// seq itself begins the later side. Replies that stand only in a thread are left out, except in flat rooms.
    pub fn history(&self, room: RoomId, from: Anchor, limit: u32) -> Result<Option<Page>, Failed> {
        let found = self.maybe(
            "SELECT r.style, l.ordinal, l.head FROM rooms r JOIN logs l ON l.ordinal = r.log WHERE r.id = ?1",
            [room.number()],
            |row| Ok((codec::room_style(row.get(0)?)?, row.get::<_, u32>(1)?, row.get::<_, Seq>(2)?)),
        )?;
        let Some((style, log, head)) = found else { return Ok(None) };
        let strand = if style == RoomStyle::Flat { Strand::Everything } else { Strand::Timeline };
        let log = Keys { room, strand, first: key(log, 0), last: key(log, head) };
        Ok(Some(self.page(log, from, limit)?))
    }

    /// A page of a thread: its replies, and the root among what they answer; `None` without such a message.
    pub fn thread(
        &self,
        room: RoomId,
        thread: Seq,
        from: Anchor,
        limit: u32,
    ) -> Result<Option<Page>, Failed> {
        let Some((log, head)) = self.log_of(room)? else { return Ok(None) };
        let Some(message) = self.message(room, key(log, thread))? else { return Ok(None) };
        let strand = Strand::Thread(key(log, thread));
        let log = Keys { room, strand, first: key(log, 0), last: key(log, head) };
        let mut page = self.page(log, from, limit)?;
        page.quoted.retain(|quoted| quoted.seq != thread);
        page.quoted.insert(0, message);
        Ok(Some(page))
    }

    fn page(&self, log: Keys, from: Anchor, limit: u32) -> Result<Page, Failed> {
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
        let items = self.items(log, first, after - 1)?;
        let quoted = self.quoted(log, &items)?;
        Ok(Page { items, more_before, more_after, quoted, head })
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

    /// All items between two keys, these included, in order.
    fn items(&self, log: Keys, first: i64, last: i64) -> Result<Vec<Item>> {
        let sql = log.strand.sql([
            messages!("INDEXED BY timeline", "m.in_room = 1 AND "),
            messages!("", ""),
            messages!("INDEXED BY replies", "m.thread = ?3 AND "),
        ]);
        let messages = self.read_messages(log.room, sql, log.strand.params(&[first, last]))?;
        let mut items: Vec<_> = messages.into_iter().map(Item::Message).collect();
        if !matches!(log.strand, Strand::Thread(_)) {
            items.extend(self.all(
                r#"SELECT key, at, "by", kind, target, body FROM entries INDEXED BY lines
                   WHERE kind < 16 AND key BETWEEN ?1 AND ?2"#,
                (first, last),
                |row| Ok(Item::Line(codec::read_room(log.room, row)?)),
            )?);
            items.sort_unstable_by_key(Item::seq);
        }
        Ok(items)
    }

    /// The messages that items answer and that are not among them.
    fn quoted(&self, log: Keys, items: &[Item]) -> Result<Vec<Message>> {
        let answered: BTreeSet<Seq> = items
            .iter()
            .filter_map(|item| match item {
                Item::Message(message) => Some([message.reply_to, message.thread.map(|thread| thread.root)]),
                Item::Line(_) => None,
            })
            .flatten()
            .flatten()
            .filter(|seq| items.binary_search_by_key(seq, Item::seq).is_err())
            .collect();
        let found = answered.into_iter().map(|seq| self.message(log.room, log.first + i64::from(seq)));
        found.filter_map(Result::transpose).collect()
    }

    /// The message of this key.
    pub(super) fn message(&self, room: RoomId, key: i64) -> Result<Option<Message>> {
        Ok(self.read_messages(room, messages!("", ""), (key, key))?.pop())
    }

    fn read_messages(&self, room: RoomId, sql: &str, params: impl Params) -> Result<Vec<Message>> {
        let mut messages = self.all(sql, params, |row| Ok((row.get(0)?, read_message(room, row)?)))?;
        for (key, message) in messages.iter_mut().filter(|(_, message)| message.rev != message.seq) {
            message.reactions = self.reactions(*key)?;
            if let Some(poll) = message.poll.take() {
                message.poll = Some(self.poll(*key, poll)?);
            }
        }
        Ok(messages.into_iter().map(|(_, message)| message).collect())
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

fn read_message(room: RoomId, row: &Row<'_>) -> Result<Message> {
    let deleted: bool = row.get(3)?;
    let created = codec::read_text(row.get_ref(7)?.as_str()?)?;
    let edited = row.get_ref(8)?.as_str_or_null()?.map(codec::read_text).transpose()?;
    let text =
        if deleted { MessageText::default() } else { edited.map_or(created.text, |edited| edited.text) };
    let previews = row.get_ref(14)?.as_str_or_null()?.map(codec::read_previews).transpose()?;
    let reply_to: Option<i64> = row.get(6)?;
    Ok(Message {
        room,
        seq: seq_of(row.get(0)?),
        by: codec::user_id(row.get(1)?)?,
        at_ms: row.get(5)?,
        text,
        reply_to: reply_to.map(seq_of),
        thread: created.thread,
        replies: read_summary(row)?,
        files: created.files,
        previews: previews.unwrap_or_default(),
        forwarded: created.forwarded,
        poll: created.poll,
        edited_at_ms: row.get(2)?,
        deleted,
        pinned: row.get(13)?,
        reactions: Vec::new(),
        rev: row.get(4)?,
        nonce: created.nonce.ok_or_else(|| codec::damaged("nonce"))?,
    })
}

fn read_summary(row: &Row<'_>) -> Result<Option<ThreadSummary>> {
    let Some(count) = row.get(9)? else { return Ok(None) };
    let people: Vec<u8> = row.get(12)?;
    let people = codec::unpack(&people)?;
    Ok(Some(ThreadSummary { count, last: row.get(10)?, last_at_ms: row.get(11)?, people }))
}
