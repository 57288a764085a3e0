//! The one task of a session: it reads, runs the handlers, and writes when the socket was full.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::runtime::RuntimeFlavor;

use super::polling::Posted;
use super::rate::Rate;
use super::session::{Carrier, Session, Urgency};
use super::upper::Upper;
use crate::packet::engine::{Message, Packet, decode_text};
use crate::reason::DisconnectReason;
use crate::stream::Stream;
use crate::turn;
use crate::websocket::decode::{Decoder, FrameError, Incoming};
use crate::websocket::encode::Opcode;
use crate::wire::Frame;

/// Bytes read at once, into a buffer that belongs to the thread and not to the connection.
const SCRATCH: usize = 16 * 1024;
/// Times the task goes round before it lets others run.
const ROUNDS: usize = 16;

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; SCRATCH]);
    static ON_TASK: Cell<bool> = const { Cell::new(false) };
}

/// Whether the caller runs on a session's task of a runtime with several threads, so that it may
/// hand its other tasks to another thread. Elsewhere tokio may panic at the wish.
pub(crate) fn can_give_way() -> bool {
    let several = |handle: tokio::runtime::Handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread;
    ON_TASK.get() && tokio::runtime::Handle::try_current().is_ok_and(several)
}

/// The future of a session's task.
pub(crate) struct Driver {
    session: Arc<Session>,
    stream: Option<Arc<Stream>>,
    intake: Intake,
    /// Bytes of a frame that is not complete, or that the inbox has no room for.
    carry: Vec<u8>,
    posted: Option<Posted>,
    closed: bool,
    /// Everything is handled and every hook has run; only the stream may still linger.
    retired: bool,
    /// The peer has ended its side, or is not worth reading from any more.
    drained: bool,
}

/// What is needed to turn bytes into work.
struct Intake {
    decoder: Decoder,
    rate: Rate,
    upper: Upper,
}

/// What the task sees of its session when it goes round.
struct Look {
    ended: Option<DisconnectReason>,
    blocked: bool,
    crowded: bool,
    linger_over: bool,
}

impl Driver {
    pub(crate) fn new(session: Arc<Session>, upper: Upper) -> Self {
        let decoder = Decoder::new(session.engine.config.max_payload);
        Self {
            session,
            stream: None,
            intake: Intake { decoder, rate: Rate::new(), upper },
            carry: Vec::new(),
            posted: None,
            closed: false,
            retired: false,
            drained: false,
        }
    }

