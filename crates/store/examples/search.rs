//! Measures searches: fills a store with messages of many words, some frequent and most rare, in twenty rooms, and asks.
//!
//! `cargo run --release -p parlor-store --example search -- [messages] [directory]`. One line for each query: how many
//! of the newest 50 were found, the reader's CPU time for a search (from `/proc`) as median, 99th percentile and most,
//! and the time it took. The machine may be busy: CPU time is what counts.

use std::error::Error;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parlor_protocol::rooms::{RoomKind, RoomStyle};
use parlor_protocol::{Nonce, Role, RoomId, UserId};
use parlor_store::read::{Holds, Search, Term};
use parlor_store::records::MessageText;
use parlor_store::write::messages::SendMessage;
use parlor_store::write::rooms::CreateRoom;
use parlor_store::write::sessions::NewSession;
use parlor_store::write::users::{DisplayName, NewUser};
use parlor_store::write::workspace::SetUp;
use parlor_store::{Actor, Options, Snapshot, Store, TokenHash};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const ROOMS: usize = 20;
const ROUNDS: usize = 300;
/// Senders at once, so that commits are shared.
const SENDERS: u64 = 256;
const START_MS: u64 = 1_800_000_000_000;

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let messages = arguments.next().map_or(Ok(200_000), |text| text.parse())?;
    let dir = arguments.next().map_or_else(|| std::env::temp_dir().join("parlor-search"), PathBuf::from);
    if dir.exists() {
        fs::remove_dir_all(&dir)?;
    }
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).build()?.block_on(measure(&dir, messages))
}

async fn measure(dir: &Path, messages: u64) -> Outcome<()> {
    let now_ms = Arc::new(AtomicU64::new(START_MS));
    let time = Arc::clone(&now_ms);
    let mut options = Options::new(Arc::new(move || time.load(Ordering::Relaxed)));
    options.readers = 1;
    let store = Store::open(dir, options, |_| ())?;
    let (actor, rooms) = set_up(&store).await?;
    fill(&store, actor, &rooms, messages, &now_ms).await?;
    store.indexed().await;
    let mut out = std::io::stdout();
    writeln!(
        out,
        "{messages} messages in {ROOMS} rooms; {} bytes of index each",
        fs::metadata(dir.join("search.db"))?.len() / messages
    )?;
    for (name, search) in searches(actor.user, &rooms, messages) {
        ask(&store, actor.user, name, search).await?;
    }
    store.close().await;
    Ok(())
}

async fn set_up(store: &Store) -> Outcome<(Actor, Vec<RoomId>)> {
    let user = |name: &str| NewUser {
        username: name.to_owned(),
        name: DisplayName { name: name.to_owned(), skeleton: name.to_owned() },
        password: None,
    };
    let entered = store
        .write(SetUp {
            workspace: "bench".to_owned(),
            owner: user("ana"),
            session: NewSession { token: TokenHash::of("ana"), device: String::new() },
            bot: user("parlor"),
            lobby: "lobby".to_owned(),
            welcome: MessageText::default(),
            standing: String::new(),
        })
        .await?;
    let actor = Actor { user: entered.user.id, session: Some(entered.session), least: Role::Guest };
    let mut rooms = vec![store.read(Snapshot::workspace).await?.ok_or("no workspace")?.lobby];
    for number in 1..ROOMS {
        let create = CreateRoom {
            actor: Actor { least: Role::Member, ..actor },
            nonce: nonce(&format!("room {number}"))?,
            kind: RoomKind::Public,
            style: RoomStyle::Chat,
            name: format!("room {number}"),
            topic: String::new(),
            guests: false,
            members: Vec::new(),
        };
        rooms.push(store.write(create).await?.id);
    }
    Ok((actor, rooms))
}

async fn fill(
    store: &Store,
    actor: Actor,
    rooms: &[RoomId],
    messages: u64,
    now_ms: &AtomicU64,
) -> Outcome<()> {
    let mut sent = 0;
    while sent < messages {
        let batch = SENDERS.min(messages - sent);
        now_ms.fetch_add(1_000, Ordering::Relaxed);
        let mut tasks = tokio::task::JoinSet::new();
        for number in sent..sent + batch {
            let room = *rooms.get(usize::try_from(scattered(number) % ROOMS as u64)?).ok_or("no room")?;
            let text = text(number);
            let (store, nonce) = (store.clone(), nonce(&format!("message {number}"))?);
            tasks.spawn(async move {
                store
                    .write(SendMessage {
                        actor,
                        room,
                        nonce,
                        text,
                        reply_to: None,
                        thread: None,
                        files: Vec::new(),
                        forward: None,
                        poll: None,
                    })
                    .await
            });
        }
        while let Some(written) = tasks.join_next().await {
            written??;
        }
        sent += batch;
    }
    Ok(())
}

