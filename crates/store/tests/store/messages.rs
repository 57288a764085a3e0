//! Messages, reactions and what is unread.

use parlor_protocol::rooms::{RoomKind, RoomStyle};
use parlor_protocol::{Role, RoomId, Seq, UserId};
use parlor_store::entries::RoomChange;
use parlor_store::records::{MessageText, Reaction, Unread, Written};
use parlor_store::write::messages::{DeleteMessage, EditMessage, SendMessage};
use parlor_store::write::reactions::{AddReaction, RemoveReaction};
use parlor_store::write::reads::MarkRead;
use parlor_store::write::rooms::ChangeRoom;
use parlor_store::{Conflict, Refused, TooMany};

use crate::house::{House, Person, text};

impl House {
    pub(crate) async fn edit(
        &self,
        by: Person,
        room: RoomId,
        message: Seq,
        words: &str,
    ) -> Result<Written, Refused> {
        let (nonce, text) = (self.nonce(), text(words));
        self.write(EditMessage { actor: by.acts(), room, nonce, message, text }).await
    }

    pub(crate) async fn delete(&self, by: Person, room: RoomId, message: Seq) -> Result<Written, Refused> {
        let actor = by.at_least(Role::Moderator);
        self.write(DeleteMessage { actor, room, nonce: self.nonce(), message }).await
    }

    pub(crate) async fn react(
        &self,
        by: Person,
        room: RoomId,
        message: Seq,
        emoji: &str,
    ) -> Result<Written, Refused> {
        let (nonce, emoji) = (self.nonce(), emoji.to_owned());
        self.write(AddReaction { actor: by.acts(), room, nonce, message, emoji }).await
    }

    pub(crate) async fn unreact(
        &self,
        by: Person,
        room: RoomId,
        message: Seq,
        emoji: &str,
    ) -> Result<Written, Refused> {
        let (nonce, emoji) = (self.nonce(), emoji.to_owned());
        self.write(RemoveReaction { actor: by.acts(), room, nonce, message, emoji }).await
    }

    pub(crate) async fn read_up_to(&self, who: Person, room: RoomId, seq: Seq) -> Unread {
        self.write(MarkRead { actor: who.acts(), room, seq }).await.unwrap()
    }

    pub(crate) async fn unread(&self, who: Person, room: RoomId) -> (u32, u32) {
        let user = who.id;
        let unread = self.store.read(move |snapshot| snapshot.unread(user, room)).await.unwrap().unwrap();
        (unread.unread, unread.mentions)
    }

    async fn change(&self, room: RoomId, change: RoomChange) -> Result<Written, Refused> {
        let (actor, nonce) = (self.ana.at_least(Role::Moderator), self.nonce());
        self.write(ChangeRoom { actor, nonce, room, change }).await
    }
}

fn mentioning(words: &str, users: &[UserId]) -> MessageText {
    MessageText { mentions: users.to_vec(), ..text(words) }
}

#[tokio::test]
async fn an_edit_replaces_the_text_and_keeps_the_place() {
    let house = House::new().await;
    let seq = house.send(house.ana, house.lobby, "helo").await;
    let edit = house.edit(house.ana, house.lobby, seq, "hello").await.unwrap();
    let message = house.look(house.lobby, seq).await;
    assert_eq!((message.text, message.rev, message.edited_at_ms.is_some()), (text("hello"), edit.seq, true));
    let same = house.edit(house.ana, house.lobby, seq, "hello").await.unwrap();
    assert_eq!(same.seq, edit.seq, "the same text again writes nothing");
}

#[tokio::test]
async fn only_the_author_edits_and_nobody_edits_what_is_deleted() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let seq = house.send(ben, house.lobby, "mine").await;
    assert_eq!(house.edit(house.ana, house.lobby, seq, "theirs").await, Err(Refused::Forbidden));
    assert_eq!(house.edit(ben, house.lobby, 1, "a line is no message").await, Err(Refused::NotFound));
    house.delete(ben, house.lobby, seq).await.unwrap();
    assert_eq!(house.edit(ben, house.lobby, seq, "again").await, Err(Refused::Conflict(Conflict::Deleted)));
}

