//! Phrases: whether words stand beside each other in a text. The index keeps no places, so texts are looked at.

use super::tokens::{self, Word};

/// What begins at a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begins {
    /// Nothing: it goes on.
    Nothing,
    /// A part of a name in code, or a character of a script without spaces.
    Part,
    /// A word.
    Word,
}

/// Words that stand beside each other, however they are parted or joined: `user id` is in `user_id`, `user.id` and
/// `userId`, and `userId` is in all of them too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Phrase {
    chars: Vec<(char, Begins)>,
    /// Whether its last word may go on.
    open: bool,
}

impl Phrase {
    pub(super) fn new(words: &[Word], open: bool) -> Self {
        Self { chars: spelt(words), open }
    }

    /// Whether the phrase is in this text.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        let text = spelt(&tokens::split(text));
        (0..text.len()).any(|at| self.stands_at(text.get(at..).unwrap_or_default()))
    }

    fn stands_at(&self, text: &[(char, Begins)]) -> bool {
        if text.len() < self.chars.len() || text.first().is_none_or(|(_, begins)| *begins == Begins::Nothing)
        {
            return false;
        }
        let fits = |((wanted, asked), (char, begins)): (&(char, Begins), &(char, Begins))| {
            let parted = (*asked == Begins::Word && *begins == Begins::Nothing)
                || (*begins == Begins::Word && *asked == Begins::Nothing);
            wanted == char && !parted
        };
        // The first character begins a word by itself, wherever that is in the text.
        let (first, rest) = (self.chars.first(), self.chars.get(1..).unwrap_or_default());
        first.is_some_and(|(char, _)| text.first().is_some_and(|(other, _)| char == other))
            && rest.iter().zip(text.get(1..).unwrap_or_default()).all(fits)
            && (self.open || text.get(self.chars.len()).is_none_or(|(_, begins)| *begins != Begins::Nothing))
    }
}

/// The characters of words in lower case, with what begins at each.
fn spelt(words: &[Word]) -> Vec<(char, Begins)> {
    let mut chars = Vec::new();
    for word in words {
        let from = chars.len();
        match word {
            Word::Letters(word) => {
                for part in tokens::parts_and_signs(word) {
                    let start = chars.len();
                    chars.extend(tokens::lower(&part).map(|char| (char, Begins::Nothing)));
                    if let Some((_, begins)) = chars.get_mut(start) {
                        *begins = Begins::Part;
                    }
                }
            }
            Word::Pairs(run) => chars.extend(run.chars().map(|char| (char, Begins::Part))),
            Word::Picture(picture) => {
                chars.extend(picture.chars().map(|char| (char, Begins::Nothing)));
            }
        }
        if let Some((_, begins)) = chars.get_mut(from) {
            *begins = Begins::Word;
        }
    }
    chars
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(phrase: &str, text: &str) -> bool {
        Phrase::new(&tokens::split(phrase), false).is_in(text)
    }

    #[test]
    fn a_phrase_is_found_however_its_words_are_joined() {
        for text in ["user_id", "user.id = 4", "the userId!", "User ID", "UserID"] {
            assert!(within("user id", text), "{text}");
            assert!(within("userId", text), "{text}");
        }
        assert!(within("HTTPHeader", "parseHTTPHeader(input)") && within("2.10", "v2.10.3"));
        assert!(within("日本語", "私は日本語を") && within("京都", "東京都"));
        assert!(within("quick brown", "a QUICK, brown fox"));
    }

    #[test]
    fn words_apart_or_cut_are_no_phrase() {
        assert!(!within("user id", "user with id"));
        assert!(!within("user id", "user identity") && !within("er id", "user id"));
        assert!(!within("日本語", "日本と本語"));
        assert!(!within("brown quick", "quick brown"));
        let open = Phrase::new(&tokens::split("user id"), true);
        assert!(open.is_in("the user identity") && !open.is_in("users id"));
    }
}
