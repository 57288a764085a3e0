//! Threads: what a room's timeline leaves out, what their summary tells, and who follows them.

use std::sync::atomic::Ordering;

use parlor_protocol::limits::THREADS_FOLLOWED;
use parlor_protocol::messages::Anchor;
use parlor_protocol::rooms::RoomStyle;
use parlor_protocol::{Role, Seq};
use parlor_store::entries::{RoomChange, UserBody};
use parlor_store::records::{InThread, Item, ListCursor, MessageText};
use parlor_store::write::members::LeaveRoom;
use parlor_store::write::messages::{DeleteMessage, EditMessage, SendMessage};
use parlor_store::write::rooms::ChangeRoom;
use parlor_store::write::threads::{FollowThread, MarkThread, UnfollowThread};
use parlor_store::{Conflict, Published, Refused};

use crate::house::{House, Person, text};
use crate::lent::Page;

/// Replies in a long thread.
const REPLIES: u32 = 2_000;

impl House {
    /// Somebody replies in a thread, and in the room as well if so wished.
    async fn reply(&self, by: Person, root: Seq, words: &str, in_room: bool) -> Result<Seq, Refused> {
        let thread = Some(InThread { root, in_room });
        let written = self.write(SendMessage { thread, ..self.message(by, self.lobby, words) }).await;
        written.map(|written| written.seq)
    }

    /// Root, marker, unread and mentions of the threads that somebody follows in the lobby.
    async fn follows(&self, person: Person) -> Vec<(Seq, Seq, u32, u32)> {
        let (user, room) = (person.id, self.lobby);
        let read = self.store.read(move |snapshot| {
            snapshot.member(user, room)?.map(|member| snapshot.followed(&member)).transpose()
        });
        let followed = read.await.unwrap().unwrap_or_default();
        followed
            .into_iter()
            .map(|one| (one.thread, one.unread.marker, one.unread.unread, one.unread.mentions))
            .collect()
    }

    async fn style(&self, style: RoomStyle) {
        let change = RoomChange { style: Some(style), ..RoomChange::default() };
        let actor = self.ana.at_least(Role::Moderator);
        let (room, nonce) = (self.lobby, self.nonce());
        self.write(ChangeRoom { actor, room, nonce, change }).await.unwrap();
    }
}

fn texts(page: &Page) -> Vec<String> {
    let text = |item: &Item| match item {
        Item::Message(message) => Some(message.text.text.to_string()),
        Item::Line(_) => None,
    };
    page.items.iter().filter_map(text).collect()
}

fn naming(words: &str, person: Person) -> MessageText {
    MessageText { mentions: vec![person.id], ..text(words) }
}

#[tokio::test]
async fn a_reply_stands_in_its_thread_and_in_the_room_only_if_it_was_sent_there() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let root = house.send(house.ana, house.lobby, "tea?").await;
    house.reply(ben, root, "yes", false).await.unwrap();
    let both = house.reply(ben, root, "with milk", true).await.unwrap();
    house.send(ben, house.lobby, "afterwards").await;
    let page = house.page(house.lobby, Anchor::Latest, 3).await;
    assert_eq!(texts(&page), ["tea?", "with milk", "afterwards"]);
    assert!(page.more_before && page.quoted.is_empty(), "the root is on the page");
    let thread = house.thread(house.lobby, root, 100).await;
    assert_eq!(texts(&thread), ["yes", "with milk"]);
    let replies = thread.quoted[0].replies.clone().unwrap();
    assert_eq!((thread.quoted[0].seq, replies.count, replies.last), (root, 2, both));
    assert_eq!(replies.people, [ben.id]);

    house.style(RoomStyle::Flat).await;
    let page = house.page(house.lobby, Anchor::Latest, 5).await;
    assert_eq!(texts(&page), ["tea?", "yes", "with milk", "afterwards"]);
    house.style(RoomStyle::Chat).await;
    assert_eq!(texts(&house.page(house.lobby, Anchor::After(root), 5).await), ["with milk", "afterwards"]);
}

#[tokio::test]
async fn a_reply_has_no_thread_of_its_own_and_a_deleted_root_keeps_its_thread() {
    let house = House::new().await;
    let root = house.send(house.ana, house.lobby, "tea?").await;
    let reply = house.reply(house.ana, root, "yes", true).await.unwrap();
    let nested = house.reply(house.ana, reply, "deeper", false).await;
    assert_eq!(nested, Err(Refused::Conflict(Conflict::InThread)));
    assert_eq!(house.reply(house.ana, 999, "nowhere", false).await, Err(Refused::NotFound));
    let (actor, room) = (house.ana.at_least(Role::Moderator), house.lobby);
    house.write(DeleteMessage { actor, room, nonce: house.nonce(), message: root }).await.unwrap();
    house.reply(house.ana, root, "still here", false).await.unwrap();
    let thread = house.thread(house.lobby, root, 100).await;
    assert_eq!(texts(&thread), ["yes", "still here"]);
    assert!(thread.quoted[0].deleted);
    house.write(DeleteMessage { actor, room, nonce: house.nonce(), message: reply }).await.unwrap();
    let thread = house.thread(house.lobby, root, 100).await;
    assert_eq!(thread.quoted[0].replies.as_ref().map(|replies| replies.count), Some(1));
    let Item::Message(gone) = &thread.items[0] else { panic!("a thread holds messages") };
    assert!(gone.deleted);
    assert_eq!(gone.thread, Some(InThread { root, in_room: true }), "its place outlives its text");
}

