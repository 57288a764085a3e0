//! Polls: a message that asks, and what people answer.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ids::{Nonce, RoomId, Seq, UserId};

/// A poll to begin with a message, whose text is the question.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PollBegin {
    /// What can be chosen: 2 to 10 different texts of at most 100 characters.
    pub options: Vec<String>,
    /// Whether one may choose several.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub multiple: bool,
    /// Whether nobody is told who chose what. See docs/protocol on what that means.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub hidden: bool,
}

/// A poll as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PollOption {
    /// What it says.
    pub text: String,
    /// How many have chosen it.
    pub votes: u32,
    /// Who has chosen it, in the order of their last vote; nobody where names are hidden.
    pub users: Vec<UserId>,
}

/// How a poll with hidden names stands after a vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PollTally {
    /// How many have chosen each option.
    pub votes: Vec<u32>,
    /// How many people have voted.
    pub voters: u32,
}

/// Votes in a poll, in the place of what the caller had chosen before.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PollVote {
    /// Where.
    pub room: RoomId,
    /// The message with the poll.
    pub seq: Seq,
    /// Chosen once per user action.
    pub nonce: Nonce,
    /// Which options, counted from 0; none takes the vote back.
    pub choices: Vec<u8>,
}

/// Closes a poll: nobody votes any more. Of a poll with hidden names, who chose what is forgotten.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PollClose {
    /// Where.
    pub room: RoomId,
    /// The message with the poll.
    pub seq: Seq,
    /// Chosen once per user action.
    pub nonce: Nonce,
}

/// Asks what the caller has chosen in a poll: the only way where names are hidden.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PollMine {
    /// Where.
    pub room: RoomId,
    /// The message with the poll.
    pub seq: Seq,
}

/// What the caller has chosen.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PollChoices {
    /// Options, counted from 0; none without a vote, and none in a closed poll with hidden names.
    pub choices: Vec<u8>,
}
