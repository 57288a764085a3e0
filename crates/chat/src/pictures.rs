//! Folders of small pictures, each made by the image worker and kept under a name that tells its content.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use parlor_images::{Input, Job, Worker};
use parlor_protocol::Code;
use sha2::{Digest, Sha256};

use crate::fault::Fault;
use crate::uploads;
use crate::workers::{Pass, Workers};

const WAITING: usize = 16;
/// Hexadecimal digits in a picture's name.
const DIGITS: usize = 32;

/// A folder of pictures. Clones are the same one.
#[derive(Debug, Clone)]
pub(crate) struct Pictures {
    dir: Arc<Path>,
    worker: Worker,
    job: Job,
    workers: Workers,
}

impl Pictures {
    /// The folder in which the worker's pictures of this job are kept.
    pub(crate) fn open(dir: PathBuf, worker: Worker, job: Job) -> Result<Self, Fault> {
        fs::create_dir_all(&dir).map_err(Fault::broken)?;
        Ok(Self { dir: dir.into(), worker, job, workers: Workers::new(1, WAITING) })
    }

    /// Waits until nobody else changes pictures here.
    ///
    /// # Errors
    /// `unavailable` when too many wait.
    pub(crate) async fn enter(&self) -> Result<Pass, Fault> {
        self.workers.enter().await
    }

    /// Makes a picture of these bytes and writes it to its file; tells its name, which is another one with another
    /// salt.
    ///
    /// # Errors
    /// `too_large` and `bad_request` for what the worker refuses.
    pub(crate) async fn keep(&self, pass: Pass, salt: &[u8], image: Bytes) -> Result<(String, Pass), Fault> {
        let (dir, worker, job) = (Arc::clone(&self.dir), self.worker.clone(), self.job);
        let hash = Sha256::new().chain_update(salt);
        let kept = tokio::task::spawn_blocking(move || {
            let mut encoded = Vec::new();
            let made = worker.make(job, Input::Bytes(&image), &mut [&mut encoded]).map_err(Fault::broken)?;
            let kind = made.map_err(uploads::refusal)?.format.extension();
            let hash = hash.chain_update(&encoded).finalize();
            let nibbles = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]).take(DIGITS);
            let digits: String = nibbles.filter_map(|nibble| char::from_digit(nibble.into(), 16)).collect();
            let name = format!("{digits}.{kind}");
            write(&dir, &name, &encoded).map_err(Fault::broken)?;
            Ok((name, pass))
        });
        kept.await.map_err(Fault::broken)?
    }

    /// The picture of this name; its content never changes.
    ///
    /// # Errors
    /// `not_found`.
    pub(crate) async fn read(&self, name: &str) -> Result<Bytes, Fault> {
        let missing = || Fault::refused(Code::NotFound, "there is no such picture");
        let path = self.path(name).ok_or_else(missing)?;
        let read = tokio::task::spawn_blocking(move || fs::read(path)).await.map_err(Fault::broken)?;
        match read {
            Ok(bytes) => Ok(bytes.into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(missing()),
            Err(error) => Err(Fault::broken(error)),
        }
    }

    /// Deletes a picture that nothing names any more.
    pub(crate) fn discard(&self, name: Option<String>) {
        if let Some(path) = name.and_then(|name| self.path(&name))
            && let Err(error) = fs::remove_file(path)
        {
            tracing::warn!(%error, "a picture that nobody has any more could not be deleted");
        }
    }

    /// Where the picture of this name is; `None` for what is not the name of one.
    fn path(&self, name: &str) -> Option<PathBuf> {
        is_name(name).then(|| self.dir.join(name))
    }
}

/// Whether a picture can have this name.
pub(crate) fn is_name(name: &str) -> bool {
    let Some((digits, kind)) = name.split_once('.') else { return false };
    let hexadecimal = digits.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    digits.len() == DIGITS && hexadecimal && matches!(kind, "jpg" | "png" | "gif")
}

fn write(dir: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    // One at a time writes here, so that one temporary name is enough; a crash leaves at most one such file.
    let unfinished = dir.join("unfinished");
    let mut file = File::create(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, dir.join(name))?;
    File::open(dir)?.sync_all()
}
