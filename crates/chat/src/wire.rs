//! Turns what the store remembers into what goes over the wire. The only place that knows both.

use parlor_protocol::entries::{Body, Entry, MyBody, MyEntry};
use parlor_protocol::previews::LinkPreview;
use parlor_protocol::told::Rows;
use parlor_protocol::{
    emoji as custom, files, forwards, later, messages, people, polls, rooms, threads, workspace as space,
};
use parlor_store::entries::{RoomBody, RoomChange, RoomEntry, UserBody, UserEntry};
use parlor_store::records;

/// An entry of a room's log.
pub(crate) fn entry(entry: RoomEntry) -> Entry {
    let RoomEntry { room, seq, at_ms, by, body: it } = entry;
    Entry { room, seq, at_ms, by, body: body(it) }
}

fn body(body: RoomBody) -> Body {
    match body {
        RoomBody::RoomCreated { name } => Body::RoomCreated { name },
        RoomBody::RoomChanged { change } => Body::RoomChanged { change: delta(change) },
        RoomBody::MemberJoined { user, role } => Body::MemberJoined { user, role },
        RoomBody::MemberLeft { user } => Body::MemberLeft { user },
        RoomBody::MemberChanged { user, role } => Body::MemberChanged { user, role },
        RoomBody::MessageCreated { text, reply_to, thread, files, forwarded: passed, poll: begun, nonce } => {
            Body::MessageCreated {
                text: text.text,
                html: text.html,
                mentions: text.mentions,
                mentions_room: text.mentions_room,
                reply_to,
                files: files.into_iter().map(file).collect(),
                forwarded: passed.map(forwarded),
                poll: begun.map(poll),
                thread: thread.map(|thread| thread.root),
                in_room: in_room(thread),
                nonce,
            }
        }
        RoomBody::MessageEdited { message, text, thread } => Body::MessageEdited {
            message,
            text: text.text,
            html: text.html,
            mentions: text.mentions,
            mentions_room: text.mentions_room,
            thread,
        },
        RoomBody::MessageDeleted { message, author, thread } => {
            Body::MessageDeleted { message, author, thread }
        }
        RoomBody::MessagePreviewed { message, previews } => {
            Body::MessagePreviewed { message, previews: previews.into_iter().map(preview).collect() }
        }
        RoomBody::MessagePinned { message } => Body::MessagePinned { message },
        RoomBody::MessageUnpinned { message } => Body::MessageUnpinned { message },
        RoomBody::ReactionAdded { message, emoji } => Body::ReactionAdded { message, emoji },
        RoomBody::ReactionRemoved { message, emoji } => Body::ReactionRemoved { message, emoji },
        RoomBody::PollVoted { message, choices, tally: after } => {
            Body::PollVoted { message, choices, tally: after.map(tally) }
        }
        RoomBody::PollClosed { message } => Body::PollClosed { message },
    }
}

/// Whether a message stands in the room's timeline: a reply in a thread does only when it was sent there too.
fn in_room(thread: Option<records::InThread>) -> bool {
    thread.is_none_or(|thread| thread.in_room)
}

fn delta(change: RoomChange) -> rooms::RoomDelta {
    let RoomChange { name, topic, style, guests, archived, previews } = change;
    rooms::RoomDelta { name, topic, style, guests, archived, previews }
}

/// What changes in a room, for the store.
pub(crate) fn room_change(delta: rooms::RoomDelta) -> RoomChange {
    let rooms::RoomDelta { name, topic, style, guests, archived, previews } = delta;
    RoomChange { name, topic, style, guests, archived, previews }
}

