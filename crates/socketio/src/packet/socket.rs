//! Socket.IO v5 packets: the text form inside an Engine.IO message.

use serde_json::value::RawValue;

use super::{Malformed, json};

/// Names that the clients use for their own notices; an event of that name would be taken for one.
const RESERVED: [&str; 6] =
    ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

/// One packet from a client. Attachments, if any, follow as binary messages.
#[derive(Debug)]
pub struct Packet {
    /// The namespace, without its query.
    pub namespace: String,
    /// What it asks for.
    pub body: Body,
}

/// The kinds of packet a client may send.
#[derive(Debug)]
pub enum Body {
    /// Asks to join the namespace.
    Connect(Option<Box<RawValue>>),
    /// Leaves the namespace.
    Disconnect,
    /// An event, which may await an answer.
    Event {
        /// Its name.
        name: String,
        /// What follows the name.
        args: Vec<Box<RawValue>>,
        /// The id to answer with.
        ack: Option<u64>,
        /// Binary messages that belong to it.
        attachments: usize,
    },
    /// An answer to an event of ours.
    Ack {
        /// Which event.
        id: u64,
        /// The values.
        args: Vec<Box<RawValue>>,
        /// Binary messages that belong to it.
        attachments: usize,
    },
}

impl Body {
    /// How many binary messages complete this packet.
    pub fn attachments(&self) -> usize {
        match self {
            Self::Event { attachments, .. } | Self::Ack { attachments, .. } => *attachments,
            _ => 0,
        }
    }
}

/// Reads a packet, refusing more than `max_attachments`.
pub fn decode(text: &str, max_attachments: usize) -> Result<Packet, Malformed> {
    let (kind, rest) = text.split_at_checked(1).ok_or(Malformed)?;
    let (attachments, rest) = match kind {
        "5" | "6" => attachment_count(rest, max_attachments)?,
        _ => (0, rest),
    };
    let (namespace, rest) = namespace(rest);
    let (id, payload) = ack_id(rest)?;
    let body = match (kind, id) {
        ("0", None) if payload.is_empty() => Body::Connect(None),
        ("0", None) => Body::Connect(Some(json::object(payload)?)),
        ("1", None) if payload.is_empty() => Body::Disconnect,
        ("2" | "5", ack) => event(payload, ack, attachments)?,
        ("3" | "6", Some(id)) => Body::Ack { id, args: json::array(payload)?, attachments },
        _ => return Err(Malformed),
    };
    Ok(Packet { namespace: namespace.to_owned(), body })
}

fn attachment_count(text: &str, max: usize) -> Result<(usize, &str), Malformed> {
    let (digits, rest) = text.split_once('-').ok_or(Malformed)?;
    let count = number(digits)?.and_then(|n| usize::try_from(n).ok()).ok_or(Malformed)?;
    if count > max { Err(Malformed) } else { Ok((count, rest)) }
}

fn namespace(text: &str) -> (&str, &str) {
    if !text.starts_with('/') {
        return ("/", text);
    }
    let (name, rest) = text.split_once(',').unwrap_or((text, ""));
    (name.split_once('?').map_or(name, |(path, _)| path), rest)
}

fn ack_id(text: &str) -> Result<(Option<u64>, &str), Malformed> {
    let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end).ok_or(Malformed)?;
    Ok((number(digits)?, rest))
}

/// Decimal digits as a number; `None` for no digits. Anything that overflows is refused.
fn number(digits: &str) -> Result<Option<u64>, Malformed> {
    if digits.is_empty() {
        return Ok(None);
    }
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Malformed);
    }
    digits.parse().map(Some).map_err(|_| Malformed)
}

fn event(payload: &str, ack: Option<u64>, attachments: usize) -> Result<Body, Malformed> {
    let mut args = json::array(payload)?;
    if args.is_empty() {
        return Err(Malformed);
    }
    let first = args.remove(0);
    let name = match first.get().bytes().next() {
        Some(b'"') => serde_json::from_str(first.get()).map_err(|_| Malformed)?,
        // The JavaScript clients may name an event by a number.
        Some(b'0'..=b'9' | b'-') => first.get().to_owned(),
        _ => return Err(Malformed),
    };
    if RESERVED.contains(&name.as_str()) {
        return Err(Malformed);
    }
    Ok(Body::Event { name, args, ack, attachments })
}