    /// Leaves the waker where publishers find it, and takes over what was left for the task.
    fn look(&mut self, cx: &Context<'_>) -> Look {
        let half = self.session.engine.config.outbound_bytes / 2;
        let mut state = self.session.state();
        if !state.driver.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            state.driver = Some(cx.waker().clone());
        }
        match &mut state.carrier {
            Carrier::WebSocket(stream, read_before) if self.stream.is_none() => {
                self.stream = Some(stream.clone());
                self.carry = std::mem::take(read_before);
            }
            Carrier::Polling(polling) if self.posted.is_none() => self.posted = polling.posted.take(),
            _ => {}
        }
        state.wants_room = state.queue.bytes() > half;
        Look {
            ended: state.ended,
            blocked: state.blocked,
            crowded: state.wants_room,
            linger_over: state.clock.linger_over,
        }
    }

    /// One round: write, handle, read. `Ready` when there may be more to do at once.
    fn round(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let look = self.look(cx);
        if let (Some(reason), false) = (look.ended, self.closed) {
            self.closed = true;
            self.posted = None;
            self.intake.upper.close(reason);
        }
        if look.blocked && look.ended.is_none() {
            self.poll_flush(cx);
        }
        let crowded = look.crowded && !self.closed;
        turn::run(|| self.intake.upper.poll(cx, &self.session, crowded));
        self.session.been_round(self.intake.upper.is_handling());
        if self.closed {
            self.poll_drain(cx, look.linger_over);
            return Poll::Pending;
        }
        match self.poll_read(cx) {
            Poll::Ready(Ok(())) => Poll::Ready(()),
            Poll::Ready(Err(reason)) => {
                self.session.close(reason);
                Poll::Ready(())
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) {
        let Some(stream) = &self.stream else { return };
        match stream.poll_writable(cx) {
            Poll::Ready(Ok(())) => self.session.flush_writable(),
            Poll::Ready(Err(_)) => self.session.close(DisconnectReason::TransportError),
            Poll::Pending => {}
        }
    }

    /// Reads until the inbox is full or nothing is there. `Ready(Ok)` when something was read.
    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), DisconnectReason>> {
        let full = !self.intake.upper.has_room();
        self.session.state().clock.paused = full;
        if full {
            return Poll::Pending;
        }
        if let Some(mut posted) = self.posted.take() {
            let result = self.read_posted(&mut posted);
            match result {
                Ok(false) => self.posted = Some(posted),
                // Closing is a proper request, too. The request may be gone; its packets count.
                Ok(true) | Err(DisconnectReason::ClientDisconnect) => {
                    posted.done.send(()).unwrap_or_default();
                }
                Err(_) => {}
            }
            return Poll::Ready(result.map(|_| ()));
        }
        let Some(stream) = &self.stream else { return Poll::Pending };
        if !self.carry.is_empty() {
            let used = self.intake.consume(&mut self.carry, &self.session)?;
            if used > 0 {
                keep_rest(&mut self.carry, used);
                return Poll::Ready(Ok(()));
            }
        }
        if let Err(error) = ready!(stream.poll_readable(cx)) {
            tracing::trace!(%error, "reading failed");
            return Poll::Ready(Err(DisconnectReason::TransportError));
        }
        BUFFER.with_borrow_mut(|buffer| match stream.try_read(buffer) {
            Ok(0) => Poll::Ready(Err(DisconnectReason::TransportClosed)),
            Ok(n) => {
                let fresh = buffer.get_mut(..n).unwrap_or_default();
                Poll::Ready(take_fresh(&mut self.carry, fresh, &mut self.intake, &self.session))
            }
            // Readiness was stale: ask again, which leaves our waker with the stream.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Poll::Ready(Ok(())),
            Err(_) => Poll::Ready(Err(DisconnectReason::TransportError)),
        })
    }

    /// Takes packets from a POST until the inbox is full. True when it was the last.
    fn read_posted(&mut self, posted: &mut Posted) -> Result<bool, DisconnectReason> {
        while self.intake.upper.has_room() {
            let Some(next) = posted.payload.next_packet() else { return Ok(true) };
            let (packet, length) = next.map_err(|_| DisconnectReason::ProtocolError)?;
            self.intake.rate.count(length, &self.session.engine.config)?;
            self.intake.packet(packet, &self.session)?;
        }
        Ok(false)
    }

    /// Closing the server waits for this, not for the streams.
    fn retire(&mut self) {
        if !std::mem::replace(&mut self.retired, true) {
            self.session.engine.live.leave();
        }
    }

    /// After the end: reads on until the peer has seen it, because closing a stream with unread
    /// data would take back what we said last.
    fn poll_drain(&mut self, cx: &mut Context<'_>, over: bool) {
        let Some(stream) = &self.stream else {
            // A polling client may still fetch what it was told last.
            self.drained = over || self.session.state().queue.is_empty();
            return;
        };
        for _ in 0..ROUNDS {
            if self.drained || over {
                self.drained = true;
                return;
            }
            let farewell = match stream.poll_readable(cx) {
                Poll::Pending => return,
                Poll::Ready(Err(_)) => Farewell::End,
                Poll::Ready(Ok(())) => drain(stream, &mut self.carry, &mut self.intake.decoder),
            };
            self.drained = farewell == Farewell::End;
            if farewell != Farewell::None {
                self.session.farewell();
            }
        }
        cx.waker().wake_by_ref();
    }
}

/// What a client that was thrown out has done about it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Farewell {
    None,
    /// It has sent a close frame.
    Close,
    /// It has ended its stream.
    End,
}

