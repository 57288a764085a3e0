//! Nonces: how a repeated command is told from a new one, and from another one under the same nonce.

use parlor_protocol::Nonce;
use sha2::{Digest as _, Sha256};

use crate::write::Actor;

/// A command that is done once, however often it comes.
#[derive(Debug)]
pub(crate) struct Once {
    /// Stands for author and nonce: 128 bits, which nobody's nonces share by chance, and a third of the space. A nonce
    /// that tells its time is kept by it: what is written at about the same time, by whomever, changes one page of all
    /// nonces there are, where those drawn by lot change one each.
    pub(crate) key: [u8; 16],
    /// Stands for what is asked for: among one author's uses of one nonce, 64 bits tell.
    pub(crate) digest: i64,
}

/// Takes in what a command asks for, part by part.
#[derive(Debug)]
pub(crate) struct Digest(Sha256);

impl Digest {
    /// Starts with what is asked for, so that different commands of equal content differ.
    pub(crate) fn of(command: &str) -> Self {
        Self(Sha256::new()).text(command)
    }

    /// Takes a text in; its length too, so that neighbours can't trade characters.
    pub(crate) fn text(self, text: &str) -> Self {
        let mut this = self.number(text.len() as u64);
        this.0.update(text.as_bytes());
        this
    }

    /// Takes a number in.
    pub(crate) fn number(mut self, number: u64) -> Self {
        self.0.update(number.to_le_bytes());
        self
    }

    /// Takes in several numbers, and how many they are.
    pub(crate) fn numbers(self, numbers: impl ExactSizeIterator<Item = u64>) -> Self {
        let count = numbers.len() as u64;
        numbers.fold(self.number(count), Self::number)
    }

    /// Ends with whose command it is, under which nonce.
    pub(crate) fn once(self, actor: &Actor, nonce: &Nonce) -> Once {
        let digest: [u8; 32] = self.0.finalize().into();
        let author = Self::of("nonce").number(actor.user.get()).text(nonce.as_str());
        let hash: [u8; 32] = author.0.finalize().into();
        let mut key: [u8; 16] = hash.first_chunk().copied().unwrap_or_default();
        if let (Some(time), Some(first)) = (time_of(nonce), key.first_chunk_mut()) {
            *first = time;
        }
        Once { key, digest: digest.first_chunk().copied().map_or(0, i64::from_le_bytes) }
    }
}

/// The milliseconds since 1970 that a UUID of version 7 begins with (RFC 9562, section 5.7), if the nonce is one.
fn time_of(nonce: &Nonce) -> Option<[u8; 6]> {
    let fields: Vec<&str> = nonce.as_str().split('-').collect();
    let &[high, low, version, variant, rest] = fields.as_slice() else { return None };
    let is_uuid = [high, low, version, variant, rest].map(str::len) == [8, 4, 4, 4, 12];
    if !is_uuid || !version.starts_with('7') {
        return None;
    }
    let time = u64::from_str_radix(high, 16).ok()? << 16 | u64::from(u16::from_str_radix(low, 16).ok()?);
    time.to_be_bytes().last_chunk().copied()
}
