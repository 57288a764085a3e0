//! Workloads: what is done to a server, and what it costs there. One module each.

mod calls;
mod day;
mod idle;
mod reconnect;
mod room;
mod send;
mod slow;
mod start;

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::Path;

use clap::Subcommand;
use parlor_load::parlor::Parlor;
use parlor_load::workers::Processes;

/// What to measure. Server CPU time is user and system of all its threads; wall time is quoted for latencies only.
#[derive(Subcommand)]
pub(crate) enum Workload {
    /// CPU per delivery in rooms, paced and in bursts: the engine, npm socket.io, a bare send loop, and Parlor.
    Room {
        /// Members of each room.
        #[arg(long, default_value_t = 1000)]
        members: usize,
        /// Rooms.
        #[arg(long, default_value_t = 1)]
        rooms: usize,
        /// Rounds, the servers in turn.
        #[arg(long, default_value_t = 15)]
        rounds: usize,
        /// Processes that the clients share, each with its own part of them and up to 19,000 connections.
        #[arg(long, default_value = "1")]
        processes: NonZeroUsize,
    },
    /// Memory of an idle connection and CPU of connecting, for all; in Parlor signed in and in three rooms.
    Idle {
        /// Connections.
        #[arg(long, default_value_t = 1000)]
        clients: usize,
        /// Rounds, each with servers of its own.
        #[arg(long, default_value_t = 3)]
        rounds: usize,
        /// Processes that the clients share, each with its own part of them and up to 19,000 connections.
        #[arg(long, default_value = "1")]
        processes: NonZeroUsize,
    },
    /// Durable messages, each sender in a room of its own: CPU per acknowledged message, and latency.
    Send {
        /// How many send at once; one row each.
        #[arg(long, value_delimiter = ',', default_values_t = [1, 16, 64, 256])]
        senders: Vec<usize>,
        /// How long each row takes.
        #[arg(long, default_value_t = 4)]
        seconds: u64,
        /// Messages a second in all, sent on time whether or not earlier ones are answered; without it each sender
        /// waits for its last.
        #[arg(long)]
        rate: Option<u64>,
        /// Processes that the clients share, each with its own part of them and up to 19,000 connections.
        #[arg(long, default_value = "1")]
        processes: NonZeroUsize,
    },
    /// Pages of 50 from the history of one big room.
    History {
        /// Messages in the database, half of them in that room.
        #[arg(long, default_value_t = 200_000)]
        messages: usize,
    },
    /// Searches, newest 50: frequent words, rare ones, starts of words, nothing.
    Search {
        /// Messages in the database.
        #[arg(long, default_value_t = 200_000)]
        messages: usize,
    },
    /// Both of these, on one database.
    Reads {
        /// Messages in the database, half of them in one room.
        #[arg(long, default_value_t = 200_000)]
        messages: usize,
    },
    /// Everybody connects again and syncs 100 missed messages.
    Reconnect {
        /// Clients.
        #[arg(long, default_value_t = 1000)]
        clients: usize,
        /// Rounds.
        #[arg(long, default_value_t = 5)]
        rounds: usize,
        /// Processes that the clients share, each with its own part of them and up to 19,000 connections.
        #[arg(long, default_value = "1")]
        processes: NonZeroUsize,
    },
    /// Parlor's start: first answer, idle memory, size of the binary.
    Start {
        /// Starts.
        #[arg(long, default_value_t = 9)]
        rounds: usize,
        /// Messages in the database.
        #[arg(long, default_value_t = 0)]
        messages: usize,
    },
    /// Sockets that never read beside honest ones: memory for each, and what the honest ones notice.
    Slow {
        /// Sockets that never read.
        #[arg(long, default_value_t = 1000)]
        slow: usize,
    },
    /// A mixed day: sends, typing, presence, reactions, read markers and history, each at its own rate.
    Day {
        /// People who are connected.
        #[arg(long, default_value_t = 1000)]
        people: usize,
        /// How long.
        #[arg(long, default_value_t = 20)]
        seconds: u64,
    },
}

impl Workload {
    /// Runs it with this binary of Parlor, and prints its table.
    pub(crate) fn run(self, binary: &Path, out: &mut impl Write) -> io::Result<()> {
        let parlor = &Parlor::new(binary);
        match self {
            Self::Room { members, rooms, rounds, processes } => {
                room::run(parlor, &several(processes)?, room::Shape { rooms, members }, rounds, out)
            }
            Self::Idle { clients, rounds, processes } => {
                idle::run(parlor, &several(processes)?, clients, rounds, out)
            }
            Self::Send { senders, seconds, rate, processes } => {
                send::run(parlor, &several(processes)?, &senders, (seconds, rate), out)
            }
            Self::History { messages } => calls::history(parlor, messages, out),
            Self::Search { messages } => calls::search(parlor, messages, out),
            Self::Reads { messages } => calls::both(parlor, messages, out),
            Self::Reconnect { clients, rounds, processes } => {
                reconnect::run(parlor, &several(processes)?, clients, rounds, out)
            }
            Self::Start { rounds, messages } => start::run(parlor, rounds, messages, out),
            Self::Slow { slow } => slow::run(parlor, slow, out),
            Self::Day { people, seconds } => day::run(parlor, people, seconds, out),
        }
    }
}

/// Where clients live when there are so many processes.
fn several(count: NonZeroUsize) -> io::Result<Processes> {
    if count == NonZeroUsize::MIN {
        return Ok(Processes::This);
    }
    Ok(Processes::Several { count, program: std::env::current_exe()? })
}
