//! Takes a query apart: words, "phrases", -without, and filters such as from:ana.

use parlor_store::read::Term;

/// What a filter narrows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    From,
    In,
    Has,
    Is,
    Before,
    After,
    During,
}

impl Kind {
    const ALL: [Self; 7] =
        [Self::From, Self::In, Self::Has, Self::Is, Self::Before, Self::After, Self::During];

    /// As it is typed.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::From => "from:",
            Self::In => "in:",
            Self::Has => "has:",
            Self::Is => "is:",
            Self::Before => "before:",
            Self::After => "after:",
            Self::During => "during:",
        }
    }
}

/// A filter and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filter {
    pub(super) kind: Kind,
    pub(super) value: String,
    pub(super) not: bool,
}

/// A query, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parsed {
    pub(super) terms: Vec<Term>,
    pub(super) filters: Vec<Filter>,
    /// What looks like a filter and is none; it is looked for as words.
    unknown: Vec<String>,
}

impl Parsed {
    pub(super) fn is_empty(&self) -> bool {
        self.terms.is_empty() && self.filters.is_empty()
    }

    /// What to tell about the query, in sentences.
    pub(super) fn notes(&self) -> Vec<String> {
        let filters = Kind::ALL.map(Kind::name).join(", ");
        let note = |name: &String| {
            format!("There is no filter {name}, so it was looked for as words. There are {filters}.")
        };
        self.unknown.iter().map(note).collect()
    }
}

/// Takes a query apart. Anything can be typed: what is no filter is words.
pub(super) fn query(text: &str) -> Parsed {
    let mut parsed = Parsed::default();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let not =
            rest.strip_prefix('-').filter(|after| after.starts_with(|char: char| !char.is_whitespace()));
        let piece = not.unwrap_or(rest);
        let (name, value) = filter_name(piece).unzip();
        let (value, quoted, after) = value_of(value.unwrap_or(piece));
        let kind =
            name.and_then(|name| Kind::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name)));
        rest = after.trim_start();
        match (kind, name) {
            // It is still being typed.
            (Some(_), _) if value.trim().is_empty() => {}
            (Some(kind), _) => {
                parsed.filters.push(Filter { kind, value: value.trim().to_owned(), not: not.is_some() });
            }
            (None, name) => {
                parsed.unknown.extend(name.map(str::to_lowercase));
                let text = format!("{}{value}", name.unwrap_or_default());
                parsed.terms.push(Term { text, quoted, not: not.is_some() });
            }
        }
    }
    parsed
}

/// The name of what looks like a filter, with its colon, and what follows. An address or a path in code is none.
fn filter_name(piece: &str) -> Option<(&str, &str)> {
    let colon = piece.find(':')?;
    let (name, value) = piece.split_at_checked(colon + 1)?;
    let is_name = name.len() > 2 && name.chars().rev().skip(1).all(|char| char.is_ascii_alphabetic());
    (is_name && !value.starts_with([':', '/', '\\'])).then_some((name, value))
}

/// A value, whether it was in quotes, and what follows. A quote that nobody closes goes to the end.
fn value_of(piece: &str) -> (&str, bool, &str) {
    let is_quote = |char: char| matches!(char, '"' | '“' | '”' | '„');
    if let Some(inner) = piece.strip_prefix(is_quote) {
        return inner.split_once(is_quote).map_or((inner, true, ""), |(value, after)| (value, true, after));
    }
    let end = piece.find(char::is_whitespace).unwrap_or(piece.len());
    let (value, after) = piece.split_at_checked(end).unwrap_or((piece, ""));
    (value, false, after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let parsed = query(text);
        let sign = |not: bool| if not { "-" } else { "" };
        let terms = parsed.terms.iter().map(|Term { text, quoted, not }| {
            if *quoted { format!("{}<{text}>", sign(*not)) } else { format!("{}{text}", sign(*not)) }
        });
        let filters = parsed
            .filters
            .iter()
            .map(|Filter { kind, value, not }| format!("{}{}({value})", sign(*not), kind.name()));
        terms.chain(filters).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn queries_are_taken_apart() {
        for (text, parts) in [
            ("tea garden", "tea garden"),
            ("\"red door\" open", "<red door> open"),
            ("“red door”", "<red door>"),
            ("tea from:ana IN:\"design review\"", "tea from:(ana) in:(design review)"),
            ("-tea -\"red door\" -from:ben", "-tea -<red door> -from:(ben)"),
            ("has:link before:2026-01-01", "has:(link) before:(2026-01-01)"),
            ("\"not closed", "<not closed>"),
            ("from: ana", "ana"),
            ("a - b --c -", "a - b --c -"),
            (
                "http://a.example/x std::fmt C:\\temp 12:30 a:b",
                "http://a.example/x std::fmt C:\\temp 12:30 a:b",
            ),
            ("", ""),
        ] {
            assert_eq!(shown(text), parts, "{text}");
        }
    }

    #[test]
    fn a_filter_that_does_not_exist_is_words_and_is_told() {
        let parsed = query("Subject:hello tea");
        assert_eq!(shown("Subject:hello tea"), "Subject:hello tea");
        let notes = parsed.notes();
        assert!(
            notes.len() == 1 && notes[0].contains("no filter subject:") && notes[0].contains("during:"),
            "{notes:?}"
        );
        assert!(query("from:ana http://x").notes().is_empty());
    }
}
