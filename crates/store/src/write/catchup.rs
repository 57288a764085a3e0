//! What users put away of what is unread.

use parlor_protocol::catchup::PutAway;
use parlor_protocol::limits::PUT_AWAY_PER_USER;
use parlor_protocol::{Nonce, Seq};

use super::messages::Target;
use super::{Actor, Command};
use crate::codec::Column;
use crate::entries::UserBody;
use crate::gate::Standing;
use crate::nonce::Digest;
use crate::records::Written;
use crate::refused::Fault;
use crate::tx::Tx;

/// Puts something unread away, or brings it back when its time is past. What is so already changes nothing.
#[derive(Debug)]
pub struct PutAwayUnread {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// What, and until when; `NotFound` without its message.
    pub away: PutAway,
}

impl Command for PutAwayUnread {
    type Done = Written;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Written, Fault> {
        let PutAway { room, message, thread, until_ms } = self.away;
        let standing = Standing::look(tx, &self.actor, Some(room))?;
        let named = [message, thread, until_ms.map(|_| 1)].map(|seq| seq.map_or(0, u64::from));
        let digest = Digest::of("catchup:put_away").number(room.get()).numbers(named.into_iter());
        let once = digest.number(until_ms.unwrap_or(0)).once(&self.actor, &self.nonce);
        if let Some(written) = tx.repeated(&once)? {
            return Ok(written);
        }
        let log = standing.place(self.actor.least)?.room.log;
        for seq in message.into_iter().chain(thread) {
            Target::find(tx, log, seq)?;
        }
        if self.is_news(tx)? {
            let seq = tx.append_mine(standing.log, UserBody::PutAway { away: self.away })?;
            self.fold(tx, seq)?;
        }
        let head = tx.tail(log.ordinal)?;
        tx.remember(&once, log, head)
    }
}

impl PutAwayUnread {
    fn key(&self) -> (i64, i64, Seq, Seq) {
        let PutAway { room, message, thread, .. } = self.away;
        (self.actor.user.number(), room.number(), message.unwrap_or(0), thread.unwrap_or(0))
    }

    fn is_news(&self, tx: &Tx<'_>) -> Result<bool, Fault> {
        let known = tx.maybe(
            "SELECT until FROM put_away WHERE user = ?1 AND room = ?2 AND message = ?3 AND thread = ?4",
            self.key(),
            |row| row.get::<_, Option<u64>>(0),
        )?;
        Ok(known != Some(self.away.until_ms))
    }

    /// As every device folds it: the first ones of too many go.
    fn fold(&self, tx: &Tx<'_>, seq: Seq) -> Result<(), Fault> {
        let (user, room, message, thread) = self.key();
        tx.run(
            "INSERT OR REPLACE INTO put_away (user, room, message, thread, until, seq)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (user, room, message, thread, self.away.until_ms, seq),
        )?;
        tx.run(
            "DELETE FROM put_away WHERE user = ?1 AND seq <=
             (SELECT seq FROM put_away WHERE user = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)",
            (user, PUT_AWAY_PER_USER),
        )?;
        Ok(())
    }
}
