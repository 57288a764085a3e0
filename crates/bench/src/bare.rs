//! The lower bound: a server that does nothing but `send`. One thread, one room, frames built once.
//!
//! It speaks as much of the protocol as our clients need to get in. All that was said while it read is sent to
//! each member in one call, which no server can undercut without another kernel interface.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};

use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

use crate::frame;

const LISTENER: Token = Token(usize::MAX);

/// Serves until the process ends. Prints its address first.
pub(crate) fn serve() -> io::Result<()> {
    let mut poll = Poll::new()?;
    let mut listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    writeln!(io::stdout(), "ready {}", listener.local_addr()?)?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    let mut members: Vec<Member> = Vec::new();
    let mut events = Events::with_capacity(1024);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        poll.poll(&mut events, None)?;
        let mut said = Vec::new();
        for event in &events {
            if event.token() == LISTENER {
                accept(&listener, &poll, &mut members)?;
            } else if let Some(member) = members.get_mut(event.token().0) {
                member.read(&mut buffer, &mut said)?;
            }
        }
        if !said.is_empty() {
            for member in members.iter_mut().filter(|member| member.joined) {
                member.stream.write_all(&said)?;
            }
        }
    }
}

fn accept(listener: &TcpListener, poll: &Poll, members: &mut Vec<Member>) -> io::Result<()> {
    loop {
        match listener.accept() {
            Ok((mut stream, _)) => {
                stream.set_nodelay(true)?;
                poll.registry().register(&mut stream, Token(members.len()), Interest::READABLE)?;
                members.push(Member { stream, greeted: false, joined: false });
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

struct Member {
    stream: TcpStream,
    greeted: bool,
    joined: bool,
}

impl Member {
    fn read(&mut self, buffer: &mut [u8], said: &mut Vec<u8>) -> io::Result<()> {
        let count = match self.stream.read(buffer) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error),
        };
        let mut bytes = &buffer[..count];
        if !self.greeted && count > 0 {
            self.greeted = true;
            let answer =
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
            self.stream.write_all(answer)?;
            return self.stream.write_all(&frame::from_server(b"0{}"));
        }
        // Our own clients send whole frames; one cut in two would need a buffer that this bound does without.
        while let Some((payload, length)) = frame::read_client(bytes) {
            bytes = &bytes[length..];
            match payload.as_slice() {
                [b'4', b'0', ..] => self.stream.write_all(&frame::from_server(b"40{}"))?,
                [b'4', b'2', b'0', ..] => {
                    self.joined = true;
                    self.stream.write_all(&frame::from_server(b"430[]"))?;
                }
                [b'4', b'2', b'[', b'"', b's', b'a', b'y', b'"', rest @ ..] => {
                    said.extend(frame::from_server(&[br#"42["said""#, rest].concat()));
                }
                _ => {}
            }
        }
        Ok(())
    }
}
