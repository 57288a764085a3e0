//! Durable messages: senders in rooms of their own, so that what is measured is the log and not the fan-out.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use crate::crowd::Crowd;
use crate::parlor;
use crate::process::Meter;
use crate::report::{self, ms};
use crate::tongue::{Heard, Tongue};
use crate::town::{self, Plan, Town};

/// What a database writes at least.
const PAGE: usize = 4096;

/// One load, with what became of it.
struct Sending<'a> {
    crowd: &'a mut Crowd,
    town: &'a Town,
    /// When each sender's message was meant to leave, oldest first.
    waiting: Vec<std::collections::VecDeque<Instant>>,
    times: Histogram<u64>,
    sent: u64,
    refused: u64,
}

pub(crate) fn run(
    binary: &Path,
    senders: &[usize],
    (seconds, rate): (u64, Option<u64>),
    out: &mut impl Write,
) -> io::Result<()> {
    let how =
        rate.map_or("each waits for its last".to_owned(), |rate| format!("{rate} a second in all, on time"));
    writeln!(
        out,
        "durable messages of 200 bytes, each sender in a room of its own; {how}\n\n| senders | acknowledged/s | \
         server CPU µs each | per CPU second | p50 ms | p99 | p99.9 | disk's own sync p50, ms | p50 against it | \
         clients' CPU |\n|---|---|---|---|---|---|---|---|---|---|"
    )?;
    for count in senders {
        let data = tempfile::tempdir()?;
        let town = town::build(data.path(), Plan { people: *count, neighbours: 1, messages: 0 })?;
        let server = parlor::start(binary, data.path())?;
        let entrances = (0..*count).map(|person| Tongue::sign_in(&town::token(person)));
        let mut crowd = Crowd::gather(server.address, Tongue::Parlor, entrances)?;
        let mut sending = Sending::new(&mut crowd, &town)?;
        sending.run(Duration::from_secs(1), rate)?;
        let mut sending = Sending { sent: sending.sent, ..Sending::new(&mut crowd, &town)? };
        let before = sending.sent;
        let (meter, written) = (Meter::start(&server)?, server.written()?);
        sending.run(Duration::from_secs(seconds), rate)?;
        // The search index gathers for a moment before it writes; that is part of what a message costs.
        sending.crowd.settle()?;
        let (spent, commit) =
            (meter.read()?, server.written()?.saturating_sub(written) / (sending.sent - before).max(1));
        // The disk's own time for as much as one sender's commit writes, right after the commits.
        let disk = sync_time(data.path(), usize::try_from(commit).unwrap_or(PAGE))?;
        let (acknowledged, refused) = (sending.sent - before - sending.refused, sending.refused);
        let (times, each) = (&sending.times, spent.each(acknowledged));
        let invalid = if spent.saturated() || refused > 0 { " (INVALID)" } else { "" };
        writeln!(
            out,
            "| {count} | {} | {each:.1} | {:.0} | {} | {} | {} | {:.2} | {:.2} | {:.0} %{invalid} |",
            acknowledged / seconds.max(1),
            1e6 / each,
            ms(times, 0.5),
            ms(times, 0.99),
            ms(times, 0.999),
            disk.as_secs_f64() * 1e3,
            times.value_at_quantile(0.5) as f64 / 1e6 / disk.as_secs_f64().max(1e-9),
            100.0 * spent.own.as_secs_f64() / spent.wall.as_secs_f64(),
        )?;
    }
    Ok(())
}

impl<'a> Sending<'a> {
    fn new(crowd: &'a mut Crowd, town: &'a Town) -> io::Result<Self> {
        let times = report::times()?;
        let waiting = vec![std::collections::VecDeque::new(); crowd.len()];
        Ok(Self { crowd, town, waiting, times, sent: 0, refused: 0 })
    }

    /// Sends for this long, at this rate or as fast as answers come, and waits for the last answers.
    fn run(&mut self, lasts: Duration, rate: Option<u64>) -> io::Result<()> {
        let started = Instant::now();
        let senders = self.crowd.len();
        if rate.is_none() {
            for sender in 0..senders {
                self.send(sender, Instant::now())?;
            }
        }
        let mut due = 0_u64;
        while started.elapsed() < lasts {
            let answered = self.turn()?;
            match rate {
                None => {
                    for sender in answered {
                        self.send(sender, Instant::now())?;
                    }
                }
                Some(rate) => loop {
                    let at = started + Duration::from_secs_f64(due as f64 / rate as f64);
                    if at > Instant::now() {
                        break;
                    }
                    let sender = usize::try_from(due).unwrap_or(0) % senders;
                    self.send(sender, at)?;
                    due += 1;
                },
            }
        }
        while self.waiting.iter().any(|waiting| !waiting.is_empty()) {
            if started.elapsed() > lasts + crate::crowd::PATIENCE {
                return Err(io::Error::other("messages are not answered"));
            }
            self.turn()?;
        }
        Ok(())
    }

    fn send(&mut self, sender: usize, meant: Instant) -> io::Result<()> {
        self.sent += 1;
        let room = self.town.rooms.get(sender).ok_or_else(|| io::Error::other("no room for a sender"))?;
        self.crowd.send(sender, &Tongue::Parlor.say(room, self.sent, "send"))?;
        if let Some(waiting) = self.waiting.get_mut(sender) {
            waiting.push_back(meant);
        }
        Ok(())
    }

    /// Takes what came; tells whose messages were answered.
    fn turn(&mut self) -> io::Result<Vec<usize>> {
        let mut answered = Vec::new();
        let (waiting, times, refused) = (&mut self.waiting, &mut self.times, &mut self.refused);
        self.crowd.turn(Duration::from_millis(1), &mut |sender, heard| {
            if let Heard::Answer { .. } = heard {
                *refused += u64::from(!heard.is_done());
                if let Some(meant) = waiting.get_mut(sender).and_then(std::collections::VecDeque::pop_front) {
                    times.saturating_record(u64::try_from(meant.elapsed().as_micros()).unwrap_or(u64::MAX));
                    answered.push(sender);
                }
            }
        })?;
        Ok(answered)
    }
}

/// How long the disk takes to make as many bytes durable as a commit writes, where others were before, as in a log that
/// has grown to its size: the median.
fn sync_time(dir: &Path, bytes: usize) -> io::Result<Duration> {
    const SYNCS: usize = 200;
    let bytes = bytes.next_multiple_of(PAGE).max(PAGE);
    let path = dir.join("sync-probe");
    let mut file = File::create(&path)?;
    file.write_all(&vec![1; bytes * SYNCS])?;
    file.sync_all()?;
    let mut file = File::options().write(true).open(path)?;
    let (mut took, written) = (Vec::with_capacity(SYNCS), vec![2; bytes]);
    for _ in 0..SYNCS {
        let started = Instant::now();
        file.write_all(&written)?;
        file.sync_data()?;
        took.push(started.elapsed());
    }
    took.sort_unstable();
    Ok(took.get(SYNCS / 2).copied().unwrap_or_default())
}
