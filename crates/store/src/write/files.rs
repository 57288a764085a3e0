//! Uploads: begin, finish, give up; and the end of files that are in no message.

use parlor_protocol::files::UploadMedia;
use parlor_protocol::limits::{FILES_PER_MESSAGE, LOOSE_UPLOADS, UPLOAD_KEPT_MS};
use parlor_protocol::{FileId, RoomId, UserId};

use super::{Actor, Command};
use crate::codec::{self, Column, is_shown};
use crate::gate::Standing;
use crate::random;
use crate::records::{CondemnedFile, File, Upload};
use crate::refused::{Conflict, Fault, Refused, TooMany};
use crate::tx::Tx;

/// In the column `shown` of an attachment: the picture of a preview, which is among nobody's files.
const OF_PREVIEW: i64 = 2;
/// Files that one sweep takes at most.
const SWEPT: usize = 500;

/// Begins an upload, once it is clear that it will be taken.
#[derive(Debug)]
pub struct CreateUpload {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// Where it is to be posted; the actor must be allowed to write there.
    pub room: RoomId,
    /// Its name.
    pub name: String,
    /// How many bytes will come.
    pub bytes: u64,
    /// Content type that the sender takes it for.
    pub mime: String,
    /// What the sender tells of it.
    pub media: UploadMedia,
    /// Bytes that all files of the actor may have together.
    pub quota_bytes: u64,
}

/// Makes a file of an upload whose bytes are on disk. Finishing again changes nothing.
#[derive(Debug)]
pub struct FinishUpload {
    /// Whose upload it is; `least` is demanded in the workspace.
    pub actor: Actor,
    /// What it became; its id is that of the upload.
    pub file: File,
}

/// Gives an upload up that is in no message. One that is not there changes nothing.
#[derive(Debug)]
pub struct DropUpload {
    /// Whose upload it is; `least` is demanded in the workspace.
    pub actor: Actor,
    /// Which one.
    pub upload: FileId,
}

/// Condemns uploads that have been in no message for a day, and tells some of all that is condemned.
#[derive(Debug)]
pub struct CondemnFiles;

/// Forgets condemned files whose bytes are gone.
#[derive(Debug)]
pub struct ForgetFiles {
    /// Which ones.
    pub files: Vec<FileId>,
}

impl Command for CreateUpload {
    type Done = Upload;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Upload, Fault> {
        let standing = Standing::look(tx, &self.actor, Some(self.room))?;
        standing.place(self.actor.least)?.may_write()?;
        let owner = self.actor.user.number();
        let loose: u64 =
            tx.one("SELECT count(*) FROM files WHERE owner = ?1 AND state = 0", [owner], |row| row.get(0))?;
        if loose >= LOOSE_UPLOADS as u64 {
            return Err(Refused::TooMany(TooMany::Uploads).into());
        }
        let used: u64 = tx.one(USED_BYTES, [owner], |row| row.get(0))?;
        if used.saturating_add(self.bytes) > self.quota_bytes {
            return Err(Refused::TooMany(TooMany::FileBytes).into());
        }
        let id = codec::file_id(random::number()?.cast_signed())?;
        let blob = random::name()?;
        tx.run(
            "INSERT INTO files (id, owner, blob, name, bytes, mime, media, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            (
                id.number(),
                owner,
                &blob,
                &self.name,
                self.bytes,
                &self.mime,
                codec::json(&self.media),
                tx.now_ms,
            ),
        )?;
        let Self { name, bytes, mime, media, .. } = self;
        Ok(Upload {
            id,
            blob,
            name: name.clone(),
            bytes: *bytes,
            mime: mime.clone(),
            media: media.clone(),
            file: None,
        })
    }
}

/// Bytes of a user's files, unfinished uploads included.
pub(crate) const USED_BYTES: &str =
    "SELECT coalesce(sum(bytes), 0) FROM files WHERE owner = ?1 AND state < 2";

impl Command for FinishUpload {
    type Done = File;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<File, Fault> {
        Standing::look(tx, &self.actor, None)?.demand(self.actor.least)?;
        let found = tx.maybe(
            "SELECT file FROM files WHERE id = ?1 AND owner = ?2 AND state < 2",
            (self.file.id.number(), self.actor.user.number()),
            |row| row.get_ref(0)?.as_str_or_null()?.map(codec::read_file).transpose(),
        )?;
        if let Some(finished) = found.ok_or(Refused::NotFound)? {
            return Ok(finished);
        }
        tx.run(
            "UPDATE files SET file = ?2, bytes = ?3 WHERE id = ?1",
            (self.file.id.number(), codec::write_file(&self.file), self.file.bytes),
        )?;
        Ok(self.file.clone())
    }
}

impl Command for DropUpload {
    type Done = ();