#[tokio::test]
async fn a_message_takes_a_hundred_edits_and_not_one_more() {
    let house = House::new().await;
    let seq = house.send(house.ana, house.lobby, "0").await;
    for number in 1..=100 {
        house.edit(house.ana, house.lobby, seq, &number.to_string()).await.unwrap();
    }
    assert_eq!(house.edit(house.ana, house.lobby, seq, "101").await, Err(Refused::TooMany(TooMany::Edits)));
}

#[tokio::test]
async fn one_deletes_ones_own_and_a_moderator_anyones() {
    let house = House::new().await;
    let (ben, cleo) = (house.member("Ben").await, house.member("Cleo").await);
    let (one, two) = (house.send(ben, house.lobby, "1").await, house.send(ben, house.lobby, "2").await);
    assert_eq!(house.delete(cleo, house.lobby, one).await, Err(Refused::Forbidden));
    let deleted = house.delete(ben, house.lobby, one).await.unwrap();
    house.delete(house.ana, house.lobby, two).await.unwrap();
    let message = house.look(house.lobby, one).await;
    assert_eq!((message.deleted, message.text, message.rev), (true, MessageText::default(), deleted.seq));
    let head = house.head(house.lobby).await;
    assert_eq!(
        house.delete(ben, house.lobby, one).await.unwrap().seq,
        head,
        "deleting again changes nothing"
    );
}

#[tokio::test]
async fn a_reply_names_a_message_of_the_room() {
    let house = House::new().await;
    let asked = house.send(house.ana, house.lobby, "who is in?").await;
    let reply = SendMessage { reply_to: Some(asked), ..house.message(house.ana, house.lobby, "me") };
    let seq = house.write(reply).await.unwrap().seq;
    assert_eq!(house.look(house.lobby, seq).await.reply_to, Some(asked));
    let line = SendMessage { reply_to: Some(1), ..house.message(house.ana, house.lobby, "to a line") };
    assert_eq!(house.write(line).await, Err(Refused::NotFound));
}

#[tokio::test]
async fn reactions_keep_the_order_of_their_first_use() {
    let house = House::new().await;
    let (ben, ana) = (house.member("Ben").await, house.ana);
    let seq = house.send(ana, house.lobby, "party?").await;
    house.react(ana, house.lobby, seq, "🎉").await.unwrap();
    house.react(ana, house.lobby, seq, "👍").await.unwrap();
    let added = house.react(ben, house.lobby, seq, "🎉").await.unwrap();
    let again = house.react(ben, house.lobby, seq, "🎉").await.unwrap();
    assert_eq!(added.seq, again.seq, "once is enough");
    let removed = house.unreact(ana, house.lobby, seq, "🎉").await.unwrap();
    assert_eq!(house.unreact(ana, house.lobby, seq, "🎉").await.unwrap().seq, removed.seq);
    let message = house.look(house.lobby, seq).await;
    let reaction = |emoji: &str, user: Person| Reaction { emoji: emoji.into(), users: vec![user.id] };
    assert_eq!(message.reactions, [reaction("🎉", ben), reaction("👍", ana)]);
    assert_eq!(message.rev, removed.seq);
}

#[tokio::test]
async fn a_message_takes_twenty_different_emoji() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let seq = house.send(house.ana, house.lobby, "react").await;
    for number in 0..20 {
        house.react(house.ana, house.lobby, seq, &format!("e{number}")).await.unwrap();
    }
    let more = house.react(ben, house.lobby, seq, "e20").await;
    assert_eq!(more, Err(Refused::TooMany(TooMany::Reactions)));
    house.react(ben, house.lobby, seq, "e7").await.unwrap();
}

#[tokio::test]
async fn a_deleted_message_has_no_reactions_and_takes_none() {
    let house = House::new().await;
    let seq = house.send(house.ana, house.lobby, "gone").await;
    house.react(house.ana, house.lobby, seq, "👍").await.unwrap();
    house.delete(house.ana, house.lobby, seq).await.unwrap();
    assert_eq!(house.look(house.lobby, seq).await.reactions, []);
    let late = house.react(house.ana, house.lobby, seq, "👍").await;
    assert_eq!(late, Err(Refused::Conflict(Conflict::Deleted)));
}

