//! The log: order, exactly once, published before answered, and what survives.

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::house::{House, Person, START_MS, nonce, options, set_up, text};
use parlor_protocol::Role;
use parlor_store::entries::{RoomBody, UserBody};
use parlor_store::write::messages::SendMessage;
use parlor_store::{Conflict, Published, Refused, Store};

#[tokio::test]
async fn a_workspace_is_set_up_once_with_an_owner_a_lobby_and_a_first_message() {
    let house = House::new().await;
    let lobby = house.lobby;
    assert_eq!(house.write(set_up()).await.unwrap_err(), Refused::Conflict(Conflict::SetUpDone));
    let ana = house.ana.id;
    let entries = house.replay(lobby, 0, 100).await;
    let (member, unread) = house
        .store
        .read(move |snapshot| Ok((snapshot.member(ana, lobby)?, snapshot.unread(ana, lobby)?)))
        .await
        .unwrap();
    let member = member.unwrap();
    assert_eq!((member.role, member.room.members, member.room.guests), (Role::Owner, 2, true));
    assert_eq!(unread.unwrap().unread, 1, "the first message waits for the owner");
    assert_eq!(entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert!(matches!(&entries[0].body, RoomBody::RoomCreated { name } if name == "lobby"));
    assert!(matches!(&entries[3].body, RoomBody::MessageCreated { text, .. } if text.text == "Welcome"));
}

#[tokio::test]
async fn nonces_that_tell_the_same_time_are_told_apart_by_the_rest_and_by_their_author() {
    let house = House::new().await;
    let ben = house.member("ben").await;
    let send = |by: Person, words: &str, nonce_text: &str| SendMessage {
        nonce: nonce(nonce_text),
        ..house.message(by, house.lobby, words)
    };
    let one = "01890a5d-ac96-774b-bcce-b302099a8057";
    let first = house.write(send(house.ana, "Hello", one)).await.unwrap();
    for (by, another) in [
        (ben, one),
        (house.ana, "01890a5d-ac96-774b-bcce-b302099a8058"),
        // Of another version, and no UUID.
        (house.ana, "01890a5d-ac96-474b-bcce-b302099a8057"),
        (house.ana, "+1890a5d-ac96-774b-bcce-b302099a8057"),
    ] {
        assert!(house.write(send(by, "Hello", another)).await.unwrap().seq > first.seq, "{another}");
    }
    assert_eq!(house.write(send(house.ana, "Hello", one)).await.unwrap(), first);
    assert_eq!(house.write(send(house.ana, "Bye", one)).await.unwrap_err(), Refused::NonceReused);
}

#[tokio::test]
async fn a_repeated_nonce_gets_the_first_answer_and_burns_no_seq() {
    let house = House::new().await;
    let send = |words: &str, nonce_text: &str| SendMessage {
        nonce: nonce(nonce_text),
        ..house.message(house.ana, house.lobby, words)
    };
    let first = house.write(send("one", "same")).await.unwrap();
    let again = house.write(send("one", "same")).await.unwrap();
    let next = house.write(send("two", "other")).await.unwrap();
    assert_eq!(again, first);
    assert_eq!(next.seq, first.seq + 1);
    assert_eq!(house.write(send("another text", "same")).await.unwrap_err(), Refused::NonceReused);
    assert_eq!(house.head(house.lobby).await, next.seq);
}

#[tokio::test]
async fn a_nonce_belongs_to_its_author_alone() {
    let house = House::new().await;
    let ben = house.member("Ben").await;
    let one = SendMessage { nonce: nonce("same"), ..house.message(house.ana, house.lobby, "a") };
    let two = SendMessage { nonce: nonce("same"), ..house.message(ben, house.lobby, "b") };
    let (one, two) = (house.write(one).await.unwrap(), house.write(two).await.unwrap());
    assert_eq!(two.seq, one.seq + 1);
}

#[tokio::test]
async fn repeats_in_one_batch_are_one_entry() {
    let house = House::new().await;
    let send = || SendMessage { nonce: nonce("same"), ..house.message(house.ana, house.lobby, "once") };
    let before = house.head(house.lobby).await;
    let written = tokio::join!(house.write(send()), house.write(send()), house.write(send()));
    assert_eq!(
        (written.0.unwrap().seq, written.1.unwrap().seq, written.2.unwrap().seq),
        (before + 1, before + 1, before + 1)
    );
    assert_eq!(house.head(house.lobby).await, before + 1);
}

#[tokio::test]
async fn everything_is_published_before_it_is_answered() {
    let house = House::new().await;
    house.listen();
    for round in 0..50 {
        let seq = house.send(house.ana, house.lobby, &format!("message {round}")).await;
        let told = house.heard();
        let last = told.last().unwrap();
        assert!(matches!(last, Published::Room(entry) if entry.seq == seq), "{last:?}");
    }
}

#[tokio::test]
async fn a_refused_command_publishes_and_leaves_nothing() {
    let house = House::new().await;
    let before = house.head(house.lobby).await;
    house.listen();
    let mut reply = house.message(house.ana, house.lobby, "answers nothing");
    reply.reply_to = Some(4_000);
    assert_eq!(house.write(reply).await.unwrap_err(), Refused::NotFound);
    let mut room = house.new_room(house.ana, parlor_protocol::rooms::RoomKind::Private, "half");
    room.members.push(parlor_protocol::UserId::new(1).unwrap());
    assert_eq!(house.write(room).await.unwrap_err(), Refused::NotFound, "found out after the room was made");
    assert_eq!(house.heard(), []);
    assert_eq!(house.send(house.ana, house.lobby, "next").await, before + 1);
    house.room(house.ana, parlor_protocol::rooms::RoomKind::Private, "half").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_senders_share_syncs_and_the_log_has_no_gap() {
    let house = Arc::new(House::new().await);
    let before = house.store.figures();
    let first = house.head(house.lobby).await + 1;
    let senders = (0..64).map(|sender| {
        let house = Arc::clone(&house);
        async move {
            let mut seqs = Vec::new();
            for number in 0..20 {
                seqs.push(house.send(house.ana, house.lobby, &format!("{sender} {number}")).await);
            }
            assert!(seqs.is_sorted(), "one sender's messages keep their order");
            seqs
        }
    });
    let mut tasks = tokio::task::JoinSet::new();
    senders.for_each(|sender| {
        tasks.spawn(sender);
    });
    let mut seqs: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
    seqs.sort_unstable();
    assert_eq!(seqs, (first..first + 64 * 20).collect::<Vec<_>>());
    let after = house.store.figures();
    let (commands, commits) = (after.commands - before.commands, after.commits - before.commits);
    assert_eq!(commands, 64 * 20);
    assert!(commits * 2 < commands, "{commits} commits for {commands} commands");
    let told = house.heard();
    let room_seqs = told.iter().filter_map(|told| match told {
        Published::Room(entry) if entry.room == house.lobby => Some(entry.seq),
        _ => None,
    });
    assert!(room_seqs.is_sorted(), "published in the order of the log");
}

#[tokio::test]
async fn another_writer_at_the_log_costs_no_gap_and_no_message() {
    let house = House::new().await;
    let before = house.send(house.ana, house.lobby, "mine").await;
    // Somebody else appends behind the writer's back: what it believes to be the tail is taken.
    let other = rusqlite::Connection::open(house.dir().join("parlor.db")).unwrap();
    let key: i64 = other
        .query_row(
            "SELECT (ordinal << 32) + head FROM logs WHERE room = ?1",
            [house.lobby.get().cast_signed()],
            |row| row.get(0),
        )
        .unwrap();
    let tx = other.unchecked_transaction().unwrap();
    tx.execute(
        r#"INSERT INTO entries (key, at, "by", kind, target, body)
           SELECT ?1 + 1, at, "by", kind, target, body FROM entries WHERE key = ?1"#,
        [key],
    )
    .unwrap();
    tx.execute("UPDATE logs SET head = head + 1 WHERE room = ?1", [house.lobby.get().cast_signed()]).unwrap();
    tx.commit().unwrap();
    let after = house.send(house.ana, house.lobby, "after theirs").await;
    assert_eq!(after, before + 2);
    assert_eq!(house.send(house.ana, house.lobby, "and on").await, before + 3);
    assert_eq!(house.look(house.lobby, after).await.text, text("after theirs"));
}

#[tokio::test]
async fn a_copy_of_the_files_taken_mid_flight_opens_with_all_that_was_acknowledged() {
    let house = House::new().await;
    let mut sent = Vec::new();
    for number in 0..40 {
        sent.push(house.send(house.ana, house.lobby, &format!("durable {number}")).await);
    }
    // No close, no checkpoint: the files as a killed process leaves them.
    let copy = tempfile::tempdir().unwrap();
    for file in ["parlor.db", "parlor.db-wal"] {
        fs::copy(house.dir().join(file), copy.path().join(file)).unwrap();
    }
    let (told, now_ms) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicU64::new(START_MS)));
    let store = crate::house::open(copy.path(), &told, &now_ms);
    assert_eq!(store.epoch(), house.store.epoch());
    let lobby = house.lobby;
    let seqs = sent.clone();
    let messages = store.read(move |snapshot| snapshot.messages(lobby, &seqs)).await.unwrap();
    assert_eq!(messages.iter().map(|message| message.seq).collect::<Vec<_>>(), sent);
    let next = house.message(house.ana, house.lobby, "on the copy");
    assert_eq!(store.write(next).await.unwrap().seq, sent.last().unwrap() + 1);
}

