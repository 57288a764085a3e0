//! The storm after a restart: everybody connects and syncs what was missed.

use std::io::{self, Write};
use std::path::Path;

use crate::connection::Entrance;
use crate::crowd::Crowd;
use crate::parlor;
use crate::process::Meter;
use crate::report::Spread;
use crate::tongue::{Heard, Tongue};
use crate::town::{self, Plan};

/// Messages that everyone has missed.
const MISSED: u32 = 100;

pub(crate) fn run(binary: &Path, clients: usize, rounds: usize, out: &mut impl Write) -> io::Result<()> {
    let data = tempfile::tempdir()?;
    let plan = Plan { people: clients, neighbours: 0, messages: MISSED as usize };
    let town = town::build(data.path(), plan)?;
    let server = parlor::start(binary, data.path())?;
    let sync = Tongue::call(0, "sync", &town.missed(MISSED));
    let entrance = |person| Entrance { join: Some(sync.clone()), ..Tongue::sign_in(&town::token(person)) };
    let (mut seconds, mut walls, mut saturated) = (Vec::new(), Vec::new(), 0);
    for round in 0..=rounds {
        let meter = Meter::start(&server)?;
        let mut complete = 0;
        let crowd =
            Crowd::enter(server.address, Tongue::Parlor, (0..clients).map(entrance), &mut |_, heard| {
                if let Heard::Answer { body, .. } = heard {
                    complete += usize::from(count(body, b"\"nonce\":") == MISSED as usize);
                }
            })?;
        let spent = meter.read()?;
        if complete != clients {
            return Err(io::Error::other(format!("only {complete} of {clients} got all they had missed")));
        }
        drop(crowd);
        if round > 0 {
            seconds.push(spent.server.as_secs_f64());
            walls.push(spent.wall.as_secs_f64());
            saturated += usize::from(spent.saturated());
        }
    }
    let each = Spread::of(&seconds.iter().map(|all| all * 1e6 / clients as f64).collect::<Vec<_>>());
    writeln!(
        out,
        "{clients} clients connect and sync {MISSED} missed messages each, {rounds} rounds; the clients had no time \
         left in {saturated}\n\n| server CPU, s | each, µs | all in sync, s |\n|---|---|---|\n| {} | {each} | {} |",
        Spread::of(&seconds),
        Spread::of(&walls),
    )
}

fn count(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes.windows(wanted.len()).filter(|window| *window == wanted).count()
}
