//! How files stand in the bodies of entries and in their own rows.

use std::borrow::Cow;

use parlor_protocol::FileId;
use parlor_protocol::files::FileKind;
use rusqlite::Result;
use serde::{Deserialize, Serialize};

use super::{Column, damaged, file_kind, json, parse};
use crate::records::File;

/// A file. Short names, as those of a text.
#[derive(Serialize, Deserialize)]
pub(super) struct Stored<'a> {
    i: u64,
    #[serde(borrow)]
    n: Cow<'a, str>,
    b: u64,
    k: i64,
    #[serde(borrow)]
    t: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    w: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    h: Option<u32>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    u: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    d: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    v: Option<Cow<'a, [u8]>>,
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    a: Cow<'a, str>,
}

impl<'a> From<&'a File> for Stored<'a> {
    fn from(file: &'a File) -> Self {
        Self {
            i: file.id.get(),
            n: Cow::from(&file.name),
            b: file.bytes,
            k: file.kind.number(),
            t: Cow::from(&file.mime),
            w: file.width,
            h: file.height,
            u: file.blur.as_deref().map(Cow::from),
            d: file.duration_ms,
            v: file.waveform.as_deref().map(Cow::from),
            a: Cow::from(&file.alt),
        }
    }
}

impl Stored<'_> {
    pub(super) fn read(self) -> Result<File> {
        Ok(File {
            id: FileId::new(self.i).ok_or_else(|| damaged("file"))?,
            name: self.n.into_owned(),
            bytes: self.b,
            kind: file_kind(self.k)?,
            mime: self.t.into_owned(),
            width: self.w,
            height: self.h,
            blur: self.u.map(Cow::into_owned),
            duration_ms: self.d,
            waveform: self.v.map(Cow::into_owned),
            alt: self.a.into_owned(),
        })
    }
}

/// A finished file for its own row.
pub(crate) fn write_file(file: &File) -> String {
    json(&Stored::from(file))
}

/// A finished file from its own row.
pub(crate) fn read_file(text: &str) -> Result<File> {
    parse::<Stored<'_>>(text)?.read()
}

/// Whether it is looked at rather than read or heard.
pub(crate) const fn is_shown(kind: FileKind) -> bool {
    matches!(kind, FileKind::Image | FileKind::Video)
}
