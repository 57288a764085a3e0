//! Figures 3 and 4: what a server did to its disk is recorded, and the machine crashes at thousands of places of it.
//!
//! Each crash leaves a disk of its own, on which everything that was acknowledged before has to be found. With the
//! syncs taken away that `synchronous=NORMAL` would not make, something must be missing: else nothing was shown.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::crowd::Crowd;
use crate::checker;
use crate::history::{Act, Event, Ledger, What, Write};
use crate::random::Random;
use crate::torture::client::request;
use crate::torture::crash::disk::{Disk, lay_out};
use crate::torture::crash::trace::{self, Op, Step};
use crate::torture::fleet::{conclude, file};
use crate::torture::http::Http;
use crate::torture::stage::{Person, Stage, expect};
use crate::torture::{Binary, Outcome, Run};

const PEOPLE: usize = 6;
const ROOMS: usize = 3;
/// Crashes of one recording.
const CRASHES: usize = 2_000;
/// Writes of each person in one recording: together enough for several checkpoints.
const WRITES: usize = 70;
/// One image in so many is given to the real server; the others are read as the store reads them.
const SERVED: usize = 50;
const DATABASE: &str = "parlor.db";
const LOG: &str = "parlor.db-wal";

/// Figure 3.
pub(super) async fn images(mut run: Run) -> io::Result<Outcome> {
    if !traces() {
        return Ok(Outcome::Skipped("strace is not installed".into()));
    }
    let wanted = run.rounds(CRASHES, 100_000);
    let (mut made, mut syncs, mut acked) = (0, 0, 0);
    while made < wanted {
        let recording = Recording::make(&mut run).await?;
        let some = (wanted - made).min(CRASHES);
        let found = recording.crash_often(&mut run.random, some, &recording.steps).await?;
        if let Some(first) = found.missing.first().or(found.corrupt.first()) {
            let (corrupt, missing) = (found.corrupt.len(), found.missing.len());
            let what =
                format!("{corrupt} of {some} corrupt, {missing} without something acknowledged; {first}");
            return Err(io::Error::other(what));
        }
        made += some;
        syncs += recording.steps.iter().filter(|step| matches!(step.what, Op::SyncDone { .. })).count();
        acked += recording.acked();
    }
    Ok(Outcome::Ran(format!("{made} crashes around {syncs} syncs, {acked} acknowledged writes: all there")))
}

/// Figure 4.
pub(super) async fn without_syncs(mut run: Run) -> io::Result<Outcome> {
    if !traces() {
        return Ok(Outcome::Skipped("strace is not installed".into()));
    }
    let wanted = run.rounds(200, 2_000);
    let recording = Recording::make(&mut run).await?;
    let found = recording.crash_often(&mut run.random, wanted, &recording.as_normal()).await?;
    if let Some(first) = found.corrupt.first() {
        return Err(io::Error::other(format!("without the syncs of commits the file is damaged: {first}")));
    }
    if found.missing.is_empty() {
        return Err(io::Error::other(format!("nothing was lost in {wanted} crashes: they show nothing")));
    }
    Ok(Outcome::Ran(format!("loses, as it must: in {} of {wanted} crashes", found.missing.len())))
}

/// Whether there is strace here.
pub(super) fn traces() -> bool {
    Command::new("strace").arg("-V").output().is_ok()
}

/// A server's steps from a clean start to a clean stop, and what its clients saw of it.
struct Recording {
    before: std::path::PathBuf,
    steps: Vec<Step>,
    /// With their time in microseconds since 1970.
    history: Vec<(u64, Event)>,
    /// The bytes of files, with the time from which on they are promised.
    files: Vec<(u64, Vec<u8>)>,
    owner: Person,
    binary: Binary,
    images: tempfile::TempDir,
    _folder: tempfile::TempDir,
}

/// What crashes left, in words.
#[derive(Default)]
struct Found {
    corrupt: Vec<String>,
    missing: Vec<String>,
}

