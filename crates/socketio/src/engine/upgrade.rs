//! WebSocket connections: fresh ones, and those that take over a polling session.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;

use http::{Response, request::Parts};
use hyper::upgrade::OnUpgrade;

use super::polling::Upgrade;
use super::reply::{self, Body, Refusal};
use super::session::{Carrier, Session};
use super::{Engine, Opening, spawn};
use crate::packet::engine::{Message, Packet, decode_text};
use crate::stream::Stream;
use crate::websocket::decode::{Decoder, Incoming};
use crate::websocket::encode::Opcode;
use crate::websocket::handshake;
use crate::wire::Frame;

/// Opens a session on a WebSocket.
pub(crate) fn open(engine: &Arc<Engine>, parts: Parts, on: OnUpgrade, opening: Opening) -> Response<Body> {
    let Some(accept) = handshake::accept(&parts) else { return reply::refuse(Refusal::BadRequest) };
    let engine = engine.clone();
    spawn(async move {
        let Some((stream, read_before)) = switched(on).await else { return };
        engine.open(Carrier::WebSocket(Arc::new(stream), read_before), parts, opening);
    });
    reply::switch(&accept)
}

/// Connects a WebSocket to a session that polls so far.
pub(crate) fn take_over(session: Arc<Session>, parts: &Parts, on: OnUpgrade) -> Response<Body> {
    let Some(accept) = handshake::accept(parts) else { return reply::refuse(Refusal::BadRequest) };
    let first = claim(&session);
    spawn(async move {
        let Some((stream, read_before)) = switched(on).await else { return release(&session) };
        if !first {
            // A second WebSocket for one session; the first is not disturbed by it.
            return farewell(&stream);
        }
        let limit = session.engine.config.upgrade_timeout;
        let probe = Probe { session: &session, stream: &stream, carry: read_before };
        if let Ok(Some(carry)) = tokio::time::timeout(limit, probe.run()).await {
            hand_over(&session, stream, carry);
        } else {
            release(&session);
            farewell(&stream);
        }
    });
    reply::switch(&accept)
}

async fn switched(on: OnUpgrade) -> Option<(Stream, Vec<u8>)> {
    match on.await {
        Ok(upgraded) => {
            let taken = Stream::take_back(upgraded);
            if taken.is_none() {
                tracing::error!("the HTTP server's stream is of an unknown type, so WebSocket is impossible");
            }
            taken
        }
        Err(error) => {
            tracing::debug!(%error, "the connection ended before it became a WebSocket");
            None
        }
    }
}

/// Reserves the upgrade; false if another has it or it is done.
fn claim(session: &Session) -> bool {
    match &mut session.state().carrier {
        Carrier::Polling(polling) if polling.upgrade == Upgrade::None => {
            polling.upgrade = Upgrade::Opened;
            true
        }
        _ => false,
    }
}

fn release(session: &Session) {
    if let Carrier::Polling(polling) = &mut session.state().carrier {
        polling.upgrade = Upgrade::None;
    }
}

fn farewell(stream: &Stream) {
    if stream.try_write(Frame::control(Opcode::Close, &1000_u16.to_be_bytes()).bytes()).is_ok() {
        stream.finish();
    }
}

/// The exchange on the new transport: `2probe`, `3probe`, `5`.
struct Probe<'a> {
    session: &'a Session,
    stream: &'a Stream,
    carry: Vec<u8>,
}

impl Probe<'_> {
    /// Gives back what was read behind the `5`; `None` if the client did anything else.
    async fn run(mut self) -> Option<Vec<u8>> {
        let mut decoder = Decoder::new(self.session.engine.config.max_payload);
        loop {
            while let Some((used, incoming)) = decoder.decode(&mut self.carry).ok()? {
                self.carry.drain(..used);
                match incoming {
                    Incoming::Message(Message::Text(text)) => match decode_text(&text).ok()? {
                        Packet::Probe => self.answer()?,
                        Packet::Upgrade if self.probed() => return Some(self.carry),
                        _ => return None,
                    },
                    Incoming::Piece | Incoming::Pong => {}
                    _ => return None,
                }
            }
            self.read().await?;
        }
    }

    /// Answers the probe, and lets a held GET return so that the client can switch.
    fn answer(&self) -> Option<()> {
        let pong = Frame::packet("3probe");
        if self.stream.try_write(pong.bytes()).ok()? != pong.len() {
            return None;
        }
        let poller = {
            let mut state = self.session.state();
            let Carrier::Polling(polling) = &mut state.carrier else { return None };
            polling.upgrade = Upgrade::Probed;
            polling.poller.take()
        };
        poller.into_iter().for_each(std::task::Waker::wake);
        Some(())
    }

    fn probed(&self) -> bool {
        matches!(&self.session.state().carrier, Carrier::Polling(polling) if polling.upgrade == Upgrade::Probed)
    }

    async fn read(&mut self) -> Option<()> {
        let mut buffer = [0; 512];
        loop {
            poll_fn(|cx| self.stream.poll_readable(cx)).await.ok()?;
            match self.stream.try_read(&mut buffer) {
                Ok(0) => return None,
                Ok(n) => {
                    self.carry.extend_from_slice(buffer.get(..n).unwrap_or_default());
                    return Some(());
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return None,
            }
        }
    }
}

/// Makes the WebSocket the session's transport. What waits for a GET leaves on it, in order.
fn hand_over(session: &Arc<Session>, stream: Stream, carry: Vec<u8>) {
    let (poller, driver) = {
        let mut state = session.state();
        if state.ended.is_some() && state.queue.is_empty() {
            drop(state);
            return farewell(&stream);
        }
        // What was said last before the end is still delivered.
        state.farewell = state.ended.is_some();
        let next = Carrier::WebSocket(Arc::new(stream), carry);
        let Carrier::Polling(polling) = std::mem::replace(&mut state.carrier, next) else { return };
        (polling.poller, state.driver.take())
    };
    session.flush();
    [poller, driver].into_iter().flatten().for_each(std::task::Waker::wake);
}
