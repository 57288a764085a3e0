//! Who is typing. Nothing is kept: a mark ends by itself after six seconds.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use parlor_bus::Topic;
use parlor_protocol::limits::TYPING_MS;
use parlor_protocol::live::{TypingChanged, TypingStart, TypingStop};
use parlor_protocol::people::Done;
use parlor_protocol::{RoomId, UserId};

use crate::Chat;
use crate::fault::Answer;
use crate::proof::Member;

/// Marks of one user in one room are told this far apart at least, in milliseconds.
const TOLD_MS: u64 = 2_000;

/// When it was last told that somebody types somewhere.
#[derive(Debug, Default)]
pub(crate) struct Typists(Mutex<HashMap<(RoomId, UserId), u64>>);

impl Typists {
    /// Whether it is time to tell the room again.
    fn start(&self, room: RoomId, user: UserId, now_ms: u64) -> bool {
        let mut typists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let told = typists.get(&(room, user)).is_some_and(|&told_ms| now_ms < told_ms + TOLD_MS);
        if !told {
            typists.insert((room, user), now_ms);
        }
        !told
    }

    /// Whether the room still believes that they type.
    fn stop(&self, room: RoomId, user: UserId, now_ms: u64) -> bool {
        let mut typists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        typists.remove(&(room, user)).is_some_and(|told_ms| now_ms < told_ms + TYPING_MS)
    }

    /// Forgets marks that have ended.
    pub(crate) fn sweep(&self, now_ms: u64) {
        let mut typists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        typists.retain(|_, told_ms| now_ms < *told_ms + TYPING_MS);
    }
}

/// Tells the room that the caller types, unless they can't write there.
#[expect(clippy::unused_async, reason = "as the function of every call")]
pub async fn start(chat: &Chat, member: &Member, _request: TypingStart) -> Answer<TypingStart> {
    let (room, user) = (member.room, member.caller.user);
    if member.writes && chat.typists.start(room, user, chat.clock.now_ms()) {
        tell(chat, &TypingChanged { room, user, typing: true });
    }
    Ok(Done {})
}

/// Tells the room that the caller stopped typing.
#[expect(clippy::unused_async, reason = "as the function of every call")]
pub async fn stop(chat: &Chat, member: &Member, _request: TypingStop) -> Answer<TypingStop> {
    let (room, user) = (member.room, member.caller.user);
    if chat.typists.stop(room, user, chat.clock.now_ms()) {
        tell(chat, &TypingChanged { room, user, typing: false });
    }
    Ok(Done {})
}

fn tell(chat: &Chat, changed: &TypingChanged) {
    chat.herald.hint(Topic::Room(changed.room.get()), "typing:changed", changed);
}
