//! Reads client frames (RFC 6455, section 5), strictly: no extension, no leniency.

use bytes::Bytes;

use crate::packet::engine::Message;

/// Most pieces one message may come in; more is an attack on our allocator.
const MAX_FRAGMENTS: u32 = 64;
/// Longest payload of a ping, pong or close frame.
const MAX_CONTROL: usize = 125;

/// What one frame amounted to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// A whole message.
    Message(Message),
    /// A piece of a message that is not complete yet.
    Piece,
    /// A ping; its data must be sent back.
    Ping(Bytes),
    /// A pong of the WebSocket layer, which nobody asked for.
    Pong,
    /// The peer closes.
    Close,
}

/// Why a stream of frames can't be read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// The frame breaks RFC 6455.
    Protocol,
    /// A text message is not UTF-8.
    NotUtf8,
    /// A message is larger than allowed.
    TooLarge,
    /// A message came in too many pieces.
    TooManyPieces,
}

/// Decodes frames one at a time. Between messages it owns nothing on the heap.
#[derive(Debug)]
pub struct Decoder {
    max_message: usize,
    partial: Option<Box<Partial>>,
}

#[derive(Debug)]
struct Partial {
    text: bool,
    pieces: u32,
    data: Vec<u8>,
}

struct Header {
    fin: bool,
    opcode: u8,
    mask: [u8; 4],
    start: usize,
    end: usize,
}

impl Decoder {
    /// A decoder that refuses messages longer than `max_message` bytes.
    pub fn new(max_message: usize) -> Self {
        Self { max_message, partial: None }
    }

    /// Reads the first frame of `input`, unmasking it in place. `None` asks for more bytes;
    /// otherwise the number says how many bytes the frame took.
    pub fn decode(&mut self, input: &mut [u8]) -> Result<Option<(usize, Incoming)>, FrameError> {
        let Some(header) = self.header(input)? else { return Ok(None) };
        let Some(payload) = input.get_mut(header.start..header.end) else { return Ok(None) };
        unmask(payload, header.mask);
        let incoming = match header.opcode {
            0x8 => close(payload)?,
            0x9 => Incoming::Ping(Bytes::copy_from_slice(payload)),
            0xa => Incoming::Pong,
            opcode => self.data(opcode, header.fin, payload)?,
        };
        Ok(Some((header.end, incoming)))
    }

    /// Reads and judges a header before a byte of its payload is waited for.
    fn header(&self, input: &[u8]) -> Result<Option<Header>, FrameError> {
        let &[first, second, ..] = input else { return Ok(None) };
        let (fin, reserved, opcode) = (first & 0x80 != 0, first & 0x70, first & 0x0f);
        let control = opcode & 0x8 != 0;
        let known = matches!(opcode, 0x0..=0x2 | 0x8..=0xa);
        if reserved != 0 || !known || second & 0x80 == 0 || (control && !fin) {
            return Err(FrameError::Protocol);
        }
        let (length, at) = match second & 0x7f {
            126 => match input.get(2..4).and_then(|b| <[u8; 2]>::try_from(b).ok()) {
                // The shortest form is required, so 126 must not carry what fits in 7 bits.
                Some(b) if u16::from_be_bytes(b) < 126 => return Err(FrameError::Protocol),
                Some(b) => (u64::from(u16::from_be_bytes(b)), 4_usize),
                None => return Ok(None),
            },
            127 => match input.get(2..10).and_then(|b| <[u8; 8]>::try_from(b).ok()) {
                Some(b) if u64::from_be_bytes(b) <= 0xffff => return Err(FrameError::Protocol),
                Some(b) if u64::from_be_bytes(b) >> 63 != 0 => return Err(FrameError::Protocol),
                Some(b) => (u64::from_be_bytes(b), 10),
                None => return Ok(None),
            },
            short => (u64::from(short), 2),
        };
        let length = self.admit(control, opcode, length)?;
        let start = at.saturating_add(4);
        let Some(mask) = input.get(at..start).and_then(|b| b.try_into().ok()) else { return Ok(None) };
        Ok(Some(Header { fin, opcode, mask, start, end: start.saturating_add(length) }))
    }

    /// Refuses a frame by its declared length and its place, before anything is allocated.
    fn admit(&self, control: bool, opcode: u8, length: u64) -> Result<usize, FrameError> {
        let length = usize::try_from(length).map_err(|_| FrameError::TooLarge)?;
        if control {
            return if length > MAX_CONTROL { Err(FrameError::Protocol) } else { Ok(length) };
        }
        if (opcode == 0) != self.partial.is_some() {
            return Err(FrameError::Protocol);
        }
        let before = self.partial.as_ref().map_or(0, |partial| partial.data.len());
        if before.saturating_add(length) > self.max_message {
            return Err(FrameError::TooLarge);
        }
        Ok(length)
    }

    fn data(&mut self, opcode: u8, fin: bool, payload: &[u8]) -> Result<Incoming, FrameError> {
        let Some(mut partial) = self.partial.take() else {
            let text = opcode == 0x1;
            if fin {
                return message(text, payload.to_vec()).map(Incoming::Message);
            }
            self.partial = Some(Box::new(Partial { text, pieces: 1, data: payload.to_vec() }));
            return Ok(Incoming::Piece);
        };
        partial.pieces = partial.pieces.saturating_add(1);
        if partial.pieces > MAX_FRAGMENTS {
            return Err(FrameError::TooManyPieces);
        }
        partial.data.extend_from_slice(payload);
        if fin {
            return message(partial.text, partial.data).map(Incoming::Message);
        }
        self.partial = Some(partial);
        Ok(Incoming::Piece)
    }
}

