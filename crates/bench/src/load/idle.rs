//! Idle connections: the memory that each takes, and the CPU time that it took to connect.

use std::io::{self, Write};

use crate::peers::Peer;
use parlor_load::Entrance;
use parlor_load::parlor::Parlor;
use parlor_load::process::Server;
use parlor_load::report::Spread;
use parlor_load::tongue::Tongue;
use parlor_load::town::{self, Plan};
use parlor_load::workers::{Processes, Workers};

/// A contender, and what one of its servers took: resident kB and CPU µs for a connection.
type Look<'a> = (&'static str, Box<dyn Fn() -> io::Result<(f64, f64)> + 'a>);

/// Runs all of them in turn, each round with servers of its own: how much of its heap a server can give back is luck.
pub(crate) fn run(
    parlor: &Parlor,
    processes: &Processes,
    clients: usize,
    rounds: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut looks: Vec<Look<'_>> = [Peer::Engine, Peer::Npm, Peer::Bare]
        .map(|peer| (peer.name(), Box::new(move || plain(peer, processes, clients)) as Box<_>))
        .into();
    looks.push(("parlor, signed in, in three rooms", Box::new(|| signed_in(parlor, processes, clients))));
    let mut took = vec![(Vec::new(), Vec::new()); looks.len()];
    for _ in 0..rounds {
        for ((_, look), (kb, spent)) in looks.iter().zip(&mut took) {
            let (each, connect) = look()?;
            kb.push(each);
            spent.push(connect);
        }
    }
    writeln!(
        out,
        "{clients} idle connections, {rounds} servers of each\n\n\
         | | resident kB each | connect and join, CPU µs each |\n|---|---|---|"
    )?;
    for ((name, _), (kb, spent)) in looks.iter().zip(&took) {
        writeln!(out, "| {name} | {} | {} |", Spread::of(kb), Spread::of(spent))?;
    }
    Ok(())
}

fn plain(peer: Peer, processes: &Processes, clients: usize) -> io::Result<(f64, f64)> {
    let server = peer.start()?;
    let workers = Workers::start(processes, server.address, Tongue::Plain)?;
    crowded(&server, workers, clients, &|_| Tongue::visit("room0"))
}

/// Everyone is in the lobby, in a room with neighbours and in one with others: three in all.
fn signed_in(parlor: &Parlor, processes: &Processes, clients: usize) -> io::Result<(f64, f64)> {
    let home = parlor.settle(Plan { people: clients + clients / 10, neighbours: 10, messages: 0 })?;
    let workers = Workers::start(processes, home.server.address, Tongue::Parlor)?;
    crowded(&home.server, workers, clients, &|person| Tongue::sign_in(&town::token(person)))
}

/// What a connection takes. A tenth of the crowd comes first, so that pools and code pages are not counted.
fn crowded(
    server: &Server,
    mut workers: Workers,
    clients: usize,
    entrance: &dyn Fn(usize) -> Entrance,
) -> io::Result<(f64, f64)> {
    workers.gather((clients..clients + clients / 10).map(entrance).collect())?;
    let (before, meter) = (server.resident_kb()?, workers.meter(server)?);
    workers.gather((0..clients).map(entrance).collect())?;
    let (spent, after) = (meter.read()?, server.resident_kb()?);
    let each = after.saturating_sub(before) as f64 / clients as f64;
    Ok((each, spent.each(clients as u64)))
}
