//! Which texts are one emoji.

use parlor_protocol::{Code, Error, limits};

/// The emoji in its full form, so that a heart with and without its presentation mark is one reaction.
///
/// # Errors
/// `bad_request` for what is not exactly one emoji of the Unicode standard.
pub(crate) fn one(text: &str) -> Result<String, Error> {
    let text = text.trim();
    let known = if text.len() > limits::EMOJI_BYTES { None } else { emojis::get(text) };
    known
        .map(|emoji| emoji.as_str().to_owned())
        .ok_or_else(|| Error::new(Code::BadRequest, "emoji: exactly one emoji, such as 👍"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_real_emoji_is_a_reaction() {
        for emoji in ["👍", "👍🏽", "👩\u{200D}💻", "🇩🇪", "1️⃣", "🏳️\u{200D}🌈"] {
            assert_eq!(one(emoji).unwrap(), emoji);
        }
        assert_eq!(one("❤").unwrap(), one("❤\u{FE0F}").unwrap());
        for wrong in ["", "a", "1", "👍👍", "<b>", ":+1:", "\u{200D}", "👍 ok"] {
            assert!(one(wrong).is_err(), "{wrong}");
        }
    }
}
