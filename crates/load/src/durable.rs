//! Durable messages: senders in rooms of their own, so that what is measured is the log and not the fan-out.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::Times;
use crate::crowd::{Crowd, PATIENCE};
use crate::parlor::Parlor;
use crate::process::Spent;
use crate::report;
use crate::tongue::{Heard, Tongue};
use crate::town::{self, Plan};
use crate::worker::Report;
use crate::workers::{Processes, Workers};

/// What a database writes at least.
const PAGE: usize = 4096;

/// What became of messages that were sent for a while.
#[derive(Debug)]
pub struct Sent {
    /// Messages that were acknowledged.
    pub acknowledged: u64,
    /// Messages that were refused: none, or the run says nothing.
    pub refused: u64,
    /// From the moment each was meant to leave to its answer, in µs.
    pub times: Times,
    /// What it took, the search index included.
    pub spent: Spent,
    /// How long the disk alone takes to make as many bytes durable as one message came to, right after: the median.
    pub disk: Duration,
}

/// Lets so many people send for so long: at a rate, on time whether or not earlier ones are answered, or each as soon as
/// its last is answered.
///
/// # Errors
/// When the server can't be started or does not answer.
pub fn send(
    parlor: &Parlor,
    processes: &Processes,
    senders: usize,
    lasts: Duration,
    rate: Option<u64>,
) -> io::Result<Sent> {
    let home = parlor.settle(Plan { people: senders, neighbours: 1, messages: 0 })?;
    let mut workers = Workers::start(processes, home.server.address, Tongue::Parlor)?;
    workers.gather((0..senders).map(|person| Tongue::sign_in(&town::token(person))).collect())?;
    workers.send(&home.town.rooms, Duration::from_secs(1), rate)?;
    let (meter, written) = (workers.meter(&home.server)?, home.server.written()?);
    let Report { sent, refused, times, .. } = workers.send(&home.town.rooms, lasts, rate)?;
    // The search index gathers for a moment before it writes; that is part of what a message costs.
    workers.settle()?;
    let spent = meter.read()?;
    let each = home.server.written()?.saturating_sub(written) / sent.max(1);
    let disk = sync_time(home.data(), usize::try_from(each).unwrap_or(PAGE))?;
    Ok(Sent { acknowledged: sent - refused, refused, times, spent, disk })
}

/// One load, with what became of it.
pub(crate) struct Sending<'a> {
    crowd: &'a mut Crowd,
    /// The room of each sender.
    rooms: &'a [String],
    /// When each sender's message was meant to leave, oldest first.
    waiting: Vec<VecDeque<Instant>>,
    pub(crate) times: Times,
    /// Messages so far, which numbers them.
    pub(crate) sent: u64,
    pub(crate) refused: u64,
}

impl<'a> Sending<'a> {
    pub(crate) fn new(crowd: &'a mut Crowd, rooms: &'a [String], sent: u64) -> io::Result<Self> {
        let times = report::times()?;
        let waiting = vec![VecDeque::new(); crowd.len()];
        Ok(Self { crowd, rooms, waiting, times, sent, refused: 0 })
    }

    /// Sends for this long, at this rate or as fast as answers come, and waits for the last answers.
    pub(crate) fn run(&mut self, lasts: Duration, rate: Option<f64>) -> io::Result<()> {
        let started = Instant::now();
        let senders = self.crowd.len();
        if senders == 0 {
            return Ok(());
        }
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
                    let at = started + Duration::from_secs_f64(due as f64 / rate);
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
            if started.elapsed() > lasts + PATIENCE {
                return Err(io::Error::other("messages are not answered"));
            }
            self.turn()?;
        }
        Ok(())
    }

    fn send(&mut self, sender: usize, meant: Instant) -> io::Result<()> {
        self.sent += 1;
        let room = self.rooms.get(sender).ok_or_else(|| io::Error::other("no room for a sender"))?;
        self.crowd.send(sender, &Tongue::Parlor.say(room, self.sent))?;
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
                if let Some(meant) = waiting.get_mut(sender).and_then(VecDeque::pop_front) {
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
