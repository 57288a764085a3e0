//! Why a call was not done: a refusal for the caller, or a fault of ours with its cause for the log.

use std::fmt;

use parlor_protocol::{Code, Error, Request};

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
            Self::Broken(cause) => Some(&**cause),
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}
