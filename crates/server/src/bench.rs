//! `parlor bench`: what this machine can carry, in plain words.
//!
//! Another Parlor runs on a town of its own, in a folder on the disk that holds the data, and goes with it.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parlor_load::Times;
use parlor_load::day::{self, Day};
use parlor_load::parlor::Parlor;
use parlor_load::report::ms;
use parlor_load::town::Plan;
use parlor_load::workers::Processes;
use parlor_load::{durable, machine, storm};

use crate::config::Wrong;
use crate::{descriptors, serve};

/// How much is measured.
#[derive(Debug, Clone, Copy)]
struct Extent {
    /// People in the room, in the storm and on the day.
    people: usize,
    /// People who write without a pause.
    writers: usize,
    /// How long things are done that have no end of their own.
    lasts: Duration,
    /// How long all of it takes, in words.
    takes: &'static str,
}

const WHOLE: Extent =
    Extent { people: 1_000, writers: 64, lasts: Duration::from_secs(20), takes: "about a minute" };
const QUICK: Extent = Extent { people: 50, writers: 8, lasts: Duration::from_secs(1), takes: "some seconds" };
/// Messages that go to everybody, one after the other.
const TALK: u64 = 200;
/// How often everybody comes back.
const STORMS: usize = 3;
/// The part of a machine that a day may take: the rest is for busy moments and for other work.
const TAKEN: f64 = 0.5;

/// Measures, and says what it comes to, line by line.
///
/// # Errors
/// Why it can't be measured, or what went wrong under load.
pub(crate) async fn run(data: &Path, quick: bool) -> Result<(), Wrong> {
    let disk = nearest(data).map_err(|error| Wrong(format!("data = {}: {error}", data.display())))?;
    let binary = std::env::current_exe().map_err(|error| Wrong(format!("this program: {error}")))?;
    let signals = serve::signals().map_err(|error| Wrong(format!("signals can't be heard: {error}")))?;
    // Its clients have descriptors, too, and the server that it starts gets what it has.
    descriptors::raise();
    let stopped = Arc::new(AtomicBool::new(false));
    let bench = Bench { extent: if quick { QUICK } else { WHOLE }, stopped: Arc::clone(&stopped) };
    let mut work = tokio::task::spawn_blocking(move || bench.run(&binary, &disk, &mut io::stdout()));
    let done = tokio::select! {
        done = &mut work => done,
        // A terminal's signal reaches the server under load, too. It ends, nothing waits for it any longer, and its data
        // are removed on the way out.
        () = signals => {
            stopped.store(true, Ordering::Relaxed);
            work.await
        }
    };
    match done.map_err(io::Error::other).flatten() {
        Err(_) if stopped.load(Ordering::Relaxed) => Err(Wrong("stopped before the end".to_owned())),
        done => done.map_err(|error| Wrong(error.to_string())),
    }
}

/// The folder, or the nearest around it that exists: what is made there is on the same disk.
fn nearest(data: &Path) -> io::Result<PathBuf> {
    let data = std::path::absolute(data)?;
    let there = data.ancestors().find(|folder| folder.is_dir());
    there.map(Path::to_owned).ok_or_else(|| io::Error::other("no folder around it exists"))
}

struct Bench {
    extent: Extent,
    stopped: Arc<AtomicBool>,
}

impl Bench {
    fn run(&self, binary: &Path, disk: &Path, out: &mut impl Write) -> io::Result<()> {
        let folder = tempfile::Builder::new().prefix("parlor-bench-").tempdir_in(disk)?;
        let parlor = Parlor::within(binary, folder.path());
        greet(disk, self.extent.takes, out)?;
        self.write(&parlor, out)?;
        self.reach(&parlor, out)?;
        self.come_back(&parlor, out)?;
        self.live(&parlor, out)
    }

    /// A line of the report, if nobody has stopped it meanwhile.
    fn say(&self, out: &mut impl Write, name: &str, words: &str) -> io::Result<()> {
        if self.stopped.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        writeln!(out, "{name:>9}  {words}")?;
        out.flush()
    }

    fn write(&self, parlor: &Parlor, out: &mut impl Write) -> io::Result<()> {
        let Extent { writers, lasts, .. } = self.extent;
        let one = durable::send(parlor, &Processes::This, 1, lasts / 4, None)?;
        let disk = one.disk.as_secs_f64() * 1e3;
        self.say(out, "disk", &format!("takes {disk:.2} ms by itself to make a message durable"))?;
        self.say(out, "answer", &format!("a message is on disk and answered after {}", range(&one.times)))?;
        let many = durable::send(parlor, &Processes::This, writers, lasts, None)?;
        let rate = grouped(many.acknowledged as f64 / lasts.as_secs_f64());
        let words = format!("{rate} messages a second from {writers} people who never pause, each on disk");
        self.say(out, "writing", &words)
    }

    fn reach(&self, parlor: &Parlor, out: &mut impl Write) -> io::Result<()> {
        let people = self.extent.people;
        let home = parlor.settle(Plan { people, neighbours: 0, messages: 0 })?;
        let mut crowd = home.gather(0..people)?;
        home.talk(&mut crowd, 0..TALK / 10)?;
        let times = home.talk(&mut crowd, TALK / 10..TALK)?;
        let all = grouped(people as f64);
        self.say(out, "reach", &format!("all {all} people in a room have a message after {}", range(&times)))
    }

