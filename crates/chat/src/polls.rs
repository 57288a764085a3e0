//! Polls.

use std::collections::BTreeSet;

use parlor_protocol::polls::{PollBegin, PollChoices, PollClose, PollMine, PollVote};
use parlor_protocol::{Code, Error, limits};
use parlor_store::records::Poll;
use parlor_store::write::polls::{ClosePoll, Vote};

use crate::fault::{Answer, Fault};
use crate::proof::Member;
use crate::{Chat, text, wire};

/// Votes in a poll.
pub async fn vote(chat: &Chat, member: &Member, request: PollVote) -> Answer<PollVote> {
    let actor = member.acts::<PollVote>();
    let PollVote { room, seq: message, nonce, choices } = request;
    if choices.len() > limits::POLL_OPTIONS {
        return Err(Fault::refused(Code::TooLarge, "choices: at most 10"));
    }
    Ok(wire::written(chat.store.write(Vote { actor, room, nonce, message, choices }).await?))
}

/// Closes a poll.
pub async fn close(chat: &Chat, member: &Member, request: PollClose) -> Answer<PollClose> {
    let actor = member.acts::<PollClose>();
    let PollClose { room, seq: message, nonce } = request;
    Ok(wire::written(chat.store.write(ClosePoll { actor, room, nonce, message }).await?))
}

/// Tells what the caller has chosen.
pub async fn mine(chat: &Chat, member: &Member, request: PollMine) -> Answer<PollMine> {
    let (room, user) = (member.room, member.caller.user);
    let found = chat.store.read(move |snapshot| {
        if snapshot.member(user, room)?.is_none() {
            return Ok(None);
        }
        snapshot.choices(user, room, request.seq)
    });
    let choices = found.await?.ok_or_else(|| Fault::refused(Code::NotFound, "there is no such poll"))?;
    Ok(PollChoices { choices })
}

/// The poll that a message begins.
///
/// # Errors
/// `bad_request` for too few options and for the same one twice, `too_large` for too many or too long ones.
pub(crate) fn begun(begin: PollBegin) -> Result<Poll, Fault> {
    let PollBegin { options, multiple, hidden } = begin;
    if options.len() > limits::POLL_OPTIONS {
        return Err(Fault::refused(Code::TooLarge, "poll: at most 10 options"));
    }
    let line = |option: &String| text::line(option, "poll", limits::POLL_OPTION_CHARS);
    let options = options.iter().map(line).collect::<Result<Vec<_>, Error>>()?;
    let different: BTreeSet<_> = options.iter().filter(|option| !option.is_empty()).collect();
    if different.len() < options.len() || options.len() < 2 {
        return Err(Fault::refused(Code::BadRequest, "poll: at least 2 options, all different"));
    }
    Ok(Poll::begun(options, multiple, hidden))
}
