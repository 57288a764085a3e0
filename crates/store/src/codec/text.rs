//! How messages stand in the bodies of their entries and of those of their edits.

use std::borrow::Cow;

use parlor_protocol::{Nonce, Quoted, Seq, UserId};
use rusqlite::Result;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::brought::{Ballot, Passed};
use super::files::Stored;
use super::{damaged, json, parse};
use crate::records::{File, Forwarded, InThread, MessageText, Poll};

/// A message's text in the body of its entry, where texts stand quoted as they are told, so that telling them is no
/// more than to copy them. Short names: there are millions of them.
#[derive(Serialize, Deserialize)]
struct Text<'a> {
    /// The source, unless it is empty.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    t: Option<&'a RawValue>,
    /// The HTML, unless it is the text in a paragraph.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    h: Option<&'a RawValue>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    m: Vec<u64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    r: bool,
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    f: Vec<Stored<'a>>,
    /// What it passes on, and the poll that it begins.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    w: Option<Passed<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    p: Option<Ballot<'a>>,
    /// Root of the thread that it is a reply in, and whether it stands in the room's timeline as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    d: Option<(Seq, bool)>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    n: Option<Cow<'a, str>>,
}

/// What the entry of a new message holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Created<'a> {
    pub(crate) text: &'a MessageText,
    pub(crate) thread: Option<InThread>,
    pub(crate) files: &'a [File],
    pub(crate) forwarded: Option<&'a Forwarded>,
    pub(crate) poll: Option<&'a Poll>,
    pub(crate) nonce: &'a Nonce,
}

impl Created<'_> {
    /// The body of the entry.
    pub(crate) fn write(self) -> String {
        json(&Text {
            f: self.files.iter().map(Stored::from).collect(),
            w: self.forwarded.map(Passed::from),
            p: self.poll.map(Ballot::from),
            n: Some(Cow::from(self.nonce.as_str())),
            ..text_of(self.text, self.thread)
        })
    }
}

/// The body of an edit's entry; `thread` is the root of the thread that the message is a reply in.
pub(crate) fn write_text(text: &MessageText, thread: Option<Seq>) -> String {
    json(&text_of(text, thread.map(|root| InThread { root, in_room: false })))
}

fn text_of(text: &MessageText, thread: Option<InThread>) -> Text<'_> {
    Text {
        t: source(text),
        h: kept(text),
        m: text.mentions.iter().map(|user| user.get()).collect(),
        r: text.mentions_room,
        f: Vec::new(),
        w: None,
        p: None,
        d: thread.map(|thread| (thread.root, thread.in_room)),
        n: None,
    }
}

/// The source, unless it is empty.
pub(super) fn source(text: &MessageText) -> Option<&RawValue> {
    (!text.text.is_empty()).then(|| text.text.json())
}

/// The HTML, unless it follows from the text: an empty text stands for empty HTML.
pub(super) fn kept(text: &MessageText) -> Option<&RawValue> {
    let follows = match text.text.inner() {
        "" => text.html.is_empty(),
        text_itself => inner(text.html.inner()) == Some(text_itself),
    };
    (!follows).then(|| text.html.json())
}

/// A text and its HTML, from what was kept of them.
pub(super) fn read_words(source: Option<&RawValue>, kept: Option<&RawValue>) -> Result<(Quoted, Quoted)> {
    let read = |json| Quoted::kept(json).ok_or_else(|| damaged("text"));
    let text = source.map(read).transpose()?.unwrap_or_default();
    let html = match kept {
        Some(html) => read(html)?,
        None if text.is_empty() => text.clone(),
        None => text.within("<p>", "</p>"),
    };
    Ok((text, html))
}

/// What is in an HTML that is one paragraph.
fn inner(html: &str) -> Option<&str> {
    html.strip_prefix("<p>")?.strip_suffix("</p>")
}

/// What the body of a message's entry holds, or that of an edit, which has only a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TextBody {
    pub(crate) text: MessageText,
    pub(crate) thread: Option<InThread>,
    pub(crate) files: Vec<File>,
    pub(crate) forwarded: Option<Forwarded>,
    pub(crate) poll: Option<Poll>,
    pub(crate) nonce: Option<Nonce>,
}

impl TextBody {
    /// All that can be read in it: its text, that of what it passes on, and the options of its poll.
    pub(crate) fn words(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let passed = self.forwarded.iter().map(|forwarded| &forwarded.text);
        let texts = [&self.text].into_iter().chain(passed).map(|text| text.text.read());
        let options = self.poll.iter().flat_map(|poll| &poll.options);
        texts.chain(options.map(|option| Cow::from(&option.text)))
    }

    /// Whether there is something to see without a text.
    pub(crate) fn shows_without_words(&self) -> bool {
        !self.files.is_empty() || self.forwarded.is_some()
    }
}

/// The words of a message that brings nothing else, quoted as they are kept.
#[derive(Debug)]
pub(crate) struct Plain<'a> {
    pub(crate) text: Option<&'a str>,
    pub(crate) html: Option<&'a str>,
    pub(crate) mentions: Vec<UserId>,
    pub(crate) mentions_room: bool,
    pub(crate) thread: Option<InThread>,
    pub(crate) nonce: Cow<'a, str>,
}

