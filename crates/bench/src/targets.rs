//! `parlor-bench targets`: every speed target in one run, as tables, and which of them are reached.

use std::fs;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Instant;

use parlor_load::machine;

use crate::load::Workload;
use crate::plot::{self, Chart};
use crate::table::{number, rows};

/// What stands around the part of a document that this writes.
const MARKS: [&str; 2] = ["<!-- measured -->", "<!-- /measured -->"];

/// Measurements that are made together, and what they are held against.
struct Part {
    name: &'static str,
    workload: Workload,
    goals: &'static [Goal],
    /// What is drawn of it; nothing where a table says it better.
    charts: &'static [Chart],
}

/// A bound for one cell of a table.
struct Goal {
    name: &'static str,
    /// How the row begins; the worst of all rows where this is empty.
    row: &'static str,
    /// Which cell of the row, from 0.
    cell: usize,
    bound: Bound,
    unit: &'static str,
}

#[derive(Clone, Copy)]
enum Bound {
    Most(f64),
    Least(f64),
}

const fn goal(
    name: &'static str,
    (row, cell): (&'static str, usize),
    bound: Bound,
    unit: &'static str,
) -> Goal {
    Goal { name, row, cell, bound, unit }
}

const FAN_OUT: &[Chart] = &[
    Chart { title: "Server CPU µs for a delivery: the next message when everybody has the last", cell: 1 },
    Chart { title: "Server CPU µs for a delivery: 30 messages at once", cell: 2 },
];
const CONNECTIONS: &[Chart] = &[
    Chart { title: "Resident kB for an idle connection", cell: 1 },
    Chart { title: "Server CPU µs to connect and join", cell: 2 },
];
const DURABLE: &[Chart] =
    &[Chart { title: "Durable messages for a CPU second of the server, by senders", cell: 3 }];
const READS: &[Chart] =
    &[Chart { title: "Server CPU µs for a page of 50 and for the newest 50 of a search", cell: 1 }];

/// Two cores are used best by one process of clients beside a server.
const ONE: NonZeroUsize = NonZeroUsize::MIN;

/// All of them; together some ten minutes on two cores that have nothing else to do.
fn parts() -> [Part; 6] {
    use Bound::{Least, Most};
    [
        Part {
            name: "Fan-out",
            workload: Workload::Room { members: 1000, rooms: 1, rounds: 15, processes: ONE },
            goals: const {
                &[
                    goal("T1 paced: a bare send against ours", ("bare send", 3), Least(0.87), "times"),
                    goal("T1 paced: npm against ours", ("npm", 3), Least(2.2), "times"),
                    goal("T3 burst, a delivery", ("parlor-socketio", 2), Most(0.8), "µs"),
                    goal("T3 burst: npm against ours", ("npm", 4), Least(15.0), "times"),
                ]
            },
            charts: FAN_OUT,
        },
        Part {
            name: "Connections",
            workload: Workload::Idle { clients: 5_000, rounds: 5, processes: ONE },
            goals: const {
                &[
                    goal("T4 idle, signed in, in three rooms", ("parlor, signed in", 1), Most(3.0), "kB"),
                    goal("T5 connect, sign in, join", ("parlor, signed in", 2), Most(120.0), "µs"),
                ]
            },
            charts: CONNECTIONS,
        },
        Part {
            name: "Durable messages",
            workload: Workload::Send { senders: vec![1, 64, 256], seconds: 6, rate: None, processes: ONE },
            goals: const {
                &[
                    goal(
                        "T6 one sender: its ack against the disk's own sync, p50",
                        ("1", 8),
                        Most(1.5),
                        "times",
                    ),
                    goal("T7 64 senders, index included", ("64", 3), Least(10_000.0), "a CPU second"),
                ]
            },
            charts: DURABLE,
        },
        Part {
            name: "History and search",
            workload: Workload::Reads { messages: 2_000_000 },
            goals: const {
                &[
                    goal("T8 page of 50, newest, 16 callers", ("newest, 16", 1), Most(100.0), "µs"),
                    goal(
                        "T8 page of 50, from the middle, 16 callers",
                        ("before the middle, 16", 1),
                        Most(100.0),
                        "µs",
                    ),
                    goal("T9 newest 50 of a search, the slowest p99", ("`", 3), Most(5.0), "ms"),
                ]
            },
            charts: READS,
        },
        Part {
            name: "Reconnecting",
            workload: Workload::Reconnect { clients: 10_000, rounds: 3, processes: ONE },
            goals: const { &[goal("T10 10,000 sync 100 missed each", ("", 0), Most(2.5), "s of CPU")] },
            charts: &[],
        },
        Part {
            name: "Start and size",
            workload: Workload::Start { rounds: 9, messages: 0 },
            goals: const {
                &[
                    goal("T11 first answer", ("", 0), Most(50.0), "ms"),
                    goal("T11 idle memory", ("", 2), Most(20.0), "MiB"),
                    goal("T11 binary with the client inside", ("", 3), Most(25.0), "MiB"),
                ]
            },
            charts: &[],
        },
    ]
}

/// Measures everything, and writes it into a document between its marks, if there is one, and charts beside it.
///
/// # Errors
/// When something can't be measured, or the document has no marks.
pub(crate) fn run(parlor: &Path, document: Option<&Path>, out: &mut impl Write) -> io::Result<()> {
    let began = Instant::now();
    let (mut verdicts, mut tables) = (String::new(), Vec::new());
    for Part { name, workload, goals, charts } in parts() {
        let mut table = Vec::new();
        workload.run(parlor, &mut table)?;
        let table = String::from_utf8_lossy(&table).into_owned();
        for goal in goals {
            verdicts.push_str(&goal.verdict(&table));
        }
        let table = table.trim();
        write!(out, "### {name}\n\n{table}\n\n")?;
        out.flush()?;
        let shown = match document {
            Some(path) if !charts.is_empty() => format!("![{name}: charts]({})\n\n", link(path, name)),
            _ => String::new(),
        };
        tables.push(format!("### {name}\n\n{shown}{table}"));
    }
    let head = "| target | bound | measured | |\n|---|---|---|---|";
    let took = began.elapsed().as_secs() / 60 + 1;
    let report = format!("{}, {took} minutes\n\n{head}\n{verdicts}\n{}", machine(), tables.join("\n\n"));
    writeln!(out, "{head}\n{verdicts}")?;
    match document {
        Some(path) => {
            fs::write(path, between(&fs::read_to_string(path)?, &report)?)?;
            plot(path)
        }
        None => Ok(()),
    }
}

/// Draws the charts of a document from its tables, into a folder of its name.
///
/// # Errors
/// When a table is missing.
pub(crate) fn plot(document: &Path) -> io::Result<()> {
    let text = fs::read_to_string(document)?;
    let folder = document.with_extension("");
    fs::create_dir_all(&folder)?;
    for Part { name, charts, .. } in parts().iter().filter(|part| !part.charts.is_empty()) {
        let (_, section) = text
            .split_once(&format!("### {name}\n"))
            .ok_or_else(|| io::Error::other(format!("the document has no part \"{name}\"")))?;
        let table = section.split("\n##").next().unwrap_or_default();
        fs::write(folder.join(file(name)), plot::draw(charts, table))?;
    }
    Ok(())
}

/// What a part's charts are called beside the document.
fn link(document: &Path, name: &str) -> String {
    let folder = document.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    format!("{folder}/{}", file(name))
}

fn file(name: &str) -> String {
    format!("{}.svg", name.to_lowercase().replace(' ', "-"))
}

impl Goal {
    /// A row of the table of targets.
    fn verdict(&self, table: &str) -> String {
        let (bound, words) = match self.bound {
            Bound::Most(bound) => (bound, "at most"),
            Bound::Least(bound) => (bound, "at least"),
        };
        let mut cells: Vec<(f64, &str)> = rows(table)
            .filter(|cells| cells.first().is_some_and(|first| first.starts_with(self.row)))
            .filter_map(|cells| cells.get(self.cell).and_then(|cell| Some((number(cell)?, *cell))))
            .collect();
        cells.sort_by(|one, other| one.0.total_cmp(&other.0));
        let worst = match self.bound {
            Bound::Most(_) => cells.last(),
            Bound::Least(_) => cells.first(),
        };
        let (name, unit) = (self.name, self.unit);
        let Some((value, cell)) = worst else {
            return format!("| {name} | {words} {bound} {unit} | not measured | no |\n");
        };
        let reached = match self.bound {
            Bound::Most(bound) => *value <= bound,
            Bound::Least(bound) => *value >= bound,
        };
        let verdict = if reached { "reached" } else { "not yet" };
        format!("| {name} | {words} {bound} {unit} | {cell} | {verdict} |\n")
    }
}

fn between(text: &str, report: &str) -> io::Result<String> {
    let found =
        text.split_once(MARKS[0]).and_then(|(before, rest)| Some((before, rest.split_once(MARKS[1])?)));
    let (before, (_, after)) = found
        .ok_or_else(|| io::Error::other(format!("the document has no {} and {}", MARKS[0], MARKS[1])))?;
    Ok(format!("{before}{}\n{report}\n{}{after}", MARKS[0], MARKS[1]))
}

/// What it was measured on, and how busy that was.
fn machine() -> String {
    let unknown = || "unknown".to_owned();
    format!(
        "{} cores of {}, Linux {}, load average at the end {}",
        machine::cores(),
        std::env::consts::ARCH,
        machine::kernel().unwrap_or_else(unknown),
        machine::load().map_or_else(unknown, |load| load.to_string()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str =
        "some words\n\n| | CPU µs | p99 |\n|---|---|---|\n| `a` | 12.50 (9 to 13) | 4 |\n| `b` | 9 | 6.5 |";

    #[test]
    fn the_worst_of_the_rows_is_held_against_the_bound() {
        let most = goal("T0", ("`", 1), Bound::Most(10.0), "µs");
        assert_eq!(most.verdict(TABLE), "| T0 | at most 10 µs | 12.50 (9 to 13) | not yet |\n");
        let least = goal("T0", ("`", 2), Bound::Least(4.0), "ms");
        assert_eq!(least.verdict(TABLE), "| T0 | at least 4 ms | 4 | reached |\n");
        let nothing = goal("T0", ("c", 1), Bound::Most(1.0), "µs");
        assert_eq!(nothing.verdict(TABLE), "| T0 | at most 1 µs | not measured | no |\n");
    }

    #[test]
    fn only_what_stands_between_the_marks_is_replaced() {
        let document = format!("before\n{}\nold\n{}\nafter", MARKS[0], MARKS[1]);
        let written = between(&document, "new").unwrap();
        assert_eq!(written, format!("before\n{}\nnew\n{}\nafter", MARKS[0], MARKS[1]));
        assert!(between("without", "new").is_err());
    }
}
