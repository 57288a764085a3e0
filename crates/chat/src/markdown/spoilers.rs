//! Finds spoilers: what stands between two `||` of one stretch of text.

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{CowStr, Event};

const MARK: &str = "||";

/// An event of the parser, or where a spoiler begins or ends.
#[derive(Debug)]
pub(super) enum Part<'a> {
    /// As the parser read it.
    Event(Event<'a>),
    /// A spoiler begins.
    Open,
    /// The spoiler ends.
    Close,
}

/// Splits texts at the marks that belong together: two next to each other on one level, with something between them.
pub(super) fn mark(events: Vec<Event<'_>>) -> Vec<Part<'_>> {
    let pairs = pairs(&events);
    let mut parts = Vec::with_capacity(events.len() + pairs.len() * 3);
    let mut open = BTreeSet::new();
    for (index, event) in events.into_iter().enumerate() {
        let Event::Text(text) = event else {
            parts.push(Part::Event(event));
            continue;
        };
        let mut written = 0;
        for (&(_, at), &closes) in pairs.range((index, 0)..(index + 1, 0)) {
            push(&mut parts, text.get(written..at));
            parts.push(if closes { Part::Close } else { Part::Open });
            written = at + MARK.len();
            open.insert(index);
        }
        if open.remove(&index) {
            push(&mut parts, text.get(written..));
        } else {
            parts.push(Part::Event(Event::Text(text)));
        }
    }
    parts
}

fn push(parts: &mut Vec<Part<'_>>, text: Option<&str>) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        parts.push(Part::Event(Event::Text(CowStr::from(text.to_owned()))));
    }
}

/// Where the marks stand that belong together, by event and byte, and whether they close.
fn pairs(events: &[Event<'_>]) -> BTreeMap<(usize, usize), bool> {
    let mut pairs = BTreeMap::new();
    // For each open tag the mark that waits for its second.
    let mut levels: Vec<Option<(usize, usize)>> = vec![None];
    let mut code = false;
    for (index, event) in events.iter().enumerate() {
        match event {
            Event::Start(tag) => {
                code |= matches!(tag, pulldown_cmark::Tag::CodeBlock(_));
                levels.push(None);
            }
            Event::End(_) => {
                code = false;
                levels.pop();
            }
            Event::Text(text) if !code => {
                let Some(waits) = levels.last_mut() else { continue };
                for (at, _) in text.match_indices(MARK) {
                    match waits.take() {
                        Some(from) if from.0 == index && from.1 + MARK.len() == at => {}
                        Some(from) => {
                            pairs.insert(from, false);
                            pairs.insert((index, at), true);
                        }
                        None => *waits = Some((index, at)),
                    }
                }
            }
            _ => {}
        }
    }
    pairs
}
