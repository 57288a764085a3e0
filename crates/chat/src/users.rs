//! The people of the workspace.

use parlor_protocol::people::{UserChangeRole, UserDisable, UserEnable, UserGet, UserList};

use crate::Chat;
use crate::chat::pending;
use crate::fault::Answer;
use crate::proof::Caller;

/// Looks users up.
pub async fn get(chat: &Chat, caller: &Caller, request: UserGet) -> Answer<UserGet> {
    pending((chat, caller, request))
}

/// Finds users by name.
pub async fn list(chat: &Chat, caller: &Caller, request: UserList) -> Answer<UserList> {
    pending((chat, caller, request))
}

/// Changes a user's role in the workspace.
pub async fn change_role(chat: &Chat, caller: &Caller, request: UserChangeRole) -> Answer<UserChangeRole> {
    pending((chat, caller, request))
}

/// Disables a user and closes their sockets.
pub async fn disable(chat: &Chat, caller: &Caller, request: UserDisable) -> Answer<UserDisable> {
    pending((chat, caller, request))
}

/// Lets a disabled user in again.
pub async fn enable(chat: &Chat, caller: &Caller, request: UserEnable) -> Answer<UserEnable> {
    pending((chat, caller, request))
}
