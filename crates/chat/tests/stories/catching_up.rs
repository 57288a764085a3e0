//! Catching up: whatever a client has, its sync leads to the state that everyone has.

use std::collections::{BTreeMap, HashMap};

use parlor_chat::{Chat, messages, reactions, rooms, sync};
use parlor_protocol::messages::{
    Anchor, Item, Message, MessageDelete, MessageEdit, Reaction, ReactionAdd, ReactionRemove, RoomHistory,
};
use parlor_protocol::rooms::RoomKind;
use parlor_protocol::sync::{MySync, RoomSync, Sync, Synced};
use parlor_protocol::{Body, Code, Entry, RoomId, Seq};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::stage::{Person, Stage, code, open};

/// What a client holds of a room: messages by seq, up to a seq.
#[derive(Debug, Default, Clone, PartialEq)]
struct View {
    seq: Seq,
    messages: BTreeMap<Seq, Message>,
}

impl View {
    /// Applies an entry as a client does: the next one only.
    fn apply(&mut self, entry: &Entry) {
        assert_eq!(entry.seq, self.seq + 1, "entries come without gaps");
        self.seq = entry.seq;
        if let Body::MessageCreated {
            text,
            html,
            mentions,
            mentions_room,
            reply_to,
            thread,
            in_room,
            files,
            forwarded,
            poll,
            nonce,
        } = entry.body.clone()
        {
            let message = Message {
                room: entry.room,
                seq: entry.seq,
                by: entry.by,
                at_ms: entry.at_ms,
                text,
                html,
                mentions,
                mentions_room,
                reply_to,
                files,
                previews: Vec::new(),
                forwarded,
                poll,
                thread,
                in_room,
                replies: None,
                edited_at_ms: None,
                deleted: false,
                pinned: false,
                reactions: Vec::new(),
                rev: entry.seq,
                nonce,
            };
            self.messages.insert(entry.seq, message);
            return;
        }
        let (Body::MessageEdited { message, .. }
        | Body::MessageDeleted { message, .. }
        | Body::MessagePreviewed { message, .. }
        | Body::MessagePinned { message }
        | Body::MessageUnpinned { message }
        | Body::ReactionAdded { message, .. }
        | Body::ReactionRemoved { message, .. }) = &entry.body
        else {
            return;
        };
        let Some(held) = self.messages.get_mut(message) else { return };
        held.rev = entry.seq;
        match entry.body.clone() {
            Body::MessageEdited { text, html, mentions, mentions_room, .. } => {
                (held.text, held.html, held.mentions, held.mentions_room) =
                    (text, html, mentions, mentions_room);
                held.edited_at_ms = Some(entry.at_ms);
            }
            Body::MessagePreviewed { previews, .. } => held.previews = previews,
            Body::MessagePinned { .. } => held.pinned = true,
            Body::MessageUnpinned { .. } => held.pinned = false,
            Body::ReactionAdded { emoji, .. } => {
                if let Some(reaction) = held.reactions.iter_mut().find(|reaction| reaction.emoji == emoji) {
                    reaction.users.push(entry.by);
                } else {
                    held.reactions.push(Reaction { emoji, users: vec![entry.by] });
                }
            }
            Body::ReactionRemoved { emoji, .. } => {
                for reaction in held.reactions.iter_mut().filter(|reaction| reaction.emoji == emoji) {
                    reaction.users.retain(|user| *user != entry.by);
                }
                held.reactions.retain(|reaction| !reaction.users.is_empty());
            }
            _ => erase(held),
        }
    }
}

/// What is left of a message that was deleted.
fn erase(held: &mut Message) {
    held.deleted = true;
    held.files.clear();
    held.previews.clear();
    (held.forwarded, held.poll) = (None, None);
    held.pinned = false;
    (held.text, held.html) = Default::default();
    held.mentions.clear();
    held.mentions_room = false;
    held.reactions.clear();
}

fn ask(epoch: Option<&str>, me: Seq, rooms: &[(RoomId, Seq)]) -> Sync {
    Sync { epoch: epoch.map(Into::into), me, rooms: rooms.iter().copied().collect(), only: false, items: 100 }
}

async fn synced(stage: &Stage, person: &Person, request: Sync) -> Synced {
    sync(&stage.chat, &stage.caller(person).await, request).await.unwrap()
}

