//! What users set for themselves.

use parlor_protocol::Code;
use parlor_protocol::people::{Done, SettingsChange};
use parlor_store::write::users::ChangeSettings;

use crate::Chat;
use crate::fault::{Answer, Fault};
use crate::proof::Caller;

/// For how many seconds a message can be called back.
const UNDO_SECONDS: [u8; 4] = [0, 5, 10, 20];

/// Replaces the caller's settings.
pub async fn change(chat: &Chat, caller: &Caller, request: SettingsChange) -> Answer<SettingsChange> {
    let actor = caller.acts::<SettingsChange>()?;
    if !UNDO_SECONDS.contains(&request.settings.undo_send_s) {
        return Err(Fault::refused(Code::BadRequest, "undo_send_s: 0, 5, 10 or 20"));
    }
    chat.store.write(ChangeSettings { actor, settings: request.settings }).await?;
    Ok(Done {})
}
