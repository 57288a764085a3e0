//! Messages: written, changed, deleted, found, reacted to, and whom they call.

use parlor_chat::{Fault, SocketId, messages, presence, reactions, reads, rooms, search};
use parlor_protocol::messages::{
    Anchor, Found, Item, Message, MessageDelete, MessageEdit, MessageGet, MessageSearch, MessageSend, Page,
    ReactionAdd, ReactionRemove, ReadGet, ReadMark, RoomHistory, Unread,
};
use parlor_protocol::rooms::{RoomDirect, RoomKind};
use parlor_protocol::{Code, RoomId, Seq};

use crate::stage::{Person, Stage, code};

async fn edit(stage: &Stage, by: &Person, room: RoomId, seq: Seq, text: &str) -> Result<Seq, Fault> {
    let member = stage.member::<MessageEdit>(by, room).await?;
    let request = MessageEdit { room, seq, nonce: stage.nonce(), text: text.into() };
    Ok(messages::edit(&stage.chat, &member, request).await?.seq)
}

async fn delete(stage: &Stage, by: &Person, room: RoomId, seq: Seq) -> Result<Seq, Fault> {
    let member = stage.member::<MessageDelete>(by, room).await?;
    let request = MessageDelete { room, seq, nonce: stage.nonce() };
    Ok(messages::delete(&stage.chat, &member, request).await?.seq)
}

async fn react(stage: &Stage, by: &Person, room: RoomId, seq: Seq, emoji: &str) -> Result<Seq, Fault> {
    let member = stage.member::<ReactionAdd>(by, room).await?;
    let request = ReactionAdd { room, seq, nonce: stage.nonce(), emoji: emoji.into() };
    Ok(reactions::add(&stage.chat, &member, request).await?.seq)
}

async fn get(stage: &Stage, by: &Person, room: RoomId, seq: Seq) -> Message {
    let member = stage.member::<MessageGet>(by, room).await.unwrap();
    let request = MessageGet { room, seqs: vec![seq] };
    messages::get(&stage.chat, &member, request).await.unwrap().messages.remove(0)
}

async fn history(stage: &Stage, by: &Person, room: RoomId, from: Anchor, limit: u32) -> Result<Page, Fault> {
    let member = stage.member::<RoomHistory>(by, room).await?;
    rooms::history(&stage.chat, &member, RoomHistory { room, from, limit }).await
}

fn asks(query: &str) -> MessageSearch {
    MessageSearch { query: query.into(), room: None, utc_offset_minutes: 0, before: None, limit: 50 }
}

async fn find(stage: &Stage, by: &Person, query: &str) -> Found {
    let request = asks(query);
    search::messages(&stage.chat, &stage.caller(by).await, request).await.unwrap()
}

async fn unread(stage: &Stage, by: &Person, room: RoomId) -> Unread {
    let member = stage.member::<ReadGet>(by, room).await.unwrap();
    reads::get(&stage.chat, &member, ReadGet { room }).await.unwrap()
}

#[tokio::test]
async fn a_message_is_rendered_told_once_and_kept() {
    let stage = Stage::new().await;
    let ear = stage.listen(&stage.ben).await;
    let member = stage.member::<MessageSend>(&stage.ana, stage.lobby).await.unwrap();
    let request = MessageSend {
        room: stage.lobby,
        nonce: stage.nonce(),
        text: " **hi** @ben <script>\r\n".into(),
        reply_to: None,
        files: Vec::new(),
        forward: None,
        poll: None,
        thread: None,
        also_in_room: false,
    };
    let first = messages::send(&stage.chat, &member, request.clone()).await.unwrap();
    assert_eq!(messages::send(&stage.chat, &member, request.clone()).await.unwrap(), first);
    let heard = stage.heard(ear);
    assert_eq!(heard.len(), 1, "a repeated message is told once: {heard:?}");
    let (event, body) = &heard[0];
    assert_eq!(*event, "message:created");
    assert_eq!(body["seq"], first.seq);
    assert_eq!(body["text"], "**hi** @ben <script>");
    let html = format!(
        "<p><strong>hi</strong> <span class=\"mention\" data-user=\"{}\">@ben</span> &lt;script&gt;</p>",
        stage.ben.id
    );
    assert_eq!(body["html"], html);
    assert_eq!(body["mentions"][0], stage.ben.id.to_string());
    assert_eq!(get(&stage, &stage.ben, stage.lobby, first.seq).await.html, html);
    let other = MessageSend { text: "else".into(), ..request };
    assert_eq!(code(messages::send(&stage.chat, &member, other).await), Code::NonceReused);
}

