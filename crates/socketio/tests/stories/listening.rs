//! The accept loop: limits and time limits of HTTP connections.

use std::time::Duration;

use parlor_socketio::listen::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{Client, answer, http, soon};
use crate::stage::{Setting, Stage};

async fn with(limits: Limits) -> Stage {
    Stage::set(Setting { limits, ..Setting::default() }).await
}

async fn say(stage: &Stage, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(stage.address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

#[tokio::test]
async fn heads_beyond_the_limits_are_refused() {
    let stage = Stage::new().await;
    let many = "\r\nX-Header: 1".repeat(100);
    assert_eq!(http(stage.address, &format!("GET / HTTP/1.1\r\nHost: test{many}"), "").await.status, 431);
    let long = format!("\r\nCookie: {}", "a".repeat(40_000));
    let stream = say(&stage, &format!("GET / HTTP/1.1\r\nHost: test{long}\r\n\r\n")).await;
    assert_eq!(answer(stream).await.status, 431);
    stage.assert_healthy().await;
}

#[tokio::test]
async fn what_smuggling_is_made_of_is_refused() {
    let stage = Stage::new().await;
    let start = "POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: test\r\n";
    for (headers, status) in [
        ("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", 411),
        ("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", 411),
        ("Transfer-Encoding: chunked\r\n", 411),
        ("Transfer-Encoding: xchunked\r\n", 400),
        ("Content-Length: 4\r\nContent-Length: 5\r\n", 400),
        ("Content-Length: +4\r\n", 400),
        ("X-Folded: a\r\n b\r\n", 400),
        ("Bad Name: 1\r\n", 400),
    ] {
        let stream = say(&stage, &format!("{start}{headers}\r\n0\r\n\r\n")).await;
        assert_eq!(answer(stream).await.status, status, "{headers:?}");
    }
    stage.assert_healthy().await;
}

#[tokio::test]
async fn a_head_that_never_ends_is_given_up() {
    let limits = Limits { header_timeout: Duration::from_millis(150), ..Limits::default() };
    let stage = with(limits).await;
    let mut stream = say(&stage, "GET / HTTP/1.1\r\nHost:").await;
    let mut rest = Vec::new();
    soon("the end of the connection", stream.read_to_end(&mut rest)).await.ok();
    assert!(!rest.starts_with(b"HTTP/1.1 200"));
}

#[tokio::test]
async fn a_connection_may_wait_longer_for_its_next_request_but_not_forever() {
    let (header_timeout, idle_timeout) = (Duration::from_millis(100), Duration::from_millis(500));
    let stage = with(Limits { header_timeout, idle_timeout, ..Limits::default() }).await;
    let mut stream = say(&stage, "GET / HTTP/1.1\r\nHost: test\r\n\r\n").await;
    let mut seen = [0; 1_024];
    assert!(soon("the answer", stream.read(&mut seen)).await.unwrap() > 0);
    let idle = std::time::Instant::now();
    while soon("the end of the connection", stream.read(&mut seen)).await.is_ok_and(|n| n > 0) {}
    assert!(idle.elapsed() >= Duration::from_millis(400), "{:?}", idle.elapsed());
}

#[tokio::test]
async fn a_body_that_dawdles_is_given_up() {
    let limits = Limits { body_grace: Duration::from_millis(150), ..Limits::default() };
    let stage = with(limits).await;
    let session = crate::client::Polling::join(stage.address).await;
    let path = format!("/socket.io/?EIO=4&transport=polling&sid={}", session.sid);
    let head = format!("POST {path} HTTP/1.1\r\nHost: test\r\nContent-Length: 60000\r\n\r\n42");
    let stream = say(&stage, &head).await;
    assert_eq!(answer(stream).await.status, 400);
    stage.ended().await;
}

#[tokio::test]
async fn connections_are_limited_in_total_and_by_address() {
    for limits in [
        Limits { max_connections: 2, ..Limits::default() },
        Limits { max_per_address: 2, ..Limits::default() },
    ] {
        let stage = with(limits).await;
        let first = Client::join(stage.address).await;
        let mut second = Client::join(stage.address).await;
        let mut third = TcpStream::connect(stage.address).await.unwrap();
        third.write_all(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n").await.ok();
        let mut nothing = Vec::new();
        soon("the end of the third", third.read_to_end(&mut nothing)).await.ok();
        assert_eq!(nothing, b"", "a WebSocket keeps its place");
        second.ask("still", "here").await;
        drop(first);
        soon("a free place", async {
            loop {
                let mut stream = TcpStream::connect(stage.address).await.unwrap();
                stream.write_all(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n").await.ok();
                if stream.read(&mut [0; 64]).await.is_ok_and(|n| n > 0) {
                    return;
                }
            }
        })
        .await;
    }
}

#[tokio::test]
async fn a_stopped_loop_lets_requests_finish() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let begun = std::sync::Arc::new(std::sync::Mutex::new(Some(begun)));
    let (go, gate) = tokio::sync::watch::channel(false);
    let service = move |_request, _peer| {
        let (begun, mut gate) = (begun.clone(), gate.clone());
        async move {
            begun.lock().unwrap().take().unwrap().send(()).unwrap();
            gate.wait_for(|open| *open).await.unwrap();
            http::Response::new(parlor_socketio::Body::from("done"))
        }
    };
    let stop = async { has_begun.await.unwrap() };
    let serving = parlor_socketio::listen::serve(listener, Limits::default(), service, stop);
    let asking = async {
        let request = http(address, "GET / HTTP/1.1\r\nHost: test", "");
        let opening = async {
            while TcpStream::connect(address).await.is_ok() {
                tokio::task::yield_now().await;
            }
            go.send(true).unwrap();
        };
        tokio::join!(request, opening).0
    };
    let ((), answer) = tokio::join!(serving, asking);
    assert_eq!(answer.body, "done");
}
