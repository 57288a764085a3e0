//! The table of pushes: what the server tells sockets without being asked. Names are past tense, `noun:verbed`.

use ts_rs::TypeVisitor;

use crate::entries::{Entry, MyEntry};
use crate::live::{Lagged, PresenceChanged, RoomHead, SessionEnded, TypingChanged};
use crate::people::User;
use crate::workspace::Workspace;

/// Who hears a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The sockets of a room's members.
    Room,
    /// All sockets of one user.
    Me,
    /// The sockets of everyone who shares a room with the user it is about.
    Acquaintances,
    /// The sockets that watch the user it is about.
    Watchers,
    /// Every socket.
    Everyone,
    /// One socket.
    Socket,
}

/// One row of the table of pushes.
#[derive(Debug, Clone, Copy)]
pub struct Push {
    /// Name on the wire.
    pub name: &'static str,
    /// Name of the payload's type.
    pub payload: &'static str,
    /// Who hears it.
    pub audience: Audience,
    /// What it means.
    pub doc: &'static str,
}

macro_rules! pushes {
    ($($name:literal $payload:ident $audience:ident $doc:literal;)+) => {
        /// Every push, in the order of the reference.
        pub const PUSHES: &[Push] = &[$(Push {
            name: $name,
            payload: stringify!($payload),
            audience: Audience::$audience,
            doc: $doc,
        }),+];

        pub(crate) fn visit(visitor: &mut impl TypeVisitor) {
            $(visitor.visit::<$payload>();)+
        }
    };
}

pushes! {
    "room:created" Entry Room "The room was created.";
    "room:changed" Entry Room "Name, topic, style, guests or archive changed.";
    "member:joined" Entry Room "Somebody joined or was added.";
    "member:left" Entry Room "Somebody left or was removed.";
    "member:changed" Entry Room "A member's role in the room changed.";
    "message:created" Entry Room "A message was written.";
    "message:edited" Entry Room "A message has a new text.";
    "message:deleted" Entry Room "A message was deleted; its slot stays.";
    "message:previewed" Entry Room "The links of a message have other previews.";
    "message:pinned" Entry Room "A message was pinned.";
    "message:unpinned" Entry Room "A message was taken off the pins.";
    "reaction:added" Entry Room "Somebody put an emoji on a message.";
    "reaction:removed" Entry Room "Somebody took their emoji off a message.";
    "poll:voted" Entry Room "Somebody voted in a poll.";
    "poll:closed" Entry Room "A poll was closed.";
    "my:room_joined" MyEntry Me "The user is a member of a room now; `sync` brings it.";
    "my:room_left" MyEntry Me "The user is no member of a room any more.";
    "my:read_marked" MyEntry Me "The user has read on, or put their marker back.";
    "my:thread_followed" MyEntry Me "The user follows a thread now.";
    "my:thread_unfollowed" MyEntry Me "The user follows a thread no longer.";
    "my:thread_marked" MyEntry Me "The user has read on in a thread.";
    "my:message_saved" MyEntry Me "The user saved a message.";
    "my:message_unsaved" MyEntry Me "The user let a saved message go.";
    "my:rooms_preferred" MyEntry Me "The user wants something else of some rooms, or has other folders.";
    "my:put_away" MyEntry Me "The user put something unread away, or brought it back.";
    "my:settings_changed" MyEntry Me "The user's settings changed.";
    "my:reminder_set" MyEntry Me "The user set or snoozed a reminder.";
    "my:reminder_due" MyEntry Me "The time of a reminder has come.";
    "my:reminder_done" MyEntry Me "A reminder is done.";
    "my:draft_changed" MyEntry Me "What the user began to write changed.";
    "my:scheduled_set" MyEntry Me "The user scheduled or changed a message, or it could not be sent.";
    "my:scheduled_deleted" MyEntry Me "The user deleted a scheduled message.";
    "my:scheduled_sent" MyEntry Me "A scheduled message was sent.";
    "room:head" RoomHead Room "Where a room's log ends, some seconds after it changed.";
    "user:changed" User Acquaintances "A user's name, picture, status, role or account changed.";
    "workspace:changed" Workspace Everyone "The workspace's name, door or own emoji changed.";
    "presence:changed" PresenceChanged Watchers "Somebody came, went or looked away.";
    "typing:changed" TypingChanged Room "Somebody started or stopped typing. Lasts 6 s without another one.";
    "lagged" Lagged Socket "The socket fell behind and lost what was queued: sync.";
    "session:ended" SessionEnded Socket "The session is over; the socket closes.";
}
