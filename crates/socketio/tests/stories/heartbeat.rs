//! Pings and pongs.

use std::time::{Duration, Instant};

use parlor_socketio::{Config, DisconnectReason};

use crate::client::{Client, Got, Polling};
use crate::stage::Stage;

fn config() -> Config {
    let (ping_interval, ping_timeout) = (Duration::from_millis(300), Duration::from_millis(200));
    Config { ping_interval, ping_timeout, ..Config::default() }
}

#[tokio::test]
async fn a_client_that_answers_pings_stays() {
    let stage = Stage::with(config()).await;
    let opened = Instant::now();
    let mut client = Client::join(stage.address).await;
    for beat in 1..=3 {
        assert_eq!(client.ws.next().await, Got::Text("2".to_owned()));
        assert!(
            opened.elapsed() >= Duration::from_millis(290 * beat),
            "the first ping is due after one interval"
        );
        client.ws.send("3").await;
    }
}

#[tokio::test]
async fn a_polling_client_that_answers_pings_stays() {
    let stage = Stage::with(config()).await;
    let session = Polling::join(stage.address).await;
    for _ in 0..3 {
        assert_eq!(session.get().await.body, "2");
        assert_eq!(session.post("3").await.body, "ok");
    }
}

#[tokio::test]
async fn a_client_that_never_answers_is_gone_in_time() {
    let stage = Stage::with(config()).await;
    let opened = Instant::now();
    let mut client = Client::join(stage.address).await;
    let session = Polling::join(stage.address).await;
    assert_eq!(client.ws.next().await, Got::Text("2".to_owned()));
    client.ws.close_code().await;
    assert_eq!(stage.ended().await, DisconnectReason::PingTimeout);
    assert_eq!(stage.ended().await, DisconnectReason::PingTimeout);
    assert!(opened.elapsed() < Duration::from_secs(5), "{:?}", opened.elapsed());
    assert_eq!(session.get().await.status, 400);
}

#[tokio::test]
async fn other_packets_and_early_pongs_are_no_answer() {
    let stage = Stage::with(config()).await;
    let mut client = Client::join(stage.address).await;
    let opened = Instant::now();
    // Pongs that no ping asked for.
    for _ in 0..50 {
        client.ws.send("3").await;
    }
    assert_eq!(client.ws.next().await, Got::Text("2".to_owned()));
    client.emit("busy", 1).await;
    client.ws.close_code().await;
    assert_eq!(stage.ended().await, DisconnectReason::PingTimeout);
    assert!(opened.elapsed() < Duration::from_secs(5), "{:?}", opened.elapsed());
}

#[tokio::test]
async fn a_ping_of_the_websocket_itself_is_answered() {
    let stage = Stage::new().await;
    let mut client = Client::join(stage.address).await;
    client.ws.frame(0x89, b"are you there").await;
    assert_eq!(client.ws.next().await, Got::Pong(b"are you there".to_vec()));
}
