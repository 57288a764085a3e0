//! A server on a free port, with a handler that does what the events of a story ask for and
//! reports what happened.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use parlor_socketio::listen::{self, Limits, RequestBody};
use parlor_socketio::{
    Builder, Config, ConnectError, DisconnectReason, Encoded, Event, Handler, Handshake, Namespace, Server,
    Socket,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, Semaphore, mpsc};

use crate::client::soon;

/// What the handler saw.
#[derive(Debug)]
pub(crate) enum Seen {
    Connected(Socket<Value>),
    Event(String, Value),
    Disconnected(DisconnectReason),
}

/// A running server and what its handler sees.
pub(crate) struct Stage {
    pub(crate) address: SocketAddr,
    pub(crate) server: Server,
    /// Handlers of `hold` wait here for the test to let them go.
    pub(crate) gate: Arc<Semaphore>,
    seen: Mutex<mpsc::UnboundedReceiver<Seen>>,
    serving: tokio::task::JoinHandle<()>,
}

/// The handler of every story.
pub(crate) struct Actor {
    seen: mpsc::UnboundedSender<Seen>,
    gate: Arc<Semaphore>,
    lagged: bool,
}

impl Handler for Actor {
    type Data = Value;

    async fn connect(&self, handshake: Handshake) -> Result<Value, ConnectError> {
        let auth: Value = handshake.auth().map_err(|_| ConnectError::new("bad auth"))?;
        if auth["token"] == "wrong" {
            return Err(ConnectError::new("not authorised").with_data(&json!({ "code": "denied" })));
        }
        let cookie = handshake.headers().get("cookie").and_then(|cookie| cookie.to_str().ok());
        Ok(json!({ "auth": auth, "cookie": cookie, "room": handshake.query("room") }))
    }

    async fn connected(&self, socket: &Socket<Value>) {
        socket.join("everybody");
        self.tell(Seen::Connected(socket.clone()));
    }

    async fn event(&self, socket: &Socket<Value>, event: Event) {
        let first: Value = event.arg(0).unwrap();
        match event.name.as_str() {
            "join" => socket.join(first.as_str().unwrap()),
            "leave" => socket.leave(first.as_str().unwrap()),
            "shout" => socket.namespace().to("everybody").emit("shouted", &first).unwrap(),
            "hold" => {
                self.tell(Seen::Event("holding".to_owned(), Value::Null));
                self.gate.acquire().await.unwrap().forget();
            }
            "panic" => panic!("as the story asks for"),
            "ask" => {
                let reply = socket.emit_with_ack("question", &first, Duration::from_millis(500)).await;
                let reply = reply.map(|reply| reply.arg::<Value>(0).unwrap());
                socket.emit("replied", &reply.map_err(|error| error.to_string())).unwrap();
            }
            "echo" => {
                let back = Encoded::with_attachments("echo", &event.args, event.attachments.clone()).unwrap();
                socket.emit_encoded(&back);
            }
            _ => {}
        }
        if let Some(ack) = event.ack {
            ack.send_args(&event.args, &event.attachments).unwrap();
        }
        self.tell(Seen::Event(event.name, first));
    }

    async fn disconnected(&self, socket: &Socket<Value>, reason: DisconnectReason) {
        assert_eq!(socket.rooms().len(), 0, "a socket has left its rooms when its end is told");
        self.tell(Seen::Disconnected(reason));
    }

    fn lagged(&self) -> Option<Encoded> {
        self.lagged.then(|| Encoded::event("lagged", &json!({})).unwrap())
    }
}

impl Actor {
    fn tell(&self, seen: Seen) {
        // A story that has seen enough is over.
        self.seen.send(seen).ok();
    }
}

/// What a story changes about its stage.
pub(crate) struct Setting {
    pub(crate) config: Config,
    pub(crate) limits: Limits,
    /// Whether a lagged event is configured.
    pub(crate) lagged: bool,
    /// Adds hooks.
    pub(crate) build: fn(Builder) -> Builder,
}

impl Default for Setting {
    fn default() -> Self {
        Self { config: Config::default(), limits: Limits::default(), lagged: true, build: |builder| builder }
    }
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::with(Config::default()).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        Self::set(Setting { config, ..Setting::default() }).await
    }

    pub(crate) async fn set(setting: Setting) -> Self {
        let (sender, seen) = mpsc::unbounded_channel();
        let gate = Arc::new(Semaphore::new(0));
        let actor = || Actor { seen: sender.clone(), gate: gate.clone(), lagged: setting.lagged };
        let builder = Server::builder(setting.config).namespace("/", actor()).namespace("/custom", actor());
        let server = (setting.build)(builder).build();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mounted = server.clone();
        let service = move |request: http::Request<RequestBody>, peer| {
            let server = mounted.clone();
            async move {
                if server.matches(request.uri().path()) {
                    return server.handle(request, peer).await;
                }
                let mut response = http::Response::new(parlor_socketio::Body::from("elsewhere"));
                *response.status_mut() = http::StatusCode::NOT_FOUND;
                response
            }
        };
        #[expect(clippy::disallowed_methods, reason = "the stage ends this task when it is dropped")]
        let serving = tokio::spawn(listen::serve(listener, setting.limits, service, std::future::pending()));
        Self { address, server, gate, seen: Mutex::new(seen), serving }
    }

    pub(crate) fn namespace(&self) -> Namespace<Value> {
        self.server.namespace("/").unwrap()
    }

    /// What the handler saw next.
    pub(crate) async fn seen(&self) -> Seen {
        soon("something for the handler", async { self.seen.lock().await.recv().await.unwrap() }).await
    }

    /// The socket that was connected next.
    pub(crate) async fn connected(&self) -> Socket<Value> {
        loop {
            if let Seen::Connected(socket) = self.seen().await {
                return socket;
            }
        }
    }

    /// Why the next socket to end ended.
    pub(crate) async fn ended(&self) -> DisconnectReason {
        loop {
            if let Seen::Disconnected(reason) = self.seen().await {
                return reason;
            }
        }
    }

    /// The next event that was handled.
    pub(crate) async fn handled(&self) -> (String, Value) {
        loop {
            if let Seen::Event(name, arg) = self.seen().await {
                return (name, arg);
            }
        }
    }

    /// Whether the server still does its work for somebody new.
    pub(crate) async fn assert_healthy(&self) {
        let mut fresh = crate::client::Client::join(self.address).await;
        assert_eq!(fresh.ask("anybody", "there").await, json!(["there"]));
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
