//! Rooms and who is in them.

use parlor_protocol::rooms::RoomKind;
use parlor_protocol::{Role, RoomId, UserId};
use parlor_store::entries::{RoomBody, RoomChange, UserBody};
use parlor_store::read::MemberQuery;
use parlor_store::records::{Room, Written};
use parlor_store::write::members::{ChangeMember, LeaveRoom, RemoveMember};
use parlor_store::write::rooms::{ChangeRoom, CreateRoom, OpenDirect};
use parlor_store::{Conflict, Published, Refused, TooMany};

use crate::house::{House, Person, nonce};

impl House {
    pub(crate) async fn direct(&self, by: Person, users: &[UserId]) -> Result<Room, Refused> {
        self.write(OpenDirect { actor: by.acts(), nonce: self.nonce(), users: users.to_vec() }).await
    }

    pub(crate) async fn leave(&self, who: Person, room: RoomId) -> Result<Written, Refused> {
        self.write(LeaveRoom { actor: who.acts(), nonce: self.nonce(), room }).await
    }

    pub(crate) async fn remove(&self, by: Person, room: RoomId, user: UserId) -> Result<Written, Refused> {
        let actor = by.at_least(Role::Moderator);
        self.write(RemoveMember { actor, nonce: self.nonce(), room, user }).await
    }

    async fn make(&self, by: Person, room: RoomId, user: UserId, role: Role) -> Result<Written, Refused> {
        let actor = by.at_least(Role::Moderator);
        self.write(ChangeMember { actor, nonce: self.nonce(), room, user, role }).await
    }

    async fn role_in(&self, who: Person, room: RoomId) -> Option<Role> {
        let user = who.id;
        self.store.read(move |snapshot| snapshot.member(user, room)).await.unwrap().map(|member| member.role)
    }
}

#[tokio::test]
async fn a_room_is_created_once_with_its_members_and_moderated_by_its_creator() {
    let house = House::new().await;
    let (ben, cleo) = (house.member("Ben").await, house.member("Cleo").await);
    let create = || CreateRoom {
        nonce: nonce("make"),
        members: vec![cleo.id, ben.id, cleo.id],
        ..house.new_room(ben, RoomKind::Private, "Plans")
    };
    let room = house.write(create()).await.unwrap();
    assert_eq!((room.members, room.name.as_str()), (2, "Plans"));
    assert_eq!(house.write(create()).await.unwrap().id, room.id, "a repeat finds the first one");
    assert_eq!(house.role_in(ben, room.id).await, Some(Role::Moderator));
    assert_eq!(house.role_in(cleo, room.id).await, Some(Role::Member));
}

#[tokio::test]
async fn a_name_is_taken_by_public_rooms_only_so_that_nobody_finds_private_ones_by_trying() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let make = async |by, kind, name| house.write(house.new_room(by, kind, name)).await.map(|room| room.id);
    let taken = Err(Refused::Conflict(Conflict::RoomNameTaken));
    let hidden = make(ben, RoomKind::Private, "Plans").await.unwrap();
    assert!(make(house.ana, RoomKind::Private, "plans").await.is_ok());
    let rename = RoomChange { name: Some("Plans!".into()), ..RoomChange::default() };
    let renamed = ChangeRoom {
        actor: ben.at_least(Role::Moderator),
        nonce: house.nonce(),
        room: hidden,
        change: rename,
    };
    house.write(renamed).await.unwrap();
    for name in ["pLANS", "PLANS!"] {
        assert!(make(house.ana, RoomKind::Public, name).await.is_ok(), "{name}");
        for kind in [RoomKind::Public, RoomKind::Private] {
            assert_eq!(make(ben, kind, name).await, taken, "{name}");
        }
    }
}

#[tokio::test]
async fn a_direct_room_is_one_for_the_same_people_whoever_opens_it() {
    let house = House::new().await;
    let (ben, cleo) = (house.member("Ben").await, house.member("Cleo").await);
    let room = house.direct(ben, &[cleo.id]).await.unwrap();
    assert_eq!(house.direct(cleo, &[ben.id, cleo.id]).await.unwrap().id, room.id);
    let mut people = vec![ben.id, cleo.id];
    people.sort_unstable();
    assert_eq!((room.kind, &room.people), (RoomKind::Direct, &people));
    let group = house.direct(ben, &[cleo.id, house.ana.id]).await.unwrap();
    assert_ne!(group.id, room.id);
    let notes = house.direct(ben, &[]).await.unwrap();
    assert_eq!(notes.people, [ben.id]);
    assert_eq!(house.leave(ben, room.id).await, Err(Refused::Conflict(Conflict::Direct)));
    assert_eq!(house.add(ben, room.id, &[house.ana.id]).await, Err(Refused::Conflict(Conflict::Direct)));
    let many: Vec<_> = (1..=20).filter_map(UserId::new).collect();
    assert_eq!(house.direct(ben, &many).await, Err(Refused::TooMany(TooMany::People)));
    assert_eq!(house.direct(ben, &many[..2]).await, Err(Refused::NotFound));
}

