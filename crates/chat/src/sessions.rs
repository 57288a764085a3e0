//! Signing in and out.

use parlor_protocol::people::{SessionCreate, SessionEnd, SessionList, SessionRevoke, SessionRevokeOthers};

use crate::Chat;
use crate::chat::pending;
use crate::fault::{Answer, Fault};
use crate::proof::{Admitted, Caller, Visitor};

/// Signs in with a password.
pub async fn create(chat: &Chat, visitor: &Visitor, request: SessionCreate) -> Result<Admitted, Fault> {
    pending((chat, visitor, request))
}

/// Signs out here.
pub async fn end(chat: &Chat, caller: &Caller, request: SessionEnd) -> Answer<SessionEnd> {
    pending((chat, caller, request))
}

/// Lists the caller's sessions.
pub async fn list(chat: &Chat, caller: &Caller, request: SessionList) -> Answer<SessionList> {
    pending((chat, caller, request))
}

/// Ends one of the caller's sessions.
pub async fn revoke(chat: &Chat, caller: &Caller, request: SessionRevoke) -> Answer<SessionRevoke> {
    pending((chat, caller, request))
}

/// Ends all of the caller's sessions but this one.
pub async fn revoke_others(
    chat: &Chat,
    caller: &Caller,
    request: SessionRevokeOthers,
) -> Answer<SessionRevokeOthers> {
    pending((chat, caller, request))
}
