//! Idle connections: the memory that each takes, and the CPU time that it took to connect.

use std::io::{self, Write};

use crate::peers::Peer;
use parlor_load::Entrance;
use parlor_load::crowd::Crowd;
use parlor_load::parlor::Parlor;
use parlor_load::process::{Meter, Server};
use parlor_load::tongue::Tongue;
use parlor_load::town::{self, Plan};

pub(crate) fn run(parlor: &Parlor, clients: usize, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "{clients} idle connections\n\n| | resident kB each | connect and join, CPU µs each |\n|---|---|---|"
    )?;
    for peer in [Peer::Engine, Peer::Npm, Peer::Bare] {
        let entrance = |_| Tongue::visit("room0");
        row(out, peer.name(), &peer.start()?, clients, (Tongue::Plain, &entrance))?;
    }
    // Everyone is in the lobby, in a room with neighbours and in one with others: three in all.
    let home = parlor.settle(Plan { people: clients + clients / 10, neighbours: 10, messages: 0 })?;
    let entrance = |person| Tongue::sign_in(&town::token(person));
    row(out, "parlor, signed in, in three rooms", &home.server, clients, (Tongue::Parlor, &entrance))
}

/// A tenth of the crowd comes first, so that pools and code pages are not counted.
fn row(
    out: &mut impl Write,
    name: &str,
    server: &Server,
    clients: usize,
    (tongue, entrance): (Tongue, &dyn Fn(usize) -> Entrance),
) -> io::Result<()> {
    let first = Crowd::gather(server.address, tongue, (clients..clients + clients / 10).map(entrance))?;
    let (before, meter) = (server.resident_kb()?, Meter::start(server)?);
    let crowd = Crowd::gather(server.address, tongue, (0..clients).map(entrance))?;
    let (spent, after) = (meter.read()?, server.resident_kb()?);
    drop((first, crowd));
    let each = after.saturating_sub(before) as f64 / clients as f64;
    writeln!(out, "| {name} | {each:.2} | {:.0} |", spent.each(clients as u64))
}
