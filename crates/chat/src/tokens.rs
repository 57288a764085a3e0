//! Secrets: session secrets, bots' tokens, tokens of links, and the file with the token of the set-up link.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::fault::Fault;

/// What bots' tokens begin with, so that a leaked one is recognised.
const BOT: &str = "pb_";

/// 256 random bits as 43 characters that are safe in links and cookies.
pub(crate) fn secret() -> Result<String, Fault> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(Fault::broken)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// A token for a bot.
pub(crate) fn bot() -> Result<String, Fault> {
    secret().map(|secret| format!("{BOT}{secret}"))
}

/// A username for a guest, which is never typed: unique by chance, 60 bits.
pub(crate) fn guest_username() -> Result<String, Fault> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0_u8; 12];
    getrandom::fill(&mut bytes).map_err(Fault::broken)?;
    let letters = bytes.iter().filter_map(|byte| LETTERS.get(usize::from(byte % 32)));
    Ok(format!("guest-{}", letters.map(|&letter| char::from(letter)).collect::<String>()))
}

/// Whether two secrets are equal, in a time that does not tell where they differ.
pub(crate) fn equal(one: &str, other: &str) -> bool {
    let differing = one.bytes().zip(other.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
    one.len() == other.len() && differing == 0
}

/// The token of the set-up link, in a file until set-up is done.
#[derive(Debug)]
pub(crate) struct SetUpToken {
    file: PathBuf,
    token: Mutex<Option<String>>,
}

impl SetUpToken {
    /// The token of an earlier start, or a new one in a file that only its owner reads; none once set-up is done.
    pub(crate) fn open(data_dir: &Path, done: bool) -> Result<Self, Fault> {
        let kept = Self { file: data_dir.join("set-up-token"), token: Mutex::default() };
        if done {
            kept.forget();
        } else {
            *kept.lock() = Some(kept.read_or_write()?);
        }
        Ok(kept)
    }

    fn read_or_write(&self) -> Result<String, Fault> {
        match fs::read_to_string(&self.file) {
            Ok(token) if token.len() >= 40 => return Ok(token),
            // Cut short by a crash while it was written.
            Ok(_) => fs::remove_file(&self.file).map_err(Fault::broken)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(Fault::broken(error)),
        }
        let token = secret()?;
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&self.file)
            .map_err(Fault::broken)?;
        file.write_all(token.as_bytes()).and_then(|()| file.sync_all()).map_err(Fault::broken)?;
        Ok(token)
    }

    /// The token, until set-up is done.
    pub(crate) fn get(&self) -> Option<String> {
        self.lock().clone()
    }

    /// Set-up is done: the token opens nothing any more.
    pub(crate) fn forget(&self) {
        self.lock().take();
        if let Err(error) = fs::remove_file(&self.file)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "the set-up token could not be removed; it opens nothing any more");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<String>> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn secrets_are_long_and_never_the_same() {
        let (one, other) = (secret().unwrap(), secret().unwrap());
        assert_eq!(one.len(), 43);
        assert!(equal(&one, &one) && !equal(&one, &other) && !equal(&one, &one[1..]));
        assert!(bot().unwrap().starts_with("pb_"));
        assert!(crate::names::username(&guest_username().unwrap()).is_ok());
    }

    #[test]
    fn the_set_up_token_outlives_a_restart_and_is_closed_to_others() {
        let dir = tempfile::tempdir().unwrap();
        let open = |done| SetUpToken::open(dir.path(), done).unwrap();
        let token = open(false).get().unwrap();
        assert_eq!(open(false).get(), Some(token));
        let file = dir.path().join("set-up-token");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&file, "cut").unwrap();
        assert!(open(false).get().is_some_and(|token| token.len() == 43));
        assert_eq!(open(true).get(), None);
        assert!(!file.exists());
    }
}
