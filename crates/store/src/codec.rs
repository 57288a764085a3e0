//! How values stand in columns: keys, ids, enums, and the bodies of entries.

mod brought;
mod catchup;
mod files;
mod later;
mod preferences;
mod previews;
mod text;

use std::borrow::Cow;

use parlor_protocol::files::FileKind;
use parlor_protocol::people::Settings;
use parlor_protocol::rooms::{RoomKind, RoomStyle};
use parlor_protocol::told::Said;
use parlor_protocol::workspace::Door;
use parlor_protocol::{FileId, InviteId, Nonce, Role, RoomId, Seq, SessionId, UserId};
use rusqlite::types::Type;
use rusqlite::{Error, Result, Row};
use serde::{Deserialize, Serialize};

pub(crate) use self::brought::{read_tally, write_tally};
pub(crate) use self::files::{is_shown, read_file, write_file};
pub(crate) use self::later::{code, write_code, write_draft};
pub(crate) use self::preferences::level;
pub(crate) use self::previews::{read_previews, write_previews};
pub(crate) use self::text::{Created, Plain, TextBody, read_edited, read_plain, read_text, write_text};

use crate::entries::{RoomBody, RoomChange, RoomEntry, UserBody, UserEntry};
use crate::records::Lent;

/// Key of an entry: the log's ordinal above, its seq below.
pub(crate) const fn key(ordinal: u32, seq: Seq) -> i64 {
    ((ordinal as i64) << 32) | seq as i64
}

/// The seq in a key.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the lower half is what is wanted"
)]
pub(crate) const fn seq_of(key: i64) -> Seq {
    key as u32
}

/// The log's ordinal in a key.
#[expect(clippy::cast_sign_loss, reason = "ordinals are below 2^31")]
pub(crate) const fn ordinal_of(key: i64) -> u32 {
    (key >> 32) as u32
}

/// A value that no version of this program has written.
pub(crate) fn damaged(what: &'static str) -> Error {
    Error::FromSqlConversionFailure(0, Type::Null, format!("not a {what}").into())
}

macro_rules! ids {
    ($($function:ident $id:ident;)+) => {$(
        pub(crate) fn $function(number: i64) -> Result<$id> {
            $id::new(number.cast_unsigned()).ok_or_else(|| damaged(stringify!($id)))
        }

        impl Column for $id {
            fn number(self) -> i64 {
                self.get().cast_signed()
            }
        }
    )+};
}

/// An id or an enum as the number that stands in its column.
pub(crate) trait Column {
    fn number(self) -> i64;
}

ids! {
    room_id RoomId;
    user_id UserId;
    session_id SessionId;
    invite_id InviteId;
    file_id FileId;
}

/// Users as they stand in one column, in their order.
pub(crate) fn pack(people: &[UserId]) -> Vec<u8> {
    people.iter().flat_map(|user| user.get().to_be_bytes()).collect()
}

/// The users in a column.
pub(crate) fn unpack(people: &[u8]) -> Result<Vec<UserId>> {
    let (ids, _) = people.as_chunks::<8>();
    ids.iter().map(|id| user_id(i64::from_be_bytes(*id))).collect()
}

macro_rules! enums {
    ($($function:ident $name:ident { $($variant:ident = $number:literal),+ })+) => {$(
        impl Column for $name {
            fn number(self) -> i64 {
                match self { $(Self::$variant => $number),+ }
            }
        }

        pub(crate) fn $function(number: i64) -> Result<$name> {
            match number { $($number => Ok($name::$variant),)+ _ => Err(damaged(stringify!($name))) }
        }
    )+};
}

enums! {
    role Role { Guest = 0, Member = 1, Moderator = 2, Admin = 3, Owner = 4 }
    room_kind RoomKind { Public = 0, Private = 1, Direct = 2 }
    room_style RoomStyle { Chat = 0, ReadOnly = 1, Feed = 2, Flat = 3 }
    file_kind FileKind { Image = 0, Video = 1, Audio = 2, Voice = 3, Document = 4 }
    door Door { Invited = 0, Link = 1, Guest = 2 }
}

