//! Rate limits.

use serde_json::json;

use crate::live::Live;
use crate::stage::{Stage, code, nonce};

#[tokio::test]
async fn too_many_calls_are_refused_with_the_time_to_wait() {
    let stage = Stage::with(&["--limit-messages=1/min burst 2"]).await;
    let ana = stage.owner().await;
    let room = stage.lobby_room(&ana).await;
    let mut live = stage.live(&ana).await;
    let say = || json!({ "room": room, "nonce": nonce(), "text": "hello" });
    live.call("message:send", say()).await.unwrap();
    stage.call(&ana, "message:send", say()).await.unwrap();
    let refused = live.call("message:send", say()).await.unwrap_err();
    assert_eq!(code(&refused), "rate_limited");
    let wait = refused["retry_after_ms"].as_u64().unwrap();
    assert!((1..=60_000).contains(&wait), "{wait}");
    let bearer = format!("Bearer {}", ana.token);
    let answer = stage.post("message:send", &say(), &[("authorization", &bearer)]).await;
    assert_eq!((answer.status, answer.code()), (429, "rate_limited"), "one limit for sockets and HTTP");
    assert!(answer.header("retry-after").unwrap().parse::<u64>().unwrap() <= 60);
    assert!(live.call("room:list", json!({})).await.is_ok(), "other calls have other limits");
}

#[tokio::test]
async fn a_flood_gets_as_far_as_the_limit_and_the_socket_survives_one_burst() {
    let stage = Stage::with(&["--limit-calls=1/min burst 40"]).await;
    let ana = stage.owner().await;
    let mut live = stage.live(&ana).await;
    let mut acks = Vec::new();
    for _ in 0..500 {
        acks.push(live.emit("room:list", &json!({})).await);
    }
    let mut done = 0;
    for ack in acks {
        match live.ack(ack).await {
            Ok(_) => done += 1,
            Err(error) => assert_eq!(code(&error), "rate_limited"),
        }
    }
    assert_eq!(done, 40);
    assert!(live.call("read:get", json!({ "room": "1" })).await.is_err());
}

#[tokio::test]
async fn who_goes_on_after_being_told_to_wait_is_closed() {
    let stage = Stage::with(&["--limit-calls=1/min burst 3"]).await;
    let ana = stage.owner().await;
    let mut live = stage.live(&ana).await;
    let mut refused = 0;
    loop {
        match live.call("room:list", json!({})).await {
            Ok(_) => {}
            Err(error) if code(&error) == "rate_limited" => refused += 1,
            Err(error) => break assert_eq!(code(&error), "closed"),
        }
    }
    assert!(refused >= 3);
}

#[tokio::test]
async fn too_many_typing_marks_are_dropped_and_cost_nothing_else() {
    let stage = Stage::with(&["--limit-live=1/min burst 1", "--limit-calls=off"]).await;
    let ana = stage.owner().await;
    let room = stage.lobby_room(&ana).await;
    let mut live = stage.live(&ana).await;
    live.call("typing:start", json!({ "room": room })).await.unwrap();
    // The beacons of three messages are some seconds apart: refusals at such times would close the socket if they counted.
    for _ in 0..3 {
        let refused = live.call("typing:start", json!({ "room": room })).await.unwrap_err();
        assert_eq!(code(&refused), "rate_limited");
        live.call("message:send", json!({ "room": room, "nonce": nonce(), "text": "hello" })).await.unwrap();
        live.next("room:head").await;
    }
    assert!(live.call("room:list", json!({})).await.is_ok());
}

#[tokio::test]
async fn attempts_to_sign_in_are_limited_by_address_and_by_account() {
    let stage = Stage::with(&["--limit-sign-in=1/min burst 12"]).await;
    stage.owner().await;
    let mut codes = Vec::new();
    for guess in 0..12 {
        let request = json!({ "username": "ana", "password": format!("wrong password {guess}") });
        let answer = stage.post("session:create", &request, &[]).await;
        if answer.status == 429 {
            assert!(answer.body["retry_after_ms"].as_u64() > Some(0));
        }
        codes.push(answer.code().to_owned());
    }
    assert_eq!(codes[..5], ["unauthenticated"; 5], "a few slips are free");
    assert_eq!(codes[11], "rate_limited");
}

#[tokio::test]
async fn new_sockets_of_one_address_are_limited() {
    let stage = Stage::with(&["--limit-sockets=1/min burst 2"]).await;
    let mut opened = Vec::new();
    for _ in 0..2 {
        opened.push(Live::open(&stage.address, &[]).await.unwrap());
    }
    assert!(Live::open(&stage.address, &[]).await.is_err());
    assert_eq!(stage.get("/socket.io/?EIO=4&transport=polling", &[]).await.status, 429);
}
