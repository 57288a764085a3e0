//! How users present themselves.

use parlor_protocol::people::ProfileChange;

use crate::Chat;
use crate::chat::pending;
use crate::fault::Answer;
use crate::proof::Caller;

/// Changes the caller's name, status, picture.
pub async fn change(chat: &Chat, caller: &Caller, request: ProfileChange) -> Answer<ProfileChange> {
    pending((chat, caller, request))
}
