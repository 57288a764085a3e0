//! The workspace: its set-up, its name and its door.

use parlor_protocol::workspace::{WorkspaceChange, WorkspaceSetUp};

use crate::Chat;
use crate::chat::pending;
use crate::fault::{Answer, Fault};
use crate::proof::{Admitted, Caller, Visitor};

/// Sets the workspace up, once, with the token of the set-up link; makes its owner and the lobby.
pub async fn set_up(chat: &Chat, visitor: &Visitor, request: WorkspaceSetUp) -> Result<Admitted, Fault> {
    pending((chat, visitor, request))
}

/// Changes name and door.
pub async fn change(chat: &Chat, caller: &Caller, request: WorkspaceChange) -> Answer<WorkspaceChange> {
    pending((chat, caller, request))
}
