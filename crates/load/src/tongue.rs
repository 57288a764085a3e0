//! What is said to each kind of server, and what its packets mean: all that a load needs to know of a peer.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::connection::Entrance;
use crate::town;

/// How our clients speak with a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tongue {
    /// A plain room: `say` to it, and all in it get `said` with the same text, which begins with a number.
    Plain,
    /// Parlor's own protocol: `message:send`, and all members get the entry with room and seq.
    Parlor,
}

/// What a packet from a server means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard<'a> {
    /// A numbered delivery in a room.
    Entry {
        /// Which room; plain servers have each client in one, called 0.
        room: u64,
        /// Its place there.
        number: u64,
    },
    /// The answer to a call.
    Answer {
        /// The call's number.
        id: u64,
        /// What was answered, as JSON.
        body: &'a [u8],
    },
    /// Something that no load asks for.
    Other,
}

impl Heard<'_> {
    /// Whether it answers that a call of Parlor's was done.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Answer { body, .. } if body.starts_with(br#"[{"ok""#))
    }
}

impl Tongue {
    /// What a client says to get into a room of a plain server.
    pub fn visit(room: &str) -> Entrance {
        Entrance { connect: "40".to_owned(), join: Some(format!(r#"420["join","{room}"]"#)) }
    }

    /// What a client says to sign in to Parlor.
    pub fn sign_in(token: &str) -> Entrance {
        Entrance { connect: format!("40{}", json!({ "token": token })), join: None }
    }

    /// A message of some 200 bytes to a room; the numbers of one sender count up.
    pub fn say(self, room: &str, number: u64) -> String {
        match self {
            Self::Plain => format!(r#"42["say","{room}","{number:012} {:x<187}"]"#, ""),
            Self::Parlor => {
                let request = json!({
                    "room": room,
                    "nonce": town::nonce(0, number),
                    "text": town::words(usize::try_from(number).unwrap_or(0)),
                });
                Self::call(number, "message:send", &request)
            }
        }
    }

    /// A call of this number.
    pub fn call(number: u64, name: &str, request: &serde_json::Value) -> String {
        format!("42{number}{}", json!([name, request]))
    }

    /// What a packet means.
    pub fn hear(self, payload: &[u8]) -> Heard<'_> {
        match (self, payload) {
            (_, [b'4', b'3', rest @ ..]) => {
                let (id, body) = number(rest);
                Heard::Answer { id, body }
            }
            (Self::Plain, _) => match payload.strip_prefix(br#"42["said",""#) {
                Some(rest) => Heard::Entry { room: 0, number: number(rest).0 },
                None => Heard::Other,
            },
            (Self::Parlor, _) => entry(payload).unwrap_or(Heard::Other),
        }
    }
}

/// An entry of a room's log: every push that begins with room and seq, but the beacon of heads.
fn entry(payload: &[u8]) -> Option<Heard<'_>> {
    let named = payload.strip_prefix(br#"42[""#)?;
    if named.starts_with(b"room:head\"") {
        return None;
    }
    let end = named.iter().position(|byte| *byte == b'"')?;
    let room = named.get(end..)?.strip_prefix(br#"",{"room":""#)?;
    let (room, rest) = number(room);
    Some(Heard::Entry { room, number: number(rest.strip_prefix(br#"","seq":"#)?).0 })
}

/// The number at the beginning, and what follows it.
fn number(bytes: &[u8]) -> (u64, &[u8]) {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = bytes.split_at(digits);
    (
        digits
            .iter()
            .fold(0, |number: u64, digit| number.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'))),
        rest,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deliveries_are_numbered_and_answers_belong_to_calls() {
        assert_eq!(
            Tongue::Plain.hear(br#"42["said","000000000012 xx"]"#),
            Heard::Entry { room: 0, number: 12 }
        );
        let push = br#"42["message:created",{"room":"77","seq":5,"at_ms":1}]"#;
        assert_eq!(Tongue::Parlor.hear(push), Heard::Entry { room: 77, number: 5 });
        assert_eq!(Tongue::Parlor.hear(br#"42["room:head",{"room":"77","seq":5}]"#), Heard::Other);
        let answer = Tongue::Parlor.hear(br#"4317[{"ok":{"seq":5}}]"#);
        assert_eq!(answer, Heard::Answer { id: 17, body: br#"[{"ok":{"seq":5}}]"# });
        assert!(answer.is_done());
        assert!(!Tongue::Parlor.hear(br#"4317[{"err":{}}]"#).is_done());
    }
}
