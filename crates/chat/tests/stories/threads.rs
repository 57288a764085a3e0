//! Threads as clients meet them: what is pushed, what a sync brings, and what is refused.

use parlor_chat::{catchup, mentions, messages, sync, threads};
use parlor_protocol::catchup::{CatchupList, CatchupPutAway};
use parlor_protocol::messages::{Anchor, Item, MessageSend};
use parlor_protocol::sync::{RoomSync, Sync};
use parlor_protocol::threads::{MentionList, ThreadHistory, ThreadList};
use parlor_protocol::{Code, Seq};
use serde_json::json;

use crate::stage::{Person, Stage, code};

impl Stage {
    fn reply(&self, thread: Option<Seq>, text: &str, also_in_room: bool) -> MessageSend {
        let (room, nonce, text) = (self.lobby, self.nonce(), text.to_owned());
        MessageSend {
            room,
            nonce,
            text,
            reply_to: None,
            thread,
            also_in_room,
            files: Vec::new(),
            forward: None,
            poll: None,
        }
    }

    async fn replies(&self, person: &Person, thread: Seq, text: &str) -> Seq {
        let member = self.insider(person, self.lobby).await.unwrap();
        messages::send(&self.chat, &member, self.reply(Some(thread), text, false)).await.unwrap().seq
    }
}

#[tokio::test]
async fn a_reply_is_pushed_with_its_thread_and_its_reader_is_told_that_they_follow() {
    let stage = Stage::new().await;
    let root = stage.send(&stage.ana, stage.lobby, "tea?").await.unwrap();
    let (ana_hears, ben_hears) = (stage.listen(&stage.ana).await, stage.listen(&stage.ben).await);
    let seq = stage.replies(&stage.ben, root, "yes").await;
    let heard = stage.heard(ana_hears);
    let (name, reply) = &heard[0];
    assert_eq!(*name, "message:created");
    assert_eq!(
        (&reply["thread"], &reply["in_room"], &reply["seq"]),
        (&json!(root), &json!(false), &json!(seq))
    );
    let (name, followed) = &heard[1];
    assert_eq!(*name, "my:thread_followed");
    assert_eq!((&followed["thread"], &followed["marker"]), (&json!(root), &json!(seq - 1)));
    assert_eq!(stage.events(ben_hears), ["message:created", "my:thread_followed"]);
}

#[tokio::test]
async fn a_first_sync_brings_the_threads_that_are_followed_and_what_is_unread_in_them() {
    let stage = Stage::new().await;
    let root = stage.send(&stage.ana, stage.lobby, "tea?").await.unwrap();
    stage.replies(&stage.ben, root, "yes").await;
    stage.replies(&stage.ben, root, "@ana with milk").await;
    let caller = stage.caller(&stage.ana).await;
    let request = Sync { epoch: None, me: 0, rooms: [].into(), only: false, items: 10 };
    let synced = sync(&stage.chat, &caller, request).await.unwrap();
    let RoomSync::Reset(lobby) = &synced.rooms[0] else { panic!("a new client gets resets") };
    let [followed] = &lobby.threads[..] else { panic!("ana follows one thread") };
    assert_eq!((followed.thread, followed.unread.unread, followed.unread.mentions), (root, 2, 1));
    assert_eq!((lobby.unread.unread, lobby.unread.mentions), (1, 0), "the room counts the welcome alone");
    let asked = lobby.page.items.read().unwrap().into_iter().find_map(|item| match item {
        Item::Message(message) if message.seq == root => message.replies,
        _ => None,
    });
    assert_eq!(asked.map(|replies| (replies.count, replies.people)), Some((2, vec![stage.ben.id])));

    let listed = threads::list(&stage.chat, &caller, ThreadList { before: None, limit: 10 }).await.unwrap();
    assert_eq!(listed.threads[0].root.seq, root);
    assert_eq!(listed.threads[0].last.as_ref().map(|last| last.text.read()), Some("@ana with milk".into()));
    assert!(listed.users.iter().any(|user| user.id == stage.ben.id));
}

