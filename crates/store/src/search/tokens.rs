//! Words: how text is taken apart, once for the index and once for queries.
//!
//! Letter case, width and accents do not count. Chinese, Japanese and Korean have no spaces to rely on: they are kept
//! as pairs of characters. Names in code and parts of URLs are found whole and by their parts, emoji one by one.

use unicode_normalization::UnicodeNormalization;

/// Characters of a word that are kept; longer words are found by their beginning.
const WORD_CHARS: usize = 48;

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
                if parts.len() > 1 || parts.first() != Some(&word) {
                    words.extend(parts.iter().map(|part| cut(part)));
                }
                words.push(cut(&word));
            }
            Word::Picture(picture) => words.push(picture),
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

/// A run of characters that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word {
    /// Letters and digits, with their case.
    Letters(String),
    /// Characters of a script without spaces.
    Pairs(String),
    /// An emoji or another picture, without its skin tone.
    Picture(String),
}

pub(super) fn split(text: &str) -> Vec<Word> {
    let chars: Vec<char> = if text.is_ascii() {
        // There is nothing to normalise, and finding that out letter by letter would be half of the indexer's work.
        text.chars().collect()
    } else {
        text.nfkd().filter(|char| !is_accent(*char)).nfc().collect()
    };
    let mut words: Vec<Word> = Vec::new();
    let mut joined = false;
    for (index, char) in chars.iter().copied().enumerate() {
        if is_picture(char) {
            match words.last_mut().filter(|_| joined) {
                Some(Word::Picture(flag)) if is_half_flag(char) && flag.chars().all(is_half_flag) => {
                    flag.push(char);
                }
                _ => words.push(Word::Picture(char.into())),
            }
            // Two letters are a flag; any other picture stands alone.
            joined = is_half_flag(char) && words.last() == Some(&Word::Picture(char.into()));
            continue;
        }
        let sign = signs(&chars, index);
        if !char.is_alphanumeric() && !is_unspaced(char) && sign.is_none() {
            joined = false;
            continue;
        }
        match words.last_mut().filter(|_| joined) {
            Some(Word::Pairs(run)) if is_unspaced(char) => run.push(char),
            Some(Word::Letters(word)) if !is_unspaced(char) => word.push(sign.unwrap_or(char)),
            _ if sign.is_some() => continue,
            _ if is_unspaced(char) => words.push(Word::Pairs(char.into())),
            _ => words.push(Word::Letters(char.into())),
        }
        joined = true;
    }
    words
}

/// Signs at the end of a name that belong to it, as in C++ and F#. They stand in the index as wide characters, which the
/// index takes for letters and which no text has after folding.
fn signs(chars: &[char], index: usize) -> Option<char> {
    let wide = match chars.get(index)? {
        '+' => '＋',
        '#' => '＃',
        _ => return None,
    };
    let is_sign = |char: &char| matches!(char, '+' | '#');
    let before = chars.get(..index)?.iter().rev().find(|char| !is_sign(char))?;
    let after = chars.get(index..)?.iter().find(|char| !is_sign(char));
    (before.is_alphabetic() && after.is_none_or(|char| !char.is_alphanumeric())).then_some(wide)
}

/// Accents of Latin, Greek and Cyrillic letters.
fn is_accent(char: char) -> bool {
    matches!(char, '\u{300}'..='\u{36f}')
}

/// Emoji and other pictures, but for what only changes them: skin tones, joiners, selectors.
fn is_picture(char: char) -> bool {
    matches!(
        char,
        '\u{a9}' | '\u{ae}' | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{25a0}'..='\u{27bf}'
            | '\u{2934}'..='\u{2935}' | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1f3fa}'
            | '\u{1f400}'..='\u{1faff}'
    ) && !char.is_alphanumeric()
        || is_half_flag(char)
}

/// One of the two letters that a flag is made of.
fn is_half_flag(char: char) -> bool {
    matches!(char, '\u{1f1e6}'..='\u{1f1ff}')
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
pub(super) fn parts(word: &str) -> Vec<String> {
    let mut parts = parts_and_signs(word);
    parts.retain(|part| part.chars().any(char::is_alphanumeric));
    parts
}

/// The parts of a name in code with the signs at its end.
pub(super) fn parts_and_signs(word: &str) -> Vec<String> {
    let chars: Vec<char> = word.chars().collect();
    let mut parts: Vec<String> = Vec::new();
    for (index, char) in chars.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| chars.get(index));
        let after = chars.get(index + 1);
        let begins = before.is_none_or(|before| {
            let hump = char.is_uppercase()
                && (!before.is_uppercase() || after.is_some_and(|char| char.is_lowercase()));
            let sign = !char.is_alphanumeric() && before.is_alphanumeric();
            hump || sign || char.is_numeric() != before.is_numeric()
        });
        match parts.last_mut().filter(|_| !begins) {
            Some(part) => part.push(*char),
            None => parts.push((*char).into()),
        }
    }
    parts
}

/// In lower case.
pub(super) fn lower(word: &str) -> impl Iterator<Item = char> {
    word.chars().flat_map(char::to_lowercase).map(|char| if char == 'ς' { 'σ' } else { char })
}

/// In lower case, and not too long.
pub(super) fn cut(word: &str) -> String {
    lower(word).take(WORD_CHARS).collect()
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
        assert_eq!(words("C++, F# and a+b #12"), "12 a and b c c＋＋ f f＃");
    }

    #[test]
    fn scripts_without_spaces_become_pairs() {
        assert_eq!(words("日本語"), "日本 本語 語");
        assert_eq!(words("abc東京"), "abc 京 東京");
        assert_eq!(words("한국어"), "국어 어 한국");
    }

    #[test]
    fn pictures_are_words_whatever_their_tone() {
        assert_eq!(words("*** 🎉"), "🎉");
        assert_eq!(words("👍🏽👍 ❤️"), "❤ 👍");
        assert_eq!(words("🇫🇷🇩🇪"), "🇩🇪 🇫🇷");
    }
}
