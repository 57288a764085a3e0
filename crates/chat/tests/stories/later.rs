//! Drafts, scheduled messages and reminders: what is written now and said later.

use parlor_chat::{Fault, drafts, messages, reminders, rooms, scheduled, settings, sync};
use parlor_protocol::entries::MyBody;
use parlor_protocol::later::{
    Draft, DraftSet, Reminder, ReminderDone, ReminderList, ReminderSet, Scheduled, ScheduledChange,
    ScheduledCreate, ScheduledDelete, ScheduledList,
};
use parlor_protocol::messages::{Anchor, Item, MessagePreview, RoomHistory};
use parlor_protocol::people::{Settings, SettingsChange};
use parlor_protocol::rooms::{RoomKind, RoomLeave};
use parlor_protocol::sync::{MySync, Sync, Synced};
use parlor_protocol::{Code, Nonce, RoomId};

use crate::stage::{DAY_MS, Person, START_MS, Stage, code, open};

const HOUR_MS: u64 = 3_600_000;

async fn draft(stage: &Stage, person: &Person, room: RoomId, text: &str) -> Result<(), Fault> {
    let member = stage.member::<DraftSet>(person, room).await?;
    let request = DraftSet { room, thread: None, text: text.into(), reply_to: None };
    drafts::set(&stage.chat, &member, request).await.map(drop)
}

async fn schedule(
    stage: &Stage,
    person: &Person,
    room: RoomId,
    text: &str,
    in_ms: u64,
) -> Result<ScheduledCreate, Fault> {
    let request = ScheduledCreate {
        room,
        nonce: stage.nonce(),
        text: text.into(),
        reply_to: None,
        at_ms: stage.clock.now_ms() + in_ms,
    };
    let member = stage.member::<ScheduledCreate>(person, room).await?;
    scheduled::create(&stage.chat, &member, request.clone()).await?;
    Ok(request)
}

async fn list(stage: &Stage, person: &Person) -> Vec<Scheduled> {
    scheduled::list(&stage.chat, &stage.caller(person).await, ScheduledList {}).await.unwrap().scheduled
}

async fn change(
    stage: &Stage,
    person: &Person,
    nonce: &Nonce,
    text: Option<&str>,
    at_ms: Option<u64>,
) -> Result<Scheduled, Fault> {
    let request = ScheduledChange { nonce: nonce.clone(), text: text.map(Into::into), at_ms };
    scheduled::change(&stage.chat, &stage.caller(person).await, request).await
}

async fn delete(stage: &Stage, person: &Person, nonce: &Nonce) -> Result<(), Fault> {
    let request = ScheduledDelete { nonce: nonce.clone() };
    scheduled::delete(&stage.chat, &stage.caller(person).await, request).await.map(drop)
}

/// The texts of the room's messages, oldest first, without the welcome.
async fn said(stage: &Stage, room: RoomId) -> Vec<String> {
    let member = stage.insider(&stage.ana, room).await.unwrap();
    let request = RoomHistory { room, from: Anchor::Latest, limit: 100 };
    let page = rooms::history(&stage.chat, &member, request).await.unwrap();
    let texts = page.items.read().unwrap().into_iter().filter_map(|item| match item {
        Item::Message(message) if message.by == stage.ana.id || message.by == stage.ben.id => {
            Some(message.text.to_string())
        }
        _ => None,
    });
    texts.collect()
}

async fn caught_up(stage: &Stage, person: &Person, epoch: Option<String>, me: u32) -> Synced {
    let request = Sync { epoch, me, rooms: [].into(), only: false, items: 0 };
    sync(&stage.chat, &stage.caller(person).await, request).await.unwrap()
}

async fn drafts_of(stage: &Stage, person: &Person) -> Vec<Draft> {
    match caught_up(stage, person, None, 0).await.mine {
        MySync::Reset { drafts, .. } => drafts,
        MySync::Entries { entries } => panic!("a fresh start is a reset, not {entries:?}"),
    }
}

