//! Clients that read slowly or not at all.

use std::time::{Duration, Instant};

use parlor_socketio::{Config, DisconnectReason, Encoded, together};
use serde_json::json;
use serde_json::value::RawValue;
use tokio::net::TcpSocket;

use crate::client::{Client, Polling, Ws};
use crate::stage::{Setting, Stage};

/// A client whose kernel takes little before it is read from.
async fn narrow(stage: &Stage) -> Client {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let stream = socket.connect(stage.address).await.unwrap();
    Client::over(Ws::open_with(stage.address, stream, "").await).await
}

/// Sends to the client until the kernel takes no more and the queue has overflowed.
fn overflow(stage: &Stage, socket: &parlor_socketio::Socket<serde_json::Value>) -> u64 {
    let filler = "a".repeat(60_000);
    let mut sent = 0;
    // The kernel takes at most some megabytes.
    for number in 0..400 {
        let event = format!(r#"{{"n":{number},"filler":"{filler}"}}"#);
        let event = Encoded::raw("n", &RawValue::from_string(event).unwrap()).unwrap();
        stage.namespace().to("everybody").emit_encoded(&event);
        sent = number;
    }
    assert!(socket.is_connected());
    sent
}

#[tokio::test]
async fn who_falls_behind_is_told_so_and_goes_on() {
    let stage = Stage::with(Config { bytes_per_window: usize::MAX, ..Config::default() }).await;
    let mut slow = narrow(&stage).await;
    let socket = stage.connected().await;
    let last = overflow(&stage, &socket);
    let mut next = 0;
    let lagged = loop {
        let (name, event) = slow.event().await;
        if name == "lagged" {
            break event;
        }
        assert_eq!(event["n"], next, "what comes before is complete");
        next += 1;
    };
    assert_eq!(lagged, json!({}));
    assert!(next <= last, "something was dropped");
    // Whatever follows the notice is complete up to the end, or followed by another notice.
    socket.emit("n", &json!({ "n": "end" })).unwrap();
    let mut expected = None;
    loop {
        let (name, event) = slow.event().await;
        match (name.as_str(), &event["n"]) {
            ("lagged", _) => expected = None,
            (_, end) if end == "end" => break,
            (_, number) => {
                let number = number.as_u64().unwrap();
                assert_eq!(number, expected.unwrap_or(number));
                expected = Some(number + 1);
            }
        }
    }
    assert_eq!(slow.ask("still", "here").await, json!(["here"]));
}

#[tokio::test]
async fn answers_survive_an_overflow() {
    let stage = Stage::new().await;
    let mut slow = narrow(&stage).await;
    let socket = stage.connected().await;
    slow.ws.send(r#"429["hold",1]"#).await;
    assert_eq!(stage.handled().await.0, "holding");
    overflow(&stage, &socket);
    stage.gate.add_permits(1);
    assert_eq!(stage.handled().await.0, "hold", "it is answered now, into the full queue");
    overflow(&stage, &socket);
    while slow.ws.text().await != "439[1]" {}
}

#[tokio::test]
async fn where_nobody_can_be_told_the_client_is_cut_off() {
    let stage = Stage::set(Setting { lagged: false, ..Setting::default() }).await;
    let _slow = narrow(&stage).await;
    let socket = stage.connected().await;
    for _ in 0..400 {
        socket.emit("n", &"a".repeat(60_000)).unwrap();
    }
    assert_eq!(stage.ended().await, DisconnectReason::Overflow);
    assert!(!socket.is_connected());
}

#[tokio::test]
async fn who_takes_nothing_is_cut_off_and_others_notice_nothing() {
    let write_deadline = Duration::from_millis(400);
    let stage = Stage::with(Config { write_deadline, ..Config::default() }).await;
    let mut honest = Client::join(stage.address).await;
    stage.connected().await;
    let _stuck = narrow(&stage).await;
    let socket = stage.connected().await;
    let filler = "a".repeat(60_000);
    for number in 0..400 {
        stage.namespace().to("everybody").emit("n", &json!({ "n": number, "filler": filler })).unwrap();
        assert_eq!(honest.event().await.1["n"], number);
    }
    drop(socket);
    assert_eq!(stage.ended().await, DisconnectReason::SlowReader);
    assert_eq!(stage.namespace().len(), 1);
}

#[tokio::test]
async fn a_client_with_full_buffers_is_ended_at_once() {
    let stage = Stage::new().await;
    let mut stuck = narrow(&stage).await;
    let socket = stage.connected().await;
    overflow(&stage, &socket);
    let begun = Instant::now();
    socket.disconnect(DisconnectReason::Revoked);
    assert!(!socket.in_room("everybody"));
    assert_eq!(stage.ended().await, DisconnectReason::Revoked);
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    stage.namespace().emit("said", "not for them").unwrap();
    stuck.ws.close_code().await;
}

#[tokio::test]
async fn a_polling_client_that_stops_asking_is_cut_off() {
    let write_deadline = Duration::from_millis(300);
    let stage = Stage::with(Config { write_deadline, ..Config::default() }).await;
    let _session = Polling::join(stage.address).await;
    let socket = stage.connected().await;
    socket.emit("said", "hello").unwrap();
    assert_eq!(stage.ended().await, DisconnectReason::SlowReader);
}

#[tokio::test]
async fn who_does_not_take_its_answers_gets_no_more_work_done() {
    let config = Config { packets_per_window: 100_000, bytes_per_window: usize::MAX, ..Config::default() };
    let stage = Stage::with(config).await;
    let mut greedy = narrow(&stage).await;
    let filler = "a".repeat(60_000);
    // Far more than the kernel and our queue hold; the writes here stop when reading does.
    let mut sent = 0_u64;
    let flood = async {
        loop {
            greedy.ws.send(&format!("427{}", json!(["echo", filler]))).await;
            sent += 1;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(2), flood).await.is_err());
    let mut handled = 0_u64;
    while let Ok((..)) = tokio::time::timeout(Duration::from_millis(200), stage.handled()).await {
        handled += 1;
    }
    assert!(handled < sent, "{handled} of {sent} were handled though no answer was taken");
    assert_eq!(stage.namespace().len(), 1, "it is held back, not cut off");
}

#[tokio::test]
async fn volatile_events_are_for_those_who_can_take_them_now() {
    let stage = Stage::new().await;
    let session = Polling::join(stage.address).await;
    let absent = stage.connected().await;
    let mut present = Client::join(stage.address).await;
    stage.connected().await;
    stage.namespace().to("everybody").volatile().emit("typing", "ana").unwrap();
    absent.emit_volatile("typing", "ben").unwrap();
    absent.emit("said", "hello").unwrap();
    assert_eq!(present.event().await, ("typing".into(), json!("ana")));
    assert_eq!(session.packets().await, [r#"42["said","hello"]"#]);
}

#[tokio::test]
async fn one_large_event_passes_though_it_exceeds_the_queue() {
    let stage = Stage::with(Config { outbound_bytes: 1_000, ..Config::default() }).await;
    let mut slow = narrow(&stage).await;
    let socket = stage.connected().await;
    let large = Encoded::event("large", &"a".repeat(8_000_000)).unwrap();
    socket.emit_encoded(&large);
    let (name, text) = slow.event().await;
    assert_eq!((name.as_str(), text.as_str().unwrap().len()), ("large", 8_000_000));
}

/// Sends to everybody where pushes wait for answers, and lets this many handlers go on.
async fn tell(stage: &Stage, number: u64, goes_on: usize) {
    let (namespace, gate) = (stage.namespace(), stage.gate.clone());
    let telling = move || {
        together(&mut || {
            namespace.to("everybody").emit("told", &number).unwrap();
            gate.add_permits(goes_on);
        });
    };
    tokio::task::spawn_blocking(telling).await.unwrap();
}

#[tokio::test]
async fn what_is_sent_while_a_handler_waits_comes_before_its_answer() {
    let stage = Stage::new().await;
    let mut client = Client::join(stage.address).await;
    let mut other = Client::join(stage.address).await;
    for _ in 0..2 {
        stage.connected().await;
    }
    for number in 0..200 {
        client.ws.send(&format!(r#"42{number}["hold",{number}]"#)).await;
        assert_eq!(stage.handled().await.0, "holding");
        tell(&stage, number, 1).await;
        assert_eq!(client.event().await, ("told".to_owned(), json!(number)));
        assert_eq!(client.ws.text().await, format!("43{number}[{number}]"));
        assert_eq!(other.event().await, ("told".to_owned(), json!(number)));
        assert_eq!(stage.handled().await.0, "hold");
    }
}

#[tokio::test]
async fn what_is_sent_while_a_handler_waits_does_not_wait_for_ever() {
    let stage = Stage::new().await;
    let mut client = Client::join(stage.address).await;
    stage.connected().await;
    client.ws.send(r#"427["hold",0]"#).await;
    assert_eq!(stage.handled().await.0, "holding");
    for number in 0..200 {
        tell(&stage, number, 0).await;
        assert_eq!(client.event().await, ("told".to_owned(), json!(number)));
    }
    stage.gate.add_permits(1);
    assert_eq!(client.ws.text().await, "437[0]");
}
