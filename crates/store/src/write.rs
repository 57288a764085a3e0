//! Commands: one struct for each durable change, grouped by noun. [`Store::write`](crate::Store::write) takes them.
//!
//! Each command that somebody gives names its [`Actor`], whose right to it is checked in the same transaction.

macro_rules! pending {
    ($($command:ty => $done:ty),+ $(,)?) => {$(
        impl crate::write::sealed::Sealed for $command {}
        impl crate::write::Command for $command {
            type Done = $done;
            fn apply(&self, _tx: &mut crate::tx::Tx<'_>) -> Result<$done, crate::refused::Fault> {
                unimplemented!()
            }
        }
    )+};
}

pub mod bots;
pub mod invites;
pub mod members;
pub mod messages;
pub mod reactions;
pub mod reads;
pub mod rooms;
pub mod sessions;
pub mod users;
pub mod workspace;

use parlor_protocol::{Role, SessionId, UserId};

use crate::refused::Fault;
use crate::tx::Tx;

/// Who gives a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub user: UserId,
    /// The session it was given with, which must still be valid; `None` for the program's own doing.
    pub session: Option<SessionId>,
    /// The least role that is demanded, in the workspace or in the room as the command says.
    pub least: Role,
}

/// One durable change. Only this crate implements it.
pub trait Command: sealed::Sealed + Send + 'static {
    /// What is answered once it is on disk.
    type Done: Send + 'static;

    /// Does it inside the writer's transaction. May be called again if the transaction has to be repeated.
    #[doc(hidden)]
    fn apply(&self, tx: &mut Tx<'_>) -> Result<Self::Done, Fault>;
}

pub(crate) mod sealed {
    /// Keeps [`Command`](super::Command) to this crate.
    pub trait Sealed {}
}
