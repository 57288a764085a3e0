//! Peers that mean harm: each gets a closed connection, and nobody else notices.

use std::time::Duration;

use parlor_socketio::{Config, DisconnectReason};
use serde_json::json;
use tokio::net::TcpStream;

use crate::client::{Client, Polling, Ws, frame};
use crate::stage::Stage;

#[tokio::test]
async fn malformed_packets_close_the_connection() {
    let stage = Stage::new().await;
    let deep = format!("42[\"x\",{}{}]", "[".repeat(30_000), "]".repeat(30_000));
    let packets = [
        "",
        "abc",
        "4",
        "4abc",
        "42",
        "42{}",
        "42[]",
        "42[null]",
        "42[{}]",
        "42[\"x\"",
        "42abc[\"x\"]",
        "42[\"connect\"]",
        "42[\"disconnect\"]",
        "43",
        "43[]",
        "43abc[]",
        "44{}",
        "45",
        "45-[\"x\"]",
        "451[\"x\"]",
        "4599999999-[\"x\"]",
        "455-[\"x\"]",
        "4299999999999999999999[\"x\"]",
        "40[]",
        "40{",
        "47",
        "4é",
        "9",
        "0",
        "2probe",
        "5",
        "é",
        &deep,
    ];
    for packet in packets {
        let mut client = Client::join(stage.address).await;
        client.ws.send(packet).await;
        assert_eq!(client.ws.close_code().await, 1002, "{}", &packet[..packet.len().min(40)]);
        assert_eq!(stage.ended().await, DisconnectReason::ProtocolError);
    }
    stage.assert_healthy().await;
}

#[tokio::test]
async fn frames_that_break_the_rules_close_the_connection() {
    let stage = Stage::new().await;
    let huge = |first: u8| {
        let mut bytes = vec![first, 0xff];
        bytes.extend(u64::MAX.to_be_bytes());
        bytes
    };
    let cases: [(&str, Vec<u8>, u16); 10] = [
        ("unmasked", b"\x81\x014".to_vec(), 1002),
        ("reserved bit", frame(0xc1, b"41"), 1002),
        ("unknown opcode", frame(0x83, b"41"), 1002),
        ("not UTF-8", frame(0x81, b"42[\"\xff\"]"), 1002),
        ("continuation of nothing", frame(0x80, b"41"), 1002),
        ("fragmented ping", frame(0x09, b"x"), 1002),
        ("binary that nobody announced", frame(0x82, b"x"), 1002),
        ("a length beyond all bounds", huge(0x82), 1002),
        ("a length beyond ours", [&[0x82, 0xff][..], &4_294_967_296_u64.to_be_bytes()].concat(), 1009),
        ("one byte too many", frame(0x81, &vec![b'4'; 65_537]), 1009),
    ];
    for (name, bytes, code) in cases {
        let mut client = Client::join(stage.address).await;
        client.ws.raw(&bytes).await;
        assert_eq!(client.ws.close_code().await, code, "{name}");
        stage.ended().await;
    }
    stage.assert_healthy().await;
}

