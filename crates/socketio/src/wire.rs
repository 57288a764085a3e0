//! What waits to be written: shared, already framed buffers, and the events made into them.

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::packet::socket::{Kind, write_head};
use crate::websocket::encode::{MAX_HEADER, Opcode, header};

/// A value could not be written as JSON.
///
/// This is a fault of the program: a map with keys that aren't strings, or an argument list that
/// isn't a sequence.
#[derive(Debug)]
pub struct EncodeError(String);

impl std::fmt::Display for EncodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the value can't be encoded: {}", self.0)
    }
}

impl std::error::Error for EncodeError {}

impl From<serde_json::Error> for EncodeError {
    fn from(error: serde_json::Error) -> Self {
        Self(error.to_string())
    }
}

/// Whether a frame may be thrown away when the queue of its connection overflows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// An event: the client is told `lagged` instead.
    Event,
    /// Answers and control packets, whose number the client itself bounds.
    Kept,
}

/// One WebSocket frame, which also holds the Engine.IO packet that polling sends.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    bytes: Bytes,
    header: u8,
    pub(crate) binary: bool,
    pub(crate) class: Class,
    /// Belongs to the frame before it, and must not be separated from it.
    pub(crate) follows: bool,
}

impl Frame {
    /// A text frame whose payload `write` appends.
    pub(crate) fn text(class: Class, write: impl FnOnce(&mut Vec<u8>)) -> Self {
        Self::build(Opcode::Text, class, write)
    }

    /// A text frame of a fixed packet, such as a ping.
    pub(crate) fn packet(text: &str) -> Self {
        Self::text(Class::Kept, |out| out.extend_from_slice(text.as_bytes()))
    }

    /// A frame of the WebSocket layer itself.
    pub(crate) fn control(opcode: Opcode, payload: &[u8]) -> Self {
        Self::build(opcode, Class::Kept, |out| out.extend_from_slice(payload))
    }

    /// A binary message.
    pub(crate) fn binary(class: Class, data: &[u8]) -> Self {
        let frame = Self::build(Opcode::Binary, class, |out| out.extend_from_slice(data));
        Self { binary: true, ..frame }
    }

    /// A binary message that belongs to the frame before it.
    pub(crate) fn attachment(class: Class, data: &[u8]) -> Self {
        Self { follows: true, ..Self::binary(class, data) }
    }

    fn build(opcode: Opcode, class: Class, write: impl FnOnce(&mut Vec<u8>)) -> Self {
        // The payload is written behind room for the longest header, so that nothing moves.
        let mut buffer = Vec::with_capacity(128);
        buffer.extend_from_slice(&[0; MAX_HEADER]);
        write(&mut buffer);
        let (head, at) = header(opcode, buffer.len() - MAX_HEADER);
        buffer[..MAX_HEADER].copy_from_slice(&head);
        let header = u8::try_from(MAX_HEADER - at).unwrap_or_default();
        Self { bytes: Bytes::from(buffer).slice(at..), header, binary: false, class, follows: false }
    }

    /// The whole frame.
    pub(crate) fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The Engine.IO packet in it.
    pub(crate) fn payload(&self) -> &[u8] {
        &self.bytes[usize::from(self.header)..]
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }
}

/// A whole packet: its text frame and one frame for each attachment.
pub(crate) fn packet_frames(
    class: Class,
    namespace: &str,
    (kind, id): (Kind, Option<u64>),
    json: &[u8],
    attachments: &[Bytes],
) -> Vec<Frame> {
    let text = Frame::text(class, |out| {
        out.reserve_exact(json.len() + namespace.len() + 24);
        write_head(out, kind, namespace, id);
        out.extend_from_slice(json);
    });
    let binary = attachments.iter().map(|data| Frame::attachment(class, data));
    std::iter::once(text).chain(binary).collect()
}

/// An event that is encoded and framed once and then sent to any number of sockets.
///
/// ```
/// # use parlor_socketio::Encoded;
/// let goal = Encoded::event("goal", &serde_json::json!({ "team": "red", "score": 3 }))?;
/// # Ok::<(), parlor_socketio::EncodeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Encoded {
    json: Bytes,
    attachments: Vec<Bytes>,
    /// The frames for the main namespace, made at once because nearly all events go there.
    frames: Vec<Frame>,
}