    fn come_back(&self, parlor: &Parlor, out: &mut impl Write) -> io::Result<()> {
        let people = self.extent.people;
        let storms = storm::come_back(parlor, &Processes::This, people, STORMS)?;
        let longest = storms.iter().map(|storm| storm.wall).max().unwrap_or_default().as_secs_f64();
        let (all, missed) = (grouped(people as f64), storm::MISSED);
        let words =
            format!("{all} people who return at once have {missed} missed messages each in {longest:.1} s");
        self.say(out, "return", &words)
    }

    fn live(&self, parlor: &Parlor, out: &mut impl Write) -> io::Result<()> {
        let Extent { people, lasts, .. } = self.extent;
        let day = day::live(parlor, people, lasts)?;
        let carried = Carried::on(&day, people);
        let (all, percent, mib) =
            (grouped(people as f64), 100.0 * carried.processor, carried.memory_kb / 1024.0);
        self.say(out, "day", &format!("{all} people take {percent:.1} % of the processor and {mib:.1} MiB"))?;
        if let Some(course) = day.courses.iter().find(|course| course.refused > 0) {
            return Err(io::Error::other(format!("{} was refused {} times", course.call, course.refused)));
        }
        writeln!(out, "\n{}", carried.words(people))
    }
}

/// Says what is measured where, and what would spoil it.
fn greet(disk: &Path, lasts: &str, out: &mut impl Write) -> io::Result<()> {
    if !Path::new("/proc/self/schedstat").exists() {
        return Err(io::Error::other(
            "what a server takes is read from /proc, which this system does not have",
        ));
    }
    let cores = machine::cores();
    let memory = machine::memory_kb().map_or("unknown".to_owned(), |left| grouped(left as f64 / 1024.0));
    writeln!(
        out,
        "What this machine can carry: {cores} cores, {memory} MiB of memory left, the disk of {}.\n\
         It takes {lasts} and leaves nothing behind.",
        disk.display(),
    )?;
    if cfg!(debug_assertions) {
        writeln!(out, "This is an unoptimised build: a release build carries several times as much.")?;
    }
    let load = machine::load().filter(|load| *load > cores as f64 / 2.0);
    if let Some(load) = load {
        writeln!(out, "Other programs use it now (load {load}): without them it carries more.")?;
    }
    writeln!(out)?;
    out.flush()
}

/// What a day took, and what a machine has.
#[derive(Debug, Clone, Copy)]
struct Carried {
    /// Of all cores, from 0 to 1.
    processor: f64,
    /// For the people who were there, in kB.
    memory_kb: f64,
    /// What the machine has left, in kB.
    left_kb: f64,
}

impl Carried {
    fn on(day: &Day, people: usize) -> Self {
        let wall = day.spent.wall.as_secs_f64() * machine::cores() as f64;
        // Less than this is noise: a connection alone takes more.
        let least = people as f64;
        Self {
            processor: (day.spent.server.as_secs_f64() / wall).max(1e-6),
            memory_kb: (day.resident_kb.saturating_sub(day.empty_kb) as f64).max(least),
            left_kb: machine::memory_kb().map_or(f64::INFINITY, |left| left as f64),
        }
    }

    /// How many people like these the machine carries.
    fn words(self, people: usize) -> String {
        let by_processor = people as f64 * TAKEN / self.processor;
        let by_memory = people as f64 * TAKEN * self.left_kb / self.memory_kb;
        let (most, limit, other) = if by_processor < by_memory {
            (by_processor, "processor", format!("the memory would do for {}", about(by_memory)))
        } else {
            (by_memory, "memory", format!("the processor would do for {}", about(by_processor)))
        };
        format!(
            "In plain words: about {} people can be here at once on a lively day, on which each writes a message a\n\
             minute, types, reacts and reads back, and half of the machine is still free for busy moments.\n\
             The {limit} is the limit; {other}. The people of this test shared the machine with the server:\n\
             what they took is not counted, and it made the answers later than they will be.",
            about(most),
        )
    }
}

/// The middle and the upper end of times.
fn range(times: &Times) -> String {
    format!("{} ms ({} ms for the slowest of a hundred)", ms(times, 0.5), ms(times, 0.99))
}

/// Two digits, then zeros.
fn about(number: f64) -> String {
    let unit = 10_f64.powf(number.max(1.0).log10().floor() - 1.0).max(1.0);
    grouped((number / unit).floor() * unit)
}

/// A whole number, its digits in threes.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let from = digits.len() % 3;
    let threes = digits.as_bytes().get(from..).unwrap_or_default().chunks(3);
    let parts = [digits.as_bytes().get(..from).unwrap_or_default()].into_iter().chain(threes);
    parts.filter(|part| !part.is_empty()).map(String::from_utf8_lossy).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_as_people_say_them() {
        let said = [0.0, 7.0, 999.0, 1_000.0, 1_234_567.0].map(grouped);
        assert_eq!(said, ["0", "7", "999", "1,000", "1,234,567"]);
        assert_eq!([3.0, 99.0, 1_290.0, 56_789.0].map(about), ["3", "99", "1,200", "56,000"]);
    }

    #[test]
    fn what_runs_out_first_is_the_limit() {
        let carried = Carried { processor: 0.05, memory_kb: 4_000.0, left_kb: 4_000_000.0 };
        let words = carried.words(1_000);
        assert!(
            words.contains("about 10,000 people") && words.contains("The processor is the limit"),
            "{words}"
        );
        assert!(words.contains("the memory would do for 500,000"), "{words}");
        let small = Carried { left_kb: 40_000.0, ..carried }.words(1_000);
        assert!(small.contains("about 5,000 people") && small.contains("The memory is the limit"), "{small}");
    }

    #[test]
    fn a_folder_that_is_not_there_yet_stands_for_the_nearest_around_it() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(nearest(&folder.path().join("a/b")).unwrap(), folder.path());
    }
}
