//! Messages as they are now: pages of a timeline, single ones, found ones.

use parlor_protocol::messages::Anchor;
use parlor_protocol::{RoomId, Seq, UserId};

use super::Snapshot;
use crate::records::{Found, FoundCursor, Message, Page};
use crate::refused::Failed;

impl Snapshot<'_> {
    /// A page of a room's timeline, of at most `limit` items; `None` without such a room.
    pub fn history(&self, room: RoomId, from: Anchor, limit: u32) -> Result<Option<Page>, Failed> {
        unimplemented!()
    }

    /// The messages of these seqs that exist, by seq, deleted ones too.
    pub fn messages(&self, room: RoomId, seqs: &[Seq]) -> Result<Vec<Message>, Failed> {
        unimplemented!()
    }

    /// Searches the user's rooms, or one of them, newest first: all words must occur, the last may be the start of one.
    ///
    /// Deleted messages are never found. Messages of the last moments may be missing still.
    pub fn search(
        &self,
        user: UserId,
        query: &str,
        room: Option<RoomId>,
        before: Option<FoundCursor>,
        limit: u32,
    ) -> Result<Found, Failed> {
        unimplemented!()
    }
}
