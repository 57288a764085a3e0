//! Shutting the server down.

use std::time::{Duration, Instant};

use parlor_socketio::{DisconnectReason, SocketId};
use tokio::net::TcpStream;

use crate::client::{Client, Polling, Ws};
use crate::stage::{Seen, Stage};

#[tokio::test]
async fn everybody_is_told_and_every_hook_runs() {
    let stage = Stage::new().await;
    let mut websocket = Client::join(stage.address).await;
    let session = Polling::join(stage.address).await;
    let held = async { session.get().await };
    let close = async { stage.server.close(Duration::from_secs(5)).await };
    let (held, all) = tokio::join!(held, close);
    assert!(all, "all hooks have run");
    // Either it was held when the server closed, or it came too late.
    assert!(held.body == "1" || held.status == 503, "{held:?}");
    assert_eq!(websocket.ws.close_code().await, 1001);
    assert_eq!(stage.ended().await, DisconnectReason::Shutdown);
    assert_eq!(stage.ended().await, DisconnectReason::Shutdown);
    assert_eq!(stage.server.connections(), 0);
    let stream = TcpStream::connect(stage.address).await.unwrap();
    assert_eq!(Ws::upgrade(stage.address, stream, "EIO=4&transport=websocket", "").await.err(), Some(503));
}

#[tokio::test]
async fn a_handler_that_hangs_does_not_hold_it_up() {
    let stage = Stage::new().await;
    let mut client = Client::join(stage.address).await;
    client.emit("hold", 0).await;
    client.emit("never", 0).await;
    assert_eq!(stage.handled().await.0, "holding");
    let begun = Instant::now();
    assert!(!stage.server.close(Duration::from_millis(200)).await);
    assert!(begun.elapsed() < Duration::from_secs(2));
    assert_eq!(client.ws.close_code().await, 1001);
    stage.gate.add_permits(1);
    assert!(stage.server.close(Duration::from_secs(5)).await, "once let go it ends properly");
    assert!(matches!(stage.seen().await, Seen::Event(name, _) if name == "hold"));
    assert!(matches!(stage.seen().await, Seen::Disconnected(DisconnectReason::Shutdown)));
}

#[tokio::test]
async fn a_socket_that_has_ended_is_harmless() {
    let stage = Stage::new().await;
    let mut client = Client::join(stage.address).await;
    let socket = stage.connected().await;
    assert_eq!(stage.namespace().get(socket.id()).map(|found| found.id()), Some(socket.id()));
    assert_eq!(SocketId::parse(&client.id), Some(socket.id()));
    socket.disconnect(DisconnectReason::ServerDisconnect);
    socket.disconnect(DisconnectReason::Revoked);
    socket.join("late");
    socket.emit("late", &1).unwrap();
    let asked = socket.emit_with_ack("late", &1, Duration::from_secs(5)).await;
    assert_eq!(asked.err(), Some(parlor_socketio::AckError::Disconnected));
    assert!(stage.namespace().get(socket.id()).is_none());
    assert_eq!(stage.namespace().count_in("late"), 0);
    assert_eq!(client.ws.text().await, "41");
    assert_eq!(client.ws.close_code().await, 1000);
    assert_eq!(stage.ended().await, DisconnectReason::ServerDisconnect);
}

#[tokio::test]
async fn a_client_that_vanishes_is_noticed() {
    let stage = Stage::new().await;
    let client = Client::join(stage.address).await;
    stage.connected().await;
    drop(client);
    assert_eq!(stage.ended().await, DisconnectReason::TransportClosed);
    let mut client = Client::join(stage.address).await;
    client.ws.frame(0x88, &1001_u16.to_be_bytes()).await;
    assert_eq!(client.ws.close_code().await, 1000);
    assert_eq!(stage.ended().await, DisconnectReason::TransportClosed);
}
