//! A bot in a few lines, over the protocol as it is on the wire.

use serde_json::json;

use crate::live::Live;
use crate::stage::{Stage, nonce};

#[tokio::test]
async fn a_bot_answers_ping_with_pong_without_syncing_first() {
    let (stage, ana) = Stage::with_owner().await;
    let room = stage.lobby_room(&ana).await;
    let made = stage.call(&ana, "bot:create", json!({ "name": "Echo", "username": "echo" })).await.unwrap();
    assert!(made["token"].as_str().unwrap().starts_with("pb_"));

    let mut bot = Live::connect(&stage.address, &[], json!({ "token": made["token"] })).await.unwrap();
    let mut human = stage.live(&ana).await;
    human.call("message:send", json!({ "room": room, "nonce": nonce(), "text": "ping" })).await.unwrap();
    let heard = bot.next("message:created").await;
    assert_eq!((&heard["text"], &heard["room"]), (&json!("ping"), &json!(room)));
    bot.call("message:send", json!({ "room": heard["room"], "nonce": nonce(), "text": "pong" }))
        .await
        .unwrap();

    assert_eq!(human.next("message:created").await["text"], "ping");
    let answer = human.next("message:created").await;
    assert_eq!((&answer["text"], &answer["by"]), (&json!("pong"), &made["user"]["id"]));
}

#[tokio::test]
async fn a_bot_hears_everything_from_the_moment_it_is_connected() {
    let (stage, ana) = Stage::with_owner().await;
    let room = stage.lobby_room(&ana).await;
    let made = stage.call(&ana, "bot:create", json!({ "name": "Echo", "username": "echo" })).await.unwrap();
    let mut human = stage.live(&ana).await;
    for round in 0..50 {
        let mut bot = Live::connect(&stage.address, &[], json!({ "token": made["token"] })).await.unwrap();
        human
            .emit("message:send", &json!({ "room": room, "nonce": nonce(), "text": format!("ping {round}") }))
            .await;
        assert_eq!(bot.next("message:created").await["text"], format!("ping {round}"));
    }
}

#[tokio::test]
async fn a_call_without_an_ack_is_handled_all_the_same() {
    let (stage, ana) = Stage::with_owner().await;
    let room = stage.lobby_room(&ana).await;
    let mut live = stage.live(&ana).await;
    let request = json!(["message:send", { "room": room, "nonce": nonce(), "text": "no answer, please" }]);
    live.send(&format!("42{request}")).await;
    assert_eq!(live.next("message:created").await["text"], "no answer, please");
}

#[tokio::test]
async fn two_sockets_see_each_other_come_type_and_go() {
    let (stage, ana) = Stage::with_owner().await;
    let ben = stage.person(&ana, "ben", "member").await;
    let room = stage.lobby_room(&ana).await;
    let mut watching = stage.live(&ana).await;
    let now = watching.call("presence:watch", json!({ "users": [ben.id] })).await.unwrap();
    assert_eq!(now["users"][0]["state"], "offline");
    let mut live = stage.live(&ben).await;
    assert_eq!(watching.next("presence:changed").await["state"], "online");
    live.call("typing:start", json!({ "room": room })).await.unwrap();
    assert_eq!(watching.next("typing:changed").await["user"], json!(ben.id));
    drop(live);
    assert_eq!(watching.next("presence:changed").await["state"], "offline");
}
