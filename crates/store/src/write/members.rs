//! Members: join, leave, add, remove, change the role.

use parlor_protocol::rooms::RoomKind;
use parlor_protocol::{Nonce, Role, RoomId, UserId};

use super::{Actor, Command, threads};
use crate::codec::{self, Column};
use crate::entries::{RoomBody, UserBody};
use crate::gate::{Place, RoomFacts, Standing, effective, ordinary};
use crate::nonce::{Digest, Once};
use crate::records::Written;
use crate::refused::{Conflict, Fault, Refused};
use crate::tx::{Tx, UserLog};

/// Joins a public room. A member who joins again changes nothing.
#[derive(Debug)]
pub struct JoinRoom {
    /// Who; `least` is demanded in the workspace. Guests join rooms that are open to guests; others are `NotFound`.
    pub actor: Actor,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// Which room.
    pub room: RoomId,
}

/// Leaves a room that is not direct.
#[derive(Debug)]
pub struct LeaveRoom {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// Which room.
    pub room: RoomId,
}

/// Adds people to a room that is not direct. Those who are members stay as they are.
#[derive(Debug)]
pub struct AddMembers {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// Which room.
    pub room: RoomId,
    /// Whom; `NotFound` for unknown or disabled ones, `Conflict(NoGuests)` for guests where none may be.
    pub users: Vec<UserId>,
}

/// Removes a member from a room that is not direct: one whose effective role is below the actor's.
#[derive(Debug)]
pub struct RemoveMember {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// Which room.
    pub room: RoomId,
    /// Whom; somebody who is no member changes nothing.
    pub user: UserId,
}

/// Makes a member a moderator of the room, or an ordinary member again: one whose effective role is below the actor's.
/// A moderator may step down, too.
#[derive(Debug)]
pub struct ChangeMember {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// Which room.
    pub room: RoomId,
    /// Whose role. Guests can't be moderators.
    pub user: UserId,
    /// `Member` or `Moderator`; `Forbidden` otherwise.
    pub role: Role,
}

impl Command for JoinRoom {
    type Done = Written;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Written, Fault> {
        let standing = Standing::look(tx, &self.actor, Some(self.room))?;
        let once = Digest::of("room:join").number(self.room.get()).once(&self.actor, &self.nonce);
        if let Some(written) = tx.repeated(&once)? {
            return Ok(written);
        }
        standing.demand(self.actor.least)?;
        let room = standing.room()?;
        if !standing.is_member() {
            let visible = room.kind == RoomKind::Public && (room.guests || standing.role > Role::Guest);
            if !visible {
                return Err(Refused::NotFound.into());
            }
            let person = Person { log: standing.log, role: standing.role };
            enter(tx, &room, &person, ordinary(standing.role), self.actor.user)?;
        }
        done(tx, &room, &once)
    }
}

impl Command for LeaveRoom {
    type Done = Written;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Written, Fault> {
        let standing = Standing::look(tx, &self.actor, Some(self.room))?;
        let once = Digest::of("room:leave").number(self.room.get()).once(&self.actor, &self.nonce);
        if let Some(written) = tx.repeated(&once)? {
            return Ok(written);
        }
        let place = standing.place(self.actor.least)?;
        place.room.not_direct()?;
        leave(tx, &place.room, standing.log, self.actor.user)?;
        done(tx, &place.room, &once)
    }
}

impl Command for AddMembers {
    type Done = Written;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Written, Fault> {
        let digest = Digest::of("member:add").number(self.room.get());
        let once = digest.numbers(self.users.iter().map(|user| user.get())).once(&self.actor, &self.nonce);
        let place = match Changing::check(tx, &self.actor, self.room, &once)? {
            Changing::Again(written) => return Ok(written),
            Changing::In(place) => place,
        };
        place.room.open()?;
        for user in &self.users {
            let person = Person::find(tx, *user)?;
            if role_in(tx, &place.room, *user)?.is_none() {
                person.may_be_in(&place.room)?;
                enter(tx, &place.room, &person, ordinary(person.role), self.actor.user)?;
            }
        }
        done(tx, &place.room, &once)
    }
}

impl Command for RemoveMember {
    type Done = Written;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Written, Fault> {
        let digest = Digest::of("member:remove").number(self.room.get()).number(self.user.get());
        let once = digest.once(&self.actor, &self.nonce);
        let place = match Changing::check(tx, &self.actor, self.room, &once)? {
            Changing::Again(written) => return Ok(written),
            Changing::In(place) => place,
        };
        if let Some((in_room, person)) = member(tx, &place.room, self.user)? {
            if effective(in_room, person.role) >= place.role {
                return Err(Refused::Forbidden.into());
            }
            leave(tx, &place.room, person.log, self.actor.user)?;
        }
        done(tx, &place.room, &once)
    }
}

impl Command for ChangeMember {
    type Done = Written;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Written, Fault> {
        let digest = Digest::of("member:change").number(self.room.get()).number(self.user.get());
        let once = digest.text(&self.role.number().to_string()).once(&self.actor, &self.nonce);
        let place = match Changing::check(tx, &self.actor, self.room, &once)? {
            Changing::Again(written) => return Ok(written),
            Changing::In(place) => place,
        };
        place.room.open()?;
        let (in_room, person) = member(tx, &place.room, self.user)?.ok_or(Refused::NotFound)?;
        if self.user != self.actor.user && effective(in_room, person.role) >= place.role {
            return Err(Refused::Forbidden.into());
        }
        if !matches!(self.role, Role::Member | Role::Moderator) || person.role == Role::Guest {
            return Err(Refused::Forbidden.into());
        }
        if in_room != self.role {
            change_role(tx, &place.room, self.user, self.role, self.actor.user)?;
        }
        done(tx, &place.room, &once)
    }
}

