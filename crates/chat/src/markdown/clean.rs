//! The sanitiser behind the writer: lets through what the writer can write, and nothing else.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use super::inline;
use crate::pictures;

/// Where pictures of emoji are served.
pub(super) const EMOJI: &str = "/files/emoji/";

const TAGS: [&str; 27] = [
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "span",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];
const SPANS: [&str; 16] = [
    "mention",
    "mention-room",
    "mention-here",
    "room",
    "spoiler",
    "task",
    "hl-kw",
    "hl-lit",
    "hl-num",
    "hl-str",
    "hl-com",
    "hl-ty",
    "hl-fn",
    "hl-attr",
    "hl-add",
    "hl-del",
];
const CELLS: [&str; 3] = ["align-left", "align-center", "align-right"];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::empty();
    let attributes = [
        ("a", "href"),
        ("a", "target"),
        ("img", "alt"),
        ("img", "src"),
        ("img", "title"),
        ("ol", "start"),
        ("pre", "data-lang"),
        ("span", "data-user"),
        ("span", "data-room"),
    ];
    let mut allowed: HashMap<_, HashSet<_>> = HashMap::new();
    for (tag, attribute) in attributes {
        allowed.entry(tag).or_default().insert(attribute);
    }
    let classes = HashMap::from([
        ("img", HashSet::from(["emoji"])),
        ("span", HashSet::from(SPANS)),
        ("td", HashSet::from(CELLS)),
        ("th", HashSet::from(CELLS)),
    ]);
    cleaner
        .tags(HashSet::from(TAGS))
        .tag_attributes(allowed)
        .allowed_classes(classes)
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::PassThrough)
        .attribute_filter(|tag, attribute, value| leads_right(tag, attribute, value).then_some(value.into()))
        .link_rel(Some("noopener noreferrer nofollow"));
    cleaner
});

/// Pictures are emoji of our own, so that nobody else learns who reads; links lead to whole addresses.
fn leads_right(tag: &str, attribute: &str, value: &str) -> bool {
    match (tag, attribute) {
        ("img", "src") => value.strip_prefix(EMOJI).is_some_and(pictures::is_name),
        ("a", "href") => value.contains(':') && inline::safe(value),
        _ => true,
    }
}

/// HTML with nothing in it but what the writer can write.
pub(super) fn clean(html: &str) -> String {
    CLEANER.clean(html).to_string()
}
