//! The lanes of `cargo xtask test`: one table, run in its order.

use std::time::{Duration, Instant};

use crate::counts::{Counts, Runner};
use crate::house::House;
use crate::{browser, fuzz, install, process, supply, tidy};

/// A kind of checks.
struct Lane {
    name: &'static str,
    /// Whether it runs only when it is named.
    asked_for: bool,
    /// How many checks passed and failed; an error when they could not run.
    run: fn(&House) -> Result<Counts, String>,
}

/// Quick ones first, so that what is easily wrong shows early; the release build comes last.
const LANES: &[Lane] = &[
    Lane { name: "fmt", asked_for: false, run: fmt },
    Lane { name: "tidy", asked_for: false, run: tidy::run },
    Lane { name: "deny", asked_for: false, run: supply::run },
    Lane { name: "clippy", asked_for: false, run: clippy },
    Lane { name: "rustdoc", asked_for: false, run: rustdoc },
    Lane { name: "rust", asked_for: false, run: rust },
    Lane { name: "conformance", asked_for: false, run: conformance },
    Lane { name: "fuzz", asked_for: false, run: fuzz::run },
    Lane { name: "web", asked_for: false, run: web },
    Lane { name: "e2e", asked_for: false, run: e2e },
    Lane { name: "torture", asked_for: false, run: torture },
    Lane { name: "costs", asked_for: false, run: costs },
    Lane { name: "browsers", asked_for: true, run: browsers },
];

/// A lane that ran.
struct Ran {
    name: &'static str,
    took: Duration,
    counts: Counts,
    error: Option<String>,
}

/// Names of all lanes, in their order.
pub(crate) fn names() -> Vec<&'static str> {
    LANES.iter().map(|lane| lane.name).collect()
}

/// Runs these lanes, or all that need not be asked for when none is named, and tells whether everything passed.
pub(crate) fn run(house: &House, wanted: &[&str]) -> Result<bool, String> {
    if let Some(unknown) = wanted.iter().find(|name| !names().contains(name)) {
        return Err(format!("there is no lane {unknown}; there are {}", names().join(", ")));
    }
    let chosen = LANES
        .iter()
        .filter(|lane| if wanted.is_empty() { !lane.asked_for } else { wanted.contains(&lane.name) });
    let lanes: Vec<Ran> = chosen.map(|lane| run_one(house, lane)).collect();
    Ok(report(&lanes))
}

fn run_one(house: &House, lane: &Lane) -> Ran {
    println!("\n── {} ──", lane.name);
    let start = Instant::now();
    let (counts, error) = match (lane.run)(house) {
        Ok(counts) if counts == Counts::default() => (Counts::one(false), Some("no test ran".to_owned())),
        Ok(counts) => (counts, None),
        Err(error) => (Counts::one(false), Some(error)),
    };
    if let Some(error) = &error {
        println!("{error}");
    }
    Ran { name: lane.name, took: start.elapsed(), counts, error }
}

/// Prints one line of figures for each lane, then the sum as the very last line.
fn report(lanes: &[Ran]) -> bool {
    let mut sum = Counts::default();
    println!("\n{:<12} {:>9} {:>7} {:>7}", "lane", "seconds", "passed", "failed");
    for Ran { name, took, counts, error } in lanes {
        let reason = error.as_deref().and_then(|error| error.lines().next()).unwrap_or_default();
        let row = format!(
            "{name:<12} {:>9.1} {:>7} {:>7}  {reason}",
            took.as_secs_f64(),
            counts.passed,
            counts.failed
        );
        println!("{}", row.trim_end());
        sum += *counts;
    }
    println!("\n{} passed, {} failed", sum.passed, sum.failed);
    sum.failed == 0
}

fn fmt(house: &House) -> Result<Counts, String> {
    check(&mut house.cargo(&["fmt", "--all", "--check"]))
}

fn clippy(house: &House) -> Result<Counts, String> {
    check(&mut house.cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]))
}

fn rustdoc(house: &House) -> Result<Counts, String> {
    let mut command =
        house.cargo(&["doc", "--workspace", "--no-deps", "--document-private-items", "--locked"]);
    check(command.env("RUSTDOCFLAGS", "-D warnings"))
}

fn rust(house: &House) -> Result<Counts, String> {
    count(Runner::Cargo, &mut house.cargo(&["test", "--workspace", "--locked", "--no-fail-fast"]))
}

