//! Drafts, scheduled messages and reminders in the bodies of their entries.

use std::borrow::Cow;

use parlor_protocol::{Code, RoomId, Seq};
use rusqlite::Result;
use serde::{Deserialize, Serialize};

use super::{damaged, json, nonce, parse, room_id};
use crate::records::{Draft, Reminder, Scheduled};

/// One shape for all three; each uses what it needs.
#[derive(Default, Serialize, Deserialize)]
struct Later<'a> {
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    t: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    n: Cow<'a, str>,
    /// Thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    h: Option<Seq>,
    /// Answered message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    r: Option<Seq>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<u64>,
    /// Room and message that a reminder is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    m: Option<(i64, Seq)>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    due: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    f: Option<Code>,
}

pub(crate) fn write_draft(draft: &Draft) -> String {
    json(&Later { t: Cow::from(&draft.text), h: draft.thread, r: draft.reply_to, ..Later::default() })
}

pub(super) fn read_draft(room: RoomId, body: &str) -> Result<Draft> {
    let Later { t, h, r, .. } = parse(body)?;
    Ok(Draft { room, thread: h, text: t.into_owned(), reply_to: r })
}

pub(super) fn write_scheduled(scheduled: &Scheduled) -> String {
    let Scheduled { nonce, room: _, text, reply_to, at_ms, failed } = scheduled;
    let (t, n) = (Cow::from(text), Cow::from(nonce.as_str()));
    json(&Later { t, n, r: *reply_to, at: Some(*at_ms), f: *failed, ..Later::default() })
}

pub(super) fn read_scheduled(room: RoomId, body: &str) -> Result<Scheduled> {
    let Later { t, n, r, at, f, .. } = parse(body)?;
    let at_ms = at.ok_or_else(|| damaged("scheduled message"))?;
    Ok(Scheduled { nonce: nonce(&n)?, room, text: t.into_owned(), reply_to: r, at_ms, failed: f })
}

pub(super) fn write_reminder(reminder: &Reminder) -> String {
    let Reminder { nonce, at_ms, text, message, due } = reminder;
    let m = message.map(|(room, seq)| (super::Column::number(room), seq));
    let (t, n) = (Cow::from(text), Cow::from(nonce.as_str()));
    json(&Later { t, n, at: Some(*at_ms), m, due: *due, ..Later::default() })
}

pub(super) fn read_reminder(body: &str) -> Result<Reminder> {
    let Later { t, n, at, m, due, .. } = parse(body)?;
    let message = m.map(|(room, seq)| Ok::<_, rusqlite::Error>((room_id(room)?, seq))).transpose()?;
    let at_ms = at.ok_or_else(|| damaged("reminder"))?;
    Ok(Reminder { nonce: nonce(&n)?, at_ms, text: t.into_owned(), message, due })
}

/// A refusal's code as it stands in its column: its name on the wire.
pub(crate) fn write_code(code: Code) -> String {
    json(&code)
}

pub(crate) fn code(text: Option<&str>) -> Result<Option<Code>> {
    text.map(parse).transpose()
}