/// An entry of a user's own log.
pub(crate) fn my_entry(entry: &UserEntry) -> MyEntry {
    let body = match entry.body.clone() {
        UserBody::RoomJoined { room } => MyBody::RoomJoined { room },
        UserBody::RoomLeft { room } => MyBody::RoomLeft { room },
        UserBody::ReadMarked { room, marker, back } => MyBody::ReadMarked { room, marker, back },
        UserBody::ThreadFollowed { room, thread, marker } => MyBody::ThreadFollowed { room, thread, marker },
        UserBody::ThreadUnfollowed { room, thread } => MyBody::ThreadUnfollowed { room, thread },
        UserBody::ThreadMarked { room, thread, marker } => MyBody::ThreadMarked { room, thread, marker },
        UserBody::MessageSaved { room, message } => MyBody::MessageSaved { room, message },
        UserBody::MessageUnsaved { room, message } => MyBody::MessageUnsaved { room, message },
        UserBody::RoomsPreferred { rooms, folders } => MyBody::RoomsPreferred { rooms, folders },
        UserBody::PutAway { away } => MyBody::PutAway { away },
        UserBody::SettingsChanged { settings } => MyBody::SettingsChanged { settings },
        UserBody::ReminderSet { reminder: it } => MyBody::ReminderSet { reminder: reminder(it) },
        UserBody::ReminderDue { reminder: it } => MyBody::ReminderDue { reminder: reminder(it) },
        UserBody::ReminderDone { nonce } => MyBody::ReminderDone { nonce },
        UserBody::DraftChanged { draft: it } => MyBody::DraftChanged { draft: draft(it) },
        UserBody::ScheduledSet { scheduled: it } => MyBody::ScheduledSet { scheduled: scheduled(it) },
        UserBody::ScheduledDeleted { nonce } => MyBody::ScheduledDeleted { nonce },
        UserBody::ScheduledSent { nonce, room } => MyBody::ScheduledSent { nonce, room },
    };
    MyEntry { seq: entry.seq, at_ms: entry.at_ms, body }
}

/// A draft.
pub(crate) fn draft(draft: records::Draft) -> later::Draft {
    let records::Draft { room, thread, text, reply_to } = draft;
    later::Draft { room, thread, text, reply_to }
}

/// A scheduled message.
pub(crate) fn scheduled(scheduled: records::Scheduled) -> later::Scheduled {
    let records::Scheduled { nonce, room, text, reply_to, at_ms, failed } = scheduled;
    later::Scheduled { nonce, room, text, reply_to, at_ms, failed }
}

/// A reminder.
pub(crate) fn reminder(reminder: records::Reminder) -> later::Reminder {
    let records::Reminder { nonce, at_ms, text, message, due } = reminder;
    let (room, message) = message.unzip();
    later::Reminder { nonce, at_ms, text, room, message, due }
}

/// A user as others see them.
pub(crate) fn user(user: records::User) -> people::User {
    let records::User { id, username, name, role, bot, disabled, avatar, status, seen_at_ms: _ } = user;
    people::User { id, username, name, role, bot, disabled, avatar, status }
}

/// Users as others see them.
pub(crate) fn users(users: Vec<records::User>) -> Vec<people::User> {
    users.into_iter().map(user).collect()
}

/// The workspace as its members know it.
pub(crate) fn workspace(workspace: &records::Workspace) -> space::Workspace {
    space::Workspace { name: workspace.name.clone(), door: workspace.door, emoji: workspace.emoji }
}

/// A custom emoji.
pub(crate) fn emoji(emoji: records::Emoji) -> custom::Emoji {
    let records::Emoji { name, picture, by } = emoji;
    custom::Emoji { name, picture, by }
}

/// An invite as admins list it.
pub(crate) fn invite(invite: &records::Invite) -> space::Invite {
    let records::Invite { id, by, role, room, expires_at_ms, uses_left, used } = *invite;
    space::Invite { id, by, role, room, expires_at_ms, uses_left, used }
}

/// A room.
pub(crate) fn room(room: records::Room) -> rooms::Room {
    let records::Room { id, kind, style, name, topic, guests, archived, members, people, previews } = room;
    rooms::Room { id, kind, style, name, topic, guests, archived, members, people, previews }
}

/// What a page says of itself.
pub(crate) fn preview(preview: records::Preview) -> LinkPreview {
    let records::Preview { url, title, text, site, picture } = preview;
    LinkPreview { url, title, text, site, picture: picture.map(file) }
}

/// A write that was done.
pub(crate) fn written(written: records::Written) -> rooms::Written {
    rooms::Written { room: written.room, seq: written.seq }
}

/// Where a user stands in a room.
pub(crate) fn unread(unread: records::Unread) -> messages::Unread {
    let records::Unread { marker, unread, mentions, head } = unread;
    messages::Unread { marker, unread, mentions, head }
}

