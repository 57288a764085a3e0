//! Crashes of the machine: a recording of what a server did to its files, and the disks that a crash could leave.

pub(crate) mod disk;
pub(crate) mod trace;
