//! Search: what is found, by whom, in which order.

use std::sync::atomic::Ordering;

use parlor_protocol::rooms::RoomKind;
use parlor_protocol::{RoomId, Seq};
use parlor_store::read::Search;
use parlor_store::records::Found;

use crate::house::{House, Person};

impl House {
    async fn search(&self, who: Person, search: Search<'static>) -> Found {
        self.store.indexed().await;
        let user = who.id;
        self.store.read(move |snapshot| snapshot.search(user, search)).await.unwrap()
    }

    async fn finds(&self, query: &'static str) -> Vec<Seq> {
        let found = self.search(self.ana, Search { query, room: None, before: None, limit: 50 }).await;
        found.messages.iter().map(|message| message.seq).collect()
    }
}

#[tokio::test]
async fn words_are_found_however_they_are_written() {
    let house = House::new().await;
    let (ana, lobby) = (house.ana, house.lobby);
    let texts = [
        ("The quick brown fox", &["quick", "QUICK brown", "fox the", "bro", "qui", "ｑｕｉｃｋ"][..]),
        ("Crème brûlée à Zürich", &["creme", "brulee", "CRÈME", "zurich", "zür"]),
        ("fn parseHTTPHeader(input: &str)", &["parseHTTPHeader", "header", "http", "parsehttp", "input str"]),
        ("call snake_case_name now", &["snake", "case", "snake_case", "snake_case_name", "name"]),
        (
            "see https://docs.example.org/guide/install?v=2#top",
            &["docs.example.org", "example", "guide", "https://docs.example.org/guide", "install 2"],
        ),
        ("日本語のテキスト", &["日本", "本語", "日本語", "語", "日", "テキスト", "キス", "ﾃｷｽﾄ"]),
        ("我们在北京见面", &["北京", "北", "见面", "我们在"]),
        ("안녕하세요 여러분", &["안녕", "하세요", "여러분", "분"]),
        ("Ελλάδα και ΟΔΟΣ", &["ελλαδα", "οδοσ", "οδος"]),
        ("Привет, мир! Ёлка", &["привет", "МИР", "елка", "ёлк"]),
        ("release v2.10.3 of parlor-store", &["v2.10", "parlor-store", "2 10 3", "store"]),
        ("it's e-mail: ben@example.com", &["e-mail", "ben@example.com", "it's"]),
        ("x = y2 * abc123def", &["abc123def", "123", "def", "y2"]),
    ];
    for (text, queries) in texts {
        let seq = house.send(ana, lobby, text).await;
        for query in queries {
            assert!(house.finds(query).await.contains(&seq), "{query:?} in {text:?}");
        }
    }
}

#[tokio::test]
async fn what_does_not_occur_is_not_found_and_syntax_is_only_text() {
    let house = House::new().await;
    house.send(house.ana, house.lobby, "alpha beta gamma 北京大学").await;
    let long: &str = "alpha ".repeat(100).leak();
    for query in [
        "alpha delta",
        "lpha",
        "alph beta",
        "京北",
        "",
        "  ",
        "***",
        "🎉",
        "alpha NOT beta",
        "beta AND alpha",
    ] {
        assert!(house.finds(query).await.is_empty(), "{query:?}");
    }
    for query in
        ["\"alpha\"", "alpha*", "(beta)", "words:alpha", "-gamma", "^beta", "alpha\0", "' OR 1=1 --", long]
    {
        house.finds(query).await; // Answered, whatever it holds.
    }
    assert_eq!(house.finds("alpha*").await.len(), 1);
    assert_eq!(house.finds("\"beta").await.len(), 1);
}

#[tokio::test]
async fn an_edit_is_found_by_its_new_words_only_and_a_deleted_message_by_none() {
    let house = House::new().await;
    let seq = house.send(house.ana, house.lobby, "first version").await;
    assert_eq!(house.finds("first").await, [seq]);
    house.edit(house.ana, house.lobby, seq, "second version").await.unwrap();
    assert!(house.finds("first").await.is_empty());
    assert_eq!(house.finds("second").await, [seq]);
    house.delete(house.ana, house.lobby, seq).await.unwrap();
    assert!(house.finds("version").await.is_empty());
}

#[tokio::test]
async fn only_rooms_that_one_is_in_are_searched() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let secret = house.room(house.ana, RoomKind::Private, "secret").await.id;
    let public = house.room(house.ana, RoomKind::Public, "public").await.id;
    for room in [secret, public, house.lobby] {
        house.now_ms.fetch_add(1, Ordering::Relaxed);
        house.send(house.ana, room, "canary").await;
    }
    let rooms = async |who: Person, room: Option<RoomId>| {
        let found = house.search(who, Search { query: "canary", room, before: None, limit: 10 }).await;
        found.messages.iter().map(|message| message.room).collect::<Vec<_>>()
    };
    assert_eq!(rooms(house.ana, None).await, [house.lobby, public, secret], "newest first");
    assert_eq!(rooms(house.ana, Some(public)).await, [public]);
    assert_eq!(rooms(ben, None).await, [house.lobby]);
    assert_eq!(rooms(ben, Some(secret)).await, []);
    house.add(house.ana, secret, &[ben.id]).await.unwrap();
    assert_eq!(rooms(ben, Some(secret)).await, [secret]);
    house.remove(house.ana, secret, ben.id).await.unwrap();
    assert_eq!(rooms(ben, Some(secret)).await, []);
}

/// With few matches and with many, where rooms are asked one by one.
#[tokio::test]
async fn pages_follow_each_other_newest_first_without_gap_or_repeat() {
    for (count, clock_moves) in [(20, true), (20, false), (900, true)] {
        let house = House::new().await;
        let other = house.room(house.ana, RoomKind::Private, "other").await.id;
        let mut sent = Vec::new();
        for number in 0..count {
            if clock_moves {
                house.now_ms.fetch_add(1, Ordering::Relaxed);
            }
            let room = if number % 3 == 0 { other } else { house.lobby };
            sent.push((room, house.send(house.ana, room, &format!("common word {number}")).await));
        }
        let mut found = Vec::new();
        let mut before = None;
        for _ in 0..=count {
            let page =
                house.search(house.ana, Search { query: "common", room: None, before, limit: 7 }).await;
            found.extend(page.messages.iter().map(|message| (message.room, message.seq)));
            before = page.next.map(|next| next.to_string().parse().unwrap());
            if before.is_none() {
                break;
            }
        }
        if clock_moves {
            sent.reverse();
            assert_eq!(found, sent, "{count}");
        } else {
            assert_eq!(found.len(), sent.len());
            found.sort_unstable();
            sent.sort_unstable();
            assert_eq!(found, sent);
        }
    }
}

#[tokio::test]
async fn a_lost_index_is_built_again() {
    let mut house = House::new().await;
    let one = house.send(house.ana, house.lobby, "needle one").await;
    house.store.close().await;
    std::fs::write(house.dir().join("search.db"), "this is no database").unwrap();
    house.reopen().await;
    let two = house.send(house.ana, house.lobby, "needle two").await;
    assert_eq!(house.finds("needle").await, [two, one]);
    house.reopen().await;
    assert_eq!(house.finds("needle").await, [two, one], "and kept");
}
