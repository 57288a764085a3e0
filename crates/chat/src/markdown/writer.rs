//! Writes the parser's events as HTML: a closed set of tags, every text escaped.

use pulldown_cmark::{Alignment, CodeBlockKind, CowStr, Event, LinkType, Tag, TagEnd};

use super::spoilers::Part;
use super::{Named, Rendered, highlight, inline};

/// Levels of nesting that are written; deeper ones lose their tags and keep their text.
const DEPTH: usize = 16;

/// Writes all parts.
pub(super) fn write<'a>(parts: impl Iterator<Item = Part<'a>>, named: &Named) -> Rendered {
    let mut writer = Writer {
        out: Rendered::default(),
        named,
        open: Vec::new(),
        links: 0,
        code: None,
        block: false,
        columns: Vec::new(),
        column: 0,
        head: false,
    };
    for part in parts {
        match part {
            Part::Event(event) => writer.event(event),
            Part::Open => writer.out.html.push_str("<span class=\"spoiler\">"),
            Part::Close => writer.out.html.push_str("</span>"),
        }
    }
    writer.out
}

/// Appends a text with what HTML would take for markup made harmless.
pub(super) fn escape(html: &mut String, text: &str) {
    escape_these(html, text, &['&', '<', '>']);
}

/// Appends the value of an attribute.
pub(super) fn escape_value(html: &mut String, text: &str) {
    escape_these(html, text, &['&', '<', '>', '"']);
}

fn escape_these(html: &mut String, text: &str, these: &[char]) {
    let mut rest = text;
    while let Some(at) = rest.find(these) {
        let (before, after) = rest.split_at(at);
        html.push_str(before);
        html.push_str(match after.as_bytes().first() {
            Some(b'&') => "&amp;",
            Some(b'<') => "&lt;",
            Some(b'>') => "&gt;",
            _ => "&quot;",
        });
        rest = after.get(1..).unwrap_or_default();
    }
    html.push_str(rest);
}

