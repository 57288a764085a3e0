//! The walls around the worker: from here on it can open nothing, reach nobody, and grow or run only so much.
//!
//! They are limits of the process that work everywhere, and Landlock where the kernel has it. System calls are not
//! filtered one by one.

use std::io;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Bytes of address space.
const MEMORY: u64 = 512 << 20;
/// Seconds of processor time.
const SECONDS: u64 = 10;

/// Gives up every right that decoding does not need.
///
/// # Errors
/// When a limit does not hold: then nothing may be decoded.
pub(crate) fn confine() -> io::Result<()> {
    #[cfg(target_os = "linux")]
    landlock();
    for (resource, most) in [
        (Resource::As, MEMORY),
        (Resource::Cpu, SECONDS),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        // Standard input, output and error are open already; with this no file and no socket can follow.
        (Resource::Nofile, 3),
        (Resource::Nproc, 0),
    ] {
        let limit = Rlimit { current: Some(most), maximum: Some(most) };
        // Refused where the limit was lower before, which is as good.
        setrlimit(resource, limit).ok();
        if getrlimit(resource).maximum.is_none_or(|holds| holds > most) {
            return Err(io::Error::other("a limit on the worker does not hold"));
        }
    }
    Ok(())
}

/// No files, no TCP.
#[cfg(target_os = "linux")]
fn landlock() {
    use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetError};
    let restrict = || -> Result<(), RulesetError> {
        let rules = Ruleset::default()
            .handle_access(AccessFs::from_all(ABI::V5))?
            .handle_access(AccessNet::from_all(ABI::V5))?;
        rules.create()?.restrict_self().map(drop)
    };
    // A kernel without Landlock leaves the limits of the process.
    restrict().ok();
}
