//! Logs: entries after a cursor, heads, and what is unread.

use parlor_protocol::{RoomId, Seq, UserId};

use super::Snapshot;
use crate::entries::{RoomEntry, UserEntry};
use crate::records::{Mine, Unread};
use crate::refused::Failed;

impl Snapshot<'_> {
    /// Seq of a room's last entry; `None` without such a room.
    pub fn head(&self, room: RoomId) -> Result<Option<Seq>, Failed> {
        unimplemented!()
    }

    /// The first entries of a room after this seq, at most `limit`. Deleted messages have empty texts.
    pub fn room_entries(&self, room: RoomId, after: Seq, limit: u32) -> Result<Vec<RoomEntry>, Failed> {
        unimplemented!()
    }

    /// The first entries of a user's own log after this seq, at most `limit`.
    pub fn user_entries(&self, user: UserId, after: Seq, limit: u32) -> Result<Vec<UserEntry>, Failed> {
        unimplemented!()
    }

    /// Head of the user's own log and their settings; `None` without such a user.
    pub fn mine(&self, user: UserId) -> Result<Option<Mine>, Failed> {
        unimplemented!()
    }

    /// Where a member stands in a room; `None` if they are no member.
    pub fn unread(&self, user: UserId, room: RoomId) -> Result<Option<Unread>, Failed> {
        unimplemented!()
    }
}
