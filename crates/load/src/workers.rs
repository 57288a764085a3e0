//! All clients of one server: in this process, or in several, each with its share, that begin everything together.
//!
//! One process has only so many descriptors, and one thread only so much time.

use std::io::{self, BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use crate::connection::Entrance;
use crate::process::{Meter, Server, descriptors};
use crate::tongue::Tongue;
use crate::worker::{Order, Post, Report, Worker, now};

/// The argument with which a program serves as a worker, by [`crate::worker::serve`].
pub const ARGUMENT: &str = "worker";

/// Where clients live.
#[derive(Debug, Clone)]
pub enum Processes {
    /// In this one.
    This,
    /// In so many, each a run of this program as a worker.
    Several {
        /// How many.
        count: NonZeroUsize,
        /// What they run.
        program: PathBuf,
    },
}

/// The clients of one server.
#[derive(Debug)]
pub struct Workers {
    hands: Hands,
    /// The worker of each client, and its number there.
    places: Vec<(usize, usize)>,
}

#[derive(Debug)]
enum Hands {
    Here(Box<Worker>),
    There(Pipes),
}

impl Workers {
    /// Readies workers for a server. Nobody connects yet.
    ///
    /// # Errors
    /// When a process can't be started.
    pub fn start(processes: &Processes, address: SocketAddr, tongue: Tongue) -> io::Result<Self> {
        let post = |number| Post { number, address, tongue };
        let hands = match processes {
            Processes::This => Hands::Here(Box::new(Worker::new(post(0))?)),
            Processes::Several { count, program } => Hands::There(Pipes::open(*count, program, post)?),
        };
        Ok(Self { hands, places: Vec::new() })
    }

    /// These clients connect, each worker's share beside the others'; done when all are in and nothing comes any more.
    ///
    /// # Errors
    /// When one of them does not get in.
    pub fn gather(&mut self, entrances: Vec<Entrance>) -> io::Result<()> {
        self.expect(entrances)?;
        self.enter(0)?;
        self.settle()
    }

    /// Tells who will come, which takes time that is not to be measured.
    ///
    /// # Errors
    /// When they are more than a server can hold here, or a worker is gone.
    pub fn expect(&mut self, entrances: Vec<Entrance>) -> io::Result<()> {
        let (clients, most) = (self.places.len() + entrances.len(), descriptors());
        if let Some(most) = most.filter(|most| *most < clients as u64) {
            return Err(io::Error::other(format!(
                "{clients} connections are more than the {most} descriptors that a server may have here: \
                 raise the hard limit of open files"
            )));
        }
        let share = entrances.len().div_ceil(self.count()).max(1);
        let mut entrances = entrances.into_iter();
        let mut shares = Vec::new();
        for worker in 0..self.count() {
            let before = self.places.iter().filter(|(other, _)| *other == worker).count();
            let some: Vec<Entrance> = entrances.by_ref().take(share).collect();
            self.places.extend((0..some.len()).map(|number| (worker, before + number)));
            shares.push(some);
        }
        self.order(|worker| Order::Expect(shares.get_mut(worker).map(std::mem::take).unwrap_or_default()))
            .map(drop)
    }

    /// Who is expected connects; done when all are in. Where something was missed, each has to get so many messages.
    ///
    /// # Errors
    /// When one of them does not get in, or not everything.
    pub fn enter(&mut self, missed: usize) -> io::Result<()> {
        self.order(|_| Order::Enter { missed }).map(drop)
    }

    /// Waits until nothing comes any more.
    ///
    /// # Errors
    /// When the server ends a connection.
    pub fn settle(&mut self) -> io::Result<()> {
        self.order(|_| Order::Settle).map(drop)
    }

    /// These clients say something; done when each client has heard so many messages more. Tells when each came.
    ///
    /// # Errors
    /// When not everybody gets each once and in order.
    pub fn talk(&mut self, said: Vec<(usize, String)>, hear: u64) -> io::Result<Report> {
        let mut shares: Vec<Vec<(usize, String)>> = vec![Vec::new(); self.count()];
        for (client, packet) in said {
            let place = self.places.get(client).ok_or_else(|| io::Error::other("nobody is there to talk"))?;
            if let Some(share) = shares.get_mut(place.0) {
                share.push((place.1, packet));
            }
        }
        let since = now();
        self.order(|worker| {
            let say = shares.get_mut(worker).map(std::mem::take).unwrap_or_default();
            Order::Talk { since, say, hear }
        })
    }

    /// Each client sends durable messages to the room of its number, for so long: at a rate in all, on time, or each as soon
    /// as its last is answered.
    ///
    /// # Errors
    /// When messages are not answered, or there is no room for somebody.
    pub fn send(&mut self, rooms: &[String], lasts: Duration, rate: Option<u64>) -> io::Result<Report> {
        let clients = self.places.len();
        let mut shares: Vec<Vec<String>> = vec![Vec::new(); self.count()];
        for ((worker, _), room) in self.places.iter().zip(rooms) {
            if let Some(share) = shares.get_mut(*worker) {
                share.push(room.clone());
            }
        }
        self.order(|worker| {
            let rooms = shares.get_mut(worker).map(std::mem::take).unwrap_or_default();
            let rate = rate.map(|rate| rate as f64 * rooms.len() as f64 / clients as f64);
            Order::Send { rooms, lasts, rate }
        })
    }

    /// All clients go.
    ///
    /// # Errors
    /// When a worker is gone.
    pub fn leave(&mut self) -> io::Result<()> {
        self.places.clear();
        self.order(|_| Order::Leave).map(drop)
    }

    /// Measures what the server and these clients take from now on.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn meter<'a>(&self, server: &'a Server) -> io::Result<Meter<'a>> {
        Meter::beside(server, &self.ids())
    }

    /// The processes' ids; none when the clients are in this one.
    #[must_use]
    pub fn ids(&self) -> Vec<u32> {
        match &self.hands {
            Hands::Here(_) => Vec::new(),
            Hands::There(pipes) => pipes.children.iter().map(Child::id).collect(),
        }
    }

    fn count(&self) -> usize {
        match &self.hands {
            Hands::Here(_) => 1,
            Hands::There(pipes) => pipes.children.len(),
        }
    }

    fn order(&mut self, mut order: impl FnMut(usize) -> Order) -> io::Result<Report> {
        match &mut self.hands {
            Hands::Here(worker) => worker.obey(order(0)),
            Hands::There(pipes) => pipes.order(order),
        }
    }
}

