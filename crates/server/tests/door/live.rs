//! A Socket.IO client over WebSocket, small enough to read: it answers pings, matches acks and keeps events in order.

use std::collections::VecDeque;
use std::mem;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::stage::within;

/// A connected socket. It reads only while something is awaited.
pub(crate) struct Live {
    stream: WebSocketStream<TcpStream>,
    events: VecDeque<(String, Value)>,
    next_ack: u64,
    closed: bool,
    heard: String,
}

/// What a packet was.
enum Came {
    Event,
    Ack(u64, Value),
    Connected,
    Refused(Value),
    Other,
}

impl Live {
    /// Opens a WebSocket with these headers, without joining the namespace.
    pub(crate) async fn open(address: &str, headers: &[(&str, &str)]) -> Result<Self, tungstenite::Error> {
        let url = format!("ws://{address}/socket.io/?EIO=4&transport=websocket");
        let mut request = url.into_client_request()?;
        for (name, value) in headers {
            let name: tungstenite::http::HeaderName = name.parse().unwrap();
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        let stream = TcpStream::connect(address).await?;
        let (stream, _) = within("the upgrade", client_async(request, stream)).await?;
        Ok(Self { stream, events: VecDeque::new(), next_ack: 0, closed: false, heard: String::new() })
    }

    /// Connects with this `auth`.
    ///
    /// # Errors
    /// The data of the connect error.
    pub(crate) async fn connect(address: &str, headers: &[(&str, &str)], auth: Value) -> Result<Self, Value> {
        let mut live =
            Self::open(address, headers).await.map_err(|error| json!({ "code": error.to_string() }))?;
        live.send(&format!("40{auth}")).await;
        within("the answer to CONNECT", async {
            loop {
                match live.read().await {
                    Some(Came::Connected) => return Ok(live),
                    Some(Came::Refused(data)) => return Err(data),
                    Some(_) => {}
                    None => return Err(json!({ "code": "closed" })),
                }
            }
        })
        .await
    }

    /// Sends a packet as it stands.
    pub(crate) async fn send(&mut self, packet: &str) {
        // The other side may have closed; reading tells.
        drop(self.stream.send(Message::text(packet)).await);
    }

    /// Sends a call without waiting for its ack; gives its number.
    pub(crate) async fn emit(&mut self, name: &str, request: &Value) -> u64 {
        let id = self.next_ack;
        self.next_ack += 1;
        self.send(&format!("42{id}{}", json!([name, request]))).await;
        id
    }

    /// Makes a call: its reply or its error.
    ///
    /// # Errors
    /// What the ack says, or `closed`.
    pub(crate) async fn call(&mut self, name: &str, request: Value) -> Result<Value, Value> {
        let id = self.emit(name, &request).await;
        self.ack(id).await
    }

    /// The ack of the call with this number.
    ///
    /// # Errors
    /// What the ack says, or `closed`.
    pub(crate) async fn ack(&mut self, id: u64) -> Result<Value, Value> {
        within("an ack", async {
            loop {
                match self.read().await {
                    Some(Came::Ack(came, outcome)) if came == id => {
                        return outcome.get("ok").cloned().ok_or_else(|| outcome["err"].clone());
                    }
                    Some(_) => {}
                    None => return Err(json!({ "code": "closed" })),
                }
            }
        })
        .await
    }

    /// The next push of this name; others are passed over.
    pub(crate) async fn next(&mut self, name: &str) -> Value {
        within(name, async {
            loop {
                while let Some((came, payload)) = self.events.pop_front() {
                    if came == name {
                        return payload;
                    }
                }
                assert!(self.read().await.is_some(), "closed while waiting for {name}");
            }
        })
        .await
    }

    /// Reads until the server closes, and gives all pushes that came before.
    pub(crate) async fn closed(self) -> Vec<(String, Value)> {
        self.closed_after("the story").await
    }

    /// As `closed`, and says after what if that fails.
    pub(crate) async fn closed_after(mut self, what: &str) -> Vec<(String, Value)> {
        let what = format!("the server to close the socket after {what}");
        within(&what, async { while self.read().await.is_some() {} }).await;
        self.events.into()
    }

    /// Makes a call and gives the pushes that came before its ack.
    pub(crate) async fn pushes_before_ack(&mut self, name: &str, request: Value) -> Vec<(String, Value)> {
        self.events.clear();
        // Whatever the call comes to, its ack shows that everything before it has arrived.
        drop(self.call(name, request).await);
        self.events.drain(..).collect()
    }

    /// Every packet since the last time, one a line, as they came.
    pub(crate) fn heard(&mut self) -> String {
        mem::take(&mut self.heard)
    }

    async fn read(&mut self) -> Option<Came> {
        if self.closed {
            return None;
        }
        loop {
            let text = match self.stream.next().await {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Close(_)) | Err(_)) | None => {
                    self.closed = true;
                    return None;
                }
                Some(Ok(_)) => continue,
            };
            self.heard.extend([&text, "\n"]);
            match text.as_str() {
                "2" => self.send("3").await,
                "41" | "1" => {
                    self.closed = true;
                    return None;
                }
                packet => return Some(self.came(packet)),
            }
        }
    }

    fn came(&mut self, packet: &str) -> Came {
        let Some(rest) = packet.strip_prefix('4') else { return Came::Other };
        let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let json = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
        match rest.split_at(1) {
            ("0", _) => Came::Connected,
            ("4", error) => Came::Refused(json(error)["data"].clone()),
            ("2", event) => {
                let event = json(event);
                self.events.push_back((event[0].as_str().unwrap().to_owned(), event[1].clone()));
                Came::Event
            }
            ("3", ack) => {
                let (id, outcome) = ack.split_at(digits(ack));
                Came::Ack(id.parse().unwrap(), json(outcome)[0].clone())
            }
            _ => Came::Other,
        }
    }
}
