//! What users have put away of what is unread.

use parlor_protocol::UserId;
use parlor_protocol::catchup::PutAway;

use super::Snapshot;
use crate::codec::{self, Column};
use crate::refused::Failed;

impl Snapshot {
    /// What a user has put away, the first one first; some of it may be back by now.
    pub fn put_away(&self, user: UserId) -> Result<Vec<PutAway>, Failed> {
        Ok(self.all(
            "SELECT room, nullif(message, 0), nullif(thread, 0), until FROM put_away
             WHERE user = ?1 ORDER BY seq",
            [user.number()],
            |row| {
                Ok(PutAway {
                    room: codec::room_id(row.get(0)?)?,
                    message: row.get(1)?,
                    thread: row.get(2)?,
                    until_ms: row.get(3)?,
                })
            },
        )?)
    }
}
