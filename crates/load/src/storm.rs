//! The storm after a restart: everybody connects and syncs what was missed.

use std::io;

use crate::connection::Entrance;
use crate::crowd::Crowd;
use crate::parlor::Parlor;
use crate::process::{Meter, Spent};
use crate::tongue::{Heard, Tongue};
use crate::town::{self, Plan};

/// Messages that everyone has missed.
pub const MISSED: u32 = 100;

/// Lets so many people come back together, so many times, and tells what each time but the first took.
///
/// # Errors
/// When somebody does not get all that was missed.
pub fn come_back(parlor: &Parlor, people: usize, rounds: usize) -> io::Result<Vec<Spent>> {
    let home = parlor.settle(Plan { people, neighbours: 0, messages: MISSED as usize })?;
    let sync = Tongue::call(0, "sync", &home.town.missed(MISSED));
    let entrance = |person| Entrance { join: Some(sync.clone()), ..Tongue::sign_in(&town::token(person)) };
    let mut all = Vec::new();
    for round in 0..=rounds {
        let meter = Meter::start(&home.server)?;
        let mut complete = 0;
        let entrances = (0..people).map(entrance);
        let crowd = Crowd::enter(home.server.address, Tongue::Parlor, entrances, &mut |_, heard| {
            if let Heard::Answer { body, .. } = heard {
                complete += usize::from(count(body, b"\"nonce\":") == MISSED as usize);
            }
        })?;
        let spent = meter.read()?;
        if complete != people {
            return Err(io::Error::other(format!("only {complete} of {people} got all they had missed")));
        }
        drop(crowd);
        // The first round warms up code, caches and allocators.
        if round > 0 {
            all.push(spent);
        }
    }
    Ok(all)
}

fn count(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes.windows(wanted.len()).filter(|window| *window == wanted).count()
}
