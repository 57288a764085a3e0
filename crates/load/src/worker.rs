//! A worker: a crowd that takes orders and reports on each. In a process of its own, an order and a report are a line.

use std::io::{self, BufRead, Write};
use std::net::SocketAddr;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

use crate::connection::{Entrance, Faults};
use crate::crowd::Crowd;
use crate::durable::Sending;
use crate::report::{self, buckets};
use crate::tongue::{Heard, Tongue};
use crate::{Times, process};

/// Whom a worker's clients connect to.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Post {
    /// Which worker it is, from 0: the clients of each have source addresses of their own.
    pub(crate) number: usize,
    pub(crate) address: SocketAddr,
    pub(crate) tongue: Tongue,
}

/// What a worker is told to do. Its clients are numbered from 0, as they came.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Order {
    /// These clients will come. They are told of beforehand, so that telling is not measured.
    Expect(Vec<Entrance>),
    /// Who is expected connects, until all are in; where something was missed, the answer to joining holds so many messages.
    Enter { missed: usize },
    /// Nothing, until nothing comes any more.
    Settle,
    /// Some say something, and each client hears so many messages; times run from this moment on.
    Talk { since: Duration, say: Vec<(usize, String)>, hear: u64 },
    /// Each client sends durable messages to the room of its number, for so long: at a rate, or each as soon as its last is
    /// answered.
    Send { rooms: Vec<String>, lasts: Duration, rate: Option<f64> },
    /// All clients go.
    Leave,
}

/// What came of an order.
#[derive(Debug, Serialize, Deserialize)]
pub struct Report {
    /// Entries and messages that clients heard.
    pub deliveries: u64,
    /// Durable messages that were sent.
    pub sent: u64,
    /// How many of them were refused.
    pub refused: u64,
    /// Until something was delivered or answered, in µs.
    #[serde(with = "buckets")]
    pub times: Times,
}

impl Report {
    /// Of nothing.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self { deliveries: 0, sent: 0, refused: 0, times: report::times()? })
    }

    /// Together with another worker's.
    pub(crate) fn and(mut self, other: &Self) -> io::Result<Self> {
        self.deliveries += other.deliveries;
        self.sent += other.sent;
        self.refused += other.refused;
        self.times.add(&other.times).map_err(io::Error::other)?;
        Ok(self)
    }
}

/// A moment that means the same to all processes of a machine.
pub(crate) fn now() -> Duration {
    // Neither part of a monotonic clock is negative.
    let now = clock_gettime(ClockId::Monotonic);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or(0))
}

/// Takes orders from a pipe until it ends, which it also does when whoever gives them is gone.
///
/// # Errors
/// When what comes is no order, or nobody reads the reports.
pub fn serve(orders: impl BufRead, reports: &mut impl Write) -> io::Result<()> {
    process::raise_descriptors()?;
    let mut orders = orders.lines();
    let Some(post) = orders.next() else { return Ok(()) };
    let mut worker = Worker::new(serde_json::from_str(&post?)?)?;
    for order in orders {
        let report = worker.obey(serde_json::from_str(&order?)?).map_err(|error| error.to_string());
        serde_json::to_writer(&mut *reports, &report)?;
        writeln!(reports)?;
        reports.flush()?;
    }
    Ok(())
}

/// Clients, and what they have done.
#[derive(Debug)]
pub(crate) struct Worker {
    crowd: Crowd,
    expected: Vec<Entrance>,
    /// Durable messages so far, which numbers them.
    sent: u64,
}

impl Worker {
    pub(crate) fn new(post: Post) -> io::Result<Self> {
        Ok(Self { crowd: Crowd::new(post)?, expected: Vec::new(), sent: 0 })
    }

    pub(crate) fn obey(&mut self, order: Order) -> io::Result<Report> {
        let (mut report, before) = (Report::new()?, self.crowd.received());
        match order {
            Order::Expect(entrances) => self.expected = entrances,
            Order::Enter { missed } => self.enter(missed)?,
            Order::Settle => self.crowd.settle()?,
            Order::Talk { since, say, hear } => {
                for (client, packet) in say {
                    self.crowd.send(client, &packet)?;
                }
                let times = &mut report.times;
                self.crowd.hear_all(hear, &mut |_, heard| {
                    if let Heard::Entry { .. } = heard {
                        let took = now().saturating_sub(since);
                        times.saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
                    }
                })?;
            }
            Order::Send { rooms, lasts, rate } => {
                let mut sending = Sending::new(&mut self.crowd, &rooms, self.sent)?;
                sending.run(lasts, rate)?;
                (report.sent, report.refused) = (sending.sent - self.sent, sending.refused);
                (self.sent, report.times) = (sending.sent, sending.times);
            }
            Order::Leave => {
                self.crowd.leave();
                return Ok(report);
            }
        }
        report.deliveries = self.crowd.received() - before;
        let faults = self.crowd.faults();
        if faults == Faults::default() {
            Ok(report)
        } else {
            Err(io::Error::other(format!("deliveries are not in order, each once: {faults:?}")))
        }
    }

    fn enter(&mut self, missed: usize) -> io::Result<()> {
        let (mut complete, before) = (0, self.crowd.len());
        self.crowd.admit(std::mem::take(&mut self.expected), &mut |_, heard| {
            if let Heard::Answer { body, .. } = heard {
                complete += usize::from(missed > 0 && count(body, b"\"nonce\":") == missed);
            }
        })?;
        let people = self.crowd.len() - before;
        if missed > 0 && complete != people {
            return Err(io::Error::other(format!("only {complete} of {people} got all they had missed")));
        }
        Ok(())
    }
}

fn count(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes.windows(wanted.len()).filter(|window| *window == wanted).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_workers_measured_is_one_report_also_through_a_pipe() {
        let mut one = Report { deliveries: 7, ..Report::new().unwrap() };
        let mut other = Report { deliveries: 5, refused: 1, ..Report::new().unwrap() };
        for micros in [1, 900, 900, 123_456] {
            one.times.saturating_record(micros);
            other.times.saturating_record(micros * 3);
        }
        let through: Report = serde_json::from_str(&serde_json::to_string(&other).unwrap()).unwrap();
        assert_eq!(through.times, other.times);
        let both = one.and(&through).unwrap();
        assert_eq!((both.deliveries, both.refused, both.times.len()), (12, 1, 8));
        assert_eq!((both.times.min(), both.times.value_at_quantile(0.5)), (1, 900));
    }
}
