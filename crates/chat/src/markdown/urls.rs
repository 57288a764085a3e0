//! Keeps addresses whole: `__x__` inside of one is no emphasis.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

use super::{OPTIONS, inline};

/// What would be read as markup in the middle of an address.
const MARKS: [char; 3] = ['_', '*', '~'];

/// The text with those characters escaped that are markup inside of an address. What is code or a link already stays.
pub(super) fn whole(text: &str) -> Cow<'_, str> {
    let mut addresses =
        inline::addresses(text).filter(|at| text.get(at.clone()).is_some_and(|it| it.contains(MARKS)));
    let Some(first) = addresses.next() else { return Cow::Borrowed(text) };
    let taken = taken(text);
    let mut taken = taken.iter().peekable();
    let mut escaped = String::with_capacity(text.len() + 16);
    let mut written = 0;
    for address in std::iter::once(first).chain(addresses) {
        while taken.next_if(|range| range.end <= address.start).is_some() {}
        if taken.peek().is_some_and(|range| range.start < address.end) {
            continue;
        }
        escaped.push_str(text.get(written..address.start).unwrap_or_default());
        for c in text.get(address.clone()).unwrap_or_default().chars() {
            if MARKS.contains(&c) {
                escaped.push('\\');
            }
            escaped.push(c);
        }
        written = address.end;
    }
    escaped.push_str(text.get(written..).unwrap_or_default());
    Cow::Owned(escaped)
}

/// Where code, links and HTML stand, in order.
fn taken(text: &str) -> Vec<Range<usize>> {
    let events = Parser::new_ext(text, OPTIONS).into_offset_iter();
    let taken = events.filter(|(event, _)| {
        matches!(
            event,
            Event::Code(_)
                | Event::Html(_)
                | Event::InlineHtml(_)
                | Event::Start(Tag::CodeBlock(_) | Tag::Link { .. } | Tag::Image { .. } | Tag::HtmlBlock)
        )
    });
    taken.map(|(_, range)| range).collect()
}
