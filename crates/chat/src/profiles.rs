//! How users present themselves.

use parlor_protocol::limits;
use parlor_protocol::people::ProfileChange;
use parlor_store::write::users::ChangeProfile;

use crate::fault::Answer;
use crate::proof::Caller;
use crate::{Chat, avatars, names, text, wire};

/// Changes the caller's name, status, picture.
pub async fn change(chat: &Chat, caller: &Caller, request: ProfileChange) -> Answer<ProfileChange> {
    let actor = caller.acts::<ProfileChange>()?;
    let name = request.name.map(|name| names::display(&name)).transpose()?;
    let status =
        request.status.map(|status| text::line(&status, "status", limits::STATUS_CHARS)).transpose()?;
    let _alone = if request.remove_avatar { Some(chat.avatars.enter().await?) } else { None };
    let old = if request.remove_avatar { avatars::of(chat, caller).await? } else { None };
    let avatar = request.remove_avatar.then_some(None);
    let user = chat.write_user(ChangeProfile { actor, name, status, avatar }).await?;
    chat.avatars.discard(old);
    Ok(wire::user(user))
}