/// Some twenty words: the frequent ones as frequent as in a language, the rare ones from a large vocabulary.
fn text(number: u64) -> MessageText {
    let mut words = vec![format!("n{number}")];
    for place in 0..18 {
        let roll = scattered(number * 31 + place);
        // The rank of a word falls with its frequency, as in languages.
        let rank = 2_u64.pow(u32::try_from(roll % 17).unwrap_or(0)) + scattered(roll) % 50;
        words.push(word(rank));
    }
    let text = words.join(" ");
    let html = if number.is_multiple_of(50) {
        format!("<p>{text} <a href=\"x\">x</a></p>")
    } else {
        format!("<p>{text}</p>")
    };
    MessageText { text: text.into(), html: html.into(), ..MessageText::default() }
}

/// The word of this rank: a few syllables that are always the same.
fn word(rank: u64) -> String {
    const SYLLABLES: [&str; 16] = [
        "ka", "re", "mo", "ti", "sul", "pen", "dor", "vi", "la", "ster", "om", "qui", "ba", "no", "fe", "gru",
    ];
    let mut left = scattered(rank) % 60_000 + 16;
    let mut word = String::new();
    while left > 0 {
        word.push_str(SYLLABLES.get(usize::try_from(left % 16).unwrap_or(0)).unwrap_or(&""));
        left /= 16;
    }
    word
}

/// The same seemingly random number for the same number.
fn scattered(number: u64) -> u64 {
    let mixed =
        (number.wrapping_add(0x9e37_79b9_7f4a_7c15) ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 7
}

fn searches(user: UserId, rooms: &[RoomId], messages: u64) -> Vec<(&'static str, Search)> {
    let asks = |terms: &[(String, bool)]| Search {
        terms: terms
            .iter()
            .map(|(text, quoted)| Term { text: text.clone(), quoted: *quoted, not: false })
            .collect(),
        limit: 50,
        ..Search::default()
    };
    let words = |text: &str| asks(&[(text.to_owned(), false)]);
    let (common, other, rare) = (word(1), word(2), word(40_000));
    let start = |word: &str, chars: usize| word.chars().take(chars).collect::<String>();
    let inside = |word: &str| word.chars().skip(1).collect::<String>();
    let middle = START_MS + messages / SENDERS * 500;
    vec![
        ("a frequent word", words(&common)),
        ("two frequent words", words(&format!("{common} {other}"))),
        ("one letter", words(&start(&common, 1))),
        ("two letters", words(&start(&common, 2))),
        ("four letters", words(&start(&common, 4))),
        ("a rare word", words(&rare)),
        ("a word that is in one message", words("n17171")),
        ("words that never meet", words(&format!("{rare} n17171 {common}"))),
        ("inside of words", words(&inside(&rare))),
        ("inside of frequent words", words(&inside(&common))),
        ("a frequent phrase", asks(&[(format!("{common} {other}"), true)])),
        ("a phrase that is nowhere", asks(&[(format!("{common} {rare} {other}"), true)])),
        ("a frequent word by somebody", Search { by: vec![user], ..words(&common) }),
        ("everything by somebody", Search { by: vec![user], ..asks(&[]) }),
        ("links", Search { has: vec![Holds::Link], ..asks(&[]) }),
        (
            "a frequent word in one room",
            Search { rooms: rooms.get(3).map(|room| vec![*room]), ..words(&common) },
        ),
        ("a frequent word before a day", Search { until_ms: Some(middle), ..words(&common) }),
        ("everything before a day", Search { until_ms: Some(middle), ..asks(&[]) }),
    ]
}

async fn ask(store: &Store, user: UserId, name: &str, search: Search) -> Outcome<()> {
    let (mut spent, mut took) = (Vec::new(), Vec::new());
    let mut found = (0, false);
    for _ in 0..ROUNDS {
        let search = search.clone();
        let began = Instant::now();
        let (cpu, page) = store
            .read(move |snapshot| {
                let before = cpu_of_this_thread();
                let page = snapshot.search(user, &search)?;
                Ok((cpu_of_this_thread().saturating_sub(before), page))
            })
            .await?;
        took.push(began.elapsed());
        spent.push(cpu);
        found = (page.messages.len(), page.cut);
    }
    spent.sort_unstable();
    took.sort_unstable();
    let at = |all: &[Duration], part: usize| all.get(all.len() * part / 100).copied().unwrap_or_default();
    let most = spent.last().copied().unwrap_or_default();
    let cut = if found.1 { ", cut short" } else { "" };
    writeln!(
        std::io::stdout(),
        "{name:<32} found {:>2}{cut}; CPU p50 {:>9.1?} p99 {:>9.1?} most {most:>9.1?}; time p50 {:>9.1?} p99 {:>9.1?}",
        found.0,
        at(&spent, 50),
        at(&spent, 99),
        at(&took, 50),
        at(&took, 99),
    )?;
    Ok(())
}

fn cpu_of_this_thread() -> Duration {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(stat.split(' ').next().and_then(|text| text.parse().ok()).unwrap_or(0))
}

fn nonce(text: &str) -> Outcome<Nonce> {
    Ok(Nonce::new(text).map_err(|error| error.message)?)
}
