//! Pictures of users.

use bytes::Bytes;
use parlor_protocol::people::User;

use crate::Chat;
use crate::chat::pending;
use crate::fault::Fault;
use crate::proof::Caller;

/// Content type of every picture that is served.
pub const CONTENT_TYPE: &str = "image/png";

/// Makes these bytes of a PNG, JPEG, GIF or WebP image the caller's picture: squared, made small, without metadata.
///
/// # Errors
/// `too_large` beyond 5 MiB or 8,192 pixels a side, `bad_request` for what is not such an image.
pub async fn set(chat: &Chat, caller: &Caller, image: Bytes) -> Result<User, Fault> {
    pending((chat, caller, image))
}

/// The picture of this name, as it stands in [`User::avatar`]; its content never changes.
///
/// # Errors
/// `not_found`.
pub async fn read(chat: &Chat, caller: &Caller, name: &str) -> Result<Bytes, Fault> {
    pending((chat, caller, name))
}