#[tokio::test]
async fn a_draft_is_told_to_ones_own_devices_and_only_to_them() {
    let stage = Stage::new().await;
    let (ana, ben) = (stage.listen(&stage.ana).await, stage.listen(&stage.ben).await);
    draft(&stage, &stage.ana, stage.lobby, "half a thou").await.unwrap();
    draft(&stage, &stage.ana, stage.lobby, "half a thou").await.unwrap();
    let heard = stage.heard(ana);
    assert_eq!(heard.len(), 1, "the same draft again is told to nobody: {heard:?}");
    assert_eq!(heard[0].0, "my:draft_changed");
    assert_eq!(heard[0].1["draft"]["text"], "half a thou");
    assert!(stage.events(ben).is_empty());
    draft(&stage, &stage.ana, stage.lobby, "").await.unwrap();
    assert_eq!(stage.heard(ana)[0].1["draft"]["text"], "");
    assert!(drafts_of(&stage, &stage.ana).await.is_empty());
}

#[tokio::test]
async fn a_fresh_device_gets_the_drafts_as_they_are_and_the_log_keeps_no_older_ones() {
    let stage = Stage::new().await;
    draft(&stage, &stage.ana, stage.lobby, "a secret that was taken back").await.unwrap();
    draft(&stage, &stage.ana, stage.lobby, "something else").await.unwrap();
    let drafts = drafts_of(&stage, &stage.ana).await;
    assert_eq!(drafts.iter().map(|draft| draft.text.as_str()).collect::<Vec<_>>(), ["something else"]);
    let epoch = caught_up(&stage, &stage.ana, None, 0).await.epoch;
    let replayed = caught_up(&stage, &stage.ana, Some(epoch), 1).await.mine;
    let MySync::Entries { entries } = replayed else { panic!("few are missing") };
    let texts: Vec<_> = entries
        .into_iter()
        .filter_map(|entry| match entry.body {
            MyBody::DraftChanged { draft } => Some(draft.text),
            _ => None,
        })
        .collect();
    assert_eq!(texts, ["", "something else"]);
}

#[tokio::test]
async fn a_room_takes_its_drafts_along_when_one_leaves_it() {
    let stage = Stage::new().await;
    let roses = stage.room(RoomKind::Public, "roses").await;
    stage.join(&stage.ben, roses).await.unwrap();
    draft(&stage, &stage.ben, roses, "prune them").await.unwrap();
    let member = stage.member::<RoomLeave>(&stage.ben, roses).await.unwrap();
    rooms::leave(&stage.chat, &member, RoomLeave { room: roses, nonce: stage.nonce() }).await.unwrap();
    assert_eq!(code(draft(&stage, &stage.ben, roses, "again").await), Code::NotFound);
    stage.join(&stage.ben, roses).await.unwrap();
    assert!(drafts_of(&stage, &stage.ben).await.is_empty());
}

#[tokio::test]
async fn a_scheduled_message_is_sent_at_its_time_and_once() {
    let stage = Stage::new().await;
    let (ana, ben) = (stage.listen(&stage.ana).await, stage.listen(&stage.ben).await);
    let made = schedule(&stage, &stage.ben, stage.lobby, "Good **morning**", HOUR_MS).await.unwrap();
    assert_eq!(stage.events(ben), ["my:scheduled_set"]);
    assert_eq!(stage.chat.ring().await, 60_000, "an hour is waited for in minutes");
    assert!(said(&stage, stage.lobby).await.is_empty(), "not before its time");
    stage.clock.advance(HOUR_MS);
    stage.chat.ring().await;
    stage.chat.ring().await;
    assert_eq!(said(&stage, stage.lobby).await, ["Good **morning**"]);
    assert_eq!(stage.events(ana), ["message:created"], "others hear a message like any other");
    let heard = stage.heard(ben);
    assert_eq!(
        heard.iter().map(|(event, _)| *event).collect::<Vec<_>>(),
        ["message:created", "my:scheduled_sent"]
    );
    assert_eq!(heard[0].1["nonce"], made.nonce.as_str());
    assert_eq!(heard[0].1["html"], "<p>Good <strong>morning</strong></p>");
    assert!(list(&stage, &stage.ben).await.is_empty());
}

#[tokio::test]
async fn what_was_due_while_the_server_was_away_is_sent_when_it_is_back() {
    let mut stage = Stage::new().await;
    schedule(&stage, &stage.ben, stage.lobby, "from before the break", HOUR_MS).await.unwrap();
    stage.chat.close().await;
    stage.clock.advance(DAY_MS);
    let (chat, _bus) = open(&stage.dir, &stage.clock).await;
    chat.ring().await;
    chat.close().await;
    let (chat, _bus) = open(&stage.dir, &stage.clock).await;
    chat.ring().await;
    stage.chat = chat;
    assert_eq!(said(&stage, stage.lobby).await, ["from before the break"]);
}

