//! Losing access: live sockets lose it within a second, also those that take nothing.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::stage::{PASSWORD, Stage, nonce};

const SOON: Duration = Duration::from_secs(1);

#[tokio::test]
async fn every_way_to_end_a_session_closes_its_sockets_at_once() {
    let (stage, ana) = Stage::with_owner().await;
    let ways = ["session:end", "session:revoke", "password:change", "user:disable", "bot:rotate"];
    for (index, way) in ways.into_iter().enumerate() {
        let name = format!("ben{index}");
        let (ben, other) = if way == "bot:rotate" {
            let bot = json!({ "name": "Bot", "username": name });
            let made = stage.call(&ana, "bot:create", bot).await.unwrap();
            let id = made["user"]["id"].as_str().unwrap().to_owned();
            let token = made["token"].as_str().unwrap().to_owned();
            (crate::stage::Person { id, token }, None)
        } else {
            let ben = stage.person(&ana, &name, "member").await;
            let request = json!({ "username": name, "password": PASSWORD });
            let other = stage.post("session:create", &request, &[("x-parlor-token", "1")]).await;
            (ben, Some(crate::stage::Person::of(&other)))
        };
        let live = stage.live(&ben).await;
        let listed = stage.call(&ben, "session:list", json!({})).await;
        let done = match (way, &other) {
            ("session:end", _) => stage.call(&ben, way, json!({})).await,
            ("session:revoke", Some(other)) => {
                let sessions = listed.unwrap()["sessions"].as_array().unwrap().clone();
                let current =
                    sessions.iter().find(|session| session["current"] == true).unwrap()["id"].clone();
                stage.call(other, way, json!({ "session": current })).await
            }
            ("password:change", Some(other)) => {
                stage.call(other, way, json!({ "old": PASSWORD, "new": "nine other lanterns" })).await
            }
            _ => stage.call(&ana, way, json!({ "user": ben.id })).await,
        };
        done.unwrap_or_else(|error| panic!("{way}: {error}"));
        let since = Instant::now();
        let pushes = live.closed().await;
        assert!(since.elapsed() < SOON, "{way} took {:?}", since.elapsed());
        assert_eq!(pushes.last().map(|(name, _)| name.as_str()), Some("session:ended"), "{way}");
        let refused = stage.call(&ben, "session:list", json!({})).await.unwrap_err();
        assert_eq!(refused["code"], "unauthenticated", "{way}");
    }
}

#[tokio::test]
async fn a_removed_member_hears_the_removal_and_nothing_after_it() {
    let (stage, ana) = Stage::with_owner().await;
    let ben = stage.person(&ana, "ben", "member").await;
    let den = json!({ "nonce": nonce(), "kind": "private", "name": "den", "members": [ben.id] });
    let room = stage.call(&ana, "room:create", den).await.unwrap()["room"]["id"].clone();
    let mut live = stage.live(&ben).await;
    let say = |text: &str| json!({ "room": room, "nonce": nonce(), "text": text });
    stage.call(&ana, "message:send", say("before")).await.unwrap();
    assert_eq!(live.next("message:created").await["text"], "before");
    let remove = json!({ "room": room, "nonce": nonce(), "user": ben.id });
    stage.call(&ana, "member:remove", remove).await.unwrap();
    stage.call(&ana, "message:send", say("after")).await.unwrap();
    assert_eq!(live.next("my:room_left").await["room"], room);
    let later = live.pushes_before_ack("room:list", json!({})).await;
    assert!(later.iter().all(|(_, payload)| payload["text"] != "after"), "{later:?}");
    assert_eq!(live.call("message:send", say("still here?")).await.unwrap_err()["code"], "not_found");
}

#[tokio::test]
async fn who_is_added_hears_the_room_without_connecting_again() {
    let (stage, ana) = Stage::with_owner().await;
    let ben = stage.person(&ana, "ben", "member").await;
    let mut live = stage.live(&ben).await;
    let den = json!({ "nonce": nonce(), "kind": "private", "name": "den" });
    let room = stage.call(&ana, "room:create", den).await.unwrap()["room"]["id"].clone();
    stage
        .call(&ana, "member:add", json!({ "room": room, "nonce": nonce(), "users": [ben.id] }))
        .await
        .unwrap();
    assert_eq!(live.next("member:joined").await["user"], json!(ben.id));
    stage
        .call(&ana, "message:send", json!({ "room": room, "nonce": nonce(), "text": "hello" }))
        .await
        .unwrap();
    assert_eq!(live.next("message:created").await["text"], "hello");
}

#[tokio::test]
async fn a_socket_whose_buffers_are_full_loses_access_all_the_same() {
    let (stage, ana) = Stage::with_owner().await;
    let ben = stage.person(&ana, "ben", "member").await;
    let room = stage.lobby_room(&ana).await;
    // This socket never reads, so that what is sent to it fills every buffer on the way.
    let deaf = stage.live(&ben).await;
    stage.flood(&ana, &room, 800).await;
    stage.call(&ana, "user:disable", json!({ "user": ben.id })).await.unwrap();
    let disabled = Instant::now();
    let mut watching = stage.live(&ana).await;
    let now = watching.call("presence:watch", json!({ "users": [ben.id] })).await.unwrap();
    assert_eq!(now["users"][0]["state"], "offline");
    assert!(disabled.elapsed() < SOON, "{:?}", disabled.elapsed());
    let last: Value = stage
        .call(&ana, "message:send", json!({ "room": room, "nonce": nonce(), "text": "secret" }))
        .await
        .unwrap();
    assert!(last["seq"].as_u64() > Some(800));
    let pushes = deaf.closed().await;
    assert!(disabled.elapsed() < Duration::from_secs(5), "the stream ended with the session");
    assert!(pushes.iter().all(|(_, payload)| payload["text"] != "secret"));
}
