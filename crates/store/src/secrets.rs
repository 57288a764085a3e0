//! Secrets as they are kept: only their hashes.

use std::fmt;

use sha2::{Digest, Sha256};

/// SHA-256 of a token. The token itself is told once and never kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash(pub(crate) [u8; 32]);

impl TokenHash {
    /// Hashes a token. Tokens are random and long, so a plain hash is enough.
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}
