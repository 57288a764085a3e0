//! Names of things: random 63-bit ids that travel as strings, sequence numbers and nonces.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize, Serializer};
use ts_rs::TS;

use crate::errors::{Code, Error};
use crate::limits;

/// Position of an entry in its log: 1, 2, 3 … without gaps. 0 stands before the first entry.
pub type Seq = u32;

/// Text that is not an id: ids are decimal numbers below 2^63.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidId;

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id is a decimal number below 2^63, written as a string")
    }
}

impl std::error::Error for InvalidId {}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        ///
        /// A random number below 2^63; on the wire a decimal string, since JavaScript's numbers end at 2^53.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, TS)]
        #[ts(as = "String")]
        pub struct $name(u64);

        impl $name {
            /// The id of this number; `None` from 2^63 on, which SQL's signed integers can't hold.
            pub const fn new(number: u64) -> Option<Self> {
                if number >> 63 == 0 { Some(Self(number)) } else { None }
            }

            /// The number behind the id.
            pub const fn get(self) -> u64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                // Only the canonical form, so that one thing has one name: no sign, no leading zero.
                let canonical = text == "0" || !text.starts_with(['0', '+']);
                text.parse().ok().filter(|_| canonical).and_then(Self::new).ok_or(InvalidId)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    )+};
}

ids! {
    /// Names a room.
    RoomId,
    /// Names a user: a person, a guest or a bot.
    UserId,
    /// Names a session in lists. Not the secret that signs in.
    SessionId,
    /// Names an invite in lists. Not the secret in its link.
    InviteId,
    /// Names an upload and the file that it becomes.
    FileId,
}

/// Chosen by the client once per user action and kept until the answer has come, so that a repeated call is
/// answered with the first result instead of being done twice. 1 to 64 visible ASCII characters; a UUID is good, one of
/// version 7 best: it begins with its time, by which the server finds it among all others at the least cost.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, TS)]
#[ts(as = "String")]
pub struct Nonce(String);

impl Nonce {
    /// Accepts 1 to [`limits::NONCE_BYTES`] visible ASCII characters.
    pub fn new(text: impl Into<String>) -> Result<Self, Error> {
        let text = text.into();
        let fits = (1..=limits::NONCE_BYTES).contains(&text.len());
        if fits && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text))
        } else {
            Err(Error::new(Code::BadRequest, "nonce: 1 to 64 visible ASCII characters, such as a UUID"))
        }
    }

    /// The nonce as the client wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Nonce {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(text).map_err(|error| de::Error::custom(error.message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_travels_as_its_canonical_decimal_string() {
        let id = RoomId::new(9_007_199_254_740_993).unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), r#""9007199254740993""#);
        assert_eq!(serde_json::from_str::<RoomId>(r#""9007199254740993""#).unwrap(), id);
        for wrong in ["", "-1", "+1", "01", "1.0", "9223372036854775808", "x"] {
            assert_eq!(wrong.parse::<RoomId>(), Err(InvalidId), "{wrong}");
        }
    }

    #[test]
    fn a_nonce_is_short_visible_ascii() {
        assert!(Nonce::new("3fa0-1").is_ok());
        for wrong in ["", "a b", "é", &"x".repeat(65)] {
            assert!(Nonce::new(wrong).is_err(), "{wrong}");
        }
    }
}
