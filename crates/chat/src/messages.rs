//! Messages.

use parlor_protocol::messages::{
    MessageDelete, MessageEdit, MessageGet, MessagePreview, MessageSend, MessageVersions, Messages, Preview,
    Versions,
};
use parlor_protocol::{Code, limits};
use parlor_store::records::InThread;
use parlor_store::write::forwards::ForwardFrom;
use parlor_store::write::messages::{DeleteMessage, EditMessage, SendMessage};

use crate::chat::no_such_room;
use crate::fault::{Answer, Fault};
use crate::proof::Member;
use crate::{Chat, files, mentions, polls, text, wire};

/// Versions of a message in one answer: the longest texts together stay within what a packet may hold.
const VERSIONS: u32 = 10;

/// Writes a message.
pub async fn send(chat: &Chat, member: &Member, request: MessageSend) -> Answer<MessageSend> {
    let actor = member.acts::<MessageSend>();
    let wordless = request.poll.is_none() && (!request.files.is_empty() || request.forward.is_some());
    let source = if wordless { text::caption(&request.text)? } else { text::message(&request.text)? };
    let text = mentions::render(chat, member, &request.nonce, source).await?;
    let MessageSend { room, nonce, reply_to, thread, also_in_room, files, forward, poll, .. } = request;
    if usize::from(!files.is_empty()) + usize::from(forward.is_some()) + usize::from(poll.is_some()) > 1 {
        return Err(Fault::refused(Code::BadRequest, "files, forward, poll: one of them in a message"));
    }
    if also_in_room && thread.is_none() {
        return Err(Fault::refused(Code::BadRequest, "also_in_room: only for a reply in a thread"));
    }
    let files = files::attached(files)?;
    let thread = thread.map(|root| InThread { root, in_room: also_in_room });
    let forward = forward.map(|from| ForwardFrom { room: from.room, message: from.seq });
    let poll = poll.map(polls::begun).transpose()?;
    let message = SendMessage { actor, room, nonce, text, reply_to, thread, files, forward, poll };
    let written = chat.store.write(message).await?;
    Ok(wire::written(written))
}

/// Changes the text of the caller's own message.
pub async fn edit(chat: &Chat, member: &Member, request: MessageEdit) -> Answer<MessageEdit> {
    let actor = member.acts::<MessageEdit>();
    let text = mentions::render(chat, member, &request.nonce, text::caption(&request.text)?).await?;
    let MessageEdit { nonce, seq: message, .. } = request;
    let written = chat.store.write(EditMessage { actor, room: member.room, nonce, message, text }).await?;
    Ok(wire::written(written))
}

/// Deletes a message.
pub async fn delete(chat: &Chat, member: &Member, request: MessageDelete) -> Answer<MessageDelete> {
    let actor = member.acts::<MessageDelete>();
    let MessageDelete { nonce, seq: message, .. } = request;
    let written = chat.store.write(DeleteMessage { actor, room: member.room, nonce, message }).await?;
    Ok(wire::written(written))
}

/// Renders a text without sending it.
pub async fn preview(chat: &Chat, member: &Member, request: MessagePreview) -> Answer<MessagePreview> {
    let text = text::message(&request.text)?;
    let (rendered, _) = mentions::preview(chat, member.room, &text).await?;
    Ok(Preview { html: rendered.html })
}

/// Looks messages up by seq.
pub async fn get(chat: &Chat, member: &Member, request: MessageGet) -> Answer<MessageGet> {
    if request.seqs.len() > limits::HISTORY_ITEMS {
        return Err(Fault::refused(Code::TooLarge, "seqs: at most 100 in one call"));
    }
    let (room, user) = (member.room, member.caller.user);
    let found = chat.store.read(move |snapshot| {
        let Some(membership) = snapshot.member(user, room)? else { return Ok(None) };
        Ok(Some((snapshot.messages(room, &request.seqs)?, membership.head)))
    });
    let (messages, head) = found.await?.ok_or_else(no_such_room)?;
    Ok(Messages { messages: wire::messages(messages), head })
}

/// Reads what a message said before its edits.
pub async fn versions(chat: &Chat, member: &Member, request: MessageVersions) -> Answer<MessageVersions> {
    let (room, user) = (member.room, member.caller.user);
    let found = chat.store.read(move |snapshot| {
        if snapshot.member(user, room)?.is_none() {
            return Ok(None);
        }
        snapshot.versions(room, request.seq, request.before, VERSIONS + 1)
    });
    let gone = || Fault::refused(Code::NotFound, "there is no such message");
    let mut versions = found.await?.ok_or_else(gone)?;
    let more = versions.len() > VERSIONS as usize;
    versions.truncate(VERSIONS as usize);
    Ok(Versions { versions: versions.into_iter().map(wire::version).collect(), more })
}
