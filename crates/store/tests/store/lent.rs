//! What is lent to be told, understood as clients understand it.

use std::ops::Deref;

use parlor_protocol::messages::Anchor;
use parlor_protocol::told::Said;
use parlor_protocol::{Quoted, RoomId, Seq};
use parlor_store::entries::{RoomBody, RoomEntry};
use parlor_store::records::{self, InThread, Item, Lent, Message, MessageText};

use crate::house::{House, nonce};

/// A page with its items.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) items: Vec<Item>,
    around: records::Page,
}

impl Page {
    /// Where its items stand in the log.
    pub(crate) fn seqs(&self) -> Vec<Seq> {
        let seq = |item: &Item| match item {
            Item::Message(message) => message.seq,
            Item::Line(entry) => entry.seq,
        };
        self.items.iter().map(seq).collect()
    }
}

impl Deref for Page {
    type Target = records::Page;

    fn deref(&self) -> &records::Page {
        &self.around
    }
}

impl House {
    /// A page of a room's timeline.
    pub(crate) async fn page(&self, room: RoomId, from: Anchor, limit: u32) -> Page {
        let read = self.store.read(move |snapshot| {
            let mut items = Vec::new();
            let around = snapshot.history(room, (from, limit), &mut |lent| items.push(item(lent)))?;
            Ok(around.map(|around| Page { items, around }))
        });
        read.await.unwrap().unwrap()
    }

    /// The last replies in a thread.
    pub(crate) async fn thread(&self, room: RoomId, root: Seq, limit: u32) -> Page {
        let read = self.store.read(move |snapshot| {
            let mut items = Vec::new();
            let around =
                snapshot.thread(room, root, (Anchor::Latest, limit), &mut |lent| items.push(item(lent)))?;
            Ok(around.map(|around| Page { items, around }))
        });
        read.await.unwrap().unwrap()
    }

    /// The first entries of a room after this seq, as a client that syncs would read them.
    pub(crate) async fn replay(&self, room: RoomId, after: Seq, limit: u32) -> Vec<RoomEntry> {
        let replayed = self.store.read(move |snapshot| {
            let mut entries = Vec::new();
            snapshot.replay(room, after, limit, |lent| {
                entries.push(match lent {
                    Lent::Said(said) => entry(&said),
                    Lent::Whole(entry) => entry,
                });
                true
            })?;
            Ok(entries)
        });
        replayed.await.unwrap()
    }
}

fn entry(said: &Said<'_>) -> RoomEntry {
    let body = RoomBody::MessageCreated {
        text: text(said),
        reply_to: said.reply_to,
        files: Vec::new(),
        forwarded: None,
        poll: None,
        thread: in_thread(said),
        nonce: nonce(said.nonce),
    };
    RoomEntry { room: said.room, seq: said.seq, at_ms: said.at_ms, by: said.by, body }
}

fn item(lent: Lent<'_, Item>) -> Item {
    let said = match lent {
        Lent::Said(said) => said,
        Lent::Whole(item) => return item,
    };
    Item::Message(Message {
        room: said.room,
        seq: said.seq,
        by: said.by,
        at_ms: said.at_ms,
        text: text(&said),
        reply_to: said.reply_to,
        files: Vec::new(),
        previews: Vec::new(),
        forwarded: None,
        poll: None,
        thread: in_thread(&said),
        replies: None,
        edited_at_ms: None,
        deleted: false,
        pinned: false,
        reactions: Vec::new(),
        rev: said.seq,
        nonce: nonce(said.nonce),
    })
}

fn text(said: &Said<'_>) -> MessageText {
    let kept = |json| Quoted::kept(serde_json::from_str(json).unwrap()).unwrap();
    let text = said.text.map_or_else(Quoted::default, kept);
    let html = match said.html {
        Some(html) => kept(html),
        None if text.is_empty() => Quoted::default(),
        None => text.within("<p>", "</p>"),
    };
    MessageText { text, html, mentions: said.mentions.to_vec(), mentions_room: said.mentions_room }
}

fn in_thread(said: &Said<'_>) -> Option<InThread> {
    said.thread.map(|root| InThread { root, in_room: said.in_room })
}
