//! The lower bound: a server that does nothing but `send`. One thread, frames built once.
//!
//! It speaks as much of the protocol as our clients need to get in. All that was said while it read is sent to
//! each member in one call, which no server can undercut without another kernel interface.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};

use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

use parlor_load::frame;

const LISTENER: Token = Token(usize::MAX);

/// Serves until the process ends. Prints its address first.
pub(crate) fn serve() -> io::Result<()> {
    let mut poll = Poll::new()?;
    let mut listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    writeln!(io::stdout(), "ready {}", listener.local_addr()?)?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    let mut hall = Hall::default();
    let mut events = Events::with_capacity(1024);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        poll.poll(&mut events, None)?;
        for event in &events {
            if event.token() == LISTENER {
                accept(&listener, &poll, &mut hall.members)?;
            } else {
                hall.read(event.token().0, &mut buffer)?;
            }
        }
        hall.tell()?;
    }
}

/// Everyone who is connected, and the rooms with what was said in them since the last turn.
#[derive(Default)]
struct Hall {
    members: Vec<Member>,
    rooms: HashMap<Vec<u8>, Room>,
}

#[derive(Default)]
struct Room {
    members: Vec<usize>,
    said: Vec<u8>,
}

impl Hall {
    fn read(&mut self, number: usize, buffer: &mut [u8]) -> io::Result<()> {
        let Some(member) = self.members.get_mut(number) else { return Ok(()) };
        for (room, said) in member.read(buffer)? {
            let room = self.rooms.entry(room).or_default();
            match said {
                Some(text) => room.said.extend(frame::from_server(&[br#"42["said","#, &text[..]].concat())),
                None => room.members.push(number),
            }
        }
        Ok(())
    }

    fn tell(&mut self) -> io::Result<()> {
        for room in self.rooms.values_mut().filter(|room| !room.said.is_empty()) {
            for number in &room.members {
                if let Some(member) = self.members.get_mut(*number) {
                    member.stream.write_all(&room.said)?;
                }
            }
            room.said.clear();
        }
        Ok(())
    }
}

fn accept(listener: &TcpListener, poll: &Poll, members: &mut Vec<Member>) -> io::Result<()> {
    loop {
        match listener.accept() {
            Ok((mut stream, _)) => {
                stream.set_nodelay(true)?;
                poll.registry().register(&mut stream, Token(members.len()), Interest::READABLE)?;
                members.push(Member { stream, greeted: false });
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

struct Member {
    stream: TcpStream,
    greeted: bool,
}

/// A room, and what is said there; `None` joins it.
type Wish = (Vec<u8>, Option<Vec<u8>>);

impl Member {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<Vec<Wish>> {
        let count = match self.stream.read(buffer) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut bytes = &buffer[..count];
        if !self.greeted && count > 0 {
            self.greeted = true;
            let answer =
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
            self.stream.write_all(answer)?;
            self.stream.write_all(&frame::from_server(b"0{}"))?;
            return Ok(Vec::new());
        }
        // Our own clients send whole frames; one cut in two would need a buffer that this bound does without.
        let mut wishes = Vec::new();
        while let Some((payload, length)) = frame::read_client(bytes) {
            bytes = &bytes[length..];
            if payload.starts_with(b"40") {
                self.stream.write_all(&frame::from_server(b"40{}"))?;
            } else if let Some(rest) = payload.strip_prefix(br#"420["join",""#) {
                wishes.extend(quoted(rest).map(|(room, _)| (room.to_vec(), None)));
                self.stream.write_all(&frame::from_server(b"430[]"))?;
            } else if let Some(rest) = payload.strip_prefix(br#"42["say",""#) {
                let said = quoted(rest).and_then(|(room, rest)| Some((room, rest.strip_prefix(b",")?)));
                wishes.extend(said.map(|(room, text)| (room.to_vec(), Some(text.to_vec()))));
            }
        }
        Ok(wishes)
    }
}

/// The text up to the next quote, and what follows it.
fn quoted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'"')?;
    Some((bytes.get(..end)?, bytes.get(end + 1..)?))
}
