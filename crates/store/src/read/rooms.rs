//! Rooms and who is in them.

use parlor_protocol::{RoomId, UserId};

use super::Snapshot;
use crate::records::{Member, Membership, Room, RoomListing, Slice, Workspace};
use crate::refused::Failed;

impl Snapshot<'_> {
    /// The workspace; `None` before set-up.
    pub fn workspace(&self) -> Result<Option<Workspace>, Failed> {
        unimplemented!()
    }

    /// A room.
    pub fn room(&self, room: RoomId) -> Result<Option<Room>, Failed> {
        unimplemented!()
    }

    /// A user's membership in a room; `None` if they are no member or disabled, or there is no such room.
    pub fn member(&self, user: UserId, room: RoomId) -> Result<Option<Membership>, Failed> {
        unimplemented!()
    }

    /// All memberships of a user, by room id.
    pub fn rooms_of(&self, user: UserId) -> Result<Vec<Membership>, Failed> {
        unimplemented!()
    }

    /// The public rooms that a user could join or is in, by name; for guests those open to guests.
    pub fn public_rooms(&self, user: UserId, archived: bool) -> Result<Vec<RoomListing>, Failed> {
        unimplemented!()
    }

    /// Members of a room by username, after this one, at most `limit`.
    pub fn members(&self, room: RoomId, after: Option<&str>, limit: u32) -> Result<Slice<Member>, Failed> {
        unimplemented!()
    }

    /// Everyone in a room, by id.
    pub fn member_ids(&self, room: RoomId) -> Result<Vec<UserId>, Failed> {
        unimplemented!()
    }

    /// Whether two users are members of one room.
    pub fn share_a_room(&self, one: UserId, other: UserId) -> Result<bool, Failed> {
        unimplemented!()
    }

    /// Everyone who shares a room with this user, by id, the user left out.
    pub fn acquaintances(&self, user: UserId) -> Result<Vec<UserId>, Failed> {
        unimplemented!()
    }
}
