//! Message text: Markdown in, safe HTML out.
//!
//! A parser reads, a writer of our own writes a closed set of tags in which every text is escaped, and a sanitiser
//! goes over the result, so that one mistake in either is not a hole. What clients may style:
//!
//! * `span.mention[data-user]` is `@name` of a member, `span.mention.mention-room` is `@room`, `span.mention.mention-here`
//!   is `@here`; `span.room[data-room]` is `#name` of a public room;
//! * `img.emoji` is an emoji of the workspace's own, with its `:name:` as `alt` and `title`;
//! * `span.spoiler` is what readers uncover themselves;
//! * `pre[data-lang] > code` is a block of code; in it `span` with `hl-kw` (keyword), `hl-lit` (true, null, …),
//!   `hl-num`, `hl-str`, `hl-com` (comment), `hl-ty` (type), `hl-fn` (function), `hl-attr` (key, attribute, tag),
//!   `hl-add` and `hl-del` (lines of a diff);
//! * `span.task` is the box of a task (☐ or ☑), `th` and `td` have `align-left`, `align-center` or `align-right`.

mod clean;
mod highlight;
mod inline;
mod languages;
mod links;
mod spoilers;
mod urls;
mod writer;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use parlor_protocol::{RoomId, UserId};
use pulldown_cmark::{Options, Parser, TextMergeStream};

pub(crate) use inline::{Candidates, candidates};
pub(crate) use links::{LINK, links};

/// Whom and what a text may name here.
#[derive(Debug, Default)]
pub(crate) struct Named {
    /// Members by username: their id and display name.
    pub(crate) users: HashMap<String, (UserId, String)>,
    /// Public rooms by name in lower case: their id and name.
    pub(crate) rooms: HashMap<String, (RoomId, String)>,
    /// The workspace's own emoji by name: their pictures.
    pub(crate) emoji: HashMap<String, String>,
    /// Members who are present, if the text calls them.
    pub(crate) here: Vec<UserId>,
}

/// A text as HTML and what follows from it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Rendered {
    /// Safe HTML.
    pub(crate) html: String,
    /// How many pictures of emoji are in it.
    pub(crate) pictures: usize,
    /// Users named in it, each once, in the order of their first mention.
    pub(crate) mentions: Vec<UserId>,
    /// Whether it calls everyone in the room.
    pub(crate) mentions_room: bool,
    /// Whether it calls those who are present, who are among the mentions then.
    pub(crate) mentions_here: bool,
}

const OPTIONS: Options =
    Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH).union(Options::ENABLE_TASKLISTS);

/// Renders a text. Users that are not in `named` are not mentioned.
pub(crate) fn render(text: &str, named: &Named) -> Rendered {
    if plain(text) {
        return Rendered { html: format!("<p>{text}</p>"), ..Rendered::default() };
    }
    let text: Cow<'_, str> = urls::whole(text);
    let events = TextMergeStream::new(Parser::new_ext(&text, OPTIONS)).collect();
    let mut written = writer::write(spoilers::mark(events).into_iter(), named);
    if written.mentions_here {
        let named_too: HashSet<_> = written.mentions.iter().copied().collect();
        written.mentions.extend(named.here.iter().filter(|user| !named_too.contains(user)));
    }
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
