//! Pictures of users: made small and square by the image worker, kept in a folder.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use parlor_images::{Input, Job, Worker};
use parlor_protocol::people::{ProfileChange, User};
use parlor_protocol::{Code, UserId, limits};
use parlor_store::write::users::ChangeProfile;
use sha2::{Digest, Sha256};

use crate::fault::Fault;
use crate::proof::Caller;
use crate::workers::{Pass, Workers};
use crate::{Chat, uploads, wire};

const WAITING: usize = 16;
/// Hexadecimal digits in a picture's name.
const DIGITS: usize = 32;

/// Makes these bytes of a PNG, JPEG, GIF or WebP image the caller's picture.
///
/// # Errors
/// `too_large` beyond 5 MiB, 8,192 pixels a side or 40 million pixels, `bad_request` for what is not such an image,
/// `unavailable` when too many are worked on.
pub async fn set(chat: &Chat, caller: &Caller, image: Bytes) -> Result<User, Fault> {
    let actor = caller.acts::<ProfileChange>()?;
    if image.len() > limits::AVATAR_BYTES {
        return Err(Fault::refused(Code::TooLarge, "a picture has at most 5 MiB"));
    }
    // Alone until the row is written, so that of two pictures at once neither deletes the other's file.
    let pass = chat.avatars.enter().await?;
    let (dir, worker, user) = (chat.avatars.dir.clone(), chat.uploads.worker.clone(), caller.user);
    let kept =
        tokio::task::spawn_blocking(move || keep(&dir, &worker, user, &image).map(|name| (name, pass)));
    let (name, _pass) = kept.await.map_err(Fault::broken)??;
    let old = of(chat, caller).await?;
    let change = ChangeProfile { actor, name: None, status: None, avatar: Some(Some(name.clone())) };
    match chat.write_user(change).await {
        Ok(user) => {
            chat.avatars.discard(old.filter(|old| *old != name));
            Ok(wire::user(user))
        }
        Err(fault) => {
            chat.avatars.discard(Some(name).filter(|name| old.as_ref() != Some(name)));
            Err(fault)
        }
    }
}

/// The picture of this name, as it stands in [`User::avatar`]; its content never changes.
///
/// # Errors
/// `not_found`.
pub async fn read(chat: &Chat, _caller: &Caller, name: &str) -> Result<Bytes, Fault> {
    let missing = || Fault::refused(Code::NotFound, "there is no such picture");
    let path = chat.avatars.path(name).ok_or_else(missing)?;
    let read = tokio::task::spawn_blocking(move || fs::read(path)).await.map_err(Fault::broken)?;
    match read {
        Ok(bytes) => Ok(bytes.into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(missing()),
        Err(error) => Err(Fault::broken(error)),
    }
}

/// The content type of the picture of this name.
pub fn content_type(name: &str) -> &'static str {
    match name.split_once('.') {
        Some((_, "png")) => "image/png",
        _ => "image/jpeg",
    }
}

/// Name of the caller's picture.
pub(crate) async fn of(chat: &Chat, caller: &Caller) -> Result<Option<String>, Fault> {
    let user = caller.user;
    Ok(chat.store.read(move |snapshot| snapshot.user(user)).await?.and_then(|user| user.avatar))
}

/// The folder of pictures. Clones are the same one.
#[derive(Debug, Clone)]
pub(crate) struct Avatars {
    dir: Arc<Path>,
    workers: Workers,
}

impl Avatars {
    pub(crate) fn open(data_dir: &Path) -> Result<Self, Fault> {
        let dir = data_dir.join("avatars");
        fs::create_dir_all(&dir).map_err(Fault::broken)?;
        Ok(Self { dir: dir.into(), workers: Workers::new(1, WAITING) })
    }

    /// Waits until nobody else changes pictures.
    pub(crate) async fn enter(&self) -> Result<Pass, Fault> {
        self.workers.enter().await
    }

    /// Deletes a picture that no user has any more.
    pub(crate) fn discard(&self, name: Option<String>) {
        if let Some(path) = name.and_then(|name| self.path(&name))
            && let Err(error) = fs::remove_file(path)
        {
            tracing::warn!(%error, "a picture that nobody has any more could not be deleted");
        }
    }

    /// Where the picture of this name is; `None` for what is not the name of one.
    fn path(&self, name: &str) -> Option<PathBuf> {
        let (digits, kind) = name.split_once('.')?;
        let hexadecimal = digits.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        (digits.len() == DIGITS && hexadecimal && matches!(kind, "jpg" | "png")).then(|| self.dir.join(name))
    }
}

/// Makes the picture and writes it to its file; tells its name.
fn keep(dir: &Path, worker: &Worker, user: UserId, image: &[u8]) -> Result<String, Fault> {
    let mut encoded = Vec::new();
    let made = worker.make(Job::Avatar, Input::Bytes(image), &mut [&mut encoded]).map_err(Fault::broken)?;
    let kind = made.map_err(uploads::refusal)?.format.extension();
    // The user is in the name, so that equal pictures of two users are two files.
    let hash = Sha256::new().chain_update(user.get().to_be_bytes()).chain_update(&encoded).finalize();
    let nibbles = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]).take(DIGITS);
    let digits: String = nibbles.filter_map(|nibble| char::from_digit(nibble.into(), 16)).collect();
    let name = format!("{digits}.{kind}");
    write(dir, &name, &encoded).map_err(Fault::broken)?;
    Ok(name)
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
