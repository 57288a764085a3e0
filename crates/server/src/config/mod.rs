//! Configuration: what was written (flags, environment, file, defaults) becomes what is used. Nothing else reads the environment.

mod example;
mod keys;
mod resolved;
mod values;
mod written;

use std::fmt;

pub(crate) use example::example;
pub(crate) use keys::KEYS;
pub(crate) use resolved::{Config, Own};
pub(crate) use values::{Level, LogFormat, Origin, Pace, Quota};
pub(crate) use written::Written;

/// What is wrong with a configuration and how to mend it, for the person who wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong(pub(super) String);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Wrong {}
