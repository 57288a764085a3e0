//! Engine.IO v4 packets, and the payloads that carry several of them over long-polling.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::Malformed;

/// Separates the packets of a polling payload.
pub(crate) const SEPARATOR: u8 = 0x1e;

/// One message of the layer above.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// UTF-8 text.
    Text(String),
    /// Bytes.
    Binary(Bytes),
}

/// One Engine.IO packet from a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet {
    /// The client ends the session.
    Close,
    /// `2probe` on a new transport.
    Probe,
    /// The answer to a ping.
    Pong,
    /// Data for the layer above.
    Message(Message),
    /// The new transport takes over.
    Upgrade,
    /// Nothing.
    Noop,
}

/// Reads the text form of a packet, as in a WebSocket text message.
pub fn decode_text(text: &str) -> Result<Packet, Malformed> {
    let (kind, rest) = text.split_at_checked(1).ok_or(Malformed)?;
    match (kind, rest) {
        ("1", "") => Ok(Packet::Close),
        ("2", "probe") => Ok(Packet::Probe),
        // The official clients repeat the ping's data in the pong; nothing is read from it.
        ("3", _) => Ok(Packet::Pong),
        ("4", _) => Ok(Packet::Message(Message::Text(rest.to_owned()))),
        ("5", "") => Ok(Packet::Upgrade),
        ("6", "") => Ok(Packet::Noop),
        _ => Err(Malformed),
    }
}

/// Reads one packet of a polling payload, where binary data is `b` and base64.
pub fn decode_part(text: &str) -> Result<Packet, Malformed> {
    match text.strip_prefix('b') {
        Some(encoded) => {
            let bytes = STANDARD.decode(encoded).map_err(|_| Malformed)?;
            Ok(Packet::Message(Message::Binary(bytes.into())))
        }
        None => decode_text(text),
    }
}

/// Walks through a polling payload packet by packet, so that a full inbox can pause it.
#[derive(Debug)]
pub struct Payload {
    body: Bytes,
    at: usize,
    done: bool,
}

impl Payload {
    /// Takes a request body. It must be UTF-8 and hold at least one packet.
    pub fn new(body: Bytes) -> Result<Self, Malformed> {
        if body.is_empty() || std::str::from_utf8(&body).is_err() {
            return Err(Malformed);
        }
        Ok(Self { body, at: 0, done: false })
    }

    /// The next packet and its length in bytes; `None` after the last.
    pub fn next_packet(&mut self) -> Option<Result<(Packet, usize), Malformed>> {
        if self.done {
            return None;
        }
        let rest = self.body.get(self.at..).unwrap_or_default();
        let part = if let Some(end) = rest.iter().position(|&b| b == SEPARATOR) {
            self.at = self.at.saturating_add(end).saturating_add(1);
            rest.get(..end).unwrap_or_default()
        } else {
            self.done = true;
            rest
        };
        let text = std::str::from_utf8(part).map_err(|_| Malformed);
        Some(text.and_then(decode_part).map(|packet| (packet, part.len())))
    }
}

/// Appends one packet to a polling payload: text as it is, bytes as `b` and base64.
pub(crate) fn append_part(payload: &mut Vec<u8>, data: &[u8], binary: bool) {
    if !payload.is_empty() {
        payload.push(SEPARATOR);
    }
    if binary {
        payload.push(b'b');
        payload.extend_from_slice(STANDARD.encode(data).as_bytes());
    } else {
        payload.extend_from_slice(data);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(body: &[u8]) -> Result<Vec<Packet>, Malformed> {
        let mut payload = Payload::new(Bytes::copy_from_slice(body))?;
        std::iter::from_fn(|| payload.next_packet()).map(|p| p.map(|(packet, _)| packet)).collect()
    }

    #[test]
    fn a_payload_mixes_text_and_bytes() {
        let packets = all(b"4hello\x1ebAQIDBA==\x1e3\x1e1").unwrap();
        assert_eq!(packets.len(), 4);
        assert_eq!(packets[0], Packet::Message(Message::Text("hello".into())));
        assert_eq!(packets[1], Packet::Message(Message::Binary(Bytes::from_static(&[1, 2, 3, 4]))));
        assert_eq!(packets[2..], [Packet::Pong, Packet::Close]);
    }

    #[test]
    fn nonsense_is_refused() {
        for body in
            [&b""[..], b"abc", b"\x1e", b"4a\x1e", b"b%%", b"9", b"1x", b"\xff", "é".as_bytes(), b"2x"]
        {
            assert!(all(body).is_err(), "{body:?} passed");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(body: Vec<u8>) {
            drop(all(&body));
        }

        #[test]
        fn what_is_encoded_is_decoded(
            parts in prop::collection::vec(prop_oneof![
                "[^\u{1e}]*".prop_map(Message::Text),
                any::<Vec<u8>>().prop_map(|bytes| Message::Binary(bytes.into())),
            ], 1..8)
        ) {
            let mut body = Vec::new();
            for part in &parts {
                match part {
                    Message::Text(text) => append_part(&mut body, format!("4{text}").as_bytes(), false),
                    Message::Binary(bytes) => append_part(&mut body, bytes, true),
                }
            }
            let expected: Vec<_> = parts.into_iter().map(Packet::Message).collect();
            prop_assert_eq!(all(&body).unwrap(), expected);
        }
    }
}
