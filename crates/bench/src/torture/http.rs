//! HTTP/1.1 by hand, as far as polling, calls and WebSocket handshakes need it: one connection, one request at a time.

use std::fmt::Write as _;
use std::io;
use std::net::SocketAddr;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Answers above this are not ours.
const LARGEST: usize = 64 << 20;

/// A connection that is kept open between requests.
#[derive(Debug)]
pub(crate) struct Http {
    pub(crate) stream: TcpStream,
    address: SocketAddr,
    /// Bytes that came after the last answer.
    pub(crate) rest: Vec<u8>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Status.
    pub(crate) status: u16,
    /// Body.
    pub(crate) body: Vec<u8>,
}

impl Http {
    /// Connects.
    pub(crate) async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, address, rest: Vec::new() })
    }

    /// One request with these further header lines, each ended by CRLF.
    pub(crate) async fn request(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        body: &str,
    ) -> io::Result<Answer> {
        self.ask(method, path, headers, body).await?;
        let (status, length) = self.head().await?;
        let body = self.take(length).await?;
        Ok(Answer { status, body })
    }

    /// Uploads a text file for a room, in one piece; its id.
    pub(crate) async fn upload(&mut self, token: &str, room: u64, text: &str) -> io::Result<Value> {
        let wish = json!({ "room": room.to_string(), "name": "a file.txt", "size": text.len() });
        let signed_in = format!("Authorization: Bearer {token}\r\n");
        let headers = format!("{signed_in}Content-Type: application/json\r\n");
        let begun = self.request("POST", "/api/uploads", &headers, &wish.to_string()).await?;
        let id = serde_json::from_slice::<Value>(&begun.body)?["id"].take();
        let headers =
            format!("{signed_in}Content-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\n");
        let path = format!("/api/uploads/{}", id.as_str().unwrap_or_default());
        let sent = self.request("PATCH", &path, &headers, text).await?;
        if sent.status == 200 { Ok(id) } else { Err(io::Error::other("an upload fails")) }
    }

    /// Sends a request without waiting for its answer.
    pub(crate) async fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        body: &str,
    ) -> io::Result<()> {
        let mut text = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n{headers}", self.address);
        let _infallible = write!(text, "Content-Length: {}\r\n\r\n{body}", body.len());
        self.stream.write_all(text.as_bytes()).await
    }

    /// Status and length of the next answer's body.
    pub(crate) async fn head(&mut self) -> io::Result<(u16, usize)> {
        let end = loop {
            if let Some(end) = self.rest.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            self.more().await?;
        };
        let head = String::from_utf8_lossy(self.rest.get(..end).unwrap_or_default()).to_ascii_lowercase();
        self.rest.drain(..end);
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length = length.and_then(|length| length.trim().parse().ok()).unwrap_or(0);
        Ok((status.ok_or_else(|| io::Error::other("no HTTP status"))?, length))
    }

    async fn take(&mut self, length: usize) -> io::Result<Vec<u8>> {
        while self.rest.len() < length {
            self.more().await?;
        }
        let after = self.rest.split_off(length);
        Ok(std::mem::replace(&mut self.rest, after))
    }

    async fn more(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.rest).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ if self.rest.len() > LARGEST => Err(io::Error::other("the answer is too large")),
            _ => Ok(()),
        }
    }

    /// A call, signed in by token if there is one: its reply, or the error that it was refused with.
    ///
    /// # Errors
    /// When there is no answer.
    pub(crate) async fn call(
        &mut self,
        token: &str,
        name: &str,
        request: &Value,
    ) -> io::Result<Result<Value, Value>> {
        let signed_in =
            if token.is_empty() { String::new() } else { format!("Authorization: Bearer {token}\r\n") };
        let headers = format!("{signed_in}X-Parlor-Token: 1\r\nContent-Type: application/json\r\n");
        let answer = self.request("POST", &format!("/api/{name}"), &headers, &request.to_string()).await?;
        let body = serde_json::from_slice(&answer.body)?;
        Ok(if answer.status == 200 { Ok(body) } else { Err(body) })
    }
}

/// A call on a connection of its own that must succeed.
pub(crate) async fn call(address: SocketAddr, token: &str, name: &str, request: Value) -> io::Result<Value> {
    let reply = Http::open(address).await?.call(token, name, &request).await?;
    reply.map_err(|error| io::Error::other(format!("{name}: {error}")))
}
