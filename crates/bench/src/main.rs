//! `parlor-bench`: measures Parlor and its peers on this machine, in the same run.

mod bare;
mod checker;
mod connection;
mod crowd;
mod engine;
mod fanout;
mod footprint;
mod frame;
mod history;
mod peers;
mod process;
#[cfg(test)]
mod random;
mod report;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

#[derive(Parser)]
#[command(about = "Measures Parlor and its peers on this machine, in the same run")]
struct Arguments {
    #[command(subcommand)]
    command: Job,
}

#[derive(Subcommand)]
enum Job {
    /// CPU time per delivery in one big room, paced and in bursts: the engine, npm socket.io, a bare send loop.
    Fanout {
        /// Clients in the room.
        #[arg(long, default_value_t = 1000)]
        clients: usize,
        /// Rounds, the servers in turn.
        #[arg(long, default_value_t = 5)]
        rounds: usize,
    },
    /// Memory per idle connection: the engine and npm socket.io; then Parlor itself with signed-in sessions.
    Idle {
        /// Connections.
        #[arg(long, default_value_t = 1000)]
        clients: usize,
        /// The built binary.
        #[arg(long, default_value = "target/release/parlor")]
        parlor: PathBuf,
    },
    /// Parlor itself: time to the first answer, idle memory, size of the binary.
    Start {
        /// Starts.
        #[arg(long, default_value_t = 9)]
        rounds: usize,
        /// The built binary.
        #[arg(long, default_value = "target/release/parlor")]
        parlor: PathBuf,
    },
    /// Holds a recorded history against what Parlor promises.
    Check {
        /// The history, one JSON object a line.
        history: PathBuf,
    },
    /// Runs one of the servers that are measured; the other commands call this.
    #[command(hide = true)]
    Serve {
        /// Which one.
        server: Plain,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Plain {
    Engine,
    Bare,
}

fn main() -> ExitCode {
    let mut out = io::stdout().lock();
    let result = match Arguments::parse().command {
        Job::Fanout { clients, rounds } => fanout::run(clients, rounds, &mut out),
        Job::Idle { clients, parlor } => footprint::idle(&parlor, clients, &mut out),
        Job::Start { rounds, parlor } => footprint::start(&parlor, rounds, &mut out),
        Job::Check { history } => checker::run(&history, &mut out),
        Job::Serve { server: Plain::Bare } => bare::serve(),
        Job::Serve { server: Plain::Engine } => engine::serve(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            use io::Write;
            // Nothing can be done when standard error is gone too.
            drop(writeln!(io::stderr(), "parlor-bench: {error}"));
            ExitCode::FAILURE
        }
    }
}
