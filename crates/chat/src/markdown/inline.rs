//! Finds addresses and mentions in running text.

use std::collections::BTreeSet;
use std::ops::Range;

use super::clean::EMOJI;
use super::writer::{escape, escape_value};
use super::{Named, Rendered};
use crate::{emoji, names};

/// Mentions in one message that are looked up; more stay text.
const MENTIONS: usize = 50;
/// Pictures of emoji in one message; more stay text.
const PICTURES: usize = 100;
/// The word that calls everyone in the room.
const ROOM: &str = "room";
/// The word that calls those who are present.
const HERE: &str = "here";
/// Characters of a room's name that can be linked.
const NAME_CHARS: usize = 60;

/// What a text may call, before it is known what is code and who is a member.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Candidates {
    /// Usernames.
    pub(crate) users: BTreeSet<String>,
    /// Names of rooms, in lower case.
    pub(crate) rooms: BTreeSet<String>,
    /// Names of custom emoji.
    pub(crate) emoji: BTreeSet<String>,
    /// Whether `@room` occurs.
    pub(crate) room: bool,
    /// Whether `@here` occurs.
    pub(crate) here: bool,
}

/// All words of a text that may be mentions.
pub(crate) fn candidates(text: &str) -> Candidates {
    let mut found = Candidates::default();
    for (at, _) in text.match_indices('@') {
        match mention(text, at) {
            Some(name) if name == ROOM => found.room = true,
            Some(name) if name == HERE => found.here = true,
            Some(name) if found.users.len() < MENTIONS => {
                found.users.insert(name);
            }
            _ => {}
        }
    }
    let rooms = text.match_indices('#').filter_map(|(at, _)| room(text, at));
    found.rooms = rooms.take(MENTIONS).map(str::to_lowercase).collect();
    let emoji = text.match_indices(':').filter_map(|(at, _)| emoji(text, at));
    found.emoji = emoji.take(PICTURES).map(str::to_owned).collect();
    found
}

/// Appends running text with its addresses as links and its mentions marked.
pub(super) fn write(out: &mut Rendered, text: &str, named: &Named) {
    let mut written = 0;
    for (at, _) in text.match_indices(['@', '#', ':', 'h', 'H']) {
        if at < written {
            continue;
        }
        let before = text.get(written..at).unwrap_or_default();
        if let Some(address) = address(text, at) {
            escape(&mut out.html, before);
            open_link(&mut out.html, &[address]);
            escape(&mut out.html, address);
            out.html.push_str("</a>");
            written = at + address.len();
        } else if let Some((name, (room, shown))) =
            room(text, at).and_then(|name| Some((name, named.rooms.get(&name.to_lowercase())?)))
        {
            escape(&mut out.html, before);
            out.html.push_str("<span class=\"room\" data-room=\"");
            out.html.push_str(&room.to_string());
            out.html.push_str("\">#");
            escape(&mut out.html, shown);
            out.html.push_str("</span>");
            written = at + 1 + name.len();
        } else if let Some((name, picture)) =
            emoji(text, at).and_then(|name| Some((name, named.emoji.get(name)?)))
        {
            if out.pictures < PICTURES {
                escape(&mut out.html, before);
                picture_of(&mut out.html, name, picture);
                out.pictures += 1;
                written = at + name.len() + 2;
            }
        } else if let Some(name) = mention(text, at) {
            let kept = written;
            written = at + 1 + name.len();
            if name == ROOM {
                escape(&mut out.html, before);
                out.mentions_room = true;
                out.html.push_str("<span class=\"mention mention-room\">@room</span>");
            } else if name == HERE {
                escape(&mut out.html, before);
                out.mentions_here = true;
                out.html.push_str("<span class=\"mention mention-here\">@here</span>");
            } else if let Some((user, shown)) = named.users.get(&name) {
                escape(&mut out.html, before);
                if !out.mentions.contains(user) {
                    out.mentions.push(*user);
                }
                out.html.push_str("<span class=\"mention\" data-user=\"");
                out.html.push_str(&user.to_string());
                out.html.push_str("\">@");
                escape(&mut out.html, shown);
                out.html.push_str("</span>");
            } else {
                written = kept;
            }
        }
    }
    escape(&mut out.html, text.get(written..).unwrap_or_default());
}

/// Where the addresses of a text stand, in order.
pub(super) fn addresses(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut after = 0;
    text.match_indices(['h', 'H']).filter_map(move |(at, _)| {
        let length = (at >= after).then(|| address(text, at)).flatten()?.len();
        after = at + length;
        Some(at..after)
    })
}

