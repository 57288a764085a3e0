//! A mixed day: everything that people do, each at its own rate and on time, whether or not the server keeps up.

use std::collections::{HashMap, VecDeque};
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use serde_json::{Value, json};

use crate::crowd::Crowd;
use crate::parlor;
use crate::process::Meter;
use crate::report::{self, ms};
use crate::tongue::{Heard, Tongue};
use crate::town::{self, Plan, Town};

/// Something that people do, and how often each of them does it in 1,000 seconds.
struct Habit {
    call: &'static str,
    per_1000_s: u64,
    request: fn(&Person<'_>) -> Value,
}

/// Who does it.
struct Person<'a> {
    room: &'a str,
    number: u64,
}

/// A lively day: a message a minute from each, and what comes with it.
const HABITS: [Habit; 6] = [
    Habit {
        call: "message:send",
        per_1000_s: 16,
        request: |it| {
            let text = town::words(usize::try_from(it.number).unwrap_or(0));
            json!({ "room": it.room, "nonce": format!("day-{}", it.number), "text": text })
        },
    },
    Habit { call: "typing:start", per_1000_s: 40, request: |it| json!({ "room": it.room }) },
    Habit { call: "presence:set", per_1000_s: 8, request: |it| json!({ "state": state(it.number) }) },
    Habit {
        call: "reaction:add",
        per_1000_s: 8,
        request: |it| json!({ "room": it.room, "nonce": format!("day-{}", it.number), "seq": 14, "emoji": "👍" }),
    },
    Habit { call: "read:mark", per_1000_s: 30, request: |it| json!({ "room": it.room, "seq": 14 }) },
    Habit {
        call: "room:history",
        per_1000_s: 5,
        request: |it| json!({ "room": it.room, "from": "latest", "limit": 50 }),
    },
];

fn state(number: u64) -> &'static str {
    if number.is_multiple_of(2) { "online" } else { "away" }
}

/// Calls of one habit that are under way or done.
struct Course {
    times: Histogram<u64>,
    refused: u64,
    due: u64,
}

struct Day<'a> {
    crowd: &'a mut Crowd,
    town: &'a Town,
    courses: Vec<Course>,
    /// Calls of each person that are not answered, by number: which habit, and when it was meant to be made.
    open: HashMap<u64, (usize, Instant)>,
    calls: u64,
}

pub(crate) fn run(binary: &Path, people: usize, seconds: u64, out: &mut impl Write) -> io::Result<()> {
    let data = tempfile::tempdir()?;
    let town = town::build(data.path(), Plan { people, neighbours: 10, messages: people * 20 })?;
    let server = parlor::start(binary, data.path())?;
    let entrances = (0..people).map(|person| Tongue::sign_in(&town::token(person)));
    let mut crowd = Crowd::gather(server.address, Tongue::Parlor, entrances)?;
    let mut courses = Vec::new();
    for _ in &HABITS {
        courses.push(Course { times: report::times()?, refused: 0, due: 0 });
    }
    let mut day = Day { crowd: &mut crowd, town: &town, courses, open: HashMap::new(), calls: 0 };
    let meter = Meter::start(&server)?;
    day.live(people, Duration::from_secs(seconds))?;
    let spent = meter.read()?;
    let faults = day.crowd.faults();
    writeln!(
        out,
        "{people} people for {seconds} s; {} calls, server CPU {:.1} % of one core, {} MiB; clients {:.0} %{}; {faults:?}\n\n\
         | call | made | refused | p50 ms | p99 ms | p99.9 ms |\n|---|---|---|---|---|---|",
        day.calls,
        100.0 * spent.server.as_secs_f64() / spent.wall.as_secs_f64(),
        server.resident_kb()? / 1024,
        100.0 * spent.own.as_secs_f64() / spent.wall.as_secs_f64(),
        if spent.saturated() { " (INVALID: the clients had no time left)" } else { "" },
    )?;
    for (habit, course) in HABITS.iter().zip(&day.courses) {
        let times = &course.times;
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            habit.call,
            course.due,
            course.refused,
            ms(times, 0.5),
            ms(times, 0.99),
            ms(times, 0.999)
        )?;
    }
    Ok(())
}

impl Day<'_> {
    fn live(&mut self, people: usize, lasts: Duration) -> io::Result<()> {
        let started = Instant::now();
        while started.elapsed() < lasts {
            let mut calls = VecDeque::new();
            for (number, (habit, course)) in HABITS.iter().zip(&mut self.courses).enumerate() {
                let rate = habit.per_1000_s as f64 * people as f64 / 1_000.0;
                while started + Duration::from_secs_f64(course.due as f64 / rate) <= Instant::now() {
                    calls.push_back((number, started + Duration::from_secs_f64(course.due as f64 / rate)));
                    course.due += 1;
                }
            }
            for (habit, meant) in calls {
                self.call(habit, meant, people)?;
            }
            self.turn()?;
        }
        while !self.open.is_empty() {
            if started.elapsed() > lasts + crate::crowd::PATIENCE {
                return Err(io::Error::other(format!("{} calls are not answered", self.open.len())));
            }
            self.turn()?;
        }
        Ok(())
    }

    fn call(&mut self, habit: usize, meant: Instant, people: usize) -> io::Result<()> {
        self.calls += 1;
        let number = self.calls;
        // Some step that shares no divisor with the number of people, so that everyone has their turn.
        let person = usize::try_from(number.wrapping_mul(7_919)).unwrap_or(0) % people;
        let (Some(habits), Some(room)) = (HABITS.get(habit), self.town.rooms.get(person / 10)) else {
            return Ok(());
        };
        let request = (habits.request)(&Person { room, number });
        self.crowd.send(person, &Tongue::call(number, habits.call, &request))?;
        self.open.insert(number, (habit, meant));
        Ok(())
    }

    fn turn(&mut self) -> io::Result<()> {
        let (open, courses) = (&mut self.open, &mut self.courses);
        self.crowd
            .turn(Duration::from_millis(1), &mut |_, heard| {
                let Heard::Answer { id, .. } = heard else { return };
                let answered =
                    open.remove(&id).and_then(|(habit, meant)| Some((courses.get_mut(habit)?, meant)));
                if let Some((course, meant)) = answered {
                    let micros = u64::try_from(meant.elapsed().as_micros()).unwrap_or(u64::MAX);
                    course.times.saturating_record(micros);
                    course.refused += u64::from(!heard.is_done());
                }
            })
            .map(drop)
    }
}
