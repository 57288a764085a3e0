//! Reads, one caller after the other: what a call costs the server, and how long it takes.

use std::io::{self, Write};
use std::time::Instant;

use serde_json::{Value, json};

use parlor_load::crowd::{Crowd, PATIENCE};
use parlor_load::parlor::{Home, Parlor};
use parlor_load::process::Meter;
use parlor_load::report::{self, Spread, ms};
use parlor_load::tongue::{Heard, Tongue};
use parlor_load::town::{self, Plan};

/// Calls of one round.
const CALLS: u64 = 300;
const ROUNDS: usize = 6;

/// One caller of a Parlor with a past.
struct Scene {
    home: Home,
    crowd: Crowd,
    calls: u64,
    messages: usize,
}

/// Pages of 50 from the newest, the middle and the oldest part of the lobby.
pub(crate) fn history(parlor: &Parlor, messages: usize, out: &mut impl Write) -> io::Result<()> {
    Scene::open(parlor, messages)?.history(out)
}

/// Searches of one who is in the lobby and two more rooms.
pub(crate) fn search(parlor: &Parlor, messages: usize, out: &mut impl Write) -> io::Result<()> {
    Scene::open(parlor, messages)?.search(out)
}

/// History, then searches.
pub(crate) fn both(parlor: &Parlor, messages: usize, out: &mut impl Write) -> io::Result<()> {
    let mut scene = Scene::open(parlor, messages)?;
    scene.history(out)?;
    writeln!(out)?;
    scene.search(out)
}

const HEAD: &str = "| | CPU µs each | p50 ms | p99 ms | bytes |\n|---|---|---|---|---|";

impl Scene {
    fn open(parlor: &Parlor, messages: usize) -> io::Result<Self> {
        let home = parlor.settle(Plan { people: 100, neighbours: 10, messages })?;
        let crowd = home.gather(0..1)?;
        Ok(Self { home, crowd, calls: 0, messages })
    }

    fn history(&mut self, out: &mut impl Write) -> io::Result<()> {
        let (room, head) = (self.home.town.lobby.clone(), self.home.town.head);
        writeln!(out, "pages of 50 from a room of {head} entries\n\n{HEAD}")?;
        let page = |from: Value| json!({ "room": room, "from": from, "limit": 50 });
        for (name, from) in [
            ("newest", json!("latest")),
            ("before the middle", json!({ "before": head / 2 })),
            ("around the middle", json!({ "around": head / 2 })),
        ] {
            self.row(out, name, "room:history", &page(from))?;
        }
        Ok(())
    }

    fn search(&mut self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "newest 50 of {} messages\n\n{HEAD}", self.messages)?;
        let rare = town::words(7).split(' ').max().unwrap_or_default().to_owned();
        for query in ["bababa", "bababa babade", "b", "ba", "bab", "baba", "vozazu", &rare, "nothing like it"]
        {
            let request = json!({ "query": query, "limit": 50 });
            self.row(out, &format!("`{query}`"), "message:search", &request)?;
        }
        Ok(())
    }

    fn row(&mut self, out: &mut impl Write, name: &str, call: &str, request: &Value) -> io::Result<()> {
        let mut times = report::times()?;
        let (mut each, mut bytes) = (Vec::new(), 0);
        for round in 0..ROUNDS {
            let meter = Meter::start(&self.home.server)?;
            for _ in 0..CALLS {
                let started = Instant::now();
                self.calls += 1;
                bytes = ask(&mut self.crowd, self.calls, call, request)?;
                let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
                if round > 0 {
                    times.saturating_record(micros);
                }
            }
            if round > 0 {
                each.push(meter.read()?.each(CALLS));
            }
        }
        let (p50, p99) = (ms(&times, 0.5), ms(&times, 0.99));
        writeln!(out, "| {name} | {} | {p50} | {p99} | {bytes} |", Spread::of(&each))
    }
}

/// One call of this number; answers with how many bytes came back.
fn ask(crowd: &mut Crowd, number: u64, name: &str, request: &Value) -> io::Result<usize> {
    crowd.send(0, &Tongue::call(number, name, request))?;
    let mut answer = None;
    while answer.is_none() {
        crowd.turn(PATIENCE, &mut |_, heard| {
            if let Heard::Answer { id, body } = heard
                && id == number
            {
                let refused = (!heard.is_done()).then(|| String::from_utf8_lossy(body).into_owned());
                answer = Some(refused.map_or(Ok(body.len()), Err));
            }
        })?;
    }
    answer.unwrap_or(Ok(0)).map_err(|refused| io::Error::other(format!("{name}: {refused}")))
}
