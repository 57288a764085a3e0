//! Marks what is what in code, in one pass over it.
//!
//! One small scanner for all languages instead of a grammar for each: its time is linear whatever a message holds,
//! it needs no warming up, and comments, strings, numbers and keywords are what a reader's eye looks for.

use super::languages::{self, Language};
use super::writer::escape;

/// Appends a block of code.
pub(super) fn write(html: &mut String, info: &str, code: &str) {
    let name: String = info
        .split([' ', ',', '{', '\t'])
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '#' | '-' | '.' | '_'))
        .take(20)
        .collect::<String>()
        .to_ascii_lowercase();
    html.push_str("<pre");
    if !name.is_empty() {
        html.push_str(" data-lang=\"");
        html.push_str(&name);
        html.push('"');
    }
    html.push_str("><code>");
    match languages::named(&name) {
        None => escape(html, code),
        Some(language) if language.diff => diff(html, code),
        Some(language) => Scanner { html, language, rest: code, line_start: true }.run(),
    }
    html.push_str("</code></pre>");
}

fn span(html: &mut String, class: &str, text: &str) {
    html.push_str("<span class=\"");
    html.push_str(class);
    html.push_str("\">");
    escape(html, text);
    html.push_str("</span>");
}

fn diff(html: &mut String, code: &str) {
    for line in code.split_inclusive('\n') {
        match line.as_bytes().first() {
            Some(b'+') => span(html, "hl-add", line),
            Some(b'-') => span(html, "hl-del", line),
            Some(b'@') => span(html, "hl-attr", line),
            _ => escape(html, line),
        }
    }
}

struct Scanner<'a> {
    html: &'a mut String,
    language: &'static Language,
    rest: &'a str,
    /// Nothing but white space was read since the last line end.
    line_start: bool,
}

impl Scanner<'_> {
    fn run(mut self) {
        while let Some(first) = self.rest.chars().next() {
            let line_start = self.line_start;
            self.line_start = first == '\n' || (line_start && first.is_whitespace());
            if let Some(length) = self.comment(line_start) {
                self.take("hl-com", length);
            } else if let Some(length) = self.string(first) {
                let class = if self.key_follows(length) { "hl-attr" } else { "hl-str" };
                self.take(class, length);
            } else if first.is_ascii_digit() {
                let number = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
                self.take("hl-num", self.span_of(number));
            } else if first.is_alphabetic() || first == '_' {
                self.word();
            } else {
                self.plain(first.len_utf8());
            }
        }
    }

    /// How many bytes from here on belong together.
    fn span_of(&self, belongs: impl Fn(char) -> bool) -> usize {
        self.rest.find(|c| !belongs(c)).unwrap_or(self.rest.len())
    }

    fn take(&mut self, class: &str, length: usize) {
        let (text, rest) = self.rest.split_at(length);
        span(self.html, class, text);
        self.rest = rest;
    }

    fn plain(&mut self, length: usize) {
        let (text, rest) = self.rest.split_at(length);
        escape(self.html, text);
        self.rest = rest;
    }

    fn comment(&self, line_start: bool) -> Option<usize> {
        let to_line_end = || self.rest.find('\n').unwrap_or(self.rest.len());
        if let Some((open, close)) = self.language.block
            && let Some(inner) = self.rest.strip_prefix(open)
        {
            return Some(inner.find(close).map_or(self.rest.len(), |at| open.len() + at + close.len()));
        }
        let starts =
            |mark: &&&str| self.rest.starts_with(**mark) && (line_start || **mark != "#" || self.spaced());
        self.language.lines.iter().find(starts).map(|_| to_line_end())
    }

    /// A `#` in the middle of a word is no comment, as in `$#` or `a#b`.
    fn spaced(&self) -> bool {
        self.html.ends_with([' ', '\t', '\n', ';', '>'])
    }

    fn string(&self, first: char) -> Option<usize> {
        self.language.strings.contains(first).then_some(())?;
        let triple = self.rest.get(..3).filter(|start| start.chars().all(|c| c == first));
        if let (Some(mark), true) = (triple, self.language.triple) {
            let inner = self.rest.get(3..)?;
            return Some(inner.find(mark).map_or(self.rest.len(), |at| at + 6));
        }
        // Where a single quote holds one character, it may as well be a lifetime or an apostrophe.
        let most = if first == '\'' && self.language.chars { 12 } else { self.rest.len() };
        let mut escaped = false;
        for (at, c) in self.rest.char_indices().skip(1).take_while(|(at, _)| *at <= most) {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                // Not closed on its line: taken as far as it goes, so that each character is looked at once.
                '\n' if first != '`' => return (most == self.rest.len()).then_some(at),
                c if c == first => return Some(at + c.len_utf8()),
                _ => {}
            }
        }
        (most == self.rest.len()).then_some(most)
    }

    fn key_follows(&self, length: usize) -> bool {
        let after = self.rest.get(length..).unwrap_or_default();
        self.language.keys && after.trim_start_matches(' ').starts_with(':')
    }

    fn names_tag(&self) -> bool {
        self.language.tags && (self.html.ends_with("&lt;") || self.html.ends_with("&lt;/"))
    }

    fn word(&mut self) {
        let length = self.span_of(|c| c.is_alphanumeric() || c == '_' || (self.language.dashes && c == '-'));
        let (word, after) = self.rest.split_at(length);
        let is = |words: &str| {
            let same =
                |known: &str| known == word || (self.language.any_case && known.eq_ignore_ascii_case(word));
            words.split(' ').any(same)
        };
        let call = after.starts_with('(') || (after.starts_with("!(") && self.language.macros);
        let typed = self.language.types && word.starts_with(char::is_uppercase);
        if is(self.language.keywords) {
            self.take("hl-kw", length);
        } else if is(languages::LITERALS) {
            self.take("hl-lit", length);
        } else if self.key_follows(length) || self.names_tag() {
            self.take("hl-attr", length);
        } else if call {
            self.take("hl-fn", length);
        } else if typed {
            self.take("hl-ty", length);
        } else {
            self.plain(length);
        }
    }
}
