//! Live things: typing, presence, the beat of heads.

use parlor_chat::{SocketId, presence, rooms, typing};
use parlor_protocol::live::{Presence, PresenceSet, PresenceWatch, TypingStart, TypingStop};
use parlor_protocol::rooms::{RoomKind, RoomLeave};
use parlor_protocol::{Code, RoomId, UserId};

use crate::stage::{Person, Stage, code};

/// Number of a socket that has no ear.
const DEAF: SocketId = SocketId(1_000);

fn socket(ear: usize) -> SocketId {
    SocketId(ear as u64)
}

async fn connect(stage: &Stage, person: &Person) -> usize {
    let ear = stage.listen(person).await;
    presence::connected(&stage.chat, &stage.caller(person).await, socket(ear));
    ear
}

async fn set(stage: &Stage, person: &Person, on: SocketId, now: Presence) {
    let caller = stage.caller(person).await.on(on);
    presence::set(&stage.chat, &caller, PresenceSet { state: now }).await.unwrap();
}

async fn watch(
    stage: &Stage,
    person: &Person,
    ear: usize,
    users: &[UserId],
) -> Vec<(UserId, Presence, Option<u64>)> {
    let caller = stage.caller(person).await.on(socket(ear));
    let request = PresenceWatch { users: users.to_vec() };
    let watched = presence::watch(&stage.chat, &caller, request).await.unwrap();
    watched.users.into_iter().map(|changed| (changed.user, changed.state, changed.seen_at_ms)).collect()
}

/// The states of a push of presence that a socket heard.
fn states(stage: &Stage, ear: usize) -> Vec<String> {
    let told = stage.heard(ear).into_iter().filter(|(event, _)| *event == "presence:changed");
    told.map(|(_, body)| body["state"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn typing_is_told_to_the_room_every_two_seconds_at_most() {
    let stage = Stage::new().await;
    let ear = stage.listen(&stage.ana).await;
    let member = stage.insider(&stage.ben, stage.lobby).await.unwrap();
    let start = || typing::start(&stage.chat, &member, TypingStart { room: stage.lobby });
    for _ in 0..10 {
        start().await.unwrap();
    }
    assert_eq!(stage.events(ear), ["typing:changed"]);
    stage.clock.advance(2_000);
    start().await.unwrap();
    for _ in 0..3 {
        typing::stop(&stage.chat, &member, TypingStop { room: stage.lobby }).await.unwrap();
    }
    let heard = stage.heard(ear);
    let typed: Vec<_> = heard.iter().map(|(_, body)| body["typing"].as_bool().unwrap()).collect();
    assert_eq!(typed, [true, false]);
    assert_eq!(heard[0].1["user"], stage.ben.id.to_string());
}

#[tokio::test]
async fn the_most_present_socket_counts_and_do_not_disturb_before_all() {
    let stage = Stage::new().await;
    let ana = connect(&stage, &stage.ana).await;
    let near = watch(&stage, &stage.ana, ana, &[stage.ben.id]).await;
    assert_eq!(near, [(stage.ben.id, Presence::Offline, None)]);
    let ben = connect(&stage, &stage.ben).await;
    let caller = stage.caller(&stage.ben).await;
    presence::connected(&stage.chat, &caller, DEAF);
    set(&stage, &stage.ben, socket(ben), Presence::Away).await;
    set(&stage, &stage.ben, DEAF, Presence::Dnd).await;
    set(&stage, &stage.ben, socket(ben), Presence::Online).await;
    presence::disconnected(&stage.chat, DEAF);
    set(&stage, &stage.ben, socket(ben), Presence::Away).await;
    presence::disconnected(&stage.chat, socket(ben));
    presence::disconnected(&stage.chat, socket(ben));
    assert_eq!(states(&stage, ana), ["online", "dnd", "online", "away", "offline"]);
    let seen = Some(stage.clock.now_ms());
    assert_eq!(
        watch(&stage, &stage.ana, ana, &[stage.ben.id]).await,
        [(stage.ben.id, Presence::Offline, seen)]
    );
    stage.chat.sweep().await.unwrap();
    stage.clock.advance(10 * 60 * 1_000);
    stage.chat.sweep().await.unwrap();
    assert_eq!(
        watch(&stage, &stage.ana, ana, &[stage.ben.id]).await,
        [(stage.ben.id, Presence::Offline, seen)]
    );
}

#[tokio::test]
async fn presence_goes_only_to_those_who_share_a_room() {
    let stage = Stage::new().await;
    let room = stage.room(RoomKind::Public, "roses").await;
    stage.join(&stage.ben, room).await.unwrap();
    let (ana, ben) = (connect(&stage, &stage.ana).await, connect(&stage, &stage.ben).await);
    let stranger = stage.newcomer("hilda").await;
    leave(&stage, &stranger, stage.lobby).await;
    assert_eq!(watch(&stage, &stage.ben, ben, &[stranger.id, stage.ana.id, stage.ben.id]).await.len(), 2);
    assert!(watch(&stage, &stranger, connect(&stage, &stranger).await, &[stage.ana.id]).await.is_empty());
    assert_eq!(states(&stage, ben), [""; 0], "nobody hears of a stranger");
    watch(&stage, &stage.ana, ana, &[stage.ben.id]).await;

    leave(&stage, &stage.ben, stage.lobby).await;
    set(&stage, &stage.ana, socket(ana), Presence::Away).await;
    assert_eq!(states(&stage, ben), ["away"], "another room is still shared");
    leave(&stage, &stage.ben, room).await;
    set(&stage, &stage.ana, socket(ana), Presence::Online).await;
    set(&stage, &stage.ben, socket(ben), Presence::Away).await;
    assert_eq!(states(&stage, ana), [""; 0], "after the last shared room neither hears of the other");
    assert_eq!(states(&stage, ben), ["away"], "but of oneself");
}

async fn leave(stage: &Stage, person: &Person, room: RoomId) {
    let member = stage.insider(person, room).await.unwrap();
    rooms::leave(&stage.chat, &member, RoomLeave { nonce: stage.nonce(), room }).await.unwrap();
}

#[tokio::test]
async fn presence_belongs_to_a_socket_and_has_limits() {
    let stage = Stage::new().await;
    let caller = stage.caller(&stage.ana).await;
    let online = || PresenceSet { state: Presence::Online };
    assert_eq!(code(presence::set(&stage.chat, &caller, online()).await), Code::BadRequest);
    let there = caller.on(DEAF);
    let offline = PresenceSet { state: Presence::Offline };
    assert_eq!(code(presence::set(&stage.chat, &there, offline).await), Code::BadRequest);
    let users = (0..501).filter_map(UserId::new).collect();
    assert_eq!(code(presence::watch(&stage.chat, &there, PresenceWatch { users }).await), Code::TooLarge);
}

#[tokio::test]
async fn the_beat_tells_the_heads_of_rooms_that_changed_once() {
    let stage = Stage::new().await;
    stage.chat.beat();
    let ear = stage.listen(&stage.ben).await;
    let quiet = stage.room(RoomKind::Private, "plans").await;
    stage.send(&stage.ana, stage.lobby, "one").await.unwrap();
    let head = stage.send(&stage.ana, stage.lobby, "two").await.unwrap();
    stage.heard(ear);
    stage.chat.beat();
    let told = stage.heard(ear);
    assert_eq!(told.len(), 1, "not of {quiet}: {told:?}");
    assert_eq!((told[0].0, &told[0].1["seq"]), ("room:head", &serde_json::json!(head)));
    stage.chat.beat();
    assert_eq!(stage.events(ear), [""; 0]);
}
