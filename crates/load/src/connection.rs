//! One client connection: a WebSocket that speaks just enough Engine.IO and Socket.IO to join, to send and to check.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};

use mio::net::TcpStream;
use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, connect, socket_with};
use serde::{Deserialize, Serialize};

use crate::frame;
use crate::tongue::{Heard, Tongue};

/// What a connection is waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The answer to the WebSocket handshake.
    Handshake,
    /// The answer to CONNECT.
    Connecting,
    /// The ack of the join.
    Joining,
    /// Nothing: it is in.
    Ready,
}

/// What one client says to get in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entrance {
    /// Packet sent after the Engine.IO handshake, such as `40{"token":"…"}`.
    pub connect: String,
    /// Packet with ack id 0 that joins, or none where connecting is enough.
    pub join: Option<String>,
}

/// What must never happen to a client that keeps up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Faults {
    /// Something between two deliveries did not come.
    pub gaps: u64,
    /// Something came again, or too late.
    pub repeats: u64,
}

/// A client connection. It holds a read buffer only while a frame is incomplete.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) stream: TcpStream,
    pub(crate) stage: Stage,
    /// Deliveries so far.
    pub(crate) received: u64,
    pub(crate) faults: Faults,
    entrance: Entrance,
    /// The last number that was heard in each room.
    heard: Vec<(u64, u64)>,
    partial: Vec<u8>,
}

impl Connection {
    /// Starts to connect from this address; the handshake is sent when the socket is writable.
    pub(crate) fn open(from: Ipv4Addr, to: SocketAddr, entrance: Entrance) -> io::Result<Self> {
        let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
        let socket = socket_with(AddressFamily::INET, SocketType::STREAM, flags, None)?;
        bind(&socket, &SocketAddr::from((from, 0)))?;
        match connect(&socket, &to) {
            Ok(()) | Err(rustix::io::Errno::INPROGRESS) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(Self {
            stream: TcpStream::from_std(socket.into()),
            stage: Stage::Handshake,
            received: 0,
            faults: Faults::default(),
            entrance,
            heard: Vec::new(),
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

    /// Reads until the socket is empty and tells what came. `buffer` is shared by all connections.
    pub(crate) fn read(
        &mut self,
        tongue: Tongue,
        buffer: &mut [u8],
        on: &mut dyn FnMut(Heard<'_>),
    ) -> io::Result<()> {
        loop {
            let count = match self.stream.read(buffer) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            };
            if self.partial.is_empty() {
                let used = self.take_frames(&buffer[..count], tongue, on)?;
                self.partial.extend_from_slice(&buffer[used..count]);
            } else {
                let mut bytes = std::mem::take(&mut self.partial);
                bytes.extend_from_slice(&buffer[..count]);
                let used = self.take_frames(&bytes, tongue, on)?;
                self.partial.extend_from_slice(&bytes[used..]);
            }
            if count < buffer.len() {
                return Ok(());
            }
        }
    }

    /// Acts on every whole frame and returns how many bytes they took.
    fn take_frames(
        &mut self,
        bytes: &[u8],
        tongue: Tongue,
        on: &mut dyn FnMut(Heard<'_>),
    ) -> io::Result<usize> {
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
            if bytes[used] == frame::CLOSE {
                return Err(io::Error::other("the server closed a connection"));
            }
            used += length;
            self.packet(payload, tongue, on)?;
        }
        Ok(used)
    }

    fn packet(&mut self, payload: &[u8], tongue: Tongue, on: &mut dyn FnMut(Heard<'_>)) -> io::Result<()> {
        match (payload, self.stage) {
            ([b'0', ..], _) => self.send(&self.entrance.connect.clone()),
            (b"2", _) => self.send("3"),
            ([b'4', b'0', ..], Stage::Connecting) => {
                self.stage = if self.entrance.join.is_some() { Stage::Joining } else { Stage::Ready };
                self.entrance.join.clone().map_or(Ok(()), |join| self.send(&join))
            }
            ([b'4', b'4', ..], _) => Err(io::Error::other(String::from_utf8_lossy(payload).into_owned())),
            ([b'4', b'3', b'0', ..], Stage::Joining) => {
                self.stage = Stage::Ready;
                on(tongue.hear(payload));
                Ok(())
            }
            _ => {
                let heard = tongue.hear(payload);
                if let Heard::Entry { room, number } = heard {
                    self.received += 1;
                    self.check(room, number);
                }
                on(heard);
                Ok(())
            }
        }
    }

    /// A room's numbers count up by one, from whatever comes first.
    fn check(&mut self, room: u64, number: u64) {
        match self.heard.iter_mut().find(|(known, _)| *known == room) {
            None => self.heard.push((room, number)),
            Some((_, last)) if number <= *last => self.faults.repeats += 1,
            Some((_, last)) => {
                self.faults.gaps += u64::from(number > *last + 1);
                *last = number;
            }
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
