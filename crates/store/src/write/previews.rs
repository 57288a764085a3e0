//! Previews of links: set by the program, taken off by people.

use parlor_protocol::{Nonce, RoomId, Seq, UserId};

use super::messages::Target;
use super::{Actor, Command, files};
use crate::codec::{self, Column, key};
use crate::entries::RoomBody;
use crate::gate::Standing;
use crate::nonce::Digest;
use crate::random;
use crate::records::{PicturePlace, Preview, Written};
use crate::refused::{Fault, Refused};
use crate::tx::{RoomLog, Tx};

/// Makes a place for a picture that will be in a preview. It is nobody's, and goes after a day if it is in none.
#[derive(Debug)]
pub struct PlacePicture;

/// Gives a message previews: the program's own doing, `by` its author. Whether anything was written: nothing is for a
/// message that was deleted or has another text by now, whose previews somebody took off, or whose room wants none.
#[derive(Debug)]
pub struct SetPreviews {
    /// Where.
    pub room: RoomId,
    /// Which message.
    pub message: Seq,
    /// Seq of the entry with the text whose links were followed.
    pub version: Seq,
    /// In the order of the links. New pictures stand in a place that was made for them.
    pub previews: Vec<Preview>,
}

/// Takes a preview off a message, which never gets any again. One that is not there changes nothing.
#[derive(Debug)]
pub struct RemovePreview {
    /// Who; off one's own message as any member, off others' with at least `least` in the room.
    pub actor: Actor,
    /// Where.
    pub room: RoomId,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// Which message.
    pub message: Seq,
    /// The link of the preview.
    pub url: String,
}

impl Command for PlacePicture {
    type Done = PicturePlace;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<PicturePlace, Fault> {
        let id = codec::file_id(random::number()?.cast_signed())?;
        let blob = random::name()?;
        tx.run(
            "INSERT INTO files (id, owner, blob, name, bytes, mime, media, created_at)
             VALUES (?1, 0, ?2, '', 0, '', '{}', ?3)",
            (id.number(), &blob, tx.now_ms),
        )?;
        Ok(PicturePlace { id, blob })
    }
}

impl Command for SetPreviews {
    type Done = bool;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<bool, Fault> {
        let found = tx.maybe(
            "SELECT log, archived, previews FROM rooms WHERE id = ?1",
            [self.room.number()],
            |row| Ok((row.get::<_, u32>(0)?, row.get::<_, bool>(1)?, row.get::<_, bool>(2)?)),
        )?;
        let (ordinal, archived, wanted) = found.ok_or(Refused::NotFound)?;
        let log = RoomLog { room: self.room, ordinal };
        let target = Target::find(tx, log, self.message)?;
        let now = Now::of(tx, &target)?;
        let stale = target.deleted || !target.says(key(ordinal, self.version));
        let refused = archived || now.unwanted || !(wanted || self.previews.is_empty());
        if stale || refused || now.previews == self.previews {
            return Ok(false);
        }
        let change =
            Change { log, target: &target, by: target.by, previews: &self.previews, unwanted: false };
        change.make(tx)?;
        Ok(true)
    }
}

impl Command for RemovePreview {
    type Done = Written;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Written, Fault> {
        let standing = Standing::look(tx, &self.actor, Some(self.room))?;
        let digest = Digest::of("preview:remove").number(self.room.get()).number(self.message.into());
        let once = digest.text(&self.url).once(&self.actor, &self.nonce);
        if let Some(written) = tx.repeated(&once)? {
            return Ok(written);
        }
        let (log, target) = Target::theirs(tx, &standing, &self.actor, self.message)?;
        let mut previews = Now::of(tx, &target)?.previews;
        let before = previews.len();
        previews.retain(|preview| preview.url != self.url);
        let seq = if previews.len() == before {
            tx.tail(log.ordinal)?
        } else {
            let by = self.actor.user;
            Change { log, target: &target, by, previews: &previews, unwanted: true }.make(tx)?
        };
        tx.remember(&once, log, seq)
    }
}

/// The previews of a message as they are now.
struct Now {
    previews: Vec<Preview>,
    /// Whether somebody took one off.
    unwanted: bool,
}

impl Now {
    fn of(tx: &Tx<'_>, target: &Target) -> Result<Self, Fault> {
        tx.one(
            "SELECT e.body, m.previews_unwanted FROM messages m LEFT JOIN entries e ON e.key = m.previews
             WHERE m.key = ?1",
            [target.key],
            |row| {
                let previews = row.get_ref(0)?.as_str_or_null()?.map(codec::read_previews).transpose()?;
                Ok(Self { previews: previews.unwrap_or_default(), unwanted: row.get(1)? })
            },
        )
    }
}

/// Other previews for a message.
struct Change<'a> {
    log: RoomLog,
    target: &'a Target,
    by: UserId,
    previews: &'a [Preview],
    unwanted: bool,
}

impl Change<'_> {
    fn make(&self, tx: &mut Tx<'_>) -> Result<Seq, Fault> {
        let Self { log, target, by, previews, unwanted } = *self;
        erase(tx, log, target.key)?;
        let pictures: Vec<_> = previews.iter().filter_map(|preview| preview.picture.clone()).collect();
        files::picture(tx, target.key, &pictures)?;
        let message = codec::seq_of(target.key);
        let seq = tx.append(log, by, RoomBody::MessagePreviewed { message, previews: previews.to_vec() })?;
        tx.run(
            "UPDATE messages SET previews = ?2, previews_unwanted = ?3, rev = ?4 WHERE key = ?1",
            (target.key, key(log.ordinal, seq), unwanted, seq),
        )?;
        Ok(seq)
    }
}

/// Blanks all previews that the entries tell of a message. Their pictures stay.
pub(super) fn erase(tx: &mut Tx<'_>, log: RoomLog, message: i64) -> Result<(), Fault> {
    let erased = tx.run(
        "UPDATE entries SET body = '[]' WHERE kind = 23 AND target = ?1 AND key BETWEEN ?2 AND ?3",
        (codec::seq_of(message), key(log.ordinal, 0), key(log.ordinal, Seq::MAX)),
    )?;
    tx.erased |= erased > 0;
    Ok(())
}
