//! Rooms and their members: who finds them, who gets in, who is put out, and what each of them hears.

use parlor_chat::{members, messages, rooms};
use parlor_protocol::messages::{Anchor, Item, MessageSend, RoomHistory};
use parlor_protocol::rooms::{
    MemberAdd, MemberChange, MemberList, MemberRemove, RoomChange, RoomDelta, RoomDirect, RoomJoin, RoomKind,
    RoomLeave, RoomList, RoomStyle,
};
use parlor_protocol::{Code, Entry, Role, RoomId, UserId};

use crate::stage::{Person, Stage, code};

async fn add(stage: &Stage, by: &Person, room: RoomId, user: UserId) -> Result<(), parlor_chat::Fault> {
    let member = stage.member::<MemberAdd>(by, room).await?;
    let request = MemberAdd { nonce: stage.nonce(), room, users: vec![user] };
    members::add(&stage.chat, &member, request).await.map(drop)
}

async fn remove(stage: &Stage, by: &Person, room: RoomId, user: UserId) -> Result<(), parlor_chat::Fault> {
    let member = stage.member::<MemberRemove>(by, room).await?;
    members::remove(&stage.chat, &member, MemberRemove { nonce: stage.nonce(), room, user }).await.map(drop)
}

async fn promote(
    stage: &Stage,
    by: &Person,
    room: RoomId,
    user: UserId,
    role: Role,
) -> Result<(), parlor_chat::Fault> {
    let member = stage.member::<MemberChange>(by, room).await?;
    let request = MemberChange { nonce: stage.nonce(), room, user, role };
    members::change(&stage.chat, &member, request).await.map(drop)
}

async fn change(
    stage: &Stage,
    by: &Person,
    room: RoomId,
    change: RoomDelta,
) -> Result<(), parlor_chat::Fault> {
    let member = stage.member::<RoomChange>(by, room).await?;
    rooms::change(&stage.chat, &member, RoomChange { nonce: stage.nonce(), room, change }).await.map(drop)
}

async fn listed(stage: &Stage, person: &Person) -> Vec<String> {
    let rooms =
        rooms::list(&stage.chat, &stage.caller(person).await, RoomList { archived: false }).await.unwrap();
    rooms.rooms.into_iter().map(|listing| listing.room.name).collect()
}

#[tokio::test]
async fn a_private_room_is_not_there_for_others() {
    let stage = Stage::new().await;
    let room = stage.room(RoomKind::Private, "plans").await;
    stage.send(&stage.ana, room, "secret").await.unwrap();
    assert_eq!(listed(&stage, &stage.ben).await, ["lobby"]);
    let nowhere = RoomId::new(4_711).unwrap();
    for room in [room, nowhere] {
        let (join, enter) = (stage.join(&stage.ben, room).await, stage.insider(&stage.ben, room).await);
        let answers = [join.err().unwrap().to_wire(), enter.err().unwrap().to_wire()];
        assert!(answers.iter().all(|answer| answer.code == Code::NotFound), "{answers:?}");
    }
    add(&stage, &stage.ana, room, stage.ben.id).await.unwrap();
    assert!(stage.insider(&stage.ben, room).await.is_ok());
}

#[tokio::test]
async fn joining_and_leaving_show_in_the_room() {
    let stage = Stage::new().await;
    let room = stage.room(RoomKind::Public, "roses").await;
    let (ana, ben) = (stage.listen(&stage.ana).await, stage.listen(&stage.ben).await);
    stage.join(&stage.ben, room).await.unwrap();
    assert_eq!(stage.events(ana), ["member:joined"]);
    assert_eq!(stage.events(ben), ["member:joined", "my:room_joined"], "who joins hears it too");
    stage.send(&stage.ana, room, "welcome").await.unwrap();
    let member = stage.member::<RoomLeave>(&stage.ben, room).await.unwrap();
    let leave = RoomLeave { nonce: stage.nonce(), room };
    rooms::leave(&stage.chat, &member, leave).await.unwrap();
    stage.send(&stage.ana, room, "gone?").await.unwrap();
    assert_eq!(stage.events(ana), ["message:created", "member:left", "message:created"]);
    assert_eq!(stage.events(ben), ["message:created", "member:left", "my:room_left"]);
    assert_eq!(code(stage.insider(&stage.ben, room).await), Code::NotFound);
}

