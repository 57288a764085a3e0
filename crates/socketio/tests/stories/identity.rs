//! Whose requests are let near a session.

use parlor_socketio::Identity;
use tokio::net::TcpStream;

use crate::client::{Polling, Ws, http};
use crate::stage::{Setting, Stage};

async fn by_cookie() -> Stage {
    let build = |builder: parlor_socketio::Builder| {
        builder.identity(|parts| parts.headers.get("cookie").map(|cookie| Identity::new(cookie.as_bytes())))
    };
    Stage::set(Setting { build, ..Setting::default() }).await
}

#[tokio::test]
async fn a_session_answers_only_to_who_opened_it() {
    let stage = by_cookie().await;
    let ana = Polling::open(stage.address, "\r\nCookie: user=ana").await;
    for thief in ["\r\nCookie: user=eve", "", "\r\nCookie: user=ana2"] {
        let stolen = Polling { headers: thief.to_owned(), ..ana.clone() };
        assert_eq!(stolen.get().await.status, 403);
        assert_eq!(stolen.post("40").await.status, 403);
        let stream = TcpStream::connect(stage.address).await.unwrap();
        let query = format!("EIO=4&transport=websocket&sid={}", ana.sid);
        assert_eq!(Ws::upgrade(stage.address, stream, &query, thief).await.err(), Some(403));
    }
    assert_eq!(ana.post("40").await.body, "ok", "the owner is not disturbed");
    assert!(ana.get().await.body.starts_with("40{"));
}

#[tokio::test]
async fn a_session_without_identity_is_not_for_somebody_with_one() {
    let stage = by_cookie().await;
    let anonymous = Polling::open(stage.address, "").await;
    let other = Polling { headers: "\r\nCookie: user=eve".to_owned(), ..anonymous.clone() };
    assert_eq!(other.post("40").await.status, 403);
    assert_eq!(anonymous.post("40").await.body, "ok");
}

#[tokio::test]
async fn pages_of_other_origins_open_nothing() {
    let stage = Stage::new().await;
    let own = format!("http://{}", stage.address);
    for origin in ["https://evil.example", "null", "http://127.0.0.1", "http://test.evil"] {
        let header = format!("\r\nOrigin: {origin}");
        for method in ["GET", "POST"] {
            let request = format!(
                "{method} /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: {}{header}",
                stage.address
            );
            let answer = http(stage.address, &request, "").await;
            assert_eq!(answer.status, 403, "{origin}");
            assert!(!answer.head.to_lowercase().contains("access-control"), "{}", answer.head);
        }
        let stream = TcpStream::connect(stage.address).await.unwrap();
        let refused = Ws::upgrade(stage.address, stream, "EIO=4&transport=websocket", &header).await;
        assert_eq!(refused.err(), Some(403), "{origin}");
    }
    assert_eq!(stage.server.connections(), 0);
    let stream = TcpStream::connect(stage.address).await.unwrap();
    Ws::open_with(stage.address, stream, &format!("\r\nOrigin: {own}")).await;
}

#[tokio::test]
async fn the_application_may_have_its_own_list_of_origins() {
    let build = |builder: parlor_socketio::Builder| {
        builder.origin(|parts| {
            parts.headers.get("origin").is_some_and(|origin| origin == "https://game.example")
        })
    };
    let stage = Stage::set(Setting { build, ..Setting::default() }).await;
    let stream = TcpStream::connect(stage.address).await.unwrap();
    Ws::open_with(stage.address, stream, "\r\nOrigin: https://game.example").await;
    let stream = TcpStream::connect(stage.address).await.unwrap();
    let refused = Ws::upgrade(stage.address, stream, "EIO=4&transport=websocket", "").await;
    assert_eq!(refused.err(), Some(403));
}
