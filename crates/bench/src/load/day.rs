//! A mixed day: what everything that people do costs, and how long it takes.

use std::io::{self, Write};
use std::time::Duration;

use parlor_load::day;
use parlor_load::parlor::Parlor;
use parlor_load::report::ms;

pub(crate) fn run(parlor: &Parlor, people: usize, seconds: u64, out: &mut impl Write) -> io::Result<()> {
    let day = day::live(parlor, people, Duration::from_secs(seconds))?;
    let spent = day.spent;
    writeln!(
        out,
        "{people} people for {seconds} s; {} calls, server CPU {:.1} % of one core, {} MiB; clients {:.0} %{}; {:?}\n\n\
         | call | made | refused | p50 ms | p99 ms | p99.9 ms |\n|---|---|---|---|---|---|",
        day.courses.iter().map(|course| course.made).sum::<u64>(),
        100.0 * spent.server.as_secs_f64() / spent.wall.as_secs_f64(),
        day.resident_kb / 1024,
        100.0 * spent.own.as_secs_f64() / spent.wall.as_secs_f64(),
        if spent.saturated() { " (INVALID: the clients had no time left)" } else { "" },
        day.faults,
    )?;
    for course in &day.courses {
        let (times, made, refused) = (&course.times, course.made, course.refused);
        let [half, most, nearly_all] = [0.5, 0.99, 0.999].map(|quantile| ms(times, quantile));
        writeln!(out, "| {} | {made} | {refused} | {half} | {most} | {nearly_all} |", course.call)?;
    }
    Ok(())
}