#[tokio::test]
async fn a_repeated_call_brings_nothing_back_that_was_sent_or_deleted() {
    let stage = Stage::new().await;
    let member = stage.member::<ScheduledCreate>(&stage.ben, stage.lobby).await.unwrap();
    let sent = schedule(&stage, &stage.ben, stage.lobby, "said", 0).await.unwrap();
    stage.chat.ring().await;
    let deleted = schedule(&stage, &stage.ben, stage.lobby, "unsaid", HOUR_MS).await.unwrap();
    delete(&stage, &stage.ben, &deleted.nonce).await.unwrap();
    delete(&stage, &stage.ben, &deleted.nonce).await.unwrap();
    for request in [sent.clone(), deleted] {
        scheduled::create(&stage.chat, &member, request).await.unwrap();
    }
    assert!(list(&stage, &stage.ben).await.is_empty());
    stage.clock.advance(DAY_MS);
    stage.chat.ring().await;
    assert_eq!(said(&stage, stage.lobby).await, ["said"]);
    let other = ScheduledCreate { text: "something else".into(), ..sent };
    assert_eq!(code(scheduled::create(&stage.chat, &member, other).await), Code::NonceReused);
}

#[tokio::test]
async fn a_scheduled_message_can_be_changed_hurried_and_deleted_by_its_author_alone() {
    let stage = Stage::new().await;
    let first = schedule(&stage, &stage.ben, stage.lobby, "tea at five", HOUR_MS).await.unwrap().nonce;
    let second = schedule(&stage, &stage.ben, stage.lobby, "never", HOUR_MS).await.unwrap().nonce;
    assert_eq!(code(change(&stage, &stage.ana, &first, None, Some(0)).await), Code::NotFound);
    assert_eq!(code(delete(&stage, &stage.ana, &second).await), Code::NotFound);
    change(&stage, &stage.ben, &first, Some("tea at six"), None).await.unwrap();
    delete(&stage, &stage.ben, &second).await.unwrap();
    change(&stage, &stage.ben, &first, None, Some(0)).await.unwrap();
    stage.chat.ring().await;
    assert_eq!(said(&stage, stage.lobby).await, ["tea at six"]);
    assert_eq!(code(change(&stage, &stage.ben, &first, Some("late"), None).await), Code::NotFound);
    let far = Some(START_MS + 400 * DAY_MS);
    assert_eq!(code(change(&stage, &stage.ben, &first, None, far).await), Code::BadRequest);
}

#[tokio::test]
async fn a_message_that_can_not_be_sent_any_more_returns_to_its_author_with_the_reason() {
    let stage = Stage::new().await;
    let roses = stage.room(RoomKind::Private, "roses").await;
    let carl = stage.newcomer("carl").await;
    assert_eq!(code(schedule(&stage, &carl, roses, "psst", HOUR_MS).await), Code::NotFound);
    let here = stage.room(RoomKind::Public, "tulips").await;
    stage.join(&carl, here).await.unwrap();
    let made = schedule(&stage, &carl, here, "the tulips are out", HOUR_MS).await.unwrap();
    let member = stage.member::<RoomLeave>(&carl, here).await.unwrap();
    rooms::leave(&stage.chat, &member, RoomLeave { room: here, nonce: stage.nonce() }).await.unwrap();
    stage.clock.advance(HOUR_MS);
    stage.chat.ring().await;
    let returned = list(&stage, &carl).await;
    assert_eq!((returned.len(), returned[0].failed), (1, Some(Code::NotFound)));
    assert!(said(&stage, here).await.is_empty());
    stage.join(&carl, here).await.unwrap();
    stage.chat.ring().await;
    assert_eq!(list(&stage, &carl).await.len(), 1, "it waits for its author");
    change(&stage, &carl, &made.nonce, None, Some(0)).await.unwrap();
    stage.chat.ring().await;
    assert!(list(&stage, &carl).await.is_empty());
}

async fn remind(stage: &Stage, request: ReminderSet) -> Result<Reminder, Fault> {
    reminders::set(&stage.chat, &stage.caller(&stage.ben).await, request).await
}

