//! Custom emoji: whatever people add and remove, the list is what they may make of it, and each change is told once.

use std::collections::BTreeMap;

use parlor_protocol::limits::CUSTOM_EMOJI;
use parlor_protocol::{Role, Seq, UserId};
use parlor_store::write::emoji::{AddEmoji, RemoveEmoji};
use parlor_store::write::reactions::{AddReaction, RemoveReaction};
use parlor_store::write::users::ChangeUserRole;
use parlor_store::{Conflict, Published, Refused, Snapshot, TooMany};
use proptest::prelude::*;

use crate::house::{House, Person};

const NAMES: [&str; 3] = ["party", "wave-back", "e2e"];

/// What somebody tries. Numbers pick one of what there is.
#[derive(Debug, Clone)]
enum Try {
    Add { name: usize, picture: u8 },
    Remove { name: usize },
    React { name: usize },
    Unreact { name: usize },
}

fn tries() -> impl Strategy<Value = Vec<(usize, Try)>> {
    let name = || 0..NAMES.len();
    let one = prop_oneof![
        3 => (name(), 0_u8..2).prop_map(|(name, picture)| Try::Add { name, picture }),
        2 => name().prop_map(|name| Try::Remove { name }),
        2 => name().prop_map(|name| Try::React { name }),
        1 => name().prop_map(|name| Try::Unreact { name }),
    ];
    prop::collection::vec((0..3_usize, one), 1..60)
}

fn add(by: Person, name: &str, picture: &str) -> AddEmoji {
    AddEmoji { actor: by.at_least(Role::Moderator), name: name.into(), picture: picture.into() }
}

fn remove(by: Person, name: &str) -> RemoveEmoji {
    RemoveEmoji { actor: by.at_least(Role::Moderator), name: name.into() }
}

/// An owner, a moderator and a member, and what they should find.
struct World {
    house: House,
    people: [(Person, Role); 3],
    /// On which they react.
    message: Seq,
    /// Pictures and who added them, by name.
    emoji: BTreeMap<&'static str, (u8, usize)>,
    changes: u32,
}

impl World {
    async fn new() -> Self {
        let house = House::new().await;
        let (mia, ben) = (house.member("Mia").await, house.member("Ben").await);
        let actor = house.ana.at_least(Role::Admin);
        house.write(ChangeUserRole { actor, user: mia.id, role: Role::Moderator }).await.unwrap();
        let message = house.send(ben, house.lobby, "what do you say?").await;
        let people = [(house.ana, Role::Owner), (mia, Role::Moderator), (ben, Role::Member)];
        Self { house, people, message, emoji: BTreeMap::new(), changes: 0 }
    }

    async fn happen(&mut self, who: usize, what: Try) {
        let (person, role) = self.people[who];
        self.house.listen();
        let before = self.changes;
        match what {
            Try::Add { name, picture } => {
                let outcome = self.house.write(add(person, NAMES[name], &picture.to_string())).await;
                match self.emoji.get(NAMES[name]) {
                    _ if role < Role::Moderator => assert_eq!(outcome, Err(Refused::Forbidden)),
                    Some(&there) if there != (picture, who) => {
                        assert_eq!(outcome, Err(Refused::Conflict(Conflict::EmojiTaken)));
                    }
                    there => {
                        self.changes += u32::from(there.is_none());
                        self.emoji.insert(NAMES[name], (picture, who));
                        assert_eq!(outcome.unwrap().picture, picture.to_string());
                    }
                }
            }
            Try::Remove { name } => {
                let outcome = self.house.write(remove(person, NAMES[name])).await;
                match self.emoji.get(NAMES[name]).copied() {
                    _ if role < Role::Moderator => assert_eq!(outcome, Err(Refused::Forbidden)),
                    None => assert_eq!(outcome, Ok(None)),
                    Some((_, by)) if by != who && role < Role::Admin => {
                        assert_eq!(outcome, Err(Refused::Forbidden));
                    }
                    Some((picture, _)) => {
                        self.changes += 1;
                        self.emoji.remove(NAMES[name]);
                        assert_eq!(outcome, Ok(Some(picture.to_string())));
                    }
                }
            }
            Try::React { name } => self.react(person, NAMES[name]).await,
            Try::Unreact { name } => self.unreact(person, NAMES[name]).await,
        }
        self.agrees(before).await;
    }

    async fn reactions(&self) -> Vec<(String, Vec<UserId>)> {
        let message = self.house.look(self.house.lobby, self.message).await;
        message.reactions.into_iter().map(|reaction| (reaction.emoji, reaction.users)).collect()
    }

    /// A reaction can be there already when its emoji is not any more; then it stays.
    async fn react(&self, person: Person, name: &str) {
        let emoji = format!(":{name}:");
        let before = self.reactions().await;
        let there = before.iter().any(|(one, users)| *one == emoji && users.contains(&person.id));
        let (actor, room, nonce) = (person.acts(), self.house.lobby, self.house.nonce());
        let outcome =
            self.house.write(AddReaction { actor, room, nonce, message: self.message, emoji }).await;
        if there || self.emoji.contains_key(name) {
            outcome.unwrap();
        } else {
            assert_eq!(outcome, Err(Refused::Conflict(Conflict::NoEmoji)));
            assert_eq!(self.reactions().await, before);
        }
    }

    async fn unreact(&self, person: Person, name: &str) {
        let emoji = format!(":{name}:");
        let (actor, room, nonce) = (person.acts(), self.house.lobby, self.house.nonce());
        let off = RemoveReaction { actor, room, nonce, message: self.message, emoji: emoji.clone() };
        self.house.write(off).await.unwrap();
        let left = self.reactions().await;
        assert!(!left.iter().any(|(one, users)| *one == emoji && users.contains(&person.id)));
    }

    /// The list, its version and what was told are what the tries allow.
    async fn agrees(&self, before: u32) {
        let found = self.house.store.read(|snapshot| Ok((snapshot.emoji()?, snapshot.workspace()?)));
        let (found, workspace) = found.await.unwrap();
        let expected = self
            .emoji
            .iter()
            .map(|(name, (picture, by))| ((*name).to_owned(), picture.to_string(), self.people[*by].0.id));
        let found: Vec<_> = found.into_iter().map(|emoji| (emoji.name, emoji.picture, emoji.by)).collect();
        assert_eq!(found, expected.collect::<Vec<_>>());
        assert_eq!(workspace.unwrap().emoji, self.changes);
        let told = self.house.heard().into_iter().filter_map(|told| match told {
            Published::WorkspaceChanged(workspace) => Some(workspace.emoji),
            _ => None,
        });
        assert_eq!(told.collect::<Vec<_>>(), (before + 1..=self.changes).collect::<Vec<_>>());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_list_is_what_those_who_may_have_made_of_it(tries in tries()) {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let mut world = World::new().await;
            for (who, what) in tries {
                world.happen(who, what).await;
            }
        });
    }
}

#[tokio::test]
async fn there_are_so_many_emoji_and_no_more() {
    let house = House::new().await;
    for number in 0..CUSTOM_EMOJI {
        house.write(add(house.ana, &format!("e{number}"), &number.to_string())).await.unwrap();
    }
    let full = Err(Refused::TooMany(TooMany::Emoji));
    assert_eq!(house.write(add(house.ana, "more", "x")).await, full);
    house.write(add(house.ana, "e7", "7")).await.unwrap();
    house.write(remove(house.ana, "e7")).await.unwrap();
    house.write(add(house.ana, "more", "x")).await.unwrap();
    let all = house.store.read(Snapshot::emoji).await.unwrap();
    assert_eq!(all.len(), CUSTOM_EMOJI);
}
