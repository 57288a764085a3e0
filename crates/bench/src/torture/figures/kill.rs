//! Figures 1 and 2: the process is killed under load, at random moments and at chosen system calls, and started again.

use std::io;
use std::net::SocketAddr;
use std::process::Command;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::sleep;

use super::crowd::{CONNECTING, Crowd, halves};
use crate::history::What;
use crate::torture::fleet::conclude;
use crate::torture::http::Http;
use crate::torture::stage::{Person, Stage};
use crate::torture::{Outcome, Run};

const CLIENTS: usize = 100;
const ROOMS: usize = 20;
const PER_SECOND: u32 = 1_000;
/// What the database and the files of a server do that a crash can fall between, and the last time at which to kill:
/// a second of load makes more of each.
const CALLS: [(&str, usize); 4] = [("pwrite64", 120), ("fdatasync", 120), ("fsync", 40), ("rename", 20)];
/// A server that has not come to the chosen call by then does not make it.
const COMES: Duration = Duration::from_secs(3);
/// From a start until a write is acknowledged again.
const FIRST_ACK: Duration = Duration::from_secs(2);

/// Kills and starts again, round after round; then everything is held against the history.
pub(super) async fn under_load(mut run: Run) -> io::Result<Outcome> {
    let rounds = run.rounds(20, 1_000);
    let mut crowd = Crowd::gather(Stage::new(&run.binary)?, CLIENTS, ROOMS).await?;
    let address = crowd.stage.address();
    let mut fleet = crowd.clients(&mut run, &address, halves);
    fleet.connected(CONNECTING).await?;
    let mut slowest = Duration::ZERO;
    for _ in 0..rounds {
        fleet
            .load(PER_SECOND, run.random.between(Duration::from_millis(300), Duration::from_millis(1_500)))
            .await;
        crowd.stage.kill();
        let began = Instant::now();
        crowd.stage.start()?;
        let before = fleet.acked();
        while fleet.acked() == before && began.elapsed() < FIRST_ACK * 10 {
            fleet.load(PER_SECOND, Duration::from_millis(5)).await;
            sleep(Duration::from_millis(1)).await;
        }
        let took = began.elapsed();
        slowest = slowest.max(took);
        let value = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let bound = u64::try_from(FIRST_ACK.as_millis()).unwrap_or(u64::MAX);
        run.ledger.note(0, What::Measured { name: "ms from start to first ack".into(), value, bound });
    }
    let settled = fleet.settle(&crowd.stage, &crowd.owner).await?;
    let acked = fleet.acked();
    fleet.leave().await?;
    conclude(&mut crowd.stage, &crowd.owner, &run.ledger).await?;
    Ok(Outcome::Ran(format!(
        "{rounds} kills, {acked} acknowledged, first ack within {:.2} s, all views complete after {:.2} s",
        slowest.as_secs_f64(),
        settled.as_secs_f64()
    )))
}

/// Figure 2: strace kills the process at the k-th of a kind of system call, also while it starts.
pub(super) async fn at_calls(mut run: Run) -> io::Result<Outcome> {
    if Command::new("strace").arg("-V").output().is_err() {
        return Ok(Outcome::Skipped("strace is not installed".into()));
    }
    let rounds = run.rounds(12, 480);
    let mut crowd = Crowd::gather(Stage::new(&run.binary)?, 16, 4).await?;
    let address = crowd.stage.address();
    let mut fleet = crowd.clients(&mut run, &address, halves);
    fleet.connected(CONNECTING).await?;
    let room = crowd.rooms.first().map_or(0, |(room, _)| *room);
    let (mut died, mut in_start) = (0, 0);
    for round in 0..rounds {
        crowd.stage.kill();
        let (call, furthest) = CALLS.get(round % CALLS.len()).copied().unwrap_or(CALLS[0]);
        let when = 1 + run.random.below(furthest);
        let inject = format!("inject={call}:signal=KILL:when={when}");
        let words = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}"), "-e", &inject];
        crowd.stage.wrapper = words.iter().map(|&word| word.to_owned()).collect();
        if crowd.stage.start().is_ok() {
            let began = Instant::now();
            let mut files = JoinSet::new();
            files.spawn(upload(crowd.stage.at(), crowd.owner.clone(), room));
            while began.elapsed() < COMES && !crowd.stage.ended(Duration::ZERO).await? {
                fleet.load(200, Duration::from_millis(20)).await;
            }
            died += usize::from(began.elapsed() < COMES);
        } else {
            in_start += 1;
        }
        crowd.stage.kill();
        crowd.stage.wrapper.clear();
        crowd.stage.start()?;
        fleet.load(200, Duration::from_millis(50)).await;
    }
    fleet.settle(&crowd.stage, &crowd.owner).await?;
    let acked = fleet.acked();
    fleet.leave().await?;
    conclude(&mut crowd.stage, &crowd.owner, &run.ledger).await?;
    if died + in_start == 0 {
        return Err(io::Error::other("nothing was ever killed: strace does not inject here"));
    }
    Ok(Outcome::Ran(format!("{died} kills under load and {in_start} while it started, {acked} acknowledged")))
}

/// Uploads one file after the other, until the server is gone.
async fn upload(address: SocketAddr, person: Person, room: u64) -> io::Result<()> {
    let mut http = Http::open(address).await?;
    loop {
        http.upload(&person.token, room, "a few words\n").await?;
    }
}
