//! The server that the official protocol suites and the real clients are run against: an echo at
//! `/engine.io/` and the events they expect at `/socket.io/`. `conformance 127.0.0.1:3000`.

use std::net::SocketAddr;
use std::time::Duration;

use http::{Response, StatusCode};
use parlor_socketio::listen::{self, Limits};
use parlor_socketio::{Body, Config, ConnectError, Encoded, Event, Handler, Handshake, Server, Socket};
use serde_json::Value;
use tokio::net::TcpListener;

/// Does what the suites ask of the main namespace, and of `/custom`.
struct Suite;

impl Handler for Suite {
    type Data = Value;

    async fn connect(&self, handshake: Handshake) -> Result<Value, ConnectError> {
        let auth: Value = handshake.auth().map_err(|_| ConnectError::new("auth must be an object"))?;
        if auth["token"] == "wrong" {
            return Err(
                ConnectError::new("not authorised").with_data(&serde_json::json!({ "code": "denied" }))
            );
        }
        Ok(auth)
    }

    async fn connected(&self, socket: &Socket<Value>) {
        report(socket.emit("auth", socket.data()));
    }

    async fn event(&self, socket: &Socket<Value>, event: Event) {
        let Event { name, args, attachments, ack } = event;
        match (name.as_str(), ack) {
            ("message", _) => {
                report(
                    Encoded::with_attachments("message-back", &args, attachments)
                        .map(|back| socket.emit_encoded(&back)),
                );
            }
            ("message-with-ack", Some(ack)) => report(ack.send_args(&args, &attachments)),
            ("ask-me", Some(ack)) => {
                let reply = socket.emit_with_ack("question", &args, Duration::from_secs(5)).await;
                report(ack.send(&reply.ok().and_then(|reply| reply.arg::<Value>(0).ok())));
            }
            ("join", Some(ack)) => {
                socket.join(
                    args.first().and_then(|room| serde_json::from_str(room.get()).ok()).unwrap_or_default(),
                );
                report(ack.send(&socket.rooms()));
            }
            ("shout", _) => {
                let shout = args.first().zip(args.get(1));
                let room: Option<String> = shout.and_then(|(room, _)| serde_json::from_str(room.get()).ok());
                if let (Some(room), Some((_, text))) = (room, shout) {
                    report(socket.namespace().to(&room).except(socket.id()).emit("shouted", text));
                }
            }
            ("throw-me-out", _) => socket.disconnect(parlor_socketio::DisconnectReason::ServerDisconnect),
            _ => {}
        }
    }
}

fn report<T, E: std::fmt::Display>(result: Result<T, E>) {
    if let Err(error) = result {
        tracing::error!(%error, "the event could not be sent");
    }
}

// One thread, so that requests on different connections take effect in the order they were made:
// the suites send some of them at once and expect that order, which Node gives by nature.
#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let config = |path: &str| Config {
        path: path.to_owned(),
        ping_interval: Duration::from_millis(300),
        ping_timeout: Duration::from_millis(200),
        connect_timeout: Duration::from_secs(1),
        max_payload: 1_000_000,
        ..Config::default()
    };
    let echo = Server::builder(config("/engine.io")).raw(|session, message| session.send(&message));
    let sockets =
        Server::builder(config("/socket.io")).namespace("/", Suite).namespace("/custom", Suite).build();
    let listener = TcpListener::bind(&address).await?;
    #[expect(clippy::print_stdout, reason = "tests read the address, whose port the system chose")]
    {
        println!("listening on {}", listener.local_addr()?);
    }
    let service = move |request: http::Request<listen::RequestBody>, peer: SocketAddr| {
        let (echo, sockets) = (echo.clone(), sockets.clone());
        async move {
            let path = request.uri().path();
            if sockets.matches(path) {
                sockets.handle(request, peer).await
            } else if echo.matches(path) {
                echo.handle(request, peer).await
            } else {
                let mut response = Response::new(Body::default());
                *response.status_mut() = StatusCode::NOT_FOUND;
                response
            }
        }
    };
    listen::serve(listener, Limits::default(), service, std::future::pending()).await;
    Ok(())
}
