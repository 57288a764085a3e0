//! The frames that wait for one connection: nothing while it is idle, bounded when it is not.

use std::collections::VecDeque;
use std::io::{self, IoSlice};

use crate::stream::Stream;
use crate::wire::{Class, Frame};

/// Frames handed to the kernel in one call.
const VECTOR: usize = 64;

/// A queue that owns no memory while it is empty.
#[derive(Debug, Default)]
pub(crate) struct Outbound {
    frames: VecDeque<Frame>,
    /// Bytes of the first frame that are written already.
    offset: usize,
    bytes: usize,
}

/// How far a write came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flush {
    /// Everything is written.
    Empty,
    /// The socket is full.
    Blocked,
}

impl Outbound {
    pub(crate) fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.frames.len()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn push(&mut self, frames: &[Frame]) {
        self.bytes += frames.iter().map(Frame::len).sum::<usize>();
        self.frames.extend(frames.iter().cloned());
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Takes the first frames, at most `limit`, for a polling response.
    pub(crate) fn take(&mut self, limit: usize) -> VecDeque<Frame> {
        if self.frames.len() <= limit {
            return std::mem::take(self).frames;
        }
        let rest = self.frames.split_off(limit);
        let taken = std::mem::replace(&mut self.frames, rest);
        self.bytes -= taken.iter().map(Frame::len).sum::<usize>();
        taken
    }

    /// Writes `frames` without queueing them, and queues only what did not fit. The queue must
    /// be empty.
    pub(crate) fn write_through(&mut self, stream: &Stream, frames: &[Frame]) -> io::Result<Flush> {
        let written = if let [one] = frames {
            written(stream.try_write(one.bytes()))?
        } else {
            let mut slices = [IoSlice::new(&[]); VECTOR];
            for (slice, frame) in slices.iter_mut().zip(frames) {
                *slice = IoSlice::new(frame.bytes());
            }
            let count = frames.len().min(VECTOR);
            written(stream.try_write_vectored(slices.get(..count).unwrap_or_default()))?
        };
        let total = frames.iter().map(Frame::len).sum::<usize>();
        if written == total {
            return Ok(Flush::Empty);
        }
        self.push(frames);
        self.advance(written);
        if frames.len() > VECTOR { self.flush(stream).map(|(flush, _)| flush) } else { Ok(Flush::Blocked) }
    }

    /// Writes what waits until nothing does or the socket is full. Also tells how many bytes went.
    pub(crate) fn flush(&mut self, stream: &Stream) -> io::Result<(Flush, usize)> {
        let mut total = 0;
        while let Some(first) = self.frames.front() {
            let first = first.bytes().get(self.offset..).unwrap_or_default();
            let written = if self.frames.len() == 1 {
                written(stream.try_write(first))?
            } else {
                let mut slices = [IoSlice::new(first); VECTOR];
                for (slice, frame) in slices.iter_mut().zip(&self.frames).skip(1) {
                    *slice = IoSlice::new(frame.bytes());
                }
                let count = self.frames.len().min(VECTOR);
                written(stream.try_write_vectored(slices.get(..count).unwrap_or_default()))?
            };
            if written == 0 {
                return Ok((Flush::Blocked, total));
            }
            total += written;
            self.advance(written);
        }
        Ok((Flush::Empty, total))
    }

    fn advance(&mut self, written: usize) {
        self.offset += written;
        while let Some(first) = self.frames.front() {
            if self.offset < first.len() {
                return;
            }
            self.offset -= first.len();
            self.bytes -= first.len();
            self.frames.pop_front();
        }
        self.clear();
    }

    /// Drops every event that is not begun, and tells whether there was one. What is half
    /// written stays, with its attachments, or the peer would lose the frame boundaries.
    pub(crate) fn drop_events(&mut self) -> bool {
        let mut begun = self.offset > 0 || self.frames.front().is_some_and(|frame| frame.follows);
        let mut first = true;
        let before = self.frames.len();
        self.frames.retain(|frame| {
            begun = begun && (first || frame.follows);
            first = false;
            begun || frame.class == Class::Kept
        });
        self.bytes = self.frames.iter().map(Frame::len).sum();
        self.frames.len() < before
    }
}

/// A full socket has written nothing, which is no error.
fn written(result: io::Result<usize>) -> io::Result<usize> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(0),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(text: &str) -> Frame {
        Frame::text(Class::Event, |out| out.extend_from_slice(text.as_bytes()))
    }

    fn attachment(data: &[u8]) -> Frame {
        Frame::attachment(Class::Event, data)
    }

    fn payloads(queue: &Outbound) -> Vec<&[u8]> {
        queue.frames.iter().map(Frame::payload).collect()
    }

    #[test]
    fn an_overflow_keeps_answers_and_what_is_half_written() {
        let mut queue = Outbound::default();
        queue.push(&[
            event("begun"),
            attachment(b"its data"),
            event("lost"),
            Frame::packet("answer"),
            attachment(b"lost"),
        ]);
        queue.advance(3);
        assert!(queue.drop_events());
        assert_eq!(payloads(&queue), [&b"begun"[..], b"its data", b"answer"]);
        assert_eq!(queue.bytes(), queue.frames.iter().map(Frame::len).sum::<usize>());
    }

    #[test]
    fn attachments_whose_event_is_gone_are_kept() {
        let mut queue = Outbound::default();
        queue.push(&[event("sent"), attachment(b"rest"), event("lost")]);
        queue.advance(event("sent").len());
        assert!(queue.drop_events());
        assert_eq!(payloads(&queue), [&b"rest"[..]]);
        assert!(!queue.drop_events());
    }

    #[test]
    fn a_drained_queue_owns_nothing() {
        let mut queue = Outbound::default();
        queue.push(&[event("one"), event("two")]);
        queue.advance(queue.bytes());
        assert!(queue.is_empty());
        assert_eq!((queue.bytes(), queue.frames.capacity()), (0, 0));
    }
}
