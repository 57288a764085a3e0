//! Uploads: begun with a promise of their size, received piece by piece, looked at, and made files of.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use parlor_images::{Details, Input, Job, Made, Refused as BadPicture, Worker};
use parlor_protocol::calls::Who;
use parlor_protocol::files::{FileKind, Upload, UploadCreate, UploadLimits, UploadMedia, UploadRoom};
use parlor_protocol::{Code, Error, FileId, Role, UserId, limits as most};
use parlor_store::records;
use parlor_store::write::files::{CondemnFiles, CreateUpload, DropUpload, FinishUpload, ForgetFiles};

use crate::blobs::Blobs;
use crate::fault::{Answer, Fault};
use crate::proof::Caller;
use crate::sniff::{HEAD, Sniffed, sniff};
use crate::workers::Workers;
use crate::{Chat, chat, text, wire};

/// Uploads of one user that are received at once.
const AT_ONCE: usize = 2;
/// Pictures that are worked on at once, and those that wait.
const PICTURES: (usize, usize) = (2, 32);
/// Milliseconds of the longest film or sound: a day.
const LONGEST_MS: u64 = 24 * 3_600_000;
const MOST_PIXELS: u32 = 16_384;
/// Bytes that are gathered before they are written.
const GATHERED: usize = 256 * 1024;

/// What uploads need. Clones are the same one.
#[derive(Debug, Clone)]
pub(crate) struct Uploads {
    pub(crate) blobs: Blobs,
    pub(crate) worker: Worker,
    limits: chat::UploadLimits,
    pub(crate) pictures: Workers,
    coming: Arc<Mutex<HashMap<FileId, UserId>>>,
}

impl Uploads {
    pub(crate) fn open(data_dir: &Path, limits: chat::UploadLimits, worker: Worker) -> Result<Self, Fault> {
        let blobs = Blobs::open(data_dir).map_err(Fault::broken)?;
        let pictures = Workers::new(PICTURES.0, PICTURES.1);
        Ok(Self { blobs, worker, limits, pictures, coming: Arc::default() })
    }

    /// Lets one more upload of a user in.
    fn enter(&self, upload: FileId, user: UserId) -> Result<Coming, Fault> {
        let mut coming = self.coming.lock().unwrap_or_else(PoisonError::into_inner);
        let busy = |what: &str| Error::new(Code::Unavailable, what).retry_after_ms(1_000);
        if coming.contains_key(&upload) {
            return Err(busy("this upload is being received already").into());
        }
        if coming.values().filter(|owner| **owner == user).count() >= AT_ONCE {
            return Err(busy("two of your uploads are being received already").into());
        }
        coming.insert(upload, user);
        Ok(Coming { upload, all: Arc::clone(&self.coming) })
    }
}

/// An upload that is being received, until this is dropped.
#[derive(Debug)]
struct Coming {
    upload: FileId,
    all: Arc<Mutex<HashMap<FileId, UserId>>>,
}

impl Drop for Coming {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.upload);
    }
}

/// Tells how large a file may be, and how much room the caller's files have.
pub async fn limits(chat: &Chat, caller: &Caller, _request: UploadLimits) -> Answer<UploadLimits> {
    let user = caller.acts::<UploadLimits>()?.user;
    let used_bytes = chat.store.read(move |snapshot| snapshot.used_bytes(user)).await?;
    let chat::UploadLimits { file_bytes, quota_bytes, .. } = chat.uploads.limits;
    Ok(UploadRoom { file_bytes, quota_bytes, used_bytes })
}

/// Begins an upload, or says why it would not be taken.
///
/// # Errors
/// `too_large` beyond the limits of a file or of the caller's files, `unavailable` when the disk is nearly full,
/// `bad_request` for a wrong promise, and those of writing in the room.
pub async fn create(chat: &Chat, caller: &Caller, request: UploadCreate) -> Result<Upload, Fault> {
    let member = chat.member(caller, request.room, Who::Room(Role::Guest)).await?;
    let chat::UploadLimits { file_bytes, quota_bytes, .. } = chat.uploads.limits;
    if request.size == 0 {
        return Err(Fault::refused(Code::BadRequest, "size: the file is empty"));
    }
    if request.size > file_bytes {
        let most = file_bytes >> 20;
        return Err(Fault::refused(Code::TooLarge, format!("a file has at most {most} MiB here")));
    }
    has_room(chat)?;
    let command = CreateUpload {
        actor: member.caller.actor(Role::Guest),
        room: member.room,
        name: file_name(&request.name),
        bytes: request.size,
        mime: text::line(&request.mime, "type", 100)?,
        media: believed(request.media.unwrap_or_default()),
        quota_bytes,
    };
    let upload = chat.store.write(command).await?;
    Ok(Upload { id: upload.id, offset: 0, file: None, keeps_details: false })
}