/// What the commands that change others' membership check first.
enum Changing {
    /// It was done before.
    Again(Written),
    /// The actor may change who is in here.
    In(Place),
}

impl Changing {
    fn check(tx: &Tx<'_>, actor: &Actor, room: RoomId, once: &Once) -> Result<Self, Fault> {
        let standing = Standing::look(tx, actor, Some(room))?;
        if let Some(written) = tx.repeated(once)? {
            return Ok(Self::Again(written));
        }
        let place = standing.place(actor.least)?;
        place.room.not_direct()?;
        Ok(Self::In(place))
    }
}

/// Somebody who comes into a room.
#[derive(Debug, Clone, Copy)]
pub(super) struct Person {
    pub(super) log: UserLog,
    /// Role in the workspace.
    pub(super) role: Role,
}

impl Person {
    /// Finds a user who is not disabled.
    pub(super) fn find(tx: &Tx<'_>, user: UserId) -> Result<Self, Fault> {
        let found =
            tx.maybe("SELECT role, log FROM users WHERE id = ?1 AND disabled = 0", [user.number()], |row| {
                Ok(Self { role: codec::role(row.get(0)?)?, log: UserLog { user, ordinal: row.get(1)? } })
            })?;
        Ok(found.ok_or(Refused::NotFound)?)
    }

    /// Guests are only in rooms that are open to guests, and in direct ones.
    pub(super) fn may_be_in(&self, room: &RoomFacts) -> Result<(), Fault> {
        if self.role > Role::Guest || room.guests || room.kind == RoomKind::Direct {
            Ok(())
        } else {
            Err(Refused::Conflict(Conflict::NoGuests).into())
        }
    }
}

/// Makes somebody a member: the room's log says so, then their own. What is written until then counts as read.
pub(super) fn enter(
    tx: &mut Tx<'_>,
    room: &RoomFacts,
    person: &Person,
    role: Role,
    by: UserId,
) -> Result<(), Fault> {
    let user = person.log.user;
    let seq = tx.append(room.log, by, RoomBody::MemberJoined { user, role })?;
    let id = room.log.room.number();
    tx.run(
        "INSERT INTO members (room, user, role, marker) VALUES (?1, ?2, ?3, ?4)",
        (id, user.number(), role.number(), seq),
    )?;
    tx.run("UPDATE rooms SET members = members + 1 WHERE id = ?1", [id])?;
    tx.append_mine(person.log, UserBody::RoomJoined { room: room.log.room })?;
    Ok(())
}

/// Ends a membership: the room's log says so, then the user's own.
fn leave(tx: &mut Tx<'_>, room: &RoomFacts, log: UserLog, by: UserId) -> Result<(), Fault> {
    tx.append(room.log, by, RoomBody::MemberLeft { user: log.user })?;
    let id = room.log.room.number();
    tx.run("DELETE FROM members WHERE room = ?1 AND user = ?2", (id, log.user.number()))?;
    threads::forget(tx, room.log, log.user)?;
    tx.run("UPDATE rooms SET members = members - 1 WHERE id = ?1", [id])?;
    tx.run("DELETE FROM drafts WHERE user = ?1 AND room = ?2", (log.user.number(), id))?;
    tx.run("DELETE FROM preferences WHERE user = ?1 AND room = ?2", (log.user.number(), id))?;
    tx.run("DELETE FROM put_away WHERE user = ?1 AND room = ?2", (log.user.number(), id))?;
    tx.append_mine(log, UserBody::RoomLeft { room: room.log.room })?;
    Ok(())
}

/// Changes a member's role in the room.
pub(super) fn change_role(
    tx: &mut Tx<'_>,
    room: &RoomFacts,
    user: UserId,
    role: Role,
    by: UserId,
) -> Result<(), Fault> {
    tx.append(room.log, by, RoomBody::MemberChanged { user, role })?;
    tx.run(
        "UPDATE members SET role = ?3 WHERE room = ?1 AND user = ?2",
        (room.log.room.number(), user.number(), role.number()),
    )?;
    Ok(())
}

/// A member's role in the room and who they are, disabled ones too; `None` for others.
fn member(tx: &Tx<'_>, room: &RoomFacts, user: UserId) -> Result<Option<(Role, Person)>, Fault> {
    tx.maybe(
        "SELECT m.role, u.role, u.log FROM members m JOIN users u ON u.id = m.user WHERE m.room = ?1 AND m.user = ?2",
        (room.log.room.number(), user.number()),
        |row| {
            let person = Person { role: codec::role(row.get(1)?)?, log: UserLog { user, ordinal: row.get(2)? } };
            Ok((codec::role(row.get(0)?)?, person))
        },
    )
}

fn role_in(tx: &Tx<'_>, room: &RoomFacts, user: UserId) -> Result<Option<Role>, Fault> {
    Ok(member(tx, room, user)?.map(|(role, _)| role))
}

/// Answers with the room's head, which is the seq of what was written if anything was.
fn done(tx: &mut Tx<'_>, room: &RoomFacts, once: &Once) -> Result<Written, Fault> {
    let head = tx.tail(room.log.ordinal)?;
    tx.remember(once, room.log, head)
}
