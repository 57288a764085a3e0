//! Polls as they stand.

use parlor_protocol::{RoomId, Seq, UserId};
use rusqlite::Result;

use super::Snapshot;
use crate::codec::{self, Column, key};
use crate::records::{Poll, PollTally};
use crate::refused::Failed;
use crate::write::polls::chosen;

impl Snapshot {
    /// The options that a user has chosen in the poll of a message; `None` without such a poll.
    pub fn choices(&self, user: UserId, room: RoomId, message: Seq) -> Result<Option<Vec<u8>>, Failed> {
        let Some((log, _)) = self.log_of(room)? else { return Ok(None) };
        let found = self.maybe(
            "SELECT coalesce(v.choices, 0) FROM polls p LEFT JOIN votes v ON v.key = p.key AND v.user = ?2
             WHERE p.key = ?1",
            (key(log, message), user.number()),
            |row| row.get(0),
        )?;
        Ok(found.map(chosen))
    }

    /// The poll of the message of this key, with its votes.
    pub(super) fn poll(&self, key: i64, poll: Poll) -> Result<Poll> {
        let row = self.maybe("SELECT closed, tally FROM polls WHERE key = ?1", [key], |row| {
            let tally = row.get_ref(1)?.as_str_or_null()?.map(codec::read_tally).transpose()?;
            Ok((row.get(0)?, tally))
        })?;
        let Some((closed, tally)) = row else { return Ok(poll) };
        let poll = Poll { closed, ..poll };
        if let Some(tally) = tally {
            return Ok(poll.counted(&tally));
        }
        let votes =
            self.all("SELECT user, choices FROM votes WHERE key = ?1 ORDER BY seq", [key], |row| {
                Ok((codec::user_id(row.get(0)?)?, row.get(1)?))
            })?;
        Ok(with_votes(poll, &votes))
    }
}

fn with_votes(mut poll: Poll, votes: &[(UserId, u32)]) -> Poll {
    let mut tally = PollTally { votes: vec![0; poll.options.len()], voters: 0 };
    for (user, choices) in votes {
        tally.voters += 1;
        for option in chosen(*choices).into_iter().map(usize::from) {
            let (Some(count), Some(option)) = (tally.votes.get_mut(option), poll.options.get_mut(option))
            else {
                continue;
            };
            *count += 1;
            if !poll.hidden {
                option.users.push(*user);
            }
        }
    }
    poll.counted(&tally)
}
