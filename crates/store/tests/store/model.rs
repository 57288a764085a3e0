//! A model: random people do random things, with retries, and after each one the log has grown by exactly the entry
//! that the entries before it allow; every view folded from entries, at once or in pieces, equals the tables.

mod own;
mod previews;
mod threads;

use std::collections::{BTreeMap, BTreeSet};

use parlor_protocol::messages::Anchor;
use parlor_protocol::rooms::RoomKind;
use parlor_protocol::{FileId, Nonce, Role, RoomId, Seq, UserId};
use parlor_store::entries::RoomBody;
use parlor_store::read::MemberQuery;
use parlor_store::records::{InThread, Item, MessageText, Poll, Written};
use parlor_store::write::forwards::ForwardFrom;
use parlor_store::write::members::{AddMembers, JoinRoom, LeaveRoom, RemoveMember};
use parlor_store::write::messages::{DeleteMessage, EditMessage, SendMessage};
use parlor_store::write::pins::{PinMessage, UnpinMessage};
use parlor_store::write::polls::{ClosePoll, Vote};
use parlor_store::write::previews::RemovePreview;
use parlor_store::write::reactions::{AddReaction, RemoveReaction};
use parlor_store::write::reads::MarkRead;
use parlor_store::write::threads::{FollowThread, UnfollowThread};
use parlor_store::{Published, Refused};
use proptest::prelude::*;

use crate::house::{House, Person, attached, preview, text};
use crate::steps::{EMOJI, Step, Try, steps};
use crate::view::{Folded, View};
use own::Own;
use previews::removal;

/// A try as it was made, so that it can be repeated to the letter.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) who: Person,
    pub(crate) room: RoomId,
    nonce: Nonce,
    pub(crate) what: Exactly,
    pub(crate) answer: Result<Written, Refused>,
}

