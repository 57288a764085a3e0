//! Threads: their pages, and who follows them.

use parlor_protocol::Code;
use parlor_protocol::threads::{
    ThreadFollow, ThreadHistory, ThreadList, ThreadMark, ThreadUnfollow, Threads,
};
use parlor_store::records::ListCursor;
use parlor_store::write::threads::{FollowThread, MarkThread, UnfollowThread};

use crate::fault::{Answer, Fault};
use crate::named::Names;
use crate::proof::{Caller, Member};
use crate::{Chat, pages, wire};

/// Threads that one list answers with.
const LISTED: u32 = 50;

/// Reads a page of a thread.
pub async fn history(chat: &Chat, member: &Member, request: ThreadHistory) -> Answer<ThreadHistory> {
    pages::few_enough(request.limit)?;
    let room = member.room;
    pages::read(chat, member, request.limit, move |snapshot, limit, tell| {
        snapshot.thread(room, request.thread, (request.from, limit), tell)
    })
    .await
}

/// Follows a thread.
pub async fn follow(chat: &Chat, member: &Member, request: ThreadFollow) -> Answer<ThreadFollow> {
    let actor = member.acts::<ThreadFollow>();
    let ThreadFollow { room, thread, nonce } = request;
    Ok(wire::written(chat.store.write(FollowThread { actor, room, nonce, thread }).await?))
}

/// Follows a thread no longer.
pub async fn unfollow(chat: &Chat, member: &Member, request: ThreadUnfollow) -> Answer<ThreadUnfollow> {
    let actor = member.acts::<ThreadUnfollow>();
    let ThreadUnfollow { room, thread, nonce } = request;
    Ok(wire::written(chat.store.write(UnfollowThread { actor, room, nonce, thread }).await?))
}

/// Moves the caller's marker in a thread forward.
pub async fn mark(chat: &Chat, member: &Member, request: ThreadMark) -> Answer<ThreadMark> {
    let actor = member.acts::<ThreadMark>();
    let ThreadMark { room, thread, seq } = request;
    Ok(wire::unread(chat.store.write(MarkThread { actor, room, thread, seq }).await?))
}

/// Lists the threads that the caller follows.
pub async fn list(chat: &Chat, caller: &Caller, request: ThreadList) -> Answer<ThreadList> {
    let user = caller.acts::<ThreadList>()?.user;
    if request.limit == 0 || request.limit > LISTED {
        return Err(Fault::refused(Code::BadRequest, "limit: 1 to 50"));
    }
    let before = request.before.map(|text| text.parse::<ListCursor>()).transpose();
    let before = before.map_err(|()| Fault::refused(Code::BadRequest, "before: the `next` of a page"))?;
    let found = chat.store.read(move |snapshot| {
        let found = snapshot.threads(user, before, request.limit)?;
        let mut names = Names::default();
        for listing in &found.threads {
            names.message(&listing.root);
            listing.last.iter().for_each(|last| names.message(last));
        }
        Ok((names.look_up(snapshot)?, found))
    });
    let (users, found) = found.await?;
    Ok(Threads {
        threads: found.threads.into_iter().map(wire::listing).collect(),
        users: wire::users(users),
        next: found.next.map(|next| next.to_string()),
    })
}