/// What an entry is, as the column `kind`: lines of a timeline below 16, other changes of a room below 32, a user's above.
pub(crate) mod kind {
    pub(crate) const ROOM_CREATED: i64 = 1;
    pub(crate) const ROOM_CHANGED: i64 = 2;
    pub(crate) const MEMBER_JOINED: i64 = 3;
    pub(crate) const MEMBER_LEFT: i64 = 4;
    pub(crate) const MEMBER_CHANGED: i64 = 5;
    pub(crate) const MESSAGE_PINNED: i64 = 6;
    pub(crate) const MESSAGE_UNPINNED: i64 = 7;
    pub(crate) const MESSAGE_CREATED: i64 = 16;
    pub(crate) const MESSAGE_EDITED: i64 = 17;
    pub(crate) const MESSAGE_DELETED: i64 = 18;
    pub(crate) const REACTION_ADDED: i64 = 19;
    pub(crate) const REACTION_REMOVED: i64 = 20;
    pub(crate) const MESSAGE_PREVIEWED: i64 = 23;
    pub(crate) const POLL_VOTED: i64 = 21;
    pub(crate) const POLL_CLOSED: i64 = 22;
    pub(crate) const ROOM_JOINED: i64 = 32;
    pub(crate) const ROOM_LEFT: i64 = 33;
    pub(crate) const READ_MARKED: i64 = 34;
    pub(crate) const SETTINGS_CHANGED: i64 = 35;
    pub(crate) const READ_REWOUND: i64 = 36;
    pub(crate) const THREAD_FOLLOWED: i64 = 40;
    pub(crate) const THREAD_UNFOLLOWED: i64 = 41;
    pub(crate) const THREAD_MARKED: i64 = 42;
    pub(crate) const MESSAGE_SAVED: i64 = 43;
    pub(crate) const MESSAGE_UNSAVED: i64 = 44;
    pub(crate) const REMINDER_SET: i64 = 45;
    pub(crate) const REMINDER_DUE: i64 = 46;
    pub(crate) const REMINDER_DONE: i64 = 47;
    pub(crate) const DRAFT_CHANGED: i64 = 48;
    pub(crate) const SCHEDULED_SET: i64 = 49;
    pub(crate) const SCHEDULED_DELETED: i64 = 50;
    pub(crate) const SCHEDULED_SENT: i64 = 51;
    pub(crate) const ROOMS_PREFERRED: i64 = 52;
    pub(crate) const PUT_AWAY: i64 = 53;
}

/// An entry's columns that say what happened.
pub(crate) struct Columns<'a> {
    pub(crate) kind: i64,
    pub(crate) target: Option<i64>,
    pub(crate) body: Option<Cow<'a, str>>,
}

impl<'a> Columns<'a> {
    fn new(kind: i64, target: impl Into<Option<i64>>, body: impl Into<Option<Cow<'a, str>>>) -> Self {
        Self { kind, target: target.into(), body: body.into() }
    }
}

/// The columns of a room's entry.
pub(crate) fn write_room(body: &RoomBody) -> Columns<'_> {
    match body {
        RoomBody::RoomCreated { name } => Columns::new(kind::ROOM_CREATED, None, Cow::from(name)),
        RoomBody::RoomChanged { change } => {
            Columns::new(kind::ROOM_CHANGED, None, Cow::from(Change::json(change)))
        }
        RoomBody::MemberJoined { user, role } => {
            Columns::new(kind::MEMBER_JOINED, user.number(), Cow::from(role.number().to_string()))
        }
        RoomBody::MemberLeft { user } => Columns::new(kind::MEMBER_LEFT, user.number(), None),
        RoomBody::MemberChanged { user, role } => {
            Columns::new(kind::MEMBER_CHANGED, user.number(), Cow::from(role.number().to_string()))
        }
        RoomBody::MessageCreated { text, reply_to, thread, files, forwarded, poll, nonce } => {
            let (forwarded, poll) = (forwarded.as_ref(), poll.as_ref());
            let created = Created { text, thread: *thread, files, forwarded, poll, nonce };
            Columns::new(kind::MESSAGE_CREATED, reply_to.map(i64::from), Cow::from(created.write()))
        }
        RoomBody::MessageEdited { message, text, thread } => {
            Columns::new(kind::MESSAGE_EDITED, i64::from(*message), Cow::from(write_text(text, *thread)))
        }
        RoomBody::MessageDeleted { message, author, thread } => {
            let body = json(&(author.get(), thread));
            Columns::new(kind::MESSAGE_DELETED, i64::from(*message), Cow::from(body))
        }
        RoomBody::MessagePreviewed { message, previews } => {
            let body = write_previews(previews);
            Columns::new(kind::MESSAGE_PREVIEWED, i64::from(*message), Cow::from(body))
        }
        RoomBody::MessagePinned { message } => Columns::new(kind::MESSAGE_PINNED, i64::from(*message), None),
        RoomBody::MessageUnpinned { message } => {
            Columns::new(kind::MESSAGE_UNPINNED, i64::from(*message), None)
        }
        RoomBody::ReactionAdded { message, emoji } => {
            Columns::new(kind::REACTION_ADDED, i64::from(*message), Cow::from(emoji))
        }
        RoomBody::ReactionRemoved { message, emoji } => {
            Columns::new(kind::REACTION_REMOVED, i64::from(*message), Cow::from(emoji))
        }
        RoomBody::PollVoted { message, choices, tally } => {
            let body = brought::write_vote(choices, tally.as_ref());
            Columns::new(kind::POLL_VOTED, i64::from(*message), Cow::from(body))
        }
        RoomBody::PollClosed { message } => Columns::new(kind::POLL_CLOSED, i64::from(*message), None),
    }
}

