//! A server under measurement: its process, its CPU time and its memory, read from /proc.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running server; it ends with this value.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Lines that it printed before it was ready.
    pub(crate) printed: Vec<String>,
}

impl Server {
    /// Starts a command and waits for the line that begins with `ready`; one of its lines names its address.
    pub(crate) fn start(command: &mut Command, ready: &str) -> io::Result<Self> {
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

    /// User and system time of all its threads so far.
    pub(crate) fn cpu(&self) -> io::Result<Duration> {
        let mut nanoseconds = 0;
        for task in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let line = fs::read_to_string(task?.path().join("schedstat"))?;
            let running = line.split(' ').next().and_then(|number| number.parse::<u64>().ok());
            nanoseconds += running.ok_or_else(|| io::Error::other("schedstat is not readable here"))?;
        }
        Ok(Duration::from_nanos(nanoseconds))
    }

    /// Resident memory in kB.
    pub(crate) fn resident_kb(&self) -> io::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok())
            .ok_or_else(|| io::Error::other("VmRSS is not readable here"))
    }
}

/// The loopback address in a line such as `Parlor is ready at http://127.0.0.1:3000`.
fn address_in(line: &str) -> Option<SocketAddr> {
    let from = line.find("127.0.0.1:")?;
    line[from..].split(['/', ' ']).next()?.parse().ok()
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
