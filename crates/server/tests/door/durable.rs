//! What was acknowledged is there, once and in order, whatever happens to the process.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::live::Live;
use crate::stage::{Person, Stage, nonce};

async fn texts(stage: &Stage, person: &Person, room: &str) -> Vec<(u64, String)> {
    let mut found = Vec::new();
    let mut from = json!({ "after": 0 });
    loop {
        let request = json!({ "room": room, "from": from, "limit": 100 });
        let page = stage.call(person, "room:history", request).await.unwrap();
        let items = page["items"].as_array().unwrap();
        let messages = items.iter().filter(|item| item["kind"] == "message");
        found.extend(
            messages.map(|item| (item["seq"].as_u64().unwrap(), item["text"].as_str().unwrap().to_owned())),
        );
        let Some(last) = items.last().filter(|_| page["more_after"] == true) else { return found };
        from = json!({ "after": last["seq"] });
    }
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    let (mut stage, ana) = Stage::with_owner().await;
    let ben = stage.person(&ana, "ben", "member").await;
    let room = stage.lobby_room(&ana).await;
    for text in ["one", "two", "three"] {
        stage
            .call(&ana, "message:send", json!({ "room": room, "nonce": nonce(), "text": text }))
            .await
            .unwrap();
    }
    let before = stage.call(&ben, "sync", json!({ "rooms": {}, "items": 50 })).await.unwrap();
    let live = stage.live(&ben).await;
    stage.stop_and_restart().await;
    live.closed().await;
    let after = stage.call(&ben, "sync", json!({ "rooms": {}, "items": 50 })).await.unwrap();
    assert_eq!(before, after);
    let cursor =
        json!({ "epoch": after["epoch"], "me": after["mine"]["head"], "rooms": { room.as_str(): 1 } });
    let missed = stage.call(&ben, "sync", cursor).await.unwrap();
    let entries = missed["rooms"][0]["entries"].as_array().unwrap();
    let seqs: Vec<_> = entries.iter().map(|entry| entry["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (2..2 + seqs.len() as u64).collect::<Vec<_>>());
}

/// Sends until the server dies; gives the acknowledged messages by seq and the one whose ack did not come.
async fn send_until_killed(
    mut live: Live,
    room: String,
    author: usize,
    first: usize,
) -> (Vec<(u64, String)>, Value) {
    let mut acked = Vec::new();
    for number in first.. {
        let text = format!("{author}:{number}");
        let request = json!({ "room": room, "nonce": format!("{author}-{number}"), "text": text });
        match live.call("message:send", request.clone()).await {
            Ok(written) => acked.push((written["seq"].as_u64().unwrap(), text)),
            Err(_) => return (acked, request),
        }
    }
    unreachable!("the loop ends with the server")
}

#[tokio::test]
async fn killed_under_load_every_acknowledged_message_is_there_once_and_in_order() {
    const AUTHORS: usize = 4;
    let (mut stage, ana) = Stage::with_owner().await;
    let room = stage.lobby_room(&ana).await;
    let mut acked = Vec::new();
    for round in 0..3 {
        let mut sending = JoinSet::new();
        for author in 0..AUTHORS {
            let live = stage.live(&ana).await;
            sending.spawn(send_until_killed(live, room.clone(), author, round * 1_000_000));
        }
        let mut watching = stage.live(&ana).await;
        for _ in 0..150 {
            watching.next("message:created").await;
        }
        stage.kill_and_restart().await;
        let mut open = Vec::new();
        while let Some(sent) = sending.join_next().await {
            let (done, last) = sent.unwrap();
            acked.extend(done);
            open.push(last);
        }
        // Whether these were written is unknown; with their nonce they can be repeated safely.
        for request in open {
            let text = request["text"].as_str().unwrap().to_owned();
            let written = stage.call(&ana, "message:send", request).await.unwrap();
            acked.push((written["seq"].as_u64().unwrap(), text));
        }
    }
    acked.sort_unstable();
    assert!(acked.len() >= 300);
    let found = texts(&stage, &ana, &room).await;
    let (welcome, found) = found.split_first().unwrap();
    assert!(welcome.1.starts_with("Welcome"), "the lobby greets");
    assert!(found == acked, "exactly what was acknowledged, at the place that was acknowledged");
    for author in 0..AUTHORS {
        let mine = found.iter().filter_map(|(_, text)| text.strip_prefix(&format!("{author}:")));
        let numbers: Vec<u64> = mine.map(|number| number.parse().unwrap()).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "author {author}");
    }
}
