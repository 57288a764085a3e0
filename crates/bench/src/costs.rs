//! The regression gate: instructions for a delivery, a send, a connect, a sync and a page, which no noise can shake.
//!
//! Each server runs under callgrind twice, with few and with many of the same thing; what is between the two is what
//! one costs, and everything that happens once drops out.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;

use serde_json::json;

use parlor_load::Entrance;
use parlor_load::crowd::{Crowd, PATIENCE};
use parlor_load::parlor::Parlor;
use parlor_load::process::Server;
use parlor_load::storm::MISSED;
use parlor_load::tongue::{Heard, Tongue};
use parlor_load::town::{self, Plan, Town};

/// How much more than the baseline something may cost, in percent: compilers and timers differ a little.
const TOLERANCE: u64 = 15;
/// How often something that looks dearer is counted again: a timer or a larger batch of the index only ever adds.
const DOUBTS: usize = 2;
/// Members of the room in which deliveries are counted: so many that what a call costs by itself hardly shows.
const MEMBERS: usize = 200;

/// Messages on a page.
const PAGE: usize = 50;

/// Something whose cost is counted.
struct Subject {
    name: &'static str,
    /// How often in the small run, and in the large one.
    runs: [usize; 2],
    /// What one time is worth: a message to a room is that many deliveries.
    worth: usize,
    /// Does it this often on a server under callgrind, and tells the instructions of the whole process.
    count: fn(&Path, usize) -> io::Result<u64>,
}

const SUBJECTS: [Subject; 5] = [
    Subject { name: "delivery", runs: [10, 90], worth: MEMBERS, count: deliveries },
    Subject { name: "send", runs: [20, 420], worth: 1, count: sends },
    Subject { name: "connect", runs: [10, 110], worth: 1, count: connects },
    Subject { name: "sync", runs: [5, 55], worth: 1, count: syncs },
    Subject { name: "page", runs: [5, 55], worth: 1, count: pages },
];

impl Subject {
    /// Instructions of one time.
    fn each(&self, binary: &Path) -> io::Result<u64> {
        let [few, many] = self.runs;
        let between = (self.count)(binary, many)?.saturating_sub((self.count)(binary, few)?);
        Ok(between / ((many - few) * self.worth) as u64)
    }
}

/// Counts, and holds the counts against the baseline, or writes it anew.
///
/// # Errors
/// What costs too much, or why nothing could be counted.
pub(crate) fn run(binary: &Path, baseline: &Path, renew: bool, out: &mut impl Write) -> io::Result<()> {
    let known: BTreeMap<String, u64> =
        fs::read(baseline).map_or_else(|_| Ok(BTreeMap::new()), |bytes| serde_json::from_slice(&bytes))?;
    let mut counted = BTreeMap::new();
    let mut worse = Vec::new();
    writeln!(
        out,
        "instructions for each, user space, under callgrind\n\n| | now | baseline |\n|---|---|---|"
    )?;
    for subject in &SUBJECTS {
        let before = known.get(subject.name).copied();
        let is_worse = |each| !renew && before.is_none_or(|before| each > before + before * TOLERANCE / 100);
        let mut each = subject.each(binary)?;
        for _ in 0..DOUBTS {
            if is_worse(each) {
                each = each.min(subject.each(binary)?);
            }
        }
        let shown = before.map_or("none".to_owned(), |before| before.to_string());
        writeln!(out, "| {} | {each} | {shown} |", subject.name)?;
        if is_worse(each) {
            worse.push(subject.name);
        }
        counted.insert(subject.name, each);
    }
    if renew {
        return fs::write(baseline, serde_json::to_string_pretty(&counted)? + "\n");
    }
    if worse.is_empty() {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "over the baseline by more than {TOLERANCE} %: {}. If that is meant, write the baseline anew with --renew",
        worse.join(", ")
    )))
}

/// Somebody types and stops, over and over, which is told to everyone in the lobby and written nowhere.
fn deliveries(binary: &Path, times: usize) -> io::Result<u64> {
    in_town(binary, Plan { people: MEMBERS, neighbours: 0, messages: 0 }, |server, town| {
        let entrances = (0..MEMBERS).map(|person| Tongue::sign_in(&town::token(person)));
        let mut crowd = Crowd::gather(server.address, Tongue::Parlor, entrances)?;
        for number in 1..=times as u64 {
            let name = if number % 2 == 1 { "typing:start" } else { "typing:stop" };
            call(&mut crowd, number, &Tongue::call(number, name, &json!({ "room": town.lobby })))?;
        }
        crowd.settle()
    })
}

