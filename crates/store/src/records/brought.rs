//! What a message brings beside its text and its files: another message, or a poll.

use parlor_protocol::{RoomId, Seq, UserId};

use super::MessageText;

/// What a message passes on: another one as it was when it was forwarded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forwarded {
    /// Room of the original.
    pub room: RoomId,
    /// The original's place there.
    pub seq: Seq,
    /// Who wrote it.
    pub by: UserId,
    /// When it was written, in milliseconds since 1970.
    pub at_ms: u64,
    /// What it said. It mentions nobody.
    pub text: MessageText,
}

/// A poll as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    /// What can be chosen, in their order.
    pub options: Vec<PollOption>,
    /// Whether one may choose several.
    pub multiple: bool,
    /// Whether nobody is told who chose what.
    pub hidden: bool,
    /// How many people have voted.
    pub voters: u32,
    /// Whether it is over.
    pub closed: bool,
}

/// Something that can be chosen in a poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollOption {
    /// What it says.
    pub text: String,
    /// How many have chosen it.
    pub votes: u32,
    /// Who has chosen it, in the order of their last vote; nobody where names are hidden.
    pub users: Vec<UserId>,
}

impl Poll {
    /// A poll in which nobody has voted.
    pub fn begun(options: impl IntoIterator<Item = String>, multiple: bool, hidden: bool) -> Self {
        let option = |text| PollOption { text, votes: 0, users: Vec::new() };
        Self {
            options: options.into_iter().map(option).collect(),
            multiple,
            hidden,
            voters: 0,
            closed: false,
        }
    }

    /// The poll with these numbers in the place of its own.
    #[must_use]
    pub fn counted(self, tally: &PollTally) -> Self {
        let votes = tally.votes.iter().copied().chain(std::iter::repeat(0));
        let options =
            self.options.into_iter().zip(votes).map(|(option, votes)| PollOption { votes, ..option });
        Self { options: options.collect(), voters: tally.voters, ..self }
    }
}

/// How many have chosen what in a poll with hidden names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollTally {
    /// How many have chosen each option.
    pub votes: Vec<u32>,
    /// How many people have voted.
    pub voters: u32,
}
