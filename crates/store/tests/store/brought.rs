//! What the model expects of what messages bring: others that were forwarded, and polls.

use parlor_protocol::{Role, RoomId, Seq, UserId};
use parlor_store::entries::RoomBody;
use parlor_store::records::{Forwarded, MessageText};
use parlor_store::write::forwards::ForwardFrom;

use crate::model::{Exactly, Expected, World};
use crate::view::{Folded, View};

impl World {
    /// A message with a poll, if there is one, or another message.
    pub(crate) fn poll_near(&self, room: RoomId, pick: u8) -> Seq {
        let messages = &self.views[&room].messages;
        let polls: Vec<Seq> =
            messages.iter().filter(|(_, message)| message.poll.is_some()).map(|(seq, _)| *seq).collect();
        let all: Vec<Seq> = messages.keys().copied().collect();
        let some = if polls.is_empty() || pick.is_multiple_of(8) { all } else { polls };
        some.get(usize::from(pick) % (some.len() + 1)).or(some.last()).copied().unwrap_or(Seq::MAX)
    }

    /// Forwarding needs the original to be seen, and copies what it says now, or what it passes on itself.
    pub(crate) fn expected_forward(&self, who: UserId, from: ForwardFrom) -> Expected {
        let ForwardFrom { room, message } = from;
        let seen = self.views.get(&room).filter(|view| view.members.contains_key(&who));
        let Some(found) = seen.and_then(|view| view.messages.get(&message)) else { return Expected::Refused };
        if found.deleted {
            return Expected::Refused;
        }
        let original = found.clone();
        Expected::entry(move |body| {
            let RoomBody::MessageCreated { forwarded: Some(forwarded), files, .. } = body else {
                return false;
            };
            let same = |passed: &Forwarded| passed == forwarded;
            let copied = || {
                let MessageText { text, html, .. } = original.text.clone();
                let text = MessageText { text, html, ..MessageText::default() };
                let Forwarded { room: of, seq, by, text: said, .. } = forwarded;
                (*of, *seq, *by, said) == (room, message, original.by, &text)
            };
            *files == original.files && original.forwarded.as_ref().map_or_else(copied, same)
        })
    }

    pub(crate) fn expected_vote(
        &self,
        who: UserId,
        room: RoomId,
        (message, choices): (Seq, Vec<u8>),
    ) -> Expected {
        let poll = self.views[&room].messages.get(&message).and_then(|message| message.poll.as_ref());
        let Some(poll) = poll.filter(|poll| !poll.closed) else { return Expected::Refused };
        if choices.contains(&3) || !poll.multiple && choices.len() > 1 {
            return Expected::Refused;
        }
        // Who has chosen what in a poll with hidden names is known to who made the votes alone.
        let last = self.made.iter().rev().find_map(|made| match &made.what {
            Exactly::Vote { message: of, choices }
                if made.answer.is_ok() && (made.who.id, made.room, *of) == (who, room, message) =>
            {
                Some(choices.clone())
            }
            _ => None,
        });
        if last.unwrap_or_default() == choices {
            return Expected::Nothing;
        }
        let hidden = poll.hidden;
        Expected::entry(move |body| match body {
            RoomBody::PollVoted { message: of, choices: told, tally } => {
                *of == message
                    && tally.is_some() == hidden
                    && *told == if hidden { vec![] } else { choices.clone() }
            }
            _ => false,
        })
    }
}

impl View {
    /// Whoever asked may close a poll, and moderators may.
    pub(crate) fn expected_close(&self, (who, role): (UserId, Role), message: Seq) -> Expected {
        match self.messages.get(&message) {
            Some(found) if found.by != who && role < Role::Moderator => Expected::Refused,
            Some(Folded { poll: Some(poll), .. }) if poll.closed => Expected::Nothing,
            Some(Folded { poll: Some(_), .. }) => Expected::exactly(RoomBody::PollClosed { message }),
            _ => Expected::Refused,
        }
    }
}