#[tokio::test]
async fn a_closed_store_refuses_and_opens_again_with_the_same_epoch() {
    let mut house = House::new().await;
    let seq = house.send(house.ana, house.lobby, "kept").await;
    let (closed, epoch) = (house.store.clone(), house.store.epoch().to_owned());
    house.reopen().await;
    assert_eq!(closed.write(house.message(house.ana, house.lobby, "late")).await, Err(Refused::Unavailable));
    assert_eq!(closed.read(|_| Ok(())).await, Err(Refused::Unavailable));
    closed.checkpoint().await;
    closed.indexed().await;
    closed.close().await;
    assert_eq!(house.store.epoch(), epoch);
    assert_eq!(house.look(house.lobby, seq).await.text, text("kept"));
}

#[tokio::test]
async fn two_stores_never_share_a_directory() {
    let house = House::new().await;
    let now_ms = Arc::new(AtomicU64::new(START_MS));
    let second = Store::open(house.dir(), options(&now_ms), |_| ());
    assert!(second.unwrap_err().to_string().contains("in use by another process"));
}

#[tokio::test]
async fn a_log_that_lost_its_tail_is_not_opened() {
    let house = House::new().await;
    house.send(house.ana, house.lobby, "will be cut off").await;
    house.store.close().await;
    let conn = rusqlite::Connection::open(house.dir().join("parlor.db")).unwrap();
    conn.execute("DELETE FROM entries WHERE key = (SELECT max(key) FROM entries WHERE kind = 16)", ())
        .unwrap();
    drop(conn);
    let now_ms = Arc::new(AtomicU64::new(START_MS));
    let opened = Store::open(house.dir(), options(&now_ms), |_| ());
    assert!(opened.unwrap_err().to_string().contains("damaged"));
}

