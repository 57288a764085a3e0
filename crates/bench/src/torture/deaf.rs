//! A socket that never reads, and one that floods a room.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::torture::http::Http;
use crate::torture::stage::{Person, expect};
use parlor_load::frame;

/// Bytes that the kernel may keep for it.
const BUFFER: u32 = 4 * 1024;

/// A connected WebSocket that is not read.
#[derive(Debug)]
pub(crate) struct Deaf {
    stream: TcpStream,
}

impl Deaf {
    /// Connects and signs in; reads until it is let in, and no further.
    pub(crate) async fn open(address: SocketAddr, person: &Person) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(BUFFER)?;
        let mut stream = socket.connect(address).await?;
        let ask = format!(
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        );
        stream.write_all(ask.as_bytes()).await?;
        let connect = format!("40{}", json!({ "token": person.token }));
        stream.write_all(&frame::from_client(connect.as_bytes())).await?;
        let mut heard = Vec::new();
        while !contains(&heard, b"40{\"sid\"") {
            if stream.read_buf(&mut heard).await? == 0 {
                return Err(io::Error::other(String::from_utf8_lossy(&heard).into_owned()));
            }
        }
        Ok(Self { stream })
    }

    /// Reads all there is until the server closes, or until nothing comes for a second: the bytes, and whether it
    /// was closed.
    pub(crate) async fn hear(mut self) -> (Vec<u8>, bool) {
        let mut heard = Vec::new();
        loop {
            match timeout(Duration::from_secs(1), self.stream.read_buf(&mut heard)).await {
                Ok(Ok(1..)) => {}
                Ok(_) => return (heard, true),
                Err(_) => return (heard, false),
            }
        }
    }
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// Sends so many messages of this length into a room, one after the other.
pub(crate) async fn flood(
    address: SocketAddr,
    person: &Person,
    room: u64,
    (name, count, length): (&str, usize, usize),
) -> io::Result<()> {
    let mut http = Http::open(address).await?;
    let text = "x".repeat(length);
    for number in 0..count {
        let say = json!({ "room": room.to_string(), "nonce": format!("{name}-{number}"), "text": text });
        expect(http.call(&person.token, "message:send", &say).await?)?;
    }
    Ok(())
}
