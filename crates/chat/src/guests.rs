//! The guest door.

use parlor_protocol::workspace::{Door, GuestJoin};
use parlor_store::write::invites::JoinAsGuest;
use parlor_store::write::users::NewUser;
use parlor_store::{Conflict, Refused};

use crate::fault::Fault;
use crate::proof::{Admitted, Visitor};
use crate::{Chat, names, tokens};

/// Comes in with a name only, while the door is open.
pub async fn join(chat: &Chat, visitor: &Visitor, request: GuestJoin) -> Result<Admitted, Fault> {
    // Asked before the name is, so that a closed door tells nothing about who is inside.
    let workspace = chat.workspace().await?;
    if workspace.ok_or(Refused::Conflict(Conflict::NotSetUp))?.door != Door::Guest {
        return Err(Refused::Conflict(Conflict::DoorClosed).into());
    }
    let secret = tokens::secret()?;
    let entered = chat
        .store
        .write(JoinAsGuest { user: guest(&request.name)?, session: visitor.device(&secret) })
        .await?;
    Ok(Admitted::new(chat, entered, secret))
}

/// A guest of this name.
pub(crate) fn guest(name: &str) -> Result<NewUser, Fault> {
    Ok(NewUser { username: tokens::guest_username()?, name: names::display(name)?, password: None })
}
