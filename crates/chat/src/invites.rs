//! Invite links.

use parlor_protocol::workspace::{InviteAccept, InviteCreate, InviteGet, InviteList, InviteRevoke};

use crate::Chat;
use crate::chat::pending;
use crate::fault::{Answer, Fault};
use crate::proof::{Admitted, Caller, Visitor};

/// Tells what a link leads to.
pub async fn get(chat: &Chat, visitor: &Visitor, request: InviteGet) -> Answer<InviteGet> {
    pending((chat, visitor, request))
}

/// Makes an account with a link and signs it in.
pub async fn accept(chat: &Chat, visitor: &Visitor, request: InviteAccept) -> Result<Admitted, Fault> {
    pending((chat, visitor, request))
}

/// Makes a link.
pub async fn create(chat: &Chat, caller: &Caller, request: InviteCreate) -> Answer<InviteCreate> {
    pending((chat, caller, request))
}

/// Lists the links that still work.
pub async fn list(chat: &Chat, caller: &Caller, request: InviteList) -> Answer<InviteList> {
    pending((chat, caller, request))
}

/// Ends a link.
pub async fn revoke(chat: &Chat, caller: &Caller, request: InviteRevoke) -> Answer<InviteRevoke> {
    pending((chat, caller, request))
}
