//! Messages as they are now: pages of a timeline, and single ones.

use std::collections::{BTreeMap, BTreeSet};

use parlor_protocol::messages::Anchor;
use parlor_protocol::{RoomId, Seq};
use rusqlite::{Result, Row};

use super::Snapshot;
use crate::codec::{self, key, seq_of};
use crate::records::{Item, Message, MessageText, Page, Reaction, Version};
use crate::refused::Failed;

/// Items are the messages and the lines of a log; what is asked for is the part between two keys, these included.
macro_rules! items {
    ($rest:literal) => {
        concat!(
            "SELECT key FROM messages WHERE key BETWEEN ?1 AND ?2
             UNION ALL SELECT key FROM entries INDEXED BY lines WHERE kind < 16 AND key BETWEEN ?1 AND ?2 ",
            $rest
        )
    };
}

impl Snapshot {
    /// A page of a room's timeline, of at most `limit` items; `None` without such a room.
    ///
    /// Members see a room from its beginning. Around a seq, both sides have equally many items if there are enough; the seq itself begins the later side.
    pub fn history(&self, room: RoomId, from: Anchor, limit: u32) -> Result<Option<Page>, Failed> {
        let Some((log, head)) = self.log_of(room)? else { return Ok(None) };
        let log = Keys { first: key(log, 0), last: key(log, head) };
        let at = |seq: Seq| log.first + i64::from(seq.min(head));
        // A page begins or ends at `edge` when it has no items that tell.
        let (keys, edge) = match from {
            Anchor::Latest => (self.before(log, log.last + 1, limit)?, log.last + 1),
            Anchor::Before(seq) => (self.before(log, at(seq), limit)?, at(seq)),
            Anchor::After(seq) => (self.from(log, at(seq) + 1, limit)?, at(seq) + 1),
            Anchor::Around(seq) => (self.around(log, at(seq), limit)?, at(seq)),
        };
        let first = keys.first().copied().unwrap_or(edge);
        let after = keys.last().map_or(edge, |last| last + 1);
        let more_before = !self.before(log, first, 1)?.is_empty();
        let more_after = !self.from(log, after, 1)?.is_empty();
        let items = self.items(room, first, after - 1)?;
        let quoted = self.quoted(room, log, &items)?;
        Ok(Some(Page { items, more_before, more_after, quoted, head }))
    }

