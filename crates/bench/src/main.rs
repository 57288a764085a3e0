//! `parlor-bench`: measures Parlor and its peers on this machine, in the same run.

mod bare;
mod checker;
mod costs;
mod engine;
mod history;
mod load;
mod peers;
mod plot;
mod random;
mod table;
mod targets;
mod torture;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, Subcommand, ValueEnum};

use parlor_load::process::raise_descriptors;
use parlor_load::town::{self, Plan};
use parlor_load::worker;

use crate::load::Workload;

#[derive(Parser)]
#[command(about = "Measures Parlor and its peers on this machine, in the same run")]
struct Arguments {
    #[command(subcommand)]
    command: Job,
}

#[derive(Subcommand)]
enum Job {
    /// Puts a load on Parlor, and on its peers where there are any, and prints what it cost the server.
    Load {
        #[command(subcommand)]
        workload: Workload,
        /// The built binary.
        #[arg(long, global = true, default_value = "target/release/parlor")]
        parlor: PathBuf,
    },
    /// Writes a database with people, rooms and messages into an empty folder, straight through the store.
    Seed {
        /// The folder, which is made when it is missing.
        folder: PathBuf,
        /// People beside the owner; person N signs in with the token `person-N`.
        #[arg(long, default_value_t = 1000)]
        people: usize,
        /// Neighbours in a room.
        #[arg(long, default_value_t = 10)]
        neighbours: usize,
        /// Messages: half of them in the lobby.
        #[arg(long, default_value_t = 2_000_000)]
        messages: usize,
    },
    /// Holds a recorded history against what Parlor promises.
    Check {
        /// The history, one JSON object a line.
        history: PathBuf,
    },
    /// Breaks what can break, under load, and checks what clients saw and what is left.
    Torture(torture::Arguments),
    /// Counts instructions for a delivery, a send, a connect and a sync, and fails if they grew. Needs valgrind.
    Costs {
        /// The built binary.
        #[arg(long, default_value = "target/release/parlor")]
        parlor: PathBuf,
        /// What they cost so far.
        #[arg(long, default_value = "crates/bench/costs.json")]
        baseline: PathBuf,
        /// Write the baseline anew.
        #[arg(long)]
        renew: bool,
    },
    /// Measures everything that has a speed target, in some ten minutes, and says which are reached.
    Targets {
        /// The built binary.
        #[arg(long, default_value = "target/release/parlor")]
        parlor: PathBuf,
        /// A document into which the tables are written, between its marks.
        #[arg(long)]
        write: Option<PathBuf>,
    },
    /// Draws the charts of a document from its tables.
    Plot {
        /// The document.
        #[arg(default_value = "docs/benchmarks.md")]
        document: PathBuf,
    },
    /// Lives as clients, by the orders that come in; the other commands call this.
    #[command(hide = true)]
    Worker,
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
    match run(Arguments::parse().command, &mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing can be done when standard error is gone too.
            drop(writeln!(io::stderr(), "parlor-bench: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn run(job: Job, out: &mut impl Write) -> io::Result<()> {
    raise_descriptors()?;
    match job {
        Job::Load { workload, parlor } => workload.run(&parlor, out),
        Job::Seed { folder, people, neighbours, messages } => {
            let started = Instant::now();
            let town = town::build(&folder, Plan { people, neighbours, messages })?;
            let (rooms, lobby, took) = (town.rooms.len(), town.lobby, started.elapsed());
            writeln!(
                out,
                "{people} people, {rooms} rooms, {messages} messages in {took:.1?}; the lobby is {lobby}"
            )
        }
        Job::Torture(arguments) => torture::run(&arguments, out),
        Job::Check { history } => checker::run(&history, out),
        Job::Costs { parlor, baseline, renew } => costs::run(&parlor, &baseline, renew, out),
        Job::Targets { parlor, write } => targets::run(&parlor, write.as_deref(), out),
        Job::Plot { document } => targets::plot(&document),
        Job::Worker => worker::serve(io::stdin().lock(), out),
        Job::Serve { server: Plain::Bare } => bare::serve(),
        Job::Serve { server: Plain::Engine } => engine::serve(),
    }
}
