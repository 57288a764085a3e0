//! Text as the JSON that tells it, so that nobody quotes it twice.

use std::borrow::Cow;
use std::fmt;

use serde::de::Deserializer;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

/// A text as a JSON string, quoted once: it is kept and told without being read.
///
/// Each text has one such form, so that equal texts are equal here.
#[derive(Clone)]
pub struct Quoted(Box<RawValue>);

impl Quoted {
    /// Takes a JSON string as it stands; `None` for other JSON. Only for what was written from a `Quoted`, since
    /// another writer may quote the same text in another way.
    pub fn kept(json: &RawValue) -> Option<Self> {
        inner(json.get()).map(|_| Self(json.to_owned()))
    }

    /// The text within two others, none of which needs an escape.
    #[must_use]
    pub fn within(&self, before: &str, after: &str) -> Self {
        let json = [r#"""#, before, self.inner(), after, r#"""#].concat();
        RawValue::from_string(json).map_or_else(|_| Self::default(), Self)
    }

    /// The text itself.
    pub fn read(&self) -> Cow<'_, str> {
        match self.inner() {
            plain if !plain.contains('\\') => Cow::Borrowed(plain),
            // It was a JSON string from the beginning.
            _ => Cow::Owned(serde_json::from_str(self.0.get()).unwrap_or_default()),
        }
    }

    /// The JSON string, quotes included.
    pub fn json(&self) -> &RawValue {
        &self.0
    }

    /// What stands between the quotes: the text, with escapes.
    pub fn inner(&self) -> &str {
        inner(self.0.get()).unwrap_or_default()
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.inner().is_empty()
    }
}

/// What stands between the quotes of a JSON string.
pub(crate) fn inner(json: &str) -> Option<&str> {
    json.strip_prefix('"')?.strip_suffix('"')
}

impl From<&str> for Quoted {
    fn from(text: &str) -> Self {
        // Writing a string can't fail.
        Self(to_raw_value(text).unwrap_or_else(|_| RawValue::NULL.to_owned()))
    }
}

impl From<String> for Quoted {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl Default for Quoted {
    fn default() -> Self {
        Self::from("")
    }
}

impl PartialEq for Quoted {
    fn eq(&self, other: &Self) -> bool {
        self.0.get() == other.0.get()
    }
}

impl Eq for Quoted {}

impl PartialEq<str> for Quoted {
    fn eq(&self, other: &str) -> bool {
        self.read() == other
    }
}

impl PartialEq<String> for Quoted {
    fn eq(&self, other: &String) -> bool {
        *self == **other
    }
}

impl PartialEq<&str> for Quoted {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl fmt::Debug for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.get())
    }
}

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.read())
    }
}

impl Serialize for Quoted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Quoted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Not raw: a value in a tagged enum has been read by the time it comes here.
        Cow::<'de, str>::deserialize(deserializer).map(|text| Self::from(&*text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 6] =
        ["", "hello", "é 漢 🎉", "\"quoted\"", "back\\slash\n\t\u{1}\u{7f}", "</p>\u{2028}"];

    #[test]
    fn a_text_is_told_as_json_and_comes_back() {
        for text in TEXTS {
            let quoted = Quoted::from(text);
            assert_eq!(serde_json::to_string(&quoted).unwrap(), serde_json::to_string(text).unwrap());
            assert_eq!((&*quoted.read(), quoted.to_string()), (text, text.to_owned()));
            assert_eq!(serde_json::from_str::<Quoted>(quoted.json().get()).unwrap(), quoted);
            assert_eq!(Quoted::kept(quoted.json()).unwrap(), quoted);
            assert_eq!(quoted.is_empty(), text.is_empty());
        }
    }

    #[test]
    fn a_text_within_others_is_what_the_whole_would_be() {
        for text in TEXTS {
            assert_eq!(Quoted::from(text).within("<p>", "</p>"), Quoted::from(format!("<p>{text}</p>")));
        }
    }

    #[test]
    fn only_strings_are_texts() {
        for json in ["1", "null", "[\"a\"]", "{}"] {
            assert!(Quoted::kept(serde_json::from_str(json).unwrap()).is_none(), "{json}");
        }
    }
}
