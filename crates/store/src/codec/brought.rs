//! How what a message brings stands in the bodies of entries: another message, a poll, votes.

use std::borrow::Cow;

use rusqlite::Result;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::text::{kept, read_words, source};
use super::{Column, json, parse, room_id, user_id};
use crate::records::{Forwarded, MessageText, Poll, PollTally};

/// A message that was forwarded. Short names, as in the message that brings it.
#[derive(Serialize, Deserialize)]
pub(super) struct Passed<'a> {
    r: i64,
    s: u32,
    b: i64,
    a: u64,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    t: Option<&'a RawValue>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    h: Option<&'a RawValue>,
}

impl<'a> From<&'a Forwarded> for Passed<'a> {
    fn from(forwarded: &'a Forwarded) -> Self {
        let Forwarded { room, seq, by, at_ms, ref text } = *forwarded;
        Self { r: room.number(), s: seq, b: by.number(), a: at_ms, t: source(text), h: kept(text) }
    }
}

impl Passed<'_> {
    pub(super) fn read(self) -> Result<Forwarded> {
        let (text, html) = read_words(self.t, self.h)?;
        Ok(Forwarded {
            room: room_id(self.r)?,
            seq: self.s,
            by: user_id(self.b)?,
            at_ms: self.a,
            text: MessageText { text, html, ..MessageText::default() },
        })
    }
}

/// A poll as it was begun: options, whether several may be chosen, whether names are hidden.
#[derive(Serialize, Deserialize)]
pub(super) struct Ballot<'a>(#[serde(borrow)] Vec<Cow<'a, str>>, bool, bool);

impl<'a> From<&'a Poll> for Ballot<'a> {
    fn from(poll: &'a Poll) -> Self {
        Self(poll.options.iter().map(|option| Cow::from(&option.text)).collect(), poll.multiple, poll.hidden)
    }
}

impl Ballot<'_> {
    pub(super) fn read(self) -> Poll {
        let Self(options, multiple, hidden) = self;
        Poll::begun(options.into_iter().map(Cow::into_owned), multiple, hidden)
    }
}

/// The body of a vote's entry.
pub(super) fn write_vote(choices: &[u8], tally: Option<&PollTally>) -> String {
    json(&(choices, tally.map(|tally| (&tally.votes, tally.voters))))
}

/// What the body of a vote's entry holds.
pub(super) fn read_vote(body: &str) -> Result<(Vec<u8>, Option<PollTally>)> {
    let (choices, tally): (_, Option<(_, _)>) = parse(body)?;
    Ok((choices, tally.map(|(votes, voters)| PollTally { votes, voters })))
}

/// The final count of a poll with hidden names, for its row.
pub(crate) fn write_tally(tally: &PollTally) -> String {
    json(&(&tally.votes, tally.voters))
}

/// The count in the row of a poll.
pub(crate) fn read_tally(text: &str) -> Result<PollTally> {
    let (votes, voters) = parse(text)?;
    Ok(PollTally { votes, voters })
}
