//! Invites and doors: how people come in.

use parlor_protocol::workspace::Door;
use parlor_protocol::{InviteId, Role, RoomId};
use rusqlite::Row;

use super::members::{Person, enter};
use super::sessions::{Entered, NewSession};
use super::users::{NewUser, may_govern};
use super::{Actor, Command};
use crate::codec::{self, Column};
use crate::gate::{RoomFacts, Standing, ordinary};
use crate::random;
use crate::records::Invite;
use crate::refused::{Conflict, Fault, Refused};
use crate::secrets::TokenHash;
use crate::tx::Tx;

/// Makes an invite. Only an owner invites moderators and admins; nobody invites owners.
#[derive(Debug)]
pub struct CreateInvite {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// Hash of the link's token.
    pub token: TokenHash,
    /// Role of those who accept.
    pub role: Role,
    /// A room, not direct, that those who accept join too; the actor must be a member of it.
    pub room: Option<RoomId>,
    /// When it ends, in milliseconds since 1970.
    pub expires_at_ms: u64,
    /// How often it works; without a limit when absent.
    pub uses: Option<u32>,
}

/// Ends an invite; `NotFound` if it does not work any more.
#[derive(Debug)]
pub struct RevokeInvite {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// Which one.
    pub invite: InviteId,
}

/// Gives the standing link another token.
#[derive(Debug)]
pub struct RenewStandingLink {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// The new token.
    pub token: String,
}

/// Comes in with an invite or with the standing link: makes an account, signs it in, joins the lobby and the
/// invite's room. `Expired` for links that do not work any more, `NotFound` for those that never did.
#[derive(Debug)]
pub struct AcceptInvite {
    /// Hash of the link's token.
    pub token: TokenHash,
    /// Who comes in. The invite gives the role: no password for guests, one for all others, or `Forbidden`.
    pub user: NewUser,
    /// Their device.
    pub session: NewSession,
}

/// Comes in as a guest while the guest door is open, or `Conflict(DoorClosed)`.
#[derive(Debug)]
pub struct JoinAsGuest {
    /// Who comes in, without a password.
    pub user: NewUser,
    /// Their device.
    pub session: NewSession,
}

impl Command for CreateInvite {
    type Done = Invite;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Invite, Fault> {
        let standing = Standing::look(tx, &self.actor, self.room)?;
        standing.demand(self.actor.least)?;
        if self.role == Role::Owner || (self.role >= Role::Moderator && standing.role < Role::Owner) {
            return Err(Refused::Forbidden.into());
        }
        if self.room.is_some() {
            let room = standing.place(Role::Guest)?.room;
            room.not_direct()?;
            room.open()?;
            if self.role == Role::Guest && !room.guests {
                return Err(Refused::Conflict(Conflict::NoGuests).into());
            }
        }
        let id = codec::invite_id(random::number()?.cast_signed())?;
        tx.run(
            r#"INSERT INTO invites (id, hash, "by", role, room, created_at, expires_at, uses_left)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"#,
            (
                id.number(),
                self.token.0,
                self.actor.user.number(),
                self.role.number(),
                self.room.map(Column::number),
                tx.now_ms,
                self.expires_at_ms,
                self.uses,
            ),
        )?;
        Ok(Invite {
            id,
            by: self.actor.user,
            role: self.role,
            room: self.room,
            expires_at_ms: self.expires_at_ms,
            uses_left: self.uses,
            used: 0,
        })
    }
}

impl Command for RevokeInvite {
    type Done = ();

    fn apply(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let standing = Standing::look(tx, &self.actor, None)?;
        standing.demand(self.actor.least)?;
        let role = tx.maybe(
            "SELECT role FROM invites WHERE id = ?1 AND revoked = 0 AND expires_at > ?2
                AND (uses_left IS NULL OR uses_left > 0)",
            (self.invite.number(), tx.now_ms),
            |row| codec::role(row.get(0)?),
        )?;
        may_govern(standing.role, role.ok_or(Refused::NotFound)?)?;
        tx.run("UPDATE invites SET revoked = 1 WHERE id = ?1", [self.invite.number()])?;
        Ok(())
    }
}

impl Command for RenewStandingLink {
    type Done = ();

