//! What comes out of texts: formatting, mentions, and nothing that acts.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use scraper::{Html, Node};

use super::*;

fn named() -> Named {
    let user = |id| UserId::new(id).unwrap();
    Named {
        users: HashMap::from([
            ("ana".into(), (user(1), "Ana <3".into())),
            ("ben.b".into(), (user(2), "Ben".into())),
        ]),
        rooms: HashMap::from([("garden".into(), (RoomId::new(7).unwrap(), "Garden".into()))]),
        emoji: ["party", "big_party_hat"]
            .map(|name| (name.into(), format!("{}.png", "0f".repeat(16))))
            .into(),
        here: vec![user(3)],
    }
}

fn html(text: &str) -> String {
    render(text, &named()).html
}

#[test]
fn ordinary_formatting_becomes_ordinary_html() {
    let cases = [
        ("hello, world", "<p>hello, world</p>"),
        ("one\ntwo", "<p>one<br>two</p>"),
        ("*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>"),
        ("# big", "<h1>big</h1>"),
        ("> said", "<blockquote><p>said</p></blockquote>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("3. a", "<ol start=\"3\"><li>a</li></ol>"),
        ("- [x] done", "<ul><li><span class=\"task\">☑</span> done</li></ul>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("<b>hi</b>", "<p>&lt;b&gt;hi&lt;/b&gt;</p>"),
        ("<div>\nx\n</div>", "<p>&lt;div&gt;<br>x<br>&lt;/div&gt;</p>"),
        (
            "|a|b|\n|-|-:|\n|1|2|",
            concat!(
                "<table><thead><tr><th>a</th><th class=\"align-right\">b</th></tr></thead>",
                "<tbody><tr><td>1</td><td class=\"align-right\">2</td></tr></tbody></table>"
            ),
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(html(text), expected, "{text}");
    }
}

#[test]
fn emoji_of_our_own_are_pictures_except_in_code_and_links() {
    let src = format!("/files/emoji/{}.png", "0f".repeat(16));
    let party = format!("<img class=\"emoji\" src=\"{src}\" alt=\":party:\" title=\":party:\">");
    let hat = party.replace(":party:", ":big_party_hat:");
    let cases = [
        (":party:", format!("<p>{party}</p>")),
        ("*:party:*, :party::party:.", format!("<p><em>{party}</em>, {party}{party}.</p>")),
        ("`:party:`", "<p><code>:party:</code></p>".into()),
        (":Party: :other: 10:party: :party", "<p>:Party: :other: 10:party: :party</p>".into()),
        (":x:party:", format!("<p>:x{party}</p>")),
        ("so :big_party_hat: and _:party:_", format!("<p>so {hat} and <em>{party}</em></p>")),
    ];
    for (text, expected) in cases {
        assert_eq!(html(text), expected, "{text}");
    }
    assert!(!html("[:party:](https://example.org)").contains("img"));
    assert!(!html("```\n:party:\n```").contains("img"));
    assert_eq!(html(&":party: ".repeat(150)).matches("<img").count(), 100, "more stay text");
    assert_eq!(
        candidates(":party: :no: :NO: a:b_c: 10:30:40").emoji,
        ["b_c", "no", "party"].map(String::from).into()
    );
}

#[test]
fn pictures_from_elsewhere_do_not_pass_the_sanitiser() {
    for src in
        ["https://example.org/a.png", "/files/emoji/../1/x", "//example.org/a.png", "data:image/png,x", "/"]
    {
        let cleaned =
            clean::clean(&format!("<img class=\"emoji other\" src=\"{src}\" alt=\":a:\" onerror=\"x\">"));
        assert_eq!(cleaned, "<img class=\"emoji\" alt=\":a:\">", "{src}");
    }
    assert_eq!(clean::clean("<a href=\"/r/1\">x</a>"), "<a rel=\"noopener noreferrer nofollow\">x</a>");
}

#[test]
fn rooms_are_named_and_the_present_called() {
    let garden = "<span class=\"room\" data-room=\"7\">#Garden</span>";
    let cases = [
        ("to #garden, please", format!("<p>to {garden}, please</p>")),
        ("#GARDEN.", format!("<p>{garden}.</p>")),
        ("#cellar", "<p>#cellar</p>".into()),
        ("a#garden", "<p>a#garden</p>".into()),
        ("`#garden`", "<p><code>#garden</code></p>".into()),
        ("@here!", "<p><span class=\"mention mention-here\">@here</span>!</p>".into()),
    ];
    for (text, expected) in cases {
        assert_eq!(html(text), expected, "{text}");
    }
    assert!(render("@here", &named()).mentions_here);
    assert!(!render("`@here`", &named()).mentions_here);
}

#[test]
fn spoilers_are_what_stands_between_two_marks_of_one_stretch() {
    let spoiler = |inside: &str| format!("<span class=\"spoiler\">{inside}</span>");
    let cases = [
        ("it was ||the *butler*||!", format!("<p>it was {}!</p>", spoiler("the <em>butler</em>"))),
        ("||a|| and ||b||", format!("<p>{} and {}</p>", spoiler("a"), spoiler("b"))),
        ("a || b", "<p>a || b</p>".into()),
        ("a |||| b", "<p>a |||| b</p>".into()),
        ("*a ||b* c||", "<p><em>a ||b</em> c||</p>".into()),
        ("||a\n\nb||", "<p>||a</p><p>b||</p>".into()),
        ("`||a||`", "<p><code>||a||</code></p>".into()),
        ("- ||a||", format!("<ul><li>{}</li></ul>", spoiler("a"))),
    ];
    for (text, expected) in cases {
        assert_eq!(html(text), expected, "{text}");
    }
    assert!(!html("```\n||a||\n```").contains("spoiler"));
}

#[test]
fn an_address_stays_whole_whatever_is_in_it() {
    for address in
        ["https://a.example/__x__/b", "https://a.example/_a_/*b*/~~c~~/d", "http://a.example/__init__.py"]
    {
        let link = format!(
            "<a href=\"{address}\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">{address}</a>"
        );
        assert_eq!(html(&format!("see {address}")), format!("<p>see {link}</p>"));
        assert_eq!(
            html(&format!("**{address}** and *more*")),
            format!("<p><strong>{link}</strong> and <em>more</em></p>")
        );
        assert_eq!(html(&format!("`{address}`")), format!("<p><code>{address}</code></p>"));
        assert_eq!(html(&format!("<{address}>")), format!("<p>{link}</p>"));
        assert_eq!(
            html(&format!("[x]({address})")),
            format!("<p>{}</p>", link.replace(&format!(">{address}<"), ">x<"))
        );
    }
}

#[test]
fn addresses_become_links_without_the_punctuation_around_them() {
    let link = |address: &str| {
        format!("<a href=\"{address}\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">{address}</a>")
    };
    let cases = [
        ("see https://a.example/x?y=1.", format!("<p>see {}.</p>", link("https://a.example/x?y=1"))),
        ("(https://a.example/b_(c))", format!("<p>({})</p>", link("https://a.example/b_(c)"))),
        ("<https://a.example>", format!("<p>{}</p>", link("https://a.example"))),
        ("`https://a.example`", "<p><code>https://a.example</code></p>".into()),
        ("xhttps://a.example", "<p>xhttps://a.example</p>".into()),
        ("https:// x", "<p>https:// x</p>".into()),
        ("[x](javascript:alert(1))", "<p>x</p>".into()),
        ("[x](/relative)", "<p>x</p>".into()),
    ];
    for (text, expected) in cases {
        assert_eq!(html(text), expected, "{text}");
    }
    assert!(html("![pic](https://a.example/p.png)").contains("<a href=\"https://a.example/p.png\""));
}

#[test]
fn members_are_mentioned_by_their_username_outside_of_code() {
    let rendered = render("@Ana, @ben.b. and @ana! not @carl nor x@ana `@ana`", &named());
    assert_eq!(rendered.mentions, [UserId::new(1).unwrap(), UserId::new(2).unwrap()]);
    assert!(rendered.html.starts_with("<p><span class=\"mention\" data-user=\"1\">@Ana &lt;3</span>, "));
    assert_eq!(rendered.html.matches("class=\"mention\"").count(), 3);
    assert!(rendered.html.contains("@carl nor x@ana <code>@ana</code>"));
    assert!(!rendered.mentions_room);
    assert!(render("hey @room", &named()).mentions_room);
    assert!(!render("hey `@room` and x@room @roommate", &named()).mentions_room);
    let words = candidates("@Ana @room @ben.b. @x");
    assert!(words.room && words.users.iter().eq(["ana", "ben.b"]));
}

#[test]
fn code_is_marked_by_what_it_is() {
    let rust =
        html("```rust\n// why\nfn main() { let s: String = \"a<b\"; println!(\"{s}\", 42, 'a'); }\n```");
    for part in [
        "<pre data-lang=\"rust\"><code><span class=\"hl-com\">// why</span>",
        "<span class=\"hl-kw\">fn</span> <span class=\"hl-fn\">main</span>(",
        "<span class=\"hl-ty\">String</span>",
        "<span class=\"hl-str\">\"a&lt;b\"</span>",
        "<span class=\"hl-num\">42</span>",
    ] {
        assert!(rust.contains(part), "{part} in {rust}");
    }
    assert!(
        html("```json\n{\"a\": true}\n```")
            .contains("<span class=\"hl-attr\">\"a\"</span>: <span class=\"hl-lit\">")
    );
    assert!(
        html("```diff\n+a\n-b\n```").contains("<span class=\"hl-add\">+a\n</span><span class=\"hl-del\">-b")
    );
    assert!(html("```html\n<a-b c=\"d\">\n```").contains("&lt;<span class=\"hl-attr\">a-b</span>"));
    assert!(
        html("```nonsense\"onload=x\n<i>\n```").contains("data-lang=\"nonsenseonloadx\"><code>&lt;i&gt;")
    );
}

/// The time that this thread has worked: what others do on the machine does not count. Where the system does not tell,
/// time itself.
fn worked() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = told.split(' ').next().and_then(|worked| worked.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

#[test]
fn hostile_texts_cost_no_more_than_ordinary_ones() {
    let fill = |part: &str| part.repeat(16 * 1024 / part.len());
    let parts = [
        "[",
        "*_",
        "> ",
        "> > >\n",
        "`",
        "``` ",
        "[](",
        "![",
        "<",
        "<a ",
        "&",
        "@ana ",
        "https://(",
        "\\",
        "~",
        "|a",
        "|-",
        "* ",
        "1. ",
        "**a",
        "@room",
        "](",
        "\"\\",
        "'\\'",
        "`\\`",
        "<!--",
        "@",
        "h",
        "http://a)",
        "http://a/__b ",
        "||",
        "||a",
        "#garden ",
    ];
    for part in parts {
        let codes = ["", "```js\n", "```rust\n", "```sh\n", "```html\n"];
        for text in codes.map(|code| format!("{code}{}", fill(part))) {
            let start = worked();
            let _ = render(&text, &named());
            let took = worked().saturating_sub(start);
            // Ten milliseconds is the budget of an optimised build; here neither this crate nor those it uses are.
            assert!(took < Duration::from_millis(1_500), "{part:?} took {took:?}");
        }
    }
}

#[test]
fn nesting_ends_at_some_depth() {
    let deep = html(&format!("{}x", "> ".repeat(500)));
    assert!(deep.matches("<blockquote>").count() <= 16);
    assert!(deep.contains('x'));
}

/// Reads the HTML as a browser does, and names the first thing that must not be there.
fn forbidden(html: &str) -> Option<String> {
    const TAGS: [&str; 28] = [
        "html",
        "body",
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
    Html::parse_fragment(html).tree.values().find_map(|node| match node {
        Node::Element(element) => {
            let name = element.name();
            let bad = element.attrs().find(|(key, value)| match (name, *key) {
                ("a", "href") => !["http://", "https://", "mailto:"]
                    .iter()
                    .any(|s| value.to_ascii_lowercase().starts_with(s)),
                ("a", "rel") => *value != "noopener noreferrer nofollow",
                ("a", "target") => *value != "_blank",
                ("ol", "start") | ("span", "data-user") => value.parse::<u64>().is_err(),
                ("pre", "data-lang") => value.len() > 20,
                ("span" | "td" | "th", "class") => {
                    !value.bytes().all(|b| b.is_ascii_lowercase() || b" -".contains(&b))
                }
                _ => true,
            });
            (!TAGS.contains(&name) || bad.is_some()).then(|| format!("{name} {bad:?}"))
        }
        Node::Comment(_) | Node::ProcessingInstruction(_) => Some("a comment".into()),
        _ => None,
    })
}

/// Attacks on renderers: each in running text, in a link's text, address and title, in code and in a table.
fn attacks() -> Vec<String> {
    let raw = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<svg><script>1</script>",
        "<iframe src=javascript:alert(1)>",
        "<math><mtext><table><mglyph><style><img src onerror=alert(1)>",
        "<a href=javascript:alert(1)>x</a>",
        "<a href='java\tscript:alert(1)'>x</a>",
        "<body onload=alert(1)>",
        "<details open ontoggle=alert(1)>",
        "<form><button formaction=javascript:alert(1)>x",
        "<style>*{x:1}</style>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<!--><img src=x onerror=alert(1)>-->",
        "<![CDATA[<img src=x onerror=alert(1)>]]>",
        "<?x <img src=x onerror=alert(1)>?>",
        "<p style=\"position:fixed\">",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#x09;script:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "//evil.example",
        "file:///etc/passwd",
        "https://a.example/\"onmouseover=\"alert(1)",
        "https://a.example/'><script>alert(1)</script>",
        "https://a.example/`<img>`",
        "@ana\"><img src=x onerror=alert(1)>",
        "@room<script>",
        "</code></pre><script>",
        "</span><script>alert(1)</script>",
        "\u{0}<script>",
        "<scr\u{0}ipt>",
        "<<script>script>",
        "\\<script>",
        "<textarea><img title=\"</textarea><script>alert(1)</script>\">",
        "<base href=//evil>",
        "<meta http-equiv=x>",
        "<link rel=stylesheet href=x>",
        "<object data=x>",
        "<template><script>1</script></template>",
    ];
    let shapes: [fn(&str) -> String; 8] = [
        |s| s.to_owned(),
        |s| format!("a {s} b"),
        |s| format!("[{s}](https://a.example)"),
        |s| format!("[x]({s})"),
        |s| format!("[x](https://a.example \"{s}\")"),
        |s| format!("![{s}]({s} '{s}')"),
        |s| format!("```{s}\n{s}\n```"),
        |s| format!("|{s}|{s}|\n|-|-|\n|{s}|x|\n\n[{s}]: {s}\n<{s}>"),
    ];
    raw.iter().flat_map(|attack| shapes.iter().map(move |shape| shape(attack))).collect()
}

#[test]
fn no_attack_gets_through() {
    let attacks = attacks();
    assert!(attacks.len() > 300);
    for attack in attacks {
        let html = html(&attack);
        assert_eq!(forbidden(&html), None, "{attack:?} became {html}");
        let unclean = writer::write(
            spoilers::mark(Parser::new_ext(&attack, Options::all()).collect()).into_iter(),
            &named(),
        )
        .html;
        assert_eq!(forbidden(&unclean), None, "{attack:?} left the writer as {unclean}");
    }
    assert!(forbidden("<img src=x>").is_some() && forbidden("<a href=javascript:x>").is_some());
}

proptest! {
    #[test]
    fn whatever_is_written_the_html_is_safe_and_whole(text in "[ -~\n\u{e9}\u{200d}@#<>&\"'`*_\\[\\]()|~:/.-]{0,200}") {
        let html = html(&text);
        prop_assert_eq!(forbidden(&html), None);
        prop_assert_eq!(clean::clean(&html), html.clone(), "a second cleaning changes nothing");
    }

    #[test]
    fn mutated_attacks_stay_harmless(at in 0..300_usize, cut in 0..60_usize, with in "[<>\"'&`\n ()\\[\\]]{0,3}") {
        let attack = attacks().swap_remove(at);
        let cut = (0..=cut.min(attack.len())).rev().find(|&cut| attack.is_char_boundary(cut)).unwrap();
        let (before, after) = attack.split_at(cut);
        prop_assert_eq!(forbidden(&html(&format!("{before}{with}{after}"))), None);
    }

    #[test]
    fn the_short_way_of_plain_texts_gives_the_same_as_the_long_way(text in "[a-zA-Z0-9 ,.?!'\"();%/\u{e4}\u{1f600}]{1,80}") {
        if plain(&text) && text.trim() == text {
            let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
            let events = TextMergeStream::new(Parser::new_ext(&text, options)).collect();
            let long = writer::write(spoilers::mark(events).into_iter(), &named()).html;
            prop_assert_eq!(html(&text), long);
        }
    }
}
