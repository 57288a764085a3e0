//! The workspace: set-up and changes.

use parlor_protocol::rooms::{RoomKind, RoomStyle};
use parlor_protocol::workspace::Door;
use parlor_protocol::{Nonce, Role};

use super::members::{Person, enter};
use super::messages::NewMessage;
use super::rooms::NewRoom;
use super::sessions::{Entered, NewSession};
use super::users::NewUser;
use super::{Actor, Command};
use crate::codec::{self, Column, Created};
use crate::entries::Published;
use crate::gate::{RoomFacts, Standing};
use crate::records::{MessageText, Workspace};
use crate::refused::{Conflict, Fault, Refused};
use crate::secrets::TokenHash;
use crate::tx::Tx;

/// Sets the workspace up, in one transaction and once: the workspace, its owner, the built-in bot, and the lobby
/// with the bot's first message. `Conflict(SetUpDone)` afterwards.
#[derive(Debug)]
pub struct SetUp {
    /// Name of the workspace.
    pub workspace: String,
    /// The owner.
    pub owner: NewUser,
    /// The owner's device.
    pub session: NewSession,
    /// The built-in bot.
    pub bot: NewUser,
    /// Name of the first room: public, open to guests.
    pub lobby: String,
    /// The first message in it.
    pub welcome: MessageText,
    /// Token of the standing link, for when its door is opened.
    pub standing: String,
}

/// Changes the workspace; what is absent stays.
#[derive(Debug)]
pub struct ChangeWorkspace {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// New name.
    pub name: Option<String>,
    /// New door.
    pub door: Option<Door>,
}

impl Command for SetUp {
    type Done = Entered;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Entered, Fault> {
        if Workspace::find(tx.connection())?.is_some() {
            return Err(Refused::Conflict(Conflict::SetUpDone).into());
        }
        let bot = Person { log: self.bot.create(tx, Role::Member, true)?, role: Role::Member };
        let owner = Person { log: self.owner.create(tx, Role::Owner, false)?, role: Role::Owner };
        let lobby = self.open_lobby(tx, &bot, &owner)?;
        let hash = TokenHash::of(&self.standing);
        tx.run(
            "INSERT INTO workspace (one, name, door, lobby, standing, standing_hash, set_up_at)
             VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6)",
            (
                &self.workspace,
                Door::Invited.number(),
                lobby.log.room.number(),
                &self.standing,
                hash.0,
                tx.now_ms,
            ),
        )?;
        changed(tx)?;
        self.session.enter(tx, owner.log.user)
    }
}

impl SetUp {
    /// The lobby with both in it and the bot's message, which is all that the owner has not read.
    fn open_lobby(&self, tx: &mut Tx<'_>, bot: &Person, owner: &Person) -> Result<RoomFacts, Fault> {
        let new = NewRoom {
            kind: RoomKind::Public,
            style: RoomStyle::Chat,
            name: &self.lobby,
            topic: "",
            guests: true,
            people: None,
        };
        let room = new.create(tx, owner.log.user)?;
        enter(tx, &room, bot, Role::Member, owner.log.user)?;
        enter(tx, &room, owner, Role::Moderator, owner.log.user)?;
        let nonce = Nonce::new("welcome").map_err(|_| codec::damaged("nonce"))?;
        let text = &self.welcome;
        let created = Created { text, thread: None, files: &[], forwarded: None, poll: None, nonce: &nonce };
        NewMessage { created, reply_to: None }.create(tx, room.log, bot.log.user)?;
        Ok(room)
    }
}

impl Command for ChangeWorkspace {
    type Done = Workspace;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Workspace, Fault> {
        Standing::look(tx, &self.actor, None)?.demand(self.actor.least)?;
        tx.run(
            "UPDATE workspace SET name = coalesce(?1, name), door = coalesce(?2, door)",
            (&self.name, self.door.map(Column::number)),
        )?;
        changed(tx)
    }
}

/// Tells that the workspace changed, and answers with how it is now.
pub(super) fn changed(tx: &mut Tx<'_>) -> Result<Workspace, Fault> {
    let workspace = Workspace::find(tx.connection())?.ok_or(Refused::Conflict(Conflict::NotSetUp))?;
    tx.published.push(Published::WorkspaceChanged(workspace.clone()));
    Ok(workspace)
}
