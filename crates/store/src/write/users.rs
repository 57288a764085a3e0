//! Users: profile, settings, role, password, disable and enable.

use parlor_protocol::live::Ended;
use parlor_protocol::people::Settings;
use parlor_protocol::{Role, UserId};

use super::members::change_role;
use super::recoveries::forget;
use super::sessions::{Which, end};
use super::{Actor, Command};
use crate::codec::{self, Column};
use crate::entries::{Published, UserBody};
use crate::gate::{RoomFacts, Standing, ordinary};
use crate::random;
use crate::records::User;
use crate::refused::{Conflict, Fault, Refused};
use crate::tx::{Tx, UserLog};

/// A display name and the form by which look-alikes are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayName {
    /// As it is shown.
    pub name: String,
    /// Equal for names that look the same. Unique among users who are not disabled.
    pub skeleton: String,
}

/// Somebody who comes in.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Unique name in lower case.
    pub username: String,
    /// Display name.
    pub name: DisplayName,
    /// The password's hash (a PHC string); `None` for guests and bots.
    pub password: Option<String>,
}

/// Changes the actor's profile; what is absent stays.
#[derive(Debug)]
pub struct ChangeProfile {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// New display name.
    pub name: Option<DisplayName>,
    /// New status text; empty removes it.
    pub status: Option<String>,
    /// New picture; `Some(None)` removes it.
    pub avatar: Option<Option<String>>,
}

/// Replaces the actor's settings. The same settings again write no entry.
#[derive(Debug)]
pub struct ChangeSettings {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// All settings.
    pub settings: Settings,
}

/// Replaces the actor's password, and ends their other sessions and the link to a new one.
#[derive(Debug)]
pub struct ChangePassword {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// The hash that the old password was checked against; `Conflict(PasswordChanged)` if it was replaced since.
    pub from: String,
    /// The new password's hash (a PHC string).
    pub to: String,
}

/// Replaces a password's hash by a better one of the same password, unless it was changed since.
#[derive(Debug)]
pub struct RehashPassword {
    /// Whose.
    pub user: UserId,
    /// The hash that was checked.
    pub from: String,
    /// The new hash of the same password.
    pub to: String,
}

/// Sets a user's password from the command line: ends all of their sessions and the link to a new one.
#[derive(Debug)]
pub struct ResetPassword {
    /// Whose.
    pub user: UserId,
    /// The new password's hash (a PHC string).
    pub to: String,
}

/// Changes a user's role in the workspace. Only an owner makes or unmakes admins and owners; the last owner stays.
#[derive(Debug)]
pub struct ChangeUserRole {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// Whose.
    pub user: UserId,
    /// The new role. Bots are members: `Conflict(Bot)` for more than moderator.
    pub role: Role,
}

/// Disables a user: ends all sessions and the link to a new password. Only an owner disables admins and owners; nobody disables themselves.
#[derive(Debug)]
pub struct DisableUser {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// Whom.
    pub user: UserId,
}

/// Lets a disabled user sign in again. `Conflict(NameTaken)` if somebody took the display name meanwhile.
#[derive(Debug)]
pub struct EnableUser {
    /// Who; `least` is demanded in the workspace.
    pub actor: Actor,
    /// Whom.
    pub user: UserId,
}

impl Command for ChangeProfile {
    type Done = User;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<User, Fault> {
        Standing::look(tx, &self.actor, None)?.demand(self.actor.least)?;
        let id = self.actor.user.number();
        if let Some(name) = &self.name {
            name.is_free(tx, Some(self.actor.user))?;
            tx.run(
                "UPDATE users SET name = ?2, skeleton = ?3, folded = ?4 WHERE id = ?1",
                (id, &name.name, &name.skeleton, name.name.to_lowercase()),
            )?;
        }
        if let Some(status) = &self.status {
            tx.run("UPDATE users SET status = ?2 WHERE id = ?1", (id, status))?;
        }
        if let Some(avatar) = &self.avatar {
            tx.run("UPDATE users SET avatar = ?2 WHERE id = ?1", (id, avatar))?;
        }
        changed(tx, self.actor.user)
    }
}