#[tokio::test]
async fn a_removed_member_is_out_at_once_whatever_they_held() {
    let stage = Stage::new().await;
    let room = stage.room(RoomKind::Public, "roses").await;
    stage.join(&stage.ben, room).await.unwrap();
    let ear = stage.listen(&stage.ben).await;
    let before = stage.member::<MessageSend>(&stage.ben, room).await.unwrap();
    remove(&stage, &stage.ana, room, stage.ben.id).await.unwrap();
    let heard = stage.heard(ear);
    assert_eq!(heard.iter().map(|(event, _)| *event).collect::<Vec<_>>(), ["member:left", "my:room_left"]);
    let told: Entry = serde_json::from_value(heard[0].1.clone()).unwrap();
    assert_eq!((told.room, told.by), (room, stage.ana.id));
    stage.send(&stage.ana, room, "not for ben").await.unwrap();
    assert_eq!(stage.events(ear), [""; 0]);
    let late = MessageSend {
        room,
        nonce: stage.nonce(),
        text: "late".into(),
        reply_to: None,
        thread: None,
        also_in_room: false,
        files: Vec::new(),
        forward: None,
        poll: None,
    };
    assert_eq!(code(messages::send(&stage.chat, &before, late).await), Code::NotFound);
    let history = RoomHistory { room, from: Anchor::Latest, limit: 50 };
    assert_eq!(code(rooms::history(&stage.chat, &before, history).await), Code::NotFound);
    let list = MemberList { room, query: None, after: None };
    assert_eq!(code(members::list(&stage.chat, &before, list).await), Code::NotFound);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_writes_after_their_removal_however_the_two_race() {
    let stage = Stage::new().await;
    let room = stage.room(RoomKind::Public, "race").await;
    for _ in 0..20 {
        stage.join(&stage.ben, room).await.unwrap();
        let (sent, removed) = tokio::join!(
            stage.send(&stage.ben, room, "quick"),
            remove(&stage, &stage.ana, room, stage.ben.id)
        );
        removed.unwrap();
        let ana = stage.insider(&stage.ana, room).await.unwrap();
        let page = RoomHistory { room, from: Anchor::Latest, limit: 3 };
        let items = rooms::history(&stage.chat, &ana, page).await.unwrap().items.read().unwrap();
        let last = items.last().unwrap();
        assert!(matches!(last, Item::Line(_)), "the removal is the last: {last:?}");
        if let Ok(seq) = sent {
            assert!(items.iter().any(|item| matches!(item, Item::Message(message) if message.seq == seq)));
        }
    }
}

#[tokio::test]
async fn only_lower_roles_are_removed_and_only_by_moderators() {
    let stage = Stage::new().await;
    let room = stage.room(RoomKind::Public, "roses").await;
    let carl = stage.newcomer("carl").await;
    for person in [&stage.ben, &carl] {
        stage.join(person, room).await.unwrap();
    }
    assert_eq!(code(remove(&stage, &stage.ben, room, carl.id).await), Code::Forbidden);
    assert_eq!(code(promote(&stage, &stage.ben, room, stage.ben.id, Role::Moderator).await), Code::Forbidden);
    promote(&stage, &stage.ana, room, stage.ben.id, Role::Moderator).await.unwrap();
    promote(&stage, &stage.ana, room, carl.id, Role::Moderator).await.unwrap();
    assert_eq!(
        code(remove(&stage, &stage.ben, room, carl.id).await),
        Code::Forbidden,
        "one of the same role"
    );
    assert_eq!(code(remove(&stage, &stage.ben, room, stage.ana.id).await), Code::Forbidden);
    promote(&stage, &stage.ana, room, carl.id, Role::Member).await.unwrap();
    remove(&stage, &stage.ben, room, carl.id).await.unwrap();
    for role in [Role::Guest, Role::Admin, Role::Owner] {
        assert_eq!(
            code(promote(&stage, &stage.ana, room, stage.ben.id, role).await),
            Code::Forbidden,
            "{role:?}"
        );
    }
}

#[tokio::test]
async fn a_direct_room_is_found_again_and_its_people_are_fixed() {
    let stage = Stage::new().await;
    let open = |person: Person, users: Vec<UserId>| {
        let stage = &stage;
        async move {
            let request = RoomDirect { nonce: stage.nonce(), users };
            rooms::direct(&stage.chat, &stage.caller(&person).await, request).await.map(|opened| opened.room)
        }
    };
    let room = open(stage.ana.clone(), vec![stage.ben.id]).await.unwrap();
    assert_eq!((room.kind, room.people.len(), room.name.as_str()), (RoomKind::Direct, 2, ""));
    let again = open(stage.ben.clone(), vec![stage.ana.id, stage.ben.id]).await.unwrap();
    assert_eq!(again.id, room.id);
    let (one, other) =
        tokio::join!(open(stage.ana.clone(), vec![]), open(stage.ana.clone(), vec![stage.ana.id]));
    assert_eq!(one.unwrap().id, other.unwrap().id, "notes to oneself are one room");
    let carl = stage.newcomer("carl").await;
    let group = open(stage.ana.clone(), vec![stage.ben.id, carl.id]).await.unwrap();
    assert_ne!(group.id, room.id);
    assert_eq!(code(stage.insider(&carl, room.id).await), Code::NotFound);
    assert_eq!(code(add(&stage, &stage.ana, room.id, carl.id).await), Code::Conflict);
    assert_eq!(code(remove(&stage, &stage.ana, group.id, carl.id).await), Code::Conflict);
    let rename = RoomDelta { name: Some("us".into()), ..RoomDelta::default() };
    assert_eq!(code(change(&stage, &stage.ana, room.id, rename).await), Code::Conflict);
    let leave = RoomLeave { nonce: stage.nonce(), room: room.id };
    let member = stage.member::<RoomLeave>(&stage.ben, room.id).await.unwrap();
    assert_eq!(code(rooms::leave(&stage.chat, &member, leave).await), Code::Conflict);
    assert_eq!(code(open(stage.ana.clone(), vec![UserId::new(1).unwrap()]).await), Code::NotFound);
}

#[tokio::test]
async fn rooms_have_a_style_a_name_of_their_own_and_an_archive() {
    let stage = Stage::new().await;
    let ana = stage.caller(&stage.ana).await;
    let request = parlor_protocol::rooms::RoomCreate {
        style: RoomStyle::ReadOnly,
        topic: "what\u{202E} is new".into(),
        ..stage.room_request(RoomKind::Public, "#News")
    };
    let news = rooms::create(&stage.chat, &ana, request).await.unwrap().room;
    assert_eq!((news.name.as_str(), news.topic.as_str()), ("News", "what is new"));
    let taken = stage.room_request(RoomKind::Private, "news");
    assert_eq!(code(rooms::create(&stage.chat, &ana, taken).await), Code::Conflict);
    let direct = stage.room_request(RoomKind::Direct, "x");
    assert_eq!(code(rooms::create(&stage.chat, &ana, direct).await), Code::BadRequest);
    stage.join(&stage.ben, news.id).await.unwrap();
    assert_eq!(code(stage.send(&stage.ben, news.id, "me too").await), Code::Conflict);
    stage.send(&stage.ana, news.id, "it rains").await.unwrap();
    let chatty = RoomDelta { style: Some(RoomStyle::Chat), ..RoomDelta::default() };
    assert_eq!(code(change(&stage, &stage.ben, news.id, chatty.clone()).await), Code::Forbidden);
    change(&stage, &stage.ana, news.id, chatty).await.unwrap();
    stage.send(&stage.ben, news.id, "me too").await.unwrap();
    let archive = |archived| RoomDelta { archived: Some(archived), ..RoomDelta::default() };
    change(&stage, &stage.ana, news.id, archive(true)).await.unwrap();
    assert_eq!(code(stage.send(&stage.ana, news.id, "late").await), Code::Conflict);
    assert_eq!(code(change(&stage, &stage.ana, stage.lobby, archive(true)).await), Code::Conflict);
    change(&stage, &stage.ana, news.id, archive(false)).await.unwrap();
    stage.send(&stage.ben, news.id, "back").await.unwrap();
}

#[tokio::test]
async fn guests_see_rooms_that_are_open_to_them_and_nothing_else() {
    let stage = Stage::new().await;
    let closed = stage.room(RoomKind::Public, "roses").await;
    let open = stage.room(RoomKind::Public, "open").await;
    change(&stage, &stage.ana, open, RoomDelta { guests: Some(true), ..RoomDelta::default() }).await.unwrap();
    let gus = stage.guest("Gus").await;
    assert_eq!(listed(&stage, &gus).await, ["lobby", "open"]);
    assert_eq!(code(stage.join(&gus, closed).await), Code::NotFound);
    assert_eq!(code(add(&stage, &stage.ana, closed, gus.id).await), Code::Conflict);
    stage.join(&gus, open).await.unwrap();
    stage.send(&gus, open, "hello").await.unwrap();
    let caller = stage.caller(&gus).await;
    let create = stage.room_request(RoomKind::Public, "mine");
    assert_eq!(code(rooms::create(&stage.chat, &caller, create).await), Code::Forbidden);
    let direct = RoomDirect { nonce: stage.nonce(), users: vec![stage.ana.id] };
    assert_eq!(code(rooms::direct(&stage.chat, &caller, direct).await), Code::Forbidden);
    assert_eq!(code(add(&stage, &gus, open, stage.ben.id).await), Code::Forbidden);
    assert_eq!(code(promote(&stage, &stage.ana, open, gus.id, Role::Moderator).await), Code::Forbidden);
}

#[tokio::test]
async fn a_repeated_call_is_answered_with_the_first_result() {
    let stage = Stage::new().await;
    let ana = stage.caller(&stage.ana).await;
    let request = stage.room_request(RoomKind::Public, "roses");
    let first = rooms::create(&stage.chat, &ana, request.clone()).await.unwrap();
    assert_eq!(rooms::create(&stage.chat, &ana, request.clone()).await.unwrap().room.id, first.room.id);
    let other = parlor_protocol::rooms::RoomCreate { name: "tulips".into(), ..request };
    assert_eq!(code(rooms::create(&stage.chat, &ana, other).await), Code::NonceReused);
    let join = RoomJoin { nonce: stage.nonce(), room: first.room.id };
    let ben = stage.caller(&stage.ben).await;
    let one = rooms::join(&stage.chat, &ben, join.clone()).await.unwrap();
    assert_eq!(rooms::join(&stage.chat, &ben, join).await.unwrap(), one);
}
