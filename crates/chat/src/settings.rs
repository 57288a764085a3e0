//! What users set for themselves.

use parlor_protocol::people::{Done, SettingsChange};
use parlor_store::write::users::ChangeSettings;

use crate::Chat;
use crate::fault::Answer;
use crate::proof::Caller;

/// Replaces the caller's settings.
pub async fn change(chat: &Chat, caller: &Caller, request: SettingsChange) -> Answer<SettingsChange> {
    let actor = caller.acts::<SettingsChange>()?;
    chat.store.write(ChangeSettings { actor, settings: request.settings }).await?;
    Ok(Done {})
}
