//! The long-polling transport.

use parlor_socketio::{Config, DisconnectReason, Encoded};
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::client::{Polling, http};
use crate::stage::Stage;

async fn status(stage: &Stage, method: &str, query: &str) -> u16 {
    http(stage.address, &format!("{method} /socket.io/?{query} HTTP/1.1\r\nHost: test"), "").await.status
}

#[tokio::test]
async fn a_session_is_opened_with_what_the_client_must_know() {
    let stage = Stage::new().await;
    let request = "GET /socket.io/?EIO=4&transport=polling&t=x HTTP/1.1\r\nHost: test";
    let answer = http(stage.address, request, "").await;
    assert!(answer.head.contains("cache-control: no-store"), "{}", answer.head);
    let open: Value = serde_json::from_str(answer.body.strip_prefix('0').unwrap()).unwrap();
    assert_eq!(open["sid"].as_str().unwrap().len(), 32);
    assert_eq!(open["upgrades"], serde_json::json!(["websocket"]));
    assert_eq!((&open["pingInterval"], &open["pingTimeout"]), (&25_000.into(), &20_000.into()));
    assert_eq!(open["maxPayload"], 65_536);
}

#[tokio::test]
async fn requests_that_make_no_sense_are_refused_and_open_nothing() {
    let stage = Stage::new().await;
    for (method, query) in [
        ("GET", "transport=polling"),
        ("GET", "EIO=abc&transport=polling"),
        ("GET", "EIO=3&transport=polling"),
        ("GET", "EIO=4"),
        ("GET", "EIO=4&transport=abc"),
        ("GET", "EIO=4&transport=websocket"),
        ("POST", "EIO=4&transport=polling"),
        ("PUT", "EIO=4&transport=polling"),
        ("GET", "EIO=4&transport=polling&sid="),
        ("GET", "EIO=4&transport=polling&sid=guess"),
        ("GET", "EIO=4&transport=polling&sid=00000000000000000000000000000000"),
        ("POST", "EIO=4&transport=polling&sid=%ff%fe"),
    ] {
        assert_eq!(status(&stage, method, query).await, 400, "{method} {query}");
    }
    assert_eq!(stage.server.connections(), 0);
}

#[tokio::test]
async fn only_the_path_itself_is_answered() {
    let stage = Stage::new().await;
    for path in ["/socket.io-admin/", "/socket.io/x", "/socket.ioo", "/x/socket.io/", "/"] {
        let request = format!("GET {path}?EIO=4&transport=polling HTTP/1.1\r\nHost: test");
        assert_eq!(http(stage.address, &request, "").await.body, "elsewhere", "{path}");
    }
    let bare = "GET /socket.io?EIO=4&transport=polling HTTP/1.1\r\nHost: test";
    assert_eq!(http(stage.address, bare, "").await.status, 200);
}

