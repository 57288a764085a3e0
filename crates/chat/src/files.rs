//! Files of messages: which there are in a room, and who may read them.

use std::collections::BTreeSet;
use std::io::{self, Read as _, Seek as _};

use parlor_protocol::files::{FileKind, FileList, FileRef, Files};
use parlor_protocol::{Code, Error, FileId, limits};
use parlor_store::write::files::Attach;

use crate::chat::no_such_room;
use crate::fault::{Answer, Fault};
use crate::proof::{Caller, Member};
use crate::{Chat, text, wire};

/// Lists the files of a room's messages.
pub async fn list(chat: &Chat, member: &Member, request: FileList) -> Answer<FileList> {
    let FileList { room, group, before, limit } = request;
    if limit == 0 || limit as usize > limits::HISTORY_ITEMS {
        return Err(Fault::refused(Code::BadRequest, "limit: 1 to 100"));
    }
    let user = member.caller.user;
    let found = chat.store.read(move |snapshot| {
        if snapshot.member(user, room)?.is_none() {
            return Ok(None);
        }
        let page = snapshot.files(room, group, before, limit)?;
        let posters: BTreeSet<_> = page.items.iter().map(|posted| posted.by).collect();
        let users = snapshot.users(&posters.into_iter().collect::<Vec<_>>())?;
        Ok(Some((page, users)))
    });
    let (page, users) = found.await?.ok_or_else(no_such_room)?;
    let next = page.items.last().filter(|_| page.more).map(|last| last.seq);
    Ok(Files {
        files: page.items.into_iter().map(wire::posted_file).collect(),
        users: wire::users(users),
        next,
    })
}

/// The files that a message is to be sent with.
///
/// # Errors
/// `too_large` for too many of them, `bad_request` for one twice.
pub(crate) fn attached(files: Vec<FileRef>) -> Result<Vec<Attach>, Fault> {
    if files.len() > limits::FILES_PER_MESSAGE {
        return Err(Fault::refused(Code::TooLarge, "files: at most 10 in one message"));
    }
    let ids: BTreeSet<_> = files.iter().map(|file| file.id).collect();
    if ids.len() < files.len() {
        return Err(Fault::refused(Code::BadRequest, "files: one of them stands there twice"));
    }
    let attach = |file: FileRef| {
        let alt = text::line(file.alt.as_deref().unwrap_or_default(), "alt", limits::ALT_CHARS)?;
        Ok(Attach { id: file.id, alt })
    };
    Ok(files.into_iter().map(attach).collect::<Result<_, Error>>()?)
}

/// A file's bytes, for who may see it now.
#[derive(Debug)]
pub struct Opened {
    /// What it is; for a preview, what the preview is.
    pub kind: FileKind,
    /// Content type.
    pub mime: String,
    /// Its name, for people.
    pub name: String,
    /// How many bytes.
    pub bytes: u64,
    /// The bytes.
    pub file: std::fs::File,
}

/// Which bytes of a file are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The file itself.
    Whole,
    /// An image's preview.
    Preview,
}

/// Opens a file that the caller may see now: of a live message in a room of theirs, or their own upload.
///
/// # Errors
/// `not_found`, whether it is not there or not for them.
pub async fn open(chat: &Chat, caller: &Caller, id: FileId, part: Part) -> Result<Opened, Fault> {
    let user = caller.user;
    let missing = || Fault::refused(Code::NotFound, "there is no such file, or it is not for you");
    let kept = chat.store.read(move |snapshot| snapshot.visible_file(user, id)).await?.ok_or_else(missing)?;
    let blobs = &chat.uploads.blobs;
    let path = match part {
        Part::Whole => blobs.whole(&kept.blob),
        Part::Preview if kept.file.kind == FileKind::Image => blobs.preview(&kept.blob),
        Part::Preview => return Err(missing()),
    };
    let opened = tokio::task::spawn_blocking(move || {
        let mut file = std::fs::File::open(path)?;
        let bytes = file.metadata()?.len();
        let mut head = [0; 8];
        let png = part == Part::Preview && file.read_exact(&mut head).is_ok() && head.starts_with(b"\x89PNG");
        file.rewind()?;
        io::Result::Ok((file, bytes, png))
    });
    let (file, bytes, png) = match opened.await.map_err(Fault::broken)? {
        Ok(opened) => opened,
        // Deleted between the look and the opening.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(missing()),
        Err(error) => return Err(Fault::broken(error)),
    };
    let mime = match part {
        Part::Whole => kept.file.mime,
        Part::Preview => if png { "image/png" } else { "image/jpeg" }.to_owned(),
    };
    Ok(Opened { kind: kept.file.kind, mime, name: kept.file.name, bytes, file })
}