impl Recording {
    async fn make(run: &mut Run) -> io::Result<Self> {
        let mut crowd = Crowd::gather(Stage::new(&run.binary)?, PEOPLE, ROOMS).await?;
        crowd.stage.stop().await?;
        let folder = tempfile::tempdir()?;
        let (before, recorded) = (folder.path().join("before"), folder.path().join("recorded"));
        copy(&crowd.stage.data(), &before)?;
        let trace = format!("trace={}", trace::CALLS);
        let recorded_to = recorded.display().to_string();
        let words = ["strace", "-f", "-qq", "-y", "-ttt", "--seccomp-bpf", "-s", "16777216", "-e", &trace];
        crowd.stage.wrapper = words.iter().map(|&word| word.to_owned()).collect();
        crowd.stage.wrapper.extend(["-o".to_owned(), recorded_to]);
        crowd.stage.start()?;
        let ledger = Ledger::new();
        let began = since_1970().saturating_sub(ledger.now_us());
        let mut writing = JoinSet::new();
        for (number, person) in crowd.people.iter().enumerate() {
            let author = Author {
                id: u32::try_from(number + 1).unwrap_or(u32::MAX),
                person: person.clone(),
                rooms: crowd.rooms_of(number),
                ledger: ledger.clone(),
                random: run.random.fork(),
                own: Vec::new(),
                files: Vec::new(),
            };
            writing.spawn(author.write(crowd.stage.at()));
        }
        let mut files = Vec::new();
        while let Some(wrote) = writing.join_next().await {
            files.extend(wrote.map_err(io::Error::other)??);
        }
        crowd.stage.stop().await?;
        let steps = trace::read(&recorded, &crowd.stage.data())?;
        let history = ledger.take().into_iter().map(|event| (began + event.at_us, event)).collect();
        // In memory if there is a place for that: a file that is read once needs no disk.
        let images = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir())?;
        let (owner, binary) = (crowd.owner, run.binary.clone());
        Ok(Self { before, steps, history, files, owner, binary, images, _folder: folder })
    }

    fn acked(&self) -> usize {
        self.history.iter().filter(|(_, event)| matches!(event.what, What::Ok { .. })).count()
    }

    /// The steps as they would have been if the log were synced for checkpoints only.
    fn as_normal(&self) -> Vec<Step> {
        // A checkpoint syncs the log before it writes to the database; a commit writes to the log again.
        let writes =
            |step: &Step, wanted: &str| matches!(&step.what, Op::Write { file, .. } if file == wanted);
        let is_commit = |(at, step): (usize, &Step)| {
            let mut later = self.steps.iter().skip(at).filter(|later| later.thread == step.thread);
            later.find_map(|step| {
                writes(step, LOG).then_some(true).or(writes(step, DATABASE).then_some(false))
            })
        };
        let stays = |(at, step): &(usize, &Step)| match &step.what {
            Op::SyncBegun { file } | Op::SyncDone { file } if file == LOG => {
                is_commit((*at, step)) == Some(false)
            }
            _ => true,
        };
        self.steps.iter().enumerate().filter(stays).map(|(_, step)| step.clone()).collect()
    }

    /// Crashes so often while these steps are made, half of the times beside a sync.
    async fn crash_often(&self, random: &mut Random, often: usize, steps: &[Step]) -> io::Result<Found> {
        let syncs = |(_, step): &(usize, &Step)| matches!(step.what, Op::SyncDone { .. });
        let syncs: Vec<usize> = steps.iter().enumerate().filter(syncs).map(|(at, _)| at).collect();
        let somewhere = |random: &mut Random| match random.pick(&syncs) {
            Some(sync) if random.once_in(2) => sync + random.below(2),
            _ => random.below(steps.len()),
        };
        let mut crashes: Vec<usize> = (0..often).map(|_| somewhere(random)).collect();
        crashes.sort_unstable();
        let (mut disk, mut done, mut found) = (Disk::of(&self.before)?, 0, Found::default());
        for (number, crash) in crashes.into_iter().enumerate() {
            for step in steps.get(done..crash).unwrap_or_default() {
                disk.step(step.thread, &step.what);
            }
            done = done.max(crash);
            let at_us = steps.get(crash).map_or(u64::MAX, |step| step.at_us);
            let mut stage = Stage::new(&self.binary)?;
            let served = number % SERVED == 0;
            let data = if served { stage.data() } else { self.images.path().join("image") };
            let mut image = disk.crash(random);
            // Only a server looks into these.
            image.retain(|name, _| served || !name.starts_with("search.db"));
            lay_out(&image, &data)?;
            let read = self.read(&data, served.then_some(&mut stage)).await;
            let place = format!("crash {number}, before step {crash} of {}", steps.len());
            match read {
                Err(error) => found.corrupt.push(format!("{place}: {error}")),
                Ok(left) => found.missing.extend(self.missing(at_us, left, &data, &place)),
            }
        }
        Ok(found)
    }

    /// What is on a disk; if there is a stage, a server has to start on it first, show it, and take a write.
    async fn read(&self, data: &Path, stage: Option<&mut Stage>) -> io::Result<Vec<Event>> {
        let ledger = Ledger::new();
        let Some(stage) = stage else {
            file(data, &ledger)?;
            return Ok(ledger.take());
        };
        stage.start()?;
        let mut http = Http::open(stage.at()).await?;
        let wish = json!({ "nonce": "after-the-crash", "kind": "public", "name": "after the crash" });
        expect(http.call(&self.owner.token, "room:create", &wish).await?)?;
        conclude(stage, &self.owner, &ledger).await?;
        Ok(ledger.take())
    }

    /// What is not there although it was acknowledged before the crash.
    fn missing(&self, at_us: u64, left: Vec<Event>, data: &Path, place: &str) -> Option<String> {
        let before = self.history.iter().filter(|(time, _)| *time <= at_us);
        let mut history: Vec<Event> = before.map(|(_, event)| event.clone()).collect();
        history.extend(left);
        let findings = checker::check(&history);
        if !findings.is_clean() {
            return Some(format!("{place}:\n{}", findings.describe(&history)));
        }
        let promised = self.files.iter().filter(|(time, _)| *time <= at_us);
        let blobs = blobs(&data.join("blobs")).ok()?;
        let lost = promised.filter(|(_, bytes)| !blobs.contains(bytes)).count();
        (lost > 0).then(|| format!("{place}: {lost} files are not there"))
    }
}