/// Appends the head of a packet: kind, attachments, namespace and id, up to the payload.
pub(crate) fn write_head(out: &mut Vec<u8>, kind: Kind, namespace: &str, id: Option<u64>) {
    // Writing to a Vec cannot fail; `4` makes it an Engine.IO message.
    out.extend_from_slice(b"4");
    match kind {
        Kind::Connect => out.push(b'0'),
        Kind::Disconnect => out.push(b'1'),
        Kind::ConnectError => out.push(b'4'),
        Kind::Event(0) => out.push(b'2'),
        Kind::Ack(0) => out.push(b'3'),
        Kind::Event(n) => out.extend_from_slice(format!("5{n}-").as_bytes()),
        Kind::Ack(n) => out.extend_from_slice(format!("6{n}-").as_bytes()),
    }
    if namespace != "/" {
        out.extend_from_slice(namespace.as_bytes());
        out.push(b',');
    }
    if let Some(id) = id {
        out.extend_from_slice(id.to_string().as_bytes());
    }
}

/// The kinds of packet a server sends; the number is that of attachments.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Connect,
    Disconnect,
    ConnectError,
    Event(usize),
    Ack(usize),
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_part_of_a_packet_is_read() {
        let packet = decode(r#"52-/admin?x=1,13["baz",{"_placeholder":true,"num":0},7]"#, 4).unwrap();
        assert_eq!(packet.namespace, "/admin");
        let Body::Event { name, args, ack, attachments } = packet.body else { panic!("not an event") };
        assert_eq!((name.as_str(), args.len(), ack, attachments), ("baz", 2, Some(13), 2));
        assert_eq!(args[1].get(), "7");
    }

    #[test]
    fn connect_takes_an_object_or_nothing() {
        assert!(matches!(decode("0", 0).unwrap().body, Body::Connect(None)));
        assert_eq!(decode("0/custom", 0).unwrap().namespace, "/custom");
        assert!(matches!(decode(r#"0{"token":"1"}"#, 0).unwrap().body, Body::Connect(Some(_))));
        for bad in ["0[]", "0\"x\"", "01", "0{", "0/a,[1]"] {
            assert!(decode(bad, 0).is_err(), "{bad} passed");
        }
    }

    #[test]
    fn packets_known_to_have_broken_others_are_refused() {
        for bad in [
            "",
            "abc",
            "2",
            "2{}",
            "2[]",
            "2[null]",
            "2[{}]",
            "2[[]]",
            "2abc[\"x\"]",
            "3[]",
            "3x[]",
            "4{}",
            "7",
            "1[]",
            "5[\"x\"]",
            "5-[\"x\"]",
            "5999999-[\"x\"]",
            "52[\"x\"]",
            "5-1-[\"x\"]",
            "51-",
            "299999999999999999999[\"x\"]",
            "2[\"connect\"]",
            "2[\"disconnect\"]",
            "2[\"newListener\"]",
            "é",
            "2[\"x\"]]",
            "2[\"\\ud800\"",
        ] {
            assert!(decode(bad, 4).is_err(), "{bad} passed");
        }
    }

    proptest! {
        #[test]
        fn any_text_never_panics(text: String, kind in "[0-9]") {
            drop(decode(&text, 4));
            drop(decode(&format!("{kind}{text}"), 4));
        }

        #[test]
        fn what_is_encoded_is_decoded(
            name in "[a-z:]{1,12}", nsp in prop_oneof![Just("/".to_owned()), "/[a-z]{1,8}"],
            id: Option<u64>, n in 0..4_usize, arg: String,
        ) {
            prop_assume!(!RESERVED.contains(&name.as_str()));
            let mut out = Vec::new();
            write_head(&mut out, Kind::Event(n), &nsp, id);
            out.extend_from_slice(serde_json::to_string(&(&name, &arg)).unwrap().as_bytes());
            let text = String::from_utf8(out).unwrap();
            let packet = decode(text.strip_prefix('4').unwrap(), 4).unwrap();
            prop_assert_eq!(packet.namespace, nsp);
            let Body::Event { name: read, args, ack, attachments } = packet.body else { panic!("not an event") };
            prop_assert_eq!(read, name);
            prop_assert_eq!((ack, attachments), (id, n));
            prop_assert_eq!(serde_json::from_str::<String>(args[0].get()).unwrap(), arg);
        }
    }
}