fn message(text: bool, data: Vec<u8>) -> Result<Message, FrameError> {
    if text {
        String::from_utf8(data).map(Message::Text).map_err(|_| FrameError::NotUtf8)
    } else {
        Ok(Message::Binary(data.into()))
    }
}

fn close(payload: &[u8]) -> Result<Incoming, FrameError> {
    match payload {
        [] => Ok(Incoming::Close),
        [high, low, reason @ ..] => {
            let code = u16::from_be_bytes([*high, *low]);
            if !matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
                return Err(FrameError::Protocol);
            }
            std::str::from_utf8(reason).map(|_| Incoming::Close).map_err(|_| FrameError::NotUtf8)
        }
        [_] => Err(FrameError::Protocol),
    }
}

fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    let wide = u64::from(u32::from_ne_bytes(mask));
    let wide = wide | (wide << 32);
    let mut chunks = payload.chunks_exact_mut(8);
    for chunk in &mut chunks {
        if let Ok(bytes) = <[u8; 8]>::try_from(&*chunk) {
            chunk.copy_from_slice(&(u64::from_ne_bytes(bytes) ^ wide).to_ne_bytes());
        }
    }
    for (byte, key) in chunks.into_remainder().iter_mut().zip(mask.iter().cycle()) {
        *byte ^= key;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
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
        let mask = [7, 1, 200, 33];
        out.extend(mask);
        out.extend(payload.iter().zip(mask.iter().cycle()).map(|(b, m)| b ^ m));
        out
    }

    fn all(decoder: &mut Decoder, stream: &[u8], cuts: &[usize]) -> Result<Vec<Incoming>, FrameError> {
        let mut buffer = Vec::new();
        let mut out = Vec::new();
        let mut at = 0;
        for end in cuts.iter().copied().chain([stream.len()]) {
            let end = end.clamp(at, stream.len());
            buffer.extend_from_slice(&stream[at..end]);
            at = end;
            while let Some((used, incoming)) = decoder.decode(&mut buffer)? {
                buffer.drain(..used);
                out.push(incoming);
            }
        }
        Ok(out)
    }

    fn one(bytes: &[u8]) -> Result<Vec<Incoming>, FrameError> {
        all(&mut Decoder::new(1_000), bytes, &[])
    }

    #[test]
    fn a_message_may_come_in_pieces_with_a_ping_between() {
        let stream = [frame(0x01, b"hel"), frame(0x89, b"hi"), frame(0x80, b"lo")].concat();
        let expected = [
            Incoming::Piece,
            Incoming::Ping(Bytes::from_static(b"hi")),
            Incoming::Message(Message::Text("hello".into())),
        ];
        assert_eq!(one(&stream).unwrap(), expected);
    }

    #[test]
    fn frames_that_break_the_rules_are_refused() {
        let unmasked = [0x81, 0x01, b'x'];
        let cases: [(&str, Vec<u8>); 12] = [
            ("unmasked", unmasked.to_vec()),
            ("reserved bit", frame(0xc1, b"x")),
            ("unknown opcode", frame(0x83, b"x")),
            ("unknown control", frame(0x8b, b"x")),
            ("fragmented ping", frame(0x09, b"x")),
            ("long ping", frame(0x89, &[0; 126])),
            ("continuation of nothing", frame(0x80, b"x")),
            ("text inside a message", [frame(0x01, b"x"), frame(0x81, b"x")].concat()),
            ("one-byte close", frame(0x88, b"x")),
            ("close code 1005", frame(0x88, &1005_u16.to_be_bytes())),
            ("long form of a short length", vec![0x81, 0xfe, 0, 5, 0, 0, 0, 0]),
            ("longest form of a short length", vec![0x81, 0xff, 0, 0, 0, 0, 0, 0, 1, 0]),
        ];
        for (name, bytes) in cases {
            assert_eq!(one(&bytes), Err(FrameError::Protocol), "{name}");
        }
        assert_eq!(one(&frame(0x81, b"\xff")), Err(FrameError::NotUtf8));
    }

    #[test]
    fn size_is_judged_by_the_header_alone() {
        let mut claim = vec![0x82, 0xff];
        claim.extend(0x7fff_ffff_ffff_ffff_u64.to_be_bytes());
        assert_eq!(one(&claim), Err(FrameError::TooLarge));
        assert_eq!(one(&[0x82, 0xfe, 0x03, 0xe9]), Err(FrameError::TooLarge));
        let halves = [frame(0x02, &[0; 600]), frame(0x80, &[0; 600])].concat();
        assert_eq!(one(&halves), Err(FrameError::TooLarge));
    }

    #[test]
    fn the_number_of_pieces_is_limited() {
        let mut stream = frame(0x01, b"");
        for _ in 0..64 {
            stream.extend(frame(0x00, b""));
        }
        assert_eq!(one(&stream), Err(FrameError::TooManyPieces));
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(bytes: Vec<u8>) {
            drop(one(&bytes));
        }

        #[test]
        fn any_chunking_gives_the_same_messages(
            parts in prop::collection::vec((any::<bool>(), ".{0,200}"), 1..6),
            cuts in prop::collection::btree_set(0..1_500_usize, 0..20),
        ) {
            let mut stream = Vec::new();
            let mut expected = Vec::new();
            for (text, content) in &parts {
                stream.extend(frame(if *text { 0x81 } else { 0x82 }, content.as_bytes()));
                expected.push(Incoming::Message(if *text {
                    Message::Text(content.clone())
                } else {
                    Message::Binary(Bytes::copy_from_slice(content.as_bytes()))
                }));
            }
            let cuts: Vec<_> = cuts.into_iter().collect();
            prop_assert_eq!(all(&mut Decoder::new(65_536), &stream, &cuts).unwrap(), expected);
        }
    }
}
