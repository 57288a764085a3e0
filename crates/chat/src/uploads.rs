//! Uploads: how much may come.

use parlor_protocol::files::{UploadLimits, UploadRoom};

use crate::fault::Answer;
use crate::proof::Caller;
use crate::{Chat, chat};

/// Tells how large a file may be, and how much room the caller's files have.
pub async fn limits(chat: &Chat, caller: &Caller, _request: UploadLimits) -> Answer<UploadLimits> {
    let user = caller.acts::<UploadLimits>()?.user;
    let used_bytes = chat.store.read(move |snapshot| snapshot.used_bytes(user)).await?;
    let chat::UploadLimits { file_bytes, quota_bytes, .. } = chat.uploads;
    Ok(UploadRoom { file_bytes, quota_bytes, used_bytes })
}
