//! Catching up: what the caller puts away of what is unread.

use parlor_protocol::Code;
use parlor_protocol::catchup::{AllPutAway, CatchupList, CatchupPutAway, PutAway};
use parlor_store::write::catchup::PutAwayUnread;

use crate::fault::{Answer, Fault};
use crate::named::Names;
use crate::proof::{Caller, Member};
use crate::{Chat, scheduled, wire};

/// Mentions that one list answers with.
const LISTED: usize = 100;

/// Puts something unread away, or brings it back.
pub async fn put_away(chat: &Chat, member: &Member, request: CatchupPutAway) -> Answer<CatchupPutAway> {
    let actor = member.acts::<CatchupPutAway>();
    let CatchupPutAway { room, nonce, message, thread, until_ms } = request;
    if message.is_some() && thread.is_some() {
        return Err(Fault::refused(Code::BadRequest, "a message or a thread"));
    }
    if message.is_none() && until_ms.is_none() {
        return Err(Fault::refused(Code::BadRequest, "until_ms: only a mention is done for good"));
    }
    let until_ms = until_ms.map(|at_ms| scheduled::ahead(chat, at_ms)).transpose()?;
    let away = PutAway { room, message, thread, until_ms };
    Ok(wire::written(chat.store.write(PutAwayUnread { actor, nonce, away }).await?))
}

/// Lists what the caller has put away.
pub async fn list(chat: &Chat, caller: &Caller, _request: CatchupList) -> Answer<CatchupList> {
    let user = caller.acts::<CatchupList>()?.user;
    let found = chat.store.read(move |snapshot| {
        let away = snapshot.put_away(user)?;
        let (mut names, mut messages) = (Names::default(), Vec::new());
        let waiting = away.iter().filter(|away| away.until_ms.is_some());
        for (room, seq) in waiting.filter_map(|away| Some((away.room, away.message?))).rev().take(LISTED) {
            messages.extend(snapshot.messages(room, &[seq])?);
        }
        messages.retain(|message| !message.deleted);
        names.messages(&messages);
        let head = snapshot.mine(user)?.map_or(0, |mine| mine.head);
        Ok((away, messages, names.look_up(snapshot)?, head))
    });
    let (away, messages, users, head) = found.await?;
    let messages = messages.into_iter().map(wire::message).collect();
    Ok(AllPutAway { away, messages, users: wire::users(users), head })
}
