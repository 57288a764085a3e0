//! Previews: whose pictures they are, who sees them, and what is left of what was taken off.

use parlor_protocol::files::FileKind;
use parlor_protocol::rooms::RoomKind;
use parlor_protocol::{FileId, Role, RoomId, Seq};
use parlor_store::Refused;
use parlor_store::entries::{RoomBody, RoomChange};
use parlor_store::records::{File, Preview};
use parlor_store::write::files::CondemnFiles;
use parlor_store::write::previews::{PlacePicture, RemovePreview, SetPreviews};
use parlor_store::write::rooms::ChangeRoom;

use crate::house::{House, Person, preview};

impl House {
    async fn picture(&self) -> File {
        let id = self.write(PlacePicture).await.unwrap().id;
        File {
            id,
            name: "picture.jpg".to_owned(),
            bytes: 9,
            kind: FileKind::Image,
            mime: "image/jpeg".to_owned(),
            width: Some(4),
            height: Some(3),
            blur: None,
            duration_ms: None,
            waveform: None,
            alt: "a view".to_owned(),
        }
    }

    async fn set(&self, room: RoomId, message: Seq, previews: &[Preview]) -> bool {
        let previews = previews.to_vec();
        self.write(SetPreviews { room, message, version: message, previews }).await.unwrap()
    }

    async fn take_off(&self, who: Person, room: RoomId, message: Seq, url: &str) -> Result<(), Refused> {
        let (actor, nonce, url) = (who.at_least(Role::Moderator), self.nonce(), url.to_owned());
        self.write(RemovePreview { actor, room, nonce, message, url }).await.map(drop)
    }

    async fn sees_picture(&self, who: Person, file: FileId) -> bool {
        let user = who.id;
        self.store.read(move |snapshot| snapshot.visible_file(user, file)).await.unwrap().is_some()
    }

    async fn gone(&self) -> Vec<FileId> {
        self.write(CondemnFiles).await.unwrap().into_iter().map(|file| file.id).collect()
    }
}

#[tokio::test]
async fn a_picture_of_a_preview_is_seen_in_its_room_until_it_is_taken_off_or_its_message_goes() {
    let house = House::new().await;
    let (ana, ben) = (house.ana, house.member("Ben").await);
    let room = house.room(ana, RoomKind::Private, "team").await.id;
    let (first, second) = (house.picture().await, house.picture().await);
    assert!(!house.sees_picture(ana, first.id).await, "it is in no preview");
    let message = house.send(ana, room, "two links").await;
    let previews = [(0, &first), (1, &second)]
        .map(|(page, picture)| Preview { picture: Some(picture.clone()), ..preview(page) });
    assert!(house.set(room, message, &previews).await);
    assert!(!house.set(room, message, &previews).await, "again");
    assert_eq!(house.look(room, message).await.previews, previews);
    assert!(house.sees_picture(ana, first.id).await && !house.sees_picture(ben, first.id).await);
    let used = house.store.read(move |snapshot| snapshot.used_bytes(ana.id)).await.unwrap();
    assert_eq!(used, 0, "they are nobody's");

    house.take_off(ana, room, message, &previews[0].url).await.unwrap();
    assert!(!house.sees_picture(ana, first.id).await && house.sees_picture(ana, second.id).await);
    assert_eq!(house.gone().await, [first.id]);
    assert!(!house.set(room, message, &previews).await, "one that was taken off does not come again");
    house.delete(ana, room, message).await.unwrap();
    assert!(!house.sees_picture(ana, second.id).await);
    assert!(house.gone().await.contains(&second.id));
    assert_eq!(house.look(room, message).await.previews, []);
}

#[tokio::test]
async fn what_was_taken_off_or_deleted_is_in_no_replay() {
    let house = House::new().await;
    let ana = house.ana;
    let message = house.send(ana, house.lobby, "links").await;
    house.set(house.lobby, message, &[preview(0), preview(1)]).await;
    house.take_off(ana, house.lobby, message, &preview(0).url).await.unwrap();
    let lobby = house.lobby;
    let told = async || {
        let entries = house.replay(lobby, 0, 100).await;
        let previews = entries.into_iter().filter_map(|entry| match entry.body {
            RoomBody::MessagePreviewed { previews, .. } => Some(previews),
            _ => None,
        });
        previews.collect::<Vec<_>>()
    };
    assert_eq!(told().await, [vec![], vec![preview(1)]]);
    house.delete(ana, house.lobby, message).await.unwrap();
    assert_eq!(told().await, [vec![], vec![]]);
}

#[tokio::test]
async fn previews_are_taken_off_by_the_author_and_by_moderators_and_come_only_where_they_are_wanted() {
    let house = House::new().await;
    let (ana, ben, cleo) = (house.ana, house.member("Ben").await, house.member("Cleo").await);
    let room = house.room(ana, RoomKind::Private, "team").await.id;
    house.add(ana, room, &[ben.id, cleo.id]).await.unwrap();
    let message = house.send(ben, room, "links").await;
    house.set(room, message, &[preview(0), preview(1)]).await;
    assert_eq!(house.take_off(cleo, room, message, &preview(0).url).await, Err(Refused::Forbidden));
    house.take_off(ben, room, message, &preview(0).url).await.unwrap();
    house.take_off(ana, room, message, &preview(1).url).await.unwrap();
    assert_eq!(house.look(room, message).await.previews, []);

    let message = house.send(ben, room, "more links").await;
    house.set(room, message, &[preview(0)]).await;
    let (actor, nonce) = (ana.at_least(Role::Moderator), house.nonce());
    let change = RoomChange { previews: Some(false), ..RoomChange::default() };
    house.write(ChangeRoom { actor, nonce, room, change }).await.unwrap();
    assert!(!house.set(room, message, &[preview(1)]).await);
    let asked = house.store.read(move |snapshot| snapshot.previewable(room, message)).await.unwrap();
    assert_eq!(asked, None, "nobody has to look");
    assert_eq!(house.look(room, message).await.previews, [preview(0)], "what is there stays");
}
