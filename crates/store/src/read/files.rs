//! Files: uploads, where bytes are, and the files of a room.

use parlor_protocol::files::FileGroup;
use parlor_protocol::{FileId, RoomId, Seq, UserId};

use super::Snapshot;
use crate::codec::{self, Column, is_shown, key, seq_of};
use crate::records::{KeptFile, PostedFile, Slice, Upload};
use crate::refused::Failed;
use crate::write::files::{USED_BYTES, visible};

impl Snapshot {
    /// An upload of this user that is in no message yet, or a finished one that is.
    pub fn upload(&self, owner: UserId, id: FileId) -> Result<Option<Upload>, Failed> {
        Ok(self.maybe(
            "SELECT blob, name, bytes, mime, media, file FROM files WHERE id = ?1 AND owner = ?2 AND state < 2",
            (id.number(), owner.number()),
            |row| {
                Ok(Upload {
                    id,
                    blob: row.get(0)?,
                    name: row.get(1)?,
                    bytes: row.get(2)?,
                    mime: row.get(3)?,
                    media: codec::parse(row.get_ref(4)?.as_str()?)?,
                    file: row.get_ref(5)?.as_str_or_null()?.map(codec::read_file).transpose()?,
                })
            },
        )?)
    }

    /// A finished file, if this user may see it now: their own that is in no message yet, or one that a live message
    /// holds in a room of which they are a member.
    pub fn visible_file(&self, user: UserId, id: FileId) -> Result<Option<KeptFile>, Failed> {
        Ok(self.maybe(
            concat!(
                "SELECT f.file, f.blob FROM files f WHERE f.id = ?1 AND f.file IS NOT NULL AND ",
                visible!()
            ),
            (id.number(), user.number()),
            |row| Ok(KeptFile { file: codec::read_file(row.get_ref(0)?.as_str()?)?, blob: row.get(1)? }),
        )?)
    }

    /// Bytes of this user's files, unfinished uploads included.
    pub fn used_bytes(&self, owner: UserId) -> Result<u64, Failed> {
        Ok(self.maybe(USED_BYTES, [owner.number()], |row| row.get(0))?.unwrap_or_default())
    }

    /// Files of a room's live messages, newest message first, from at most `limit` messages before a seq.
    pub fn files(
        &self,
        room: RoomId,
        group: FileGroup,
        before: Option<Seq>,
        limit: u32,
    ) -> Result<Slice<PostedFile>, Failed> {
        let Some((log, head)) = self.log_of(room)? else {
            return Ok(Slice { items: Vec::new(), more: false });
        };
        let shown = group == FileGroup::Media;
        let last = before.map_or(head, |before| before.saturating_sub(1).min(head));
        let mut keys: Vec<i64> = self.all(
            "SELECT DISTINCT key FROM attachments WHERE shown = ?1 AND key BETWEEN ?2 AND ?3
             ORDER BY key DESC LIMIT ?4",
            (shown, key(log, 0), key(log, last), limit.saturating_add(1)),
            |row| row.get(0),
        )?;
        let more = keys.len() > limit as usize;
        keys.truncate(limit as usize);
        let mut items = Vec::new();
        for key in keys {
            let Some(message) = self.message(room, key)? else { continue };
            let (seq, by, at_ms) = (seq_of(key), message.by, message.at_ms);
            let wanted = message.files.into_iter().filter(|file| is_shown(file.kind) == shown);
            items.extend(wanted.map(|file| PostedFile { seq, by, at_ms, file }));
        }
        Ok(Slice { items, more })
    }
}