struct Writer<'n, 'a> {
    out: Rendered,
    named: &'n Named,
    /// For each open tag, what closes it; empty for those that were not written.
    open: Vec<&'static str>,
    /// Open links: inside of them nothing becomes a link or a mention.
    links: usize,
    /// The block of code that is being read: its language and its text so far.
    code: Option<(CowStr<'a>, String)>,
    /// Inside a block of HTML, which is shown as text.
    block: bool,
    columns: Vec<Alignment>,
    column: usize,
    head: bool,
}

impl<'a> Writer<'_, 'a> {
    fn event(&mut self, event: Event<'a>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Html(text) | Event::InlineHtml(text) => self.lines(&text),
            Event::Code(text) => {
                self.out.html.push_str("<code>");
                escape(&mut self.out.html, &text);
                self.out.html.push_str("</code>");
            }
            Event::SoftBreak | Event::HardBreak => self.out.html.push_str("<br>"),
            Event::Rule => self.out.html.push_str("<hr>"),
            Event::TaskListMarker(done) => {
                let mark = if done { '☑' } else { '☐' };
                self.out.html.push_str("<span class=\"task\">");
                self.out.html.push(mark);
                self.out.html.push_str("</span> ");
            }
            // Not enabled in the parser; their text is all there is to show.
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                escape(&mut self.out.html, &text);
            }
        }
    }

    fn text(&mut self, text: &str) {
        if let Some((_, code)) = &mut self.code {
            code.push_str(text);
        } else if self.links > 0 {
            escape(&mut self.out.html, text);
        } else {
            inline::write(&mut self.out, text, self.named);
        }
    }

    /// Raw HTML, shown as the text that it is.
    fn lines(&mut self, text: &str) {
        for (at, line) in text.lines().enumerate() {
            if at > 0 || (self.block && !self.out.html.ends_with("<p>")) {
                self.out.html.push_str("<br>");
            }
            escape(&mut self.out.html, line);
        }
    }

    fn start(&mut self, tag: Tag<'a>) {
        if let Tag::CodeBlock(kind) = tag {
            let language = match kind {
                CodeBlockKind::Fenced(language) => language,
                CodeBlockKind::Indented => CowStr::Borrowed(""),
            };
            self.code = Some((language, String::new()));
            self.open.push("");
            return;
        }
        self.links += usize::from(matches!(tag, Tag::Link { .. } | Tag::Image { .. }));
        self.block |= matches!(tag, Tag::HtmlBlock);
        let end = if self.open.len() < DEPTH { self.open_tag(tag) } else { "" };
        self.open.push(end);
    }

    /// Writes a start tag and tells what will close it.
    fn open_tag(&mut self, tag: Tag<'a>) -> &'static str {
        let (start, end) = match tag {
            Tag::Paragraph | Tag::HtmlBlock => ("<p>", "</p>"),
            Tag::Heading { level, .. } => heading(level as usize),
            Tag::BlockQuote(_) => ("<blockquote>", "</blockquote>"),
            Tag::List(None) => ("<ul>", "</ul>"),
            Tag::List(Some(first)) => {
                self.out.html.push_str("<ol start=\"");
                self.out.html.push_str(&first.to_string());
                self.out.html.push_str("\">");
                ("", "</ol>")
            }
            Tag::Item => ("<li>", "</li>"),
            Tag::Table(columns) => {
                self.columns = columns;
                ("<table>", "</tbody></table>")
            }
            Tag::TableHead => {
                (self.head, self.column) = (true, 0);
                ("<thead><tr>", "</tr></thead><tbody>")
            }
            Tag::TableRow => {
                (self.head, self.column) = (false, 0);
                ("<tr>", "</tr>")
            }
            Tag::TableCell => return self.cell(),
            Tag::Emphasis => ("<em>", "</em>"),
            Tag::Strong => ("<strong>", "</strong>"),
            Tag::Strikethrough => ("<del>", "</del>"),
            // A picture from elsewhere would tell that server who reads; its address is shown as a link.
            Tag::Link { link_type, dest_url, .. } | Tag::Image { link_type, dest_url, .. } => {
                return self.link(link_type, &dest_url);
            }
            _ => ("", ""),
        };
        self.out.html.push_str(start);
        end
    }

    fn cell(&mut self) -> &'static str {
        let class = match self.columns.get(self.column) {
            Some(Alignment::Left) => " class=\"align-left\"",
            Some(Alignment::Center) => " class=\"align-center\"",
            Some(Alignment::Right) => " class=\"align-right\"",
            _ => "",
        };
        self.column += 1;
        let (name, end) = if self.head { ("<th", "</th>") } else { ("<td", "</td>") };
        self.out.html.push_str(name);
        self.out.html.push_str(class);
        self.out.html.push('>');
        end
    }

    fn link(&mut self, kind: LinkType, address: &str) -> &'static str {
        let mail = if kind == LinkType::Email { "mailto:" } else { "" };
        if mail.is_empty() && !inline::safe(address) {
            return "";
        }
        inline::open_link(&mut self.out.html, &[mail, address]);
        "</a>"
    }

    fn end(&mut self, tag: TagEnd) {
        if let (TagEnd::CodeBlock, Some((language, code))) = (tag, self.code.take()) {
            highlight::write(&mut self.out.html, &language, &code);
        }
        self.block &= tag != TagEnd::HtmlBlock;
        self.links = self.links.saturating_sub(usize::from(matches!(tag, TagEnd::Link | TagEnd::Image)));
        self.out.html.push_str(self.open.pop().unwrap_or_default());
    }
}

fn heading(level: usize) -> (&'static str, &'static str) {
    match level {
        1 => ("<h1>", "</h1>"),
        2 => ("<h2>", "</h2>"),
        3 => ("<h3>", "</h3>"),
        4 => ("<h4>", "</h4>"),
        5 => ("<h5>", "</h5>"),
        _ => ("<h6>", "</h6>"),
    }
}
