//! Search: what is found, by whom, in which order.

use std::sync::atomic::Ordering;

use parlor_protocol::rooms::RoomKind;
use parlor_protocol::{RoomId, Seq};
use parlor_store::read::{Holds, Search, Term};
use parlor_store::records::{Found, MessageText, Poll};
use parlor_store::write::forwards::ForwardFrom;
use parlor_store::write::messages::SendMessage;
use rusqlite::Connection;

use crate::house::{House, Person, START_MS, attached, text};

/// A word or several, as somebody types them.
fn words(text: &str) -> Term {
    Term { text: text.to_owned(), quoted: false, not: false }
}

fn quoted(text: &str) -> Term {
    Term { quoted: true, ..words(text) }
}

fn without(term: Term) -> Term {
    Term { not: true, ..term }
}

/// Up to 50 messages with all of this.
fn all(terms: &[Term]) -> Search {
    Search { terms: terms.to_vec(), limit: 50, ..Search::default() }
}

impl House {
    async fn search(&self, who: Person, search: Search) -> Found {
        self.store.indexed().await;
        let user = who.id;
        self.store.read(move |snapshot| snapshot.search(user, &search)).await.unwrap()
    }

    async fn seqs(&self, search: Search) -> Vec<Seq> {
        self.search(self.ana, search).await.messages.iter().map(|message| message.seq).collect()
    }

    async fn finds(&self, query: &str) -> Vec<Seq> {
        self.seqs(all(&[words(query)])).await
    }
}

