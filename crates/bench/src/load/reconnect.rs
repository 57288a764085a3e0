//! The storm after a restart: what it costs when everybody connects and syncs what was missed.

use std::io::{self, Write};

use parlor_load::parlor::Parlor;
use parlor_load::report::Spread;
use parlor_load::storm::{self, MISSED};
use parlor_load::workers::Processes;

pub(crate) fn run(
    parlor: &Parlor,
    processes: &Processes,
    clients: usize,
    rounds: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    let spent = storm::come_back(parlor, processes, clients, rounds)?;
    let seconds: Vec<f64> = spent.iter().map(|one| one.server.as_secs_f64()).collect();
    let walls: Vec<f64> = spent.iter().map(|one| one.wall.as_secs_f64()).collect();
    let each: Vec<f64> = spent.iter().map(|one| one.each(clients as u64)).collect();
    writeln!(
        out,
        "{clients} clients connect and sync {MISSED} missed messages each, {rounds} rounds; the clients had no time \
         left in {}\n\n| server CPU, s | each, µs | all in sync, s |\n|---|---|---|\n| {} | {} | {} |",
        spent.iter().filter(|one| one.saturated()).count(),
        Spread::of(&seconds),
        Spread::of(&each),
        Spread::of(&walls),
    )
}
