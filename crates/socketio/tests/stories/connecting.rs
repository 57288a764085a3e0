//! Joining and leaving namespaces.

use std::time::Duration;

use parlor_socketio::{Config, DisconnectReason};
use serde_json::{Value, json};

use crate::client::{Client, Got, Ws};
use crate::stage::{Seen, Stage};

#[tokio::test]
async fn a_client_joins_the_main_namespace_with_its_auth() {
    let stage = Stage::new().await;
    let mut ws = Ws::open(stage.address).await;
    ws.send(r#"40{"token":"123"}"#).await;
    let answer = ws.text().await;
    let answer: Value = serde_json::from_str(answer.strip_prefix("40").unwrap()).unwrap();
    let socket = stage.connected().await;
    assert_eq!(answer, json!({ "sid": socket.id().to_string() }));
    assert_eq!(socket.data()["auth"], json!({ "token": "123" }));
}

#[tokio::test]
async fn the_public_id_is_not_the_secret_one() {
    let stage = Stage::new().await;
    let stream = tokio::net::TcpStream::connect(stage.address).await.unwrap();
    let mut ws = Ws::upgrade(stage.address, stream, "EIO=4&transport=websocket", "").await.unwrap();
    let Got::Text(open) = ws.next().await else { panic!("no open packet") };
    let client = Client::over(ws).await;
    assert!(!open.contains(&client.id));
}

#[tokio::test]
async fn several_namespaces_share_a_connection() {
    let stage = Stage::new().await;
    let mut client = Client::join(stage.address).await;
    client.ws.send("40/custom,").await;
    let joined = client.ws.text().await;
    assert!(joined.starts_with("40/custom,{\"sid\":\""), "{joined}");
    assert!(!joined.contains(&client.id), "each namespace has an id of its own");
    client.ws.send(r#"42/custom,5["hello",1]"#).await;
    assert_eq!(client.ws.text().await, "43/custom,5[1]");
    client.ws.send("41/custom,").await;
    assert_eq!(stage.ended().await, DisconnectReason::ClientDisconnect);
    assert_eq!(client.ask("still", "here").await, json!(["here"]));
}

#[tokio::test]
async fn a_namespace_can_be_joined_again_after_leaving_it() {
    let stage = Stage::new().await;
    let mut client = Client::join(stage.address).await;
    let first = client.id.clone();
    client.ws.send("41").await;
    let client = Client::over(client.ws).await;
    assert_ne!(client.id, first);
}

#[tokio::test]
async fn a_refusal_tells_why_and_leaves_the_connection_open() {
    let stage = Stage::new().await;
    let mut ws = Ws::open(stage.address).await;
    ws.send(r#"40{"token":"wrong"}"#).await;
    assert_eq!(ws.text().await, r#"44{"message":"not authorised","data":{"code":"denied"}}"#);
    ws.send("40/random,").await;
    assert_eq!(ws.text().await, r#"44/random,{"message":"Invalid namespace"}"#);
    Client::over(ws).await;
}

#[tokio::test]
async fn events_sent_straight_after_connect_are_not_lost() {
    let stage = Stage::new().await;
    for _ in 0..20 {
        let mut ws = Ws::open(stage.address).await;
        ws.send("40").await;
        ws.send(r#"421["first",1]"#).await;
        assert!(ws.text().await.starts_with("40{"));
        assert_eq!(ws.text().await, "431[1]");
        assert!(matches!(stage.seen().await, Seen::Connected(_)), "connected comes before any event");
        assert!(matches!(stage.seen().await, Seen::Event(..)));
        drop(ws);
        stage.ended().await;
    }
}

#[tokio::test]
async fn events_sent_in_the_hope_of_being_let_in_go_unheard() {
    let stage = Stage::new().await;
    let mut ws = Ws::open(stage.address).await;
    ws.send(r#"40{"token":"wrong"}"#).await;
    ws.send(r#"42["intrusion",1]"#).await;
    assert!(ws.text().await.starts_with("44"));
    let mut client = Client::over(ws).await;
    client.ask("proper", 1).await;
    stage.connected().await;
    assert_eq!(stage.handled().await.0, "proper");
}

#[tokio::test]
async fn who_joins_no_namespace_in_time_is_cut_off() {
    let stage =
        Stage::with(Config { connect_timeout: Duration::from_millis(200), ..Config::default() }).await;
    let mut idle = Ws::open(stage.address).await;
    let mut left = Client::join(stage.address).await;
    let mut joined = Client::join(stage.address).await;
    left.ws.send("41").await;
    assert_eq!(idle.close_code().await, 1008);
    assert_eq!(left.ws.close_code().await, 1008);
    assert_eq!(joined.ask("still", "here").await, json!(["here"]));
}

#[tokio::test]
async fn what_the_opening_request_said_is_there_when_the_handler_decides() {
    let stage = Stage::new().await;
    let stream = tokio::net::TcpStream::connect(stage.address).await.unwrap();
    let query = "EIO=4&transport=websocket&room=red%20team";
    let mut ws = Ws::upgrade(stage.address, stream, query, "\r\nCookie: session=7").await.unwrap();
    ws.next().await;
    Client::over(ws).await;
    let socket = stage.connected().await;
    assert_eq!(*socket.data(), json!({ "auth": {}, "cookie": "session=7", "room": "red team" }));
}
