//! `parlor-bench torture`: starts the real binary, drives load, breaks what can break, heals it, and checks.

mod client;
mod crash;
mod deaf;
mod figures;
mod fleet;
mod http;
mod line;
mod proxy;
mod stage;
mod view;

use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};

use crate::checker;
use crate::history::{self, Ledger};
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
    /// How long: C takes minutes, D hours.
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

/// What a figure is given.
#[derive(Debug)]
pub(crate) struct Run {
    /// The built binary.
    binary: PathBuf,
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
}

/// What came of a figure that could run.
pub(crate) enum Outcome {
    /// It ran; what it measured, in words.
    Ran(String),
    /// It can't run here, and why.
    Skipped(String),
}

/// Runs the figures, prints their table, and fails if one of them failed.
///
/// # Errors
/// When a promise is broken, or a figure could not be run to its end.
pub(crate) fn run(arguments: &Arguments, out: &mut impl io::Write) -> io::Result<()> {
    let beside = std::env::current_exe()?.with_file_name("parlor");
    let binary = arguments.parlor.clone().unwrap_or(beside);
    let seed = arguments.seed.unwrap_or_else(|| u64::from(std::process::id()) * 1_000_003);
    let all = arguments.lane == Lane::D;
    let wanted = |one: &&Figure| match arguments.figure.as_slice() {
        [] => all || one.lane_c,
        some => some.contains(&one.number),
    };
    let chosen = FIGURES.iter().filter(wanted);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let mut failed = 0;
    for figure in chosen {
        let run = Run {
            binary: binary.clone(),
            ledger: Ledger::new(),
            random: Random::new(seed ^ u64::from(figure.number)),
            long: arguments.lane == Lane::D,
            rounds: arguments.rounds,
        };
        let (ledger, began) = (run.ledger.clone(), Instant::now());
        let longest = if run.long { LONGEST[1] } else { LONGEST[0] };
        let outcome = runtime.block_on(async { tokio::time::timeout(longest, (figure.run)(run)).await });
        let history = ledger.take();
        let findings = checker::check(&history);
        let took = began.elapsed().as_secs_f64();
        let (verdict, words) = match outcome {
            Ok(Ok(Outcome::Skipped(why))) => ("skipped", why),
            Ok(Ok(Outcome::Ran(words))) if findings.is_clean() => ("clean", words),
            Ok(Ok(Outcome::Ran(words))) => ("BROKEN", words),
            Ok(Err(error)) => ("FAILED", error.to_string()),
            Err(_) => ("FAILED", format!("not done after {} s", longest.as_secs())),
        };
        writeln!(
            out,
            "{:>3} {:<44} {verdict:<8} {took:>6.1} s {:>8} events  {words}",
            figure.number,
            figure.name,
            history.len()
        )?;
        if matches!(verdict, "BROKEN" | "FAILED") || arguments.keep_all {
            failed += u32::from(matches!(verdict, "BROKEN" | "FAILED"));
            std::fs::create_dir_all(&arguments.keep)?;
            let kept = arguments.keep.join(format!("figure-{}-seed-{seed}.ndjson", figure.number));
            history::save(&history, &kept)?;
            write!(out, "{}", findings.describe(&history))?;
            writeln!(
                out,
                "    again: parlor-bench torture --figure {} --seed {seed}; history: {}",
                figure.number,
                kept.display()
            )?;
        }
        out.flush()?;
    }
    if failed == 0 { Ok(()) } else { Err(io::Error::other(format!("{failed} figures failed; seed {seed}"))) }
}