#[tokio::test]
async fn messages_without_content_or_beyond_the_limits_are_refused() {
    let stage = Stage::new().await;
    for (text, refusal) in [
        ("  \n", Code::BadRequest),
        (&*"x".repeat(4_001), Code::TooLarge),
        (&*"ß".repeat(16_000), Code::TooLarge),
    ] {
        assert_eq!(code(stage.send(&stage.ana, stage.lobby, text).await), refusal);
    }
    let member = stage.member::<MessageSend>(&stage.ana, stage.lobby).await.unwrap();
    let request = MessageSend {
        room: stage.lobby,
        nonce: stage.nonce(),
        text: "to what?".into(),
        reply_to: Some(9_999),
        files: Vec::new(),
        forward: None,
        poll: None,
        thread: None,
        also_in_room: false,
    };
    assert_eq!(code(messages::send(&stage.chat, &member, request).await), Code::NotFound);
}

#[tokio::test]
async fn only_the_author_edits_and_only_they_and_moderators_delete() {
    let stage = Stage::new().await;
    let carl = stage.newcomer("carl").await;
    let seq = stage.send(&stage.ben, stage.lobby, "first").await.unwrap();
    for person in [&stage.ana, &carl] {
        assert_eq!(code(edit(&stage, person, stage.lobby, seq, "mine now").await), Code::Forbidden);
    }
    assert_eq!(code(delete(&stage, &carl, stage.lobby, seq).await), Code::Forbidden);
    edit(&stage, &stage.ben, stage.lobby, seq, "second").await.unwrap();
    let message = get(&stage, &carl, stage.lobby, seq).await;
    assert!(message.text == "second" && message.edited_at_ms.is_some() && !message.deleted);
    let ear = stage.listen(&carl).await;
    delete(&stage, &stage.ana, stage.lobby, seq).await.unwrap();
    assert_eq!(stage.events(ear), ["message:deleted"]);
    let message = get(&stage, &carl, stage.lobby, seq).await;
    assert!(message.deleted && message.text.is_empty() && message.html.is_empty());
    assert_eq!(code(edit(&stage, &stage.ben, stage.lobby, seq, "back").await), Code::Conflict);
    let own = stage.send(&carl, stage.lobby, "oops").await.unwrap();
    delete(&stage, &carl, stage.lobby, own).await.unwrap();
}

#[tokio::test]
async fn reactions_are_real_emoji_each_once() {
    let stage = Stage::new().await;
    let seq = stage.send(&stage.ana, stage.lobby, "look").await.unwrap();
    let one = react(&stage, &stage.ben, stage.lobby, seq, "👍").await.unwrap();
    assert!(react(&stage, &stage.ben, stage.lobby, seq, "👍").await.unwrap() >= one);
    react(&stage, &stage.ana, stage.lobby, seq, "❤").await.unwrap();
    react(&stage, &stage.ben, stage.lobby, seq, "❤\u{FE0F}").await.unwrap();
    let message = get(&stage, &stage.ana, stage.lobby, seq).await;
    let shown: Vec<_> = message.reactions.iter().map(|r| (r.emoji.as_str(), r.users.clone())).collect();
    assert_eq!(shown, [("👍", vec![stage.ben.id]), ("❤\u{FE0F}", vec![stage.ana.id, stage.ben.id])]);
    for wrong in ["x", "<b>", "👍👍", ""] {
        assert_eq!(code(react(&stage, &stage.ben, stage.lobby, seq, wrong).await), Code::BadRequest);
    }
    let member = stage.member::<ReactionRemove>(&stage.ben, stage.lobby).await.unwrap();
    let request = ReactionRemove { room: stage.lobby, seq, nonce: stage.nonce(), emoji: "👍".into() };
    reactions::remove(&stage.chat, &member, request).await.unwrap();
    assert_eq!(get(&stage, &stage.ana, stage.lobby, seq).await.reactions.len(), 1);
}

#[tokio::test]
async fn only_members_of_the_room_are_mentioned() {
    let stage = Stage::new().await;
    let room = stage.room(RoomKind::Private, "plans").await;
    let seq = stage.send(&stage.ana, room, "@ben @ana @nobody `@ana`").await.unwrap();
    let message = get(&stage, &stage.ana, room, seq).await;
    assert_eq!(message.mentions, [stage.ana.id]);
    let html = message.html.read();
    assert!(html.contains("@ben ") && html.contains("@nobody "));
}

