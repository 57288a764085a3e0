//! Wrong input gets a closed error and harms nobody.

use serde_json::json;

use crate::live::Live;
use crate::stage::{Stage, code, nonce};

#[tokio::test]
async fn a_wrong_call_over_http_is_refused_by_its_reason() {
    let (stage, ana) = Stage::with_owner().await;
    let bearer = format!("Bearer {}", ana.token);
    let headers = [("content-type", "application/json"), ("authorization", bearer.as_str())];
    let deep = "[".repeat(60_000);
    let long = format!("{{\"query\":\"{}\"}}", "x".repeat(70_000));
    let cases: [(&str, &[u8], u16); 12] = [
        ("room:list", b"", 400),
        ("room:list", b"{", 400),
        ("room:list", b"null", 400),
        ("room:list", b"[]", 400),
        ("room:list", b"{\"surprise\":1}", 400),
        ("room:list", b"\xff\xfe{}", 400),
        ("room:list", deep.as_bytes(), 400),
        ("user:list", long.as_bytes(), 413),
        ("message:created", b"{}", 404),
        ("room:leave", b"{\"room\":1,\"nonce\":\"n\"}", 400),
        ("room:leave", b"{\"room\":\"9223372036854775807\",\"nonce\":\"n\"}", 404),
        ("room:history", b"{\"room\":\"1\",\"from\":\"latest\",\"limit\":10}", 404),
    ];
    for (name, body, status) in cases {
        let answer = stage.http("POST", &format!("/api/{name}"), &headers, body).await;
        let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        assert_eq!(answer.status, status, "{name} {shown}: {}", answer.body);
        assert!(answer.body["code"].is_string() && answer.body["message"].is_string(), "{name} {shown}");
    }
    assert_eq!(stage.http("POST", "/api/%ff", &headers, b"{}").await.code(), "not_found");
    assert_eq!(stage.get("/api/room:list", &[]).await.status, 405);
    assert_eq!(stage.http("PUT", "/api/avatar", &[("content-type", "image/png")], b"x").await.status, 401);
    let picture = [("content-type", "image/png"), ("authorization", bearer.as_str())];
    assert_eq!(stage.http("PUT", "/api/avatar", &picture, b"no picture").await.status, 400);
    assert_eq!(stage.get("/files/avatars/x.png", &[]).await.status, 401);
}

#[tokio::test]
async fn a_wrong_call_over_a_socket_is_refused_and_the_socket_goes_on() {
    let (stage, ana) = Stage::with_owner().await;
    let mut live = stage.live(&ana).await;
    for (name, request) in [
        ("no:such_call", json!({})),
        ("message:created", json!({ "room": "1", "text": "forged" })),
        ("message:send", json!({})),
        ("message:send", json!("text")),
        ("message:send", json!(null)),
        ("message:send", json!({ "room": "1", "nonce": "", "text": "x" })),
        ("sync", json!({ "rooms": { "x": 1 } })),
        ("sync", json!({ "rooms": { "1": -1 } })),
        ("lobby:get", json!({})),
        ("session:create", json!({ "username": "ana", "password": "x" })),
    ] {
        let error = live.call(name, request.clone()).await.unwrap_err();
        assert_eq!(code(&error), "bad_request", "{name} {request}: {error}");
    }
    let unknown = json!({ "room": "12345", "nonce": nonce(), "text": "x" });
    assert_eq!(code(&live.call("message:send", unknown).await.unwrap_err()), "not_found");
    assert!(live.call("room:list", json!({})).await.is_ok());
}

#[tokio::test]
async fn malformed_packets_close_their_socket_and_no_other() {
    let (stage, ana) = Stage::with_owner().await;
    let mut honest = stage.live(&ana).await;
    let huge = format!("42[\"room:list\",\"{}\"]", "x".repeat(70_000));
    let deep = format!("42{}", "[".repeat(20_000));
    let attachments = r#"45999999-["x",{"_placeholder":true,"num":0}]"#;
    let packets = [
        "4",
        "49",
        "42",
        "42{}",
        "42[\"a\"",
        "x",
        "",
        attachments,
        "451-[\"x\"]",
        huge.as_str(),
        deep.as_str(),
    ];
    for packet in packets {
        let mut live = stage.live(&ana).await;
        live.send(packet).await;
        let shown = &packet[..packet.len().min(40)];
        live.closed_after(shown).await;
        assert!(honest.call("room:list", json!({})).await.is_ok(), "{shown}");
    }
    let mut twice = stage.live(&ana).await;
    twice.send(&format!("40{}", json!({ "token": ana.token }))).await;
    assert!(honest.call("room:list", json!({})).await.is_ok());
    let unknown = Live::open(&stage.address, &[]).await;
    unknown.unwrap().send("40/admin,{}").await;
    assert_eq!(stage.get("/socket.io/?EIO=4&transport=polling&sid=guess", &[]).await.status, 400);
    assert_eq!(stage.get("/readyz", &[]).await.status, 200);
}

#[tokio::test]
async fn a_connection_id_is_worth_nothing_without_the_session_that_opened_it() {
    let (stage, ana) = Stage::with_owner().await;
    let bearer = format!("Bearer {}", ana.token);
    let own = [("authorization", bearer.as_str())];
    let opened = stage.get("/socket.io/?EIO=4&transport=polling", &own).await;
    let text = String::from_utf8(opened.bytes).unwrap();
    let sid =
        serde_json::from_str::<serde_json::Value>(&text[1..]).unwrap()["sid"].as_str().unwrap().to_owned();
    let path = format!("/socket.io/?EIO=4&transport=polling&sid={sid}");
    assert!(stage.http("POST", &path, &[], b"40").await.status >= 400, "without a session");
    let stranger = [("authorization", "Bearer x")];
    assert!(stage.http("POST", &path, &stranger, b"40").await.status >= 400, "with another one");
    assert_eq!(stage.http("POST", &path, &own, b"40").await.status, 200);
}
