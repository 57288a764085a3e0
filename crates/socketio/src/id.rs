//! Random identifiers: the secret session id and the public socket id, never the same.

use std::fmt;

/// The public id of a socket: random, of one namespace, and worth nothing to an attacker.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SocketId(u128);

impl SocketId {
    pub(crate) fn random() -> Self {
        Self(random())
    }

    /// Which of `count` parts of a table it belongs to.
    pub(crate) fn shard(self, count: usize) -> usize {
        usize::from(self.0.to_ne_bytes()[0]) % count
    }

    /// Reads an id back from the form [`Display`](fmt::Display) gives.
    pub fn parse(text: &str) -> Option<Self> {
        parse(text).map(Self)
    }
}

impl fmt::Display for SocketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for SocketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SocketId({:032x})", self.0)
    }
}

/// The id of an Engine.IO session. Whoever knows it may speak for the client, so it is never
/// logged, never shown to other clients and has no `Debug` that reveals it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Sid(u128);

impl Sid {
    pub(crate) fn random() -> Self {
        Self(random())
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        parse(text).map(Self)
    }

    /// Which of `count` parts of a table it belongs to.
    pub(crate) fn shard(self, count: usize) -> usize {
        usize::from(self.0.to_ne_bytes()[0]) % count
    }

    /// The form that goes to the client that owns it.
    pub(crate) fn reveal(self) -> String {
        format!("{:032x}", self.0)
    }
}

fn parse(text: &str) -> Option<u128> {
    // from_str_radix alone would accept a sign and any length.
    let plain = text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if plain { u128::from_str_radix(text, 16).ok() } else { None }
}

fn random() -> u128 {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    u128::from_ne_bytes(bytes)
}
