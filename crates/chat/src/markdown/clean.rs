//! The sanitiser behind the writer: lets through what the writer can write, and nothing else.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

const TAGS: [&str; 26] = [
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
        ("span", HashSet::from(SPANS)),
        ("td", HashSet::from(CELLS)),
        ("th", HashSet::from(CELLS)),
    ]);
    cleaner
        .tags(HashSet::from(TAGS))
        .tag_attributes(allowed)
        .allowed_classes(classes)
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"));
    cleaner
});

/// HTML with nothing in it but what the writer can write.
pub(super) fn clean(html: &str) -> String {
    CLEANER.clean(html).to_string()
}