    fn apply(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        Standing::look(tx, &self.actor, None)?.demand(self.actor.least)?;
        let hash = TokenHash::of(&self.token);
        tx.run("UPDATE workspace SET standing = ?1, standing_hash = ?2", (&self.token, hash.0))?;
        Ok(())
    }
}

impl Command for AcceptInvite {
    type Done = Entered;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Entered, Fault> {
        let (role, room) = self.consume(tx)?;
        if (role == Role::Guest) != self.user.password.is_none() {
            return Err(Refused::Forbidden.into());
        }
        come_in(tx, &self.user, &self.session, role, room)
    }
}

impl AcceptInvite {
    /// Uses the link up by one, and tells what it gives.
    fn consume(&self, tx: &Tx<'_>) -> Result<(Role, Option<RoomFacts>), Fault> {
        let invite = tx.maybe(
            "SELECT i.id, i.role, i.revoked = 1 OR i.expires_at <= ?2 OR i.uses_left = 0, i.room,
                r.id, r.log, r.kind, r.style, r.guests, r.archived
             FROM invites i LEFT JOIN rooms r ON r.id = i.room WHERE i.hash = ?1",
            (self.token.0, tx.now_ms),
            Offer::read,
        )?;
        let Some(offer) = invite else {
            return self.standing(tx);
        };
        if offer.over {
            return Err(Refused::Expired.into());
        }
        let used = "UPDATE invites SET used = used + 1, uses_left = uses_left - 1 WHERE id = ?1";
        tx.run(used, [offer.invite])?;
        Ok((offer.role, offer.room))
    }

    fn standing(&self, tx: &Tx<'_>) -> Result<(Role, Option<RoomFacts>), Fault> {
        let door =
            tx.maybe("SELECT door FROM workspace WHERE standing_hash = ?1", [self.token.0], |row| {
                codec::door(row.get(0)?)
            })?;
        match door {
            Some(Door::Link) => Ok((Role::Member, None)),
            Some(_) => Err(Refused::Expired.into()),
            None => Err(Refused::NotFound.into()),
        }
    }
}

/// What an invite gives.
struct Offer {
    invite: i64,
    role: Role,
    over: bool,
    room: Option<RoomFacts>,
}

impl Offer {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let room: Option<i64> = row.get(4)?;
        Ok(Self {
            invite: row.get(0)?,
            role: codec::role(row.get(1)?)?,
            over: row.get::<_, Option<bool>>(2)?.unwrap_or(false),
            room: room.map(|_| RoomFacts::read(row, 4)).transpose()?,
        })
    }
}

impl Command for JoinAsGuest {
    type Done = Entered;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Entered, Fault> {
        let door = tx.maybe("SELECT door FROM workspace", (), |row| codec::door(row.get(0)?))?;
        match door {
            Some(Door::Guest) => come_in(tx, &self.user, &self.session, Role::Guest, None),
            Some(_) => Err(Refused::Conflict(Conflict::DoorClosed).into()),
            None => Err(Refused::Conflict(Conflict::NotSetUp).into()),
        }
    }
}

/// Makes an account, signs it in, and lets it into the lobby and one more room.
fn come_in(
    tx: &mut Tx<'_>,
    user: &NewUser,
    session: &NewSession,
    role: Role,
    room: Option<RoomFacts>,
) -> Result<Entered, Fault> {
    let log = user.create(tx, role, false)?;
    let person = Person { log, role };
    let lobby = lobby(tx)?;
    let rooms = [Some(lobby), room.filter(|room| room.log != lobby.log && !room.archived)];
    for room in rooms.iter().flatten() {
        // A room that was closed to guests meanwhile is passed over: the account is what was asked for.
        if person.may_be_in(room).is_ok() {
            enter(tx, room, &person, ordinary(role), log.user)?;
        }
    }
    session.enter(tx, log.user)
}

/// The room that everyone who comes in joins.
pub(super) fn lobby(tx: &Tx<'_>) -> Result<RoomFacts, Fault> {
    let found = tx.maybe(
        "SELECT r.id, r.log, r.kind, r.style, r.guests, r.archived FROM workspace w JOIN rooms r ON r.id = w.lobby",
        (),
        |row| RoomFacts::read(row, 0),
    )?;
    Ok(found.ok_or(Refused::Conflict(Conflict::NotSetUp))?)
}
