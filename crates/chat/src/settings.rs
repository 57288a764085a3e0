//! What users set for themselves.

use parlor_protocol::people::SettingsChange;

use crate::Chat;
use crate::chat::pending;
use crate::fault::Answer;
use crate::proof::Caller;

/// Replaces the caller's settings.
pub async fn change(chat: &Chat, caller: &Caller, request: SettingsChange) -> Answer<SettingsChange> {
    pending((chat, caller, request))
}
