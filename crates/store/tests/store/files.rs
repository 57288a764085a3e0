//! Files: whose they are, who sees them, how much one may have, and when their bytes may go.

use std::sync::atomic::Ordering;

use parlor_protocol::files::FileGroup;
use parlor_protocol::rooms::RoomKind;
use parlor_protocol::{FileId, limits};
use parlor_store::write::files::{CondemnFiles, DropUpload, FinishUpload, ForgetFiles};
use parlor_store::write::members::RemoveMember;
use parlor_store::write::messages::{DeleteMessage, SendMessage};
use parlor_store::{Conflict, Refused, TooMany};

use crate::house::{House, Person, attached, document};

impl House {
    async fn sees(&self, who: Person, file: FileId) -> bool {
        let user = who.id;
        self.store.read(move |snapshot| snapshot.visible_file(user, file)).await.unwrap().is_some()
    }

    async fn condemned(&self) -> Vec<FileId> {
        self.write(CondemnFiles).await.unwrap().into_iter().map(|file| file.id).collect()
    }
}

#[tokio::test]
async fn a_file_is_seen_where_a_live_message_holds_it_and_nowhere_else() {
    let house = House::new().await;
    let (ana, ben, cleo) = (house.ana, house.member("Ben").await, house.member("Cleo").await);
    let room = house.room(ana, RoomKind::Private, "team").await.id;
    house.add(ana, room, &[ben.id]).await.unwrap();
    let file = house.upload(ana, room).await.unwrap();
    assert!(house.sees(ana, file).await && !house.sees(ben, file).await, "before it is posted");
    let stolen = SendMessage { files: vec![attached(file)], ..house.message(ben, room, "mine") };
    assert_eq!(house.write(stolen).await, Err(Refused::NotFound));

    let posted = SendMessage { files: vec![attached(file)], ..house.message(ana, room, "") };
    let seq = house.write(posted).await.unwrap().seq;
    let message = house.look(room, seq).await;
    assert_eq!((message.files[0].id, message.files[0].alt.as_str()), (file, "a plan"));
    assert!(house.sees(ben, file).await && !house.sees(cleo, file).await);
    let again = SendMessage { files: vec![attached(file)], ..house.message(ben, house.lobby, "look") };
    let again = house.write(again).await.unwrap().seq;
    assert!(house.sees(cleo, file).await, "who sees a file may post it elsewhere");

    let (actor, nonce) = (ana.at_least(parlor_protocol::Role::Moderator), house.nonce());
    house.write(RemoveMember { actor, room, nonce, user: ben.id }).await.unwrap();
    let (actor, nonce) = (ben.acts(), house.nonce());
    house.write(DeleteMessage { actor, room: house.lobby, nonce, message: again }).await.unwrap();
    assert!(!house.sees(ben, file).await && !house.sees(cleo, file).await && house.sees(ana, file).await);
    assert_eq!(house.condemned().await, [], "ana's message still holds it");

    let (actor, nonce) = (ana.acts(), house.nonce());
    house.write(DeleteMessage { actor, room, nonce, message: seq }).await.unwrap();
    assert!(!house.sees(ana, file).await);
    assert_eq!(house.look(room, seq).await.files, []);
    assert_eq!(house.condemned().await, [file]);
    let risen = SendMessage { files: vec![attached(file)], ..house.message(ana, room, "again") };
    assert_eq!(house.write(risen).await, Err(Refused::NotFound));
    house.write(ForgetFiles { files: vec![file] }).await.unwrap();
    assert_eq!(house.condemned().await, []);
}

