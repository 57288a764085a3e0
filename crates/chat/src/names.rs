//! Names of people and rooms: what is allowed, and which look the same.

use parlor_protocol::{Code, Error, limits};
use parlor_store::write::users::DisplayName;
use unicode_normalization::UnicodeNormalization;
use unicode_security::confusable_detection::skeleton;

use crate::text;

/// Words after an `@` that call more than one person.
const RESERVED: [&str; 4] = ["room", "here", "all", "everyone"];

/// A username in lower case: 2 to 32 of `a-z`, `0-9`, `.`, `_`, `-`, with a letter or digit at both ends.
///
/// # Errors
/// `bad_request` with the rule, `conflict` for words that call everyone.
pub(crate) fn username(text: &str) -> Result<String, Error> {
    let name = text.trim().to_ascii_lowercase();
    let fits = (limits::USERNAME_MIN_CHARS..=limits::USERNAME_MAX_CHARS).contains(&name.len());
    let ends = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = name.as_bytes();
    if !fits || !bytes.iter().all(|&byte| in_username(byte)) || !ends(bytes.first()) || !ends(bytes.last()) {
        return Err(Error::new(
            Code::BadRequest,
            "username: 2 to 32 of a-z, 0-9, dot, dash and underscore, with a letter or digit at both ends",
        ));
    }
    if RESERVED.contains(&name.as_str()) {
        return Err(Error::new(Code::Conflict, "username: this word calls everyone; choose another"));
    }
    Ok(name)
}

/// Whether a byte may stand in a username in lower case.
pub(crate) fn in_username(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-')
}

/// A display name and the form by which look-alikes are told.
///
/// # Errors
/// `bad_request` when nothing visible is left, `too_large` beyond 50 characters.
pub(crate) fn display(text: &str) -> Result<DisplayName, Error> {
    let name = text::some_line(text, "name", limits::NAME_CHARS)?;
    let skeleton = lookalike(&name);
    if skeleton.is_empty() {
        return Err(Error::new(Code::BadRequest, "name: there is nothing to see in it"));
    }
    Ok(DisplayName { name, skeleton })
}

/// Name of a room that is not direct.
pub(crate) fn room(text: &str) -> Result<String, Error> {
    let name = text::some_line(text.trim().trim_start_matches('#'), "name", limits::ROOM_NAME_CHARS)?;
    Ok(name)
}

/// Whether two names look the same.
pub(crate) fn alike(one: &str, other: &str) -> bool {
    lookalike(one) == lookalike(other)
}

/// Equal for names that look the same: letter case, white space, and characters that are drawn alike don't count.
fn lookalike(name: &str) -> String {
    let folded: String = name.nfkc().filter(|c| !c.is_whitespace()).collect();
    // Letter case is folded between two skeletons: a capital I looks like a small L, but only before it is folded.
    let lower = skeleton(&folded).collect::<String>().to_lowercase();
    skeleton(&lower).map(|c| if c == 'i' { 'l' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_username_is_short_and_plain() {
        assert_eq!(username(" Ana.B-1 ").unwrap(), "ana.b-1");
        for wrong in ["a", "ana b", "añа", ".ana", "ana-", "x\u{200B}y", &"x".repeat(33)] {
            assert_eq!(username(wrong).unwrap_err().code, Code::BadRequest, "{wrong}");
        }
        assert_eq!(username("Everyone").unwrap_err().code, Code::Conflict);
    }

    #[test]
    fn names_that_look_the_same_have_one_skeleton() {
        let skeleton = |name: &str| display(name).unwrap().skeleton;
        let same = [
            ("Ana", "аnа"),
            ("Ana", "A n a"),
            ("Ana", "ANA"),
            ("Ana", "a\u{200B}na"),
            ("Ana", "Ａna"),
            ("Ian", "lan"),
            ("Ian", "ian"),
            ("paypal", "paypaI"),
            ("Bob", "B0b"),
            ("Bernd", "Bemd"),
        ];
        for (one, other) in same {
            assert_eq!(skeleton(one), skeleton(other), "{one} and {other}");
        }
        for (one, other) in [("Ana", "Anna"), ("Ben", "Bea"), ("José", "Jose"), ("李", "王")] {
            assert_ne!(skeleton(one), skeleton(other), "{one} and {other}");
        }
    }

    #[test]
    fn a_room_name_is_one_visible_line() {
        assert_eq!(room("#\u{202E}plans\n for may").unwrap(), "plans for may");
        assert_eq!(room(" # ").unwrap_err().code, Code::BadRequest);
    }
}