#[tokio::test]
async fn the_largest_message_passes() {
    let stage = Stage::new().await;
    let mut client = Client::join(stage.address).await;
    let text = "a".repeat(65_536 - r#"427["big",""]"#.len());
    assert_eq!(client.ask("big", text.clone()).await, json!([text]));
}

#[tokio::test]
async fn a_message_in_too_many_pieces_is_refused() {
    let stage = Stage::new().await;
    let mut client = Client::join(stage.address).await;
    client.ws.frame(0x01, b"4").await;
    for _ in 0..1_000 {
        client.ws.frame(0x00, b"2").await;
    }
    assert_eq!(client.ws.close_code().await, 1008);
    assert_eq!(stage.ended().await, DisconnectReason::RateLimited);
}

#[tokio::test]
async fn a_flood_of_tiny_frames_is_cut_off() {
    let stage = Stage::new().await;
    let mut client = Client::join(stage.address).await;
    let pings = frame(0x89, b"").repeat(3_000);
    client.ws.raw(&pings).await;
    assert_eq!(client.ws.close_code().await, 1008);
    assert_eq!(stage.ended().await, DisconnectReason::RateLimited);
    let session = Polling::join(stage.address).await;
    assert_eq!(session.post(&"3\x1e".repeat(3_000)).await.status, 400);
    assert_eq!(stage.ended().await, DisconnectReason::RateLimited);
}

#[tokio::test]
async fn a_flood_of_bytes_is_cut_off() {
    let stage = Stage::with(Config { bytes_per_window: 200_000, ..Config::default() }).await;
    let mut client = Client::join(stage.address).await;
    for _ in 0..10 {
        client.emit("big", "a".repeat(50_000)).await;
    }
    assert_eq!(client.ws.close_code().await, 1008);
}

#[tokio::test]
async fn attachments_that_never_come_end_the_connection() {
    let config = Config { attachment_timeout: Duration::from_millis(150), ..Config::default() };
    let stage = Stage::with(config).await;
    let mut client = Client::join(stage.address).await;
    client.ws.send(r#"452-["x",{"_placeholder":true,"num":0}]"#).await;
    client.ws.send_binary(b"one of two").await;
    assert_eq!(client.ws.close_code().await, 1002);
    let mut client = Client::join(stage.address).await;
    client.ws.send(r#"451-["x",{"_placeholder":true,"num":0}]"#).await;
    client.ws.send("42[\"in between\"]").await;
    assert_eq!(client.ws.close_code().await, 1002);
}

#[tokio::test]
async fn attachments_count_together_against_the_size_limit() {
    let stage = Stage::new().await;
    let mut client = Client::join(stage.address).await;
    client.ws.send(r#"453-["x"]"#).await;
    for _ in 0..3 {
        client.ws.send_binary(&vec![0; 30_000]).await;
    }
    assert_eq!(client.ws.close_code().await, 1009);
}

#[tokio::test]
async fn attachments_can_be_forbidden() {
    let stage = Stage::with(Config { max_attachments: 0, ..Config::default() }).await;
    let mut client = Client::join(stage.address).await;
    client.ws.send(r#"451-["x",{"_placeholder":true,"num":0}]"#).await;
    assert_eq!(client.ws.close_code().await, 1002);
}

#[tokio::test]
async fn joining_twice_closes_the_connection() {
    let stage = Stage::new().await;
    let mut client = Client::join(stage.address).await;
    for _ in 0..100 {
        client.ws.send("40").await;
    }
    assert_eq!(client.ws.close_code().await, 1002);
    assert_eq!(stage.namespace().len(), 0);
    let mut eager = Ws::open(stage.address).await;
    eager.send("40").await;
    eager.send("40").await;
    assert_eq!(eager.close_code().await, 1002);
    stage.assert_healthy().await;
}

#[tokio::test]
async fn packets_for_a_namespace_that_was_not_joined_close_the_connection() {
    let stage = Stage::new().await;
    for packet in [r#"42/custom,["x"]"#, "41/custom,", "43/custom,1[]", r#"42/nowhere,["x"]"#] {
        let mut client = Client::join(stage.address).await;
        client.ws.send(packet).await;
        assert_eq!(client.ws.close_code().await, 1002, "{packet}");
    }
}

#[tokio::test]
async fn one_address_gets_only_so_many_sessions() {
    let stage = Stage::with(Config { sessions_per_address: 3, ..Config::default() }).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(Client::join(stage.address).await);
    }
    let stream = TcpStream::connect(stage.address).await.unwrap();
    let refused = Ws::upgrade(stage.address, stream, "EIO=4&transport=websocket", "").await;
    assert_eq!(refused.err(), Some(429));
    held.pop();
    stage.ended().await;
    // The place is free again when the last of the session is gone.
    crate::client::soon("a free place", async {
        loop {
            let stream = TcpStream::connect(stage.address).await.unwrap();
            if Ws::upgrade(stage.address, stream, "EIO=4&transport=websocket", "").await.is_ok() {
                return;
            }
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn sessions_cannot_be_opened_faster_than_allowed() {
    let config = Config { handshakes_per_second: 1, handshake_burst: 5, ..Config::default() };
    let stage = Stage::with(config).await;
    let mut refused = 0;
    for _ in 0..10 {
        let request = "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: test";
        refused += u32::from(crate::client::http(stage.address, request, "").await.status == 429);
    }
    assert!((4..=5).contains(&refused), "{refused}");
}

#[tokio::test]
async fn abandoned_polling_sessions_disappear() {
    let config = Config { connect_timeout: Duration::from_millis(100), ..Config::default() };
    let stage = Stage::with(config).await;
    for _ in 0..50 {
        Polling::open(stage.address, "").await;
    }
    crate::client::soon("the end of all sessions", async {
        while stage.server.connections() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_live_session_survives_no_bit_flips_but_the_server_does() {
    let stage = Stage::with(Config { packets_per_window: 100_000, ..Config::default() }).await;
    let good = frame(0x81, br#"427["echo",{"text":"hello"}]"#);
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..60 {
        let mut client = Client::join(stage.address).await;
        for _ in 0..50 {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            let mut bad = good.clone();
            let at = usize::try_from(seed % good.len() as u64).unwrap();
            bad[at] ^= 1 << (seed >> 32 & 7);
            client.ws.raw(&bad).await;
        }
    }
    stage.assert_healthy().await;
}