#[tokio::test]
async fn packets_travel_in_both_directions_bytes_as_base64() {
    let stage = Stage::new().await;
    let session = Polling::join(stage.address).await;
    let posted =
        "42[\"echo\",1]\x1e451-[\"echo\",{\"_placeholder\":true,\"num\":0}]\x1ebAQIDBA==\x1e429[\"x\",2]";
    assert_eq!(session.post(posted).await.body, "ok");
    let mut packets = Vec::new();
    while packets.len() < 4 {
        packets.extend(session.packets().await);
    }
    assert_eq!(
        packets,
        [r#"42["echo",1]"#, r#"451-["echo",{"_placeholder":true,"num":0}]"#, "bAQIDBA==", "439[2]",]
    );
}

#[tokio::test]
async fn a_held_request_returns_as_soon_as_there_is_something() {
    let stage = Stage::new().await;
    let session = Polling::join(stage.address).await;
    let socket = stage.connected().await;
    let held = session.get();
    let speak = async { socket.emit("said", "hello").unwrap() };
    let (answer, ()) = tokio::join!(held, speak);
    assert_eq!(answer.body, r#"42["said","hello"]"#);
}

#[tokio::test]
async fn a_burst_waits_for_the_next_request_in_order() {
    let stage = Stage::new().await;
    let session = Polling::join(stage.address).await;
    let socket = stage.connected().await;
    for number in 0..1_000 {
        socket.emit_encoded(&Encoded::event("n", &number).unwrap());
    }
    let mut packets = Vec::new();
    while packets.len() < 1_000 {
        packets.extend(session.packets().await);
    }
    let expected: Vec<_> = (0..1_000).map(|number| format!(r#"42["n",{number}]"#)).collect();
    assert_eq!(packets, expected);
}

#[tokio::test]
async fn a_second_request_of_a_kind_ends_the_session() {
    let stage = Stage::new().await;
    let session = Polling::join(stage.address).await;
    let (first, second) = tokio::join!(session.get(), session.get());
    let mut answers = [(first.status, first.body), (second.status, second.body)];
    answers.sort();
    assert_eq!(answers[0], (200, "1".to_owned()));
    assert_eq!(answers[1].0, 400);
    assert_eq!(stage.ended().await, DisconnectReason::ProtocolError);
    assert_eq!(session.get().await.status, 400);
}

#[tokio::test]
async fn a_request_that_is_given_up_ends_the_session() {
    let stage = Stage::new().await;
    let session = Polling::join(stage.address).await;
    let mut stream = TcpStream::connect(stage.address).await.unwrap();
    let sid = &session.sid;
    let head = format!("GET /socket.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nHost: test\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    drop(stream);
    assert_eq!(stage.ended().await, DisconnectReason::TransportClosed);
    assert_eq!(session.post("3").await.status, 400);
}

#[tokio::test]
async fn closing_by_the_client_releases_its_held_request() {
    let stage = Stage::new().await;
    let session = Polling::join(stage.address).await;
    stage.connected().await;
    let (held, closed) = tokio::join!(session.get(), session.post("1"));
    assert_eq!(closed.status, 200);
    // The GET may also have come too late to be held.
    assert!(held.status == 400 || held.body == "6", "{held:?}");
    assert_eq!(stage.ended().await, DisconnectReason::ClientDisconnect);
    assert_eq!(session.get().await.status, 400);
}

#[tokio::test]
async fn a_client_that_is_thrown_out_can_fetch_the_last_words() {
    let stage = Stage::new().await;
    let session = Polling::join(stage.address).await;
    let socket = stage.connected().await;
    socket.emit("said", "goodbye").unwrap();
    socket.disconnect(DisconnectReason::ServerDisconnect);
    assert_eq!(stage.ended().await, DisconnectReason::ServerDisconnect);
    assert_eq!(session.get().await.body, "42[\"said\",\"goodbye\"]\x1e41");
    assert_eq!(session.get().await.status, 400);
}

#[tokio::test]
async fn malformed_payloads_are_refused_and_end_the_session() {
    let stage = Stage::new().await;
    for body in ["", "abc", "\x1e", "4", "b!!", "42{}", "42[\"x\"]\x1e", "2", "2probe", "5", "4\x1e"] {
        let session = Polling::join(stage.address).await;
        assert_eq!(session.post(body).await.status, 400, "{body:?}");
        assert_eq!(session.get().await.status, 400, "{body:?}");
        stage.ended().await;
    }
}

#[tokio::test]
async fn a_payload_beyond_the_limit_is_refused() {
    let stage = Stage::new().await;
    let session = Polling::join(stage.address).await;
    let body = format!("42[\"x\",\"{}\"]", "a".repeat(65_536));
    assert_eq!(session.post(&body).await.status, 413);
    assert_eq!(stage.ended().await, DisconnectReason::TooLarge);
}

#[tokio::test]
async fn polling_can_be_switched_off() {
    let stage = Stage::with(Config { polling: false, ..Config::default() }).await;
    assert_eq!(status(&stage, "GET", "EIO=4&transport=polling").await, 400);
    stage.assert_healthy().await;
}