/// Reads what nobody will handle any more, watching for the client's farewell.
fn drain(stream: &Stream, carry: &mut Vec<u8>, decoder: &mut Decoder) -> Farewell {
    BUFFER.with_borrow_mut(|buffer| match stream.try_read(buffer) {
        Ok(0) => Farewell::End,
        Ok(n) => {
            carry.extend_from_slice(buffer.get(..n).unwrap_or_default());
            let mut used = 0;
            let mut farewell = Farewell::None;
            loop {
                match decoder.decode(carry.get_mut(used..).unwrap_or_default()) {
                    Ok(Some((length, incoming))) => {
                        used += length;
                        if incoming == Incoming::Close {
                            farewell = Farewell::Close;
                        }
                    }
                    Ok(None) => break,
                    // Nothing sensible can follow, and it must not pile up.
                    Err(_) => used = usize::MAX,
                }
                if used >= carry.len() {
                    break;
                }
            }
            keep_rest(carry, used);
            farewell
        }
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Farewell::None,
        Err(_) => Farewell::End,
    })
}

/// Decodes fresh bytes where they are, and copies only what can't be used yet.
fn take_fresh(
    carry: &mut Vec<u8>,
    fresh: &mut [u8],
    intake: &mut Intake,
    session: &Arc<Session>,
) -> Result<(), DisconnectReason> {
    if carry.is_empty() {
        let used = intake.consume(fresh, session)?;
        carry.extend_from_slice(fresh.get(used..).unwrap_or_default());
    } else {
        carry.extend_from_slice(fresh);
        let used = intake.consume(carry, session)?;
        keep_rest(carry, used);
    }
    Ok(())
}

fn keep_rest(carry: &mut Vec<u8>, used: usize) {
    if used >= carry.len() {
        *carry = Vec::new();
    } else {
        carry.drain(..used);
    }
}

impl Intake {
    /// Takes whole frames off the front of `bytes` while there is room for what they hold.
    fn consume(&mut self, bytes: &mut [u8], session: &Arc<Session>) -> Result<usize, DisconnectReason> {
        let mut used = 0;
        while self.upper.has_room() {
            let rest = bytes.get_mut(used..).unwrap_or_default();
            let Some((length, incoming)) = self.decoder.decode(rest).map_err(reason)? else { break };
            used += length;
            self.rate.count(length, &session.engine.config)?;
            match incoming {
                Incoming::Message(Message::Text(text)) => {
                    let packet = decode_text(&text).map_err(|_| DisconnectReason::ProtocolError)?;
                    self.packet(packet, session)?;
                }
                Incoming::Message(binary) => self.upper.message(binary, session)?,
                Incoming::Ping(data) => {
                    // Volatile: a peer that reads nothing needs no pongs piled up for it.
                    session.send(&[Frame::control(Opcode::Pong, &data)], Urgency::Volatile);
                }
                Incoming::Close => return Err(DisconnectReason::TransportClosed),
                Incoming::Piece | Incoming::Pong => {}
            }
        }
        Ok(used)
    }

    fn packet(&mut self, packet: Packet, session: &Arc<Session>) -> Result<(), DisconnectReason> {
        match packet {
            Packet::Message(message) => self.upper.message(message, session),
            Packet::Pong => {
                session.pong();
                Ok(())
            }
            Packet::Close => Err(DisconnectReason::ClientDisconnect),
            Packet::Noop => Ok(()),
            Packet::Probe | Packet::Upgrade => Err(DisconnectReason::ProtocolError),
        }
    }
}

fn reason(error: FrameError) -> DisconnectReason {
    match error {
        FrameError::Protocol | FrameError::NotUtf8 => DisconnectReason::ProtocolError,
        FrameError::TooLarge => DisconnectReason::TooLarge,
        FrameError::TooManyPieces => DisconnectReason::RateLimited,
    }
}

impl Future for Driver {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        for _ in 0..ROUNDS {
            ON_TASK.set(true);
            let more = self.round(cx).is_ready();
            ON_TASK.set(false);
            if self.closed && self.intake.upper.is_done() {
                self.retire();
                if self.drained {
                    return Poll::Ready(());
                }
            }
            if !more {
                return Poll::Pending;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Also when the runtime drops the task: the stream closes though others hold the session.
        self.session.close(DisconnectReason::Shutdown);
        let mut state = self.session.state();
        state.carrier = Carrier::Gone;
        state.driver = None;
        drop(state);
        self.session.engine.forget(self.session.sid);
        self.retire();
    }
}
