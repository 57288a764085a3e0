//! Finding: what a query means, who may ask for what, and going to a day.

use parlor_chat::{Fault, rooms, search};
use parlor_protocol::messages::{Anchor, Found, Item, MessageSearch, RoomHistory};
use parlor_protocol::rooms::{RoomDirect, RoomKind, RoomLeave};
use parlor_protocol::{Code, Error, Seq};

use crate::stage::{Person, Stage};

const DAY_MS: u64 = 24 * 3_600_000;

fn asks(query: &str) -> MessageSearch {
    MessageSearch { query: query.into(), room: None, utc_offset_minutes: 0, before: None, limit: 50 }
}

async fn ask(stage: &Stage, by: &Person, request: MessageSearch) -> Result<Found, Fault> {
    stage.chat.indexed().await;
    search::messages(&stage.chat, &stage.caller(by).await, request).await
}

async fn seqs(stage: &Stage, by: &Person, query: &str) -> Vec<Seq> {
    let found = ask(stage, by, asks(query)).await.unwrap_or_else(|fault| panic!("{query}: {fault}"));
    found.messages.iter().map(|message| message.seq).collect()
}

async fn refusal(stage: &Stage, by: &Person, query: &str) -> Error {
    ask(stage, by, asks(query)).await.unwrap_err().to_wire()
}

#[tokio::test]
async fn filters_narrow_by_person_room_kind_and_phrase() {
    let stage = Stage::new().await;
    let (ana, ben, lobby) = (&stage.ana, &stage.ben, stage.lobby);
    let plans = stage.room(RoomKind::Private, "garden plans").await;
    let mine = stage.send(ana, lobby, "tea with `milk`").await.unwrap();
    let his = stage.send(ben, lobby, "tea at https://tea.example").await.unwrap();
    let plan = stage.send(ana, plans, "plant tea here").await.unwrap();
    let with_ben = RoomDirect { nonce: stage.nonce(), users: vec![ben.id] };
    let direct = rooms::direct(&stage.chat, &stage.caller(ana).await, with_ben).await.unwrap().room.id;
    let told = stage.send(ana, direct, "tea, just us").await.unwrap();

    assert_eq!(seqs(&stage, ana, "tea from:ben").await, [his]);
    assert_eq!(seqs(&stage, ana, "tea from:@Ben in:#lobby").await, [his]);
    assert_eq!(seqs(&stage, ana, "tea from:me in:lobby").await, [mine]);
    assert_eq!(seqs(&stage, ana, "tea -from:ben in:lobby").await, [mine]);
    assert_eq!(seqs(&stage, ana, "tea in:\"garden plans\"").await, [plan]);
    assert_eq!(seqs(&stage, ana, "tea in:gard").await, [plan], "the beginning of a name will do");
    assert_eq!(seqs(&stage, ana, "tea in:@ben").await, [told]);
    assert_eq!(seqs(&stage, ana, "tea -in:lobby -in:@ben").await, [plan]);
    assert_eq!(seqs(&stage, ana, "tea has:link").await, [his]);
    assert_eq!(seqs(&stage, ana, "has:code from:ana").await, [mine]);
    assert_eq!(seqs(&stage, ana, "\"plant tea\"").await, [plan]);
    let here = MessageSearch { room: Some(lobby), ..asks("tea in:\"garden plans\"") };
    assert!(ask(&stage, ana, here).await.unwrap().messages.is_empty(), "both must hold");
}

#[tokio::test]
async fn what_means_nothing_is_answered_clearly() {
    let stage = Stage::new().await;
    let secret = stage.room(RoomKind::Private, "secret lair").await;
    stage.send(&stage.ana, secret, "hidden tea").await.unwrap();
    for (query, words) in [
        ("from:nobody tea", "nobody here"),
        ("in:nowhere tea", "no room of that name"),
        ("has:wings", "link, code, file, image or poll"),
        ("is:lost", "thread, a reply in one, or pinned"),
        ("before:soon", "2026-03-31"),
        ("-during:today", "2026-03-31"),
    ] {
        let error = refusal(&stage, &stage.ana, query).await;
        assert!(error.code == Code::BadRequest && error.message.contains(words), "{query}: {error}");
    }
    let found = ask(&stage, &stage.ana, asks("subject:tea")).await.unwrap();
    assert!(found.notes.len() == 1 && found.notes[0].contains("no filter subject:"), "{:?}", found.notes);
    assert_eq!(found.words, ["subject:tea"]);

    // A room that is there is no more to an outsider than one that is not.
    let there = refusal(&stage, &stage.ben, "in:\"secret lair\" tea").await;
    let not = refusal(&stage, &stage.ben, "in:\"secret lore\" tea").await;
    assert_eq!(there.message.replace("lair", "lore"), not.message);
    assert!(seqs(&stage, &stage.ben, "hidden from:ana").await.is_empty());
    let gus = stage.guest("Gus").await;
    let zoe = stage.newcomer("zoe").await;
    let member = stage.member::<RoomLeave>(&zoe, stage.lobby).await.unwrap();
    rooms::leave(&stage.chat, &member, RoomLeave { room: stage.lobby, nonce: stage.nonce() }).await.unwrap();
    assert_eq!(
        refusal(&stage, &gus, "from:zoe").await.message.replace("zoe", "zac"),
        refusal(&stage, &gus, "from:zac").await.message,
    );
}

#[tokio::test]
async fn days_are_those_of_the_caller() {
    let stage = Stage::new().await;
    let old = stage.send(&stage.ana, stage.lobby, "tea one").await.unwrap();
    stage.clock.advance(DAY_MS);
    let new = stage.send(&stage.ana, stage.lobby, "tea two").await.unwrap();
    assert_eq!(seqs(&stage, &stage.ana, "tea during:today").await, [new]);
    assert_eq!(seqs(&stage, &stage.ana, "tea before:today").await, [old]);
    assert_eq!(seqs(&stage, &stage.ana, "tea after:yesterday").await, [new]);
    assert_eq!(seqs(&stage, &stage.ana, "tea during:yesterday").await, [old]);
    assert!(seqs(&stage, &stage.ana, "tea after:today").await.is_empty());
    let odd = MessageSearch { utc_offset_minutes: 5_000, ..asks("tea") };
    assert_eq!(ask(&stage, &stage.ana, odd).await.unwrap_err().to_wire().code, Code::BadRequest);
}

#[tokio::test]
async fn a_timeline_opens_at_a_time() {
    let stage = Stage::new().await;
    let mut sent = Vec::new();
    for number in 0..40 {
        stage.clock.advance(1_000);
        sent.push((
            stage.clock.now_ms(),
            stage.send(&stage.ana, stage.lobby, &format!("day {number}")).await.unwrap(),
        ));
    }
    let member = stage.member::<RoomHistory>(&stage.ana, stage.lobby).await.unwrap();
    let open = async |ms: u64| {
        let request = RoomHistory { room: stage.lobby, from: Anchor::At(ms), limit: 10 };
        let page = rooms::history(&stage.chat, &member, request).await.unwrap();
        let seq = |item: &Item| match item {
            Item::Message(message) => message.seq,
            Item::Line(entry) => entry.seq,
        };
        page.items.read().unwrap().iter().map(seq).collect::<Vec<_>>()
    };
    let (at_ms, seq) = sent[20];
    for ms in [at_ms, at_ms - 500] {
        let page = open(ms).await;
        assert_eq!((page.len(), page[5]), (10, seq));
    }
    assert_eq!(open(u64::MAX).await.last(), Some(&sent[39].1), "nothing is that late: the newest");
    assert_eq!(open(0).await.first(), Some(&1));
}