#[tokio::test]
async fn a_private_room_is_not_there_for_others() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let room = house.room(house.ana, RoomKind::Private, "secret").await.id;
    assert_eq!(house.join(ben, room).await, Err(Refused::NotFound));
    assert_eq!(house.write(house.message(ben, room, "let me in")).await, Err(Refused::NotFound));
    assert_eq!(house.add(ben, room, &[ben.id]).await, Err(Refused::NotFound));
    let user = ben.id;
    let listed = house.store.read(move |snapshot| snapshot.public_rooms(user, true)).await.unwrap();
    assert_eq!(listed.iter().map(|listing| listing.room.id).collect::<Vec<_>>(), [house.lobby]);
}

#[tokio::test]
async fn joining_twice_and_adding_who_is_there_change_nothing() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let room = house.room(house.ana, RoomKind::Public, "talk").await.id;
    let joined = house.join(ben, room).await.unwrap();
    assert_eq!(house.join(ben, room).await.unwrap().seq, joined.seq);
    assert_eq!(house.add(house.ana, room, &[ben.id]).await.unwrap().seq, joined.seq);
    let found = house.store.read(move |snapshot| snapshot.room(room)).await.unwrap().unwrap();
    assert_eq!(found.members, 2);
}

#[tokio::test]
async fn who_is_removed_loses_the_room_in_the_same_instant() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let room = house.room(house.ana, RoomKind::Private, "team").await.id;
    house.add(house.ana, room, &[ben.id]).await.unwrap();
    let sent = house.message(ben, room, "sent and acknowledged");
    let again = parlor_store::write::messages::SendMessage {
        nonce: sent.nonce.clone(),
        text: sent.text.clone(),
        files: Vec::new(),
        forward: None,
        poll: None,
        ..sent
    };
    let first = house.write(sent).await.unwrap();
    house.listen();
    house.remove(house.ana, room, ben.id).await.unwrap();
    let told = house.heard();
    let [Published::Room(left), Published::User(mine)] = &told[..] else { panic!("{told:?}") };
    assert_eq!(left.body, RoomBody::MemberLeft { user: ben.id });
    assert_eq!((mine.user, &mine.body), (ben.id, &UserBody::RoomLeft { room }));
    assert_eq!(house.write(house.message(ben, room, "still here?")).await, Err(Refused::NotFound));
    assert_eq!(house.write(again).await, Ok(first), "what was written stays acknowledged");
    assert_eq!(house.remove(house.ana, room, ben.id).await.unwrap().seq, left.seq);
}

#[tokio::test]
async fn a_message_queued_behind_a_removal_is_refused() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    for round in 0..50 {
        let room = house.room(house.ana, RoomKind::Private, &format!("race {round}")).await.id;
        house.add(house.ana, room, &[ben.id]).await.unwrap();
        let (removed, sent) =
            tokio::join!(house.remove(house.ana, room, ben.id), house.write(house.message(ben, room, "now")));
        assert!(removed.is_ok());
        assert_eq!(sent, Err(Refused::NotFound), "queued after the removal");
    }
}

#[tokio::test]
async fn only_those_below_are_removed_or_demoted() {
    let house = House::new().await;
    let (ben, cleo) = (house.member("Ben").await, house.member("Cleo").await);
    let room = house.room(ben, RoomKind::Private, "bens").await.id;
    house.add(ben, room, &[cleo.id, house.ana.id]).await.unwrap();
    assert_eq!(house.remove(cleo, room, ben.id).await, Err(Refused::Forbidden), "cleo moderates nothing");
    house.make(ben, room, cleo.id, Role::Moderator).await.unwrap();
    assert_eq!(house.remove(cleo, room, ben.id).await, Err(Refused::Forbidden), "equals");
    assert_eq!(house.remove(cleo, room, house.ana.id).await, Err(Refused::Forbidden), "an owner");
    let demoted = house.make(cleo, room, ben.id, Role::Member).await;
    assert_eq!(demoted, Err(Refused::Forbidden), "nor does one moderator demote another");
    house.make(house.ana, room, ben.id, Role::Member).await.unwrap();
    assert_eq!(house.role_in(ben, room).await, Some(Role::Member), "an owner stands above both");
    house.remove(house.ana, room, cleo.id).await.unwrap();
    assert_eq!(house.role_in(cleo, room).await, None);
}