/// The columns of a user's entry.
pub(crate) fn write_user(body: &UserBody) -> Columns<'_> {
    match body {
        UserBody::RoomJoined { room } => Columns::new(kind::ROOM_JOINED, room.number(), None),
        UserBody::RoomLeft { room } => Columns::new(kind::ROOM_LEFT, room.number(), None),
        UserBody::ReadMarked { room, marker, back } => {
            let kind = if *back { kind::READ_REWOUND } else { kind::READ_MARKED };
            Columns::new(kind, room.number(), Cow::from(marker.to_string()))
        }
        UserBody::MessageSaved { room, message } => {
            Columns::new(kind::MESSAGE_SAVED, room.number(), Cow::from(message.to_string()))
        }
        UserBody::MessageUnsaved { room, message } => {
            Columns::new(kind::MESSAGE_UNSAVED, room.number(), Cow::from(message.to_string()))
        }
        UserBody::ThreadFollowed { room, thread, marker } => {
            Columns::new(kind::THREAD_FOLLOWED, room.number(), Cow::from(json(&(thread, marker))))
        }
        UserBody::ThreadUnfollowed { room, thread } => {
            Columns::new(kind::THREAD_UNFOLLOWED, room.number(), Cow::from(thread.to_string()))
        }
        UserBody::ThreadMarked { room, thread, marker } => {
            Columns::new(kind::THREAD_MARKED, room.number(), Cow::from(json(&(thread, marker))))
        }
        UserBody::RoomsPreferred { rooms, folders } => {
            let body = preferences::write_preferred(rooms, folders.as_ref());
            Columns::new(kind::ROOMS_PREFERRED, None, Cow::from(body))
        }
        UserBody::PutAway { away } => {
            Columns::new(kind::PUT_AWAY, away.room.number(), Cow::from(catchup::write_away(away)))
        }
        UserBody::SettingsChanged { settings } => {
            Columns::new(kind::SETTINGS_CHANGED, None, Cow::from(json(settings)))
        }
        UserBody::ReminderSet { reminder } => {
            Columns::new(kind::REMINDER_SET, None, Cow::from(later::write_reminder(reminder)))
        }
        UserBody::ReminderDue { reminder } => {
            Columns::new(kind::REMINDER_DUE, None, Cow::from(later::write_reminder(reminder)))
        }
        UserBody::ReminderDone { nonce } => {
            Columns::new(kind::REMINDER_DONE, None, Cow::from(nonce.as_str()))
        }
        UserBody::DraftChanged { draft } => {
            Columns::new(kind::DRAFT_CHANGED, draft.room.number(), Cow::from(write_draft(draft)))
        }
        UserBody::ScheduledSet { scheduled } => {
            let body = later::write_scheduled(scheduled);
            Columns::new(kind::SCHEDULED_SET, scheduled.room.number(), Cow::from(body))
        }
        UserBody::ScheduledDeleted { nonce } => {
            Columns::new(kind::SCHEDULED_DELETED, None, Cow::from(nonce.as_str()))
        }
        UserBody::ScheduledSent { nonce, room } => {
            Columns::new(kind::SCHEDULED_SENT, room.number(), Cow::from(nonce.as_str()))
        }
    }
}

