//! Bugs planted on purpose, one at a time, to show that the harness finds them. No shipped binary holds any.
//!
//! The other crates ask [`is`] where a bug is planted, and only under their feature `planted`, which brings this crate in.
//! It is refused here, and not by the server, so that no crate of ours is built for release with it. Which bug is live says the environment: `PARLOR_PLANTED` and one of the names below.

#[cfg(not(debug_assertions))]
compile_error!("a release build holds no planted bugs: leave the feature `planted` away");

use std::sync::OnceLock;

/// A bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// Writes are answered before they are committed.
    AckBeforeCommit,
    /// Entries are pushed before they are committed.
    PublishBeforeCommit,
    /// Commits do not sync the write-ahead log.
    SynchronousNormal,
    /// Nobody looks whether a nonce was used before.
    NonceUnchecked,
    /// A sync leaves the first of the missed entries out.
    SyncOffByOne,
    /// A queue that overflows is dropped, and the client is not told.
    LaggedUntold,
    /// Whoever is removed from a room goes on hearing it.
    RemovalNotLive,
    /// Whoever is signed out goes on hearing everything.
    RevocationNotLive,
    /// The row of a file is written before its bytes are on disk.
    BlobUnsynced,
}

impl Bug {
    /// All of them, by the names under which they are made live.
    pub const ALL: [(&'static str, Self); 9] = [
        ("ack-before-commit", Self::AckBeforeCommit),
        ("publish-before-commit", Self::PublishBeforeCommit),
        ("synchronous-normal", Self::SynchronousNormal),
        ("nonce-unchecked", Self::NonceUnchecked),
        ("sync-off-by-one", Self::SyncOffByOne),
        ("lagged-untold", Self::LaggedUntold),
        ("removal-not-live", Self::RemovalNotLive),
        ("revocation-not-live", Self::RevocationNotLive),
        ("blob-unsynced", Self::BlobUnsynced),
    ];
}

/// Whether this bug is live in this process.
#[expect(clippy::disallowed_methods, reason = "what is planted is no configuration")]
pub fn is(bug: Bug) -> bool {
    static LIVE: OnceLock<Option<Bug>> = OnceLock::new();
    let chosen = || {
        let name = std::env::var("PARLOR_PLANTED").ok()?;
        Bug::ALL.iter().find(|(known, _)| *known == name).map(|(_, bug)| *bug)
    };
    *LIVE.get_or_init(chosen) == Some(bug)
}
