//! Reads, by one caller and by several at once: what a call costs the server, and how long it takes.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use parlor_load::Times;
use parlor_load::crowd::{Crowd, PATIENCE};
use parlor_load::parlor::{Home, Parlor};
use parlor_load::process::Meter;
use parlor_load::report::{self, Spread, ms};
use parlor_load::tongue::{Heard, Tongue};
use parlor_load::town::{self, Plan};

/// Calls of one round.
const CALLS: u64 = 300;
const ROUNDS: usize = 6;

/// Callers at once where it is to be seen what a call costs a server that does not sleep between two.
const CALLERS: usize = 16;

/// Callers of a Parlor with a past.
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
        let crowd = home.gather(0..CALLERS)?;
        home.server.rest()?;
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
            self.row(out, name, 1, ("room:history", &page(from.clone())))?;
            let many = format!("{name}, {CALLERS} at once");
            self.row(out, &many, CALLERS, ("room:history", &page(from)))?;
        }
        Ok(())
    }

    fn search(&mut self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "newest 50 of {} messages\n\n{HEAD}", self.messages)?;
        let rare = town::words(7).split(' ').max().unwrap_or_default().to_owned();
        for query in ["bababa", "bababa babade", "b", "ba", "bab", "baba", "vozazu", &rare, "nothing like it"]
        {
            let request = json!({ "query": query, "limit": 50 });
            self.row(out, &format!("`{query}`"), 1, ("message:search", &request))?;
        }
        Ok(())
    }

    /// One row, of so many callers who each ask again as soon as they are answered.
    fn row(
        &mut self,
        out: &mut impl Write,
        name: &str,
        callers: usize,
        (call, request): (&str, &Value),
    ) -> io::Result<()> {
        let (mut times, mut warm_up) = (report::times()?, report::times()?);
        let (mut each, mut bytes) = (Vec::new(), 0);
        let Self { home, crowd, calls, .. } = self;
        for round in 0..ROUNDS {
            let meter = Meter::start(&home.server)?;
            let times = if round > 0 { &mut times } else { &mut warm_up };
            bytes = ask((crowd, callers), calls, (call, request), times)?;
            if round > 0 {
                each.push(meter.read()?.each(CALLS));
            }
        }
        let (p50, p99) = (ms(&times, 0.5), ms(&times, 0.99));
        writeln!(out, "| {name} | {} | {p50} | {p99} | {bytes} |", Spread::of(&each))
    }
}

/// The calls of one round, numbered on; answers with how many bytes came back for one.
fn ask(
    (crowd, callers): (&mut Crowd, usize),
    number: &mut u64,
    (call, request): (&str, &Value),
    times: &mut Times,
) -> io::Result<usize> {
    let mut asked = vec![Instant::now(); callers];
    let mut free: Vec<usize> = (0..callers).collect();
    let (mut sent, mut answered, mut bytes, mut refused) = (0, 0, 0, None);
    while answered < CALLS {
        for caller in free.drain(..).take(usize::try_from(CALLS - sent).unwrap_or(0)) {
            (sent, *number) = (sent + 1, *number + 1);
            if let Some(asked) = asked.get_mut(caller) {
                *asked = Instant::now();
            }
            crowd.send(caller, &Tongue::call(*number, call, request))?;
        }
        crowd.turn(PATIENCE, &mut |caller, heard| {
            let Heard::Answer { body, .. } = heard else { return };
            if !heard.is_done() {
                refused = Some(String::from_utf8_lossy(body).into_owned());
            }
            let took = asked.get(caller).map_or(Duration::ZERO, Instant::elapsed);
            times.saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
            (answered, bytes) = (answered + 1, body.len());
            free.push(caller);
        })?;
    }
    refused.map_or(Ok(bytes), |why| Err(io::Error::other(format!("{call}: {why}"))))
}
