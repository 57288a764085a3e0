//! Links with which somebody who forgot their password sets a new one.

use parlor_protocol::live::Ended;
use parlor_protocol::{Role, UserId};

use super::sessions::{Entered, NewSession, Which, end};
use super::users::may_govern;
use super::{Actor, Command};
use crate::codec::Column;
use crate::gate::Standing;
use crate::read::holder;
use crate::records::User;
use crate::refused::{Conflict, Fault, Refused};
use crate::secrets::TokenHash;
use crate::tx::Tx;

/// Makes a link for a user; the one made before ends. `Conflict` for bots, guests and disabled users, and for oneself.
#[derive(Debug)]
pub struct CreateRecovery {
    /// Who, as far as they govern the user; `least` is demanded in the workspace. `None` for whoever holds the machine.
    pub actor: Option<Actor>,
    /// Whose password it sets.
    pub user: UserId,
    /// Hash of the link's token.
    pub token: TokenHash,
    /// When it ends, in milliseconds since 1970.
    pub expires_at_ms: u64,
}

/// Sets a password with a link: ends all sessions of the user and signs them in. `Expired` for every link that does not
/// work, whatever the reason.
#[derive(Debug)]
pub struct AcceptRecovery {
    /// Hash of the link's token.
    pub token: TokenHash,
    /// The new password's hash (a PHC string).
    pub to: String,
    /// The device.
    pub session: NewSession,
}

impl Command for CreateRecovery {
    type Done = ();

    fn apply(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let standing = self.actor.map(|actor| Standing::look(tx, &actor, None)).transpose()?;
        if let (Some(standing), Some(actor)) = (&standing, &self.actor) {
            standing.demand(actor.least)?;
        }
        let target = User::find(tx.connection(), self.user)?.ok_or(Refused::NotFound)?;
        may_govern(standing.map_or(Role::Owner, |standing| standing.role), target.role)?;
        let refused = match target {
            // The password until now is what keeps a session that somebody left open from becoming the account.
            User { id, .. } if self.actor.is_some_and(|actor| actor.user == id) => Some(Conflict::Oneself),
            User { bot: true, .. } => Some(Conflict::Bot),
            User { role: Role::Guest, .. } => Some(Conflict::NoPassword),
            User { disabled: true, .. } => Some(Conflict::Disabled),
            _ => None,
        };
        if let Some(conflict) = refused {
            return Err(Refused::Conflict(conflict).into());
        }
        let by = self.actor.map(|actor| actor.user.number());
        tx.run(
            r#"INSERT OR REPLACE INTO recoveries (user, hash, "by", expires_at) VALUES (?1, ?2, ?3, ?4)"#,
            (self.user.number(), self.token.0, by, self.expires_at_ms),
        )?;
        Ok(())
    }
}

impl Command for AcceptRecovery {
    type Done = Entered;

    fn apply(&self, tx: &mut Tx<'_>) -> Result<Entered, Fault> {
        let user = holder(tx.connection(), &self.token, tx.now_ms)?.ok_or(Refused::Expired)?.id;
        tx.run("UPDATE users SET password = ?2 WHERE id = ?1", (user.number(), &self.to))?;
        forget(tx, user)?;
        end(tx, user, Which::But(None), Ended::PasswordChanged)?;
        self.session.enter(tx, user)
    }
}

/// Ends the link of a user, if there is one.
pub(super) fn forget(tx: &Tx<'_>, user: UserId) -> Result<(), Fault> {
    tx.run("DELETE FROM recoveries WHERE user = ?1", [user.number()])?;
    Ok(())
}
