//! The storm after a restart: everybody connects and syncs what was missed.

use std::io;

use crate::connection::Entrance;
use crate::parlor::Parlor;
use crate::process::Spent;
use crate::tongue::Tongue;
use crate::town::{self, Plan};
use crate::workers::{Processes, Workers};

/// Messages that everyone has missed.
pub const MISSED: u32 = 100;

/// Lets so many people come back together, so many times, and tells what each time but the first took.
///
/// # Errors
/// When somebody does not get all that was missed.
pub fn come_back(
    parlor: &Parlor,
    processes: &Processes,
    people: usize,
    rounds: usize,
) -> io::Result<Vec<Spent>> {
    let home = parlor.settle(Plan { people, neighbours: 0, messages: MISSED as usize })?;
    let sync = Tongue::call(0, "sync", &home.town.missed(MISSED));
    let entrance = |person| Entrance { join: Some(sync.clone()), ..Tongue::sign_in(&town::token(person)) };
    let mut workers = Workers::start(processes, home.server.address, Tongue::Parlor)?;
    let mut all = Vec::new();
    for round in 0..=rounds {
        workers.expect((0..people).map(entrance).collect())?;
        let meter = workers.meter(&home.server)?;
        workers.enter(MISSED as usize)?;
        let spent = meter.read()?;
        workers.leave()?;
        // The first round warms up code, caches and allocators.
        if round > 0 {
            all.push(spent);
        }
    }
    Ok(all)
}
