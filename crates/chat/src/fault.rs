//! Why a call was not done: a refusal for the caller, or a fault of ours with its cause for the log.

use std::fmt;

use parlor_protocol::{Code, Error, Request};
use parlor_store::{Conflict, Refused, TooMany};

/// What a call comes to.
pub type Answer<R> = Result<<R as Request>::Reply, Fault>;

/// Why a call was not done.
#[derive(Debug)]
pub enum Fault {
    /// The caller is told; there is nothing to log.
    Refused(Error),
    /// Something broke here. The edge logs the cause once and tells the caller `internal`.
    Broken(Box<dyn std::error::Error + Send + Sync>),
}

impl Fault {
    /// A refusal with this code and words for the person.
    pub fn refused(code: Code, message: impl Into<String>) -> Self {
        Self::Refused(Error::new(code, message))
    }

    /// A fault of ours.
    pub fn broken(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Broken(cause.into())
    }

    /// What the caller is told.
    pub fn to_wire(&self) -> Error {
        match self {
            Self::Refused(error) => error.clone(),
            Self::Broken(_) => Error::new(
                Code::Internal,
                "something broke here; whether it was done is unknown, so repeat it with the same nonce",
            ),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => error.fmt(f),
            Self::Broken(cause) => cause.fmt(f),
        }
    }
}

impl std::error::Error for Fault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Refused(_) => None,
            // The cause speaks for itself: it is what is displayed.
            Self::Broken(cause) => cause.source(),
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<Refused> for Fault {
    fn from(refused: Refused) -> Self {
        let (code, message) = match refused {
            Refused::Unauthenticated => (Code::Unauthenticated, "the session has ended: sign in"),
            Refused::Forbidden => (Code::Forbidden, "your role does not allow this"),
            Refused::NotFound => (Code::NotFound, "it is not there, or not visible to you"),
            Refused::Conflict(conflict) => (Code::Conflict, clash(conflict)),
            Refused::NonceReused => (Code::NonceReused, "nonce: it was used before with another content"),
            Refused::Expired => (Code::Expired, "this link has expired, was used up or was revoked"),
            Refused::TooMany(what) => (Code::TooLarge, excess(what)),
            Refused::Unavailable => {
                let error =
                    Error::new(Code::Unavailable, "this can't be done right now").retry_after_ms(1_000);
                return Self::Refused(error);
            }
            // The store has logged the cause.
            Refused::Unknown => return Self::Refused(Self::broken("the store").to_wire()),
        };
        Self::refused(code, message)
    }
}

fn clash(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::SetUpDone => "the workspace was set up already",
        Conflict::NotSetUp => "the workspace was not set up yet",
        Conflict::DoorClosed => "guests come in only by invitation here",
        Conflict::UsernameTaken => "username: it is taken",
        Conflict::NameTaken => "name: somebody has this name, or one that looks the same",
        Conflict::RoomNameTaken => "name: a room has this name",
        Conflict::Archived => "the room is archived",
        Conflict::ReadOnly => "only moderators write in this room",
        Conflict::Direct => "the people and the name of a direct room are fixed",
        Conflict::NoGuests => "the room is not open to guests",
        Conflict::Lobby => "the first room can't be archived",
        Conflict::Deleted => "the message was deleted",
        Conflict::Empty => "text: the message would have nothing to see in it",
        Conflict::PollClosed => "the poll is closed",
        Conflict::Answered => "somebody has voted: the question of a poll stays as they read it",
        Conflict::Choices => "choices: the poll has no such option, or takes one only",
        Conflict::InThread => "the message is a reply in a thread itself: name the root of that thread",
        Conflict::LastOwner => "at least one owner remains",
        Conflict::Oneself => "you can't do this to yourself",
        Conflict::EmojiTaken => "name: another emoji has this name",
        Conflict::NoEmoji => "emoji: the workspace has none of this name",
        Conflict::Bot => "this works for people only, or for bots only",
        Conflict::NoPassword => "guests have no password: make them a member first",
        Conflict::Disabled => "the account is disabled: enable it first",
        Conflict::Unfinished => "files: an upload is not finished",
        Conflict::PasswordChanged => "the password was changed meanwhile",
    }
}

fn excess(what: TooMany) -> &'static str {
    match what {
        TooMany::Reactions => "the message has 20 different reactions already",
        TooMany::Emoji => "the workspace has 500 emoji of its own already: remove one first",
        TooMany::Edits => "the message was edited 100 times already",
        TooMany::Pins => "the room has 100 pins already: take one off first",
        TooMany::Saved => "you have saved 1,000 messages already: let one go first",
        TooMany::People => "a direct room has at most 20 people",
        TooMany::Uploads => "you have 100 files that are in no message: send or remove some first",
        TooMany::FileBytes => "your files have no more room: delete messages with files first",
        TooMany::Entries => "the log is full",
        TooMany::Drafts => "you have 200 drafts already; this one is kept on this device",
        TooMany::Scheduled => "you have 100 scheduled messages already",
        TooMany::Reminders => "you have 200 reminders already",
    }
}