/// Whether the disk has room for files.
///
/// # Errors
/// `unavailable` when it is nearly full.
pub(crate) fn has_room(chat: &Chat) -> Result<(), Fault> {
    if chat.store.free_bytes().map_err(Fault::broken)? < chat.uploads.limits.reserve_bytes {
        let full = Error::new(Code::Unavailable, "the server's disk is nearly full: it takes no files now");
        return Err(full.retry_after_ms(60_000).into());
    }
    Ok(())
}

/// The last part of a path, without what hides or turns it; never empty.
fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let short: String = last.chars().take(most::FILE_NAME_CHARS).collect();
    match text::line(&short, "name", most::FILE_NAME_CHARS) {
        Ok(name) if !name.trim_matches('.').is_empty() => name,
        _ => "file".to_owned(),
    }
}

/// What can be true of what a sender tells.
fn believed(media: UploadMedia) -> UploadMedia {
    let side = |side: Option<u32>| side.filter(|side| (1..=MOST_PIXELS).contains(side));
    UploadMedia {
        voice: media.voice,
        duration_ms: media.duration_ms.filter(|ms| *ms <= LONGEST_MS),
        width: side(media.width).and(side(media.height)).and(media.width),
        height: side(media.width).and(side(media.height)),
        waveform: media
            .waveform
            .map(|bars| bars.into_iter().take(most::WAVEFORM_BARS).map(|bar| bar.min(100)).collect()),
    }
}

/// How far an upload of the caller's is, and how many bytes were promised.
///
/// # Errors
/// `not_found`.
pub async fn status(chat: &Chat, caller: &Caller, id: FileId) -> Result<(Upload, u64), Fault> {
    let upload = find(chat, caller, id).await?;
    let offset = match upload.file {
        Some(_) => upload.bytes,
        None => received(chat, &upload.blob).await?,
    };
    let promised = upload.bytes;
    let keeps_details = keeps_details(chat, &upload).await?;
    Ok((Upload { id, offset, file: upload.file.map(wire::file), keeps_details }, promised))
}

/// Gives up an upload of the caller's that is in no message; it frees their room at once.
pub async fn give_up(chat: &Chat, caller: &Caller, id: FileId) -> Result<(), Fault> {
    let actor = caller.actor(Role::Guest);
    Ok(chat.store.write(DropUpload { actor, upload: id }).await?)
}

/// Goes on with an upload of the caller's at this offset, which must be where it stands.
///
/// # Errors
/// `not_found`, `conflict` for another offset, `unavailable` when it or two others are being received.
pub async fn receive(chat: &Chat, caller: &Caller, id: FileId, offset: u64) -> Result<Receiving, Fault> {
    let coming = chat.uploads.enter(id, caller.user)?;
    let upload = find(chat, caller, id).await?;
    let caller = caller.clone();
    if upload.file.is_some() {
        return Ok(Receiving {
            chat: chat.clone(),
            caller,
            upload,
            offset,
            gathered: Vec::new(),
            into: None,
        });
    }
    has_room(chat)?;
    let path = chat.uploads.blobs.incoming(&upload.blob);
    let stands = received(chat, &upload.blob).await?;
    if stands != offset {
        return Err(Fault::refused(Code::Conflict, format!("Upload-Offset: the upload stands at {stands}")));
    }
    let file = blocking(move || File::options().create(true).append(true).open(path)).await?;
    let into = Some(Into { file, _coming: coming });
    Ok(Receiving { chat: chat.clone(), caller, upload, offset, gathered: Vec::new(), into })
}

async fn find(chat: &Chat, caller: &Caller, id: FileId) -> Result<records::Upload, Fault> {
    let user = caller.user;
    let found = chat.store.read(move |snapshot| snapshot.upload(user, id)).await?;
    found.ok_or_else(|| Fault::refused(Code::NotFound, "there is no such upload of yours"))
}

async fn received(chat: &Chat, blob: &str) -> Result<u64, Fault> {
    let (blobs, blob) = (chat.uploads.blobs.clone(), blob.to_owned());
    blocking(move || blobs.received(&blob)).await
}

/// Works with files on a thread where it stalls nobody.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.map_err(Fault::broken)?.map_err(Fault::broken)
}

