//! Rooms: create, open a direct one, change.

use parlor_protocol::limits::DIRECT_PEOPLE;
use parlor_protocol::rooms::{RoomKind, RoomStyle};
use parlor_protocol::{Nonce, Role, RoomId, UserId};

use super::members::{Person, enter};
use super::{Actor, Command};
use crate::codec::{self, Column};
use crate::entries::{RoomBody, RoomChange};
use crate::gate::{RoomFacts, Standing, ordinary};
use crate::nonce::{Digest, Once};
use crate::random;
use crate::records::{Room, Written};
use crate::refused::{Conflict, Fault, Refused, TooMany};
use crate::tx::{RoomLog, Tx};

/// Creates a public or private room. The actor is its first member and moderates it.
#[derive(Debug)]
pub struct CreateRoom {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// Public or private; `Conflict(Direct)` otherwise.
    pub kind: RoomKind,
    /// How it is shown and who writes in it.
    pub style: RoomStyle,
    /// Its name, unique without regard to letter case.
    pub name: String,
    /// Its topic; may be empty.
    pub topic: String,
    /// Whether guests may join it.
    pub guests: bool,
    /// Others who are members from the start; `NotFound` for unknown ones, `Conflict` for guests where none may be.
    pub members: Vec<UserId>,
}

/// Opens the direct room of the actor and these people: the one there is, or a new one.
#[derive(Debug)]
pub struct OpenDirect {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// The others; nobody for a room of notes to oneself.
    pub users: Vec<UserId>,
}

/// Changes a room that is not direct. An archived one can only be taken out of the archive.
#[derive(Debug)]
pub struct ChangeRoom {
    /// Who; `least` is demanded in the room.
    pub actor: Actor,
    /// The actor's nonce.
    pub nonce: Nonce,
    /// Which room.
    pub room: RoomId,
    /// What changes; what is so already is left out of the entry, and nothing new writes no entry.
    pub change: RoomChange,
}

impl Command for CreateRoom {
    type Done = Room;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Room, Fault> {
        let standing = Standing::look(tx, &self.actor, None)?;
        let once = self.once();
        if let Some(written) = tx.repeated(&once)? {
            return room_of(tx, self.actor.user, written.room);
        }
        standing.demand(self.actor.least)?;
        if self.kind == RoomKind::Direct {
            return Err(Refused::Conflict(Conflict::Direct).into());
        }
        let new = NewRoom {
            kind: self.kind,
            style: self.style,
            name: &self.name,
            topic: &self.topic,
            guests: self.guests,
            people: None,
        };
        let room = new.create(tx, self.actor.user)?;
        let creator = Person { log: standing.log, role: standing.role };
        creator.may_be_in(&room)?;
        let role = if creator.role == Role::Guest { Role::Guest } else { Role::Moderator };
        enter(tx, &room, &creator, role, self.actor.user)?;
        let mut others = self.members.clone();
        others.sort_unstable();
        others.dedup();
        for user in others.into_iter().filter(|user| *user != self.actor.user) {
            let person = Person::find(tx, user)?;
            person.may_be_in(&room)?;
            enter(tx, &room, &person, ordinary(person.role), self.actor.user)?;
        }
        finish(tx, &once, room.log)?;
        room_of(tx, self.actor.user, room.log.room)
    }
}

impl CreateRoom {
    fn once(&self) -> Once {
        Digest::of("room:create")
            .text(&self.name)
            .text(&self.topic)
            .numbers(
                [self.kind.number(), self.style.number(), self.guests.into()]
                    .map(i64::cast_unsigned)
                    .into_iter(),
            )
            .numbers(self.members.iter().map(|user| user.get()))
            .once(&self.actor, &self.nonce)
    }
}

impl Command for OpenDirect {
    type Done = Room;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Room, Fault> {
        let standing = Standing::look(tx, &self.actor, None)?;
        let digest = Digest::of("room:direct").numbers(self.users.iter().map(|user| user.get()));
        let once = digest.once(&self.actor, &self.nonce);
        if let Some(written) = tx.repeated(&once)? {
            return room_of(tx, self.actor.user, written.room);
        }
        standing.demand(self.actor.least)?;
        let mut people = self.users.clone();
        people.push(self.actor.user);
        people.sort_unstable();
        people.dedup();
        if people.len() > DIRECT_PEOPLE {
            return Err(Refused::TooMany(TooMany::People).into());
        }
        let log = match direct_room(tx, &people)? {
            Some(log) => log,
            None => self.create(tx, &people)?,
        };
        finish(tx, &once, log)?;
        room_of(tx, self.actor.user, log.room)
    }
}

impl OpenDirect {
    fn create(&self, tx: &mut Tx<'_>, people: &[UserId]) -> Result<RoomLog, Fault> {
        let packed = codec::pack(people);
        let new = NewRoom {
            kind: RoomKind::Direct,
            style: RoomStyle::Chat,
            name: "",
            topic: "",
            guests: false,
            people: Some(&packed),
        };
        let room = new.create(tx, self.actor.user)?;
        for user in people {
            let person = Person::find(tx, *user)?;
            enter(tx, &room, &person, ordinary(person.role), self.actor.user)?;
        }
        Ok(room.log)
    }
}

impl Command for ChangeRoom {
    type Done = Written;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Written, Fault> {
        let standing = Standing::look(tx, &self.actor, Some(self.room))?;
        let once = self.once();
        if let Some(written) = tx.repeated(&once)? {
            return Ok(written);
        }
        let room = standing.place(self.actor.least)?.room;
        room.not_direct()?;
        let change = self.what_is_new(tx, &room)?;
        if room.archived && change.archived != Some(false) {
            return Err(Refused::Conflict(Conflict::Archived).into());
        }
        if change != RoomChange::default() {
            self.change(tx, &room, change)?;
        }
        finish(tx, &once, room.log)
    }
}

