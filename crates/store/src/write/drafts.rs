//! Drafts: what users began to write.

use parlor_protocol::limits::DRAFTS_PER_USER;

use super::{Actor, Command};
use crate::codec::{self, Column, key};
use crate::entries::UserBody;
use crate::gate::Standing;
use crate::records::Draft;
use crate::refused::{Fault, Refused, TooMany};
use crate::tx::Tx;

/// Keeps a draft of the actor's in the place of the one before; an empty text ends it. The same one again changes nothing.
#[derive(Debug)]
pub struct SetDraft {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// The draft.
    pub draft: Draft,
}

impl Command for SetDraft {
    type Done = ();

    fn apply(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let Draft { room, thread, ref text, reply_to } = self.draft;
        let standing = Standing::look(tx, &self.actor, Some(room))?;
        standing.place(self.actor.least)?;
        let user = self.actor.user.number();
        let place = (user, room.number(), thread.unwrap_or(0));
        let before = tx.maybe(
            "SELECT text, reply_to, key FROM drafts WHERE user = ?1 AND room = ?2 AND thread = ?3",
            place,
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, Option<u32>>(1)?, row.get::<_, i64>(2)?)),
        )?;
        match &before {
            None if text.is_empty() => return Ok(()),
            Some((same, answers, _)) if same == text && *answers == reply_to => return Ok(()),
            None => {
                let count: usize =
                    tx.one("SELECT count(*) FROM drafts WHERE user = ?1", [user], |row| row.get(0))?;
                if count >= DRAFTS_PER_USER {
                    return Err(Refused::TooMany(TooMany::Drafts).into());
                }
            }
            Some(_) => {}
        }
        if let Some((.., entry)) = before {
            // The log keeps what is a draft now, not everything that was ever typed.
            let blank = Draft { room, thread, text: String::new(), reply_to: None };
            tx.run("UPDATE entries SET body = ?2 WHERE key = ?1", (entry, codec::write_draft(&blank)))?;
        }
        let seq = tx.append_mine(standing.log, UserBody::DraftChanged { draft: self.draft.clone() })?;
        if text.is_empty() {
            tx.run("DELETE FROM drafts WHERE user = ?1 AND room = ?2 AND thread = ?3", place)?;
        } else {
            tx.run(
                "INSERT OR REPLACE INTO drafts (user, room, thread, text, reply_to, key)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                (place.0, place.1, place.2, text, reply_to, key(standing.log.ordinal, seq)),
            )?;
        }
        Ok(())
    }
}
