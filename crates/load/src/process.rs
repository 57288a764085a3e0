//! A server under measurement: its process, its CPU time and its memory, read from /proc.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// How long a server is looked at to see whether it rests, and how often.
const LOOK: Duration = Duration::from_millis(500);
const RESTLESS: usize = 240;

/// A running server; it ends with this value.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// Lines that it printed before it was ready.
    pub printed: Vec<String>,
}

impl Server {
    /// Starts a command and waits for the line that begins with `ready`; one of its lines names its address.
    pub fn start(command: &mut Command, ready: &str) -> io::Result<Self> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().ok_or_else(|| io::Error::other("no standard output"))?;
        let mut printed = Vec::new();
        let mut lines = BufReader::new(stdout).lines();
        for line in lines.by_ref() {
            printed.push(line?);
            let is_ready = printed.last().is_some_and(|line| line.starts_with(ready));
            if let Some(address) = printed.iter().find_map(|line| address_in(line)).filter(|_| is_ready) {
                // The rest is read and dropped, so that the server never blocks on a full pipe.
                std::thread::spawn(move || lines.for_each(drop));
                return Ok(Self { child, address, printed });
            }
        }
        Err(io::Error::other(format!("the server ended before it was ready: {printed:?}")))
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> io::Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// Asks it to stop, as an operator does.
    pub fn ask_to_stop(&self) -> io::Result<()> {
        let pid = self.traced().unwrap_or(self.child.id()).to_string();
        Command::new("kill").args(["-TERM", &pid]).status().map(drop)
    }

    /// The process that it runs, when it is one that runs another, such as strace.
    fn traced(&self) -> Option<u32> {
        let pid = self.child.id();
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).ok()?;
        children.split_whitespace().next()?.parse().ok()
    }

    /// User and system time of all its threads so far.
    pub fn cpu(&self) -> io::Result<Duration> {
        cpu(&self.child.id().to_string())
    }

    /// Waits until it has nothing left to do, such as merging its index.
    pub fn rest(&self) -> io::Result<()> {
        for _ in 0..RESTLESS {
            let before = self.cpu()?;
            std::thread::sleep(LOOK);
            if self.cpu()?.saturating_sub(before) < LOOK / 50 {
                return Ok(());
            }
        }
        Err(io::Error::other("the server is busy though nobody asks anything of it"))
    }

    /// Bytes that it has sent towards the disk so far.
    pub fn written(&self) -> io::Result<u64> {
        let counts = fs::read_to_string(format!("/proc/{}/io", self.child.id()))?;
        let line = counts.lines().find_map(|line| line.strip_prefix("write_bytes: "));
        line.and_then(|bytes| bytes.parse().ok())
            .ok_or_else(|| io::Error::other("write_bytes is not readable here"))
    }

    /// Asks it to end, and waits until it has.
    pub fn stop(mut self) -> io::Result<()> {
        let process = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(process, rustix::process::Signal::TERM)?;
        self.child.wait().map(drop)
    }

    /// Resident memory in kB.
    pub fn resident_kb(&self) -> io::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok())
            .ok_or_else(|| io::Error::other("VmRSS is not readable here"))
    }
}

/// What a server and its clients have spent between two moments.
#[derive(Debug)]
pub struct Meter<'a> {
    server: &'a Server,
    spent: Duration,
    /// What each process of clients had spent, this one first.
    clients: Vec<(String, Duration)>,
    started: Instant,
}

/// What was spent while it was measured.
#[derive(Debug, Clone, Copy)]
pub struct Spent {
    /// By the server, user and system.
    pub server: Duration,
    /// By all processes of clients together.
    pub own: Duration,
    /// By the one of them that had most to do.
    pub busiest: Duration,
    /// On the clock.
    pub wall: Duration,
}

impl<'a> Meter<'a> {
    /// Measures from now on a server whose clients are in this process.
    pub fn start(server: &'a Server) -> io::Result<Self> {
        Self::beside(server, &[])
    }

    /// Measures from now on a server whose clients are in these processes, too.
    pub(crate) fn beside(server: &'a Server, clients: &[u32]) -> io::Result<Self> {
        let clients = ["self".to_owned()].into_iter().chain(clients.iter().map(u32::to_string));
        let clients = clients.map(|process| cpu(&process).map(|spent| (process, spent)));
        let clients = clients.collect::<io::Result<_>>()?;
        Ok(Self { server, spent: server.cpu()?, clients, started: Instant::now() })
    }

    /// What was spent since the start.
    pub fn read(&self) -> io::Result<Spent> {
        let clients = self.clients.iter().map(|(process, before)| Ok(cpu(process)?.saturating_sub(*before)));
        let clients: Vec<Duration> = clients.collect::<io::Result<_>>()?;
        Ok(Spent {
            server: self.server.cpu()?.saturating_sub(self.spent),
            own: clients.iter().sum(),
            busiest: clients.iter().max().copied().unwrap_or_default(),
            wall: self.started.elapsed(),
        })
    }
}

impl Spent {
    /// The server's time for each of this many, in µs.
    pub fn each(&self, count: u64) -> f64 {
        self.server.as_secs_f64() * 1e6 / count.max(1) as f64
    }

    /// Whether a process of clients had no time left: then the figures are its own limit, not the server's.
    pub fn saturated(&self) -> bool {
        self.busiest.as_secs_f64() > 0.9 * self.wall.as_secs_f64()
    }
}

/// Takes as many descriptors as the system lets this process and those it starts have: every connection takes one.
///
/// # Errors
/// When the system refuses even what it has promised.
pub fn raise_descriptors() -> io::Result<()> {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).map_err(io::Error::from)
}

/// Descriptors that this process and each one that it starts may have at most; nothing where there is no bound.
pub(crate) fn descriptors() -> Option<u64> {
    getrlimit(Resource::Nofile).maximum
}

/// User and system time of all threads of a process so far.
fn cpu(process: &str) -> io::Result<Duration> {
    let mut nanoseconds = 0;
    for task in fs::read_dir(format!("/proc/{process}/task"))? {
        // A thread may have ended since it was listed.
        let Ok(line) = fs::read_to_string(task?.path().join("schedstat")) else { continue };
        let running = line.split(' ').next().and_then(|number| number.parse::<u64>().ok());
        nanoseconds += running.ok_or_else(|| io::Error::other("schedstat is not readable here"))?;
    }
    Ok(Duration::from_nanos(nanoseconds))
}

/// The loopback address in a line such as `Parlor is ready at http://127.0.0.1:3000`.
fn address_in(line: &str) -> Option<SocketAddr> {
    let from = line.find("127.0.0.1:")?;
    line[from..].split(['/', ' ']).next()?.parse().ok()
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        if let Some(pid) = self.traced() {
            drop(Command::new("kill").args(["-KILL", &pid.to_string()]).status());
            // Whoever traces it ends by itself once it is gone, and with it the locks that it holds.
            for _ in 0..200 {
                if self.has_ended().unwrap_or(true) {
                    break;
                }
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
