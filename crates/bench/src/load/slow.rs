//! Sockets that never read beside honest ones.

use std::io::{self, Write};

use parlor_load::parlor::Parlor;
use parlor_load::process::Server;
use parlor_load::report::ms;
use parlor_load::town::Plan;

/// Clients that read everything at once.
const HONEST: usize = 50;
/// Messages of one measurement, of 200 bytes each: some 700 kB for each socket, more than a kernel takes.
const MESSAGES: u64 = 1_500;

pub(crate) fn run(parlor: &Parlor, slow: usize, out: &mut impl Write) -> io::Result<()> {
    let home = parlor.settle(Plan { people: HONEST + slow, neighbours: 0, messages: 0 })?;
    let mut honest = home.gather(0..HONEST)?;
    let alone = home.talk(&mut honest, 0..MESSAGES)?;
    // They connect, and then nobody reads from their sockets any more.
    let silent = home.gather(HONEST..HONEST + slow)?;
    honest.settle()?;
    let before = home.server.resident_kb()?;
    let beside = home.talk(&mut honest, MESSAGES..2 * MESSAGES)?;
    let most = grown(&home.server, before)? / silent.len().max(1) as f64;
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
