//! A room as a client folds it from entries alone: what the store's tables must always agree with.

use std::collections::{BTreeMap, BTreeSet};

use parlor_protocol::{Role, Seq, UserId};
use parlor_store::entries::{RoomBody, RoomEntry};
use parlor_store::records::{File, Message, MessageText, Reaction};

/// A message folded from entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Folded {
    pub(crate) by: UserId,
    pub(crate) text: MessageText,
    pub(crate) reply_to: Option<Seq>,
    pub(crate) files: Vec<File>,
    pub(crate) edited_at_ms: Option<u64>,
    pub(crate) deleted: bool,
    pub(crate) pinned: bool,
    pub(crate) reactions: Vec<Reaction>,
    pub(crate) rev: Seq,
}

impl From<Message> for Folded {
    fn from(message: Message) -> Self {
        let Message { by, text, reply_to, files, edited_at_ms, deleted, pinned, reactions, rev, .. } =
            message;
        Self { by, text, reply_to, files, edited_at_ms, deleted, pinned, reactions, rev }
    }
}

/// A room folded from entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct View {
    pub(crate) head: Seq,
    pub(crate) members: BTreeMap<UserId, Role>,
    pub(crate) joined_at: BTreeMap<UserId, Seq>,
    pub(crate) messages: BTreeMap<Seq, Folded>,
}

impl View {
    /// Applies the next entry; panics if it is not the next.
    pub(crate) fn apply(&mut self, entry: &RoomEntry) {
        assert_eq!(entry.seq, self.head + 1, "the log has no gaps");
        self.head = entry.seq;
        match entry.body.clone() {
            RoomBody::RoomCreated { .. } | RoomBody::RoomChanged { .. } => {}
            RoomBody::MemberJoined { user, role } => {
                assert_eq!(self.members.insert(user, role), None, "joined once");
                self.joined_at.insert(user, entry.seq);
            }
            RoomBody::MemberLeft { user } => assert!(self.members.remove(&user).is_some(), "was there"),
            RoomBody::MemberChanged { user, role } => assert!(self.members.insert(user, role).is_some()),
            RoomBody::MessageCreated { text, reply_to, files, .. } => {
                let message = Folded {
                    by: entry.by,
                    text,
                    reply_to,
                    files,
                    edited_at_ms: None,
                    deleted: false,
                    pinned: false,
                    reactions: Vec::new(),
                    rev: entry.seq,
                };
                self.messages.insert(entry.seq, message);
            }
            RoomBody::MessageEdited { message, text } => {
                let message = self.change(message, entry.seq);
                message.text = text;
                message.edited_at_ms = Some(entry.at_ms);
            }
            RoomBody::MessageDeleted { message, .. } => {
                let message = self.change(message, entry.seq);
                message.text = MessageText::default();
                message.files.clear();
                message.deleted = true;
                message.pinned = false;
                message.reactions.clear();
            }
            RoomBody::MessagePinned { message } => self.change(message, entry.seq).pinned = true,
            RoomBody::MessageUnpinned { message } => self.change(message, entry.seq).pinned = false,
            RoomBody::ReactionAdded { message, emoji } => {
                let reactions = &mut self.change(message, entry.seq).reactions;
                match reactions.iter_mut().find(|reaction| reaction.emoji == emoji) {
                    Some(reaction) => reaction.users.push(entry.by),
                    None => reactions.push(Reaction { emoji, users: vec![entry.by] }),
                }
            }
            RoomBody::ReactionRemoved { message, emoji } => {
                let reactions = &mut self.change(message, entry.seq).reactions;
                for reaction in reactions.iter_mut().filter(|reaction| reaction.emoji == emoji) {
                    reaction.users.retain(|user| *user != entry.by);
                }
                reactions.retain(|reaction| !reaction.users.is_empty());
            }
        }
    }

    fn change(&mut self, message: Seq, rev: Seq) -> &mut Folded {
        let message = self.messages.get_mut(&message).expect("the message was there before");
        message.rev = rev;
        message
    }

    /// Messages of others after the marker that are not deleted, and those that name the user or everyone.
    pub(crate) fn unread(&self, user: UserId, marker: Seq) -> (u32, u32) {
        let unread: BTreeSet<Seq> = self
            .messages
            .range(marker + 1..)
            .filter(|(_, message)| message.by != user && !message.deleted)
            .map(|(seq, _)| *seq)
            .collect();
        let named = unread.iter().filter(|seq| {
            let text = &self.messages[*seq].text;
            text.mentions_room || text.mentions.contains(&user)
        });
        (unread.len().try_into().unwrap(), named.count().try_into().unwrap())
    }

    /// Whether this user has put this emoji on the message.
    pub(crate) fn has_reacted(&self, message: Seq, emoji: &str, user: UserId) -> bool {
        let reactions = self.messages.get(&message).map(|message| &message.reactions[..]).unwrap_or_default();
        reactions.iter().any(|reaction| reaction.emoji == emoji && reaction.users.contains(&user))
    }
}