#[tokio::test]
async fn who_starts_replies_or_is_mentioned_follows_and_is_counted_for() {
    let house = House::new().await;
    let (ben, cleo) = (house.member("Ben").await, house.member("Cleo").await);
    let root = house.send(house.ana, house.lobby, "tea?").await;
    assert_eq!(house.follows(house.ana).await, [], "nobody has answered yet");
    let yes = house.reply(ben, root, "yes", false).await.unwrap();
    assert_eq!(house.follows(house.ana).await, [(root, yes - 1, 1, 0)]);
    assert_eq!(house.follows(ben).await, [(root, yes, 0, 0)]);
    let thread = Some(InThread { root, in_room: false });
    let called =
        SendMessage { text: naming("@cleo too?", cleo), thread, ..house.message(ben, house.lobby, "") };
    let called = house.write(called).await.unwrap().seq;
    assert_eq!(house.follows(cleo).await, [(root, called - 1, 1, 1)]);
    let (user, room) = (cleo.id, house.lobby);
    let standing = house.store.read(move |snapshot| snapshot.unread(user, room)).await.unwrap().unwrap();
    assert_eq!((standing.unread, standing.mentions), (1, 0), "the room counts its root alone");

    let (actor, room) = (cleo.acts(), house.lobby);
    let marked = house.write(MarkThread { actor, room, thread: root, seq: Seq::MAX }).await.unwrap();
    assert_eq!((marked.marker, marked.unread), (called, 0));
    let nonce = house.nonce();
    let unfollow = || UnfollowThread { actor, room, nonce: nonce.clone(), thread: root };
    house.write(unfollow()).await.unwrap();
    house.reply(ben, root, "hello?", false).await.unwrap();
    assert_eq!(house.follows(cleo).await, []);
    let marked = house.write(MarkThread { actor, room, thread: root, seq: 1 }).await;
    assert_eq!(marked.map(|unread| unread.marker), Err(Refused::NotFound));
    house.write(FollowThread { actor, room, nonce: house.nonce(), thread: root }).await.unwrap();
    house.write(unfollow()).await.unwrap();
    assert_eq!(house.follows(cleo).await.len(), 1, "a repeat of the unfollowing does nothing");

    let edit = EditMessage {
        actor: ben.acts(),
        room,
        nonce: house.nonce(),
        message: yes,
        text: naming("@gus", cleo),
    };
    house.write(edit).await.unwrap();
    assert_eq!(house.follows(cleo).await[0].2, 0, "what was read stays read");
    house.write(LeaveRoom { actor, room, nonce: house.nonce() }).await.unwrap();
    assert_eq!(house.follows(cleo).await, []);
}

#[tokio::test]
async fn the_oldest_followed_thread_of_a_room_makes_room_for_one_too_many() {
    let house = House::new().await;
    let (actor, room) = (house.ana.acts(), house.lobby);
    let mut roots = Vec::new();
    for number in 0..=THREADS_FOLLOWED {
        let root = house.send(house.ana, room, &format!("{number}")).await;
        house.write(FollowThread { actor, room, nonce: house.nonce(), thread: root }).await.unwrap();
        roots.push(root);
    }
    let followed: Vec<Seq> = house.follows(house.ana).await.into_iter().map(|one| one.0).collect();
    assert_eq!(followed, roots[1..]);
    let told = house.heard().into_iter().any(|told| {
        let Published::User(entry) = told else { return false };
        matches!(entry.body, UserBody::ThreadUnfollowed { thread, .. } if thread == roots[0])
    });
    assert!(told, "their own log says so");
}

#[tokio::test]
async fn followed_threads_are_listed_by_their_last_reply_and_only_while_one_is_in_the_room() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let (tea, cake) =
        (house.send(house.ana, house.lobby, "tea?").await, house.send(house.ana, house.lobby, "cake?").await);
    house.now_ms.fetch_add(1_000, Ordering::Relaxed);
    house.reply(ben, cake, "cake!", false).await.unwrap();
    house.now_ms.fetch_add(1_000, Ordering::Relaxed);
    house.reply(ben, tea, "tea!", false).await.unwrap();
    let user = ben.id;
    let store = house.store.clone();
    let list = async move |before: Option<ListCursor>| {
        store.read(move |snapshot| snapshot.threads(user, before, 1)).await
    };
    let first = list(None).await.unwrap();
    assert_eq!(first.threads[0].root.seq, tea);
    assert_eq!(first.threads[0].last.as_ref().unwrap().text.text, "tea!");
    let second = list(first.next).await.unwrap();
    assert_eq!((second.threads[0].root.seq, second.next), (cake, None));
    house.write(LeaveRoom { actor: ben.acts(), room: house.lobby, nonce: house.nonce() }).await.unwrap();
    assert!(list(None).await.unwrap().threads.is_empty());
}

#[tokio::test]
async fn thousands_of_replies_between_two_messages_are_not_on_their_page() {
    let house = House::new().await;
    let (ana, room) = (house.ana, house.lobby);
    let root = house.send(ana, room, "before").await;
    let mut tasks = tokio::task::JoinSet::new();
    let thread = Some(InThread { root, in_room: false });
    for number in 0..REPLIES {
        let (store, new) = (house.store.clone(), house.message(ana, room, &format!("reply {number}")));
        tasks.spawn(async move { store.write(SendMessage { thread, ..new }).await.unwrap() });
    }
    tasks.join_all().await;
    house.send(ana, room, "after").await;
    let page = house.page(house.lobby, Anchor::Latest, 50).await;
    assert_eq!(texts(&page), ["Welcome", "before", "after"]);
    assert_eq!(page.head, root + REPLIES + 1);
    let page = house.thread(house.lobby, root, 100).await;
    assert_eq!(page.items.len(), 100);
    assert_eq!(page.quoted[0].replies.as_ref().map(|replies| replies.count), Some(REPLIES));
}
