//! Whom a message calls: looked up among the room's members, so that a mention tells nothing about anybody else.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use parlor_protocol::preferences::Level;
use parlor_protocol::threads::{MentionList, Mentions};
use parlor_protocol::{Code, Error, Nonce, Role, RoomId, Seq, UserId};
use parlor_store::records::{Membership, Message, MessageText};
use parlor_store::{Failed, Snapshot};

use crate::chat::no_such_room;
use crate::fault::{Answer, Fault};
use crate::markdown::{self, Candidates, Named, Rendered};
use crate::named::Names;
use crate::proof::{Caller, Member};
use crate::{Chat, wire};

/// Rooms with more members than this are called together by moderators only.
const SMALL_ROOM: u32 = 50;
/// People whom `@here` calls at most: their ids stand in the message.
const HERE: usize = 200;
/// How long somebody waits before calling a whole room again, in milliseconds.
const CALL_MS: u64 = 60_000;

/// Mentions that one list answers with, of one room and in all.
const LISTED_OF_ROOM: u32 = 20;
const LISTED: usize = 100;

/// When somebody called a whole room, and with which message.
#[derive(Debug, Default)]
pub(crate) struct RoomCalls(Mutex<HashMap<(RoomId, UserId), (u64, Nonce)>>);

impl RoomCalls {
    /// Takes a call. A repeated one passes: it is the same message.
    fn take(&self, room: RoomId, user: UserId, nonce: &Nonce, now_ms: u64) -> Result<(), Error> {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match calls.get(&(room, user)) {
            Some((at_ms, last)) if last != nonce && now_ms < at_ms + CALL_MS => {
                let error = Error::new(Code::RateLimited, "@room and @here: once a minute is enough");
                return Err(error.retry_after_ms(at_ms + CALL_MS - now_ms));
            }
            Some((_, last)) if last == nonce => {}
            _ => {
                calls.insert((room, user), (now_ms, nonce.clone()));
            }
        }
        Ok(())
    }

    /// Forgets calls that hold nobody back any more.
    pub(crate) fn sweep(&self, now_ms: u64) {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        calls.retain(|_, (at_ms, _)| now_ms < *at_ms + CALL_MS);
    }
}

/// Who writes a message, and where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Author {
    pub(crate) user: UserId,
    pub(crate) room: RoomId,
    /// Their role there.
    pub(crate) role: Role,
    /// Whether the room is a direct one.
    pub(crate) direct: bool,
}

impl From<&Member> for Author {
    fn from(member: &Member) -> Self {
        Self { user: member.caller.user, room: member.room, role: member.role, direct: member.direct }
    }
}

/// Renders the text of a message in this room.
///
/// # Errors
/// `forbidden` and `rate_limited` for calling the whole room.
pub(crate) async fn render(
    chat: &Chat,
    author: impl Into<Author>,
    nonce: &Nonce,
    text: String,
) -> Result<MessageText, Fault> {
    let Author { user, room, role, direct } = author.into();
    let (rendered, members) = preview(chat, room, &text).await?;
    let Rendered { html, mut mentions, mentions_room, mentions_here, .. } = rendered;
    if (mentions_room || mentions_here) && !direct && role < Role::Moderator {
        if members > SMALL_ROOM {
            return Err(Fault::refused(
                Code::Forbidden,
                "@room and @here: only moderators call everyone in a room of this size",
            ));
        }
        chat.room_calls.take(room, user, nonce, chat.clock.now_ms())?;
    }
    if mentions_here {
        mentions.retain(|present| *present != user);
    }
    Ok(MessageText { text: text.into(), html: html.into(), mentions, mentions_room })
}

/// How a text would look in this room, and how many members the room has if the text names anybody.
pub(crate) async fn preview(chat: &Chat, room: RoomId, text: &str) -> Result<(Rendered, u32), Fault> {
    let candidates = markdown::candidates(text);
    let (named, members) = if candidates == Candidates::default() {
        (Named::default(), 0)
    } else {
        look_up(chat, room, candidates).await?
    };
    Ok((markdown::render(text, &named), members))
}

async fn look_up(chat: &Chat, room: RoomId, candidates: Candidates) -> Result<(Named, u32), Fault> {
    let here = candidates.here;
    let found = chat.store.read(move |snapshot| {
        let mut named = Named::default();
        for username in candidates.users {
            if let Some(user) = snapshot.user_named(&username)?
                && snapshot.member(user.id, room)?.is_some()
            {
                named.users.insert(username, (user.id, user.name));
            }
        }
        for name in candidates.rooms {
            if let Some(found) = snapshot.public_room_named(&name)? {
                named.rooms.insert(name, found);
            }
        }
        for name in candidates.emoji {
            if let Some(emoji) = snapshot.emoji_named(&name)? {
                named.emoji.insert(name, emoji.picture);
            }
        }
        if here {
            named.here = snapshot.member_ids(room)?;
        }
        let members = snapshot.room(room)?.map_or(0, |room| room.members);
        Ok((named, members))
    });
    let (mut named, members) = found.await?;
    named.here.retain(|user| chat.presences.is_here(*user));
    if named.here.len() > HERE {
        return Err(Fault::refused(Code::TooLarge, "@here: too many are here; @room calls them all"));
    }
    Ok((named, members))
}

/// Mentions that a user is done with: whoever catches up is not told of them again.
fn done(snapshot: &Snapshot, user: UserId) -> Result<BTreeSet<(RoomId, Seq)>, Failed> {
    let away = snapshot.put_away(user)?.into_iter().filter(|away| away.until_ms.is_none());
    Ok(away.filter_map(|away| Some((away.room, away.message?))).collect())
}

/// Unread messages of a room that mention a member, but for those that are done.
fn waiting(
    snapshot: &Snapshot,
    member: &Membership,
    done: &BTreeSet<(RoomId, Seq)>,
) -> Result<Vec<Message>, Failed> {
    let room = member.room.id;
    let of_room = done.range((room, 0)..=(room, Seq::MAX)).count();
    let most = LISTED_OF_ROOM + u32::try_from(of_room).unwrap_or(0);
    let mut found = snapshot.mentions(member, most)?;
    found.retain(|message| !done.contains(&(room, message.seq)));
    found.truncate(LISTED_OF_ROOM as usize);
    Ok(found)
}

/// Lists unread messages that mention the caller.
pub async fn list(chat: &Chat, caller: &Caller, request: MentionList) -> Answer<MentionList> {
    let user = caller.acts::<MentionList>()?.user;
    let found = chat.store.read(move |snapshot| {
        let rooms = match request.room {
            Some(room) => match snapshot.member(user, room)? {
                Some(member) => vec![member],
                None => return Ok(None),
            },
            None => snapshot.rooms_of(user)?,
        };
        let (mut names, mut messages) = (Names::default(), Vec::new());
        let done = if request.room.is_none() { done(snapshot, user)? } else { BTreeSet::new() };
        for member in rooms {
            // A muted room calls nobody; who names it wants to know.
            if request.room.is_none() && snapshot.level(user, member.room.id)? == Level::Nothing {
                continue;
            }
            messages.extend(waiting(snapshot, &member, &done)?);
            if messages.len() >= LISTED {
                break;
            }
        }
        messages.truncate(LISTED);
        names.messages(&messages);
        Ok(Some((names.look_up(snapshot)?, messages)))
    });
    let (users, messages) = found.await?.ok_or_else(no_such_room)?;
    let messages = messages.into_iter().map(wire::message).collect();
    Ok(Mentions { messages, users: wire::users(users) })
}