/// The state of a room as history tells it.
async fn truth(stage: &Stage, person: &Person, room: RoomId) -> View {
    let mut view = View::default();
    let mut from = Anchor::After(0);
    for _ in 0..100 {
        let member = stage.insider(person, room).await.unwrap();
        let page =
            rooms::history(&stage.chat, &member, RoomHistory { room, from, limit: 100 }).await.unwrap();
        view.seq = page.head;
        for item in page.items.read().unwrap() {
            from = Anchor::After(match &item {
                Item::Message(message) => message.seq,
                Item::Line(entry) => entry.seq,
            });
            if let Item::Message(message) = item {
                view.messages.insert(message.seq, message);
            }
        }
        if !page.more_after {
            return view;
        }
    }
    panic!("history does not end");
}

#[tokio::test]
async fn a_first_sync_brings_the_rooms_as_they_are() {
    let stage = Stage::new().await;
    stage.send(&stage.ana, stage.lobby, "hello").await.unwrap();
    let first = synced(&stage, &stage.ben, ask(None, 0, &[])).await;
    assert_eq!((first.me, first.workspace.name.as_str(), first.more), (stage.ben.id, "Gardeners", false));
    let MySync::Reset { head, .. } = first.mine else { panic!("{:?}", first.mine) };
    let [RoomSync::Reset(held)] = &first.rooms[..] else { panic!("{:?}", first.rooms) };
    assert_eq!((held.room.id, held.page.items.is_empty()), (stage.lobby, false));
    assert!(first.users.iter().any(|user| user.id == stage.ana.id));
    let nothing =
        synced(&stage, &stage.ben, ask(Some(&first.epoch), head, &[(stage.lobby, held.page.head)])).await;
    assert!(nothing.rooms.is_empty() && nothing.gone.is_empty());
    assert!(matches!(nothing.mine, MySync::Entries { entries } if entries.is_empty()));
}

#[tokio::test]
async fn cursors_that_can_not_be_true_are_answered_with_a_reset() {
    let stage = Stage::new().await;
    let first = synced(&stage, &stage.ben, ask(None, 0, &[])).await;
    let reset = |answer: &Synced| matches!(&answer.rooms[..], [RoomSync::Reset(_)]);
    let beyond = synced(&stage, &stage.ben, ask(Some(&first.epoch), 9_999, &[(stage.lobby, 9_999)])).await;
    assert!(reset(&beyond) && matches!(beyond.mine, MySync::Reset { .. }));
    let elsewhere = synced(&stage, &stage.ben, ask(Some("another epoch"), 0, &[(stage.lobby, 1)])).await;
    assert!(reset(&elsewhere) && matches!(elsewhere.mine, MySync::Reset { .. }));
    let many = Sync { items: 101, ..ask(None, 0, &[]) };
    assert_eq!(code(sync(&stage.chat, &stage.caller(&stage.ben).await, many).await), Code::BadRequest);
}

#[tokio::test]
async fn rooms_that_are_not_the_callers_are_gone_and_only_means_only() {
    let stage = Stage::new().await;
    let secret = stage.room(RoomKind::Private, "plans").await;
    stage.send(&stage.ana, secret, "k7canary9q").await.unwrap();
    let epoch = synced(&stage, &stage.ben, ask(None, 0, &[])).await.epoch;
    let nowhere = RoomId::new(77).unwrap();
    let answer = synced(&stage, &stage.ben, ask(Some(&epoch), 0, &[(secret, 0), (nowhere, 3)])).await;
    assert_eq!(answer.gone.len(), 2);
    assert!(!serde_json::to_string(&answer).unwrap().contains("k7canary9q"));
    let only = Sync { only: true, ..ask(Some(&epoch), 0, &[(nowhere, 3)]) };
    assert!(synced(&stage, &stage.ben, only).await.rooms.is_empty());
}