/// The file that bytes go into. The place among those that come is held as long as anything is written, even when
/// whoever waits for it has gone.
#[derive(Debug)]
struct Into {
    file: File,
    _coming: Coming,
}

/// An upload whose bytes are coming in.
pub struct Receiving {
    chat: Chat,
    caller: Caller,
    upload: records::Upload,
    offset: u64,
    gathered: Vec<u8>,
    /// `None` once the file is finished.
    into: Option<Into>,
}

impl Receiving {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// `too_large` for more than was promised.
    pub async fn take(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let offset = self.offset.saturating_add(bytes.len() as u64);
        if offset > self.upload.bytes || self.into.is_none() {
            return Err(Fault::refused(Code::TooLarge, "more bytes came than were promised"));
        }
        self.offset = offset;
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() >= GATHERED { self.write(false).await } else { Ok(()) }
    }

    async fn write(&mut self, sync: bool) -> Result<(), Fault> {
        let gathered = std::mem::take(&mut self.gathered);
        let Some(mut into) = self.into.take() else { return Ok(()) };
        let written = blocking(move || {
            into.file.write_all(&gathered)?;
            #[cfg(feature = "planted")]
            let sync = sync && !parlor_planted::is(parlor_planted::Bug::BlobUnsynced);
            if sync {
                into.file.sync_all()?;
            }
            Ok(into)
        });
        self.into = Some(written.await?);
        Ok(())
    }

    /// Keeps what has come of a piece that broke off.
    pub async fn keep(mut self) -> Result<(), Fault> {
        self.write(true).await
    }

    /// Ends this piece. When it was the last, the upload is looked at and becomes a file.
    ///
    /// # Errors
    /// `bad_request` and `too_large` for images that can't be taken: then the upload is given up.
    pub async fn end(mut self) -> Result<Upload, Fault> {
        let id = self.upload.id;
        if self.upload.file.is_some() {
            return self.finished().await;
        }
        self.write(true).await?;
        if self.offset < self.upload.bytes {
            return Ok(Upload { id, offset: self.offset, file: None, keeps_details: false });
        }
        let (uploads, upload) = (self.chat.uploads.clone(), self.upload.clone());
        let looked = self.chat.uploads.pictures.work(move || look(&uploads, &upload).map_err(Fault::broken));
        let finished = match looked.await? {
            Ok(file) => {
                let actor = self.caller.actor(Role::Guest);
                self.chat.store.write(FinishUpload { actor, file }).await.map_err(Fault::from)
            }
            Err(refusal) => Err(Fault::Refused(refusal)),
        };
        match finished {
            Ok(file) => {
                self.upload.file = Some(file);
                self.finished().await
            }
            Err(fault) => {
                if let Fault::Refused(Error {
                    code: Code::BadRequest | Code::TooLarge | Code::NotFound,
                    ..
                }) = fault
                {
                    give_up(&self.chat, &self.caller, id).await?;
                    let (blobs, blob) = (self.chat.uploads.blobs.clone(), self.upload.blob.clone());
                    blocking(move || blobs.remove(&blob)).await?;
                }
                Err(fault)
            }
        }
    }

    /// What is told of an upload that has become a file.
    async fn finished(&mut self) -> Result<Upload, Fault> {
        let keeps_details = keeps_details(&self.chat, &self.upload).await?;
        let file = self.upload.file.take().map(wire::file);
        Ok(Upload { id: self.upload.id, offset: self.upload.bytes, file, keeps_details })
    }
}

/// Whether an upload has become a file that keeps details of its making.
async fn keeps_details(chat: &Chat, upload: &records::Upload) -> Result<bool, Fault> {
    let Some(file) = &upload.file else { return Ok(false) };
    match file.kind {
        FileKind::Image => Ok(false),
        FileKind::Document => Ok(file.mime != "text/plain"),
        FileKind::Video | FileKind::Audio | FileKind::Voice => {
            let place = chat.uploads.blobs.whole(&upload.blob);
            let details = blocking(move || match File::open(place) {
                Ok(mut file) => parlor_images::details(&mut file),
                // Its message was deleted meanwhile: there is nothing left to tell.
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Details::Blank),
                Err(error) => Err(error),
            });
            Ok(details.await? == Details::Kept)
        }
    }
}

