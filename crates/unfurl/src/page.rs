//! Reading: what a page says of itself in its head.

use std::cell::RefCell;

use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, CharacterTokens, EndTag, StartTag, Tag, TagToken, Token, TokenSink, TokenSinkResult,
    Tokenizer, TokenizerOpts,
};
use url::Url;

/// Bytes of each text that are kept of a page, many more than are shown.
const TEXT_BYTES: usize = 2_048;
/// Bytes in which a page must say how it is encoded.
const PRESCAN: usize = 1_024;

/// What a page says of itself. The texts are as they stand in it, but for white space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its title; not empty.
    pub title: String,
    /// What it is about; may be empty.
    pub text: String,
    /// Name of the site; may be empty.
    pub site: String,
    /// A picture of it.
    pub picture: Option<Picture>,
}

/// A picture that a page names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Where it is.
    pub address: Url,
    /// What it shows, in words; may be empty.
    pub alt: String,
}

/// Reads a page, which came from this address as this content type. `None` without a title, or in an encoding that it
/// does not tell and that is not UTF-8.
pub(crate) fn read(url: &Url, kind: &str, bytes: &[u8]) -> Option<Page> {
    let tokenizer = Tokenizer::new(Head::default(), TokenizerOpts::default());
    feed(&tokenizer, &decode(kind, bytes)?);
    let Found { title, graph, named, .. } = tokenizer.sink.0.into_inner();
    let first = |names: &[&str]| {
        let found = |name: &&str| graph.iter().chain(&named).find(|(key, _)| key == name);
        names.iter().find_map(found).map(|(_, text)| text.clone())
    };
    let title = first(&["og:title", "twitter:title"]).or(Some(title)).map(|title| calm(&title));
    let address =
        first(&["og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"]);
    let address = address.and_then(|address| url.join(address.trim()).ok());
    let web = |address: &Url| matches!(address.scheme(), "http" | "https");
    let alt = || calm(&first(&["og:image:alt", "twitter:image:alt"]).unwrap_or_default());
    Some(Page {
        title: title.filter(|title| !title.is_empty())?,
        text: calm(&first(&["og:description", "twitter:description", "description"]).unwrap_or_default()),
        site: calm(&first(&["og:site_name", "application-name"]).unwrap_or_default()),
        picture: address.filter(web).map(|address| Picture { address, alt: alt() }),
    })
}

/// Reads until the head is over, or a single tag is so long that it can only be meant to keep a reader busy: its
/// attributes are compared with each other.
fn feed(tokenizer: &Tokenizer<Head>, mut html: &str) {
    let input = BufferQueue::default();
    let mut silent = 0;
    while !html.is_empty() && silent < SILENT {
        let mut end = PIECE.min(html.len());
        while !html.is_char_boundary(end) {
            end -= 1;
        }
        let (piece, rest) = html.split_at(end);
        let before = tokenizer.sink.0.borrow().tokens;
        input.push_back(StrTendril::from_slice(piece));
        // The sink never pauses, so one call reads the piece.
        drop(tokenizer.feed(&input));
        let found = tokenizer.sink.0.borrow();
        silent = if found.tokens == before { silent + 1 } else { 0 };
        html = if found.over { "" } else { rest };
    }
    if silent < SILENT {
        tokenizer.end();
    }
}

