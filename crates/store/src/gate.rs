//! The gate: who somebody is and what they may do, as it is inside the transaction that writes.
//!
//! Sessions, accounts and memberships can end between the moment a call comes in and the moment it is written. What
//! is read here holds for the write.

use parlor_protocol::rooms::{RoomKind, RoomStyle};
use parlor_protocol::{Role, RoomId, Seq, UserId};
use rusqlite::Row;

use crate::codec::{self, Column};
use crate::refused::{Conflict, Fault, Refused};
use crate::tx::{RoomLog, Tx, UserLog};
use crate::write::Actor;

/// The role that counts in a room, where workspace roles below moderator add nothing.
pub(crate) fn effective(in_room: Role, in_workspace: Role) -> Role {
    if in_workspace >= Role::Moderator { in_room.max(in_workspace) } else { in_room }
}

/// The role in a room of somebody with this role in the workspace, who is made no moderator of it.
pub(crate) fn ordinary(in_workspace: Role) -> Role {
    in_workspace.min(Role::Member)
}

/// Somebody who acts: signed in, not disabled.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    pub(crate) role: Role,
    pub(crate) log: UserLog,
    room: Option<RoomFacts>,
    in_room: Option<(Role, Seq)>,
}

/// What writes need to know of a room.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RoomFacts {
    pub(crate) log: RoomLog,
    pub(crate) kind: RoomKind,
    pub(crate) style: RoomStyle,
    pub(crate) guests: bool,
    pub(crate) archived: bool,
}

/// Somebody's place in a room.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) room: RoomFacts,
    /// Effective role.
    pub(crate) role: Role,
    pub(crate) marker: Seq,
}

impl Standing {
    /// Looks the actor up, and in the same row their place in a room.
    ///
    /// # Errors
    /// `Unauthenticated` when the session has ended or the user is disabled.
    pub(crate) fn look(tx: &Tx<'_>, actor: &Actor, room: Option<RoomId>) -> Result<Self, Fault> {
        let session = actor.session.map(Column::number);
        let found = tx.maybe(
            "SELECT u.role, u.log, m.role, m.marker, r.id, r.log, r.kind, r.style, r.guests, r.archived
             FROM users u
             LEFT JOIN sessions s ON s.id = ?2
             LEFT JOIN rooms r ON r.id = ?3
             LEFT JOIN members m ON m.room = ?3 AND m.user = u.id
             WHERE u.id = ?1 AND u.disabled = 0 AND (?2 IS NULL OR
                s.user = u.id AND (s.bot = 1 OR s.created_at > ?4 AND s.seen_at > ?5))",
            (
                actor.user.number(),
                session,
                room.map(Column::number),
                tx.sessions.oldest_created(tx.now_ms),
                tx.sessions.oldest_seen(tx.now_ms),
            ),
            |row| Self::read(actor.user, row),
        )?;
        Ok(found.ok_or(Refused::Unauthenticated)?)
    }

    fn read(user: UserId, row: &Row<'_>) -> rusqlite::Result<Self> {
        let in_room: Option<i64> = row.get(2)?;
        let room: Option<i64> = row.get(4)?;
        Ok(Self {
            role: codec::role(row.get(0)?)?,
            log: UserLog { user, ordinal: row.get(1)? },
            in_room: in_room
                .map(|role| Ok::<_, rusqlite::Error>((codec::role(role)?, row.get(3)?)))
                .transpose()?,
            room: room.map(|_| RoomFacts::read(row, 4)).transpose()?,
        })
    }

    /// Demands a role in the workspace.
    pub(crate) fn demand(&self, least: Role) -> Result<(), Fault> {
        if self.role >= least { Ok(()) } else { Err(Refused::Forbidden.into()) }
    }

    /// Demands membership in the room with at least this effective role. A room that one is not in is not there.
    pub(crate) fn place(&self, least: Role) -> Result<Place, Fault> {
        let (Some(room), Some((in_room, marker))) = (self.room, self.in_room) else {
            return Err(Refused::NotFound.into());
        };
        let role = effective(in_room, self.role);
        if role >= least { Ok(Place { room, role, marker }) } else { Err(Refused::Forbidden.into()) }
    }

    /// The room, whether or not the actor is in it.
    pub(crate) fn room(&self) -> Result<RoomFacts, Fault> {
        Ok(self.room.ok_or(Refused::NotFound)?)
    }

    /// Whether the actor is in the room.
    pub(crate) fn is_member(&self) -> bool {
        self.in_room.is_some()
    }
}

impl RoomFacts {
    /// Reads `id, log, kind, style, guests, archived` of a room, from the column `first` on.
    pub(crate) fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<Self> {
        Ok(Self {
            log: RoomLog { room: codec::room_id(row.get(first)?)?, ordinal: row.get(first + 1)? },
            kind: codec::room_kind(row.get(first + 2)?)?,
            style: codec::room_style(row.get(first + 3)?)?,
            guests: row.get(first + 4)?,
            archived: row.get(first + 5)?,
        })
    }

    /// Refuses what an archive does not take.
    pub(crate) fn open(&self) -> Result<(), Fault> {
        if self.archived { Err(Refused::Conflict(Conflict::Archived).into()) } else { Ok(()) }
    }

    /// Refuses what direct rooms, whose people are fixed, do not take.
    pub(crate) fn not_direct(&self) -> Result<(), Fault> {
        if self.kind == RoomKind::Direct { Err(Refused::Conflict(Conflict::Direct).into()) } else { Ok(()) }
    }
}

impl Place {
    /// Refuses messages where the room is archived, or read-only for this role.
    pub(crate) fn may_write(&self) -> Result<(), Fault> {
        self.room.open()?;
        if self.room.style == RoomStyle::ReadOnly && self.role < Role::Moderator {
            return Err(Refused::Conflict(Conflict::ReadOnly).into());
        }
        Ok(())
    }
}
