//! Figure 17: bugs planted on purpose. A harness that misses one shows nothing with a clean run either.

use std::io;
use std::path::Path;

use tokio::runtime::Runtime;

use super::figures::FIGURES;
use super::{Binary, make};
use crate::random::Random;

/// A bug, and where it has to show.
struct Planted {
    /// Its name in `crates/planted`.
    name: &'static str,
    figure: u8,
    /// Rounds of the figure within which it has to be found.
    rounds: usize,
}

const BUGS: [Planted; 9] = [
    Planted { name: "ack-before-commit", figure: 3, rounds: 200 },
    Planted { name: "publish-before-commit", figure: 5, rounds: 10 },
    Planted { name: "synchronous-normal", figure: 3, rounds: 200 },
    Planted { name: "nonce-unchecked", figure: 9, rounds: 240 },
    Planted { name: "sync-off-by-one", figure: 7, rounds: 4 },
    Planted { name: "lagged-untold", figure: 11, rounds: 5_000 },
    Planted { name: "removal-not-live", figure: 13, rounds: 1 },
    Planted { name: "revocation-not-live", figure: 13, rounds: 1 },
    Planted { name: "blob-unsynced", figure: 3, rounds: 200 },
];

/// Makes so many of the bugs live, one after the other, and has each of them found.
///
/// # Errors
/// When one of them is not.
pub(super) fn run(
    binary: &Path,
    (bugs, seed): (usize, u64),
    runtime: &Runtime,
    out: &mut impl io::Write,
) -> io::Result<()> {
    let mut random = Random::new(seed);
    let mut chosen: Vec<&Planted> = BUGS.iter().collect();
    while chosen.len() > bugs {
        chosen.swap_remove(random.below(chosen.len()));
    }
    let mut missed = Vec::new();
    for Planted { name, figure, rounds } in chosen {
        let figure = FIGURES.iter().find(|one| one.number == *figure).ok_or(io::ErrorKind::NotFound)?;
        let binary = Binary { path: binary.to_owned(), bug: Some(name) };
        let made = make(figure, &binary, (seed, false, Some(*rounds)), runtime);
        let verdict = match (made.failed(), made.verdict) {
            (true, _) => "found",
            (false, "skipped") => "skipped",
            _ => "MISSED",
        };
        let broken = made.findings.iter().next();
        let what = broken.map_or(made.words, |(promise, _, finding)| format!("{promise}: {}", finding.what));
        let (took, what) = (made.took.as_secs_f64(), what.lines().take(2).collect::<Vec<_>>().join(" "));
        writeln!(out, " 17 {name:<24} in figure {:<2} {verdict:<8} {took:>6.1} s  {what}", figure.number)?;
        out.flush()?;
        if verdict == "MISSED" {
            missed.push(*name);
        }
    }
    if missed.is_empty() {
        return Ok(());
    }
    Err(io::Error::other(format!("bugs that were not found: {}; seed {seed}", missed.join(", "))))
}
