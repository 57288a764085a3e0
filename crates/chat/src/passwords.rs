//! Passwords.

use parlor_protocol::people::PasswordChange;

use crate::Chat;
use crate::chat::pending;
use crate::fault::Answer;
use crate::proof::Caller;

/// Changes the caller's password and ends their other sessions.
pub async fn change(chat: &Chat, caller: &Caller, request: PasswordChange) -> Answer<PasswordChange> {
    pending((chat, caller, request))
}
