//! Queries: what is asked for, in the index's own language and as phrases that texts are looked at for.

use parlor_protocol::UserId;
use rusqlite::Result;

use super::Searcher;
use super::phrase::Phrase;
use super::tokens::{Word, cut, parts, split};

/// Words of a query that count.
const QUERY_WORDS: usize = 32;
/// Letters that a part inside of a word has at least.
const INSIDE_CHARS: usize = 3;
/// Begins what stands in the index beside a message's words: the index takes it for a letter, and no word has it.
const MARK: char = '§';

/// Something to look for in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Words as they were typed. Those without white space between them stand beside each other.
    pub text: String,
    /// Exactly so: as whole words, beside each other.
    pub quoted: bool,
    /// Messages that have it are left out.
    pub not: bool,
}

/// Something that a message holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holds {
    /// A link.
    Link,
    /// Code, in a line or as a block.
    Code,
    /// A file of any kind.
    File,
    /// A picture or a film.
    Image,
    /// A poll.
    Poll,
    /// Itself: it is a reply in a thread.
    Thread,
    /// Itself: it is pinned.
    Pinned,
}

impl Holds {
    /// What stands for it in the index.
    pub(super) fn mark(self) -> String {
        let name = match self {
            Self::Link => "link",
            Self::Code => "code",
            Self::File => "file",
            Self::Image => "image",
            Self::Poll => "poll",
            Self::Thread => "thread",
            Self::Pinned => "pinned",
        };
        format!("{MARK}{name}")
    }
}

/// What an HTML holds.
pub(super) fn held(html: &str) -> impl Iterator<Item = Holds> {
    let held = [(Holds::Link, "<a href=\""), (Holds::Code, "<code")];
    held.into_iter().filter(|(_, tag)| html.contains(tag)).map(|(holds, _)| holds)
}

/// What stands for an author in the index.
pub(super) fn by_mark(user: UserId) -> String {
    format!("{MARK}{:x}", user.get())
}

pub(super) fn is_mark(word: &str) -> bool {
    word.starts_with(MARK)
}

/// What is asked for, beside terms.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) terms: &'a [Term],
    pub(crate) by: &'a [UserId],
    pub(crate) not_by: &'a [UserId],
    pub(crate) has: &'a [Holds],
    pub(crate) has_not: &'a [Holds],
}

/// A query in the index's own language.
#[derive(Debug)]
pub(crate) struct Match(pub(super) String);

/// A part of a query.
#[derive(Debug, Clone)]
struct Piece {
    words: Vec<Word>,
    /// Whether its last word may go on.
    open: bool,
    quoted: bool,
}

/// A query, taken apart.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    wanted: Vec<Piece>,
    unwanted: Vec<Piece>,
    /// Of which each message must have one, for each list.
    marks: Vec<Vec<String>>,
    no_marks: Vec<String>,
}

impl Query {
    /// The query; `None` if a term holds no word, which nothing can match.
    pub(crate) fn of(asked: Asked<'_>) -> Option<Self> {
        let mut wanted = Vec::new();
        let mut unwanted = Vec::new();
        let mut left = QUERY_WORDS;
        for term in asked.terms {
            let chunks = if term.quoted { vec![&*term.text] } else { term.text.split_whitespace().collect() };
            for chunk in chunks {
                let mut words = split(chunk);
                words.truncate(left);
                left -= words.len();
                if !words.is_empty() {
                    let piece = Piece { words, open: false, quoted: term.quoted };
                    if term.not { unwanted.push(piece) } else { wanted.push(piece) }
                }
            }
        }
        let asks = asked.terms.iter().any(|term| !term.not);
        if asks && wanted.is_empty() {
            return None;
        }
        let ends_open = asked.terms.last().is_some_and(|term| !term.not && !term.quoted);
        if let Some(last) = wanted.last_mut().filter(|_| ends_open) {
            last.open = true;
        }
        let by: Vec<String> = asked.by.iter().copied().map(by_mark).collect();
        let mut marks: Vec<Vec<String>> = asked.has.iter().map(|holds| vec![holds.mark()]).collect();
        if !by.is_empty() {
            marks.push(by);
        }
        let no_marks = asked
            .not_by
            .iter()
            .copied()
            .map(by_mark)
            .chain(asked.has_not.iter().map(|holds| holds.mark()))
            .collect();
        Some(Self { wanted, unwanted, marks, no_marks })
    }

    /// Messages that have all words as such; `None` if one is in no message.
    pub(crate) fn direct(&self, index: &Searcher) -> Result<Option<Match>> {
        let mut all = Vec::new();
        for piece in &self.wanted {
            let Some(words) = piece.direct(index)? else { return Ok(None) };
            all.push(words);
        }
        Ok(Some(self.with_marks(all, None)))
    }

    /// Messages that have all words, some of them only inside of others; `None` if there are no such words.
    pub(crate) fn inside(&self, index: &Searcher, direct: Option<&Match>) -> Result<Option<Match>> {
        let mut all = Vec::new();
        let mut any = false;
        for piece in &self.wanted {
            let as_such = piece.direct(index)?;
            let inside = match piece.part() {
                Some(part) => one_of(&index.containing(&part)?),
                None => None,
            };
            any |= inside.is_some();
            let Some(words) = or(as_such, inside) else { return Ok(None) };
            all.push(words);
        }
        Ok(any.then(|| self.with_marks(all, direct)))
    }

