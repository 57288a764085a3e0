//! `parlor-bench torture`: starts the real binary, drives load, breaks what can break, heals it, and checks.

mod client;
mod crash;
mod deaf;
mod figures;
mod fleet;
mod http;
mod line;
mod planted;
mod proxy;
mod stage;
mod view;

use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};

use tokio::runtime::Runtime;

use crate::checker::{self, Findings};
use crate::history::{self, Event, Ledger, What};
use crate::random::Random;

use self::figures::{FIGURES, Figure};

/// Longest time that one figure may take in lane C, and in lane D.
const LONGEST: [Duration; 2] = [Duration::from_secs(300), Duration::from_secs(12 * 3_600)];

/// What to torture, and how.
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Only this figure; may be repeated.
    #[arg(long)]
    figure: Vec<u8>,
    /// How long: C takes minutes, D hours and a quiet machine.
    #[arg(long, value_enum, default_value_t = Lane::C)]
    lane: Lane,
    /// Rounds of a figure, instead of its lane's.
    #[arg(long)]
    rounds: Option<usize>,
    /// Makes a run repeatable as far as the machine allows; printed with every failure.
    #[arg(long)]
    seed: Option<u64>,
    /// The built binary; by default the one beside this program.
    #[arg(long)]
    parlor: Option<PathBuf>,
    /// A binary with planted bugs: each of them has to be found.
    #[arg(long)]
    planted: Option<PathBuf>,
    /// How many of the bugs, chosen by chance; by default all.
    #[arg(long, default_value_t = usize::MAX)]
    bugs: usize,
    /// Folder for the histories of what failed.
    #[arg(long, default_value = "target/torture")]
    keep: PathBuf,
    /// Keeps the histories of what is clean, too.
    #[arg(long)]
    keep_all: bool,
}

/// How long a run may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Lane {
    /// Minutes; runs with every change.
    C,
    /// Hours; by hand.
    D,
}

/// A server that can be started.
#[derive(Debug, Clone)]
pub(crate) struct Binary {
    path: PathBuf,
    /// The bug that is live in it, if it holds any.
    bug: Option<&'static str>,
}

/// What a figure is given.
#[derive(Debug)]
pub(crate) struct Run {
    /// The built binary.
    binary: Binary,
    /// Where what happens is noted.
    ledger: Ledger,
    /// Where chance comes from.
    random: Random,
    long: bool,
    rounds: Option<usize>,
}

impl Run {
    /// How often to do something: what was asked for, or as the lane has it.
    fn rounds(&self, lane_c: usize, lane_d: usize) -> usize {
        self.rounds.unwrap_or(if self.long { lane_d } else { lane_c })
    }

    /// Holds a speed against its bound where the machine is quiet, which lane D asks for. On a shared one it
    /// says little: there it is only told.
    fn measured_when_quiet(&mut self, name: &str, value: u64, bound: u64) {
        if self.long {
            self.ledger.note(0, What::Measured { name: name.into(), value, bound });
        }
    }
}

/// What came of a figure that could run.
pub(crate) enum Outcome {
    /// It ran; what it measured, in words.
    Ran(String),
    /// It can't run here, and why.
    Skipped(String),
}

/// What came of a figure, checked.
pub(crate) struct Made {
    verdict: &'static str,
    words: String,
    history: Vec<Event>,
    findings: Findings,
    took: Duration,
}

impl Made {
    /// Whether something was found.
    fn failed(&self) -> bool {
        matches!(self.verdict, "BROKEN" | "FAILED")
    }
}

/// Runs the figures, prints their table, and fails if one of them failed.
///
/// # Errors
/// When a promise is broken, or a figure could not be run to its end.
pub(crate) fn run(arguments: &Arguments, out: &mut impl io::Write) -> io::Result<()> {
    let seed = arguments.seed.unwrap_or_else(|| u64::from(std::process::id()) * 1_000_003);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    if let Some(planted) = &arguments.planted {
        return planted::run(planted, (arguments.bugs, seed), &runtime, out);
    }
    let beside = std::env::current_exe()?.with_file_name("parlor");
    let binary = Binary { path: arguments.parlor.clone().unwrap_or(beside), bug: None };
    let long = arguments.lane == Lane::D;
    let wanted = |one: &&Figure| arguments.figure.is_empty() || arguments.figure.contains(&one.number);
    let mut failed = 0;
    for figure in FIGURES.iter().filter(wanted) {
        let made = make(figure, &binary, (seed, long, arguments.rounds), &runtime);
        let (number, name, verdict) = (figure.number, figure.name, made.verdict);
        let (took, events, words) = (made.took.as_secs_f64(), made.history.len(), &made.words);
        writeln!(out, "{number:>3} {name:<44} {verdict:<8} {took:>6.1} s {events:>8} events  {words}")?;
        if made.failed() || arguments.keep_all {
            failed += u32::from(made.failed());
            std::fs::create_dir_all(&arguments.keep)?;
            let kept = arguments.keep.join(format!("figure-{number}-seed-{seed}.ndjson"));
            history::save(&made.history, &kept)?;
            write!(out, "{}", made.findings.describe(&made.history))?;
            let kept = kept.display();
            writeln!(
                out,
                "    again: parlor-bench torture --figure {number} --seed {seed}; history: {kept}"
            )?;
        }
        out.flush()?;
    }
    if failed == 0 { Ok(()) } else { Err(io::Error::other(format!("{failed} figures failed; seed {seed}"))) }
}

/// Makes a figure and checks its history.
fn make(
    figure: &Figure,
    binary: &Binary,
    (seed, long, rounds): (u64, bool, Option<usize>),
    runtime: &Runtime,
) -> Made {
    let ledger = Ledger::new();
    let random = Random::new(seed ^ u64::from(figure.number));
    let run = Run { binary: binary.clone(), ledger: ledger.clone(), random, long, rounds };
    let (began, longest) = (Instant::now(), if long { LONGEST[1] } else { LONGEST[0] });
    let outcome = runtime.block_on(async { tokio::time::timeout(longest, (figure.run)(run)).await });
    let history = ledger.take();
    let findings = checker::check(&history);
    let (verdict, words) = match outcome {
        Ok(Ok(Outcome::Skipped(why))) => ("skipped", why),
        Ok(Ok(Outcome::Ran(words))) if findings.is_clean() => ("clean", words),
        Ok(Ok(Outcome::Ran(words))) => ("BROKEN", words),
        Ok(Err(error)) => ("FAILED", error.to_string()),
        Err(_) => ("FAILED", format!("not done after {} s", longest.as_secs())),
    };
    Made { verdict, words, history, findings, took: began.elapsed() }
}