async fn reminders_of(stage: &Stage, person: &Person) -> Vec<Reminder> {
    reminders::list(&stage.chat, &stage.caller(person).await, ReminderList {}).await.unwrap().reminders
}

#[tokio::test]
async fn a_reminder_comes_at_its_time_can_be_snoozed_and_is_done_for_good() {
    let stage = Stage::new().await;
    let ear = stage.listen(&stage.ben).await;
    let nonce = stage.nonce();
    let water = ReminderSet {
        nonce: nonce.clone(),
        at_ms: START_MS + HOUR_MS,
        text: "water the roses".into(),
        room: None,
        message: None,
    };
    remind(&stage, water.clone()).await.unwrap();
    remind(&stage, water.clone()).await.unwrap();
    assert_eq!(stage.events(ear), ["my:reminder_set"]);
    stage.clock.advance(HOUR_MS);
    stage.chat.ring().await;
    stage.chat.ring().await;
    assert_eq!(stage.events(ear), ["my:reminder_due"]);
    remind(&stage, ReminderSet { at_ms: START_MS + 2 * HOUR_MS, ..water.clone() }).await.unwrap();
    assert!(!reminders_of(&stage, &stage.ben).await[0].due, "snoozed");
    stage.clock.advance(HOUR_MS);
    stage.chat.ring().await;
    assert_eq!(stage.events(ear), ["my:reminder_set", "my:reminder_due"]);
    let done = ReminderDone { nonce };
    for _ in 0..2 {
        reminders::done(&stage.chat, &stage.caller(&stage.ben).await, done.clone()).await.unwrap();
    }
    assert_eq!(stage.events(ear), ["my:reminder_done"]);
    let late = ReminderSet { at_ms: START_MS + 2 * HOUR_MS, ..water };
    remind(&stage, late).await.unwrap();
    assert!(reminders_of(&stage, &stage.ben).await.is_empty(), "a late repeat does not bring it back");
    assert_eq!(
        code(reminders::done(&stage.chat, &stage.caller(&stage.ana).await, done).await),
        Code::NotFound
    );
}

#[tokio::test]
async fn one_is_reminded_only_of_messages_that_one_may_see() {
    let stage = Stage::new().await;
    let roses = stage.room(RoomKind::Private, "roses").await;
    let seq = stage.send(&stage.ana, roses, "a secret").await.unwrap();
    let of = |room: RoomId, message: Option<u32>| ReminderSet {
        nonce: stage.nonce(),
        at_ms: START_MS + HOUR_MS,
        text: String::new(),
        room: Some(room),
        message,
    };
    assert_eq!(code(remind(&stage, of(roses, Some(seq))).await), Code::NotFound);
    assert_eq!(code(remind(&stage, of(stage.lobby, Some(9_999))).await), Code::NotFound);
    assert_eq!(code(remind(&stage, of(stage.lobby, None)).await), Code::BadRequest);
    let here = stage.send(&stage.ana, stage.lobby, "look at this later").await.unwrap();
    let reminder = remind(&stage, of(stage.lobby, Some(here))).await.unwrap();
    assert_eq!(reminders_of(&stage, &stage.ben).await, [reminder]);
}

#[tokio::test]
async fn a_preview_shows_what_a_message_would_be_and_sends_nothing() {
    let stage = Stage::new().await;
    let member = stage.member::<MessagePreview>(&stage.ben, stage.lobby).await.unwrap();
    let request = MessagePreview { room: stage.lobby, text: "hi *ana*".into() };
    let preview = messages::preview(&stage.chat, &member, request).await.unwrap();
    assert_eq!(preview.html, "<p>hi <em>ana</em></p>");
    assert!(said(&stage, stage.lobby).await.is_empty());
}

#[tokio::test]
async fn a_message_waits_for_no_other_time_than_those_that_are_offered() {
    let stage = Stage::new().await;
    let caller = stage.caller(&stage.ben).await;
    for (undo_send_s, refused) in [(0, false), (10, false), (7, true), (255, true)] {
        let settings = Settings { undo_send_s, ..Settings::default() };
        let changed = settings::change(&stage.chat, &caller, SettingsChange { settings }).await;
        assert_eq!(changed.is_err(), refused, "{undo_send_s}");
    }
}
