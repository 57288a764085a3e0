//! Words: how text is taken apart, once for the index and once for queries.
//!
//! Letter case, width and accents do not count. Chinese, Japanese and Korean have no spaces to rely on: they are kept
//! as pairs of characters. Names in code and parts of URLs are found whole and by their parts.

use unicode_normalization::UnicodeNormalization;

/// Characters of a word that are kept; longer words are found by their beginning.
const WORD_CHARS: usize = 48;
/// Words of a query that count.
const QUERY_WORDS: usize = 32;

/// The words of a message, each once, parted by spaces.
pub(crate) fn words(text: &str) -> String {
    let mut words = Vec::new();
    for word in split(text) {
        match word {
            Word::Pairs(run) => {
                let chars: Vec<char> = run.chars().collect();
                words.extend(chars.windows(2).map(|pair| pair.iter().collect::<String>()));
                // Every character begins some word, so that one alone is found as the start of one.
                words.extend(chars.last().map(char::to_string));
            }
            Word::Letters(word) if is_simple(&word) => words.push(word),
            Word::Letters(word) => {
                let parts = parts(&word);
                if parts.len() > 1 {
                    words.extend(parts.iter().map(|part| cut(part)));
                }
                words.push(cut(&word));
            }
        }
    }
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}

/// Whether a word is kept as it is: most are.
fn is_simple(word: &str) -> bool {
    word.len() <= WORD_CHARS && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// A query: all words must occur, and the last one may be the start of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Query {
    /// All words but the last, as the index takes them.
    whole: Vec<String>,
    /// How the last word begins.
    pub(super) start: String,
}

impl Query {
    /// The query of this text; `None` if there is no word in it.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let mut words: Vec<String> = Vec::new();
        for word in split(text).into_iter().take(QUERY_WORDS) {
            match word {
                Word::Letters(word) => words.push(cut(&word)),
                Word::Pairs(run) => {
                    let chars: Vec<char> = run.chars().collect();
                    words.extend(
                        chars.windows(2.min(chars.len())).map(|pair| pair.iter().collect::<String>()),
                    );
                }
            }
        }
        let start = words.pop()?;
        let alone = |word: &str| word.chars().all(is_unspaced) && word.chars().count() == 1;
        let whole =
            words.iter().map(|word| if alone(word) { starting(word) } else { quoted(word) }).collect();
        Some(Self { whole, start })
    }

    /// The query as the index takes it, where the last word is one that starts so.
    pub(super) fn open(&self) -> String {
        self.ending(starting(&self.start))
    }

    /// The query as the index takes it, where the last word is one of these.
    pub(super) fn one_of(&self, words: &[String]) -> String {
        let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        self.ending(format!("({})", words.join(" OR ")))
    }

    fn ending(&self, last: String) -> String {
        let words: Vec<String> = self.whole.iter().cloned().chain([last]).collect();
        words.join(" AND ")
    }
}

/// Words hold letters and digits only, so nothing in them can end the quotes.
fn quoted(word: &str) -> String {
    format!("\"{word}\"")
}

fn starting(word: &str) -> String {
    format!("\"{word}\"*")
}

/// A run of characters that belong together.
#[derive(Debug, PartialEq, Eq)]
enum Word {
    /// Letters and digits, with their case.
    Letters(String),
    /// Characters of a script without spaces.
    Pairs(String),
}

fn split(text: &str) -> Vec<Word> {
    if text.is_ascii() {
        // There is nothing to normalise, and finding that out letter by letter would be half of the indexer's work.
        return split_chars(text.chars());
    }
    split_chars(text.nfkd().filter(|char| !is_accent(*char)).nfc())
}

fn split_chars(chars: impl Iterator<Item = char>) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut joined = false;
    for char in chars {
        let unspaced = is_unspaced(char);
        if !unspaced && !char.is_alphanumeric() {
            joined = false;
            continue;
        }
        match words.last_mut().filter(|_| joined) {
            Some(Word::Pairs(run)) if unspaced => run.push(char),
            Some(Word::Letters(word)) if !unspaced => word.push(char),
            _ if unspaced => words.push(Word::Pairs(char.into())),
            _ => words.push(Word::Letters(char.into())),
        }
        joined = true;
    }
    words
}

/// Accents of Latin, Greek and Cyrillic letters.
fn is_accent(char: char) -> bool {
    matches!(char, '\u{300}'..='\u{36f}')
}

/// Chinese, Japanese and Korean.
fn is_unspaced(char: char) -> bool {
    matches!(
        char,
        '\u{1100}'..='\u{11ff}'
            | '\u{3005}'..='\u{3007}'
            | '\u{3041}'..='\u{3096}'
            | '\u{309d}'..='\u{30fa}'
            | '\u{30fc}'..='\u{312f}'
            | '\u{3131}'..='\u{318e}'
            | '\u{31f0}'..='\u{31ff}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}'
    )
}

/// The parts of a name in code: `parseHTTPHeader2` is parse, HTTP, Header and 2.
fn parts(word: &str) -> Vec<String> {
    let chars: Vec<char> = word.chars().collect();
    let mut parts: Vec<String> = Vec::new();
    for (index, char) in chars.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| chars.get(index));
        let after = chars.get(index + 1);
        let begins = before.is_none_or(|before| {
            let hump = char.is_uppercase()
                && (!before.is_uppercase() || after.is_some_and(|char| char.is_lowercase()));
            hump || char.is_numeric() != before.is_numeric()
        });
        match parts.last_mut().filter(|_| !begins) {
            Some(part) => part.push(*char),
            None => parts.push((*char).into()),
        }
    }
    parts
}

/// In lower case, and not too long.
fn cut(word: &str) -> String {
    let lower = word.chars().flat_map(char::to_lowercase).map(|char| if char == 'ς' { 'σ' } else { char });
    lower.take(WORD_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_and_code_is_taken_apart() {
        assert_eq!(words("Crème BRÛLÉE, crème!"), "brulee creme");
        assert_eq!(words("parseHTTPHeader2"), "2 header http parse parsehttpheader2");
        assert_eq!(words("snake_case https://Example.com/a"), "a case com example https snake");
        assert_eq!(words("ΟΔΟΣ οδός"), "οδοσ");
        assert_eq!(words("plain words, plain"), "plain words");
        assert_eq!(words(&"x".repeat(60)), "x".repeat(WORD_CHARS));
        assert_eq!(words("*** 🎉"), "");
    }

    #[test]
    fn scripts_without_spaces_become_pairs() {
        assert_eq!(words("日本語"), "日本 本語 語");
        assert_eq!(words("abc東京"), "abc 京 東京");
        assert_eq!(words("한국어"), "국어 어 한국");
    }

    #[test]
    fn a_query_is_quoted_and_its_last_word_is_open() {
        let open = |text: &str| Query::of(text).map(|query| query.open());
        let is = |text: &str| Some(text.to_owned());
        assert_eq!(open("hello wor"), is(r#""hello" AND "wor"*"#));
        assert_eq!(
            open(r#"a" OR "b NEAR(c) -d*"#),
            is(r#""a" AND "or" AND "b" AND "near" AND "c" AND "d"*"#)
        );
        assert_eq!(open("語 x"), is(r#""語"* AND "x"*"#));
        assert_eq!(open("日本語"), is(r#""日本" AND "本語"*"#));
        assert_eq!(open(" *** "), None);
        let query = Query::of("my serv").unwrap();
        let words = ["server".to_owned(), "serves".to_owned()];
        assert_eq!(query.one_of(&words), r#""my" AND ("server" OR "serves")"#);
    }
}