fn sends(binary: &Path, times: usize) -> io::Result<u64> {
    in_town(binary, Plan { people: 1, neighbours: 1, messages: 0 }, |server, town| {
        let mut crowd = Crowd::gather(server.address, Tongue::Parlor, [Tongue::sign_in(&town::token(0))])?;
        let room = town.rooms.first().ok_or_else(|| io::Error::other("no room"))?;
        for number in 1..=times as u64 {
            call(&mut crowd, number, &Tongue::Parlor.say(room, number))?;
        }
        Ok(())
    })
}

fn connects(binary: &Path, times: usize) -> io::Result<u64> {
    in_town(binary, Plan { people: 110, neighbours: 0, messages: 0 }, |server, _| {
        let entrances = (0..times).map(|person| Tongue::sign_in(&town::token(person)));
        Crowd::gather(server.address, Tongue::Parlor, entrances).map(drop)
    })
}

fn syncs(binary: &Path, times: usize) -> io::Result<u64> {
    let plan = Plan { people: 1, neighbours: 0, messages: MISSED as usize };
    in_town(binary, plan, |server, town| {
        let entrance: Entrance = Tongue::sign_in(&town::token(0));
        let mut crowd = Crowd::gather(server.address, Tongue::Parlor, [entrance])?;
        for number in 1..=times as u64 {
            call(&mut crowd, number, &Tongue::call(number, "sync", &town.missed(MISSED)))?;
        }
        Ok(())
    })
}

/// A page of fifty messages, none of which is on the page before.
fn pages(binary: &Path, times: usize) -> io::Result<u64> {
    let plan = Plan { people: 1, neighbours: 0, messages: 60 * PAGE };
    in_town(binary, plan, |server, town| {
        let mut crowd = Crowd::gather(server.address, Tongue::Parlor, [Tongue::sign_in(&town::token(0))])?;
        for number in 1..=times {
            let asked =
                json!({ "room": town.lobby, "from": { "before": (number + 1) * PAGE }, "limit": PAGE });
            call(&mut crowd, number as u64, &Tongue::call(number as u64, "room:history", &asked))?;
        }
        Ok(())
    })
}

/// One call of the first client, which must be done.
fn call(crowd: &mut Crowd, number: u64, packet: &str) -> io::Result<()> {
    crowd.send(0, packet)?;
    let mut done = None;
    while done.is_none() {
        crowd.turn(PATIENCE, &mut |_, heard| {
            if let Heard::Answer { id, .. } = heard
                && id == number
            {
                done = Some(heard.is_done());
            }
        })?;
    }
    if done == Some(true) { Ok(()) } else { Err(io::Error::other("a call was refused")) }
}

fn in_town(
    binary: &Path,
    plan: Plan,
    work: impl FnOnce(&Server, &Town) -> io::Result<()>,
) -> io::Result<u64> {
    let parlor = Parlor::new(binary);
    let data = parlor.folder()?;
    let town = town::build(data.path(), plan)?;
    instructions(&parlor.command(data.path())?, |server| work(server, &town))
}

/// Runs a server under callgrind while this is done to it; the instructions of the whole process.
fn instructions(server: &Command, work: impl FnOnce(&Server) -> io::Result<()>) -> io::Result<u64> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("callgrind.out");
    let mut command = Command::new("valgrind");
    command.args(["-q", "--tool=callgrind"]).arg(format!("--callgrind-out-file={}", file.display()));
    command.arg(server.get_program()).args(server.get_args());
    for (name, value) in server.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.current_dir(server.get_current_dir().unwrap_or(Path::new(".")));
    let running = Server::start(&mut command, "").map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => io::Error::other(
            "valgrind is missing, which counts the instructions. On Debian: apt-get install valgrind",
        ),
        _ => error,
    })?;
    work(&running)?;
    running.stop()?;
    let counts = fs::read_to_string(&file)?;
    let total = counts.lines().find_map(|line| line.strip_prefix("totals: "));
    total
        .and_then(|total| total.trim().parse().ok())
        .ok_or_else(|| io::Error::other("callgrind has written no total"))
}
