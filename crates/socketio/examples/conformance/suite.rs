//! The events that the official protocol suites and the tests with real clients expect.

use std::time::Duration;

use parlor_socketio::{
    Builder, Config, ConnectError, DisconnectReason, Encoded, Event, Handler, Handshake, Server, Socket,
};
use serde_json::Value;

/// A server for `/socket.io/` that pings often and waits that long for the pong.
pub(crate) fn sockets(ping_timeout: Duration) -> Server {
    builder("/socket.io", ping_timeout).namespace("/", Suite).namespace("/custom", Suite).build()
}

/// A server at a path, with the short times that the suites ask for.
pub(crate) fn builder(path: &str, ping_timeout: Duration) -> Builder {
    Server::builder(Config {
        path: path.to_owned(),
        ping_interval: Duration::from_millis(300),
        ping_timeout,
        connect_timeout: Duration::from_secs(1),
        max_payload: 1_000_000,
        ..Config::default()
    })
}

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
            ("throw-me-out", _) => socket.disconnect(DisconnectReason::ServerDisconnect),
            _ => {}
        }
    }
}

fn report<T, E: std::fmt::Display>(result: Result<T, E>) {
    if let Err(error) = result {
        tracing::error!(%error, "the event could not be sent");
    }
}
