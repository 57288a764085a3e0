//! Measures durable appends: senders that each wait for one message to be on disk before they send the next.
//!
//! `cargo run --release -p parlor-store --example append -- [directory] [milliseconds]`. One line for each number of
//! senders: appends a second, CPU time each by thread (from `/proc`), commits, and how long an append took; then what
//! a history page costs, and how many bytes a message takes.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parlor_protocol::messages::Anchor;
use parlor_protocol::{Nonce, Role, RoomId};
use parlor_store::records::MessageText;
use parlor_store::write::messages::SendMessage;
use parlor_store::write::sessions::NewSession;
use parlor_store::write::users::{DisplayName, NewUser};
use parlor_store::write::workspace::SetUp;
use parlor_store::{Actor, Options, Snapshot, Store, TokenHash};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const WORDS: [&str; 24] = [
    "meeting", "server", "lunch", "deploy", "release", "coffee", "tomorrow", "the", "and", "for", "with",
    "please", "review", "branch", "failed", "passed", "again", "thanks", "parser", "socket", "message",
    "nobody", "garden", "window",
];

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let dir = arguments.next().map_or_else(|| std::env::temp_dir().join("parlor-append"), PathBuf::from);
    let lasts = Duration::from_millis(arguments.next().map_or(Ok(3_000), |text| text.parse())?);
    if dir.exists() {
        fs::remove_dir_all(&dir)?;
    }
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).build()?.block_on(measure(&dir, lasts))
}

async fn measure(dir: &Path, lasts: Duration) -> Outcome<()> {
    let started = Instant::now();
    let clock =
        Arc::new(move || 1_800_000_000_000 + u64::try_from(started.elapsed().as_millis()).unwrap_or(0));
    let store = Store::open(dir, Options::new(clock), |_| ())?;
    let (actor, room) = set_up(&store).await?;
    let mut out = std::io::stdout();
    for senders in [1_u32, 16, 64, 256] {
        let (before, spent_before) = (store.figures(), cpu_by_thread());
        let began = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for sender in 0..senders {
            tasks.spawn(send_for(store.clone(), actor, room, format!("{senders}-{sender}"), began + lasts));
        }
        let mut took: Vec<Duration> = Vec::new();
        while let Some(sent) = tasks.join_next().await {
            took.extend(sent??);
        }
        let seconds = began.elapsed().as_secs_f64();
        let acknowledged = spent_since(&spent_before, took.len());
        store.indexed().await;
        let whole = spent_since(&spent_before, took.len());
        took.sort_unstable();
        let at = |part: usize| took.get(took.len() * part / 1_000).copied().unwrap_or_default();
        let commits = store.figures().commits - before.commits;
        #[expect(clippy::cast_precision_loss, reason = "a figure to look at")]
        let rate = took.len() as f64 / seconds;
        writeln!(
            out,
            "{senders:>4} senders: {rate:>7.0}/s, {commits} commits, p50 {:?} p99 {:?} p99.9 {:?}\n      CPU µs each \
             until the acks: {acknowledged}\n      and until all are indexed: {whole}",
            at(500),
            at(990),
            at(999),
        )?;
    }
    let count = store.read(move |snapshot| snapshot.head(room)).await?.unwrap_or(1).into();
    reads(&store, room).await?;
    store.close().await;
    for file in ["parlor.db", "search.db"] {
        writeln!(
            out,
            "{file}: {} bytes a message",
            fs::metadata(dir.join(file))?.len() / u64::max(count, 1)
        )?;
    }
    Ok(())
}

async fn set_up(store: &Store) -> Outcome<(Actor, RoomId)> {
    let user = |name: &str| NewUser {
        username: name.to_owned(),
        name: DisplayName { name: name.to_owned(), skeleton: name.to_owned() },
        password: None,
    };
    let set_up = SetUp {
        workspace: "bench".to_owned(),
        owner: user("ana"),
        session: NewSession { token: TokenHash::of("ana"), device: String::new() },
        bot: user("parlor"),
        lobby: "lobby".to_owned(),
        welcome: MessageText::default(),
        standing: String::new(),
    };
    let entered = store.write(set_up).await?;
    let workspace = store.read(Snapshot::workspace).await?.ok_or("no workspace")?;
    let actor = Actor { user: entered.user.id, session: Some(entered.session), least: Role::Guest };
    Ok((actor, workspace.lobby))
}

async fn send_for(
    store: Store,
    actor: Actor,
    room: RoomId,
    name: String,
    until: Instant,
) -> Outcome<Vec<Duration>> {
    let mut took = Vec::new();
    while Instant::now() < until {
        let number = took.len();
        let nonce = Nonce::new(format!("{name}-{number:0>26}")).map_err(|error| error.message)?;
        let words =
            (0..24).filter_map(|word| WORDS.get((number * 7 + word * word + name.len()) % WORDS.len()));
        let text = format!("{number} {}", words.copied().collect::<Vec<_>>().join(" "));
        let html = format!("<p>{text}</p>");
        let text = MessageText { text: text.into(), html: html.into(), ..MessageText::default() };
        let began = Instant::now();
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
            .await?;
        took.push(began.elapsed());
    }
    Ok(took)
}

async fn reads(store: &Store, room: RoomId) -> Outcome<()> {
    const ROUNDS: usize = 500;
    let mut out = std::io::stdout();
    let before = cpu_by_thread();
    for _ in 0..ROUNDS {
        store.read(move |snapshot| snapshot.history(room, (Anchor::Latest, 50), &mut |_| ())).await?;
    }
    writeln!(out, "history page of 50, CPU µs: {}", spent_since(&before, ROUNDS))?;
    Ok(())
}

/// CPU time of this process's threads until now, by name, in nanoseconds.
fn cpu_by_thread() -> BTreeMap<String, u64> {
    let mut spent = BTreeMap::new();
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    for task in tasks {
        let read = |file: &str| fs::read_to_string(task.path().join(file)).unwrap_or_default();
        let nanoseconds: u64 =
            read("schedstat").split(' ').next().and_then(|text| text.parse().ok()).unwrap_or(0);
        *spent.entry(read("comm").trim().to_owned()).or_default() += nanoseconds;
    }
    spent
}

/// What each thread spent since then on each of these, in microseconds, and all of them together.
fn spent_since(before: &BTreeMap<String, u64>, count: usize) -> String {
    let each = |nanoseconds: u64| nanoseconds / 100 / u64::max(count as u64, 1);
    let spent: Vec<(String, u64)> = cpu_by_thread()
        .into_iter()
        .map(|(name, now)| (name.clone(), each(now.saturating_sub(before.get(&name).copied().unwrap_or(0)))))
        .collect();
    let all = spent.iter().map(|(_, tenths)| tenths).sum::<u64>();
    let parts = spent
        .iter()
        .filter(|(_, tenths)| *tenths > 0)
        .map(|(name, tenths)| format!("{name} {}", show(*tenths)));
    format!("{} ({})", show(all), parts.collect::<Vec<_>>().join(", "))
}

fn show(tenths: u64) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}