#[tokio::test]
async fn too_far_behind_is_a_reset_and_large_answers_come_in_parts() {
    let stage = Stage::new().await;
    let first = synced(&stage, &stage.ben, ask(None, 0, &[])).await;
    let RoomSync::Reset(held) = &first.rooms[0] else { panic!() };
    let start = held.page.head;
    let long = "𝄞 ".repeat(1_900);
    for _ in 0..120 {
        stage.send(&stage.ana, stage.lobby, &long).await.unwrap();
    }
    let mut cursor = start;
    let mut rounds = 0;
    loop {
        let answer = synced(&stage, &stage.ben, ask(Some(&first.epoch), 0, &[(stage.lobby, cursor)])).await;
        assert!(serde_json::to_string(&answer).unwrap().len() < 700_000);
        let [RoomSync::Entries { entries, .. }] = &answer.rooms[..] else { panic!("{:?}", answer.more) };
        for entry in entries.read().unwrap() {
            assert_eq!(entry.seq, cursor + 1);
            cursor = entry.seq;
        }
        rounds += 1;
        if !answer.more {
            break;
        }
    }
    assert!(rounds > 1 && cursor == start + 120, "{rounds} rounds up to {cursor}");
    for _ in 0..381 {
        stage.send(&stage.ana, stage.lobby, "x").await.unwrap();
    }
    let far = synced(&stage, &stage.ben, ask(Some(&first.epoch), 0, &[(stage.lobby, start)])).await;
    assert!(matches!(&far.rooms[..], [RoomSync::Reset(_)]));
    let near = synced(&stage, &stage.ben, ask(Some(&first.epoch), 0, &[(stage.lobby, start + 1)])).await;
    assert!(matches!(&near.rooms[..], [RoomSync::Entries { .. }]));
}

#[tokio::test]
async fn after_a_restart_cursors_go_on() {
    let stage = Stage::new().await;
    let first = synced(&stage, &stage.ben, ask(None, 0, &[])).await;
    let seq = stage.send(&stage.ana, stage.lobby, "before").await.unwrap();
    stage.chat.close().await;
    let (chat, _bus): (Chat, _) = open(&stage.dir, &stage.clock).await;
    let ben = chat.authenticate(&stage.ben.ticket).await.unwrap();
    let answer = sync(&chat, &ben, ask(Some(&first.epoch), 0, &[(stage.lobby, seq - 1)])).await.unwrap();
    assert_eq!(answer.epoch, first.epoch);
    let [RoomSync::Entries { entries, .. }] = &answer.rooms[..] else { panic!("{:?}", answer.rooms) };
    assert!(matches!(&entries.read().unwrap()[..], [entry] if entry.seq == seq));
}

const EMOJI: [&str; 3] = ["👍", "🎉", "❤️"];

/// Something that people do; numbers choose among what there is.
#[derive(Debug, Clone)]
enum Deed {
    Send(bool, u8),
    Edit(u8, u8),
    Delete(u8),
    React(bool, u8, u8),
    Unreact(bool, u8, u8),
    /// The client of this number syncs.
    Sync(u8),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        4 => (any::<bool>(), any::<u8>()).prop_map(|(who, text)| Deed::Send(who, text)),
        2 => (any::<u8>(), any::<u8>()).prop_map(|(which, text)| Deed::Edit(which, text)),
        1 => any::<u8>().prop_map(Deed::Delete),
        2 => (any::<bool>(), any::<u8>(), any::<u8>()).prop_map(|(who, which, emoji)| Deed::React(who, which, emoji)),
        1 => (any::<bool>(), any::<u8>(), any::<u8>()).prop_map(|(who, which, emoji)| Deed::Unreact(who, which, emoji)),
        2 => any::<u8>().prop_map(Deed::Sync),
    ];
    proptest::collection::vec(deed, 1..40)
}

struct Play {
    stage: Stage,
    room: RoomId,
    epoch: String,
    sent: Vec<(bool, Seq)>,
    views: HashMap<u8, View>,
}

impl Play {
    fn who(&self, ana: bool) -> Person {
        if ana { self.stage.ana.clone() } else { self.stage.ben.clone() }
    }

