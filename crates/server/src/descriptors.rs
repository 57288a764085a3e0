//! File descriptors: every connection takes one, and shells and service managers start with a thousand.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What the server itself has open at most, beside connections: database, uploads, pipes to workers, previews.
const OWN: u64 = 512;

/// Takes as many as the system lets this process have, and tells how many connections that makes.
pub(crate) fn raise() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).is_ok();
    let most = if raised { limit.maximum } else { limit.current };
    most.map_or(usize::MAX, |most| usize::try_from(most.saturating_sub(OWN)).unwrap_or(usize::MAX))
}
