//! Text at the door: normalised, free of what nobody can see, within its limits.

use parlor_protocol::{Code, Error, limits};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_properties::{GeneralCategory, UnicodeEmoji, UnicodeGeneralCategory};

/// Combining marks that one letter may carry; more is a pile that covers the lines around it.
const MARKS: usize = 4;
const ZERO_WIDTH_JOINER: char = '\u{200D}';

/// The text of a message: NFC, line ends as `\n`, without harmful characters, empty lines around it and white space
/// at its end.
///
/// # Errors
/// `bad_request` when nothing is left, `too_large` beyond 4,000 characters or 16 KiB.
pub(crate) fn message(text: &str) -> Result<String, Error> {
    let text = caption(text)?;
    if text.is_empty() {
        return Err(Error::new(Code::BadRequest, "text: there is nothing to see in it"));
    }
    Ok(text)
}

/// As [`message`], but empty when there is nothing to see in it: the files of the message speak for themselves.
pub(crate) fn caption(text: &str) -> Result<String, Error> {
    // Checked before the work, so that a huge text costs nothing; normalising rarely makes a text longer.
    if text.len() > limits::MESSAGE_BYTES {
        return Err(too_large("a message", limits::MESSAGE_CHARS));
    }
    let text = if text.chars().all(harmless) { nfc(text) } else { nfc(&without_harm(text)) };
    let text = text.trim_end().trim_start_matches(['\n', '\t', ' ']);
    if text.chars().all(|c| c.is_whitespace() || invisible(c)) {
        return Ok(String::new());
    }
    if text.len() > limits::MESSAGE_BYTES || text.chars().count() > limits::MESSAGE_CHARS {
        return Err(too_large("a message", limits::MESSAGE_CHARS));
    }
    Ok(text.to_owned())
}

/// A text that is still being typed: as it is, but without U+0000, which databases refuse.
///
/// # Errors
/// `too_large` beyond 32 KiB.
pub(crate) fn draft(text: &str) -> Result<String, Error> {
    if text.len() > limits::DRAFT_BYTES {
        return Err(Error::new(Code::TooLarge, "a draft has at most 32 KiB"));
    }
    Ok(text.replace('\0', ""))
}

/// One line, such as a name or a topic: NFC, white space as single spaces, no control characters, no invisible or
/// direction-changing ones; may be empty.
///
/// # Errors
/// `too_large` beyond this many characters; `what` names the field.
pub(crate) fn line(text: &str, what: &str, max_chars: usize) -> Result<String, Error> {
    if text.len() > max_chars.saturating_mul(16) {
        return Err(too_large(what, max_chars));
    }
    let seen = visible(&nfc(text));
    let line = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > max_chars {
        return Err(too_large(what, max_chars));
    }
    Ok(line)
}

/// As [`line()`], and not empty.
pub(crate) fn some_line(text: &str, what: &str, max_chars: usize) -> Result<String, Error> {
    let line = line(text, what, max_chars)?;
    if line.is_empty() {
        return Err(Error::new(Code::BadRequest, format!("{what}: it is empty")));
    }
    Ok(line)
}

fn too_large(what: &str, max_chars: usize) -> Error {
    Error::new(Code::TooLarge, format!("{what} has at most {max_chars} characters"))
}

fn nfc(text: &str) -> String {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        text.to_owned()
    } else {
        text.nfc().collect()
    }
}

/// Whether a character may stand in a message: no control characters, and none that turn the direction of what follows,
/// which can make code and addresses look like others. Marks of direction are fine.
fn harmless(c: char) -> bool {
    let turns = matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    matches!(c, '\n' | '\t') || !(c.is_control() || turns)
}

fn without_harm(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .map(|c| if c == '\r' { '\n' } else { c })
        .filter(|&c| harmless(c))
        .collect()
}

/// Leaves out what can't be seen and what piles up; keeps the joiners inside of emoji.
fn visible(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    let mut marks = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let joins = c == ZERO_WIDTH_JOINER
            && seen.chars().next_back().is_some_and(in_emoji)
            && chars.peek().is_some_and(|&next| next.is_emoji_char());
        marks = if is_mark(c) { marks + 1 } else { 0 };
        if c.is_whitespace() {
            seen.push(' ');
        } else if joins || (!c.is_control() && !invisible(c) && marks <= MARKS) {
            seen.push(c);
        }
    }
    seen
}

fn in_emoji(c: char) -> bool {
    !c.is_ascii() && c.is_emoji_char_or_emoji_component() || c == '\u{FE0F}'
}

fn is_mark(c: char) -> bool {
    matches!(
        c.general_category(),
        GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark | GeneralCategory::SpacingMark
    )
}

/// Whether a character is drawn as nothing: format characters (those that turn the direction too), private and
/// unassigned ones, and letters that are blank.
fn invisible(c: char) -> bool {
    if c.is_ascii() {
        return false;
    }
    let blank = matches!(
        c,
        '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{2800}' | '\u{3164}' | '\u{FFA0}'
    );
    blank
        || matches!(
            c.general_category(),
            GeneralCategory::Format
                | GeneralCategory::Surrogate
                | GeneralCategory::PrivateUse
                | GeneralCategory::Unassigned
                | GeneralCategory::LineSeparator
                | GeneralCategory::ParagraphSeparator
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_keeps_its_lines_and_loses_what_surrounds_them() {
        assert_eq!(message("\n  hello\r\nworld \n\n").unwrap(), "hello\nworld");
        assert_eq!(message("e\u{301}\u{0}!").unwrap(), "é!");
        assert_eq!(message("a \u{202E}txt\u{202C}\u{2066}b\u{200F}").unwrap(), "a txtb\u{200F}");
        assert_eq!(message("👩\u{200D}💻 ok").unwrap(), "👩\u{200D}💻 ok");
    }

    #[test]
    fn a_message_without_anything_to_see_is_refused() {
        for nothing in ["", " \n", "\u{200B}\u{2060}", "\u{3164}", "\u{0}"] {
            assert_eq!(message(nothing).unwrap_err().code, Code::BadRequest, "{nothing:?}");
        }
    }

    #[test]
    fn a_message_has_limits_in_characters_and_bytes() {
        assert!(message(&"x".repeat(4_000)).is_ok());
        assert_eq!(message(&"x".repeat(4_001)).unwrap_err().code, Code::TooLarge);
        assert_eq!(message(&"𝄞".repeat(4_097)).unwrap_err().code, Code::TooLarge);
    }

    #[test]
    fn a_line_loses_what_hides_or_turns_it() {
        assert_eq!(line(" a\u{202E}n\u{200B}a\t\u{2028} x ", "name", 50).unwrap(), "ana x");
        assert_eq!(line("👩\u{200D}💻", "name", 50).unwrap(), "👩\u{200D}💻");
        assert_eq!(line("a\u{200D}b", "name", 50).unwrap(), "ab");
        assert_eq!(
            line(&format!("z{}", "\u{0336}".repeat(40)), "name", 50).unwrap().chars().count(),
            1 + MARKS
        );
        assert_eq!(some_line("\u{2800}", "name", 50).unwrap_err().code, Code::BadRequest);
    }
}
