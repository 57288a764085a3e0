//! Drafts: what users began to write, the same on all of their devices.

use parlor_protocol::later::DraftSet;
use parlor_protocol::people::Done;
use parlor_store::records::Draft;
use parlor_store::write::drafts::SetDraft;

use crate::fault::Answer;
use crate::proof::Member;
use crate::{Chat, text};

/// Keeps what the caller began to write.
pub async fn set(chat: &Chat, member: &Member, request: DraftSet) -> Answer<DraftSet> {
    let actor = member.acts::<DraftSet>();
    let DraftSet { thread, reply_to, .. } = request;
    let draft = Draft { room: member.room, thread, text: text::draft(&request.text)?, reply_to };
    chat.store.write(SetDraft { actor, draft }).await?;
    Ok(Done {})
}
