//! Emoji: which texts are one, and the workspace's own.

use bytes::Bytes;
use parlor_protocol::emoji::{CustomEmoji, Emoji, EmojiList, EmojiRemove};
use parlor_protocol::people::Done;
use parlor_protocol::{Code, Error, limits};
use parlor_store::write::emoji::{AddEmoji, RemoveEmoji};

use crate::fault::{Answer, Fault};
use crate::proof::Caller;
use crate::{Chat, wire};

/// Makes these bytes of a PNG, JPEG, GIF or WebP image an emoji of this name. The right to it is that of `emoji:remove`.
///
/// # Errors
/// `forbidden` for guests, members and bots; `bad_request` for a name that none can have and for what is no image;
/// `conflict` for a name that is taken; `too_large` beyond 1 MiB, 8,192 pixels a side, 40 million pixels or 500 emoji;
/// `unavailable` when too many are worked on.
pub async fn add(chat: &Chat, caller: &Caller, wanted: &str, image: Bytes) -> Result<Emoji, Fault> {
    let actor = caller.acts::<EmojiRemove>()?;
    if caller.bot {
        return Err(Fault::refused(Code::Forbidden, "emoji are added by people"));
    }
    let wanted = name(wanted)?.to_owned();
    if image.len() > limits::EMOJI_PICTURE_BYTES {
        return Err(Fault::refused(Code::TooLarge, "a picture of an emoji has at most 1 MiB"));
    }
    // Alone until the row is written, so that a refusal does not take the file of an emoji that is there.
    let pass = chat.emoji.enter().await?;
    // The name is in the file's, so that two emoji never share one.
    let (picture, _pass) = chat.emoji.keep(pass, wanted.as_bytes(), image).await?;
    let add = AddEmoji { actor, name: wanted.clone(), picture: picture.clone() };
    match chat.store.write(add).await {
        Ok(emoji) => Ok(wire::emoji(emoji)),
        Err(refused) => {
            let there = chat.store.read(move |snapshot| snapshot.emoji_named(&wanted)).await?;
            if there.is_none_or(|emoji| emoji.picture != picture) {
                chat.emoji.discard(Some(picture));
            }
            Err(refused.into())
        }
    }
}

/// The picture of this name, as it stands in [`Emoji::picture`]; its content never changes.
///
/// # Errors
/// `not_found`.
pub async fn read(chat: &Chat, _caller: &Caller, picture: &str) -> Result<Bytes, Fault> {
    chat.emoji.read(picture).await
}

/// Lists the workspace's own emoji.
pub async fn list(chat: &Chat, caller: &Caller, _request: EmojiList) -> Answer<EmojiList> {
    caller.acts::<EmojiList>()?;
    let read = chat.store.read(|snapshot| {
        let version = snapshot.workspace()?.map_or(0, |workspace| workspace.emoji);
        Ok((version, snapshot.emoji()?))
    });
    let (version, emoji) = read.await?;
    Ok(CustomEmoji { version, emoji: emoji.into_iter().map(wire::emoji).collect() })
}

/// Removes one.
pub async fn remove(chat: &Chat, caller: &Caller, request: EmojiRemove) -> Answer<EmojiRemove> {
    let actor = caller.acts::<EmojiRemove>()?;
    let _alone = chat.emoji.enter().await?;
    let picture = chat.store.write(RemoveEmoji { actor, name: request.name }).await?;
    chat.emoji.discard(picture);
    Ok(Done {})
}

/// The emoji as reactions have it: one of Unicode's in its full form, so that a heart with and without its presentation
/// mark is one reaction, or the `:name:` that one of the workspace's own can have.
///
/// # Errors
/// `bad_request` for what is neither.
pub(crate) fn one(text: &str) -> Result<String, Error> {
    let text = text.trim();
    if text.strip_prefix(':').and_then(|rest| rest.strip_suffix(':')).is_some_and(|text| name(text).is_ok()) {
        return Ok(text.to_owned());
    }
    let known = if text.len() > limits::EMOJI_BYTES { None } else { emojis::get(text) };
    known.map(|emoji| emoji.as_str().to_owned()).ok_or_else(|| {
        Error::new(Code::BadRequest, "emoji: exactly one, such as 👍, or the :name: of one of the workspace")
    })
}

/// A name that a custom emoji can have.
///
/// # Errors
/// `bad_request`.
fn name(text: &str) -> Result<&str, Error> {
    if !is_name(text) {
        return Err(Error::new(
            Code::BadRequest,
            "name: 2 to 32 of a to z, digits, plus, hyphen and, inside, underscore",
        ));
    }
    if emojis::get_by_shortcode(text).is_some() {
        return Err(Error::new(Code::BadRequest, "name: an emoji that everybody has is called that"));
    }
    Ok(text)
}

/// Whether a text has the form of an emoji's name. An underscore at its end would be Markdown's.
pub(crate) fn is_name(text: &str) -> bool {
    (limits::EMOJI_NAME_MIN_CHARS..=limits::EMOJI_NAME_MAX_CHARS).contains(&text.len())
        && text.bytes().all(in_name)
        && !text.starts_with('_')
        && !text.ends_with('_')
}

/// Whether an emoji's name may hold this.
pub(crate) fn in_name(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'+' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_real_emoji_is_a_reaction() {
        for emoji in ["👍", "👍🏽", "👩\u{200D}💻", "🇩🇪", "1️⃣", "🏳️\u{200D}🌈", ":party-parrot:", ":e2e:"]
        {
            assert_eq!(one(emoji).unwrap(), emoji);
        }
        assert_eq!(one("❤").unwrap(), one("❤\u{FE0F}").unwrap());
        let long = format!(":{}:", "a".repeat(33));
        for wrong in [
            "", "a", "1", "👍👍", "<b>", ":+1:", ":smile:", ":Party:", ":a:", "::", ":", ":é:", ":_ok:",
            ":ok_:", &long,
        ] {
            assert!(one(wrong).is_err(), "{wrong}");
        }
    }
}
