//! The checker: holds a history against what Parlor promises, and gives the smallest witness of each broken promise.
//!
//! The final state is taken first, since a room's log makes every order explicit; then one pass over what clients did
//! and saw. The time is linear in the history's length.

mod fold;
mod log;
mod rights;
#[cfg(test)]
mod tests;
mod views;
mod writes;

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::io;
use std::path::Path;

use crate::history::{self, Event, What};

use self::fold::Folds;
use self::log::Log;
use self::rights::Rights;
use self::views::Views;
use self::writes::Writes;

/// What is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Promise {
    /// P1: every acknowledged write is in the final log at its seq.
    Durable,
    /// P2: a nonce appears at most once; a client applies an entry at most once.
    Unique,
    /// P3: a place in a log means the same entry to everyone.
    Agreement,
    /// P4: applied seqs are consecutive except across a reset.
    Contiguous,
    /// P5: on one connection, pushed seqs of a room rise.
    Monotone,
    /// P6: after healing, every view is the log over its membership.
    Complete,
    /// P7: whatever was received is in the final log.
    NoPhantom,
    /// P8: whatever was refused for good is not.
    NoZombie,
    /// P9: acknowledged before the other was tried: smaller seq; a socket's own order is kept.
    RealTime,
    /// P10: all acks of one nonce agree.
    Idempotent,
    /// P11: nobody receives or writes outside their membership.
    Authorised,
    /// P12: after a delete is applied, no later answer contains the text.
    Erased,
    /// P13: after a new epoch nothing goes on without a reset.
    Restored,
    /// P14: read markers never go back.
    Markers,
    /// P15: what is measured stays within its bound.
    Bounded,
    /// P16: after healing every write resolves within 30 s.
    Live,
    /// P17: state built from entries is what nodes show and tables hold.
    Fold,
}

impl Promise {
    /// Its number in tables.
    pub(crate) const fn number(self) -> u8 {
        self as u8 + 1
    }
}

impl fmt::Display for Promise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "P{} {self:?}", self.number())
    }
}

/// A broken promise: what is wrong, and the events that show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// What is wrong.
    pub(crate) what: String,
    /// Places of the events in the history, rising.
    pub(crate) events: Vec<usize>,
}

impl Finding {
    /// How much one has to read to see it: events, then the distance between them.
    fn size(&self) -> (usize, usize) {
        let ends = self.events.first().zip(self.events.last());
        (self.events.len(), ends.map_or(usize::MAX, |(first, last)| last - first))
    }
}

/// What was found: for each broken promise how often, and the smallest witness.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Findings {
    found: BTreeMap<Promise, (usize, Finding)>,
}

impl Findings {
    /// Notes a broken promise with the events that show it; those that are unknown are left out.
    fn add(&mut self, promise: Promise, what: impl Into<String>, events: &[Option<usize>]) {
        let mut events: Vec<usize> = events.iter().flatten().copied().collect();
        events.sort_unstable();
        events.dedup();
        let finding = Finding { what: what.into(), events };
        let (count, smallest) = self.found.entry(promise).or_insert_with(|| (0, finding.clone()));
        *count += 1;
        if finding.size() < smallest.size() {
            *smallest = finding;
        }
    }

    /// Whether nothing was found.
    pub(crate) fn is_clean(&self) -> bool {
        self.found.is_empty()
    }

    /// The broken promises, how often each, and the smallest witness.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Promise, usize, &Finding)> {
        self.found.iter().map(|(promise, (count, finding))| (*promise, *count, finding))
    }

    /// The text for people: one line for each broken promise, then the events of its smallest witness.
    pub(crate) fn describe(&self, history: &[Event]) -> String {
        let mut text = String::new();
        for (promise, count, finding) in self.iter() {
            let _infallible = writeln!(text, "  {promise}: {count} times, such as: {}", finding.what);
            for at in finding.events.iter().take(6) {
                let event = history.get(*at).and_then(|event| serde_json::to_string(event).ok());
                let line: String = event.unwrap_or_default().chars().take(400).collect();
                let _infallible = writeln!(text, "    {at}: {line}");
            }
        }
        text
    }
}

/// Checks a history in a file, and prints what was found.
///
/// # Errors
/// When the file can't be read or a promise is broken.
pub(crate) fn run(path: &Path, out: &mut impl io::Write) -> io::Result<()> {
    let history = history::load(path)?;
    let findings = check(&history);
    if findings.is_clean() {
        return writeln!(out, "{} events: every promise is kept", history.len());
    }
    write!(out, "{}", findings.describe(&history))?;
    Err(io::Error::other("broken promises"))
}

/// Holds a history against every promise that can be seen in it.
pub(crate) fn check(history: &[Event]) -> Findings {
    let mut findings = Findings::default();
    let log = Log::of(history, &mut findings);
    let mut writes = Writes::new(&log);
    let mut views = Views::new(&log);
    let mut rights = Rights::new(&log);
    let mut folds = Folds::new(&log);
    for (at, event) in history.iter().enumerate() {
        writes.see(at, event, &mut findings);
        views.see(at, event, &mut findings);
        rights.see(at, event, &mut findings);
        folds.see(at, event);
        if let What::Measured { name, value, bound } = &event.what
            && value > bound
        {
            findings.add(Promise::Bounded, format!("{name}: {value}, at most {bound}"), &[Some(at)]);
        }
    }
    writes.end(&mut findings);
    rights.end(&mut findings);
    folds.end(&mut findings);
    findings
}