impl Encoded {
    /// An event with one argument.
    pub fn event<T: Serialize + ?Sized>(name: &str, payload: &T) -> Result<Self, EncodeError> {
        Ok(Self::from_json(&serde_json::to_vec(&(name, payload))?, Vec::new()))
    }

    /// An event whose arguments are the elements of `args`, a tuple or a list.
    pub fn args<T: Serialize + ?Sized>(name: &str, args: &T) -> Result<Self, EncodeError> {
        Self::with_attachments(name, args, Vec::new())
    }

    /// An event with one argument that is JSON already. It is copied, not read.
    pub fn raw(name: &str, payload: &RawValue) -> Result<Self, EncodeError> {
        Self::event(name, payload)
    }

    /// An event with arguments as in [`args`](Self::args) and binary data, which the arguments
    /// refer to by [`Placeholder`](crate::Placeholder).
    pub fn with_attachments<T: Serialize + ?Sized>(
        name: &str,
        args: &T,
        attachments: Vec<Bytes>,
    ) -> Result<Self, EncodeError> {
        let args = args_json(args)?;
        let mut json = b"[".to_vec();
        serde_json::to_writer(&mut json, name)?;
        if args.len() > 2 {
            json.push(b',');
        }
        json.extend_from_slice(&args[1..]);
        Ok(Self::from_json(&json, attachments))
    }

    fn from_json(json: &[u8], attachments: Vec<Bytes>) -> Self {
        let kind = (Kind::Event(attachments.len()), None);
        let frames = packet_frames(Class::Event, "/", kind, json, &attachments);
        // The packet ends with the JSON, which is therefore kept only once.
        let text = frames.first().map(|frame| frame.bytes.clone()).unwrap_or_default();
        Self { json: text.slice(text.len() - json.len()..), attachments, frames }
    }

    /// The frames for a namespace, optionally asking for an answer.
    pub(crate) fn frames(&self, namespace: &str, id: Option<u64>) -> std::borrow::Cow<'_, [Frame]> {
        if namespace == "/" && id.is_none() {
            return (&self.frames).into();
        }
        let kind = (Kind::Event(self.attachments.len()), id);
        packet_frames(Class::Event, namespace, kind, &self.json, &self.attachments).into()
    }
}

/// A list of arguments as JSON text, brackets included.
pub(crate) fn args_json<T: Serialize + ?Sized>(args: &T) -> Result<Vec<u8>, EncodeError> {
    let json = serde_json::to_vec(args)?;
    if json.starts_with(b"[") {
        Ok(json)
    } else {
        Err(EncodeError("arguments must be a sequence".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(encoded: &Encoded, namespace: &str, id: Option<u64>) -> String {
        String::from_utf8(encoded.frames(namespace, id)[0].payload().to_vec()).unwrap()
    }

    #[test]
    fn an_event_is_written_as_the_protocol_says() {
        let one = Encoded::event("goal", &7).unwrap();
        assert_eq!(text(&one, "/", None), r#"42["goal",7]"#);
        assert_eq!(text(&one, "/game", Some(3)), r#"42/game,3["goal",7]"#);
        assert_eq!(text(&Encoded::args("goal", &(1, "x")).unwrap(), "/", None), r#"42["goal",1,"x"]"#);
        let none: [u8; 0] = [];
        assert_eq!(text(&Encoded::args("goal", &none).unwrap(), "/", None), r#"42["goal"]"#);
        assert!(Encoded::args("goal", &7).is_err());
    }

    #[test]
    fn attachments_follow_their_event() {
        let encoded = Encoded::with_attachments("map", &[1], vec![Bytes::from_static(b"xy")]).unwrap();
        let frames = encoded.frames("/", None);
        assert_eq!(frames[0].payload(), br#"451-["map",1]"#);
        assert_eq!((frames[1].payload(), frames[1].follows, frames[1].binary), (&b"xy"[..], true, true));
    }
}