/// A message as it is now.
pub(crate) fn message(message: records::Message) -> messages::Message {
    let reaction =
        |reaction: records::Reaction| messages::Reaction { emoji: reaction.emoji, users: reaction.users };
    messages::Message {
        room: message.room,
        seq: message.seq,
        by: message.by,
        at_ms: message.at_ms,
        text: message.text.text,
        html: message.text.html,
        mentions: message.text.mentions,
        mentions_room: message.text.mentions_room,
        reply_to: message.reply_to,
        files: message.files.into_iter().map(file).collect(),
        previews: message.previews.into_iter().map(preview).collect(),
        forwarded: message.forwarded.map(forwarded),
        poll: message.poll.map(poll),
        thread: message.thread.map(|thread| thread.root),
        in_room: in_room(message.thread),
        replies: message.replies.map(summary),
        edited_at_ms: message.edited_at_ms,
        deleted: message.deleted,
        pinned: message.pinned,
        reactions: message.reactions.into_iter().map(reaction).collect(),
        rev: message.rev,
        nonce: message.nonce,
    }
}

fn forwarded(forwarded: records::Forwarded) -> forwards::Forwarded {
    let records::Forwarded { room, seq, by, at_ms, text } = forwarded;
    forwards::Forwarded { room, seq, by, at_ms, text: text.text, html: text.html }
}

fn poll(poll: records::Poll) -> polls::Poll {
    let option = |option: records::PollOption| {
        let records::PollOption { text, votes, users } = option;
        polls::PollOption { text, votes, users }
    };
    let records::Poll { options, multiple, hidden, voters, closed } = poll;
    polls::Poll { options: options.into_iter().map(option).collect(), multiple, hidden, voters, closed }
}

fn tally(tally: records::PollTally) -> polls::PollTally {
    let records::PollTally { votes, voters } = tally;
    polls::PollTally { votes, voters }
}

/// A file.
pub(crate) fn file(file: records::File) -> files::File {
    let records::File { id, name, bytes, kind, mime, width, height, blur, duration_ms, waveform, alt } = file;
    files::File { id, name, bytes, kind, mime, width, height, blur, duration_ms, waveform, alt }
}

/// A file and the message that holds it.
pub(crate) fn posted_file(posted: records::PostedFile) -> files::PostedFile {
    let records::PostedFile { seq, by, at_ms, file: it } = posted;
    files::PostedFile { seq, by, at_ms, file: file(it) }
}

/// Messages as they are now.
pub(crate) fn messages(messages: Vec<records::Message>) -> Vec<messages::Message> {
    messages.into_iter().map(message).collect()
}

/// What a message said from one time on.
pub(crate) fn version(version: records::Version) -> messages::Version {
    let records::Version { seq, at_ms, text } = version;
    messages::Version { seq, at_ms, text: text.text, html: text.html }
}

fn summary(summary: records::ThreadSummary) -> threads::ThreadSummary {
    let records::ThreadSummary { count, last, last_at_ms, people } = summary;
    threads::ThreadSummary { count, last_seq: last, last_at_ms, people }
}

/// Where a user stands in a thread.
pub(crate) fn followed(followed: records::Followed) -> threads::Followed {
    threads::Followed { thread: followed.thread, unread: unread(followed.unread) }
}

/// A followed thread in a list.
pub(crate) fn listing(listing: records::ThreadListing) -> threads::ThreadListing {
    let records::ThreadListing { root, last, unread } = listing;
    threads::ThreadListing { root: message(root), last: last.map(message), unread: self::unread(unread) }
}

/// A page of a timeline, with everyone whom it names.
pub(crate) fn page(page: records::Page, items: Rows<messages::Item>) -> messages::Page {
    let mut quoted = Rows::default();
    page.quoted.into_iter().for_each(|answered| quoted.push(&message(answered)));
    messages::Page {
        items,
        quoted,
        more_before: page.more_before,
        more_after: page.more_after,
        users: Vec::new(),
        head: page.head,
    }
}

/// A row of a timeline.
pub(crate) fn item(item: records::Item) -> messages::Item {
    match item {
        records::Item::Message(it) => messages::Item::Message(message(it)),
        records::Item::Line(line) => messages::Item::Line(entry(line)),
    }
}