/// White space as single spaces.
fn calm(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of a page. What is UTF-8 counts as that, whatever it says; anything else has to say what it is.
fn decode(kind: &str, bytes: &[u8]) -> Option<String> {
    let start = bytes.get(..PRESCAN).unwrap_or(bytes);
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    let told = |text: &str| charset(text).and_then(|label| Encoding::for_label(label.as_bytes()));
    // Only a page that is not in it can say that it is in UTF-16: its own words would be.
    let own = || told(&start).filter(|encoding| ![UTF_16BE, UTF_16LE].contains(encoding));
    let encoding = Encoding::for_bom(bytes).map(|(encoding, _)| encoding).or_else(|| told(kind)).or_else(own);
    let encoding = encoding.unwrap_or(UTF_8);
    // Some are written in the bytes of ASCII, and so would be UTF-8 as well.
    let hidden = !encoding.is_ascii_compatible();
    match str::from_utf8(bytes) {
        Ok(text) if !hidden => Some(text.to_owned()),
        // Cut off inside of the last character.
        Err(error) if error.error_len().is_none() && !hidden => {
            Some(String::from_utf8_lossy(bytes.get(..error.valid_up_to())?).into_owned())
        }
        _ if encoding == UTF_8 || encoding == REPLACEMENT => None,
        _ => Some(encoding.decode(bytes).0.into_owned()),
    }
}

fn charset(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("charset=")?;
    let rest = rest.trim_start_matches(['"', '\'', ' ']);
    let end =
        rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(rest.len());
    rest.get(..end).map(str::to_owned)
}

/// Bytes that are read at a time, and how often nothing may come of it.
const PIECE: usize = 4 * 1024;
const SILENT: u32 = 4;

/// What was found so far.
#[derive(Default)]
struct Found {
    title: String,
    in_title: bool,
    /// By `property`, as the Open Graph has it; the first of each counts.
    graph: Vec<(String, String)>,
    /// By `name`.
    named: Vec<(String, String)>,
    over: bool,
    tokens: usize,
}

/// Hears the tokens of a page.
#[derive(Default)]
struct Head(RefCell<Found>);

/// What is kept of one page, so that a page of nothing but metadata costs no more than others.
const METADATA: usize = 64;

impl Found {
    fn open(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        match &*tag.name {
            "title" => {
                self.in_title = self.title.is_empty();
                return TokenSinkResult::RawData(RawKind::Rcdata);
            }
            "script" => return TokenSinkResult::RawData(RawKind::ScriptData),
            "style" | "noframes" | "xmp" | "iframe" => return TokenSinkResult::RawData(RawKind::Rawtext),
            "body" => self.over = true,
            "meta" => self.metadata(tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }

    fn metadata(&mut self, tag: &Tag) {
        let value =
            |name: &str| tag.attrs.iter().find(|attr| &*attr.name.local == name).map(|attr| &*attr.value);
        let Some(content) = value("content").filter(|content| content.len() <= TEXT_BYTES) else { return };
        for (list, name) in [(&mut self.graph, value("property")), (&mut self.named, value("name"))] {
            if let Some(name) = name.filter(|name| name.len() <= 32 && list.len() < METADATA) {
                list.push((name.to_ascii_lowercase(), content.to_owned()));
            }
        }
    }
}

impl TokenSink for Head {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut found = self.0.borrow_mut();
        found.tokens += 1;
        match token {
            _ if found.over => {}
            CharacterTokens(text) if found.in_title && found.title.len() + text.len() <= TEXT_BYTES => {
                found.title.push_str(&text);
            }
            TagToken(tag) if tag.kind == StartTag => return found.open(&tag),
            TagToken(tag) if tag.kind == EndTag => match &*tag.name {
                "title" => found.in_title = false,
                "head" => found.over = true,
                _ => {}
            },
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(html: &[u8]) -> Option<Page> {
        read(&Url::parse("https://site.example/a/b").unwrap(), "text/html", html)
    }

    #[test]
    fn the_open_graph_counts_before_names_and_the_title_comes_last() {
        let found = page(
            b"<!doctype html><html><head><title>Plain\n  title</title><meta name=description content='By name'>\
              <meta property='og:title' content='Tom &amp; Jerry &#x1F600;'><META PROPERTY=og:image CONTENT='../c.png?x=1&amp;y=2'>\
              <meta property=og:image:alt content='Two of them'><meta property=og:site_name content=' The  Site '>\
              <script>document.write('<meta property=og:title content=Wrong>')</script></head>\
              <body><meta property=og:description content=Late>",
        );
        let picture = Picture {
            address: Url::parse("https://site.example/c.png?x=1&y=2").unwrap(),
            alt: "Two of them".into(),
        };
        let (title, text, site) = ("Tom & Jerry 😀".into(), "By name".into(), "The Site".into());
        assert_eq!(found, Some(Page { title, text, site, picture: Some(picture) }));
        let plain = page(b"<title>Only &lt;b&gt; this</title><title>Not this</title>").unwrap();
        assert_eq!((plain.title.as_str(), plain.picture), ("Only <b> this", None));
    }

    #[test]
    fn what_is_no_page_or_says_nothing_is_none() {
        for nothing in
            ["", "<title> \n </title>", "hello", "<p>text", "<meta property=og:description content=x>"]
        {
            assert_eq!(page(nothing.as_bytes()), None, "{nothing}");
        }
        for dangerous in
            ["javascript:alert(1)", "data:image/png;base64,AAAA", "file:///etc/passwd", "ftp://a.example/b"]
        {
            let html = format!("<title>x</title><meta property=og:image content='{dangerous}'>");
            assert_eq!(page(html.as_bytes()).unwrap().picture, None, "{dangerous}");
        }
    }

    #[test]
    fn a_page_is_read_in_the_encoding_that_it_tells_and_in_no_other() {
        for (bytes, title) in [
            (&b"<meta charset=shift_jis><title>\x93\xFA\x96{</title>"[..], Some("日本")),
            (b"<meta charset=euc-kr><title>\xC7\xD1\xB1\xB9</title>", Some("한국")),
            (b"<meta charset='gb2312'><title>\xD6\xD0\xCE\xC4</title>", Some("中文")),
            (b"<meta charset=windows-1251><title>\xCC\xE8\xF0</title>", Some("Мир")),
            (b"<meta charset=iso-2022-jp><title>\x1B$BF|K\\\x1B(B</title>", Some("日本")),
            (b"<meta charset='iso-8859-1'><title>caf\xE9 \x96</title>", Some("café –")),
            ("<meta charset=latin1><title>café</title>".as_bytes(), Some("café")),
            (b"<meta charset=utf-16><title>ascii</title>", Some("ascii")),
            (b"\xFE\xFF\0<\0t\0i\0t\0l\0e\0>\0h\0i\0<\0/\0t\0i\0t\0l\0e\0>", Some("hi")),
            (b"<title>caf\xE9</title>", None),
            (b"<meta charset=utf-8><title>caf\xE9</title>", None),
            (b"<meta charset=unheard-of><title>caf\xE9</title>", None),
            (b"<meta charset=hz-gb-2312><title>caf\xE9</title>", None),
        ] {
            assert_eq!(page(bytes).map(|page| page.title).as_deref(), title, "{}", bytes.escape_ascii());
        }
        let url = Url::parse("http://a.example/").unwrap();
        let read =
            super::read(&url, "text/html; charset=big5", b"<meta charset=utf-8><title>\xA4\xA4</title>");
        assert_eq!(read.unwrap().title, "中", "the header counts before the page");
        assert_eq!(page(b"<title>cut</title>caf\xC3").unwrap().title, "cut");
    }

    #[test]
    fn hostile_pages_are_read_in_no_time_and_keep_little() {
        let many = "<meta property=og:title content=x>".repeat(15_000);
        let long = format!("<title>{}</title>", "&amp;".repeat(100_000));
        let open = "<".repeat(500_000);
        let quotes = format!("<meta content='{}", "a='".repeat(160_000));
        let attributes = (0..80_000).map(|n| format!("{n:x}")).collect::<Vec<_>>().join(" ");
        let attributes = format!("<title>First</title><meta {attributes}><meta property=og:title content=x>");
        for html in [&many, &long, &open, &quotes, &attributes] {
            if let Some(page) = page(html.as_bytes()) {
                assert!(page.title.len() <= TEXT_BYTES);
            }
        }
    }
}