#[derive(Debug, Clone)]
pub(crate) enum Exactly {
    Send { text: MessageText, reply_to: Option<Seq>, thread: Option<InThread>, file: Option<FileId> },
    Forward { from: ForwardFrom },
    Ask { poll: Poll, thread: Option<InThread> },
    Vote { message: Seq, choices: Vec<u8> },
    Close { message: Seq },
    Edit { message: Seq, text: MessageText },
    Delete { message: Seq },
    React { message: Seq, emoji: &'static str },
    Unreact { message: Seq, emoji: &'static str },
    RemovePreview { message: Seq, url: String },
    Pin { message: Seq },
    Unpin { message: Seq },
    Follow { thread: Seq },
    Unfollow { thread: Seq },
    Join,
    Leave,
    Add { whom: Person },
    Remove { whom: Person },
}

pub(crate) struct World {
    house: House,
    /// An owner, two members and a guest.
    people: [Person; 4],
    /// The lobby, a public room without guests, and a private one.
    rooms: [RoomId; 3],
    pub(crate) views: BTreeMap<RoomId, View>,
    clients: Vec<BTreeMap<RoomId, View>>,
    markers: BTreeMap<(RoomId, usize), Seq>,
    /// Every file, and who uploaded it.
    files: Vec<(FileId, UserId)>,
    /// Threads that users follow, with their markers there: a fold of the users' own logs.
    follows: BTreeMap<(RoomId, UserId), BTreeMap<Seq, Seq>>,
    /// Entries with the text of messages that were edited.
    versions: BTreeMap<(RoomId, Seq), Seq>,
    /// Messages off which somebody took a preview.
    unwanted: BTreeSet<(RoomId, Seq)>,
    /// What is users' own: a fold of their logs.
    own: BTreeMap<UserId, Own>,
    pub(crate) made: Vec<Made>,
}

impl World {
    async fn new() -> Self {
        let house = House::new().await;
        let people =
            [house.ana, house.member("Ben").await, house.member("Cleo").await, house.guest("Gus").await];
        let talk = house.room(house.ana, RoomKind::Public, "talk").await.id;
        let team = house.room(people[1], RoomKind::Private, "team").await.id;
        let rooms = [house.lobby, talk, team];
        let mut world = Self {
            house,
            people,
            rooms,
            views: BTreeMap::new(),
            clients: vec![BTreeMap::new(); 3],
            markers: BTreeMap::new(),
            files: Vec::new(),
            follows: BTreeMap::new(),
            versions: BTreeMap::new(),
            unwanted: BTreeSet::new(),
            own: BTreeMap::new(),
            made: Vec::new(),
        };
        world.hear();
        world
    }

    /// Applies what was published, and answers with the bodies by room.
    fn hear(&mut self) -> Vec<(RoomId, RoomBody)> {
        let told = self.house.heard();
        self.house.listen();
        let mut heard = Vec::new();
        for told in told {
            match told {
                Published::Room(entry) => {
                    self.views.entry(entry.room).or_default().apply(&entry);
                    if let RoomBody::MessageEdited { message, .. } = entry.body {
                        self.versions.insert((entry.room, message), entry.seq);
                    }
                    heard.push((entry.room, entry.body));
                }
                Published::User(entry) => self.hear_own(&entry),
                _ => {}
            }
        }
        heard
    }

    async fn step(&mut self, step: Step) {
        match step {
            Step::Try { who, room, what } => self.attempt(who, room, &what).await,
            Step::Retry { back } => self.retry(back).await,
            Step::Preview { room, message, pages, stale } => self.preview(room, message, pages, stale).await,
            Step::Mark { who, room, seq } => self.mark(who, room, seq).await,
            Step::MarkThread { who, room, thread, seq } => self.mark_thread(who, room, thread, seq).await,
            Step::Prefer { who, room, wish } => self.prefer(who, room, wish).await,
            Step::PutAway { who, room, message, hours } => self.put_away(who, room, message, hours).await,
            Step::Sync { client, room, limit } => self.sync(client, self.rooms[room], limit).await,
        }
    }

    async fn attempt(&mut self, who: usize, room: usize, what: &Try) {
        let room = self.rooms[room];
        let (who, nonce) = (self.people[who], self.house.nonce());
        // Every other file is a new one; the rest are sent again, or by somebody else.
        if let Try::Send { file: Some(pick), .. } = what
            && pick % 2 == 0
            && let Ok(file) = self.house.upload(who, room).await
        {
            self.files.push((file, who.id));
        }
        let what = self.exactly(room, what);
        let expected = self.expected(who, room, &what);
        let before = self.views[&room].head;
        let answer = self.perform(who, room, &nonce, &what).await;
        let heard = self.hear();
        match expected {
            Expected::Entry(matches) => {
                assert_eq!(answer, Ok(Written { room, seq: before + 1 }), "{what:?}");
                let [(heard_in, body)] = &heard[..] else { panic!("{what:?} led to {heard:?}") };
                assert!(*heard_in == room && matches(body), "{what:?} led to {body:?}");
                if let Exactly::RemovePreview { message, .. } = what {
                    self.unwanted.insert((room, message));
                }
            }
            Expected::Nothing => {
                assert_eq!((answer, heard), (Ok(Written { room, seq: before }), vec![]), "{what:?}");
            }
            Expected::Refused => assert!(answer.is_err() && heard.is_empty(), "{what:?} led to {answer:?}"),
        }
        self.made.push(Made { who, room, nonce, what, answer });
    }

    /// What was answered is answered again, whatever happened since; what was refused may be tried afresh.
    async fn retry(&mut self, back: usize) {
        let Some(made) = self.made.iter().rev().nth(back).cloned() else { return };
        if made.answer.is_ok() {
            let again = self.perform(made.who, made.room, &made.nonce, &made.what).await;
            assert_eq!(again, made.answer, "{made:?}");
            assert_eq!(self.hear(), [], "a repeat writes nothing");
            let text = text("something else entirely");
            let other = Exactly::Send { text, reply_to: None, thread: None, file: None };
            let reused = self.perform(made.who, made.room, &made.nonce, &other).await;
            assert_eq!(reused, Err(Refused::NonceReused));
        }
    }

    async fn mark(&mut self, who: usize, room: usize, seq: Seq) {
        let room = self.rooms[room];
        let person = self.people[who];
        let marked = self.house.write(MarkRead { actor: person.acts(), room, seq }).await;
        let view = &self.views[&room];
        if view.members.contains_key(&person.id) {
            let before = self.marker(who, room);
            let up_to = before.max(seq.min(view.head));
            assert_eq!(marked.map(|unread| unread.marker), Ok(up_to));
            self.markers.insert((room, who), up_to);
        } else {
            assert_eq!(marked, Err(Refused::NotFound));
        }
        self.hear();
    }

    /// The marker begins where the membership began.
    fn marker(&self, who: usize, room: RoomId) -> Seq {
        let joined = self.views[&room].joined_at[&self.people[who].id];
        self.markers.get(&(room, who)).copied().unwrap_or(0).max(joined)
    }

    async fn sync(&mut self, client: usize, room: RoomId, limit: u32) {
        let view = self.clients[client].entry(room).or_default();
        let after = view.head;
        for entry in &self.house.replay(room, after, limit).await {
            view.apply(entry);
        }
    }

    /// Fills in which message and whom.
    fn exactly(&self, room: RoomId, what: &Try) -> Exactly {
        let message = |pick: u8| {
            let messages = &self.views[&room].messages;
            let nth = usize::from(pick) % (messages.len() + 1);
            messages.keys().nth(nth).copied().unwrap_or(Seq::MAX)
        };
        match *what {
            Try::Send { answers, thread, names, calls_all, file } => {
                let named = self.people.iter().enumerate().filter(|(bit, _)| (names >> (bit * 2)) % 4 == 0);
                let mentions = named.map(|(_, person)| person.id).collect();
                let text =
                    MessageText { mentions, mentions_room: calls_all, ..text(&format!("words {names}")) };
                let file = file.and_then(|pick| match pick % 2 {
                    0 => self.files.last(),
                    _ => self.files.get(usize::from(pick) % self.files.len().max(1)),
                });
                let thread = thread.map(|(root, in_room)| InThread { root: message(root), in_room });
                let (reply_to, file) = (answers.map(message), file.map(|(file, _)| *file));
                Exactly::Send { text, reply_to, thread, file }
            }
            Try::Forward { from, message: pick } => {
                let room = self.rooms[from];
                let messages = &self.views[&room].messages;
                let message = messages.keys().nth(usize::from(pick) % (messages.len() + 1));
                Exactly::Forward { from: ForwardFrom { room, message: message.copied().unwrap_or(Seq::MAX) } }
            }
            Try::Ask { thread, multiple, hidden } => {
                let poll = Poll::begun(["tea", "coffee", "water"].map(String::from), multiple, hidden);
                let thread = thread.map(|root| InThread { root: message(root), in_room: false });
                Exactly::Ask { poll, thread }
            }
            Try::Vote { message: pick, choices } => {
                let choices = (0..4).filter(|option| choices >> option & 1 == 1).collect();
                Exactly::Vote { message: self.poll_near(room, pick), choices }
            }
            Try::Close { message: pick } => Exactly::Close { message: self.poll_near(room, pick) },
            Try::Edit { message: pick, version } => {
                let mentions = vec![self.people[usize::from(version)].id];
                let text = MessageText { mentions, ..text(&format!("version {version}")) };
                Exactly::Edit { message: message(pick), text }
            }
            Try::Delete { message: pick } => Exactly::Delete { message: message(pick) },
            Try::React { message: pick, emoji } => {
                Exactly::React { message: message(pick), emoji: EMOJI[emoji] }
            }
            Try::Unreact { message: pick, emoji } => {
                Exactly::Unreact { message: message(pick), emoji: EMOJI[emoji] }
            }
            Try::RemovePreview { message: pick, page } => {
                Exactly::RemovePreview { message: message(pick), url: preview(page).url }
            }
            Try::Pin { message: pick } => Exactly::Pin { message: message(pick) },
            Try::Unpin { message: pick } => Exactly::Unpin { message: message(pick) },
            Try::Follow { thread } => Exactly::Follow { thread: message(thread) },
            Try::Unfollow { thread } => Exactly::Unfollow { thread: message(thread) },
            Try::Join => Exactly::Join,
            Try::Leave => Exactly::Leave,
            Try::Add { whom } => Exactly::Add { whom: self.people[whom] },
            Try::Remove { whom } => Exactly::Remove { whom: self.people[whom] },
        }
    }

    async fn perform(
        &self,
        who: Person,
        room: RoomId,
        nonce: &Nonce,
        what: &Exactly,
    ) -> Result<Written, Refused> {
        let (house, nonce) = (&self.house, nonce.clone());
        let (actor, moderates) = (who.acts(), who.at_least(Role::Moderator));
        match what.clone() {
            Exactly::Send { text, reply_to, thread, file } => {
                let files = file.map(attached).into_iter().collect();
                let sent =
                    SendMessage { actor, text, reply_to, thread, files, ..house.message(who, room, "") };
                house.write(SendMessage { nonce, ..sent }).await
            }
            Exactly::Forward { from } => {
                let forward = Some(from);
                house.write(SendMessage { nonce, forward, ..house.message(who, room, "") }).await
            }
            Exactly::Ask { poll, thread } => {
                let poll = Some(poll);
                house.write(SendMessage { nonce, poll, thread, ..house.message(who, room, "What?") }).await
            }
            Exactly::Vote { message, choices } => {
                house.write(Vote { actor, room, nonce, message, choices }).await
            }
            Exactly::Close { message } => {
                house.write(ClosePoll { actor: moderates, room, nonce, message }).await
            }
            Exactly::Edit { message, text } => {
                house.write(EditMessage { actor, room, nonce, message, text }).await
            }
            Exactly::Delete { message } => {
                house.write(DeleteMessage { actor: moderates, room, nonce, message }).await
            }
            Exactly::React { message, emoji } => {
                house.write(AddReaction { actor, room, nonce, message, emoji: emoji.into() }).await
            }
            Exactly::Unreact { message, emoji } => {
                house.write(RemoveReaction { actor, room, nonce, message, emoji: emoji.into() }).await
            }
            Exactly::RemovePreview { message, url } => {
                house.write(RemovePreview { actor: moderates, room, nonce, message, url }).await
            }
            Exactly::Pin { message } => {
                house.write(PinMessage { actor: who.at_least(Role::Member), room, nonce, message }).await
            }
            Exactly::Unpin { message } => {
                house.write(UnpinMessage { actor: who.at_least(Role::Member), room, nonce, message }).await
            }
            Exactly::Follow { thread } => house.write(FollowThread { actor, room, nonce, thread }).await,
            Exactly::Unfollow { thread } => house.write(UnfollowThread { actor, room, nonce, thread }).await,
            Exactly::Join => house.write(JoinRoom { actor, room, nonce }).await,
            Exactly::Leave => house.write(LeaveRoom { actor, room, nonce }).await,
            Exactly::Add { whom } => {
                let actor = who.at_least(Role::Member);
                house.write(AddMembers { actor, room, nonce, users: vec![whom.id] }).await
            }
            Exactly::Remove { whom } => {
                house.write(RemoveMember { actor: moderates, room, nonce, user: whom.id }).await
            }
        }
    }

    /// Whether the entries until now let somebody see a file: a live message holds it in a room of theirs, or it is
    /// their own and was in no message yet.
    fn sees(&self, who: UserId, file: FileId) -> bool {
        let holds = |message: &Folded| message.files.iter().any(|held| held.id == file);
        let mut rooms = self.views.values().filter(|view| view.members.contains_key(&who));
        let posted = |made: &Made| {
            made.answer.is_ok() && matches!(made.what, Exactly::Send { file: Some(sent), .. } if sent == file)
        };
        rooms.any(|view| view.messages.values().any(holds))
            || self.files.contains(&(file, who)) && !self.made.iter().any(posted)
    }

    /// What the entries until now allow.
    fn expected(&self, who: Person, room: RoomId, what: &Exactly) -> Expected {
        let view = &self.views[&room];
        let role = |person: Person| {
            let in_room = view.members.get(&person.id)?;
            Some(if person.id == self.people[0].id { Role::Owner } else { *in_room })
        };
        let target = |message: &Seq| view.messages.get(message);
        let is_root = |message: &Seq| target(message).is_some_and(|found| found.thread.is_none());
        let Some(mine) = role(who) else { return self.expected_outside(who, room, what) };
        match what.clone() {
            Exactly::Send { reply_to: Some(message), .. } if target(&message).is_none() => Expected::Refused,
            Exactly::Send { thread: Some(thread), .. } if !is_root(&thread.root) => Expected::Refused,
            Exactly::Send { file: Some(file), .. } if !self.sees(who.id, file) => Expected::Refused,
            Exactly::Send { text, thread, file, .. } => Expected::entry(move |body| {
                matches!(body, RoomBody::MessageCreated { text: sent, thread: stands, files, .. }
                    if *sent == text && *stands == thread && files.iter().map(|file| file.id).eq(file))
            }),
            Exactly::Forward { from } => self.expected_forward(who.id, from),
            Exactly::Ask { thread: Some(thread), .. } if !is_root(&thread.root) => Expected::Refused,
            Exactly::Ask { poll, thread } => Expected::entry(move |body| {
                matches!(body, RoomBody::MessageCreated { poll: Some(begun), thread: stands, .. }
                    if *begun == poll && *stands == thread)
            }),
            Exactly::Vote { message, choices } => self.expected_vote(who.id, room, (message, choices)),
            Exactly::Close { message } => view.expected_close((who.id, mine), message),
            Exactly::Follow { thread } if !is_root(&thread) => Expected::Refused,
            Exactly::Unfollow { thread } if target(&thread).is_none() => Expected::Refused,
            Exactly::Follow { .. } | Exactly::Unfollow { .. } | Exactly::Join => Expected::Nothing,
            Exactly::Edit { message, text } => match target(&message) {
                Some(found) if found.by != who.id || found.deleted => Expected::Refused,
                Some(found) if found.text == text => Expected::Nothing,
                Some(Folded { poll: Some(poll), .. }) if poll.voters > 0 || poll.closed => Expected::Refused,
                Some(found) => {
                    let thread = found.thread.map(|thread| thread.root);
                    Expected::exactly(RoomBody::MessageEdited { message, text, thread })
                }
                None => Expected::Refused,
            },
            Exactly::Delete { message } => match target(&message) {
                Some(found) if found.by != who.id && mine < Role::Moderator => Expected::Refused,
                Some(found) if found.deleted => Expected::Nothing,
                Some(found) => {
                    let (author, thread) = (found.by, found.thread.map(|thread| thread.root));
                    Expected::exactly(RoomBody::MessageDeleted { message, author, thread })
                }
                None => Expected::Refused,
            },
            Exactly::React { .. } | Exactly::Unreact { .. } => view.expected_reaction(who.id, what),
            Exactly::Pin { .. } | Exactly::Unpin { .. } if mine >= Role::Member => view.expected_pin(what),
            Exactly::RemovePreview { message, url } => removal(view, (who.id, mine), message, &url),
            Exactly::Pin { .. } | Exactly::Unpin { .. } => Expected::Refused,
            Exactly::Leave => Expected::exactly(RoomBody::MemberLeft { user: who.id }),
            Exactly::Add { whom } => {
                let guest = whom.id == self.people[3].id && room != self.rooms[0];
                match role(whom) {
                    _ if mine < Role::Member => Expected::Refused,
                    Some(_) => Expected::Nothing,
                    None if guest => Expected::Refused,
                    None => Expected::entry(
                        move |body| matches!(body, RoomBody::MemberJoined { user, .. } if *user == whom.id),
                    ),
                }
            }
            Exactly::Remove { whom } => match role(whom) {
                _ if mine < Role::Moderator => Expected::Refused,
                None => Expected::Nothing,
                Some(theirs) if theirs >= mine => Expected::Refused,
                Some(_) => Expected::exactly(RoomBody::MemberLeft { user: whom.id }),
            },
        }
    }

    /// What somebody may do who is no member: join, where the room is open to them.
    fn expected_outside(&self, who: Person, room: RoomId, what: &Exactly) -> Expected {
        let open = room == self.rooms[0] || room == self.rooms[1] && who.id != self.people[3].id;
        let user = who.id;
        match what {
            Exactly::Join if open => Expected::entry(
                move |body| matches!(body, RoomBody::MemberJoined { user: joined, .. } if *joined == user),
            ),
            _ => Expected::Refused,
        }
    }

    /// Views, tables, counts and replays agree.
    async fn check(&mut self) {
        for room in self.rooms {
            for client in 0..self.clients.len() {
                self.sync(client, room, u32::MAX).await;
                assert_eq!(self.clients[client][&room], self.views[&room], "replayed in pieces");
            }
            let view = &self.views[&room];
            let everyone = MemberQuery { starts: "", after: None, limit: 100 };
            let page = self.house.page(room, Anchor::Latest, u32::MAX).await;
            let read = self.house.store.read(move |snapshot| {
                Ok((snapshot.members(room, everyone)?.items, snapshot.room(room)?.unwrap()))
            });
            let (members, found) = read.await.unwrap();
            let head = page.head;
            let messages: BTreeMap<Seq, Folded> = page
                .items
                .into_iter()
                .filter_map(|item| match item {
                    Item::Message(message) => Some((message.seq, Folded::from(message))),
                    Item::Line(_) => None,
                })
                .collect();
            let in_room = view.messages.iter().filter(|(_, message)| message.in_room());
            let in_room = in_room.map(|(seq, message)| (*seq, message.clone())).collect();
            assert_eq!((head, messages), (view.head, in_room));
            self.check_threads(room).await;
            let members: BTreeMap<_, _> =
                members.into_iter().map(|member| (member.user.id, member.role)).collect();
            assert_eq!(members, view.members);
            assert_eq!(found.members as usize, members.len());
            for (who, person) in self.people.iter().enumerate() {
                self.check_own(*person).await;
                for (file, _) in self.files.clone() {
                    let user = person.id;
                    let seen = self.house.store.read(move |snapshot| snapshot.visible_file(user, file)).await;
                    assert_eq!(seen.unwrap().is_some(), self.sees(user, file), "{file:?}");
                }
                let user = person.id;
                let unread =
                    self.house.store.read(move |snapshot| snapshot.unread(user, room)).await.unwrap();
                let expected = view.members.contains_key(&user).then(|| {
                    let marker = self.marker(who, room);
                    (marker, view.unread(user, marker, None))
                });
                assert_eq!(unread.map(|unread| (unread.marker, (unread.unread, unread.mentions))), expected);
            }
        }
    }
}

/// How a try must end.
pub(crate) enum Expected {
    /// With one entry like this.
    Entry(Box<dyn Fn(&RoomBody) -> bool>),
    /// Well, without an entry.
    Nothing,
    Refused,
}

impl Expected {
    pub(crate) fn exactly(expected: RoomBody) -> Self {
        Self::entry(move |body| *body == expected)
    }

    pub(crate) fn entry(matches: impl Fn(&RoomBody) -> bool + 'static) -> Self {
        Self::Entry(Box::new(matches))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn whatever_people_do_every_view_of_the_log_equals_the_tables(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut world = World::new().await;
            for step in steps {
                world.step(step).await;
            }
            world.check().await;
            world.house.reopen().await;
            world.check().await;
        });
    }
}