    fn apply(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        Standing::look(tx, &self.actor, None)?.demand(self.actor.least)?;
        tx.run(
            "UPDATE files SET state = 2 WHERE id = ?1 AND owner = ?2 AND state = 0",
            (self.upload.number(), self.actor.user.number()),
        )?;
        Ok(())
    }
}

impl Command for CondemnFiles {
    type Done = Vec<CondemnedFile>;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Vec<CondemnedFile>, Fault> {
        let oldest = tx.now_ms.saturating_sub(UPLOAD_KEPT_MS);
        tx.run("UPDATE files SET state = 2 WHERE state = 0 AND created_at <= ?1", [oldest])?;
        tx.all("SELECT id, blob FROM files WHERE state = 2 ORDER BY id LIMIT ?1", [SWEPT], |row| {
            Ok(CondemnedFile { id: codec::file_id(row.get(0)?)?, blob: row.get(1)? })
        })
    }
}

impl Command for ForgetFiles {
    type Done = ();

    fn apply(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        for file in &self.files {
            tx.run("DELETE FROM files WHERE id = ?1 AND state = 2", [file.number()])?;
        }
        Ok(())
    }
}

/// A file that a message is to be sent with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attach {
    /// Which file.
    pub id: FileId,
    /// What it shows, in words.
    pub alt: String,
}

/// Files that may be seen by user ?2: their own loose ones, and those of a live message in a room of theirs.
macro_rules! visible {
    () => {
        "(f.state = 0 AND f.owner = ?2 OR f.state = 1 AND EXISTS (
            SELECT 1 FROM attachments a
            JOIN logs l ON l.ordinal = a.key >> 32 JOIN members m ON m.room = l.room AND m.user = ?2
            WHERE a.file = f.id))"
    };
}
pub(crate) use visible;

/// The files as they will stand in the message.
///
/// # Errors
/// `NotFound` for what the user can't see, `Conflict` for an upload that is not finished.
pub(super) fn look_up(tx: &Tx<'_>, user: UserId, wanted: &[Attach]) -> Result<Vec<File>, Fault> {
    let find = |attach: &Attach| {
        let found = tx.maybe(
            concat!("SELECT f.file FROM files f WHERE f.id = ?1 AND ", visible!()),
            (attach.id.number(), user.number()),
            |row| row.get_ref(0)?.as_str_or_null()?.map(codec::read_file).transpose(),
        )?;
        let file = found.ok_or(Refused::NotFound)?.ok_or(Refused::Conflict(Conflict::Unfinished))?;
        Ok(File { alt: attach.alt.clone(), ..file })
    };
    wanted.iter().map(find).collect()
}

/// Notes that the message of this key holds these files.
pub(super) fn attach(tx: &Tx<'_>, key: i64, files: &[File]) -> Result<(), Fault> {
    for (place, file) in files.iter().enumerate() {
        tx.run(
            "INSERT INTO attachments (key, place, file, shown) VALUES (?1, ?2, ?3, ?4)",
            (key, place, file.id.number(), is_shown(file.kind)),
        )?;
        tx.run("UPDATE files SET state = 1 WHERE id = ?1", [file.id.number()])?;
    }
    Ok(())
}

/// Notes that the previews of the message of this key hold these pictures, and no others.
pub(super) fn picture(tx: &Tx<'_>, key: i64, pictures: &[File]) -> Result<(), Fault> {
    let before: Vec<i64> =
        tx.all("SELECT file FROM attachments WHERE key = ?1 AND shown = ?2", (key, OF_PREVIEW), |row| {
            row.get(0)
        })?;
    tx.run("DELETE FROM attachments WHERE key = ?1 AND shown = ?2", (key, OF_PREVIEW))?;
    for (place, file) in pictures.iter().enumerate() {
        tx.run(
            "INSERT INTO attachments (key, place, file, shown) VALUES (?1, ?2, ?3, ?4)",
            (key, FILES_PER_MESSAGE + place, file.id.number(), OF_PREVIEW),
        )?;
        tx.run(
            "UPDATE files SET state = 1, name = ?2, bytes = ?3, mime = ?4, file = ?5 WHERE id = ?1 AND owner = 0",
            (file.id.number(), &file.name, file.bytes, &file.mime, codec::write_file(file)),
        )?;
    }
    condemn(tx, before)
}

/// Takes its files and the pictures of its previews from the message of this key.
pub(super) fn detach(tx: &Tx<'_>, key: i64) -> Result<(), Fault> {
    let files: Vec<i64> =
        tx.all("SELECT DISTINCT file FROM attachments WHERE key = ?1", [key], |row| row.get(0))?;
    tx.run("DELETE FROM attachments WHERE key = ?1", [key])?;
    condemn(tx, files)
}

/// Condemns those of these files that no message holds any more.
fn condemn(tx: &Tx<'_>, files: Vec<i64>) -> Result<(), Fault> {
    for file in files {
        tx.run(
            "UPDATE files SET state = 2
             WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM attachments WHERE file = ?1)",
            [file],
        )?;
    }
    Ok(())
}