/// Somebody who writes one thing after the other.
struct Author {
    id: u32,
    person: Person,
    rooms: Vec<u64>,
    ledger: Ledger,
    random: Random,
    own: Vec<(u64, u32)>,
    files: Vec<(u64, Vec<u8>)>,
}

impl Author {
    async fn write(mut self, address: std::net::SocketAddr) -> io::Result<Vec<(u64, Vec<u8>)>> {
        self.ledger.note(self.id, What::Client { user: self.person.id });
        let mut http = Http::open(address).await?;
        for number in 0..WRITES {
            let nonce: Box<str> = format!("a{}-{number}", self.id).into();
            let text = format!("{nonce} {:016x}", self.random.next()).into();
            let room = self.random.pick(&self.rooms).copied().unwrap_or_default();
            let (mut file, at) = (None, self.random.below(self.own.len()));
            let (room, act) = match (self.random.below(12), self.own.get(at).copied()) {
                (0, Some((room, message))) => {
                    self.own.swap_remove(at);
                    (room, Act::Delete { message })
                }
                (1, Some((room, message))) => (room, Act::Edit { message, text }),
                (2, _) => {
                    file = Some(self.upload(&mut http, room).await?);
                    (room, Act::Send { text })
                }
                _ => (room, Act::Send { text }),
            };
            let write = Write { nonce: nonce.clone(), room, act };
            let (name, mut call) = request(&write);
            if let Some((id, _)) = &file {
                call["files"] = json!([{ "id": id }]);
            }
            self.ledger.note(self.id, What::Inv { connection: 0, write: write.clone() });
            let done = expect(http.call(&self.person.token, name, &call).await?)?;
            let seq = done["seq"].as_u64().and_then(|seq| u32::try_from(seq).ok()).unwrap_or_default();
            self.ledger.note(self.id, What::Ok { nonce, room, seq });
            self.files.extend(file.map(|(_, bytes)| (since_1970(), bytes)));
            // What holds a file is not deleted, so that the file is promised to the end.
            if matches!(write.act, Act::Send { .. }) && call.get("files").is_none() {
                self.own.push((room, seq));
            }
        }
        Ok(self.files)
    }

    async fn upload(&mut self, http: &mut Http, room: u64) -> io::Result<(Value, Vec<u8>)> {
        let bytes = format!("{:032x}\n", u128::from(self.random.next())).repeat(1 + self.random.below(300));
        let id = http.upload(&self.person.token, room, &bytes).await?;
        Ok((id, bytes.into_bytes()))
    }
}

/// Copies a folder of files and folders.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()))?;
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).map(drop)?;
        }
    }
    Ok(())
}

/// The bytes of all files under a folder.
fn blobs(folder: &Path) -> io::Result<BTreeSet<Vec<u8>>> {
    let mut all = BTreeSet::new();
    if !folder.exists() {
        return Ok(all);
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            all.append(&mut blobs(&path)?);
        } else {
            all.insert(std::fs::read(path)?);
        }
    }
    Ok(all)
}

#[expect(clippy::disallowed_methods, reason = "strace notes the time of the machine's clock, too")]
fn since_1970() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    u64::try_from(now.as_micros()).unwrap_or(u64::MAX)
}
