//! What users want of their rooms.

use parlor_protocol::Nonce;
use parlor_protocol::preferences::{Folder, RoomPreference};

use super::{Actor, Command};
use crate::codec::Column;
use crate::entries::UserBody;
use crate::gate::Standing;
use crate::read::preferences;
use crate::refused::Fault;
use crate::tx::Tx;

/// Sets what the actor wants of some of their rooms, and their folders. It says how it shall be: a repeat changes nothing.
#[derive(Debug)]
pub struct PreferRooms {
    /// Who; `least` is demanded in the workspace and in each room.
    pub actor: Actor,
    /// What they want of these; `NotFound` if they are not in one of them.
    pub rooms: Vec<RoomPreference>,
    /// All their folders; `None` leaves them as they are.
    pub folders: Option<Vec<Folder>>,
}

impl Command for PreferRooms {
    type Done = ();

    fn apply(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let standing = Standing::look(tx, &self.actor, None)?;
        standing.demand(self.actor.least)?;
        let mut rooms = Vec::new();
        for wanted in &self.rooms {
            Standing::look(tx, &self.actor, Some(wanted.room))?.place(self.actor.least)?;
            if self.prefer(tx, wanted)? {
                rooms.push(wanted.clone());
            }
        }
        let folders = self.folders.as_ref().map(|folders| self.order(tx, folders)).transpose()?.flatten();
        if !rooms.is_empty() || folders.is_some() {
            tx.append_mine(standing.log, UserBody::RoomsPreferred { rooms, folders })?;
        }
        Ok(())
    }
}

impl PreferRooms {
    /// False if it is so already.
    fn prefer(&self, tx: &Tx<'_>, wanted: &RoomPreference) -> Result<bool, Fault> {
        let (user, room) = (self.actor.user.number(), wanted.room.number());
        let known = preferences::of(tx.connection(), self.actor.user, wanted.room)?;
        if known == *wanted {
            return Ok(false);
        }
        if *wanted == RoomPreference::usual(wanted.room) {
            tx.run("DELETE FROM preferences WHERE user = ?1 AND room = ?2", (user, room))?;
            return Ok(true);
        }
        let RoomPreference { room: _, level, favourite, folder, place } = wanted;
        tx.run(
            "INSERT OR REPLACE INTO preferences (user, room, level, favourite, folder, place)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (user, room, level.number(), favourite, folder.as_ref().map(Nonce::as_str), place),
        )?;
        Ok(true)
    }

    /// Nothing if they are so already.
    fn order(&self, tx: &Tx<'_>, folders: &[Folder]) -> Result<Option<Vec<Folder>>, Fault> {
        let user = self.actor.user.number();
        if preferences::folders(tx.connection(), self.actor.user)? == folders {
            return Ok(None);
        }
        tx.run("DELETE FROM folders WHERE user = ?1", [user])?;
        for (at, Folder { id, name }) in (0_u32..).zip(folders) {
            tx.run(
                "INSERT INTO folders (user, at, id, name) VALUES (?1, ?2, ?3, ?4)",
                (user, at, id.as_str(), name),
            )?;
        }
        Ok(Some(folders.to_vec()))
    }
}
