//! From long-polling to WebSocket.

use std::time::Duration;

use parlor_socketio::{Config, DisconnectReason};
use serde_json::json;

use crate::client::{Client, Got, Polling, Ws, soon};
use crate::stage::Stage;

/// Does what a client does to switch; its GETs must have returned.
async fn switch(session: &Polling) -> Ws {
    let mut ws = Ws::for_session(session).await;
    ws.send("2probe").await;
    assert_eq!(ws.next().await, Got::Text("3probe".to_owned()));
    ws.send("5").await;
    ws
}

#[tokio::test]
async fn a_session_moves_to_a_websocket() {
    let stage = Stage::new().await;
    let session = Polling::join(stage.address).await;
    let mut ws = Ws::for_session(&session).await;
    ws.send("2probe").await;
    assert_eq!(ws.next().await, Got::Text("3probe".to_owned()));
    assert_eq!(session.get().await.body, "6", "a request in between returns at once");
    ws.send("5").await;
    ws.send(r#"421["hello",1]"#).await;
    assert_eq!(ws.text().await, "431[1]");
    assert_eq!(session.get().await.status, 400);
    assert_eq!(session.post("3").await.status, 400);
    ws.send(r#"422["hello",2]"#).await;
    assert_eq!(ws.text().await, "432[2]");
}

#[tokio::test]
async fn a_held_request_returns_when_the_websocket_is_probed() {
    let stage = Stage::new().await;
    let session = Polling::join(stage.address).await;
    let probe = async {
        let mut ws = Ws::for_session(&session).await;
        ws.send("2probe").await;
        assert_eq!(ws.next().await, Got::Text("3probe".to_owned()));
        ws
    };
    let (held, mut ws) = tokio::join!(session.get(), probe);
    assert_eq!(held.body, "6");
    ws.send("5").await;
    ws.send(r#"421["hello",1]"#).await;
    assert_eq!(ws.text().await, "431[1]");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_reordered_while_events_flow() {
    const ALL: usize = 2_000;
    let stage = Stage::new().await;
    for _ in 0..5 {
        let session = Polling::join(stage.address).await;
        let socket = stage.connected().await;
        let publisher = std::thread::spawn(move || {
            for number in 0..ALL {
                socket.emit("n", &number).unwrap();
            }
        });
        let mut got = Vec::new();
        // Some over polling, the rest over the WebSocket; both answer pings.
        while got.len() < 20 {
            got.extend(session.packets().await);
        }
        let mut ws = Ws::for_session(&session).await;
        ws.send("2probe").await;
        let (probe, held) = tokio::join!(ws.next(), session.get());
        assert_eq!(probe, Got::Text("3probe".to_owned()));
        got.extend(held.body.split('\x1e').map(str::to_owned));
        ws.send("5").await;
        got.retain(|packet| packet != "6" && packet != "2");
        while got.len() < ALL {
            got.push(ws.text().await);
        }
        let expected: Vec<_> = (0..ALL).map(|number| format!(r#"42["n",{number}]"#)).collect();
        assert_eq!(got, expected);
        publisher.join().unwrap();
    }
}

#[tokio::test]
async fn a_second_websocket_for_the_same_session_is_turned_away() {
    let stage = Stage::new().await;
    let session = Polling::join(stage.address).await;
    let mut first = switch(&session).await;
    let mut second = Ws::for_session(&session).await;
    assert_eq!(second.close_code().await, 1000);
    first.send(r#"421["hello",1]"#).await;
    assert_eq!(first.text().await, "431[1]");
}

#[tokio::test]
async fn an_upgrade_that_goes_wrong_leaves_the_session_polling() {
    let config = Config { upgrade_timeout: Duration::from_millis(150), ..Config::default() };
    let stage = Stage::with(config).await;
    let session = Polling::join(stage.address).await;
    let mut silent = Ws::for_session(&session).await;
    assert_eq!(silent.close_code().await, 1000);
    for nonsense in ["5", "4hello", "2", "abc"] {
        let mut ws = Ws::for_session(&session).await;
        ws.send(nonsense).await;
        assert_eq!(ws.close_code().await, 1000, "{nonsense}");
    }
    assert_eq!(session.post(r#"421["hello",1]"#).await.body, "ok");
    assert_eq!(session.packets().await, ["431[1]"]);
    let mut ws = switch(&session).await;
    ws.send(r#"422["hello",2]"#).await;
    assert_eq!(ws.text().await, "432[2]");
}

#[tokio::test]
async fn a_session_that_ends_while_it_upgrades_says_so() {
    let stage = Stage::new().await;
    let session = Polling::join(stage.address).await;
    let socket = stage.connected().await;
    let mut ws = Ws::for_session(&session).await;
    ws.send("2probe").await;
    assert_eq!(ws.next().await, Got::Text("3probe".to_owned()));
    socket.disconnect(DisconnectReason::ServerDisconnect);
    ws.send("5").await;
    assert_eq!(ws.text().await, "41", "the last words move with the session");
    soon("the end of the upgrade", ws.close_code()).await;
    let mut fresh = Client::join(stage.address).await;
    assert_eq!(fresh.ask("hello", 1).await, json!([1]));
}