#[tokio::test]
async fn an_upload_is_its_owners_until_it_is_finished_and_posted() {
    let house = House::new().await;
    let (ana, ben) = (house.ana, house.member("Ben").await);
    let upload = house.write(House::new_upload(ana, house.lobby, 10)).await.unwrap();
    assert!(!house.sees(ana, upload.id).await, "it is not finished");
    let early = SendMessage { files: vec![attached(upload.id)], ..house.message(ana, house.lobby, "") };
    assert_eq!(house.write(early).await, Err(Refused::Conflict(Conflict::Unfinished)));
    let theirs = FinishUpload { actor: ben.acts(), file: document(&upload) };
    assert_eq!(house.write(theirs).await, Err(Refused::NotFound));
    house.write(DropUpload { actor: ben.acts(), upload: upload.id }).await.unwrap();
    for _ in 0..2 {
        let finish = FinishUpload { actor: ana.acts(), file: document(&upload) };
        assert_eq!(house.write(finish).await.unwrap().id, upload.id);
    }
    house.write(DropUpload { actor: ana.acts(), upload: upload.id }).await.unwrap();
    assert_eq!(house.condemned().await, [upload.id]);
}

#[tokio::test]
async fn what_was_never_posted_goes_after_a_day() {
    let house = House::new().await;
    let file = house.upload(house.ana, house.lobby).await.unwrap();
    let begun = house.write(House::new_upload(house.ana, house.lobby, 10)).await.unwrap();
    house.now_ms.fetch_add(limits::UPLOAD_KEPT_MS - 1, Ordering::Relaxed);
    assert_eq!(house.condemned().await, []);
    house.now_ms.fetch_add(1, Ordering::Relaxed);
    let mut condemned = [file, begun.id];
    condemned.sort_unstable();
    assert_eq!(house.condemned().await, condemned);
    assert!(!house.sees(house.ana, file).await);
}

#[tokio::test]
async fn a_users_files_have_a_quota_and_so_have_their_loose_uploads() {
    let house = House::new().await;
    let (ana, lobby) = (house.ana, house.lobby);
    house.write(House::new_upload(ana, lobby, 600)).await.unwrap();
    let much = house.write(House::new_upload(ana, lobby, 401)).await;
    assert_eq!(much, Err(Refused::TooMany(TooMany::FileBytes)));
    let rest = house.write(House::new_upload(ana, lobby, 400)).await.unwrap();
    assert!(house.write(House::new_upload(ana, lobby, 1)).await.is_err());
    house.write(DropUpload { actor: ana.acts(), upload: rest.id }).await.unwrap();
    for _ in 1..limits::LOOSE_UPLOADS {
        house.write(House::new_upload(ana, lobby, 1)).await.unwrap();
    }
    let many = house.write(House::new_upload(ana, lobby, 1)).await;
    assert_eq!(many, Err(Refused::TooMany(TooMany::Uploads)));
    let ben = house.member("Ben").await;
    assert!(house.write(House::new_upload(ben, lobby, 1_000)).await.is_ok());
    let team = house.room(ana, RoomKind::Private, "team").await.id;
    assert_eq!(house.write(House::new_upload(ben, team, 1)).await, Err(Refused::NotFound));
}

#[tokio::test]
async fn a_room_lists_its_files_by_pages_newest_first() {
    let house = House::new().await;
    let (ana, lobby) = (house.ana, house.lobby);
    let mut seqs = Vec::new();
    for _ in 0..3 {
        let files = vec![
            attached(house.upload(ana, lobby).await.unwrap()),
            attached(house.upload(ana, lobby).await.unwrap()),
        ];
        seqs.push(house.write(SendMessage { files, ..house.message(ana, lobby, "") }).await.unwrap().seq);
    }
    let (actor, nonce) = (ana.acts(), house.nonce());
    house.write(DeleteMessage { actor, room: lobby, nonce, message: seqs[1] }).await.unwrap();
    let list =
        |group, before, limit| house.store.read(move |snapshot| snapshot.files(lobby, group, before, limit));
    let page = list(FileGroup::Other, None, 1).await.unwrap();
    assert_eq!(
        (page.items.iter().map(|file| file.seq).collect::<Vec<_>>(), page.more),
        (vec![seqs[2]; 2], true)
    );
    let page = list(FileGroup::Other, Some(seqs[2]), 5).await.unwrap();
    assert_eq!(
        (page.items.iter().map(|file| file.seq).collect::<Vec<_>>(), page.more),
        (vec![seqs[0]; 2], false)
    );
    assert_eq!(list(FileGroup::Media, None, 5).await.unwrap().items, []);
}
