//! Whom an answer names, so that their names can go with it.

use std::collections::BTreeSet;

use parlor_protocol::UserId;
use parlor_protocol::told::Said;
use parlor_store::Failed;
use parlor_store::Snapshot;
use parlor_store::entries::{RoomBody, RoomEntry};
use parlor_store::records::{Item, Message, MessageText, Room, User};

/// Users named so far.
#[derive(Debug, Default)]
pub(crate) struct Names(BTreeSet<UserId>);

impl Names {
    /// Somebody.
    pub(crate) fn add(&mut self, user: UserId) {
        self.0.insert(user);
    }

    /// Everyone who was named there.
    pub(crate) fn all(&mut self, names: Self) {
        self.0.extend(names.0);
    }

    /// The people of a direct room.
    pub(crate) fn room(&mut self, room: &Room) {
        self.0.extend(&room.people);
    }

    /// Everyone in a row of a timeline.
    pub(crate) fn item(&mut self, item: &Item) {
        match item {
            Item::Message(message) => self.message(message),
            Item::Line(entry) => self.entry(entry),
        }
    }

    /// Who wrote a message, whom it mentions, and who reacted to it.
    pub(crate) fn message(&mut self, message: &Message) {
        self.add(message.by);
        self.text(&message.text);
        self.0.extend(message.reactions.iter().flat_map(|reaction| &reaction.users));
        self.0.extend(message.forwarded.iter().map(|forwarded| forwarded.by));
        let options = message.poll.iter().flat_map(|poll| &poll.options);
        self.0.extend(options.flat_map(|option| &option.users));
        self.0.extend(message.replies.iter().flat_map(|replies| &replies.people));
    }

    /// Everyone in these messages.
    pub(crate) fn messages(&mut self, messages: &[Message]) {
        for message in messages {
            self.message(message);
        }
    }

    /// Who said something, and whom they mention.
    pub(crate) fn said(&mut self, said: &Said<'_>) {
        self.add(said.by);
        self.0.extend(said.mentions);
    }

    /// Who did something, and to whom.
    pub(crate) fn entry(&mut self, entry: &RoomEntry) {
        self.add(entry.by);
        match &entry.body {
            RoomBody::MemberJoined { user, .. }
            | RoomBody::MemberLeft { user }
            | RoomBody::MemberChanged { user, .. }
            | RoomBody::MessageDeleted { author: user, .. } => self.add(*user),
            RoomBody::MessageCreated { text, forwarded, .. } => {
                self.text(text);
                self.0.extend(forwarded.iter().map(|forwarded| forwarded.by));
            }
            RoomBody::MessageEdited { text, .. } => self.text(text),
            RoomBody::RoomCreated { .. }
            | RoomBody::RoomChanged { .. }
            | RoomBody::MessagePreviewed { .. }
            | RoomBody::MessagePinned { .. }
            | RoomBody::MessageUnpinned { .. }
            | RoomBody::ReactionAdded { .. }
            | RoomBody::ReactionRemoved { .. }
            | RoomBody::PollVoted { .. }
            | RoomBody::PollClosed { .. } => {}
        }
    }

    fn text(&mut self, text: &MessageText) {
        self.0.extend(&text.mentions);
    }

    /// Everyone who was named.
    pub(crate) fn look_up(&self, snapshot: &Snapshot) -> Result<Vec<User>, Failed> {
        snapshot.users(&self.0.iter().copied().collect::<Vec<_>>())
    }
}