/// Looks at what came, and moves it or what was made of it to its place.
fn look(uploads: &Uploads, upload: &records::Upload) -> io::Result<Result<records::File, Error>> {
    let blobs = &uploads.blobs;
    let (came, place) = (blobs.incoming(&upload.blob), blobs.whole(&upload.blob));
    if !came.exists() && place.exists() {
        // It was moved, and the program ended before its row was written: begin with the bytes that are there.
        fs::rename(&place, &came)?;
    }
    let mut head = Vec::with_capacity(HEAD);
    File::open(&came)?.take(HEAD as u64).read_to_end(&mut head)?;
    match sniff(&head, &upload.mime) {
        Sniffed::Image => match picture(uploads, &upload.blob)? {
            Ok((made, bytes)) => Ok(Ok(image(upload, made, bytes))),
            Err(refused) => Ok(Err(refusal(refused))),
        },
        Sniffed::Other(kind, mime) => {
            if kind != FileKind::Document {
                let mut file = File::options().read(true).write(true).open(&came)?;
                parlor_images::blank(&mut file)?;
                file.sync_all()?;
            }
            blobs.settle(&came, &place)?;
            Ok(Ok(other(upload, kind, mime)))
        }
    }
}

/// What is told of a picture that can't be taken.
pub(crate) fn refusal(refused: BadPicture) -> Error {
    match refused {
        BadPicture::Unknown => Error::new(Code::BadRequest, "a picture is a PNG, JPEG, GIF or WebP image"),
        BadPicture::Unreadable => Error::new(Code::BadRequest, "this image can't be read"),
        BadPicture::TooLarge => {
            Error::new(Code::TooLarge, "a picture has at most 8,192 pixels a side and 40 million in all")
        }
    }
}

/// Has a picture encoded anew, in its place with its preview.
fn picture(uploads: &Uploads, blob: &str) -> io::Result<Result<(Made, u64), BadPicture>> {
    let blobs = &uploads.blobs;
    let came = blobs.incoming(blob);
    let (whole, preview) = (blobs.making(blob, "whole"), blobs.making(blob, "preview"));
    let (mut whole_file, mut preview_file) = (File::create(&whole)?, File::create(&preview)?);
    let input = Input::File(File::open(&came)?);
    let made = match uploads.worker.make(Job::Picture, input, &mut [&mut whole_file, &mut preview_file])? {
        Ok(made) => made,
        Err(refused) => return Ok(Err(refused)),
    };
    let bytes = whole_file.metadata()?.len();
    whole_file.sync_all()?;
    preview_file.sync_all()?;
    blobs.settle(&preview, &blobs.preview(blob))?;
    blobs.settle(&whole, &blobs.whole(blob))?;
    fs::remove_file(came)?;
    Ok(Ok((made, bytes)))
}

fn image(upload: &records::Upload, made: Made, bytes: u64) -> records::File {
    let name = match upload.name.rsplit_once('.') {
        Some((stem, end)) if end.eq_ignore_ascii_case("webp") => {
            format!("{stem}.{}", made.format.extension())
        }
        _ => upload.name.clone(),
    };
    records::File {
        name,
        bytes,
        width: Some(made.width),
        height: Some(made.height),
        blur: Some(made.blur),
        duration_ms: None,
        waveform: None,
        ..other(upload, FileKind::Image, made.format.mime())
    }
}

fn other(upload: &records::Upload, kind: FileKind, mime: &str) -> records::File {
    let UploadMedia { voice, duration_ms, width, height, ref waveform } = upload.media;
    let heard = matches!(kind, FileKind::Audio | FileKind::Video);
    let voice = voice && kind == FileKind::Audio;
    records::File {
        id: upload.id,
        name: upload.name.clone(),
        bytes: upload.bytes,
        kind: if voice { FileKind::Voice } else { kind },
        mime: mime.to_owned(),
        width: width.filter(|_| kind == FileKind::Video),
        height: height.filter(|_| kind == FileKind::Video),
        blur: None,
        duration_ms: duration_ms.filter(|_| heard),
        waveform: waveform.clone().filter(|_| voice),
        alt: String::new(),
    }
}

/// Deletes the bytes of what nobody may see any more, and then forgets it.
pub(crate) async fn sweep(chat: &Chat) -> Result<(), Fault> {
    let condemned = chat.store.write(CondemnFiles).await?;
    if condemned.is_empty() {
        return Ok(());
    }
    let blobs = chat.uploads.blobs.clone();
    let gone = blocking(move || {
        condemned
            .into_iter()
            .map(|file| blobs.remove(&file.blob).map(|()| file.id))
            .collect::<io::Result<_>>()
    });
    let files = gone.await?;
    Ok(chat.store.write(ForgetFiles { files }).await?)
}