#[tokio::test]
async fn unread_counts_others_messages_that_are_there_and_mentions_among_them() {
    let house = House::new().await;
    let (ana, lobby) = (house.ana, house.lobby);
    let ben = house.member("Ben").await;
    assert_eq!(house.unread(ben, lobby).await, (0, 0), "what was there before counts as read");
    house.send(ben, lobby, "my own").await;
    house.send(ana, lobby, "one").await;
    let named = SendMessage { text: mentioning("@ben", &[ben.id]), ..house.message(ana, lobby, "") };
    let named = house.write(named).await.unwrap().seq;
    let mut call = house.message(ana, lobby, "@room");
    call.text.mentions_room = true;
    let call = house.write(call).await.unwrap().seq;
    assert_eq!(house.unread(ben, lobby).await, (3, 2));
    house.edit(ana, lobby, named, "not you").await.unwrap();
    assert_eq!(house.unread(ben, lobby).await, (3, 1));
    house.delete(ana, lobby, call).await.unwrap();
    assert_eq!(house.unread(ben, lobby).await, (2, 0));
    let read = house.read_up_to(ben, lobby, named).await;
    assert_eq!((read.marker, read.unread), (named, 0));
    assert_eq!(house.read_up_to(ben, lobby, 1).await.marker, named, "a marker never goes back");
    let head = house.head(lobby).await;
    assert_eq!(house.read_up_to(ben, lobby, Seq::MAX).await.marker, head, "nor beyond the head");
}

#[tokio::test]
async fn an_edit_that_names_somebody_counts_as_a_mention() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let seq = house.send(house.ana, house.lobby, "somebody?").await;
    let (actor, nonce) = (house.ana.acts(), house.nonce());
    let text = mentioning("@ben?", &[ben.id, ben.id]);
    house.write(EditMessage { actor, room: house.lobby, nonce, message: seq, text }).await.unwrap();
    assert_eq!(house.unread(ben, house.lobby).await, (1, 1));
}

#[tokio::test]
async fn in_a_direct_room_every_message_is_a_mention() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let room = house.direct(house.ana, &[ben.id]).await.unwrap().id;
    house.send(house.ana, room, "hi").await;
    house.send(house.ana, room, "there?").await;
    assert_eq!(house.unread(ben, room).await, (2, 2));
}

#[tokio::test]
async fn an_archived_room_is_read_and_not_written() {
    let house = House::new().await;
    let room = house.room(house.ana, RoomKind::Public, "old").await.id;
    let seq = house.send(house.ana, room, "kept").await;
    house.change(room, RoomChange { archived: Some(true), ..RoomChange::default() }).await.unwrap();
    let archived = Err(Refused::Conflict(Conflict::Archived));
    assert_eq!(house.write(house.message(house.ana, room, "late")).await, archived);
    assert_eq!(house.edit(house.ana, room, seq, "late").await, archived);
    assert_eq!(house.delete(house.ana, room, seq).await, archived);
    assert_eq!(house.react(house.ana, room, seq, "👍").await, archived);
    assert_eq!(
        house.change(room, RoomChange { topic: Some("t".into()), ..RoomChange::default() }).await,
        archived
    );
    assert_eq!(house.read_up_to(house.ana, room, seq).await.marker, seq);
    house.change(room, RoomChange { archived: Some(false), ..RoomChange::default() }).await.unwrap();
    house.send(house.ana, room, "open again").await;
}

#[tokio::test]
async fn only_moderators_write_in_a_read_only_room_and_everyone_reacts() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let room = house.room(house.ana, RoomKind::Public, "news").await.id;
    house.join(ben, room).await.unwrap();
    house
        .change(room, RoomChange { style: Some(RoomStyle::ReadOnly), ..RoomChange::default() })
        .await
        .unwrap();
    let seq = house.send(house.ana, room, "news").await;
    let refused = house.write(house.message(ben, room, "me too")).await;
    assert_eq!(refused, Err(Refused::Conflict(Conflict::ReadOnly)));
    house.react(ben, room, seq, "👍").await.unwrap();
}
