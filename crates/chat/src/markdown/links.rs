//! Finds where a rendered text links to.

/// How a link begins in our HTML.
pub(crate) const LINK: &str = "<a href=\"http";
const SPOILER: &str = "<span class=\"spoiler\">";

/// The first web addresses that a rendered text links to, each once, in their order. A link inside of a spoiler is none:
/// its preview would tell.
pub(crate) fn links(html: &str, most: usize) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    // Depth of spans inside of a spoiler, which may hold mentions; 0 outside of one.
    let mut hidden = 0_usize;
    for (at, _) in html.match_indices('<') {
        let tag = html.get(at..).unwrap_or_default();
        if tag.starts_with(SPOILER) || hidden > 0 && tag.starts_with("<span") {
            hidden += 1;
        } else if tag.starts_with("</span>") {
            hidden = hidden.saturating_sub(1);
        } else if hidden == 0 && tag.starts_with(LINK) {
            let link = tag.split('"').nth(1).map(unescape).unwrap_or_default();
            if found.len() < most && !found.contains(&link) {
                found.push(link);
            }
        }
    }
    found
}

/// What our writer and its sanitiser escape in an attribute.
fn unescape(value: &str) -> String {
    let value =
        value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&nbsp;", "\u{A0}");
    value.replace("&#39;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::super::{Named, render};
    use super::*;

    fn of(text: &str) -> Vec<String> {
        links(&render(text, &Named::default()).html, 3)
    }

    #[test]
    fn links_are_found_as_they_were_written_each_once_and_only_the_first() {
        assert_eq!(
            of("see https://a.example/?x=1&y=<2 and [b](http://b.example/'q) https://a.example/?x=1&y="),
            ["https://a.example/?x=1&y=", "http://b.example/'q"]
        );
        assert_eq!(
            of("https://a.example/1 https://a.example/2 https://a.example/3 https://a.example/4").len(),
            3
        );
        assert_eq!(of("<https://a.example>, mailto:x@a.example"), ["https://a.example"]);
    }

    #[test]
    fn what_is_code_or_hidden_is_no_link() {
        assert_eq!(of("`https://a.example` and\n\n```\nhttps://b.example\n```"), [""; 0]);
        assert_eq!(of("||https://a.example|| https://b.example"), ["https://b.example"]);
    }
}
