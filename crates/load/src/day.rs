//! A mixed day: everything that people do, each at its own rate and on time, whether or not the server keeps up.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Times;
use crate::connection::Faults;
use crate::crowd::{Crowd, PATIENCE};
use crate::parlor::Parlor;
use crate::process::{Meter, Spent};
use crate::report;
use crate::tongue::{Heard, Tongue};
use crate::town::{self, Plan, Town};

/// People who share a room.
const NEIGHBOURS: usize = 10;

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

/// What a day was like.
#[derive(Debug)]
pub struct Day {
    /// What was done, kind by kind.
    pub courses: Vec<Course>,
    /// What it took.
    pub spent: Spent,
    /// Resident memory of the server before anyone came, in kB.
    pub empty_kb: u64,
    /// Resident memory of the server at the end, in kB.
    pub resident_kb: u64,
    /// What came twice or not at all.
    pub faults: Faults,
}

/// Calls of one kind.
#[derive(Debug)]
pub struct Course {
    /// The call's name.
    pub call: &'static str,
    /// From the moment at which each was meant to be made to its answer, in µs.
    pub times: Times,
    /// How many were made.
    pub made: u64,
    /// How many of them were refused.
    pub refused: u64,
}

/// Lets so many people live for so long.
///
/// # Errors
/// When the server can't be started or does not answer.
pub fn live(parlor: &Parlor, people: usize, lasts: Duration) -> io::Result<Day> {
    let home = parlor.settle(Plan { people, neighbours: NEIGHBOURS, messages: people * 20 })?;
    let empty_kb = home.server.resident_kb()?;
    let mut crowd = home.gather(0..people)?;
    let mut courses = Vec::new();
    for habit in &HABITS {
        courses.push(Course { call: habit.call, times: report::times()?, made: 0, refused: 0 });
    }
    let mut living = Living { crowd: &mut crowd, town: &home.town, courses, open: HashMap::new(), calls: 0 };
    let meter = Meter::start(&home.server)?;
    living.live(people, lasts)?;
    let spent = meter.read()?;
    let courses = living.courses;
    Ok(Day { courses, spent, empty_kb, resident_kb: home.server.resident_kb()?, faults: crowd.faults() })
}

struct Living<'a> {
    crowd: &'a mut Crowd,
    town: &'a Town,
    courses: Vec<Course>,
    /// Calls that are not answered, by number: which habit, and when it was meant to be made.
    open: HashMap<u64, (usize, Instant)>,
    calls: u64,
}

impl Living<'_> {
    fn live(&mut self, people: usize, lasts: Duration) -> io::Result<()> {
        let started = Instant::now();
        while started.elapsed() < lasts {
            let mut calls = VecDeque::new();
            for (number, (habit, course)) in HABITS.iter().zip(&mut self.courses).enumerate() {
                let rate = habit.per_1000_s as f64 * people as f64 / 1_000.0;
                while started + Duration::from_secs_f64(course.made as f64 / rate) <= Instant::now() {
                    calls.push_back((number, started + Duration::from_secs_f64(course.made as f64 / rate)));
                    course.made += 1;
                }
            }
            for (habit, meant) in calls {
                self.call(habit, meant, people)?;
            }
            self.turn()?;
        }
        while !self.open.is_empty() {
            if started.elapsed() > lasts + PATIENCE {
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
        let (Some(habits), Some(room)) = (HABITS.get(habit), self.town.rooms.get(person / NEIGHBOURS)) else {
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
