//! Saved messages.

use parlor_protocol::Code;
use parlor_protocol::people::Done;
use parlor_protocol::saved::{MessageSave, MessageUnsave, Saved, SavedList};
use parlor_store::write::saved::{SaveMessage, UnsaveMessage};

use crate::fault::{Answer, Fault};
use crate::named::Names;
use crate::proof::{Caller, Member};
use crate::{Chat, wire};

/// Messages that one page has.
const PAGE: u32 = 50;

/// Saves a message.
pub async fn save(chat: &Chat, member: &Member, request: MessageSave) -> Answer<MessageSave> {
    let actor = member.acts::<MessageSave>();
    chat.store.write(SaveMessage { actor, room: member.room, message: request.seq }).await?;
    Ok(Done {})
}

/// Lets a saved message go.
pub async fn unsave(chat: &Chat, caller: &Caller, request: MessageUnsave) -> Answer<MessageUnsave> {
    let actor = caller.acts::<MessageUnsave>()?;
    chat.store.write(UnsaveMessage { actor, room: request.room, message: request.seq }).await?;
    Ok(Done {})
}

/// Lists the caller's saved messages that they may read now.
pub async fn list(chat: &Chat, caller: &Caller, request: SavedList) -> Answer<SavedList> {
    let user = caller.acts::<SavedList>()?.user;
    if request.limit == 0 || request.limit > PAGE {
        return Err(Fault::refused(Code::BadRequest, "limit: 1 to 50"));
    }
    let found = chat.store.read(move |snapshot| {
        let page = snapshot.saved(user, request.before, request.limit)?;
        let mut names = Names::default();
        names.messages(&page.messages);
        Ok((names.look_up(snapshot)?, page))
    });
    let (users, page) = found.await?;
    Ok(Saved { messages: wire::messages(page.messages), users: wire::users(users), next: page.next })
}
