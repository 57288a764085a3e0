//! A client written by hand, so that tests can also do what no proper client does.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Longest wait for anything that must happen; only a failing test waits that long.
const PATIENCE: Duration = Duration::from_secs(10);

/// Waits for something that must happen soon.
pub(crate) async fn soon<F: Future>(what: &str, future: F) -> F::Output {
    tokio::time::timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("waited in vain: {what}"))
}

/// An answer over HTTP.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

/// One HTTP request on a connection of its own.
pub(crate) async fn http(server: SocketAddr, request: &str, body: &str) -> Answer {
    let mut stream = TcpStream::connect(server).await.unwrap();
    let head = format!("{request}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    stream.write_all(head.as_bytes()).await.unwrap();
    answer(stream).await
}

/// Reads the answer to something written by hand, until the server closes.
pub(crate) async fn answer(mut stream: TcpStream) -> Answer {
    let mut bytes = Vec::new();
    // A reset after the answer is as good as an end.
    soon("an answer over HTTP", stream.read_to_end(&mut bytes)).await.ok();
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}

/// A long-polling session.
#[derive(Clone, Debug)]
pub(crate) struct Polling {
    pub(crate) server: SocketAddr,
    pub(crate) sid: String,
    pub(crate) headers: String,
}

impl Polling {
    pub(crate) async fn open(server: SocketAddr, headers: &str) -> Self {
        let request = format!("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: test{headers}");
        let answer = http(server, &request, "").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let open: Value = serde_json::from_str(answer.body.strip_prefix('0').unwrap()).unwrap();
        Self { server, sid: open["sid"].as_str().unwrap().to_owned(), headers: headers.to_owned() }
    }

    /// Opens a session and joins the main namespace.
    pub(crate) async fn join(server: SocketAddr) -> Self {
        let session = Self::open(server, "").await;
        assert_eq!(session.post("40").await.body, "ok");
        let answer = session.get().await.body;
        assert!(answer.starts_with("40{"), "{answer}");
        session
    }

    fn request(&self, method: &str) -> String {
        let Self { sid, headers, .. } = self;
        format!("{method} /socket.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nHost: test{headers}")
    }

    pub(crate) async fn get(&self) -> Answer {
        http(self.server, &self.request("GET"), "").await
    }

    pub(crate) async fn post(&self, body: &str) -> Answer {
        http(self.server, &self.request("POST"), body).await
    }

    /// The packets of the next answer that has any beside pings, which are answered.
    pub(crate) async fn packets(&self) -> Vec<String> {
        loop {
            let answer = self.get().await;
            assert_eq!(answer.status, 200, "{answer:?}");
            let mut packets: Vec<_> = answer.body.split('\x1e').map(str::to_owned).collect();
            if packets.iter().any(|packet| packet == "2") {
                self.post("3").await;
                packets.retain(|packet| packet != "2");
            }
            if !packets.is_empty() {
                return packets;
            }
        }
    }
}

/// One message of a WebSocket, or its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Got {
    Text(String),
    Binary(Vec<u8>),
    Pong(Vec<u8>),
    /// A close frame with its code.
    Close(u16),
    /// The stream ended.
    End,
}

/// A WebSocket, spoken frame by frame.
pub(crate) struct Ws {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Ws {
    /// Opens a WebSocket that carries a new session, and takes the open packet.
    pub(crate) async fn open(server: SocketAddr) -> Self {
        Self::open_with(server, TcpStream::connect(server).await.unwrap(), "").await
    }

    pub(crate) async fn open_with(server: SocketAddr, stream: TcpStream, headers: &str) -> Self {
        let mut ws = Self::upgrade(server, stream, "EIO=4&transport=websocket", headers).await.unwrap();
        let Got::Text(open) = ws.next().await else { panic!("no open packet") };
        assert!(open.starts_with("0{"), "{open}");
        ws
    }

    /// Opens a WebSocket for a polling session.
    pub(crate) async fn for_session(session: &Polling) -> Self {
        let stream = TcpStream::connect(session.server).await.unwrap();
        let query = format!("EIO=4&transport=websocket&sid={}", session.sid);
        Self::upgrade(session.server, stream, &query, &session.headers).await.unwrap()
    }

    /// The handshake; gives the status if it is refused.
    pub(crate) async fn upgrade(
        server: SocketAddr,
        mut stream: TcpStream,
        query: &str,
        headers: &str,
    ) -> Result<Self, u16> {
        let request = format!(
            "GET /socket.io/?{query} HTTP/1.1\r\nHost: {server}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=={headers}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(soon("the handshake", stream.read_u8()).await.unwrap());
        }
        let head = String::from_utf8(head).unwrap();
        if !head.starts_with("HTTP/1.1 101 ") {
            return Err(head.split(' ').nth(1).unwrap().parse().unwrap());
        }
        assert!(!head.to_lowercase().contains("extensions"), "no extension was agreed on: {head}");
        assert!(head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "{head}");
        Ok(Self { stream, buffer: Vec::new() })
    }

    pub(crate) async fn send(&mut self, text: &str) {
        self.frame(0x81, text.as_bytes()).await;
    }

