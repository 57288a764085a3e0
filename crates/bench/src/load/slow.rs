//! Sockets that never read beside honest ones.

use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use hdrhistogram::Histogram;

use crate::crowd::Crowd;
use crate::parlor;
use crate::process::Server;
use crate::report::{self, ms};
use crate::tongue::Tongue;
use crate::town::{self, Plan, Town};

/// Clients that read everything at once.
const HONEST: usize = 50;
/// Messages of one measurement, of 200 bytes each: some 700 kB for each socket, more than a kernel takes.
const MESSAGES: u64 = 1_500;

pub(crate) fn run(binary: &Path, slow: usize, out: &mut impl Write) -> io::Result<()> {
    let data = tempfile::tempdir()?;
    let town = town::build(data.path(), Plan { people: HONEST + slow, neighbours: 0, messages: 0 })?;
    let server = parlor::start(binary, data.path())?;
    let person = |person| Tongue::sign_in(&town::token(person));
    let mut honest = Crowd::gather(server.address, Tongue::Parlor, (0..HONEST).map(person))?;
    let mut said = 0;
    let alone = talk(&mut honest, &town, &mut said)?;
    // They connect, and then nobody reads from their sockets any more.
    let silent = Crowd::gather(server.address, Tongue::Parlor, (HONEST..HONEST + slow).map(person))?;
    honest.settle()?;
    let before = server.resident_kb()?;
    let beside = talk(&mut honest, &town, &mut said)?;
    let most = grown(&server, before)? / silent.len().max(1) as f64;
    writeln!(
        out,
        "{HONEST} honest clients in one room, {MESSAGES} messages one after the other, until all honest ones have each\n\n\
         | | p50 ms | p99 ms | resident kB for each slow socket |\n|---|---|---|---|\n\
         | alone | {} | {} | |\n| beside {slow} that never read | {} | {} | {most:.1} |",
        ms(&alone, 0.5),
        ms(&alone, 0.99),
        ms(&beside, 0.5),
        ms(&beside, 0.99),
    )
}

fn grown(server: &Server, before: u64) -> io::Result<f64> {
    Ok(server.resident_kb()?.saturating_sub(before) as f64)
}

/// One message after the other, each until all have it.
fn talk(crowd: &mut Crowd, town: &Town, said: &mut u64) -> io::Result<Histogram<u64>> {
    let mut times = report::times()?;
    for _ in 0..MESSAGES {
        *said += 1;
        let started = Instant::now();
        crowd.send(0, &Tongue::Parlor.say(&town.lobby, *said, "slow"))?;
        crowd.hear(crowd.len() as u64)?;
        times.saturating_record(u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX));
    }
    Ok(times)
}
