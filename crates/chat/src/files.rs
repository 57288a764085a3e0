//! Files of messages: which there are in a room, and who may read them.

use std::collections::BTreeSet;

use parlor_protocol::files::{FileList, FileRef, Files};
use parlor_protocol::{Code, Error, limits};
use parlor_store::write::files::Attach;

use crate::chat::no_such_room;
use crate::fault::{Answer, Fault};
use crate::proof::Member;
use crate::{Chat, text, wire};

/// Lists the files of a room's messages.
pub async fn list(chat: &Chat, member: &Member, request: FileList) -> Answer<FileList> {
    let FileList { room, group, before, limit } = request;
    if limit == 0 || limit as usize > limits::HISTORY_ITEMS {
        return Err(Fault::refused(Code::BadRequest, "limit: 1 to 100"));
    }
    let user = member.caller.user;
    let found = chat.store.read(move |snapshot| {
        if snapshot.member(user, room)?.is_none() {
            return Ok(None);
        }
        let page = snapshot.files(room, group, before, limit)?;
        let posters: BTreeSet<_> = page.items.iter().map(|posted| posted.by).collect();
        let users = snapshot.users(&posters.into_iter().collect::<Vec<_>>())?;
        Ok(Some((page, users)))
    });
    let (page, users) = found.await?.ok_or_else(no_such_room)?;
    let next = page.items.last().filter(|_| page.more).map(|last| last.seq);
    Ok(Files {
        files: page.items.into_iter().map(wire::posted_file).collect(),
        users: wire::users(users),
        next,
    })
}

/// The files that a message is to be sent with.
///
/// # Errors
/// `too_large` for too many of them, `bad_request` for one twice.
pub(crate) fn attached(files: Vec<FileRef>) -> Result<Vec<Attach>, Fault> {
    if files.len() > limits::FILES_PER_MESSAGE {
        return Err(Fault::refused(Code::TooLarge, "files: at most 10 in one message"));
    }
    let ids: BTreeSet<_> = files.iter().map(|file| file.id).collect();
    if ids.len() < files.len() {
        return Err(Fault::refused(Code::BadRequest, "files: one of them stands there twice"));
    }
    let attach = |file: FileRef| {
        let alt = text::line(file.alt.as_deref().unwrap_or_default(), "alt", limits::ALT_CHARS)?;
        Ok(Attach { id: file.id, alt })
    };
    Ok(files.into_iter().map(attach).collect::<Result<_, Error>>()?)
}