    /// Phrases that a text must have, and those that it must not.
    pub(crate) fn phrases(&self) -> Phrases {
        let phrase = |piece: &Piece| Phrase::new(&piece.words, piece.open);
        let unclear = |piece: &&Piece| !piece.is_simple();
        Phrases {
            wanted: self.wanted.iter().filter(unclear).map(phrase).collect(),
            unwanted: self.unwanted.iter().filter(unclear).map(phrase).collect(),
        }
    }

    fn with_marks(&self, words: Vec<String>, but: Option<&Match>) -> Match {
        let marks = self.marks.iter().filter_map(|marks| one_of(marks));
        let mut all: Vec<String> = words.into_iter().chain(marks).collect();
        if all.is_empty() {
            all.push(starting(&MARK.to_string()));
        }
        let simple = self.unwanted.iter().filter(|piece| piece.is_simple()).flat_map(|piece| &piece.words);
        let out: Vec<String> =
            simple.map(exact).chain(self.no_marks.iter().map(|mark| quoted(mark))).collect();
        let all = format!("({})", all.join(" AND "));
        let out = out.into_iter().chain(but.map(|but| format!("({})", but.0)));
        Match(out.fold(all, |all, out| format!("({all} NOT {out})")))
    }
}

impl Piece {
    /// Whether the index alone can tell who has it.
    fn is_simple(&self) -> bool {
        match self.words.as_slice() {
            [Word::Letters(word)] => parts(word).len() <= 1,
            [Word::Pairs(run)] => run.chars().count() <= 2,
            [Word::Picture(_)] => true,
            _ => false,
        }
    }

    fn direct(&self, index: &Searcher) -> Result<Option<String>> {
        let mut all = Vec::new();
        for (number, word) in self.words.iter().enumerate() {
            let open = self.open && number + 1 == self.words.len();
            let found = match word {
                Word::Letters(word) => index.letters(word, open)?,
                word => Some(exact(word)),
            };
            let Some(found) = found else { return Ok(None) };
            all.push(found);
        }
        Ok(Some(all.join(" AND ")).filter(|all| !all.is_empty()).map(|all| format!("({all})")))
    }

    /// What may stand inside of a word, too.
    fn part(&self) -> Option<String> {
        match self.words.as_slice() {
            [Word::Letters(word)] if !self.quoted && self.is_simple() => {
                Some(cut(word)).filter(|word| word.chars().count() >= INSIDE_CHARS)
            }
            _ => None,
        }
    }
}

/// What the texts of a query's messages are looked at for.
#[derive(Debug, Clone)]
pub(crate) struct Phrases {
    wanted: Vec<Phrase>,
    unwanted: Vec<Phrase>,
}

impl Phrases {
    /// Whether the index alone can tell.
    pub(crate) fn is_empty(&self) -> bool {
        self.wanted.is_empty() && self.unwanted.is_empty()
    }

    /// Whether a text is one that is asked for.
    pub(crate) fn allow(&self, text: &str) -> bool {
        self.wanted.iter().all(|phrase| phrase.is_in(text))
            && !self.unwanted.iter().any(|phrase| phrase.is_in(text))
    }
}

impl Searcher {
    /// A word of letters: as it is, or as the parts it has as a name in code.
    fn letters(&self, word: &str, open: bool) -> Result<Option<String>> {
        let whole = self.ending(&cut(word), open)?;
        let mut parts = parts(word);
        let Some(last) = parts.pop().filter(|_| !parts.is_empty()) else { return Ok(whole) };
        let Some(last) = self.ending(&cut(&last), open)? else { return Ok(whole) };
        let parts: Vec<String> = parts.iter().map(|part| quoted(&cut(part))).chain([last]).collect();
        Ok(or(whole, Some(format!("({})", parts.join(" AND ")))))
    }

    fn ending(&self, word: &str, open: bool) -> Result<Option<String>> {
        if open { self.opening(word) } else { Ok(Some(quoted(word))) }
    }
}

/// A word of a script without spaces, or a picture.
fn exact(word: &Word) -> String {
    match word {
        Word::Letters(word) => quoted(&cut(word)),
        Word::Picture(picture) => quoted(picture),
        Word::Pairs(run) => {
            let chars: Vec<char> = run.chars().collect();
            let pairs: Vec<String> = chars
                .windows(2.min(chars.len()))
                .map(|pair| pair.iter().collect::<String>())
                .map(|pair| if chars.len() == 1 { starting(&pair) } else { quoted(&pair) })
                .collect();
            format!("({})", pairs.join(" AND "))
        }
    }
}

fn or(one: Option<String>, other: Option<String>) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) => Some(format!("({one} OR {other})")),
        (one, other) => one.or(other),
    }
}

/// Words hold letters, digits and pictures only, so nothing in them can end the quotes.
pub(super) fn quoted(word: &str) -> String {
    format!("\"{word}\"")
}

pub(super) fn starting(word: &str) -> String {
    format!("\"{word}\"*")
}

pub(super) fn one_of(words: &[String]) -> Option<String> {
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    (!words.is_empty()).then(|| format!("({})", words.join(" OR ")))
}
