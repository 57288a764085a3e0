//! One client connection: a WebSocket that speaks just enough Engine.IO and Socket.IO to join and to count.

use std::io::{self, Read, Write};
use std::net::SocketAddr;

use mio::net::TcpStream;

use crate::frame;

/// What a connection is waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The answer to the WebSocket handshake.
    Handshake,
    /// The answer to CONNECT.
    Connecting,
    /// The ack of the join.
    Joining,
    /// Nothing: it is in the room and counts what it gets.
    Ready,
}

/// How clients of one kind of server get in: what is sent and what counts as a delivery.
#[derive(Debug, Clone)]
pub(crate) struct Dialect {
    /// Packet sent after the Engine.IO handshake, such as `40{"token":"…"}`.
    pub(crate) connect: String,
    /// Packet that joins the room with ack id 0, or none where connecting is enough.
    pub(crate) join: Option<String>,
    /// What a delivery begins with, such as `42["said"`.
    pub(crate) delivery: String,
}

/// A client connection. It holds a read buffer only while a frame is incomplete.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) stream: TcpStream,
    pub(crate) stage: Stage,
    /// Deliveries so far.
    pub(crate) received: u64,
    partial: Vec<u8>,
}

impl Connection {
    /// Starts to connect; the handshake is sent at once when the socket is writable.
    pub(crate) fn open(address: SocketAddr) -> io::Result<Self> {
        Ok(Self {
            stream: TcpStream::connect(address)?,
            stage: Stage::Handshake,
            received: 0,
            partial: Vec::new(),
        })
    }

    /// Asks for the WebSocket. Called once the stream is connected.
    pub(crate) fn greet(&mut self, host: SocketAddr) -> io::Result<()> {
        let request = format!(
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        );
        self.stream.write_all(request.as_bytes())
    }

    /// Sends a packet as one masked text frame.
    pub(crate) fn send(&mut self, packet: &str) -> io::Result<()> {
        self.stream.write_all(&frame::from_client(packet.as_bytes()))
    }

    /// Reads until the socket is empty and acts on what came. `buffer` is shared by all connections.
    pub(crate) fn read(&mut self, dialect: &Dialect, buffer: &mut [u8]) -> io::Result<()> {
        loop {
            let count = match self.stream.read(buffer) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            };
            if self.partial.is_empty() {
                let used = self.take_frames(&buffer[..count], dialect)?;
                self.partial.extend_from_slice(&buffer[used..count]);
            } else {
                let mut bytes = std::mem::take(&mut self.partial);
                bytes.extend_from_slice(&buffer[..count]);
                let used = self.take_frames(&bytes, dialect)?;
                self.partial.extend_from_slice(&bytes[used..]);
            }
            if count < buffer.len() {
                return Ok(());
            }
        }
    }

    /// Acts on every whole frame and returns how many bytes they took.
    fn take_frames(&mut self, bytes: &[u8], dialect: &Dialect) -> io::Result<usize> {
        let mut used = 0;
        if self.stage == Stage::Handshake {
            let Some(end) = find(bytes, b"\r\n\r\n") else { return Ok(0) };
            if !bytes.starts_with(b"HTTP/1.1 101") {
                let line =
                    String::from_utf8_lossy(bytes.split(|byte| *byte == b'\r').next().unwrap_or_default());
                return Err(io::Error::other(format!("no WebSocket: {line}")));
            }
            used = end + 4;
            self.stage = Stage::Connecting;
        }
        while let Some((payload, length)) = frame::read_server(&bytes[used..]) {
            used += length;
            self.packet(payload, dialect)?;
        }
        Ok(used)
    }

    fn packet(&mut self, payload: &[u8], dialect: &Dialect) -> io::Result<()> {
        if payload.starts_with(dialect.delivery.as_bytes()) {
            self.received += 1;
            return Ok(());
        }
        match (payload, self.stage) {
            ([b'0', ..], _) => self.send(&dialect.connect),
            (b"2", _) => self.send("3"),
            ([b'4', b'0', ..], Stage::Connecting) => {
                self.stage = if dialect.join.is_some() { Stage::Joining } else { Stage::Ready };
                dialect.join.as_deref().map_or(Ok(()), |join| self.send(join))
            }
            ([b'4', b'4', ..], _) => Err(io::Error::other(String::from_utf8_lossy(payload).into_owned())),
            ([b'4', b'3', b'0', ..], Stage::Joining) => {
                self.stage = Stage::Ready;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
