//! Custom emoji: add and remove.

use parlor_protocol::Role;
use parlor_protocol::limits::CUSTOM_EMOJI;

use super::workspace::changed;
use super::{Actor, Command};
use crate::codec::Column;
use crate::gate::Standing;
use crate::records::Emoji;
use crate::refused::{Conflict, Fault, Refused, TooMany};
use crate::tx::Tx;

/// Adds a custom emoji. The same one by the same user again changes nothing; another one of its name is refused.
#[derive(Debug)]
pub struct AddEmoji {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// Its name.
    pub name: String,
    /// Name of the picture's file, which lies on disk already.
    pub picture: String,
}

/// Removes a custom emoji: the actor's own, or as an admin any. Answers with its picture's file, which nothing names
/// any more; one that is not there changes nothing.
#[derive(Debug)]
pub struct RemoveEmoji {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// Its name.
    pub name: String,
}

impl Command for AddEmoji {
    type Done = Emoji;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Emoji, Fault> {
        Standing::look(tx, &self.actor, None)?.demand(self.actor.least)?;
        let emoji = Emoji { name: self.name.clone(), picture: self.picture.clone(), by: self.actor.user };
        match Emoji::find(tx.connection(), &self.name)? {
            Some(same) if same == emoji => return Ok(same),
            Some(_) => return Err(Refused::Conflict(Conflict::EmojiTaken).into()),
            None => {}
        }
        let count: usize = tx.one("SELECT count(*) FROM emoji", (), |row| row.get(0))?;
        if count >= CUSTOM_EMOJI {
            return Err(Refused::TooMany(TooMany::Emoji).into());
        }
        tx.run(
            r#"INSERT INTO emoji (name, picture, "by", at) VALUES (?1, ?2, ?3, ?4)"#,
            (&emoji.name, &emoji.picture, emoji.by.number(), tx.now_ms),
        )?;
        count_change(tx)?;
        Ok(emoji)
    }
}

impl Command for RemoveEmoji {
    type Done = Option<String>;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Option<String>, Fault> {
        let standing = Standing::look(tx, &self.actor, None)?;
        standing.demand(self.actor.least)?;
        let Some(emoji) = Emoji::find(tx.connection(), &self.name)? else { return Ok(None) };
        if emoji.by != self.actor.user {
            standing.demand(Role::Admin)?;
        }
        tx.run("DELETE FROM emoji WHERE name = ?1", [&self.name])?;
        count_change(tx)?;
        Ok(Some(emoji.picture))
    }
}

fn count_change(tx: &mut Tx<'_>) -> Result<(), Fault> {
    tx.run("UPDATE workspace SET emoji = emoji + 1", ())?;
    changed(tx).map(drop)
}
