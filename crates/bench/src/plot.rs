//! Charts of bars as SVG, drawn from the columns of a table.
//!
//! The tables in the document are the data: whoever corrects one draws its chart again.

use std::fmt::Write as _;

use crate::table;

/// What a chart shows: one column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chart {
    /// What is measured, with its unit.
    pub(crate) title: &'static str,
    /// Which cell of a row, from 0.
    pub(crate) cell: usize,
}

/// A row of a table, as a bar.
struct Bar {
    name: String,
    value: f64,
    /// The value as the table says it.
    said: String,
    /// Least and greatest value, where the cell has them.
    range: Option<(f64, f64)>,
}

const WIDTH: f64 = 720.0;
/// Where bars begin: before it are their names.
const LEFT: f64 = 250.0;
/// What is kept at the right for figures.
const RIGHT: f64 = 80.0;
const ROW: f64 = 26.0;
const TITLE: f64 = 40.0;

/// Light and dark, as the reader's page is; ours stand out.
const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#1f2328}.title{font-weight:600}.end{text-anchor:end}\
                     rect{fill:#afb8c1}.ours{fill:#0969da}path{stroke:#1f2328;stroke-width:1.5;fill:none}\
                     @media(prefers-color-scheme:dark){text{fill:#e6edf3}rect{fill:#6e7681}.ours{fill:#4493f8}path{stroke:#e6edf3}}";

/// Draws these columns of a table, one below the other.
pub(crate) fn draw(charts: &[Chart], table: &str) -> String {
    let (mut body, mut y) = (String::new(), 0.0);
    for chart in charts {
        let bars: Vec<Bar> = table::rows(table).filter_map(|cells| Bar::of(&cells, chart.cell)).collect();
        let most = bars.iter().map(|bar| bar.range.map_or(bar.value, |(_, most)| most.max(bar.value)));
        let scale = (WIDTH - LEFT - RIGHT) / most.fold(f64::MIN_POSITIVE, f64::max);
        let title = escaped(chart.title);
        line(&mut body, format_args!("<text class=\"title\" x=\"0\" y=\"{:.0}\">{title}</text>", y + 24.0));
        y += TITLE;
        for bar in &bars {
            bar.draw(&mut body, y, scale);
            y += ROW;
        }
    }
    let titles: Vec<String> = charts.iter().map(|chart| escaped(chart.title)).collect();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {y}\" role=\"img\" aria-label=\"{}\">\n\
         <style>{STYLE}</style>\n{body}</svg>\n",
        titles.join("; ")
    )
}

impl Bar {
    fn of(cells: &[&str], cell: usize) -> Option<Self> {
        let text = cells.get(cell)?;
        let range = text.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')')?.split_once(" to "));
        Some(Self {
            name: cells.first()?.replace('`', ""),
            value: table::number(text)?,
            said: text.split(' ').next()?.to_owned(),
            range: range.and_then(|(least, most)| Some((least.parse().ok()?, most.parse().ok()?))),
        })
    }

    fn draw(&self, body: &mut String, y: f64, scale: f64) {
        let (middle, text) = (y + ROW / 2.0, y + ROW / 2.0 + 4.5);
        let class = if self.name.starts_with("parlor") { " class=\"ours\"" } else { "" };
        let (name, width) = (escaped(&self.name), self.value * scale);
        line(
            body,
            format_args!("<text class=\"end\" x=\"{:.0}\" y=\"{text:.1}\">{name}</text>", LEFT - 10.0),
        );
        let height = ROW - 8.0;
        let top = y + 4.0;
        line(
            body,
            format_args!(
                "<rect{class} x=\"{LEFT}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height}\" rx=\"2\"/>"
            ),
        );
        let mut end = LEFT + width;
        if let Some((least, most)) = self.range {
            let (from, to) = (LEFT + least * scale, LEFT + most * scale);
            line(
                body,
                format_args!(
                    "<path d=\"M{from:.1} {middle:.1}H{to:.1}M{from:.1} {:.1}v6M{to:.1} {:.1}v6\"/>",
                    middle - 3.0,
                    middle - 3.0
                ),
            );
            end = end.max(to);
        }
        line(body, format_args!("<text x=\"{:.1}\" y=\"{text:.1}\">{}</text>", end + 8.0, self.said));
    }
}

fn line(body: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing into a string can't fail.
    let _infallible = writeln!(body, "{text}");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str =
        "| | CPU µs | p99 |\n|---|---|---|\n| `parlor` | 12.50 (9.0 to 25.0) | 4 |\n| a < b | 5 | 6.5 |";

    #[test]
    fn bars_are_as_long_as_what_they_say_and_the_range_fits() {
        let drawn = draw(&[Chart { title: "CPU & time", cell: 1 }], TABLE);
        assert!(drawn.contains("<rect class=\"ours\" x=\"250\" y=\"44.0\" width=\"195.0\""), "{drawn}");
        assert!(drawn.contains("<rect x=\"250\" y=\"70.0\" width=\"78.0\""), "{drawn}");
        assert!(drawn.contains("M390.4 53.0H640.0") && drawn.contains(">12.50<"), "{drawn}");
        assert!(drawn.contains("a &lt; b") && drawn.contains("CPU &amp; time"), "{drawn}");
    }

    #[test]
    fn charts_stand_one_below_the_other() {
        let drawn = draw(&[Chart { title: "one", cell: 1 }, Chart { title: "two", cell: 2 }], TABLE);
        assert!(drawn.contains("viewBox=\"0 0 720 184\""), "{drawn}");
    }
}
