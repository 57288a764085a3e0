//! Pictures of users: made small and square by the image worker, kept in a folder.

use bytes::Bytes;
use parlor_protocol::people::{ProfileChange, User};
use parlor_protocol::{Code, limits};
use parlor_store::write::users::ChangeProfile;

use crate::fault::Fault;
use crate::proof::Caller;
use crate::{Chat, wire};

/// Makes these bytes of a PNG, JPEG, GIF or WebP image the caller's picture.
///
/// # Errors
/// `too_large` beyond 5 MiB, 8,192 pixels a side or 40 million pixels, `bad_request` for what is not such an image,
/// `unavailable` when too many are worked on.
pub async fn set(chat: &Chat, caller: &Caller, image: Bytes) -> Result<User, Fault> {
    let actor = caller.acts::<ProfileChange>()?;
    if image.len() > limits::AVATAR_BYTES {
        return Err(Fault::refused(Code::TooLarge, "a picture has at most 5 MiB"));
    }
    // Alone until the row is written, so that of two pictures at once neither deletes the other's file.
    let pass = chat.avatars.enter().await?;
    // The user is in the name, so that equal pictures of two users are two files.
    let salt = caller.user.get().to_be_bytes();
    let (name, _pass) = chat.avatars.keep(pass, &salt, image).await?;
    let old = of(chat, caller).await?;
    let change = ChangeProfile { actor, name: None, status: None, avatar: Some(Some(name.clone())) };
    match chat.write_user(change).await {
        Ok(user) => {
            chat.avatars.discard(old.filter(|old| *old != name));
            Ok(wire::user(user))
        }
        Err(fault) => {
            chat.avatars.discard(Some(name).filter(|name| old.as_ref() != Some(name)));
            Err(fault)
        }
    }
}

/// The picture of this name, as it stands in [`User::avatar`]; its content never changes.
///
/// # Errors
/// `not_found`.
pub async fn read(chat: &Chat, _caller: &Caller, name: &str) -> Result<Bytes, Fault> {
    chat.avatars.read(name).await
}

/// Name of the caller's picture.
pub(crate) async fn of(chat: &Chat, caller: &Caller) -> Result<Option<String>, Fault> {
    let user = caller.user;
    Ok(chat.store.read(move |snapshot| snapshot.user(user)).await?.and_then(|user| user.avatar))
}