    async fn act(&mut self, deed: Deed) {
        let (stage, room) = (&self.stage, self.room);
        let chosen = |which: u8| self.sent.get(usize::from(which) % self.sent.len().max(1)).copied();
        match deed {
            Deed::Send(ana, text) => {
                let seq = stage.send(&self.who(ana), room, &format!("*text* {text} @ana")).await.unwrap();
                self.sent.push((ana, seq));
            }
            Deed::Edit(which, text) => {
                let Some((ana, seq)) = chosen(which) else { return };
                let member = stage.member::<MessageEdit>(&self.who(ana), room).await.unwrap();
                let request = MessageEdit { room, seq, nonce: stage.nonce(), text: format!("edited {text}") };
                drop(messages::edit(&stage.chat, &member, request).await);
            }
            Deed::Delete(which) => {
                let Some((ana, seq)) = chosen(which) else { return };
                let member = stage.member::<MessageDelete>(&self.who(ana), room).await.unwrap();
                let request = MessageDelete { room, seq, nonce: stage.nonce() };
                messages::delete(&stage.chat, &member, request).await.unwrap();
            }
            Deed::React(ana, which, emoji) => {
                let Some((_, seq)) = chosen(which) else { return };
                let emoji = EMOJI[usize::from(emoji) % 3].into();
                let member = stage.member::<ReactionAdd>(&self.who(ana), room).await.unwrap();
                let request = ReactionAdd { room, seq, nonce: stage.nonce(), emoji };
                drop(reactions::add(&stage.chat, &member, request).await);
            }
            Deed::Unreact(ana, which, emoji) => {
                let Some((_, seq)) = chosen(which) else { return };
                let emoji = EMOJI[usize::from(emoji) % 3].into();
                let member = stage.member::<ReactionRemove>(&self.who(ana), room).await.unwrap();
                let request = ReactionRemove { room, seq, nonce: stage.nonce(), emoji };
                drop(reactions::remove(&stage.chat, &member, request).await);
            }
            Deed::Sync(client) => self.catch_up(client % 3).await,
        }
    }

    /// Lets a client catch up from wherever it was, and compares what it holds with what is true.
    async fn catch_up(&mut self, client: u8) {
        let view = self.views.entry(client).or_default();
        let cursors = [(self.room, view.seq)];
        let request = Sync { only: true, ..ask(Some(&self.epoch), 0, &cursors) };
        let answer = synced(&self.stage, &self.stage.ben, request).await;
        for room in answer.rooms {
            let RoomSync::Entries { entries, .. } = room else { panic!("few entries are replayed") };
            for entry in &entries.read().unwrap() {
                view.apply(entry);
            }
        }
        assert!(!answer.more);
        let truth = truth(&self.stage, &self.stage.ben, self.room).await;
        assert_eq!(view.seq, truth.seq);
        assert_eq!(view.messages, truth.messages, "client {client}");
    }
}

#[test]
fn whatever_is_done_and_missed_every_client_ends_with_what_history_tells() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let stage = runtime.block_on(Stage::new());
    let stage = std::cell::RefCell::new(Some(stage));
    let rooms = std::cell::Cell::new(0);
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    let result = runner.run(&deeds(), |deeds| {
        let taken = stage.borrow_mut().take().unwrap();
        rooms.set(rooms.get() + 1);
        let back = runtime.block_on(async {
            let room = taken.room(RoomKind::Public, &format!("room {}", rooms.get())).await;
            taken.join(&taken.ben, room).await.unwrap();
            let epoch = synced(&taken, &taken.ben, ask(None, 0, &[])).await.epoch;
            let mut play = Play { stage: taken, room, epoch, sent: Vec::new(), views: HashMap::new() };
            for deed in deeds {
                play.act(deed).await;
            }
            for client in 0..3 {
                play.catch_up(client).await;
            }
            play.stage
        });
        *stage.borrow_mut() = Some(back);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[tokio::test]
async fn what_is_pushed_and_what_is_synced_is_the_same() {
    let stage = Stage::new().await;
    let ear = stage.listen(&stage.ben).await;
    let epoch = synced(&stage, &stage.ben, ask(None, 0, &[])).await.epoch;
    let seq = stage.send(&stage.ana, stage.lobby, "`same` @ben").await.unwrap();
    let answer = synced(&stage, &stage.ben, ask(Some(&epoch), 0, &[(stage.lobby, seq - 1)])).await;
    let RoomSync::Entries { entries, .. } = &answer.rooms[0] else { panic!("{:?}", answer.rooms) };
    let pushed: Entry = serde_json::from_value(stage.heard(ear).pop().unwrap().1).unwrap();
    assert_eq!(entries.read().unwrap(), [pushed]);
}