/// Lends a room's entry from `key, at, by, kind, target, body`, as far as it can without reading it.
pub(crate) fn lend<T>(
    room: RoomId,
    row: &Row<'_>,
    tell: &mut impl FnMut(Lent<'_, RoomEntry>) -> T,
) -> Result<T> {
    let plain = match row.get(3)? {
        kind::MESSAGE_CREATED => read_plain(row.get_ref(5)?.as_str()?)?,
        _ => None,
    };
    let Some(plain) = plain else { return Ok(tell(Lent::Whole(read_room(room, row)?))) };
    Ok(tell(Lent::Said(said(room, row, &plain)?)))
}

/// What a row says that begins with `key, at, by`, and has what the message answers in its fifth column.
pub(crate) fn said<'a>(room: RoomId, row: &Row<'_>, plain: &'a Plain<'_>) -> Result<Said<'a>> {
    Ok(Said {
        room,
        seq: seq_of(row.get(0)?),
        at_ms: row.get(1)?,
        by: user_id(row.get(2)?)?,
        text: plain.text,
        html: plain.html,
        mentions: &plain.mentions,
        mentions_room: plain.mentions_room,
        reply_to: row.get::<_, Option<i64>>(4)?.map(seq).transpose()?,
        thread: plain.thread.map(|thread| thread.root),
        in_room: plain.thread.is_none_or(|thread| thread.in_room),
        nonce: &plain.nonce,
    })
}

/// Reads a room's entry from `key, at, by, kind, target, body`.
pub(crate) fn read_room(room: RoomId, row: &Row<'_>) -> Result<RoomEntry> {
    let seq = seq_of(row.get(0)?);
    let body = read_room_body(row)?;
    Ok(RoomEntry { room, seq, at_ms: row.get(1)?, by: user_id(row.get(2)?)?, body })
}

fn read_room_body(row: &Row<'_>) -> Result<RoomBody> {
    let target: Option<i64> = row.get(4)?;
    let body = || Ok::<_, Error>(row.get_ref(5)?.as_str_or_null()?.unwrap_or_default());
    let user = || user_id(target.ok_or_else(|| damaged("member"))?);
    let message = || seq(target.ok_or_else(|| damaged("message"))?);
    Ok(match row.get(3)? {
        kind::ROOM_CREATED => RoomBody::RoomCreated { name: body()?.to_owned() },
        kind::ROOM_CHANGED => RoomBody::RoomChanged { change: Change::read(body()?)? },
        kind::MEMBER_JOINED => RoomBody::MemberJoined { user: user()?, role: role(number(body()?)?)? },
        kind::MEMBER_LEFT => RoomBody::MemberLeft { user: user()? },
        kind::MEMBER_CHANGED => RoomBody::MemberChanged { user: user()?, role: role(number(body()?)?)? },
        kind::MESSAGE_CREATED => {
            let TextBody { text, thread, files, forwarded, poll, nonce } = read_text(body()?)?;
            let nonce = nonce.ok_or_else(|| damaged("nonce"))?;
            let reply_to = target.map(seq).transpose()?;
            RoomBody::MessageCreated { text, reply_to, thread, files, forwarded, poll, nonce }
        }
        kind::MESSAGE_EDITED => {
            let TextBody { text, thread, .. } = read_text(body()?)?;
            RoomBody::MessageEdited { message: message()?, text, thread: thread.map(|thread| thread.root) }
        }
        kind::MESSAGE_DELETED => {
            let (author, thread) = match body()? {
                // As it was written before there were threads.
                author if author.bytes().all(|byte| byte.is_ascii_digit()) => (number(author)?, None),
                body => parse(body)?,
            };
            RoomBody::MessageDeleted { message: message()?, author: user_id(author)?, thread }
        }
        kind::MESSAGE_PREVIEWED => {
            RoomBody::MessagePreviewed { message: message()?, previews: read_previews(body()?)? }
        }
        kind::MESSAGE_PINNED => RoomBody::MessagePinned { message: message()? },
        kind::MESSAGE_UNPINNED => RoomBody::MessageUnpinned { message: message()? },
        kind::REACTION_ADDED => RoomBody::ReactionAdded { message: message()?, emoji: body()?.to_owned() },
        kind::REACTION_REMOVED => {
            RoomBody::ReactionRemoved { message: message()?, emoji: body()?.to_owned() }
        }
        kind::POLL_VOTED => {
            let (choices, tally) = brought::read_vote(body()?)?;
            RoomBody::PollVoted { message: message()?, choices, tally }
        }
        kind::POLL_CLOSED => RoomBody::PollClosed { message: message()? },
        _ => return Err(damaged("kind of a room's entry")),
    })
}

