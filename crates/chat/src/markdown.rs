//! Message text: Markdown in, safe HTML out.
//!
//! A parser reads, a writer of our own writes a closed set of tags in which every text is escaped, and a sanitiser
//! goes over the result, so that one mistake in either is not a hole. What clients may style:
//!
//! * `span.mention[data-user]` is `@name` of a member, `span.mention.mention-room` is `@room`;
//! * `pre[data-lang] > code` is a block of code; in it `span` with `hl-kw` (keyword), `hl-lit` (true, null, …),
//!   `hl-num`, `hl-str`, `hl-com` (comment), `hl-ty` (type), `hl-fn` (function), `hl-attr` (key, attribute, tag),
//!   `hl-add` and `hl-del` (lines of a diff);
//! * `span.task` is the box of a task (☐ or ☑), `th` and `td` have `align-left`, `align-center` or `align-right`.

mod clean;
mod highlight;
mod inline;
mod languages;
mod writer;

use std::collections::HashMap;

use parlor_protocol::UserId;
use pulldown_cmark::{Options, Parser, TextMergeStream};

pub(crate) use inline::{Candidates, candidates};

/// Members by username, as far as a text names them: their id and display name.
pub(crate) type Named = HashMap<String, (UserId, String)>;

/// A text as HTML and what follows from it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Rendered {
    /// Safe HTML.
    pub(crate) html: String,
    /// Users named in it, each once, in the order of their first mention.
    pub(crate) mentions: Vec<UserId>,
    /// Whether it calls everyone in the room.
    pub(crate) mentions_room: bool,
}

/// Renders a text. Users that are not in `named` are not mentioned.
pub(crate) fn render(text: &str, named: &Named) -> Rendered {
    if plain(text) {
        return Rendered { html: format!("<p>{text}</p>"), ..Rendered::default() };
    }
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let events = TextMergeStream::new(Parser::new_ext(text, options));
    let written = writer::write(events, named);
    Rendered { html: clean::clean(&written.html), ..written }
}

/// Whether a text is one paragraph in which nothing means anything: most messages are.
fn plain(text: &str) -> bool {
    let quiet = |c: char| match c {
        ' ' | '.' | ',' | '?' | '!' | '\'' | '"' | '(' | ')' | ';' | '%' | '/' => true,
        c if c.is_ascii() => c.is_ascii_alphanumeric(),
        c => c != '\u{A0}' && !c.is_control(),
    };
    let starts = text.starts_with(|c: char| c.is_ascii_digit() || c == ' ');
    !starts && !text.ends_with(' ') && text.chars().all(quiet)
}

#[cfg(test)]
mod tests;
