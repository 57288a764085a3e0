//! Parlor's start: time to the first answer, idle memory, size of the binary.

use std::io::{self, Write};
use std::time::Instant;

use parlor_load::parlor::{Parlor, ready};
use parlor_load::report::Spread;
use parlor_load::town::{self, Plan};

pub(crate) fn run(parlor: &Parlor, rounds: usize, messages: usize, out: &mut impl Write) -> io::Result<()> {
    let (mut answers, mut resident, mut spent) = (Vec::new(), Vec::new(), Vec::new());
    let full = parlor.folder()?;
    if messages > 0 {
        town::build(full.path(), Plan { people: 100, neighbours: 10, messages })?;
    }
    for _ in 0..rounds {
        let empty = parlor.folder()?;
        let data = if messages > 0 { &full } else { &empty };
        let started = Instant::now();
        let server = parlor.start(data.path())?;
        ready(&server)?;
        answers.push(started.elapsed().as_secs_f64() * 1e3);
        spent.push(server.cpu()?.as_secs_f64() * 1e3);
        resident.push(server.resident_kb()? as f64 / 1024.0);
    }
    let size = std::fs::metadata(parlor.binary())?.len() as f64 / 1_048_576.0;
    writeln!(
        out,
        "{rounds} starts with {messages} messages\n\n| first answer, ms | CPU until then, ms | idle memory, MiB | \
         binary, MiB |\n|---|---|---|---|\n| {} | {} | {} | {size:.1} |",
        Spread::of(&answers),
        Spread::of(&spent),
        Spread::of(&resident),
    )
}