/// Looks into the body of a message's entry; `None` when it brings more than words.
pub(crate) fn read_plain(body: &str) -> Result<Option<Plain<'_>>> {
    if let Some(simple) = read_simple(body) {
        return Ok(Some(simple));
    }
    let Text { t: text, h: html, m, r: mentions_room, f, w, p, d, n } = parse(body)?;
    if !f.is_empty() || w.is_some() || p.is_some() {
        return Ok(None);
    }
    let (mentions, thread) = (users(m)?, d.map(|(root, in_room)| InThread { root, in_room }));
    let nonce = n.ok_or_else(|| damaged("nonce"))?;
    let (text, html) = (text.map(RawValue::get), html.map(RawValue::get));
    Ok(Some(Plain { text, html, mentions, mentions_room, thread, nonce }))
}

/// What most bodies are, `{"t":"…","n":"…"}` with nothing escaped, for which a parser would be a detour.
fn read_simple(body: &str) -> Option<Plain<'_>> {
    const BEGIN: &str = r#"{"t":"#;
    let quoted = body.strip_prefix(BEGIN)?;
    let end = quoted.strip_prefix('"')?.find('"')? + 2;
    let (text, rest) = quoted.split_at_checked(end)?;
    let nonce = rest.strip_prefix(r#","n":""#)?.strip_suffix(r#""}"#)?;
    if text.contains('\\') || nonce.contains(['"', '\\']) {
        return None;
    }
    let (html, thread) = (None, None);
    Some(Plain {
        text: Some(text),
        html,
        mentions: Vec::new(),
        mentions_room: false,
        thread,
        nonce: nonce.into(),
    })
}

fn users(ids: Vec<u64>) -> Result<Vec<UserId>> {
    ids.into_iter().map(|user| UserId::new(user).ok_or_else(|| damaged("mention"))).collect()
}

/// Reads the body of a message's entry or of an edit's.
pub(crate) fn read_text(body: &str) -> Result<TextBody> {
    let Text { t, h, m, r, f, w, p, d, n } = parse(body)?;
    let (words, html) = read_words(t, h)?;
    let text = MessageText { text: words, html, mentions: users(m)?, mentions_room: r };
    Ok(TextBody {
        text,
        thread: d.map(|(root, in_room)| InThread { root, in_room }),
        files: f.into_iter().map(Stored::read).collect::<Result<_>>()?,
        forwarded: w.map(Passed::read).transpose()?,
        poll: p.map(Ballot::read),
        nonce: n.map(|nonce| Nonce::new(nonce).map_err(|_| damaged("nonce"))).transpose()?,
    })
}

/// Reads a message as it is now: the body of its entry, and that of its last edit.
pub(crate) fn read_edited(created: &str, edited: Option<&str>) -> Result<TextBody> {
    let created = read_text(created)?;
    Ok(match edited {
        Some(edited) => TextBody { text: read_text(edited)?.text, ..created },
        None => created,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str, html: &str) -> MessageText {
        MessageText { text: text.into(), html: html.into(), ..MessageText::default() }
    }

    #[test]
    fn a_text_comes_back_as_it_was_and_a_plain_paragraph_is_kept_once() {
        let nonce = Nonce::new("n-1").unwrap();
        for (text, kept_once) in [
            (text("hello", "<p>hello</p>"), true),
            (text("a & b", "<p>a &amp; b</p>"), false),
            (text("*hi*", "<p><em>hi</em></p>"), false),
            (text("", "<p></p>"), false),
            (text("", ""), true),
            (text("\"quoted\"\n\\", "<p>\"quoted\"\n\\</p>"), true),
        ] {
            for thread in [None, Some(InThread { root: 7, in_room: true })] {
                let created =
                    Created { text: &text, thread, files: &[], forwarded: None, poll: None, nonce: &nonce };
                let body = created.write();
                assert_eq!(body.contains("\"h\""), !kept_once, "{body}");
                let (text, nonce) = (text.clone(), Some(nonce.clone()));
                let (files, forwarded, poll) = (Vec::new(), None, None);
                let whole = TextBody { text, thread, files, forwarded, poll, nonce };
                assert_eq!(read_text(&body).unwrap(), whole);
            }
        }
    }

    #[test]
    fn a_simple_body_is_read_as_any_other_is() {
        let words =
            ["hello", "", "é 茶 🍵", "a\",\"n\":\"b", "ends in \\", "two\nlines", "}", "\",\"h\":\"x"];
        for words in words {
            for name in ["n-1", "n\"1", "n\\"] {
                let (text, nonce) = (text(words, &format!("<p>{words}</p>")), Nonce::new(name).unwrap());
                let created = Created {
                    text: &text,
                    thread: None,
                    files: &[],
                    forwarded: None,
                    poll: None,
                    nonce: &nonce,
                };
                let body = created.write();
                let plain = read_plain(&body).unwrap().unwrap();
                let [read, html] = [plain.text, plain.html].map(|json| json.map(parse::<&RawValue>));
                let (read, html) = (read.transpose().unwrap(), html.transpose().unwrap());
                assert_eq!(read_words(read, html).unwrap(), (text.text.clone(), text.html.clone()), "{body}");
                assert_eq!(plain.nonce, name, "{body}");
            }
        }
        let simple = |body| read_simple(body).is_some();
        assert!(simple(r#"{"t":"hello","n":"n-1"}"#));
        for other in [
            r#"{"t":"a\"","n":"n"}"#,
            r#"{"t":"a","h":"<p>","n":"n"}"#,
            r#"{"t":"a","m":[1],"n":"n"}"#,
            "{}",
            "",
        ] {
            assert!(!simple(other), "{other}");
        }
    }
}
