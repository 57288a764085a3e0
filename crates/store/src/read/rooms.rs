//! The workspace, its rooms, and who is in them.

use parlor_protocol::rooms::RoomKind;
use parlor_protocol::{Role, RoomId, UserId};
use rusqlite::{Connection, OptionalExtension, Result, Row};

use super::Snapshot;
use crate::codec::{self, Column};
use crate::gate::effective;
use crate::records::{Member, Membership, Room, RoomListing, Slice, User, Workspace};
use crate::refused::Failed;

impl Workspace {
    /// The workspace; `None` before set-up.
    pub(crate) fn find(conn: &Connection) -> Result<Option<Self>> {
        conn.prepare_cached("SELECT name, door, lobby, standing, emoji FROM workspace")?
            .query_row((), |row| {
                Ok(Self {
                    name: row.get(0)?,
                    door: codec::door(row.get(1)?)?,
                    lobby: codec::room_id(row.get(2)?)?,
                    standing: row.get(3)?,
                    emoji: row.get(4)?,
                })
            })
            .optional()
    }
}

impl Room {
    /// Reads `id, kind, style, name, topic, guests, archived, members, people, previews` of a room, from the column `first` on.
    fn read(row: &Row<'_>, first: usize) -> Result<Self> {
        let people: Option<Vec<u8>> = row.get(first + 8)?;
        Ok(Self {
            id: codec::room_id(row.get(first)?)?,
            kind: codec::room_kind(row.get(first + 1)?)?,
            style: codec::room_style(row.get(first + 2)?)?,
            name: row.get(first + 3)?,
            topic: row.get(first + 4)?,
            guests: row.get(first + 5)?,
            archived: row.get(first + 6)?,
            members: row.get(first + 7)?,
            people: codec::unpack(&people.unwrap_or_default())?,
            previews: row.get(first + 9)?,
        })
    }

    /// The room of this id, if this user is in it.
    pub(crate) fn of_member(conn: &Connection, user: UserId, room: RoomId) -> Result<Option<Self>> {
        conn.prepare_cached(
            "SELECT r.id, r.kind, r.style, r.name, r.topic, r.guests, r.archived, r.members, r.people, r.previews
             FROM members m JOIN rooms r ON r.id = m.room WHERE m.room = ?2 AND m.user = ?1",
        )?
        .query_row((user.number(), room.number()), |row| Self::read(row, 0))
        .optional()
    }
}

/// The memberships of a user who is not disabled: the one place that tells which rooms somebody sees.
macro_rules! memberships {
    ($more:literal) => {
        concat!(
            "SELECT m.user, m.role, u.role, m.marker, l.head,
                r.id, r.kind, r.style, r.name, r.topic, r.guests, r.archived, r.members, r.people, r.previews
             FROM members m JOIN users u ON u.id = m.user AND u.disabled = 0
             JOIN rooms r ON r.id = m.room JOIN logs l ON l.ordinal = r.log
             WHERE m.user = ?1",
            $more
        )
    };
}

impl Membership {
    fn read(row: &Row<'_>) -> Result<Self> {
        let (in_room, in_workspace) = (codec::role(row.get(1)?)?, codec::role(row.get(2)?)?);
        Ok(Self {
            user: codec::user_id(row.get(0)?)?,
            role: effective(in_room, in_workspace),
            marker: row.get(3)?,
            head: row.get(4)?,
            room: Room::read(row, 5)?,
        })
    }
}

/// Which members of a room are looked for.
#[derive(Debug, Clone, Copy)]
pub struct MemberQuery<'a> {
    /// Start of the display name or the username, without regard to letter case; everyone when empty.
    pub starts: &'a str,
    /// Continue after this username.
    pub after: Option<&'a str>,
    /// At most this many.
    pub limit: u32,
}

impl Snapshot {
    /// The workspace; `None` before set-up.
    pub fn workspace(&self) -> Result<Option<Workspace>, Failed> {
        Ok(Workspace::find(&self.conn)?)
    }

    /// A room.
    pub fn room(&self, room: RoomId) -> Result<Option<Room>, Failed> {
        Ok(self.maybe(
            "SELECT id, kind, style, name, topic, guests, archived, members, people, previews FROM rooms WHERE id = ?1",
            [room.number()],
            |row| Room::read(row, 0),
        )?)
    }