#[tokio::test]
async fn when_the_outcome_is_unknown_nothing_is_acknowledged_any_more() {
    let dir = tempfile::tempdir().unwrap();
    let now_ms = Arc::new(AtomicU64::new(START_MS));
    let stopped = Arc::new(AtomicBool::new(false));
    let mut options = options(&now_ms);
    let stop = Arc::clone(&stopped);
    options.fatal = Arc::new(move |_| stop.store(true, Ordering::SeqCst));
    let store = Store::open(dir.path(), options, |_| panic!("whoever is told fails")).unwrap();
    assert_eq!(store.write(set_up()).await.unwrap_err(), Refused::Unknown);
    store.close().await;
    assert_eq!(store.write(set_up()).await.unwrap_err(), Refused::Unavailable);
    assert!(stopped.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_full_disk_refuses_writes_and_goes_on_reading() {
    let house = House::new().await;
    house.store.close().await;
    let mut options = options(&house.now_ms);
    options.reserve_bytes = u64::MAX;
    let store = Store::open(house.dir(), options, |_| ()).unwrap();
    let refused = store.write(house.message(house.ana, house.lobby, "no room")).await;
    assert_eq!(refused, Err(Refused::Unavailable));
    let lobby = house.lobby;
    assert!(store.read(move |snapshot| snapshot.room(lobby)).await.unwrap().is_some());
}

#[tokio::test]
async fn times_never_fall_even_when_the_clock_does() {
    let mut house = House::new().await;
    house.now_ms.store(START_MS + 5_000, Ordering::Relaxed);
    let one = house.send(house.ana, house.lobby, "later").await;
    house.now_ms.store(START_MS, Ordering::Relaxed);
    house.reopen().await;
    let two = house.send(house.ana, house.lobby, "the clock was set back").await;
    assert_eq!(house.look(house.lobby, one).await.at_ms, START_MS + 5_000);
    assert_eq!(house.look(house.lobby, two).await.at_ms, START_MS + 5_000);
}

#[tokio::test]
async fn joining_tells_the_room_and_then_the_one_who_joined() {
    let house = House::new().await;
    house.listen();
    let ben = house.member("Ben").await;
    let told: Vec<_> = house
        .heard()
        .into_iter()
        .filter(|told| matches!(told, Published::Room(_) | Published::User(_)))
        .collect();
    let [Published::Room(joined), Published::User(mine)] = &told[..] else { panic!("{told:?}") };
    assert!(matches!(joined.body, RoomBody::MemberJoined { user, role: Role::Member } if user == ben.id));
    assert_eq!((mine.user, mine.seq, &mine.body), (ben.id, 1, &UserBody::RoomJoined { room: house.lobby }));
}
