//! Rooms: who hears what, from whom, and in which order.

use std::collections::HashMap;

use parlor_socketio::{DisconnectReason, Encoded};
use serde_json::json;

use crate::client::Client;
use crate::stage::Stage;

async fn people<const N: usize>(stage: &Stage) -> [(Client, parlor_socketio::Socket<serde_json::Value>); N] {
    let mut people = Vec::new();
    for _ in 0..N {
        people.push((Client::join(stage.address).await, stage.connected().await));
    }
    people.try_into().unwrap_or_else(|_| panic!("as many as were pushed"))
}

#[tokio::test]
async fn a_room_hears_what_is_said_to_it_and_nobody_else_does() {
    let stage = Stage::new().await;
    let [(mut ana, a), (mut ben, b), (mut eve, e)] = people(&stage).await;
    a.join("lobby");
    b.join("lobby");
    let namespace = stage.namespace();
    namespace.to("lobby").emit("said", "hello").unwrap();
    namespace.to("lobby").except(a.id()).emit("said", "not to ana").unwrap();
    namespace.to("nowhere").emit("said", "to nobody").unwrap();
    namespace.emit("said", "to all").unwrap();
    assert_eq!(ana.event().await.1, "hello");
    assert_eq!(ana.event().await.1, "to all");
    assert_eq!(ben.event().await.1, "hello");
    assert_eq!(ben.event().await.1, "not to ana");
    assert_eq!(ben.event().await.1, "to all");
    assert_eq!(eve.event().await.1, "to all");
    assert_eq!((namespace.count_in("lobby"), namespace.len(), e.rooms().len()), (2, 3, 1));
}

#[tokio::test]
async fn what_is_said_in_one_turn_arrives_in_its_order() {
    let stage = Stage::new().await;
    let [(mut ana, _a), (mut ben, _b)] = people(&stage).await;
    let said =
        [("shout", "one"), ("shout", "two"), ("echo", "three"), ("shout", "four"), ("leave", "everybody")];
    ana.burst(&said).await;
    ana.burst(&[("shout", "five"), ("echo", "six")]).await;
    for (event, text) in
        [("shouted", "one"), ("shouted", "two"), ("echo", "three"), ("shouted", "four"), ("echo", "six")]
    {
        assert_eq!(ana.event().await, (event.to_owned(), json!(text)));
    }
    for text in ["one", "two", "four", "five"] {
        assert_eq!(ben.event().await, ("shouted".to_owned(), json!(text)));
    }
}

#[tokio::test]
async fn who_is_in_two_of_the_rooms_hears_it_once() {
    let stage = Stage::new().await;
    let [(mut ana, a)] = people(&stage).await;
    a.join("red");
    a.join("blue");
    a.join("blue");
    stage.namespace().to("red").to("blue").emit("goal", &1).unwrap();
    stage.namespace().to("red").to("blue").emit("goal", &2).unwrap();
    assert_eq!(ana.event().await.1, 1);
    assert_eq!(ana.event().await.1, 2);
}

#[tokio::test]
async fn all_sockets_of_a_user_can_be_moved_between_rooms() {
    let stage = Stage::new().await;
    let [(mut phone, p), (mut laptop, l), (_other, o)] = people(&stage).await;
    p.join("u:7");
    l.join("u:7");
    let namespace = stage.namespace();
    namespace.to("u:7").join("r:3");
    assert!(p.in_room("r:3") && l.in_room("r:3") && !o.in_room("r:3"));
    namespace.to("r:3").emit("said", "both").unwrap();
    assert_eq!(phone.event().await.1, "both");
    assert_eq!(laptop.event().await.1, "both");
    namespace.to("u:7").leave("r:3");
    assert_eq!(namespace.count_in("r:3"), 0);
    namespace.to("u:7").disconnect(DisconnectReason::Revoked);
    assert_eq!((namespace.count_in("u:7"), namespace.len()), (0, 1));
    assert_eq!(phone.ws.text().await, "41");
    assert_eq!(phone.ws.close_code().await, 1000);
    assert_eq!(stage.ended().await, DisconnectReason::Revoked);
}

