//! Why a write or a read did not happen: a closed set, which callers map to what they tell.

use std::fmt;

use rusqlite::ErrorCode;

/// Why a command was refused. Nothing of it was written, except where `Unknown` says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refused {
    /// The session has ended or the account is disabled.
    Unauthenticated,
    /// The role is too low, or the thing is somebody else's.
    Forbidden,
    /// Not there, or not visible to whom acts: the two are not told apart.
    NotFound,
    /// It clashes with what is there.
    Conflict(Conflict),
    /// The nonce was used before with another content.
    NonceReused,
    /// An invite that has expired, was used up or was revoked.
    Expired,
    /// A limit in number is reached.
    TooMany(TooMany),
    /// Can't be done right now: the queue or the disk is full, or the store is closing. Try again later.
    Unavailable,
    /// A fault, logged here. Whether a write happened is unknown: repeat it with the same nonce.
    Unknown,
}

/// What a command clashed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Conflict {
    /// The workspace was set up already.
    SetUpDone,
    /// The workspace was not set up yet.
    NotSetUp,
    /// The door that was tried is closed.
    DoorClosed,
    /// The username is taken.
    UsernameTaken,
    /// Somebody has this display name, or one that looks the same.
    NameTaken,
    /// A room has this name.
    RoomNameTaken,
    /// The room is archived.
    Archived,
    /// Only moderators write in this room.
    ReadOnly,
    /// The room is direct: its people and its name are fixed.
    Direct,
    /// The room is not open to guests.
    NoGuests,
    /// The lobby can't be archived.
    Lobby,
    /// The message was deleted.
    Deleted,
    /// A message without files and without another one in it keeps some words.
    Empty,
    /// The poll is closed.
    PollClosed,
    /// Somebody has voted: the question stays as they read it.
    Answered,
    /// The poll has no such option, or takes one only.
    Choices,
    /// The message is a reply in a thread, which has no thread of its own.
    InThread,
    /// At least one owner remains.
    LastOwner,
    /// A user can't do this to themselves.
    Oneself,
    /// Another custom emoji has this name.
    EmojiTaken,
    /// No custom emoji has this name.
    NoEmoji,
    /// The user is a bot, or is not one.
    Bot,
    /// The user is a guest, who has no password.
    NoPassword,
    /// The user is disabled.
    Disabled,
    /// The upload is not finished.
    Unfinished,
    /// The password was changed meanwhile.
    PasswordChanged,
}

/// What there would be too many of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TooMany {
    /// Different emoji on one message.
    Reactions,
    /// Custom emoji of the workspace.
    Emoji,
    /// Edits of one message.
    Edits,
    /// Pins of one room.
    Pins,
    /// Saved messages of one user.
    Saved,
    /// People in a direct room.
    People,
    /// Uploads that are in no message.
    Uploads,
    /// Bytes of a user's files.
    FileBytes,
    /// Entries in one log: 2^32 - 1.
    Entries,
    /// Drafts of one user.
    Drafts,
    /// Scheduled messages of one user.
    Scheduled,
    /// Reminders of one user.
    Reminders,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl std::error::Error for Refused {}

/// A read that failed for a reason that is the database's. Logged where it becomes a [`Refused`].
#[derive(Debug)]
pub struct Failed(pub(crate) rusqlite::Error);

impl From<rusqlite::Error> for Failed {
    fn from(error: rusqlite::Error) -> Self {
        Self(error)
    }
}

/// Why a command stopped inside its transaction.
#[derive(Debug)]
pub enum Fault {
    /// An answer: the command is undone, the batch goes on.
    Refused(Refused),
    /// A command was refused after it had written: the batch is undone and tried again, each command for itself.
    Halfway,
    /// Somebody else wrote at a place that this writer believed free: the batch is undone and tried again.
    Fenced,
    /// The database failed.
    Sql(rusqlite::Error),
}

impl From<Refused> for Fault {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<Failed> for Fault {
    fn from(failed: Failed) -> Self {
        Self::Sql(failed.0)
    }
}

/// What a database error means for the batch it happened in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gravity {
    /// One command's own fault: undo it, go on.
    Command,
    /// Nothing can be written now, and nothing was: refuse the batch, go on later.
    Batch,
    /// The outcome is unknown or the file is damaged: stop.
    Fatal,
}

impl Gravity {
    pub(crate) fn of(error: &rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull | ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Batch,
            Some(
                ErrorCode::SystemIoFailure
                | ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase
                | ErrorCode::OutOfMemory
                | ErrorCode::ReadOnly
                | ErrorCode::CannotOpen
                | ErrorCode::FileLockingProtocolFailed,
            ) => Self::Fatal,
            _ => Self::Command,
        }
    }
}
