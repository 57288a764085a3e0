//! Random numbers for ids and the epoch, from the system.

use crate::refused::{Fault, Refused};
use crate::store::OpenError;

/// The system gave no random bytes.
#[derive(Debug)]
pub(crate) struct NoRandom;

impl From<NoRandom> for Fault {
    fn from(_: NoRandom) -> Self {
        Self::Refused(Refused::Unavailable)
    }
}

impl From<NoRandom> for OpenError {
    fn from(_: NoRandom) -> Self {
        Self("the system gives no random numbers".to_owned())
    }
}

/// A random name of 128 bits: 32 hexadecimal digits.
pub(crate) fn name() -> Result<String, NoRandom> {
    let (high, low) = (getrandom::u64().map_err(|_| NoRandom)?, getrandom::u64().map_err(|_| NoRandom)?);
    Ok(format!("{high:016x}{low:016x}"))
}

/// A random number above 0 and below 2^63, as ids are.
pub(crate) fn number() -> Result<u64, NoRandom> {
    let number = getrandom::u64().map_err(|_| NoRandom)?;
    Ok((number >> 1).max(1))
}