/// Processes of clients; they end with this value.
#[derive(Debug)]
struct Pipes {
    children: Vec<Child>,
    /// What comes from them, by number; nothing when one has ended.
    reports: Receiver<(usize, Option<String>)>,
}

impl Pipes {
    fn open(count: NonZeroUsize, program: &PathBuf, post: impl Fn(usize) -> Post) -> io::Result<Self> {
        let (sender, reports) = mpsc::channel();
        let mut pipes = Self { children: Vec::new(), reports };
        for number in 0..count.get() {
            let mut command = Command::new(program);
            let mut child = command.arg(ARGUMENT).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
            listen(number, &mut child, sender.clone());
            pipes.children.push(child);
            pipes.write(number, &serde_json::to_string(&post(number))?)?;
        }
        Ok(pipes)
    }

    /// Gives each its order, and waits for all reports. The first that fails is the answer, whatever the others wait for.
    fn order(&mut self, mut order: impl FnMut(usize) -> Order) -> io::Result<Report> {
        let count = self.children.len();
        // The first clients are those who speak: the others hear of it before.
        for number in (0..count).rev() {
            self.write(number, &serde_json::to_string(&order(number))?)?;
        }
        let mut sum = Report::new()?;
        for _ in 0..count {
            let (number, line) = self.reports.recv().map_err(io::Error::other)?;
            let Some(line) = line else { return Err(self.ended(number)) };
            let report: Result<Report, String> = serde_json::from_str(&line)?;
            sum = sum.and(&report.map_err(|why| self.failed(number, &why))?)?;
        }
        Ok(sum)
    }

    fn write(&mut self, number: usize, line: &str) -> io::Result<()> {
        let pipe = self.children.get_mut(number).and_then(|child| child.stdin.as_mut());
        match pipe.map(|pipe| writeln!(pipe, "{line}")) {
            Some(Ok(())) => Ok(()),
            _ => Err(self.ended(number)),
        }
    }

    fn ended(&mut self, number: usize) -> io::Error {
        let status = match self.children.get_mut(number).map(Child::wait) {
            Some(Ok(status)) => status.to_string(),
            Some(Err(error)) => error.to_string(),
            None => "it was never there".to_owned(),
        };
        self.failed(number, &format!("it has ended: {status}"))
    }

    fn failed(&self, number: usize, why: &str) -> io::Error {
        io::Error::other(format!("worker {} of {}: {why}", number + 1, self.children.len()))
    }
}

impl Drop for Pipes {
    fn drop(&mut self) {
        for child in &mut self.children {
            // It may have ended by itself; then there is nothing to end.
            drop(child.kill());
            drop(child.wait());
        }
    }
}

/// Passes on what a worker reports, and that it has ended.
fn listen(number: usize, child: &mut Child, to: Sender<(usize, Option<String>)>) {
    let Some(pipe) = child.stdout.take() else { return };
    std::thread::spawn(move || {
        let lines = BufReader::new(pipe).lines().map_while(Result::ok).map(Some);
        for line in lines.chain([None]) {
            // Nobody listens any more once the measurement has ended.
            if to.send((number, line)).is_err() {
                return;
            }
        }
    });
}
