//! What travels in an event: arguments, attachments, and the answer to it.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::engine::session::{Session, Urgency};
use crate::packet::socket::{Kind, write_head};
use crate::wire::{Class, EncodeError, Frame, args_json, packet_frames};

/// An event from a client.
#[derive(Debug)]
pub struct Event {
    /// Its name.
    pub name: String,
    /// Its arguments, as JSON that is valid but not decoded yet.
    pub args: Vec<Box<RawValue>>,
    /// Its binary data, which the arguments refer to by [`Placeholder`].
    pub attachments: Vec<Bytes>,
    /// How to answer, if the client awaits an answer.
    pub ack: Option<Ack>,
}

impl Event {
    /// Decodes one argument. A missing argument reads as `null`, as in JavaScript.
    pub fn arg<T: DeserializeOwned>(&self, index: usize) -> Result<T, serde_json::Error> {
        decode(&self.args, index)
    }
}

/// A client's answer to an event of ours.
#[derive(Debug)]
pub struct Reply {
    /// The values, as JSON that is valid but not decoded yet.
    pub args: Vec<Box<RawValue>>,
    /// The binary data the values refer to by [`Placeholder`].
    pub attachments: Vec<Bytes>,
}

impl Reply {
    /// Decodes one value. A missing value reads as `null`.
    pub fn arg<T: DeserializeOwned>(&self, index: usize) -> Result<T, serde_json::Error> {
        decode(&self.args, index)
    }
}

fn decode<T: DeserializeOwned>(args: &[Box<RawValue>], index: usize) -> Result<T, serde_json::Error> {
    serde_json::from_str(args.get(index).map_or("null", |arg| arg.get()))
}

/// Stands in the JSON for a piece of binary data: the attachment of that number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placeholder {
    #[serde(rename = "_placeholder")]
    marker: bool,
    num: usize,
}

impl Placeholder {
    /// Refers to the attachment of that number, counted from 0.
    pub fn new(num: usize) -> Self {
        Self { marker: true, num }
    }

    /// The attachment, if there is one of that number; the number is the client's.
    pub fn resolve(self, attachments: &[Bytes]) -> Option<&Bytes> {
        attachments.get(self.num).filter(|_| self.marker)
    }
}

/// The right to answer one event, once. Dropping it answers nothing.
pub struct Ack {
    session: Arc<Session>,
    namespace: Arc<str>,
    id: u64,
}

impl Ack {
    pub(crate) fn new(session: Arc<Session>, namespace: Arc<str>, id: u64) -> Self {
        Self { session, namespace, id }
    }

    /// Answers with one value.
    pub fn send<T: Serialize + ?Sized>(self, value: &T) -> Result<(), EncodeError> {
        self.send_args(&[value], &[])
    }

    /// Answers with one value that is written as JSON already. Its pieces are put together, not read: what they are
    /// together is the caller's to know.
    pub fn send_json(self, pieces: &[&[u8]]) {
        let frame = Frame::text(Class::Kept, |out| {
            out.reserve_exact(
                pieces.iter().map(|piece| piece.len()).sum::<usize>() + self.namespace.len() + 24,
            );
            write_head(out, Kind::Ack(0), &self.namespace, Some(self.id));
            out.push(b'[');
            for piece in pieces {
                out.extend_from_slice(piece);
            }
            out.push(b']');
        });
        self.session.send(&[frame], Urgency::Now);
    }

    /// Answers with several values, a tuple or a list, and binary data they refer to.
    pub fn send_args<T: Serialize + ?Sized>(
        self,
        args: &T,
        attachments: &[Bytes],
    ) -> Result<(), EncodeError> {
        let kind = (Kind::Ack(attachments.len()), Some(self.id));
        let frames = packet_frames(Class::Kept, &self.namespace, kind, &args_json(args)?, attachments);
        self.session.send(&frames, Urgency::Now);
        Ok(())
    }
}

impl fmt::Debug for Ack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ack")
            .field("namespace", &self.namespace)
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Why no answer to an event of ours came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AckError {
    /// The client did not answer in time.
    Timeout,
    /// The socket ended first.
    Disconnected,
    /// Too many answers of this socket are awaited already.
    TooMany,
    /// The event could not be encoded.
    Unencodable,
}

impl fmt::Display for AckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Timeout => "the client did not answer in time",
            Self::Disconnected => "the socket ended before the client answered",
            Self::TooMany => "too many answers of this socket are awaited",
            Self::Unencodable => "the event can't be encoded",
        })
    }
}

impl std::error::Error for AckError {}
