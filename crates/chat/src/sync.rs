//! Catching up.

use parlor_protocol::sync::Sync;

use crate::Chat;
use crate::chat::pending;
use crate::fault::Answer;
use crate::proof::Caller;

/// Tells what the client missed.
pub async fn sync(chat: &Chat, caller: &Caller, request: Sync) -> Answer<Sync> {
    pending((chat, caller, request))
}
