//! Refusals: one closed set of codes, the same over sockets and HTTP.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why a call was refused. The set is closed: clients may match on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The call is malformed: unknown name, wrong shape, a value outside its limits. Repeating it does not help.
    BadRequest,
    /// No session, or one that has ended: sign in.
    Unauthenticated,
    /// Signed in, but not allowed to do this.
    Forbidden,
    /// Not there, or not visible to the caller: the two are not told apart.
    NotFound,
    /// It clashes with what is there: a name that is taken, a room that is archived, a set-up that was done.
    Conflict,
    /// The nonce was used before with another content.
    NonceReused,
    /// A link or a code that has expired, was used up or was revoked.
    Expired,
    /// More than the limits allow in size or number.
    TooLarge,
    /// Too many calls: wait `retry_after_ms`.
    RateLimited,
    /// Can't be done right now, such as with a full disk or an overloaded server: try again after `retry_after_ms`.
    Unavailable,
    /// A fault of the server, logged there. The outcome of the call is unknown: repeat it with the same nonce.
    Internal,
}

impl Code {
    /// Every code.
    pub const ALL: [Self; 11] = [
        Self::BadRequest,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::Conflict,
        Self::NonceReused,
        Self::Expired,
        Self::TooLarge,
        Self::RateLimited,
        Self::Unavailable,
        Self::Internal,
    ];

    /// The HTTP status that carries this code.
    pub const fn http_status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict | Self::NonceReused => 409,
            Self::Expired => 410,
            Self::TooLarge => 413,
            Self::RateLimited => 429,
            Self::Unavailable => 503,
            Self::Internal => 500,
        }
    }
}

/// A refusal as clients see it: `{code, message, retry_after_ms?}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Error {
    /// Why, from the closed set.
    pub code: Code,
    /// What happened and what to do, for a person. Not for matching on.
    pub message: String,
    /// When to try again, in milliseconds from now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub retry_after_ms: Option<u64>,
}

impl Error {
    /// A refusal with this code and words for the person.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retry_after_ms: None }
    }

    /// The same refusal with the time to wait, in milliseconds.
    #[must_use]
    pub fn retry_after_ms(mut self, ms: u64) -> Self {
        self.retry_after_ms = Some(ms);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.code, self.message)
    }
}

impl std::error::Error for Error {}
