//! Pictures of users: decoded within limits, made small and square, and encoded anew without what came with them.

use std::fs::{self, File};
use std::io::{self, Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use parlor_protocol::people::{ProfileChange, User};
use parlor_protocol::{Code, UserId, limits};
use parlor_store::write::users::ChangeProfile;
use sha2::{Digest, Sha256};

use crate::fault::Fault;
use crate::proof::Caller;
use crate::workers::{Pass, Workers};
use crate::{Chat, wire};

/// Pixels of a picture's side when it is kept.
const SIDE: u32 = 256;
/// Pixels of an uploaded picture's side, and in all.
const MOST_SIDE: u32 = 8_192;
const MOST_PIXELS: u64 = 40_000_000;
/// Bytes that decoding may take.
const MOST_BYTES: u64 = 256 * 1024 * 1024;
const JPEG_QUALITY: u8 = 85;
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
    let (dir, user) = (chat.avatars.dir.clone(), caller.user);
    let kept = tokio::task::spawn_blocking(move || keep(&dir, user, &image).map(|name| (name, pass)));
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
fn keep(dir: &Path, user: UserId, image: &[u8]) -> Result<String, Fault> {
    let (encoded, kind) = encode(&decode(image)?)?;
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

fn decode(image: &[u8]) -> Result<DynamicImage, Fault> {
    let unknown = || Fault::refused(Code::BadRequest, "a picture is a PNG, JPEG, GIF or WebP image");
    let broken = |error: image::ImageError| match error {
        image::ImageError::Limits(_) => too_many_pixels(),
        _ => Fault::refused(Code::BadRequest, "this image can't be read"),
    };
    let mut reader = ImageReader::new(Cursor::new(image)).with_guessed_format().map_err(|_| unknown())?;
    let allowed = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP];
    if !reader.format().is_some_and(|format| allowed.contains(&format)) {
        return Err(unknown());
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(too_many_pixels());
    }
    let orientation = decoder.orientation().map_err(broken)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(broken)?;
    image.apply_orientation(orientation);
    Ok(image.resize_to_fill(SIDE, SIDE, FilterType::CatmullRom))
}

fn too_many_pixels() -> Fault {
    Fault::refused(Code::TooLarge, "a picture has at most 8,192 pixels a side and 40 million in all")
}

/// Small pictures as small files: JPEG, or PNG for those that one can see through.
fn encode(image: &DynamicImage) -> Result<(Vec<u8>, &'static str), Fault> {
    let mut bytes = Vec::new();
    let colours = image.to_rgba8();
    if colours.pixels().all(|pixel| pixel.0[3] == u8::MAX) {
        let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
        image.to_rgb8().write_with_encoder(encoder).map_err(Fault::broken)?;
        return Ok((bytes, "jpg"));
    }
    colours.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).map_err(Fault::broken)?;
    Ok((bytes, "png"))
}
