//! Bots: users that sign in with a token.

use parlor_protocol::live::Ended;
use parlor_protocol::{Role, UserId};

use super::invites::lobby;
use super::members::{Person, enter};
use super::sessions::add;
use super::users::NewUser;
use super::{Actor, Command};
use crate::codec::{self, Column};
use crate::entries::Published;
use crate::gate::Standing;
use crate::records::User;
use crate::refused::{Conflict, Fault, Refused};
use crate::secrets::TokenHash;
use crate::tx::Tx;

/// Creates a bot: a user with the role of a member, a member of the lobby.
#[derive(Debug)]
pub struct CreateBot {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// The bot, without a password.
    pub user: NewUser,
    /// Hash of its token.
    pub token: TokenHash,
}

/// Gives a bot a new token; its sessions with the old one end.
#[derive(Debug)]
pub struct RotateBot {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// Which bot; `Conflict(Bot)` for people.
    pub user: UserId,
    /// Hash of its new token.
    pub token: TokenHash,
}

impl Command for CreateBot {
    type Done = User;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<User, Fault> {
        Standing::look(tx, &self.actor, None)?.demand(self.actor.least)?;
        let log = self.user.create(tx, Role::Member, true)?;
        add(tx, log.user, &self.token, None)?;
        let lobby = lobby(tx)?;
        enter(tx, &lobby, &Person { log, role: Role::Member }, Role::Member, log.user)?;
        Ok(User::find(tx.connection(), log.user)?.ok_or(Refused::NotFound)?)
    }
}

impl Command for RotateBot {
    type Done = User;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<User, Fault> {
        Standing::look(tx, &self.actor, None)?.demand(self.actor.least)?;
        let bot = User::find(tx.connection(), self.user)?.ok_or(Refused::NotFound)?;
        if !bot.bot {
            return Err(Refused::Conflict(Conflict::Bot).into());
        }
        let old = tx.all("SELECT id FROM sessions WHERE user = ?1", [self.user.number()], |row| {
            codec::session_id(row.get(0)?)
        })?;
        for session in old {
            tx.run("DELETE FROM sessions WHERE id = ?1", [session.number()])?;
            let why = Ended::SignedOut;
            tx.published.push(Published::SessionEnded { user: self.user, session, why });
        }
        add(tx, self.user, &self.token, None)?;
        Ok(bot)
    }
}