#[tokio::test]
async fn a_batch_reaches_everybody_in_order() {
    let stage = Stage::new().await;
    let [(mut ana, a), (mut ben, b)] = people(&stage).await;
    a.join("red");
    b.join("red");
    b.join("blue");
    let namespace = stage.namespace();
    let numbered: Vec<_> = (0..200).map(|number| Encoded::event("n", &number).unwrap()).collect();
    namespace.emit_many(numbered.iter().map(|event| ("red", event)));
    let mut batch = namespace.batch();
    batch.emit("red", &numbered[0]);
    batch.emit("blue", &numbered[1]);
    batch.emit_except("red", b.id(), &numbered[2]);
    batch.send();
    for number in (0..200).chain([0, 2]) {
        assert_eq!(ana.event().await.1, number);
    }
    for number in (0..200).chain([0, 1]) {
        assert_eq!(ben.event().await.1, number);
    }
}

#[tokio::test]
async fn a_sockets_own_events_can_leave_together() {
    let stage = Stage::new().await;
    let [(mut ana, a)] = people(&stage).await;
    let numbered: Vec<_> = (0..100).map(|number| Encoded::event("n", &number).unwrap()).collect();
    a.emit_many(&numbered);
    for number in 0..100 {
        assert_eq!(ana.event().await.1, number);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn publishers_on_many_threads_lose_nothing_and_each_keeps_its_order() {
    const EACH: u64 = 300;
    let stage = Stage::new().await;
    let mut listeners = Vec::new();
    for _ in 0..8 {
        listeners.push(Client::join(stage.address).await);
        stage.connected().await;
    }
    // Plain threads, which know no runtime, and a task, which has one.
    let threads: Vec<_> = (0..3_u64)
        .map(|thread| {
            let namespace = stage.namespace();
            std::thread::spawn(move || {
                for number in 0..EACH {
                    namespace.to("everybody").emit("n", &(thread, number)).unwrap();
                }
            })
        })
        .collect();
    for number in 0..EACH {
        stage.namespace().to("everybody").emit("n", &(3, number)).unwrap();
        tokio::task::yield_now().await;
    }
    for listener in &mut listeners {
        let mut next: HashMap<u64, u64> = HashMap::new();
        for _ in 0..4 * EACH {
            let (_, sent) = listener.event().await;
            let expected = next.entry(sent[0].as_u64().unwrap()).or_default();
            assert_eq!(sent[1], *expected);
            *expected += 1;
        }
    }
    for thread in threads {
        thread.join().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_room_too_large_for_one_go_is_served_all_the_same() {
    let setting = crate::stage::Setting {
        config: parlor_socketio::Config {
            sessions_per_address: 1_000,
            handshake_burst: 1_000,
            ..parlor_socketio::Config::default()
        },
        limits: parlor_socketio::listen::Limits {
            max_per_address: 1_000,
            connection_burst: 1_000,
            ..parlor_socketio::listen::Limits::default()
        },
        ..crate::stage::Setting::default()
    };
    let stage = Stage::set(setting).await;
    let mut crowd = Vec::new();
    for _ in 0..400 {
        crowd.push(Client::join(stage.address).await);
        stage.connected().await;
    }
    for number in 0..3 {
        stage.namespace().to("everybody").emit("n", &number).unwrap();
    }
    for member in &mut crowd {
        for number in 0..3 {
            assert_eq!(member.event().await, ("n".into(), json!(number)));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_burst_reaches_everybody_who_reads() {
    const ALL: u64 = 2_000;
    let stage = Stage::new().await;
    let mut reading = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let mut reader = Client::join(stage.address).await;
        stage.connected().await;
        reading.spawn(async move {
            for number in 0..ALL {
                assert_eq!(reader.event().await.1["n"], number);
            }
        });
    }
    let filler = "a".repeat(300);
    for number in 0..ALL {
        stage.namespace().to("everybody").emit("n", &json!({ "n": number, "filler": filler })).unwrap();
        if number % 50 == 0 {
            tokio::task::yield_now().await;
        }
    }
    while let Some(read) = reading.join_next().await {
        read.unwrap();
    }
}
