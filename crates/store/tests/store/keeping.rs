//! What is kept at hand: pins for everyone, saved messages and read markers for oneself, versions of what was edited.

use parlor_protocol::limits::{PINS_PER_ROOM, SAVED_PER_USER};
use parlor_protocol::rooms::{RoomKind, RoomStyle};
use parlor_protocol::{Role, RoomId, Seq};
use parlor_store::entries::{RoomChange, UserBody};
use parlor_store::records::{Unread, Written};
use parlor_store::write::pins::{PinMessage, UnpinMessage};
use parlor_store::write::reads::RewindRead;
use parlor_store::write::rooms::ChangeRoom;
use parlor_store::write::saved::{SaveMessage, UnsaveMessage};
use parlor_store::{Conflict, Published, Refused, TooMany};

use crate::house::{House, Person};

impl House {
    pub(crate) async fn pin(&self, by: Person, room: RoomId, message: Seq) -> Result<Written, Refused> {
        let actor = by.at_least(Role::Member);
        self.write(PinMessage { actor, room, nonce: self.nonce(), message }).await
    }

    pub(crate) async fn unpin(&self, by: Person, room: RoomId, message: Seq) -> Result<Written, Refused> {
        let actor = by.at_least(Role::Member);
        self.write(UnpinMessage { actor, room, nonce: self.nonce(), message }).await
    }

    async fn pins(&self, room: RoomId) -> Vec<Seq> {
        let pins = self.store.read(move |snapshot| snapshot.pins(room)).await.unwrap();
        assert!(pins.iter().all(|message| message.pinned));
        pins.into_iter().map(|message| message.seq).collect()
    }

    async fn save(&self, who: Person, room: RoomId, message: Seq) -> Result<(), Refused> {
        self.write(SaveMessage { actor: who.acts(), room, message }).await
    }

    async fn unsave(&self, who: Person, room: RoomId, message: Seq) -> Result<(), Refused> {
        self.write(UnsaveMessage { actor: who.acts(), room, message }).await
    }

    /// Saved messages on one page, and where the next one starts.
    async fn saved(&self, who: Person, before: Option<Seq>, limit: u32) -> (Vec<(RoomId, Seq)>, Option<Seq>) {
        let user = who.id;
        let page = self.store.read(move |snapshot| snapshot.saved(user, before, limit)).await.unwrap();
        (page.messages.iter().map(|message| (message.room, message.seq)).collect(), page.next)
    }

    async fn rewind(&self, who: Person, room: RoomId, seq: Seq) -> Result<Unread, Refused> {
        self.write(RewindRead { actor: who.acts(), room, seq }).await
    }
}

#[tokio::test]
async fn pins_stand_in_the_order_of_pinning_and_go_with_their_message() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let lobby = house.lobby;
    let (one, two) = (house.send(ben, lobby, "one").await, house.send(ben, lobby, "two").await);
    house.pin(ben, lobby, two).await.unwrap();
    let pinned = house.pin(house.ana, lobby, one).await.unwrap();
    assert_eq!(house.pins(lobby).await, [one, two]);
    assert_eq!(house.look(lobby, one).await.rev, pinned.seq);
    let again = house.pin(ben, lobby, one).await.unwrap();
    assert_eq!(again.seq, pinned.seq, "a message is pinned once");
    house.unpin(ben, lobby, one).await.unwrap();
    assert_eq!(house.pins(lobby).await, [two], "whoever pinned it");
    house.delete(ben, lobby, two).await.unwrap();
    assert!(house.pins(lobby).await.is_empty());
    assert_eq!(house.pin(ben, lobby, two).await, Err(Refused::Conflict(Conflict::Deleted)));
    assert_eq!(house.pin(ben, lobby, 1).await, Err(Refused::NotFound), "a line is no message");
}

#[tokio::test]
async fn who_may_not_write_may_not_pin() {
    let house = House::new().await;
    let (ben, guest) = (house.member("Ben").await, house.guest("Gus").await);
    let seq = house.send(ben, house.lobby, "words").await;
    assert_eq!(house.pin(guest, house.lobby, seq).await, Err(Refused::Forbidden));
    let change = RoomChange { style: Some(RoomStyle::ReadOnly), ..RoomChange::default() };
    let (actor, nonce) = (house.ana.at_least(Role::Moderator), house.nonce());
    house.write(ChangeRoom { actor, nonce, room: house.lobby, change }).await.unwrap();
    assert_eq!(house.pin(ben, house.lobby, seq).await, Err(Refused::Conflict(Conflict::ReadOnly)));
    house.pin(house.ana, house.lobby, seq).await.unwrap();
}

#[tokio::test]
async fn a_room_has_a_hundred_pins_and_not_one_more() {
    let house = House::new().await;
    for number in 0..PINS_PER_ROOM {
        let seq = house.send(house.ana, house.lobby, &number.to_string()).await;
        house.pin(house.ana, house.lobby, seq).await.unwrap();
    }
    let seq = house.send(house.ana, house.lobby, "more").await;
    assert_eq!(house.pin(house.ana, house.lobby, seq).await, Err(Refused::TooMany(TooMany::Pins)));
}

