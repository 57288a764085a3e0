//! A room as a client folds it from entries alone: what the store's tables must always agree with.

use std::collections::{BTreeMap, BTreeSet};

use parlor_protocol::{Role, Seq, UserId};
use parlor_store::entries::{RoomBody, RoomEntry};
use parlor_store::records::{
    File, Forwarded, InThread, Message, MessageText, Poll, Preview, Reaction, ThreadSummary,
};

/// A message folded from entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Folded {
    pub(crate) by: UserId,
    pub(crate) text: MessageText,
    pub(crate) reply_to: Option<Seq>,
    pub(crate) files: Vec<File>,
    pub(crate) previews: Vec<Preview>,
    pub(crate) forwarded: Option<Forwarded>,
    pub(crate) poll: Option<Poll>,
    pub(crate) thread: Option<InThread>,
    pub(crate) replies: Option<ThreadSummary>,
    pub(crate) edited_at_ms: Option<u64>,
    pub(crate) deleted: bool,
    pub(crate) pinned: bool,
    pub(crate) reactions: Vec<Reaction>,
    pub(crate) rev: Seq,
}

impl Folded {
    /// Whether it stands in the room's timeline.
    pub(crate) fn in_room(&self) -> bool {
        self.thread.is_none_or(|thread| thread.in_room)
    }
}

impl From<Message> for Folded {
    fn from(message: Message) -> Self {
        #[rustfmt::skip]
        let Message {
            by, text, reply_to, thread, replies, files, previews, forwarded, poll, edited_at_ms, deleted, pinned, reactions, rev, ..
        } = message;
        #[rustfmt::skip]
        return Self {
            by, text, reply_to, files, previews, forwarded, poll, thread, replies, edited_at_ms, deleted, pinned, reactions, rev,
        };
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
            RoomBody::MessageCreated { text, reply_to, thread, files, forwarded, poll, .. } => {
                let message = Folded {
                    by: entry.by,
                    text,
                    reply_to,
                    files,
                    previews: Vec::new(),
                    forwarded,
                    poll,
                    thread,
                    replies: None,
                    edited_at_ms: None,
                    deleted: false,
                    pinned: false,
                    reactions: Vec::new(),
                    rev: entry.seq,
                };
                self.messages.insert(entry.seq, message);
                if let Some(InThread { root, .. }) = thread {
                    self.replied(root, entry);
                }
            }
            RoomBody::MessageEdited { message, text, thread } => {
                self.is_in(message, thread);
                let message = self.change(message, entry.seq);
                message.text = text;
                message.edited_at_ms = Some(entry.at_ms);
            }
            RoomBody::MessageDeleted { message, thread, .. } => {
                self.is_in(message, thread);
                if let Some(root) = thread {
                    let replies = self.change(root, entry.seq).replies.as_mut().expect("it had a reply");
                    replies.count -= 1;
                }
                let message = self.change(message, entry.seq);
                message.text = MessageText::default();
                message.files.clear();
                message.previews.clear();
                (message.forwarded, message.poll) = (None, None);
                message.deleted = true;
                message.pinned = false;
                message.reactions.clear();
            }
            RoomBody::MessagePreviewed { message, previews } => {
                self.change(message, entry.seq).previews = previews;
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
            body @ (RoomBody::PollVoted { message, .. } | RoomBody::PollClosed { message }) => {
                // A replay has no poll where the message is deleted by now.
                if let Some(poll) = &mut self.change(message, entry.seq).poll {
                    voted(poll, entry.by, &body);
                }
            }
        }
    }

    /// The entry is a reply in this thread.
    fn replied(&mut self, root: Seq, entry: &RoomEntry) {
        let empty = ThreadSummary { count: 0, last: 0, last_at_ms: 0, people: Vec::new() };
        let replies = self.change(root, entry.seq).replies.get_or_insert(empty);
        replies.count += 1;
        (replies.last, replies.last_at_ms) = (entry.seq, entry.at_ms);
        if replies.people.len() < 5 && !replies.people.contains(&entry.by) {
            replies.people.push(entry.by);
        }
    }

    /// Entries tell the thread of the message that they change.
    fn is_in(&self, message: Seq, thread: Option<Seq>) {
        assert_eq!(self.messages[&message].thread.map(|thread| thread.root), thread);
    }

    fn change(&mut self, message: Seq, rev: Seq) -> &mut Folded {
        let message = self.messages.get_mut(&message).expect("the message was there before");
        message.rev = rev;
        message
    }

    /// Messages of others after the marker that are not deleted, and those that name the user or everyone: those in
    /// the room, or those in the thread of this root.
    pub(crate) fn unread(&self, user: UserId, marker: Seq, root: Option<Seq>) -> (u32, u32) {
        let counts = |message: &Folded| match root {
            Some(root) => message.thread.is_some_and(|thread| thread.root == root),
            None => message.in_room(),
        };
        let unread: BTreeSet<Seq> = self
            .messages
            .range(marker + 1..)
            .filter(|(_, message)| counts(message) && message.by != user && !message.deleted)
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

/// Folds a vote, or the end, into a poll.
fn voted(poll: &mut Poll, by: UserId, body: &RoomBody) {
    assert!(!poll.closed);
    let RoomBody::PollVoted { choices, tally, .. } = body else {
        poll.closed = true;
        return;
    };
    assert_eq!(poll.hidden, tally.is_some());
    if let Some(tally) = tally {
        *poll = poll.clone().counted(tally);
        return;
    }
    for (option, at) in poll.options.iter_mut().zip(0..) {
        option.users.retain(|user| *user != by);
        if choices.contains(&at) {
            option.users.push(by);
        }
        option.votes = option.users.len().try_into().unwrap();
    }
    let voters: BTreeSet<UserId> = poll.options.iter().flat_map(|option| &option.users).copied().collect();
    poll.voters = voters.len().try_into().unwrap();
}