/// What somebody wrote, and by which words it must be found.
const FOUND_BY: &[(&str, &[&str])] = &[
    ("The quick brown fox", &["quick", "QUICK brown", "fox the", "bro", "qui", "ｑｕｉｃｋ", "uick"]),
    ("Crème brûlée à Zürich", &["creme", "brulee", "CRÈME", "zurich", "zür", "rulee"]),
    ("Donaudampfschifffahrt", &["dampf", "schiff", "donau", "FAHRT", "donaudampf"]),
    ("smartphones and databases", &["phone", "base", "phones", "data"]),
    (
        "fn parseHTTPHeader(input: &str)",
        &["parseHTTPHeader", "header", "http", "parsehttp", "HTTPHeader", "input str"],
    ),
    ("fn parsehttpheader2()", &["parseHTTPHeader", "parsehttpheader2", "header"]),
    (
        "call snake_case_name now",
        &["snake", "case", "snake_case", "snake_case_name", "name", "case_name", "snakeCase"],
    ),
    ("const maxRetryCount = 5", &["max_retry_count", "retryCount", "retry count", "maxRetry"]),
    ("impl std::fmt::Display for Seq", &["std::fmt", "fmt::Display", "Display"]),
    ("a kebab-case-name", &["kebab-case", "case-name", "kebab case"]),
    ("foo.bar(baz)", &["foo.bar", "bar(baz)", "foo.bar(baz"]),
    ("C++ or C# or F#, not C", &["C++", "c#", "F#", "c"]),
    ("x = y2 * abc123def", &["abc123def", "123", "def", "y2"]),
    (
        "open /usr/local/share/parlor/config.toml",
        &["/usr/local", "local/share", "config.toml", "parlor/config"],
    ),
    (r"see C:\Users\ana\notes.txt", &[r"Users\ana", "notes.txt", r"C:\Users"]),
    ("crates/store/src/read.rs:42", &["store/src", "read.rs", "read.rs:42", "src/re"]),
    (
        "see https://docs.example.org/guide/install?v=2#top",
        &[
            "docs.example.org",
            "example",
            "guide",
            "https://docs.example.org/guide",
            "install 2",
            "example.org/guide/inst",
        ],
    ),
    ("http://127.0.0.1:3000/api", &["127.0.0.1", "127.0.0.1:3000", "3000/api"]),
    ("it's e-mail: ben@example.com", &["e-mail", "ben@example.com", "it's", "@example.com", "ben@exa"]),
    (
        "write to first.last+news@mail.example.co.uk",
        &["first.last", "last+news", "mail.example.co.uk", "co.uk"],
    ),
    (
        "release v2.10.3 of parlor-store",
        &["v2.10", "parlor-store", "2 10 3", "store", "2.10.3", "v2.10.3", "10.3"],
    ),
    ("1.0.0-rc.1 is out", &["1.0.0-rc.1", "rc.1", "1.0.0"]),
    ("at 14:30 on 2026-11-22", &["14:30", "2026-11-22", "2026-11"]),
    ("costs 1,299.50 €", &["1,299.50", "299.50"]),
    ("issue #4711 and PR-12", &["#4711", "4711", "PR-12", "pr 12"]),
    (
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
        &["9fceb02", "9fceb02d0ae598e95dc970b74767f19372d61af8"],
    ),
    ("AI is ok, R and Go too", &["ai", "is", "r", "go", "ok"]),
    (
        "日本語のテキスト",
        &["日本", "本語", "日本語", "語", "日", "テキスト", "キス", "ﾃｷｽﾄ", "日本語のテキスト"],
    ),
    ("我们在北京见面", &["北京", "北", "见面", "我们在", "在北京见"]),
    ("繁體中文也可以", &["中文", "繁體", "可以"]),
    ("안녕하세요 여러분", &["안녕", "하세요", "여러분", "분", "안녕하세요 여러분"]),
    ("東京タワーでparty", &["東京タワー", "タワー", "party", "東京 party"]),
    ("Ελλάδα και ΟΔΟΣ", &["ελλαδα", "οδοσ", "οδος", "Ελλάδα"]),
    ("Привет, мир! Ёлка", &["привет", "МИР", "елка", "ёлк"]),
    ("שלום עולם", &["שלום", "עולם", "של"]),
    ("مرحبا بالعالم", &["مرحبا", "بالعالم"]),
    ("नमस्ते दुनिया", &["नमस्ते", "दुनिया"]),
    ("สวัสดีครับ", &["สวัสดี", "สวัสดีครับ"]),
    ("Tiếng Việt rất hay", &["tieng viet", "Việt", "rat"]),
    ("well done 🎉", &["🎉", "done 🎉"]),
    ("👍🏽 from 👩‍🚀", &["👍", "👍🏿", "👩‍🚀", "🚀"]),
    ("❤️ and ☕", &["❤", "❤️", "☕"]),
    ("vive la 🇫🇷", &["🇫🇷", "vive 🇫🇷"]),
    ("naïve façade ﬁnally", &["naive", "facade", "finally"]),
    ("straße und STRASSE", &["strasse", "straße"]),
    ("don’t—ever…stop", &["don’t", "ever", "stop"]),
];