#[tokio::test]
async fn unread_mentions_are_listed_until_they_are_read() {
    let stage = Stage::new().await;
    let first = stage.send(&stage.ben, stage.lobby, "@ana look").await.unwrap();
    stage.send(&stage.ben, stage.lobby, "nothing").await.unwrap();
    let second = stage.send(&stage.ben, stage.lobby, "@ana again").await.unwrap();
    let caller = stage.caller(&stage.ana).await;
    let list = async || {
        let found = mentions::list(&stage.chat, &caller, MentionList { room: None }).await.unwrap();
        found.messages.into_iter().map(|message| message.seq).collect::<Vec<_>>()
    };
    assert_eq!(list().await, [first, second]);
    let member = stage.insider(&stage.ana, stage.lobby).await.unwrap();
    let mark = parlor_protocol::messages::ReadMark { room: stage.lobby, seq: first };
    parlor_chat::reads::mark(&stage.chat, &member, mark).await.unwrap();
    assert_eq!(list().await, [second]);
}

#[tokio::test]
async fn a_mention_that_is_done_waits_no_more_and_a_snoozed_one_is_told_also_when_its_room_is_read() {
    let stage = Stage::new().await;
    let done = stage.send(&stage.ben, stage.lobby, "@ana look").await.unwrap();
    let snoozed = stage.send(&stage.ben, stage.lobby, "@ana later").await.unwrap();
    let (caller, member) =
        (stage.caller(&stage.ana).await, stage.insider(&stage.ana, stage.lobby).await.unwrap());
    let put = |message: Option<Seq>, thread: Option<Seq>, until_ms: Option<u64>| {
        let request = CatchupPutAway { room: stage.lobby, nonce: stage.nonce(), message, thread, until_ms };
        catchup::put_away(&stage.chat, &member, request)
    };
    put(Some(done), None, None).await.unwrap();
    put(Some(snoozed), None, Some(stage.clock.now_ms() + 1)).await.unwrap();
    let listed = mentions::list(&stage.chat, &caller, MentionList { room: None }).await.unwrap();
    assert_eq!(listed.messages.iter().map(|message| message.seq).collect::<Vec<_>>(), [snoozed]);
    let named = mentions::list(&stage.chat, &caller, MentionList { room: Some(stage.lobby) }).await.unwrap();
    assert_eq!(named.messages.len(), 2, "who asks for a room's is told all");
    let mark = parlor_protocol::messages::ReadMark { room: stage.lobby, seq: snoozed };
    parlor_chat::reads::mark(&stage.chat, &member, mark).await.unwrap();
    let away = catchup::list(&stage.chat, &caller, CatchupList {}).await.unwrap();
    assert_eq!(away.away.len(), 2);
    assert_eq!(away.messages.iter().map(|message| message.seq).collect::<Vec<_>>(), [snoozed]);
    let refused = [
        put(None, None, None).await,
        put(Some(done), Some(done), Some(0)).await,
        put(None, None, Some(u64::MAX)).await,
    ];
    assert!(refused.into_iter().all(|answer| code(answer) == Code::BadRequest));
}

#[tokio::test]
async fn a_reply_to_nothing_or_to_a_reply_is_refused() {
    let stage = Stage::new().await;
    let root = stage.send(&stage.ana, stage.lobby, "tea?").await.unwrap();
    let reply = stage.replies(&stage.ana, root, "yes").await;
    let member = stage.insider(&stage.ana, stage.lobby).await.unwrap();
    for (thread, also_in_room, wanted) in [
        (Some(reply), false, Code::Conflict),
        (Some(1), false, Code::NotFound),
        (None, true, Code::BadRequest),
    ] {
        let sent = messages::send(&stage.chat, &member, stage.reply(thread, "deeper", also_in_room)).await;
        assert_eq!(code(sent), wanted);
    }
    let read = ThreadHistory { room: stage.lobby, thread: 999, from: Anchor::Latest, limit: 10 };
    assert_eq!(code(threads::history(&stage.chat, &member, read).await), Code::NotFound);
}