/// Reads a user's entry from `key, at, by, kind, target, body`.
pub(crate) fn read_user(user: UserId, row: &Row<'_>) -> Result<UserEntry> {
    let target: Option<i64> = row.get(4)?;
    let text = row.get_ref(5)?.as_str_or_null()?.unwrap_or_default();
    let room = || room_id(target.ok_or_else(|| damaged("room"))?);
    let body = match row.get(3)? {
        kind::ROOM_JOINED => UserBody::RoomJoined { room: room()? },
        kind::ROOM_LEFT => UserBody::RoomLeft { room: room()? },
        it @ (kind::READ_MARKED | kind::READ_REWOUND) => {
            let back = it == kind::READ_REWOUND;
            UserBody::ReadMarked { room: room()?, marker: seq(number(text)?)?, back }
        }
        kind::THREAD_FOLLOWED => {
            let (thread, marker) = parse(text)?;
            UserBody::ThreadFollowed { room: room()?, thread, marker }
        }
        kind::THREAD_UNFOLLOWED => UserBody::ThreadUnfollowed { room: room()?, thread: seq(number(text)?)? },
        kind::THREAD_MARKED => {
            let (thread, marker) = parse(text)?;
            UserBody::ThreadMarked { room: room()?, thread, marker }
        }
        kind::MESSAGE_SAVED => UserBody::MessageSaved { room: room()?, message: seq(number(text)?)? },
        kind::MESSAGE_UNSAVED => UserBody::MessageUnsaved { room: room()?, message: seq(number(text)?)? },
        kind::ROOMS_PREFERRED => preferences::read_preferred(text)?,
        kind::PUT_AWAY => UserBody::PutAway { away: catchup::read_away(room()?, text)? },
        kind::SETTINGS_CHANGED => UserBody::SettingsChanged { settings: settings(Some(text))? },
        kind::REMINDER_SET => UserBody::ReminderSet { reminder: later::read_reminder(text)? },
        kind::REMINDER_DUE => UserBody::ReminderDue { reminder: later::read_reminder(text)? },
        kind::REMINDER_DONE => UserBody::ReminderDone { nonce: nonce(text)? },
        kind::DRAFT_CHANGED => UserBody::DraftChanged { draft: later::read_draft(room()?, text)? },
        kind::SCHEDULED_SET => UserBody::ScheduledSet { scheduled: later::read_scheduled(room()?, text)? },
        kind::SCHEDULED_DELETED => UserBody::ScheduledDeleted { nonce: nonce(text)? },
        kind::SCHEDULED_SENT => UserBody::ScheduledSent { nonce: nonce(text)?, room: room()? },
        _ => return Err(damaged("kind of a user's entry")),
    };
    Ok(UserEntry { user, seq: seq_of(row.get(0)?), at_ms: row.get(1)?, body })
}

/// A user's settings; the default ones if they never chose any.
pub(crate) fn settings(text: Option<&str>) -> Result<Settings> {
    text.map_or_else(|| Ok(Settings::default()), parse)
}

pub(crate) fn json(value: &impl Serialize) -> String {
    // Plain structs of strings and numbers: nothing that serialising could fail on.
    serde_json::to_string(value).unwrap_or_default()
}

pub(crate) fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::FromSqlConversionFailure(0, Type::Text, error.into()))
}

fn number(text: &str) -> Result<i64> {
    text.parse().map_err(|_| damaged("number"))
}

pub(crate) fn seq(number: i64) -> Result<Seq> {
    Seq::try_from(number).map_err(|_| damaged("seq"))
}

pub(crate) fn nonce(text: &str) -> Result<Nonce> {
    Nonce::new(text).map_err(|_| damaged("nonce"))
}

#[derive(Serialize, Deserialize)]
struct Change<'a> {
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    name: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    topic: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    style: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    guests: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    archived: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    previews: Option<bool>,
}

impl Change<'_> {
    fn json(change: &RoomChange) -> String {
        json(&Change {
            name: change.name.as_deref().map(Cow::from),
            topic: change.topic.as_deref().map(Cow::from),
            style: change.style.map(Column::number),
            guests: change.guests,
            archived: change.archived,
            previews: change.previews,
        })
    }

    fn read(text: &str) -> Result<RoomChange> {
        let Change { name, topic, style, guests, archived, previews } = parse(text)?;
        Ok(RoomChange {
            name: name.map(Cow::into_owned),
            topic: topic.map(Cow::into_owned),
            style: style.map(room_style).transpose()?,
            guests,
            archived,
            previews,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_by_log_and_then_by_seq() {
        assert!(key(1, Seq::MAX) < key(2, 0));
        assert_eq!((ordinal_of(key(7, 9)), seq_of(key(7, 9))), (7, 9));
        assert_eq!((ordinal_of(key(7, Seq::MAX)), seq_of(key(7, Seq::MAX))), (7, Seq::MAX));
    }
}
