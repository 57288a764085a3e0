//! Bursts, and clients that don't keep up.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::stage::{Stage, UNLIMITED, nonce};

#[tokio::test]
async fn a_thousand_emits_in_a_burst_arrive_in_order_for_everyone() {
    let (stage, ana) = Stage::with_owner().await;
    let ben = stage.person(&ana, "ben", "member").await;
    let room = stage.lobby_room(&ana).await;
    let (mut speaker, mut listener) = (stage.live(&ana).await, stage.live(&ben).await);
    let mut acks = Vec::new();
    for number in 0..1_000 {
        acks.push(
            speaker
                .emit("message:send", &json!({ "room": room, "nonce": nonce(), "text": number.to_string() }))
                .await,
        );
    }
    let mut seq = None;
    for number in 0..1_000 {
        let heard = listener.next("message:created").await;
        assert_eq!(heard["text"], number.to_string());
        let next = heard["seq"].as_u64().unwrap();
        assert!(seq.is_none_or(|seq| next == seq + 1), "no gap");
        seq = Some(next);
    }
    speaker.ack(*acks.last().unwrap()).await.unwrap();
}

#[tokio::test]
async fn a_client_that_stops_reading_is_cut_off_while_others_notice_nothing() {
    let flags = [
        &UNLIMITED[..],
        &["--queue-bytes=65536", "--stall-s=1", "--ping-interval-s=2", "--ping-timeout-s=2"],
    ]
    .concat();
    let stage = Stage::with(&flags).await;
    let ana = stage.owner().await;
    let ben = stage.person(&ana, "ben", "member").await;
    let room = stage.lobby_room(&ana).await;
    let mut listener = stage.live(&ana).await;
    let deaf = stage.live(&ben).await;
    let listening = async {
        for _ in 0..800 {
            listener.next("message:created").await;
        }
    };
    tokio::join!(stage.flood(&ana, &room, 800), listening);
    let stopped = Instant::now();
    let now = listener.call("presence:watch", json!({ "users": [ben.id] })).await.unwrap();
    if now["users"][0]["state"] != "offline" {
        assert_eq!(listener.next("presence:changed").await["state"], "offline");
    }
    assert!(stopped.elapsed() < Duration::from_secs(8), "{:?}", stopped.elapsed());
    assert!(deaf.closed().await.len() < 800, "it did not get everything");
}

#[tokio::test]
async fn a_client_that_falls_behind_is_told_and_catches_up_by_syncing() {
    let flags = [&UNLIMITED[..], &["--queue-bytes=65536", "--stall-s=60"]].concat();
    let stage = Stage::with(&flags).await;
    let ana = stage.owner().await;
    let ben = stage.person(&ana, "ben", "member").await;
    let room = stage.lobby_room(&ana).await;
    let mut slow = stage.live(&ben).await;
    stage.flood(&ana, &room, 800).await;
    slow.next("lagged").await;
    let synced = slow.call("sync", json!({ "rooms": { room.as_str(): 1 } })).await.unwrap();
    assert_eq!(synced["rooms"][0]["how"], "reset", "too far behind for a replay");
    assert!(synced["rooms"][0]["page"]["head"].as_u64() > Some(800));
}