#[tokio::test]
async fn calling_everyone_is_for_small_rooms_and_once_a_minute() {
    let stage = Stage::new().await;
    assert!(stage.send(&stage.ben, stage.lobby, "@room lunch?").await.is_ok());
    let refused = stage.send(&stage.ben, stage.lobby, "@room now!").await.err().unwrap().to_wire();
    assert_eq!((refused.code, refused.retry_after_ms), (Code::RateLimited, Some(60_000)));
    assert!(stage.send(&stage.ben, stage.lobby, "just `@room`").await.is_ok());
    assert!(stage.send(&stage.ana, stage.lobby, "@room yes").await.is_ok(), "moderators are not limited");
    stage.clock.advance(60_000);
    assert!(stage.send(&stage.ben, stage.lobby, "@room again").await.is_ok());
    assert_eq!(unread(&stage, &stage.ana, stage.lobby).await.mentions, 2);
    for number in 0..50_u8 {
        let letters = [b'b' + number / 8 * 2, b'b' + number % 8 * 2].map(char::from);
        stage.guest(&format!("Visitor {}{}", letters[0], letters[1])).await;
    }
    stage.clock.advance(60_000);
    assert_eq!(code(stage.send(&stage.ben, stage.lobby, "@room spam").await), Code::Forbidden);
    assert!(stage.send(&stage.ana, stage.lobby, "@room welcome").await.is_ok());
}

#[tokio::test]
async fn those_who_are_present_are_called_and_nobody_else() {
    let stage = Stage::new().await;
    let zoe = stage.guest("Zoe").await;
    presence::connected(&stage.chat, &stage.caller(&stage.ana).await, SocketId(1));
    presence::connected(&stage.chat, &stage.caller(&stage.ben).await, SocketId(2));
    let seq = stage.send(&stage.ben, stage.lobby, "@here, @ana: tea").await.unwrap();
    let message = get(&stage, &zoe, stage.lobby, seq).await;
    assert_eq!((message.mentions, message.mentions_room), (vec![stage.ana.id], false));
    let again = stage.send(&stage.ben, stage.lobby, "@room tea").await;
    assert_eq!(code(again), Code::RateLimited, "once a minute, by either name");
    presence::disconnected(&stage.chat, SocketId(1));
    stage.clock.advance(60_000);
    let seq = stage.send(&stage.ben, stage.lobby, "@here more tea").await.unwrap();
    assert!(get(&stage, &zoe, stage.lobby, seq).await.mentions.is_empty());
}

#[tokio::test]
async fn only_public_rooms_are_named() {
    let stage = Stage::new().await;
    let caller = stage.caller(&stage.ana).await;
    let garden = rooms::create(&stage.chat, &caller, stage.room_request(RoomKind::Public, "Garden"))
        .await
        .unwrap()
        .room
        .id;
    rooms::create(&stage.chat, &caller, stage.room_request(RoomKind::Private, "Cellar")).await.unwrap();
    let seq = stage.send(&stage.ana, stage.lobby, "#garden, not #cellar").await.unwrap();
    let html = get(&stage, &stage.ben, stage.lobby, seq).await.html;
    assert_eq!(
        html,
        format!("<p><span class=\"room\" data-room=\"{garden}\">#Garden</span>, not #cellar</p>")
    );
}

#[tokio::test]
async fn unread_counts_follow_from_the_marker_and_the_log() {
    let stage = Stage::new().await;
    let start = unread(&stage, &stage.ben, stage.lobby).await;
    let first = stage.send(&stage.ana, stage.lobby, "one").await.unwrap();
    stage.send(&stage.ana, stage.lobby, "@ben two").await.unwrap();
    stage.send(&stage.ben, stage.lobby, "mine").await.unwrap();
    let now = unread(&stage, &stage.ben, stage.lobby).await;
    assert_eq!((now.unread - start.unread, now.mentions), (2, 1));
    let ear = stage.listen(&stage.ben).await;
    let member = stage.member::<ReadMark>(&stage.ben, stage.lobby).await.unwrap();
    let mark = |seq| ReadMark { room: stage.lobby, seq };
    let after = reads::mark(&stage.chat, &member, mark(first)).await.unwrap();
    assert_eq!((after.marker, after.unread, after.mentions), (first, 1, 1));
    assert_eq!(reads::mark(&stage.chat, &member, mark(1)).await.unwrap().marker, first, "it never goes back");
    assert_eq!(stage.events(ear), ["my:read_marked"]);
    let request = RoomDirect { nonce: stage.nonce(), users: vec![stage.ben.id] };
    let direct = rooms::direct(&stage.chat, &stage.caller(&stage.ana).await, request).await.unwrap().room.id;
    stage.send(&stage.ana, direct, "psst").await.unwrap();
    assert_eq!(
        unread(&stage, &stage.ben, direct).await.mentions,
        1,
        "in direct rooms every message is for you"
    );
}

