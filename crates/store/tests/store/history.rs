//! Pages of a timeline and replays of a log.

use parlor_protocol::messages::Anchor;
use parlor_protocol::people::{Settings, Theme};
use parlor_protocol::{RoomId, Seq};
use parlor_store::entries::{RoomBody, UserBody};
use parlor_store::write::messages::SendMessage;
use parlor_store::write::users::ChangeSettings;

use crate::house::{House, text};

/// The lobby with its four first items, then messages at 5, 7 and 9 with reactions between them.
async fn lived_in() -> House {
    let house = House::new().await;
    for words in ["five", "seven", "nine"] {
        let seq = house.send(house.ana, house.lobby, words).await;
        house.react(house.ana, house.lobby, seq, "👍").await.unwrap();
    }
    house
}

#[tokio::test]
async fn a_page_has_messages_and_lines_and_tells_exactly_whether_there_are_more() {
    let house = lived_in().await;
    let lobby = house.lobby;
    let cases: [(Anchor, u32, &[Seq], bool, bool); 13] = [
        (Anchor::Latest, 100, &[1, 2, 3, 4, 5, 7, 9], false, false),
        (Anchor::Latest, 7, &[1, 2, 3, 4, 5, 7, 9], false, false),
        (Anchor::Latest, 2, &[7, 9], true, false),
        (Anchor::Before(7), 2, &[4, 5], true, true),
        (Anchor::Before(2), 2, &[1], false, true),
        (Anchor::Before(1), 2, &[], false, true),
        (Anchor::After(5), 1, &[7], true, true),
        (Anchor::After(5), 2, &[7, 9], true, false),
        (Anchor::After(9), 2, &[], true, false),
        (Anchor::After(Seq::MAX), 2, &[], true, false),
        (Anchor::Around(5), 4, &[3, 4, 5, 7], true, true),
        (Anchor::Around(9), 4, &[4, 5, 7, 9], true, false),
        (Anchor::Around(6), 3, &[5, 7, 9], true, false),
    ];
    for (from, limit, expected, before, after) in cases {
        let page = house.page(lobby, from, limit).await;
        assert_eq!(page.seqs(), expected, "{from:?} {limit}");
        assert_eq!((page.more_before, page.more_after), (before, after), "{from:?} {limit}");
        assert_eq!(page.head, 10);
    }
}

#[tokio::test]
async fn a_page_brings_the_messages_that_its_items_answer() {
    let house = lived_in().await;
    let answer = SendMessage { reply_to: Some(5), ..house.message(house.ana, house.lobby, "to five") };
    let seq = house.write(answer).await.unwrap().seq;
    let page = house.page(house.lobby, Anchor::Latest, 1).await;
    assert_eq!((page.seqs(), page.quoted.len()), (vec![seq], 1));
    assert_eq!(page.quoted[0].text, text("five"));
    assert_eq!(page.quoted[0].reactions.len(), 1);
    let whole = house.page(house.lobby, Anchor::Latest, 100).await;
    assert_eq!(whole.quoted, [], "it is on the page itself");
}

#[tokio::test]
async fn a_room_that_is_not_there_has_no_page() {
    let house = House::new().await;
    let nowhere = RoomId::new(1).unwrap();
    let page = house
        .store
        .read(move |snapshot| snapshot.history(nowhere, (Anchor::Latest, 10), &mut |_| ()))
        .await
        .unwrap();
    assert_eq!(page, None);
}

#[tokio::test]
async fn a_replay_has_exactly_what_came_after_the_cursor_without_deleted_texts() {
    let house = House::new().await;
    let lobby = house.lobby;
    let before = house.head(lobby).await;
    let seq = house.send(house.ana, lobby, "secret").await;
    house.edit(house.ana, lobby, seq, "more secret").await.unwrap();
    house.delete(house.ana, lobby, seq).await.unwrap();
    let entries = house.replay(lobby, before, 10).await;
    let [created, edited, deleted] = &entries[..] else { panic!("{entries:?}") };
    assert!(
        matches!(&created.body, RoomBody::MessageCreated { text, .. } if text.text.is_empty() && text.html.is_empty())
    );
    assert!(
        matches!(&edited.body, RoomBody::MessageEdited { message, text, thread: None } if *message == seq && text.text.is_empty())
    );
    assert_eq!(deleted.body, RoomBody::MessageDeleted { message: seq, author: house.ana.id, thread: None });
    let some = house.replay(lobby, before, 2).await;
    assert_eq!(some, entries[..2]);
}

#[tokio::test]
async fn a_users_own_log_has_their_rooms_markers_and_settings() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let (lobby, user) = (house.lobby, ben.id);
    let seq = house.send(house.ana, lobby, "hi").await;
    house.read_up_to(ben, lobby, seq).await;
    house.read_up_to(ben, lobby, seq).await;
    let settings = Settings { theme: Theme::Dark, ..Settings::default() };
    for _ in 0..2 {
        let change = ChangeSettings { actor: ben.acts(), settings: settings.clone() };
        house.write(change).await.unwrap();
    }
    let (mine, entries) = house
        .store
        .read(move |snapshot| Ok((snapshot.mine(user)?.unwrap(), snapshot.user_entries(user, 0, 10)?)))
        .await
        .unwrap();
    assert_eq!(
        entries.into_iter().map(|entry| (entry.seq, entry.body)).collect::<Vec<_>>(),
        [
            (1, UserBody::RoomJoined { room: lobby }),
            (2, UserBody::ReadMarked { room: lobby, marker: seq, back: false }),
            (3, UserBody::SettingsChanged { settings: settings.clone() }),
        ]
    );
    assert_eq!((mine.head, mine.settings), (3, settings));
}