#[tokio::test]
async fn saved_messages_are_paged_and_only_those_shown_that_can_be_read() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let room = house.room(ben, RoomKind::Private, "plans").await.id;
    house.add(ben, room, &[house.ana.id]).await.unwrap();
    let (a, b) = (house.send(ben, room, "a").await, house.send(ben, house.lobby, "b").await);
    let c = house.send(ben, house.lobby, "c").await;
    for (room, seq) in [(house.lobby, b), (room, a), (house.lobby, c), (house.lobby, c)] {
        house.save(ben, room, seq).await.unwrap();
    }
    let (first, next) = house.saved(ben, None, 2).await;
    assert_eq!(first, [(house.lobby, c), (room, a)], "the last one first, each once");
    let (rest, end) = house.saved(ben, next, 2).await;
    assert_eq!((rest, end), (vec![(house.lobby, b)], None));
    let user = ben.id;
    let mine = house.store.read(move |snapshot| snapshot.mine(user)).await.unwrap().unwrap();
    assert_eq!(mine.saved.into_iter().collect::<Vec<_>>().len(), 2, "by room");
    assert_eq!(house.saved(house.ana, None, 50).await, (vec![], None), "nobody else learns of it");
    house.leave(ben, room).await.unwrap();
    house.delete(ben, house.lobby, c).await.unwrap();
    assert_eq!(house.saved(ben, None, 50).await.0, [(house.lobby, b)]);
    house.listen();
    house.unsave(ben, room, a).await.unwrap();
    house.unsave(ben, room, a).await.unwrap();
    let told: Vec<_> = house.heard();
    let [Published::User(entry)] = &told[..] else { panic!("{told:?}") };
    assert_eq!(
        entry.body,
        UserBody::MessageUnsaved { room, message: a },
        "also where one has left, and once"
    );
}

#[tokio::test]
async fn only_what_one_can_read_is_saved_and_a_thousand_at_most() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let room = house.room(house.ana, RoomKind::Private, "secret").await.id;
    let seq = house.send(house.ana, room, "words").await;
    assert_eq!(house.save(ben, room, seq).await, Err(Refused::NotFound));
    assert_eq!(house.save(house.ana, room, seq + 1).await, Err(Refused::NotFound));
    for number in 0..SAVED_PER_USER {
        let seq = house.send(house.ana, house.lobby, &number.to_string()).await;
        house.save(house.ana, house.lobby, seq).await.unwrap();
    }
    assert_eq!(house.save(house.ana, room, seq).await, Err(Refused::TooMany(TooMany::Saved)));
}

#[tokio::test]
async fn a_marker_that_is_put_back_makes_messages_unread_again_and_says_so() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let one = house.send(house.ana, house.lobby, "one").await;
    let two = house.send(house.ana, house.lobby, "two").await;
    house.read_up_to(ben, house.lobby, two).await;
    house.listen();
    let unread = house.rewind(ben, house.lobby, one - 1).await.unwrap();
    assert_eq!((unread.marker, unread.unread), (one - 1, 2));
    let told = house.heard();
    let [Published::User(entry)] = &told[..] else { panic!("{told:?}") };
    assert_eq!(entry.body, UserBody::ReadMarked { room: house.lobby, marker: one - 1, back: true });
    let user = ben.id;
    let last = entry.seq - 1;
    let read = house.store.read(move |snapshot| snapshot.user_entries(user, last, 10)).await.unwrap();
    assert_eq!(read, std::slice::from_ref(entry), "and is read back as it was told");
    house.rewind(ben, house.lobby, one - 1).await.unwrap();
    assert_eq!(house.heard().len(), 1, "a repeat writes nothing");
    let forward = house.rewind(ben, house.lobby, Seq::MAX).await.unwrap();
    assert_eq!((forward.marker, forward.unread), (two, 0), "at most to the head");
    assert_eq!(
        house.rewind(house.guest("Gus").await, house.lobby, 0).await.map(|unread| unread.marker),
        Ok(0)
    );
}

#[tokio::test]
async fn what_a_message_said_can_be_read_until_it_is_deleted() {
    let house = House::new().await;
    let (lobby, seq) = (house.lobby, house.send(house.ana, house.lobby, "one").await);
    let other = house.send(house.ana, lobby, "other").await;
    let second = house.edit(house.ana, lobby, seq, "two").await.unwrap().seq;
    house.edit(house.ana, lobby, other, "another").await.unwrap();
    let third = house.edit(house.ana, lobby, seq, "three").await.unwrap().seq;
    let versions = async |before, limit| {
        let read = house.store.read(move |snapshot| snapshot.versions(lobby, seq, before, limit));
        let found = read.await.unwrap().unwrap();
        found.into_iter().map(|version| (version.seq, version.text.text.to_string())).collect::<Vec<_>>()
    };
    let all = [(third, "three".to_owned()), (second, "two".to_owned()), (seq, "one".to_owned())];
    assert_eq!(versions(None, 10).await, all);
    assert_eq!(versions(None, 2).await, all[..2]);
    assert_eq!(versions(Some(second), 2).await, all[2..]);
    house.delete(house.ana, lobby, seq).await.unwrap();
    assert!(versions(None, 10).await.is_empty());
    let missing = house.store.read(move |snapshot| snapshot.versions(lobby, 1, None, 10)).await.unwrap();
    assert_eq!(missing, None, "a line is no message");
}
