//! How many tests passed and failed, read from the closing lines of the test runners.

use std::ops::AddAssign;

/// Tests that ran.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Those that passed.
    pub(crate) passed: u32,
    /// Those that failed.
    pub(crate) failed: u32,
}

impl Counts {
    /// A check that is one test.
    pub(crate) const fn one(ok: bool) -> Self {
        Self { passed: ok as u32, failed: !ok as u32 }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// A test runner, by how it closes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Runner {
    /// `test result: ok. 5 passed; 0 failed; …`, one for each binary.
    Cargo,
    /// `      Tests  1 failed | 11 passed (12)`
    Vitest,
    /// `  1 failed`, `  1 flaky`, `  2 did not run` and `  5 passed (3.2s)`, each on its own line.
    Playwright,
}

impl Runner {
    /// Sums the closing lines among these.
    pub(crate) fn count(self, lines: &[String]) -> Counts {
        let mut counts = Counts::default();
        for line in lines {
            let line = plain(line);
            let line = line.trim();
            let closing = match self {
                Self::Cargo => line.strip_prefix("test result: "),
                Self::Vitest => line.strip_prefix("Tests "),
                Self::Playwright => alone(line).then_some(line),
            };
            counts += closing.map(figures).unwrap_or_default();
        }
        counts
    }
}

/// Whether the line is nothing but a number and what it counts, maybe with a time in parentheses.
fn alone(line: &str) -> bool {
    let words = line.split_once(" (").map_or(line, |(words, _)| words);
    words.split_once(' ').is_some_and(|(number, what)| {
        number.parse::<u32>().is_ok()
            && matches!(what, "passed" | "failed" | "flaky" | "interrupted" | "did not run")
    })
}

/// Every number that stands before a word of passing or failing.
fn figures(line: &str) -> Counts {
    let mut counts = Counts::default();
    let words: Vec<&str> =
        line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    for pair in words.windows(2) {
        let &[number, what] = pair else { continue };
        let Ok(number) = number.parse::<u32>() else { continue };
        match what {
            "passed" => counts.passed += number,
            // A test that passed only when repeated has failed: it hides a race.
            "failed" | "flaky" | "interrupted" | "did" => counts.failed += number,
            _ => {}
        }
    }
    counts
}

/// The line without the escapes that colour it.
fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut escaped = false;
    for c in line.chars() {
        match (escaped, c) {
            (false, '\u{1b}') => escaped = true,
            (false, c) => text.push(c),
            (true, c) => escaped = !c.is_ascii_alphabetic(),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(runner: Runner, output: &str) -> (u32, u32) {
        let lines: Vec<String> = output.lines().map(str::to_owned).collect();
        let counts = runner.count(&lines);
        (counts.passed, counts.failed)
    }

    #[test]
    fn cargo_closes_once_for_each_binary() {
        let output = "running 2 tests\ntest a ... ok\n\
            test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s";
        assert_eq!(count(Runner::Cargo, output), (5, 1));
    }

    #[test]
    fn vitest_counts_tests_not_files() {
        let output = " Test Files  2 passed (2)\n      Tests  \u{1b}[31m1 failed\u{1b}[39m | 11 passed (12)\n Duration 1s";
        assert_eq!(count(Runner::Vitest, output), (11, 1));
    }

    #[test]
    fn playwright_counts_flaky_tests_and_those_that_did_not_run_as_failed() {
        let output = "Running 9 tests using 1 worker\n  ok 1 a room of 3 passed (2s)\n  1 failed\n  1 flaky\n  \
            2 did not run\n  1 skipped\n  5 passed (3.2s)";
        assert_eq!(count(Runner::Playwright, output), (5, 4));
    }
}