/// Whether a link may lead there.
pub(super) fn safe(address: &str) -> bool {
    ["http://", "https://", "mailto:"].into_iter().any(|scheme| starts_with(address, scheme))
}

/// Appends the start tag of a link to this address, given in parts.
pub(super) fn open_link(html: &mut String, address: &[&str]) {
    html.push_str("<a href=\"");
    for part in address {
        escape_value(html, part);
    }
    html.push_str("\" rel=\"noopener noreferrer nofollow\" target=\"_blank\">");
}

fn starts_with(text: &str, lower: &str) -> bool {
    text.get(..lower.len()).is_some_and(|start| start.eq_ignore_ascii_case(lower))
}

/// Whether a word may begin here.
fn at_edge(text: &str, at: usize) -> bool {
    !text
        .get(..at)
        .and_then(|before| before.chars().next_back())
        .is_some_and(|c| c.is_alphanumeric() || c == '_')
}

/// The name after the `@` that stands here, in lower case.
fn mention(text: &str, at: usize) -> Option<String> {
    let rest = text.get(at..)?.strip_prefix('@')?;
    let length = rest.bytes().take_while(|byte| names::in_username(byte.to_ascii_lowercase())).count();
    let name = rest.get(..length)?.trim_end_matches(['.', '_', '-']);
    let whole = !rest.get(name.len()..)?.starts_with(|c: char| c.is_alphanumeric() || c == '@');
    (whole && at_edge(text, at)).then_some(())?;
    let name = name.to_ascii_lowercase();
    (name == ROOM || name == HERE || names::username(&name).is_ok()).then_some(name)
}

/// The name of a room after the `#` that stands here.
fn room(text: &str, at: usize) -> Option<&str> {
    let rest = text.get(at..)?.strip_prefix('#')?;
    let in_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let end = rest.find(|c| !in_name(c)).unwrap_or(rest.len());
    let name = rest.get(..end)?.trim_end_matches(['.', '_', '-']);
    (at_edge(text, at) && !name.is_empty() && name.chars().count() <= NAME_CHARS).then_some(name)
}

/// The name of an emoji between the colon that stands here and the next one. A time such as 10:30:45 holds none.
fn emoji(text: &str, at: usize) -> Option<&str> {
    let rest = text.get(at..)?.strip_prefix(':')?;
    let length = rest.bytes().take_while(|&byte| emoji::in_name(byte)).count();
    let (name, after) = rest.split_at_checked(length)?;
    let in_time = text.get(..at)?.ends_with(|c: char| c.is_ascii_digit());
    (after.starts_with(':') && !in_time && emoji::is_name(name)).then_some(name)
}

/// Appends the picture of an emoji, which reads as its name where it is not seen.
fn picture_of(html: &mut String, name: &str, picture: &str) {
    // Neither name can hold anything that would have to be escaped.
    let start = "<img class=\"emoji\" src=\"";
    for part in [start, EMOJI, picture, "\" alt=\":", name, ":\" title=\":", name, ":\">"] {
        html.push_str(part);
    }
}

/// The address that begins here, without the punctuation of the sentence around it.
fn address(text: &str, at: usize) -> Option<&str> {
    let rest = text.get(at..)?;
    let scheme = ["http://", "https://"].into_iter().find(|scheme| starts_with(rest, scheme))?;
    let host = rest.get(scheme.len()..)?;
    (at_edge(text, at) && host.starts_with(|c: char| c.is_alphanumeric() || c == '[')).then_some(())?;
    let end = rest.find(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '`'));
    let mut address = rest.get(..end.unwrap_or(rest.len()))?;
    // A closing bracket belongs to the address only when it was opened in it. Counted once, so that many stay cheap.
    let unopened = |close: char, open: char| {
        address.matches(close).count().saturating_sub(address.matches(open).count())
    };
    let (mut round, mut square) = (unopened(')', '('), unopened(']', '['));
    loop {
        let left = match address.chars().next_back()? {
            '.' | ',' | ':' | ';' | '!' | '?' | '\'' | '*' | '_' | '~' | '|' => true,
            ')' if round > 0 => {
                round -= 1;
                true
            }
            ']' if square > 0 => {
                square -= 1;
                true
            }
            _ => false,
        };
        if !left {
            break;
        }
        address = address.get(..address.len() - 1)?;
    }
    Some(address)
}
