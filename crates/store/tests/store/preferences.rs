//! What users want of their rooms: in their own log, told once, until they leave.

use std::collections::BTreeMap;

use parlor_protocol::RoomId;
use parlor_protocol::preferences::{Folder, Level, RoomPreference};
use parlor_protocol::rooms::RoomKind;
use parlor_store::entries::UserBody;
use parlor_store::write::members::LeaveRoom;
use parlor_store::write::preferences::PreferRooms;
use parlor_store::{Published, Refused};

use crate::house::{House, Person, nonce};

/// What a user wants, folded from their own log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Preferred {
    rooms: BTreeMap<RoomId, RoomPreference>,
    folders: Vec<Folder>,
}

impl Preferred {
    pub(crate) fn apply(&mut self, body: &UserBody) {
        match body {
            UserBody::RoomLeft { room } => drop(self.rooms.remove(room)),
            UserBody::RoomsPreferred { rooms, folders } => {
                self.rooms.extend(rooms.iter().map(|wanted| (wanted.room, wanted.clone())));
                self.rooms.retain(|room, wanted| *wanted != RoomPreference::usual(*room));
                if let Some(folders) = folders {
                    self.folders.clone_from(folders);
                }
            }
            _ => {}
        }
    }
}

/// One of the things that somebody may want of a room.
pub(crate) fn wish(room: RoomId, wish: u8) -> (RoomPreference, Option<Vec<Folder>>) {
    let levels = [Level::All, Level::All, Level::Mentions, Level::Nothing];
    let folder = (wish & 4 != 0).then(|| nonce("work"));
    let place = (wish & 8 != 0).then_some(u32::from(wish >> 6));
    let level = levels[usize::from(wish % 4)];
    let wanted = RoomPreference { room, level, favourite: wish & 16 != 0, folder, place };
    let folders = (wish & 32 != 0).then(|| (0..wish >> 6).map(|at| named(&format!("f{at}"))).collect());
    (wanted, folders)
}

fn named(name: &str) -> Folder {
    Folder { id: nonce(name), name: name.to_owned() }
}

fn muted(room: RoomId) -> RoomPreference {
    RoomPreference { level: Level::Nothing, ..RoomPreference::usual(room) }
}

impl House {
    /// How many entries told of it.
    async fn prefers(
        &self,
        who: Person,
        rooms: &[RoomPreference],
        folders: Option<&[Folder]>,
    ) -> Result<usize, Refused> {
        self.listen();
        let folders = folders.map(<[Folder]>::to_vec);
        self.write(PreferRooms { actor: who.acts(), rooms: rooms.to_vec(), folders }).await?;
        let told = self.heard();
        let his = |told: &Published| matches!(told, Published::User(entry) if entry.user == who.id);
        assert!(told.iter().all(his), "nobody else hears of it: {told:?}");
        Ok(told.len())
    }

    /// What somebody wants, as it stands in the tables.
    pub(crate) async fn wants(&self, who: Person) -> Preferred {
        let mine = self.store.read(move |snapshot| snapshot.mine(who.id)).await.unwrap().unwrap();
        let rooms = mine.preferences.rooms.into_iter().map(|wanted| (wanted.room, wanted)).collect();
        Preferred { rooms, folders: mine.preferences.folders }
    }
}

#[tokio::test]
async fn a_preference_is_told_once_and_the_usual_one_is_none() {
    let house = House::new().await;
    let (ana, lobby) = (house.ana, house.lobby);
    let usual = RoomPreference::usual(lobby);
    assert_eq!(house.prefers(ana, std::slice::from_ref(&usual), None).await, Ok(0), "it is so already");
    assert_eq!(house.prefers(ana, &[muted(lobby)], None).await, Ok(1));
    assert_eq!(house.prefers(ana, &[muted(lobby)], None).await, Ok(0), "a repeat changes nothing");
    assert_eq!(house.wants(ana).await.rooms[&lobby], muted(lobby));
    assert_eq!(house.prefers(ana, &[usual], None).await, Ok(1));
    assert!(house.wants(ana).await.rooms.is_empty());
}

#[tokio::test]
async fn folders_are_made_renamed_ordered_and_removed_and_a_new_one_comes_with_its_first_room() {
    let house = House::new().await;
    let (ana, lobby) = (house.ana, house.lobby);
    let (work, home) = (named("work"), named("home"));
    let wanted = RoomPreference { folder: Some(nonce("work")), ..RoomPreference::usual(lobby) };
    assert_eq!(
        house.prefers(ana, &[wanted], Some(std::slice::from_ref(&work))).await,
        Ok(1),
        "one entry for both"
    );
    assert_eq!(
        house.prefers(ana, &[], Some(std::slice::from_ref(&work))).await,
        Ok(0),
        "a repeat changes nothing"
    );
    let renamed = Folder { name: "at work".to_owned(), ..work };
    let both = [home.clone(), renamed];
    assert_eq!(house.prefers(ana, &[], Some(&both)).await, Ok(1));
    assert_eq!(house.wants(ana).await.folders, both);
    assert_eq!(house.prefers(ana, &[muted(lobby)], None).await, Ok(1));
    assert_eq!(house.wants(ana).await.folders, both, "they stay unless they are named");
    assert_eq!(house.prefers(ana, &[], Some(&[])).await, Ok(1));
    assert!(house.wants(ana).await.folders.is_empty());
}

#[tokio::test]
async fn preferences_are_of_ones_own_rooms_all_or_none_and_end_with_the_membership() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let secret = house.room(house.ana, RoomKind::Private, "secret").await.id;
    let both = [muted(house.lobby), muted(secret)];
    assert_eq!(house.prefers(ben, &both, Some(&[named("work")])).await, Err(Refused::NotFound));
    assert_eq!(house.wants(ben).await, Preferred::default(), "all or none");
    house.add(house.ana, secret, &[ben.id]).await.unwrap();
    assert_eq!(house.prefers(ben, &both, None).await, Ok(1), "one entry for both");
    assert_eq!(house.wants(house.ana).await, Preferred::default(), "they are ben's alone");
    house.write(LeaveRoom { actor: ben.acts(), room: secret, nonce: house.nonce() }).await.unwrap();
    assert_eq!(house.wants(ben).await.rooms.into_keys().collect::<Vec<_>>(), [house.lobby]);
}