impl ChangeRoom {
    fn once(&self) -> Once {
        let RoomChange { name, topic, style, guests, archived, previews } = &self.change;
        let flag = |flag: Option<bool>| flag.map_or(0, |flag| 1 + u64::from(flag));
        let mut digest = Digest::of("room:change").number(self.room.get());
        for text in [name, topic] {
            digest = digest.number(text.is_some().into()).text(text.as_deref().unwrap_or_default());
        }
        let style = style.map_or(0, |style| 1 + style.number().cast_unsigned());
        digest
            .numbers([style, flag(*guests), flag(*archived), flag(*previews)].into_iter())
            .once(&self.actor, &self.nonce)
    }

    /// The change without what is so already.
    fn what_is_new(&self, tx: &Tx<'_>, room: &RoomFacts) -> Result<RoomChange, Fault> {
        let (name, topic, previews): (String, String, bool) =
            tx.one("SELECT name, topic, previews FROM rooms WHERE id = ?1", [self.room.number()], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?;
        let change = self.change.clone();
        Ok(RoomChange {
            name: change.name.filter(|new| *new != name),
            topic: change.topic.filter(|new| *new != topic),
            style: change.style.filter(|new| *new != room.style),
            guests: change.guests.filter(|new| *new != room.guests),
            archived: change.archived.filter(|new| *new != room.archived),
            previews: change.previews.filter(|new| *new != previews),
        })
    }

    fn change(&self, tx: &mut Tx<'_>, room: &RoomFacts, change: RoomChange) -> Result<(), Fault> {
        let id = self.room.number();
        if change.archived == Some(true) {
            let lobby = tx.maybe("SELECT 1 FROM workspace WHERE lobby = ?1", [id], |_| Ok(()))?;
            if lobby.is_some() {
                return Err(Refused::Conflict(Conflict::Lobby).into());
            }
        }
        if let Some(name) = &change.name {
            name_is_free(tx, name, Some(self.room))?;
        }
        tx.run(
            "UPDATE rooms SET name = coalesce(?2, name), folded = coalesce(?3, folded), topic = coalesce(?4, topic),
                style = coalesce(?5, style), guests = coalesce(?6, guests), archived = coalesce(?7, archived),
                previews = coalesce(?8, previews)
             WHERE id = ?1",
            (
                id,
                &change.name,
                change.name.as_deref().filter(|_| room.kind == RoomKind::Public).map(fold),
                &change.topic,
                change.style.map(Column::number),
                change.guests,
                change.archived,
                change.previews,
            ),
        )?;
        tx.append(room.log, self.actor.user, RoomBody::RoomChanged { change })?;
        Ok(())
    }
}

/// A room that is about to be.
pub(super) struct NewRoom<'a> {
    pub(super) kind: RoomKind,
    pub(super) style: RoomStyle,
    pub(super) name: &'a str,
    pub(super) topic: &'a str,
    pub(super) guests: bool,
    pub(super) people: Option<&'a [u8]>,
}

impl NewRoom<'_> {
    /// Makes the room, its log and the log's first entry. Nobody is in it yet.
    pub(super) fn create(&self, tx: &mut Tx<'_>, by: UserId) -> Result<RoomFacts, Fault> {
        if self.kind != RoomKind::Direct {
            name_is_free(tx, self.name, None)?;
        }
        let id = codec::room_id(random::number()?.cast_signed())?;
        let log = tx.new_room_log(id)?;
        tx.run(
            "INSERT INTO rooms (id, log, kind, style, name, folded, topic, guests, people)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            (
                id.number(),
                log.ordinal,
                self.kind.number(),
                self.style.number(),
                self.name,
                (self.kind == RoomKind::Public).then(|| fold(self.name)),
                self.topic,
                self.guests,
                self.people,
            ),
        )?;
        tx.append(log, by, RoomBody::RoomCreated { name: self.name.to_owned() })?;
        Ok(RoomFacts { log, kind: self.kind, style: self.style, guests: self.guests, archived: false })
    }
}

/// Only public rooms have a name to themselves: a refusal over a private one would tell that it is there.
fn name_is_free(tx: &Tx<'_>, name: &str, but: Option<RoomId>) -> Result<(), Fault> {
    let but = but.map_or(0, Column::number);
    let taken =
        tx.maybe("SELECT 1 FROM rooms WHERE folded = ?1 AND id <> ?2", (fold(name), but), |_| Ok(()))?;
    if taken.is_some() { Err(Refused::Conflict(Conflict::RoomNameTaken).into()) } else { Ok(()) }
}

fn fold(name: &str) -> String {
    name.to_lowercase()
}

fn direct_room(tx: &Tx<'_>, people: &[UserId]) -> Result<Option<RoomLog>, Fault> {
    tx.maybe("SELECT id, log FROM rooms WHERE people = ?1", [codec::pack(people)], |row| {
        Ok(RoomLog { room: codec::room_id(row.get(0)?)?, ordinal: row.get(1)? })
    })
}

fn finish(tx: &mut Tx<'_>, once: &Once, log: RoomLog) -> Result<Written, Fault> {
    let head = tx.tail(log.ordinal)?;
    tx.remember(once, log, head)
}

/// The room, if the actor is in it; who has left it meanwhile learns nothing.
fn room_of(tx: &Tx<'_>, user: UserId, room: RoomId) -> Result<Room, Fault> {
    let found = Room::of_member(tx.connection(), user, room)?;
    Ok(found.ok_or(Refused::NotFound)?)
}
