//! How previews stand in the bodies of entries.

use std::borrow::Cow;

use rusqlite::Result;
use serde::{Deserialize, Serialize};

use super::files::Stored;
use super::{json, parse};
use crate::records::Preview;

/// A preview. Short names, as those of a text.
#[derive(Serialize, Deserialize)]
struct Kept<'a> {
    #[serde(borrow)]
    u: Cow<'a, str>,
    #[serde(borrow)]
    t: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    d: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    s: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    p: Option<Stored<'a>>,
}

/// Previews as they stand in the body of their entry.
pub(crate) fn write_previews(previews: &[Preview]) -> String {
    let kept = |preview: &Preview| {
        let Preview { url, title, text, site, picture } = preview;
        let picture = picture.as_ref().map(Stored::from);
        json(&Kept { u: url.into(), t: title.into(), d: text.into(), s: site.into(), p: picture })
    };
    format!("[{}]", previews.iter().map(kept).collect::<Vec<_>>().join(","))
}

/// The previews in the body of an entry.
pub(crate) fn read_previews(text: &str) -> Result<Vec<Preview>> {
    let read = |kept: Kept<'_>| {
        let Kept { u, t, d, s, p } = kept;
        Ok(Preview {
            url: u.into_owned(),
            title: t.into_owned(),
            text: d.into_owned(),
            site: s.into_owned(),
            picture: p.map(Stored::read).transpose()?,
        })
    };
    parse::<Vec<Kept<'_>>>(text)?.into_iter().map(read).collect()
}