    /// The messages of these seqs that exist, by seq, each once, deleted ones too.
    pub fn messages(&self, room: RoomId, seqs: &[Seq]) -> Result<Vec<Message>, Failed> {
        let Some((log, _)) = self.log_of(room)? else { return Ok(Vec::new()) };
        let seqs: BTreeSet<Seq> = seqs.iter().copied().collect();
        let found = seqs.into_iter().map(|seq| self.message(room, key(log, seq)));
        Ok(found.filter_map(Result::transpose).collect::<Result<_>>()?)
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
                let text = codec::read_text(row.get_ref(2)?.as_str()?)?;
                Ok(Version { seq: seq_of(row.get(0)?), at_ms: row.get(1)?, text })
            },
        )?;
        Ok(Some(versions))
    }

    /// Keys of the last items before this key, in order.
    fn before(&self, log: Keys, before: i64, limit: u32) -> Result<Vec<i64>> {
        let span = (log.first, before - 1, limit);
        let mut keys = self.all(items!("ORDER BY key DESC LIMIT ?3"), span, |row| row.get(0))?;
        keys.reverse();
        Ok(keys)
    }

    /// Keys of the first items from this key on, in order.
    fn from(&self, log: Keys, from: i64, limit: u32) -> Result<Vec<i64>> {
        self.all(items!("ORDER BY key LIMIT ?3"), (from, log.last, limit), |row| row.get(0))
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
    fn items(&self, room: RoomId, first: i64, last: i64) -> Result<Vec<Item>> {
        let lines = self.all(
            r#"SELECT key, at, "by", kind, target, body FROM entries INDEXED BY lines
               WHERE kind < 16 AND key BETWEEN ?1 AND ?2"#,
            (first, last),
            |row| Ok(Item::Line(codec::read_room(room, row)?)),
        )?;
        let mut items = lines;
        items.extend(self.messages_between(room, first, last)?.into_iter().map(Item::Message));
        items.sort_unstable_by_key(Item::seq);
        Ok(items)
    }

    /// The messages that items answer and that are not among them.
    fn quoted(&self, room: RoomId, log: Keys, items: &[Item]) -> Result<Vec<Message>> {
        let answered: BTreeSet<Seq> = items
            .iter()
            .filter_map(|item| match item {
                Item::Message(message) => message.reply_to,
                Item::Line(_) => None,
            })
            .filter(|seq| items.binary_search_by_key(seq, Item::seq).is_err())
            .collect();
        let found = answered.into_iter().map(|seq| self.message(room, log.first + i64::from(seq)));
        found.filter_map(Result::transpose).collect()
    }

    /// The message of this key.
    pub(super) fn message(&self, room: RoomId, key: i64) -> Result<Option<Message>> {
        Ok(self.messages_between(room, key, key)?.pop())
    }

    fn messages_between(&self, room: RoomId, first: i64, last: i64) -> Result<Vec<Message>> {
        let mut messages = self.all(
            r#"SELECT m.key, m."by", m.edited_at, m.deleted, m.rev, c.at, c.target, c.body, t.body,
                  m.pinned IS NOT NULL
               FROM messages m JOIN entries c ON c.key = m.key LEFT JOIN entries t ON t.key = m.text_key
               WHERE m.key BETWEEN ?1 AND ?2 ORDER BY m.key"#,
            (first, last),
            |row| read_message(room, row),
        )?;
        if messages.iter().any(|message| message.rev != message.seq) {
            let mut reactions = self.reactions_between(first, last)?;
            for message in &mut messages {
                message.reactions = reactions.remove(&message.seq).unwrap_or_default();
            }
        }
        Ok(messages)
    }

    fn reactions_between(&self, first: i64, last: i64) -> Result<BTreeMap<Seq, Vec<Reaction>>> {
        let rows = self.all(
            "SELECT key, emoji, user FROM reactions WHERE key BETWEEN ?1 AND ?2 ORDER BY key, first, seq",
            (first, last),
            |row| Ok((seq_of(row.get(0)?), row.get::<_, String>(1)?, codec::user_id(row.get(2)?)?)),
        )?;
        let mut by_message: BTreeMap<Seq, Vec<Reaction>> = BTreeMap::new();
        for (message, emoji, user) in rows {
            let reactions = by_message.entry(message).or_default();
            match reactions.last_mut() {
                Some(last) if last.emoji == emoji => last.users.push(user),
                _ => reactions.push(Reaction { emoji, users: vec![user] }),
            }
        }
        Ok(by_message)
    }
}

/// First and last key that a log can have now.
#[derive(Debug, Clone, Copy)]
struct Keys {
    first: i64,
    last: i64,
}

fn read_message(room: RoomId, row: &Row<'_>) -> Result<Message> {
    let deleted: bool = row.get(3)?;
    let (created, files, nonce) = codec::read_message(row.get_ref(7)?.as_str()?)?;
    let edited = row.get_ref(8)?.as_str_or_null()?.map(codec::read_text).transpose()?;
    let text = if deleted { MessageText::default() } else { edited.unwrap_or(created) };
    let reply_to: Option<i64> = row.get(6)?;
    Ok(Message {
        room,
        seq: seq_of(row.get(0)?),
        by: codec::user_id(row.get(1)?)?,
        at_ms: row.get(5)?,
        text,
        reply_to: reply_to.map(seq_of),
        files,
        edited_at_ms: row.get(2)?,
        deleted,
        pinned: row.get(9)?,
        reactions: Vec::new(),
        rev: row.get(4)?,
        nonce,
    })
}
