//! Figure 5: a disk that fails, fills up, or takes its time.
//!
//! After a failed sync nobody knows what is on the disk, so the server has to stop without another ack. A full disk
//! and a slow one are different: writes are refused or wait, reads go on, and nobody has to do anything afterwards.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use super::crash::traces;
use super::crowd::{CONNECTING, Crowd, halves};
use crate::history::What;
use crate::torture::fleet::{Fleet, conclude};
use crate::torture::http::Http;
use crate::torture::stage::{Stage, expect};
use crate::torture::{Outcome, Run};

const CLIENTS: usize = 16;
const ROOMS: usize = 4;
const PER_SECOND: u32 = 200;
/// How long a fault may wait for its system call, and how long the server is watched then.
const WATCHED: Duration = Duration::from_secs(3);
/// A read takes at most so long while the disk is in trouble.
const READ_MS: u64 = 1_000;
/// MiB of a disk that is filled up: a little more than the reserve below which the server writes nothing.
const DISK_MIB: u64 = 300;

/// What the disk does, by strace's words for it, and whether the server has to stop.
const FAULTS: [(&str, &str, bool); 5] = [
    ("a sync fails", "fdatasync:error=EIO:when=", true),
    ("a write fails", "pwrite64:error=EIO:when=", true),
    ("a sync fails, for want of room", "fdatasync:error=ENOSPC:when=", true),
    ("no room for writes", "pwrite64:error=ENOSPC:when=", false),
    ("syncs take 2 s", "fdatasync:delay_exit=2000000:when=", false),
];

/// Makes the faults in turn, and a disk that is really full where one can be mounted.
pub(super) async fn failing(mut run: Run) -> io::Result<Outcome> {
    if !traces() {
        return Ok(Outcome::Skipped("strace is not installed".into()));
    }
    let (rounds, furthest) = (run.rounds(FAULTS.len() * 2, FAULTS.len() * 100), 100);
    let stage = Stage::new(&run.binary)?;
    let full = Small::mount(&stage.data());
    let mut crowd = Crowd::gather(stage, CLIENTS, ROOMS).await?;
    let address = crowd.stage.address();
    let mut fleet = crowd.clients(&mut run, &address, halves);
    fleet.connected(CONNECTING).await?;
    if let Ok(disk) = &full {
        fill_up(disk, &mut crowd, &mut fleet, &run).await?;
    }
    let mut stopped = 0;
    for round in 0..rounds {
        let (name, fault, stops) = FAULTS.get(round % FAULTS.len()).copied().unwrap_or_default();
        crowd.stage.stop().await?;
        // Some calls are made before anyone is let in; a fault that outlasts its call is one of many in a row.
        let first = 20 + run.random.below(furthest);
        let last = if stops { first } else { first + 20 };
        wrap(&mut crowd.stage, &format!("inject={fault}{first}..{last}"));
        if crowd.stage.start().is_ok() {
            let began = Instant::now();
            while began.elapsed() < WATCHED && !crowd.stage.ended(Duration::ZERO).await? {
                fleet.load(PER_SECOND, Duration::from_millis(100)).await;
                if !stops {
                    reads(&crowd, &run).await?;
                }
            }
            let ended = crowd.stage.ended(Duration::ZERO).await?;
            if ended && !stops {
                return Err(io::Error::other(format!("{name}: the server has stopped")));
            }
            stopped += usize::from(ended);
        }
        crowd.stage.kill();
        // What it had to say of the fault is no fault of its own.
        crowd.stage.forget_log()?;
        crowd.stage.wrapper.clear();
        crowd.stage.start()?;
        fleet.load(PER_SECOND, Duration::from_millis(200)).await;
    }
    fleet.settle(&crowd.stage, &crowd.owner).await?;
    let acked = fleet.acked();
    fleet.leave().await?;
    conclude(&mut crowd.stage, &crowd.owner, &run.ledger).await?;
    if stopped == 0 {
        return Err(io::Error::other("no failing disk has stopped the server: strace does not inject here"));
    }
    let disk = full.map_or_else(|why| format!("no disk to fill up: {why}"), |_| "a full disk".to_owned());
    Ok(Outcome::Ran(format!("{rounds} faults, {stopped} stops, {disk}, {acked} acknowledged")))
}

fn wrap(stage: &mut Stage, inject: &str) {
    let words =
        ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync,fsync,pwrite64", "-e", inject];
    stage.wrapper = words.iter().map(|&word| word.to_owned()).collect();
}

/// A page of a room, which is shown whatever the disk does with writes.
async fn reads(crowd: &Crowd, run: &Run) -> io::Result<()> {
    let began = Instant::now();
    let mut http = Http::open(crowd.stage.at()).await?;
    for (room, _) in &crowd.rooms {
        let page = json!({ "room": room.to_string(), "from": "latest", "limit": 20 });
        expect(http.call(&crowd.owner.token, "room:history", &page).await?)?;
    }
    let value = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let name = "ms for pages while the disk is in trouble".into();
    run.ledger.note(0, What::Measured { name, value, bound: READ_MS });
    Ok(())
}

/// Takes all room there is while everybody writes; gives it back, and waits for the first ack after that.
async fn fill_up(disk: &Small, crowd: &mut Crowd, fleet: &mut Fleet, run: &Run) -> io::Result<()> {
    fleet.load(PER_SECOND, Duration::from_millis(500)).await;
    disk.fill()?;
    for _ in 0..10 {
        fleet.load(PER_SECOND, Duration::from_millis(200)).await;
        reads(crowd, run).await?;
    }
    let full = fleet.acked();
    fleet.load(PER_SECOND, Duration::from_millis(500)).await;
    if fleet.acked() > full {
        return Err(io::Error::other("something was acknowledged although the disk is full"));
    }
    disk.empty()?;
    let began = Instant::now();
    while fleet.acked() == full && began.elapsed() < WATCHED * 3 {
        fleet.load(PER_SECOND, Duration::from_millis(20)).await;
    }
    let value = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let name = "ms until a write is done after there is room again".into();
    let bound = u64::try_from(WATCHED.as_millis()).unwrap_or(u64::MAX);
    run.ledger.note(0, What::Measured { name, value, bound });
    crowd.stage.forget_log()
}

/// A filesystem of a few hundred MiB, for as long as this value lives.
struct Small {
    folder: PathBuf,
}

impl Small {
    fn mount(folder: &Path) -> Result<Self, String> {
        std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        let size = format!("size={DISK_MIB}m");
        let mut command = Command::new("mount");
        let mounted = command.args(["-t", "tmpfs", "-o", &size, "none"]).arg(folder).output();
        match mounted {
            Ok(done) if done.status.success() => Ok(Self { folder: folder.to_owned() }),
            Ok(done) => Err(String::from_utf8_lossy(&done.stderr).trim().to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn ballast(&self) -> PathBuf {
        self.folder.join("ballast")
    }

    /// Leaves not a single byte.
    fn fill(&self) -> io::Result<()> {
        let file = File::create(self.ballast())?;
        let mut step = DISK_MIB << 20;
        let mut length = 0;
        while step >= 4096 {
            match rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), length, step) {
                Ok(()) => length += step,
                Err(_) => step /= 2,
            }
        }
        Ok(())
    }

    fn empty(&self) -> io::Result<()> {
        std::fs::remove_file(self.ballast())
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        // Whoever still has a file open in it keeps it until then.
        drop(Command::new("umount").arg("--lazy").arg(&self.folder).status());
    }
}