impl Command for ChangeSettings {
    type Done = ();

    fn apply(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let standing = Standing::look(tx, &self.actor, None)?;
        standing.demand(self.actor.least)?;
        let id = self.actor.user.number();
        let before: Option<String> =
            tx.one("SELECT settings FROM users WHERE id = ?1", [id], |row| row.get(0))?;
        if codec::settings(before.as_deref())? != self.settings {
            tx.run("UPDATE users SET settings = ?2 WHERE id = ?1", (id, codec::json(&self.settings)))?;
            tx.append_mine(standing.log, UserBody::SettingsChanged { settings: self.settings.clone() })?;
        }
        Ok(())
    }
}

impl Command for ChangePassword {
    type Done = ();

    fn apply(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        Standing::look(tx, &self.actor, None)?.demand(self.actor.least)?;
        replace_password(tx, self.actor.user, &self.from, &self.to)?;
        forget(tx, self.actor.user)?;
        end(tx, self.actor.user, Which::But(self.actor.session), Ended::PasswordChanged)
    }
}

impl Command for RehashPassword {
    type Done = ();

    fn apply(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        replace_password(tx, self.user, &self.from, &self.to)
    }
}

impl Command for ResetPassword {
    type Done = ();

    fn apply(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let set = "UPDATE users SET password = ?2 WHERE id = ?1 AND bot = 0 AND role > 0";
        if tx.run(set, (self.user.number(), &self.to))? == 0 {
            return Err(Refused::NotFound.into());
        }
        forget(tx, self.user)?;
        end(tx, self.user, Which::But(None), Ended::PasswordChanged)
    }
}

fn replace_password(tx: &Tx<'_>, user: UserId, from: &str, to: &str) -> Result<(), Fault> {
    let set = "UPDATE users SET password = ?3 WHERE id = ?1 AND password = ?2";
    if tx.run(set, (user.number(), from, to))? == 0 {
        return Err(Refused::Conflict(Conflict::PasswordChanged).into());
    }
    Ok(())
}

impl Command for ChangeUserRole {
    type Done = User;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<User, Fault> {
        let actor = Standing::look(tx, &self.actor, None)?;
        actor.demand(self.actor.least)?;
        let target = User::find(tx.connection(), self.user)?.ok_or(Refused::NotFound)?;
        if target.role == self.role {
            return Ok(target);
        }
        may_govern(actor.role, target.role.max(self.role))?;
        if target.bot && self.role > Role::Moderator {
            return Err(Refused::Conflict(Conflict::Bot).into());
        }
        if target.role == Role::Owner {
            another_owner_remains(tx, self.user)?;
        }
        tx.run("UPDATE users SET role = ?2 WHERE id = ?1", (self.user.number(), self.role.number()))?;
        if (target.role == Role::Guest) != (self.role == Role::Guest) {
            self.change_in_rooms(tx)?;
        }
        changed(tx, self.user)
    }
}

impl ChangeUserRole {
    /// A guest is a guest in every room, and nobody else is.
    fn change_in_rooms(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let sql = "SELECT r.id, r.log, r.kind, r.style, r.guests, r.archived
             FROM members m JOIN rooms r ON r.id = m.room WHERE m.user = ?1";
        let rooms = tx.all(sql, [self.user.number()], |row| RoomFacts::read(row, 0))?;
        for room in rooms {
            change_role(tx, &room, self.user, ordinary(self.role), self.actor.user)?;
        }
        Ok(())
    }
}