    pub(crate) async fn send_binary(&mut self, data: &[u8]) {
        self.frame(0x82, data).await;
    }

    /// Sends a masked frame with that first byte.
    pub(crate) async fn frame(&mut self, first: u8, payload: &[u8]) {
        self.raw(&frame(first, payload)).await;
    }

    /// Sends bytes as they are. The server may have closed already, which is for the test to see.
    pub(crate) async fn raw(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.ok();
    }

    /// The next message, pings of the engine included.
    pub(crate) async fn next(&mut self) -> Got {
        loop {
            if let Some(got) = self.parse() {
                return got;
            }
            let mut chunk = vec![0; 65_536];
            match soon("a frame", self.stream.read(&mut chunk)).await {
                Ok(0) | Err(_) => return Got::End,
                Ok(n) => self.buffer.extend_from_slice(&chunk[..n]),
            }
        }
    }

    /// The next message beside pings, which are answered.
    pub(crate) async fn message(&mut self) -> Got {
        loop {
            match self.next().await {
                Got::Text(text) if text == "2" => self.send("3").await,
                other => return other,
            }
        }
    }

    /// The next text beside pings.
    pub(crate) async fn text(&mut self) -> String {
        match self.message().await {
            Got::Text(text) => text,
            other => panic!("expected a text, got {other:?}"),
        }
    }

    /// The code the server closes with, or 0 if it only ends the stream; what comes before is
    /// thrown away.
    pub(crate) async fn close_code(&mut self) -> u16 {
        loop {
            match self.next().await {
                Got::Close(code) => return code,
                Got::End => return 0,
                _ => {}
            }
        }
    }

    fn parse(&mut self) -> Option<Got> {
        let (start, length) = match *self.buffer.get(1)? {
            126 => (4, u64::from(u16::from_be_bytes(self.buffer.get(2..4)?.try_into().unwrap()))),
            127 => (10, u64::from_be_bytes(self.buffer.get(2..10)?.try_into().unwrap())),
            short => (2, u64::from(short)),
        };
        let end = start + usize::try_from(length).unwrap();
        let payload = self.buffer.get(start..end)?.to_vec();
        let got = match self.buffer[0] {
            0x81 => Got::Text(String::from_utf8(payload).unwrap()),
            0x82 => Got::Binary(payload),
            0x88 => Got::Close(u16::from_be_bytes(payload[..2].try_into().unwrap())),
            0x8a => Got::Pong(payload),
            other => panic!("a frame that no server of ours sends: {other:#x}"),
        };
        self.buffer.drain(..end);
        Some(got)
    }
}

/// A masked frame with that first byte.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![first];
    match payload.len() {
        n @ 0..=125 => out.push(0x80 | u8::try_from(n).unwrap()),
        n @ 126..=0xffff => {
            out.push(0xfe);
            out.extend(u16::try_from(n).unwrap().to_be_bytes());
        }
        n => {
            out.push(0xff);
            out.extend((n as u64).to_be_bytes());
        }
    }
    let mask = [0x1f, 0x2e, 0x3d, 0x4c];
    out.extend(mask);
    out.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, key)| byte ^ key));
    out
}

/// A well-behaved Socket.IO client on a WebSocket.
pub(crate) struct Client {
    pub(crate) ws: Ws,
    /// The id the server gave.
    pub(crate) id: String,
}

impl Client {
    pub(crate) async fn join(server: SocketAddr) -> Self {
        Self::over(Ws::open(server).await).await
    }

    /// Joins the main namespace on an open session.
    pub(crate) async fn over(mut ws: Ws) -> Self {
        ws.send("40").await;
        let answer = ws.text().await;
        let answer: Value = serde_json::from_str(answer.strip_prefix("40").unwrap()).unwrap();
        Self { ws, id: answer["sid"].as_str().unwrap().to_owned() }
    }

    pub(crate) async fn emit(&mut self, name: &str, arg: impl Into<Value>) {
        self.ws.send(&format!("42{}", json!([name, arg.into()]))).await;
    }

    /// Emits events in one write.
    pub(crate) async fn burst(&mut self, events: &[(&str, &str)]) {
        let frame = |(name, arg): &(&str, &str)| frame(0x81, format!("42{}", json!([name, arg])).as_bytes());
        self.ws.raw(&events.iter().flat_map(frame).collect::<Vec<u8>>()).await;
    }

    /// Emits and waits for the answer, which must be the next thing to come.
    pub(crate) async fn ask(&mut self, name: &str, arg: impl Into<Value>) -> Value {
        self.ws.send(&format!("427{}", json!([name, arg.into()]))).await;
        let text = self.ws.text().await;
        serde_json::from_str(text.strip_prefix("437").unwrap_or_else(|| panic!("not the answer: {text}")))
            .unwrap()
    }

    /// The next event: its name and its first argument.
    pub(crate) async fn event(&mut self) -> (String, Value) {
        let text = self.ws.text().await;
        let payload = text.strip_prefix("42").unwrap_or_else(|| panic!("not an event: {text}"));
        let mut event: Vec<Value> = serde_json::from_str(payload).unwrap();
        (event[0].as_str().unwrap().to_owned(), event.get_mut(1).map(Value::take).unwrap_or_default())
    }
}