#[tokio::test]
async fn history_comes_in_pages_with_whom_it_names_and_what_it_answers() {
    let stage = Stage::new().await;
    let room = stage.room(RoomKind::Public, "roses").await;
    stage.join(&stage.ben, room).await.unwrap();
    let asked = stage.send(&stage.ben, room, "who waters?").await.unwrap();
    for number in 0..30 {
        stage.send(&stage.ana, room, &format!("line {number}")).await.unwrap();
    }
    let member = stage.member::<MessageSend>(&stage.ana, room).await.unwrap();
    let reply = MessageSend {
        room,
        nonce: stage.nonce(),
        text: "me".into(),
        reply_to: Some(asked),
        files: Vec::new(),
        forward: None,
        poll: None,
        thread: None,
        also_in_room: false,
    };
    messages::send(&stage.chat, &member, reply).await.unwrap();
    let page = history(&stage, &stage.ben, room, Anchor::Latest, 10).await.unwrap();
    assert_eq!(page.items.len(), 10);
    assert!(page.more_before && !page.more_after);
    assert_eq!(page.quoted.read().unwrap().iter().map(|message| message.seq).collect::<Vec<_>>(), [asked]);
    assert!(
        page.users.iter().any(|user| user.id == stage.ben.id)
            && page.users.iter().any(|user| user.id == stage.ana.id)
    );
    let items = page.items.read().unwrap();
    let Item::Message(first) = &items[0] else { panic!("{:?}", items[0]) };
    let before = history(&stage, &stage.ben, room, Anchor::Before(first.seq), 100).await.unwrap();
    assert!(!before.more_before);
    assert!(matches!(&before.items.read().unwrap()[0], Item::Line(entry) if entry.seq == 1));
    for limit in [0, 101] {
        assert_eq!(code(history(&stage, &stage.ben, room, Anchor::Latest, limit).await), Code::BadRequest);
    }
    let gus = stage.guest("Gus").await;
    assert_eq!(code(history(&stage, &gus, room, Anchor::Latest, 10).await), Code::NotFound);
}

#[tokio::test]
async fn a_page_of_huge_messages_is_cut_short_rather_than_huge() {
    let stage = Stage::new().await;
    let huge = "𝄞*".repeat(1_999);
    for _ in 0..60 {
        stage.send(&stage.ana, stage.lobby, &huge).await.unwrap();
    }
    let page = history(&stage, &stage.ben, stage.lobby, Anchor::Latest, 100).await.unwrap();
    assert!(serde_json::to_string(&page).unwrap().len() < 700_000);
    assert!(page.items.len() > 5 && page.more_before);
}

#[tokio::test]
async fn search_finds_what_one_may_see_and_nothing_else() {
    let stage = Stage::new().await;
    let secret = stage.room(RoomKind::Private, "plans").await;
    let (canary, shared) = ("k7canary9q", "s3shared2x");
    stage.send(&stage.ana, secret, &format!("the word is {canary}")).await.unwrap();
    let seq = stage.send(&stage.ana, stage.lobby, &format!("the word is {shared}")).await.unwrap();
    let gus = stage.guest("Gus").await;
    stage.chat.indexed().await;
    assert_eq!(find(&stage, &stage.ana, canary).await.messages.len(), 1);
    for person in [&stage.ben, &gus] {
        for query in [canary, "the word is", "k7", "\"k7canary9q\" OR 1", "*"] {
            let found = find(&stage, person, query).await;
            // What the caller typed comes back; nothing of what others wrote does.
            let shown = serde_json::to_string(&(found.messages, found.users, found.notes)).unwrap();
            assert!(!shown.contains(canary), "{query}");
        }
        assert_eq!(find(&stage, person, "s3sha").await.messages[0].seq, seq);
        let request = MessageSearch { room: Some(secret), ..asks(canary) };
        let found = search::messages(&stage.chat, &stage.caller(person).await, request).await;
        assert_eq!(code(found), Code::NotFound);
    }
    delete(&stage, &stage.ana, stage.lobby, seq).await.unwrap();
    assert!(find(&stage, &stage.ben, shared).await.messages.is_empty());
    let odd = MessageSearch { before: Some("not a cursor".into()), ..asks("x") };
    assert_eq!(
        code(search::messages(&stage.chat, &stage.caller(&stage.ben).await, odd).await),
        Code::BadRequest
    );
}