#[tokio::test]
async fn words_are_found_however_they_are_written() {
    let house = House::new().await;
    let (ana, lobby) = (house.ana, house.lobby);
    assert!(FOUND_BY.len() >= 40);
    let mut missed = Vec::new();
    for (text, queries) in FOUND_BY {
        let seq = house.send(ana, lobby, text).await;
        for query in *queries {
            if !house.finds(query).await.contains(&seq) {
                missed.push((query, text));
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[tokio::test]
async fn what_does_not_occur_is_not_found_and_syntax_is_only_text() {
    let house = House::new().await;
    house.send(house.ana, house.lobby, "alpha beta gamma 北京大学 user then id 日本と本語").await;
    let long = "alpha ".repeat(100);
    for query in [
        "alpha delta",
        "lph4",
        "al beta",
        "京北",
        "",
        "  ",
        "***",
        "🎉",
        "🇫🇷",
        "alpha NOT beta",
        "beta AND alpha",
        "user_id",
        "userId",
        "日本語",
        "alpha.gamma",
        "alphabeta",
        "c++",
    ] {
        assert!(house.finds(query).await.is_empty(), "{query:?}");
    }
    for query in [
        "\"alpha\"",
        "alpha*",
        "(beta)",
        "words:alpha",
        "-gamma",
        "^beta",
        "alpha\0",
        "' OR 1=1 --",
        "§",
        &long,
    ] {
        house.finds(query).await; // Answered, whatever it holds.
    }
    assert_eq!(house.finds("alpha*").await.len(), 1);
    assert_eq!(house.finds("\"beta").await.len(), 1);
}

#[tokio::test]
async fn words_as_such_come_before_words_inside_of_others() {
    let house = House::new().await;
    let mut sent = Vec::new();
    for text in ["a port", "important", "ports", "no", "transport"] {
        house.now_ms.fetch_add(1, Ordering::Relaxed);
        sent.push(house.send(house.ana, house.lobby, text).await);
    }
    let [port, important, ports, _, transport] = sent.try_into().unwrap();
    let found = house.search(house.ana, all(&[words("port")])).await;
    let seqs: Vec<_> = found.messages.iter().map(|message| message.seq).collect();
    assert_eq!(seqs, [ports, port, transport, important]);
    assert_eq!((found.inside_from, found.cut, found.next), (Some(2), false, None));

    let mut paged = Vec::new();
    let mut before = None;
    loop {
        let page = house.search(house.ana, Search { before, limit: 1, ..all(&[words("port")]) }).await;
        paged.extend(page.messages.iter().map(|message| message.seq));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(paged, seqs, "and so they do page by page");
    assert_eq!(house.seqs(all(&[quoted("port")])).await, [port], "quoted words are whole");
}

#[tokio::test]
async fn phrases_stand_together_and_unwanted_words_are_left_out() {
    let house = House::new().await;
    let (ana, lobby) = (house.ana, house.lobby);
    let together = house.send(ana, lobby, "the red door is open").await;
    let apart = house.send(ana, lobby, "a red house, its door is open").await;
    assert_eq!(house.seqs(all(&[quoted("red door")])).await, [together]);
    assert_eq!(house.seqs(all(&[quoted("Door is Open"), words("red")])).await, [apart, together]);
    assert_eq!(house.seqs(all(&[words("door"), without(words("house"))])).await, [together]);
    assert_eq!(house.seqs(all(&[words("door"), without(quoted("red door"))])).await, [apart]);
    assert_eq!(house.seqs(all(&[without(words("door"))])).await.len(), 1, "the welcome");
    assert!(house.seqs(all(&[quoted("red doo")])).await.is_empty());
}

#[tokio::test]
async fn who_wrote_it_what_it_holds_where_and_when_narrow_a_search() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let other = house.room(house.ana, RoomKind::Public, "other").await.id;
    let html = |text: &str, html: &str| MessageText {
        text: text.into(),
        html: html.into(),
        ..MessageText::default()
    };
    let at = async |ms: u64, who: Person, room: RoomId, text: MessageText| {
        house.now_ms.store(START_MS + ms, Ordering::Relaxed);
        house.send_text(who, room, text).await
    };
    let plain = at(1_000, house.ana, house.lobby, text("tea one")).await;
    let link =
        at(2_000, ben, house.lobby, html("tea two", "<p><a href=\"https://a.example\">tea two</a></p>"))
            .await;
    let code = at(3_000, house.ana, other, html("tea three", "<p><code>tea three</code></p>")).await;
    let tea = || all(&[words("tea")]);
    assert_eq!(house.seqs(Search { by: vec![ben.id], ..tea() }).await, [link]);
    assert_eq!(house.seqs(Search { by: vec![ben.id, house.ana.id], ..tea() }).await, [code, link, plain]);
    assert_eq!(house.seqs(Search { not_by: vec![ben.id], ..tea() }).await, [code, plain]);
    assert_eq!(house.seqs(Search { has: vec![Holds::Link], ..tea() }).await, [link]);
    assert_eq!(house.seqs(Search { has: vec![Holds::Code], terms: Vec::new(), ..tea() }).await, [code]);
    assert_eq!(house.seqs(Search { has_not: vec![Holds::Code], ..tea() }).await, [link, plain]);
    assert!(house.seqs(Search { has: vec![Holds::Code, Holds::Link], ..tea() }).await.is_empty());
    assert_eq!(house.seqs(Search { rooms: Some(vec![other]), ..tea() }).await, [code]);
    assert!(house.seqs(Search { rooms: Some(Vec::new()), ..tea() }).await.is_empty());
    assert_eq!(house.seqs(Search { not_rooms: vec![other], ..tea() }).await, [link, plain]);
    assert_eq!(house.seqs(Search { since_ms: START_MS + 2_000, ..tea() }).await, [code, link]);
    assert_eq!(house.seqs(Search { until_ms: Some(START_MS + 2_000), ..tea() }).await, [plain]);
    let between = Search { since_ms: START_MS + 1_500, until_ms: Some(START_MS + 2_500), ..tea() };
    assert_eq!(house.seqs(between).await, [link]);
}

#[tokio::test]
async fn files_are_found_by_their_names_until_their_message_is_deleted() {
    let house = House::new().await;
    let (ana, lobby) = (house.ana, house.lobby);
    let file = house.upload(ana, lobby).await.unwrap();
    let seq = house
        .write(SendMessage { files: vec![attached(file)], ..house.message(ana, lobby, "look") })
        .await
        .unwrap()
        .seq;
    assert_eq!(house.finds("plan.txt").await, [seq]);
    assert_eq!(house.seqs(Search { has: vec![Holds::File], ..all(&[]) }).await, [seq]);
    assert!(house.seqs(Search { has: vec![Holds::Image], ..all(&[]) }).await.is_empty());
    house.edit(ana, lobby, seq, "look here").await.unwrap();
    assert_eq!(house.finds("plan.txt here").await, [seq], "an edit keeps them");
    house.delete(ana, lobby, seq).await.unwrap();
    assert!(house.finds("plan").await.is_empty());
}

#[tokio::test]
async fn what_a_message_passes_on_and_its_poll_are_found_where_it_stands() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let (ana, lobby) = (house.ana, house.lobby);
    let other = house.room(ana, RoomKind::Private, "other").await.id;
    let kettle = MessageText {
        text: "the [kettle](https://tea.example) sings".into(),
        html: "<p>the <a href=\"https://tea.example\">kettle</a> sings</p>".into(),
        ..MessageText::default()
    };
    let original = house.send_text(ana, other, kettle).await;
    let forward = Some(ForwardFrom { room: other, message: original });
    let passed = house.write(SendMessage { forward, ..house.message(ana, lobby, "look") }).await.unwrap().seq;
    let poll = Some(Poll::begun(["Soup", "Dumplings"].map(str::to_owned), false, false));
    let asked =
        house.write(SendMessage { poll, ..house.message(ana, lobby, "what to eat") }).await.unwrap().seq;
    let bens = |search: Search| house.search(ben, search);
    let seqs = |found: Found| found.messages.iter().map(|message| message.seq).collect::<Vec<_>>();
    assert_eq!(seqs(bens(all(&[words("look kettle")])).await), [passed], "ben is not in the other room");
    assert_eq!(seqs(bens(all(&[quoted("kettle](https://tea.example) sings")])).await), [passed]);
    assert_eq!(seqs(bens(Search { has: vec![Holds::Link], ..all(&[]) }).await), [passed]);
    assert_eq!(house.finds("eat dumpl").await, [asked]);
    assert_eq!(house.seqs(Search { has: vec![Holds::Poll], ..all(&[]) }).await, [asked]);
    // An edit has other words, and brings the same.
    house.edit(ana, lobby, passed, "listen").await.unwrap();
    house.edit(ana, lobby, asked, "for lunch").await.unwrap();
    assert_eq!(house.finds("kettle listen").await, [passed]);
    assert_eq!(house.finds("lunch soup").await, [asked]);
    assert!(house.finds("look kettle").await.is_empty());
    house.delete(ana, lobby, passed).await.unwrap();
    assert_eq!(seqs(bens(all(&[words("kettle")])).await), [] as [Seq; 0]);
}

#[tokio::test]
async fn a_message_is_found_as_pinned_for_as_long_as_it_is() {
    let house = House::new().await;
    let (ana, lobby) = (house.ana, house.lobby);
    let (one, two) = (house.send(ana, lobby, "tea one").await, house.send(ana, lobby, "tea two").await);
    let pinned = || Search { has: vec![Holds::Pinned], ..all(&[words("tea")]) };
    assert!(house.seqs(pinned()).await.is_empty());
    house.pin(ana, lobby, one).await.unwrap();
    house.pin(ana, lobby, two).await.unwrap();
    assert_eq!(house.seqs(pinned()).await, [two, one]);
    house.edit(ana, lobby, two, "tea for two").await.unwrap();
    assert_eq!(house.seqs(Search { terms: vec![words("for")], ..pinned() }).await, [two]);
    house.unpin(ana, lobby, one).await.unwrap();
    assert_eq!(house.seqs(pinned()).await, [two]);
    assert_eq!(house.seqs(Search { has: vec![], has_not: vec![Holds::Pinned], ..pinned() }).await, [one]);
    house.delete(ana, lobby, two).await.unwrap();
    assert!(house.seqs(pinned()).await.is_empty());
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
        let found =
            house.search(who, Search { rooms: room.map(|room| vec![room]), ..all(&[words("canary")]) }).await;
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

/// In few rooms and in many, with few matches there and with many.
#[tokio::test]
async fn pages_follow_each_other_newest_first_without_gap_or_repeat() {
    for (count, clock_moves, quiet_rooms) in
        [(20, true, 0), (20, false, 0), (20, true, 8), (20, false, 8), (900, true, 0), (900, true, 8)]
    {
        let house = House::new().await;
        let other = house.room(house.ana, RoomKind::Private, "other").await.id;
        for number in 0..quiet_rooms {
            house.room(house.ana, RoomKind::Private, &format!("quiet {number}")).await;
        }
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
            let page = house.search(house.ana, Search { before, limit: 7, ..all(&[words("common")]) }).await;
            found.extend(page.messages.iter().map(|message| (message.room, message.seq)));
            before = page.next.map(|next| next.to_string().parse().unwrap());
            if before.is_none() {
                break;
            }
        }
        if clock_moves {
            sent.reverse();
            assert_eq!(found, sent, "{count} messages, {quiet_rooms} quiet rooms");
        } else {
            assert_eq!(found.len(), sent.len());
            found.sort_unstable();
            sent.sort_unstable();
            assert_eq!(found, sent);
        }
    }
}

/// Each search looks in every piece of the index.
#[tokio::test]
async fn an_index_that_has_grown_becomes_one_piece_and_finds_the_same() {
    let house = House::new().await;
    let pieces = || {
        let index = Connection::open(house.dir().join("search.db")).unwrap();
        let count = "SELECT count(DISTINCT segid) FROM search_idx";
        index.query_row(count, (), |row| row.get::<_, usize>(0)).unwrap()
    };
    let mut needles = Vec::new();
    for number in 0..1_000 {
        let text = if number % 100 == 7 { "needle" } else { "hay" };
        let seq = house.send(house.ana, house.lobby, &format!("{text} {number}")).await;
        if text == "needle" {
            needles.insert(0, seq);
        }
        if number % 300 == 0 {
            house.store.indexed().await;
        }
    }
    // Whoever asks has the indexer go round, and in each round it takes one step.
    let mut rounds = 0..500;
    while pieces() > 1 {
        assert_eq!(house.finds("needle").await, needles);
        assert!(rounds.next().is_some(), "{} pieces", pieces());
    }
    assert_eq!(house.finds("needle").await, needles);
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