#[tokio::test]
async fn a_member_becomes_a_moderator_and_an_ordinary_one_again() {
    let house = House::new().await;
    let (ben, guest) = (house.member("Ben").await, house.guest("Gus").await);
    let lobby = house.lobby;
    house.make(house.ana, lobby, ben.id, Role::Moderator).await.unwrap();
    assert_eq!(house.role_in(ben, lobby).await, Some(Role::Moderator));
    house.make(ben, lobby, ben.id, Role::Member).await.unwrap();
    assert_eq!(house.role_in(ben, lobby).await, Some(Role::Member));
    assert_eq!(house.make(house.ana, lobby, ben.id, Role::Owner).await, Err(Refused::Forbidden));
    assert_eq!(house.make(house.ana, lobby, guest.id, Role::Moderator).await, Err(Refused::Forbidden));
    let role = house.role_in(guest, lobby).await;
    assert_eq!(role, Some(Role::Guest));
}

#[tokio::test]
async fn a_change_says_only_what_is_new() {
    let house = House::new().await;
    let room = house.room(house.ana, RoomKind::Public, "talk").await.id;
    let change = |change: RoomChange| ChangeRoom {
        actor: house.ana.at_least(Role::Moderator),
        nonce: house.nonce(),
        room,
        change,
    };
    let both = RoomChange { name: Some("talk".into()), topic: Some("news".into()), ..RoomChange::default() };
    house.listen();
    let changed = house.write(change(both.clone())).await.unwrap();
    let told = house.heard();
    let [Published::Room(entry)] = &told[..] else { panic!("{told:?}") };
    let news = RoomChange { topic: Some("news".into()), ..RoomChange::default() };
    assert_eq!(entry.body, RoomBody::RoomChanged { change: news });
    assert_eq!(house.write(change(both)).await.unwrap().seq, changed.seq, "nothing new, no entry");
    let taken = RoomChange { name: Some("LOBBY".into()), ..RoomChange::default() };
    assert_eq!(house.write(change(taken)).await, Err(Refused::Conflict(Conflict::RoomNameTaken)));
    let case = RoomChange { name: Some("Talk".into()), ..RoomChange::default() };
    house.write(change(case)).await.unwrap();
    let lobby = ChangeRoom {
        room: house.lobby,
        ..change(RoomChange { archived: Some(true), ..RoomChange::default() })
    };
    assert_eq!(house.write(lobby).await, Err(Refused::Conflict(Conflict::Lobby)));
}

#[tokio::test]
async fn guests_see_only_rooms_that_are_open_to_them() {
    let house = House::new().await;
    let guest = house.guest("Gus").await;
    let closed = house.room(house.ana, RoomKind::Public, "members only").await.id;
    let open =
        house.write(CreateRoom { guests: true, ..house.new_room(house.ana, RoomKind::Public, "open") }).await;
    let open = open.unwrap().id;
    assert_eq!(house.join(guest, closed).await, Err(Refused::NotFound));
    assert_eq!(house.add(house.ana, closed, &[guest.id]).await, Err(Refused::Conflict(Conflict::NoGuests)));
    house.join(guest, open).await.unwrap();
    let user = guest.id;
    let listed = house.store.read(move |snapshot| snapshot.public_rooms(user, false)).await.unwrap();
    assert_eq!(
        listed.iter().map(|listing| (listing.room.id, listing.joined)).collect::<Vec<_>>(),
        [(house.lobby, true), (open, true)]
    );
}

#[tokio::test]
async fn people_know_those_with_whom_they_share_a_room() {
    let house = House::new().await;
    let (ben, cleo) = (house.member("Ben").await, house.member("Cleo").await);
    let room = house.room(ben, RoomKind::Private, "two").await.id;
    house.add(ben, room, &[cleo.id]).await.unwrap();
    house.leave(cleo, house.lobby).await.unwrap();
    let (ana, ben, cleo) = (house.ana.id, ben.id, cleo.id);
    let read = house.store.read(move |snapshot| {
        Ok((
            snapshot.share_a_room(ben, cleo)?,
            snapshot.share_a_room(ana, cleo)?,
            snapshot.acquaintances(cleo)?,
            snapshot.member_ids(room)?,
            snapshot.rooms_of(cleo)?.len(),
            snapshot.members(room, MemberQuery { starts: "", after: None, limit: 1 })?,
            snapshot.members(room, MemberQuery { starts: "cL", after: Some("ben"), limit: 1 })?,
        ))
    });
    let (with_ben, with_ana, known, inside, rooms, page, named) = read.await.unwrap();
    assert_eq!((with_ben, with_ana, known, rooms), (true, false, vec![ben], 1));
    let mut both = vec![ben, cleo];
    both.sort_unstable();
    assert_eq!(inside, both);
    assert_eq!((page.items.len(), page.more, page.items[0].user.id), (1, true, ben));
    assert_eq!((named.items.len(), named.more, named.items[0].user.id), (1, false, cleo));
}