impl Command for DisableUser {
    type Done = User;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<User, Fault> {
        let actor = Standing::look(tx, &self.actor, None)?;
        actor.demand(self.actor.least)?;
        let target = User::find(tx.connection(), self.user)?.ok_or(Refused::NotFound)?;
        may_govern(actor.role, target.role)?;
        if self.user == self.actor.user {
            return Err(Refused::Conflict(Conflict::Oneself).into());
        }
        if target.role == Role::Owner {
            another_owner_remains(tx, self.user)?;
        }
        tx.run("UPDATE users SET disabled = 1 WHERE id = ?1", [self.user.number()])?;
        forget(tx, self.user)?;
        end(tx, self.user, Which::But(None), Ended::Disabled)?;
        changed(tx, self.user)
    }
}

impl Command for EnableUser {
    type Done = User;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<User, Fault> {
        let actor = Standing::look(tx, &self.actor, None)?;
        actor.demand(self.actor.least)?;
        let target = User::find(tx.connection(), self.user)?.ok_or(Refused::NotFound)?;
        may_govern(actor.role, target.role)?;
        let taken = tx.maybe(
            "SELECT 1 FROM users u JOIN users o ON o.skeleton = u.skeleton AND o.disabled = 0 AND o.id <> u.id
             WHERE u.id = ?1",
            [self.user.number()],
            |_| Ok(()),
        )?;
        if taken.is_some() {
            return Err(Refused::Conflict(Conflict::NameTaken).into());
        }
        tx.run("UPDATE users SET disabled = 0 WHERE id = ?1", [self.user.number()])?;
        changed(tx, self.user)
    }
}

/// Only owners touch admins and owners: `highest` is the greater of the role somebody has and the one they get.
pub(super) fn may_govern(actor: Role, highest: Role) -> Result<(), Fault> {
    if highest >= Role::Admin && actor < Role::Owner { Err(Refused::Forbidden.into()) } else { Ok(()) }
}

fn another_owner_remains(tx: &Tx<'_>, but: UserId) -> Result<(), Fault> {
    let other = tx.maybe(
        "SELECT 1 FROM users WHERE role = ?1 AND disabled = 0 AND id <> ?2 LIMIT 1",
        (Role::Owner.number(), but.number()),
        |_| Ok(()),
    )?;
    if other.is_some() { Ok(()) } else { Err(Refused::Conflict(Conflict::LastOwner).into()) }
}

/// Tells that a user changed, and answers with how they are now.
fn changed(tx: &mut Tx<'_>, user: UserId) -> Result<User, Fault> {
    let user = User::find(tx.connection(), user)?.ok_or(Refused::NotFound)?;
    tx.published.push(Published::UserChanged(user.clone()));
    Ok(user)
}

impl DisplayName {
    fn is_free(&self, tx: &Tx<'_>, but: Option<UserId>) -> Result<(), Fault> {
        let but = but.map_or(0, Column::number);
        let taken = tx.maybe(
            "SELECT 1 FROM users WHERE skeleton = ?1 AND disabled = 0 AND id <> ?2",
            (&self.skeleton, but),
            |_| Ok(()),
        )?;
        if taken.is_some() { Err(Refused::Conflict(Conflict::NameTaken).into()) } else { Ok(()) }
    }
}

impl NewUser {
    /// Makes the user and their own log.
    pub(super) fn create(&self, tx: &mut Tx<'_>, role: Role, bot: bool) -> Result<UserLog, Fault> {
        let taken = tx.maybe("SELECT 1 FROM users WHERE username = ?1", [&self.username], |_| Ok(()))?;
        if taken.is_some() {
            return Err(Refused::Conflict(Conflict::UsernameTaken).into());
        }
        self.name.is_free(tx, None)?;
        let user = codec::user_id(random::number()?.cast_signed())?;
        let log = tx.new_user_log(user)?;
        tx.run(
            "INSERT INTO users (id, log, username, name, skeleton, folded, role, bot, password, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            (
                user.number(),
                log.ordinal,
                &self.username,
                &self.name.name,
                &self.name.skeleton,
                self.name.name.to_lowercase(),
                role.number(),
                bot,
                &self.password,
                tx.now_ms,
            ),
        )?;
        changed(tx, user)?;
        Ok(log)
    }
}
