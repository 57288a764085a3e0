//! Durable messages: what each costs, and how long its answer takes against the disk's own sync.

use std::io::{self, Write};
use std::time::Duration;

use parlor_load::durable;
use parlor_load::parlor::Parlor;
use parlor_load::report::ms;
use parlor_load::workers::Processes;

pub(crate) fn run(
    parlor: &Parlor,
    processes: &Processes,
    senders: &[usize],
    (seconds, rate): (u64, Option<u64>),
    out: &mut impl Write,
) -> io::Result<()> {
    let how =
        rate.map_or("each waits for its last".to_owned(), |rate| format!("{rate} a second in all, on time"));
    writeln!(
        out,
        "durable messages of 200 bytes, each sender in a room of its own; {how}\n\n| senders | acknowledged/s | \
         server CPU µs each | per CPU second | p50 ms | p99 | p99.9 | disk's own sync p50, ms | p50 against it | \
         clients' CPU |\n|---|---|---|---|---|---|---|---|---|---|"
    )?;
    for count in senders {
        let sent = durable::send(parlor, processes, *count, Duration::from_secs(seconds), rate)?;
        let (times, each) = (&sent.times, sent.spent.each(sent.acknowledged));
        let invalid = if sent.spent.saturated() || sent.refused > 0 { " (INVALID)" } else { "" };
        writeln!(
            out,
            "| {count} | {} | {each:.1} | {:.0} | {} | {} | {} | {:.2} | {:.2} | {:.0} %{invalid} |",
            sent.acknowledged / seconds.max(1),
            1e6 / each,
            ms(times, 0.5),
            ms(times, 0.99),
            ms(times, 0.999),
            sent.disk.as_secs_f64() * 1e3,
            times.value_at_quantile(0.5) as f64 / 1e6 / sent.disk.as_secs_f64().max(1e-9),
            100.0 * sent.spent.own.as_secs_f64() / sent.spent.wall.as_secs_f64(),
        )?;
    }
    Ok(())
}