/// Official clients in other languages against our engine; their programs run under the Rust test that starts it.
fn conformance(house: &House) -> Result<Counts, String> {
    let clients = "crates/socketio/tests/clients";
    install::npm(house, clients)?;
    let python = install::python(house, &format!("{clients}/requirements.txt"))?;
    let mut command = house.cargo(&["test", "--package", "parlor-socketio", "--locked"]);
    command
        .args(["--features", "real-clients", "--test", "clients", "--no-fail-fast"])
        .env("PARLOR_PYTHON", python);
    count(Runner::Cargo, &mut command)
}

fn web(house: &House) -> Result<Counts, String> {
    install::npm(house, "web")?;
    let mut counts = Counts::default();
    for script in ["check", "lint", "build"] {
        counts += check(&mut npm(house, "web", script)?)?;
    }
    counts += count(Runner::Vitest, &mut npm(house, "web", "test")?)?;
    Ok(counts)
}

/// The release binary in a real browser. The examples are among what is driven.
fn e2e(house: &House) -> Result<Counts, String> {
    let chromium = browser::chromium(house)?;
    install::npm(house, "examples")?;
    install::npm(house, "e2e")?;
    let mut counts = check(&mut npm(house, "e2e", "check")?)?;
    let mut tests = npm(house, "e2e", "test")?;
    tests.env("PARLOR_CHROMIUM", chromium).env("PARLOR_BINARY", server(house)?);
    counts += count(Runner::Playwright, &mut tests)?;
    Ok(counts)
}

/// The release binary in the engines that are not Chromium. Their packages are large, so this is by request.
fn browsers(house: &House) -> Result<Counts, String> {
    let browsers = browser::others(house)?;
    install::npm(house, "e2e")?;
    let mut tests = npm(house, "e2e", "test:browsers")?;
    count(Runner::Playwright, tests.envs(browsers).env("PARLOR_BINARY", server(house)?))
}

/// The server as people run it.
fn server(house: &House) -> Result<std::path::PathBuf, String> {
    process::must(&mut house.cargo(&["build", "--release", "--locked", "--package", "parlor-server"]))?;
    Ok(house.release_binary())
}

/// The release binary killed, cut off and flooded, and held against what docs/guarantees.md promises.
fn torture(house: &House) -> Result<Counts, String> {
    install::programs(house, &["strace"], "no disk is made to fail and no crash of the machine is made")?;
    let binary = server(house)?;
    let mut torture =
        house.cargo(&["run", "--locked", "--package", "parlor-bench", "--", "torture", "--parlor"]);
    let mut counts = check(torture.arg(binary).arg("--keep").arg(house.target.join("torture")))?;
    let planted = planted(house)?;
    let find = ["run", "--locked", "--package", "parlor-bench", "--", "torture", "--bugs", "1", "--planted"];
    counts += check(house.cargo(&find).arg(planted))?;
    Ok(counts)
}

/// The server with planted bugs, of which each run has another one found. It is never built for release.
fn planted(house: &House) -> Result<std::path::PathBuf, String> {
    let build = ["build", "--locked", "--package", "parlor-server", "--features", "planted"];
    process::must(&mut house.cargo(&build))?;
    let kept = house.target.join("torture").join("parlor-planted");
    let failed = |error| format!("{}: {error}", kept.display());
    std::fs::create_dir_all(house.target.join("torture")).map_err(failed)?;
    std::fs::copy(house.target.join("debug/parlor"), &kept).map_err(failed)?;
    Ok(kept)
}

/// Instructions of what the release binary does most, against a baseline. Only a machine with valgrind can tell.
fn costs(house: &House) -> Result<Counts, String> {
    if !install::programs(house, &["valgrind"], "no instructions are counted")? {
        return Ok(Counts::one(true));
    }
    let binary = server(house)?;
    let mut costs = house.cargo(&["run", "--locked", "--package", "parlor-bench", "--", "costs", "--parlor"]);
    check(costs.arg(binary))
}

fn npm(house: &House, folder: &str, script: &str) -> Result<std::process::Command, String> {
    let npm = house.environment.program("npm").ok_or("npm is missing: install Node.js 20 or later")?;
    Ok(house.command(folder, npm, &["run", "--silent", script]))
}

/// A command that is one check.
fn check(command: &mut std::process::Command) -> Result<Counts, String> {
    Ok(Counts::one(process::run(command)?.ok))
}

/// A test runner; one that ends badly without counting a failure has failed all the same.
fn count(runner: Runner, command: &mut std::process::Command) -> Result<Counts, String> {
    let ran = process::run(command)?;
    let mut counts = runner.count(&ran.lines);
    if !ran.ok && counts.failed == 0 {
        counts.failed = 1;
    }
    Ok(counts)
}
