//! The tables that workloads print, read again.

/// The cells of all rows of the tables in a text, their heads left out.
pub(crate) fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let lines = text.lines().filter_map(|line| line.strip_prefix('|')?.strip_suffix('|'));
    let cells = lines.map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    cells.filter(|cells| cells.iter().skip(1).any(|cell| number(cell).is_some()))
}

/// The number that a cell begins with.
pub(crate) fn number(cell: &str) -> Option<f64> {
    cell.split(' ').next()?.parse().ok()
}
