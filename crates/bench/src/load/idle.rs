//! Idle connections: the memory that each takes, and the CPU time that it took to connect.

use std::io::{self, Write};

use crate::peers::Peer;
use parlor_load::Entrance;
use parlor_load::parlor::Parlor;
use parlor_load::process::Server;
use parlor_load::tongue::Tongue;
use parlor_load::town::{self, Plan};
use parlor_load::workers::{Processes, Workers};

pub(crate) fn run(
    parlor: &Parlor,
    processes: &Processes,
    clients: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(
        out,
        "{clients} idle connections\n\n| | resident kB each | connect and join, CPU µs each |\n|---|---|---|"
    )?;
    for peer in [Peer::Engine, Peer::Npm, Peer::Bare] {
        let server = peer.start()?;
        let workers = Workers::start(processes, server.address, Tongue::Plain)?;
        row(out, peer.name(), (&server, workers), clients, &|_| Tongue::visit("room0"))?;
    }
    // Everyone is in the lobby, in a room with neighbours and in one with others: three in all.
    let home = parlor.settle(Plan { people: clients + clients / 10, neighbours: 10, messages: 0 })?;
    let workers = Workers::start(processes, home.server.address, Tongue::Parlor)?;
    let entrance = |person| Tongue::sign_in(&town::token(person));
    row(out, "parlor, signed in, in three rooms", (&home.server, workers), clients, &entrance)
}

/// A tenth of the crowd comes first, so that pools and code pages are not counted.
fn row(
    out: &mut impl Write,
    name: &str,
    (server, mut workers): (&Server, Workers),
    clients: usize,
    entrance: &dyn Fn(usize) -> Entrance,
) -> io::Result<()> {
    workers.gather((clients..clients + clients / 10).map(entrance).collect())?;
    let (before, meter) = (server.resident_kb()?, workers.meter(server)?);
    workers.gather((0..clients).map(entrance).collect())?;
    let (spent, after) = (meter.read()?, server.resident_kb()?);
    let each = after.saturating_sub(before) as f64 / clients as f64;
    writeln!(out, "| {name} | {each:.2} | {:.0} |", spent.each(clients as u64))
}