    /// A user's membership in a room; `None` if they are no member or disabled, or there is no such room.
    pub fn member(&self, user: UserId, room: RoomId) -> Result<Option<Membership>, Failed> {
        let sql = memberships!(" AND m.room = ?2");
        Ok(self.maybe(sql, (user.number(), room.number()), Membership::read)?)
    }

    /// All memberships of a user, by room id.
    pub fn rooms_of(&self, user: UserId) -> Result<Vec<Membership>, Failed> {
        Ok(self.all(memberships!(" ORDER BY m.room"), [user.number()], Membership::read)?)
    }

    /// Ids of the rooms that a user is in, a disabled one too.
    pub fn room_ids_of(&self, user: UserId) -> Result<Vec<RoomId>, Failed> {
        Ok(self.all("SELECT room FROM members WHERE user = ?1", [user.number()], |row| {
            codec::room_id(row.get(0)?)
        })?)
    }

    /// The public rooms that a user could join or is in, by name; for guests those open to guests.
    pub fn public_rooms(&self, user: UserId, archived: bool) -> Result<Vec<RoomListing>, Failed> {
        Ok(self.all(
            "SELECT m.user IS NOT NULL,
                r.id, r.kind, r.style, r.name, r.topic, r.guests, r.archived, r.members, r.people, r.previews
             FROM users u JOIN rooms r ON r.kind = ?2
             LEFT JOIN members m ON m.room = r.id AND m.user = u.id
             WHERE u.id = ?1 AND u.disabled = 0 AND (r.archived = 0 OR ?3)
                AND (u.role > ?4 OR r.guests = 1 OR m.user IS NOT NULL)
             ORDER BY r.folded",
            (user.number(), RoomKind::Public.number(), archived, Role::Guest.number()),
            |row| Ok(RoomListing { joined: row.get(0)?, room: Room::read(row, 1)? }),
        )?)
    }

    /// Id and name of the public room of this name, in any letter case.
    pub fn public_room_named(&self, name: &str) -> Result<Option<(RoomId, String)>, Failed> {
        Ok(self.maybe(
            "SELECT id, name FROM rooms WHERE folded = ?1 AND kind = ?2",
            (name.to_lowercase(), RoomKind::Public.number()),
            |row| Ok((codec::room_id(row.get(0)?)?, row.get(1)?)),
        )?)
    }

    /// Members of a room by username.
    pub fn members(&self, room: RoomId, query: MemberQuery<'_>) -> Result<Slice<Member>, Failed> {
        let mut items = self.all(
            "SELECT m.role, u.id, u.username, u.name, u.role, u.bot, u.disabled, u.avatar, u.status, u.seen_at
             FROM members m JOIN users u ON u.id = m.user WHERE m.room = ?1 AND u.username > ?2
                AND (substr(u.folded, 1, length(?3)) = ?3 OR substr(u.username, 1, length(?3)) = ?3)
             ORDER BY u.username LIMIT ?4",
            (
                room.number(),
                query.after.unwrap_or_default(),
                query.starts.to_lowercase(),
                query.limit.saturating_add(1),
            ),
            |row| Ok(Member { role: codec::role(row.get(0)?)?, user: User::read(row, 1)? }),
        )?;
        let more = items.len() > query.limit as usize;
        items.truncate(query.limit as usize);
        Ok(Slice { items, more })
    }

    /// Everyone in a room, by id.
    pub fn member_ids(&self, room: RoomId) -> Result<Vec<UserId>, Failed> {
        Ok(self.all("SELECT user FROM members WHERE room = ?1 ORDER BY user", [room.number()], |row| {
            codec::user_id(row.get(0)?)
        })?)
    }

    /// Whether two users are members of one room.
    pub fn share_a_room(&self, one: UserId, other: UserId) -> Result<bool, Failed> {
        let shared = self.maybe(
            "SELECT 1 FROM members a JOIN members b ON b.room = a.room AND b.user = ?2 WHERE a.user = ?1 LIMIT 1",
            (one.number(), other.number()),
            |_| Ok(()),
        )?;
        Ok(shared.is_some())
    }

    /// Everyone who shares a room with this user, by id, the user left out.
    pub fn acquaintances(&self, user: UserId) -> Result<Vec<UserId>, Failed> {
        Ok(self.all(
            "SELECT DISTINCT b.user FROM members a JOIN members b ON b.room = a.room
             WHERE a.user = ?1 AND b.user <> ?1 ORDER BY b.user",
            [user.number()],
            |row| codec::user_id(row.get(0)?),
        )?)
    }
}
