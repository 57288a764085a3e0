//! The long-polling transport: GET takes what waits, POST brings what the client sends.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use http_body::Body as HttpBody;
use http_body_util::{BodyExt, Limited};
use parking_lot::MutexGuard;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::reply::{self, Body, Refusal};
use super::session::{Carrier, Session, State};
use crate::packet::engine::{Payload, append_part};
use crate::reason::DisconnectReason;
use crate::wire::Frame;

/// Time for the whole body of a POST, which the size limit keeps small.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// What a session keeps while HTTP requests carry it.
#[derive(Debug, Default)]
pub(crate) struct Polling {
    /// A GET is held open.
    waiting: bool,
    /// Wakes that GET.
    pub(crate) poller: Option<Waker>,
    /// A POST is being read or taken in.
    posting: bool,
    /// A body for the task to take in.
    pub(crate) posted: Option<Posted>,
    /// A WebSocket is about to take over.
    pub(crate) upgrade: Upgrade,
}

/// How far the upgrade to WebSocket is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Upgrade {
    /// None was begun.
    #[default]
    None,
    /// A WebSocket was opened for this session.
    Opened,
    /// It was probed, so that the client waits for its GET to return.
    Probed,
}

/// A POST body on its way to the session's task.
#[derive(Debug)]
pub(crate) struct Posted {
    pub(crate) payload: Payload,
    /// Answered when the last packet is in the inbox; dropped when the session ends before.
    pub(crate) done: oneshot::Sender<()>,
}

impl Polling {
    pub(crate) fn is_waiting(&self) -> bool {
        self.poller.is_some()
    }
}

/// Answers a GET: with what waits, or as soon as something does.
pub(crate) async fn get(session: Arc<Session>) -> Response<Body> {
    session.tick(Instant::now());
    if let Err(refusal) = begin_get(&session) {
        return refusal;
    }
    // If the client gives up, what we would have sent might be lost: such a session is over.
    let mut guard = PollGuard { session: &session, answered: false };
    let body = std::future::poll_fn(|cx| outgoing(&session, cx)).await;
    guard.answered = true;
    drop(guard);
    reply::text(body)
}

#[expect(clippy::result_large_err, reason = "the error is the response itself, made once")]
fn begin_get(session: &Arc<Session>) -> Result<(), Response<Body>> {
    let mut state = session.state();
    if state.ended.is_some() {
        // The last words to a client that was told to go, if they are still unsaid.
        return Err(if state.queue.is_empty() {
            reply::refuse(Refusal::UnknownSid)
        } else {
            reply::text(take(session, state))
        });
    }
    let Carrier::Polling(polling) = &mut state.carrier else {
        return Err(reply::refuse(Refusal::BadRequest));
    };
    if polling.waiting {
        drop(state);
        session.close(DisconnectReason::ProtocolError);
        return Err(reply::refuse(Refusal::BadRequest));
    }
    polling.waiting = true;
    Ok(())
}

fn outgoing(session: &Arc<Session>, cx: &mut Context<'_>) -> Poll<String> {
    let mut state = session.state();
    let empty = state.queue.is_empty();
    let ended = state.ended;
    match &mut state.carrier {
        Carrier::WebSocket(..) => return Poll::Ready("6".to_owned()),
        Carrier::Polling(polling) if empty && ended.is_none() && polling.upgrade != Upgrade::Probed => {
            polling.poller = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Carrier::Polling(polling) => polling.waiting = false,
        Carrier::Gone => {}
    }
    Poll::Ready(take(session, state))
}

/// The next payload for the client, and the packet that ends its polling if that is over.
fn take(session: &Session, mut state: MutexGuard<'_, State>) -> String {
    let idle = state.queue.is_empty();
    let (frames, held) = state.drain();
    let last = match state.ended {
        // Never in one payload with a DISCONNECT, which the official client would overlook then;
        // it goes by itself, and any other client is refused next time.
        _ if !idle => "",
        None | Some(DisconnectReason::ClientDisconnect | DisconnectReason::TransportClosed) => "6",
        Some(_) => "1",
    };
    let over = state.ended.is_some() && state.queue.is_empty();
    drop(state);
    if over {
        session.engine.forget(session.sid);
    }
    held.into_iter().for_each(Waker::wake);
    encode(&frames, last)
}

fn encode<'a>(frames: impl IntoIterator<Item = &'a Frame>, last: &str) -> String {
    let mut payload = Vec::new();
    for frame in frames {
        append_part(&mut payload, frame.payload(), frame.binary);
    }
    if !last.is_empty() {
        append_part(&mut payload, last.as_bytes(), false);
    }
    // Text frames are made of strings and binary ones of base64.
    String::from_utf8(payload).unwrap_or_default()
}

struct PollGuard<'a> {
    session: &'a Arc<Session>,
    answered: bool,
}

impl Drop for PollGuard<'_> {
    fn drop(&mut self) {
        if !self.answered {
            self.session.close(DisconnectReason::TransportClosed);
        }
    }
}

/// Takes in a POST. It is answered when all its packets are in the inbox, so that a full inbox
/// holds the client back.
pub(crate) async fn post<B>(session: Arc<Session>, body: B) -> Response<Body>
where
    B: HttpBody,
{
    session.tick(Instant::now());
    if !begin_post(&session) {
        return reply::refuse(Refusal::BadRequest);
    }
    let result = take_in(&session, body).await;
    if let Carrier::Polling(polling) = &mut session.state().carrier {
        polling.posting = false;
    }
    match result {
        Ok(()) => reply::text("ok".to_owned()),
        Err(refusal) => reply::refuse(refusal),
    }
}

fn begin_post(session: &Arc<Session>) -> bool {
    let mut state = session.state();
    let ended = state.ended.is_some();
    let Carrier::Polling(polling) = &mut state.carrier else { return false };
    if ended {
        return false;
    }
    if polling.posting {
        drop(state);
        session.close(DisconnectReason::ProtocolError);
        return false;
    }
    polling.posting = true;
    true
}

async fn take_in<B: HttpBody>(session: &Arc<Session>, body: B) -> Result<(), Refusal> {
    let bytes = match read(session, body).await {
        Ok(bytes) => bytes,
        Err((reason, refusal)) => {
            session.close(reason);
            return Err(refusal);
        }
    };
    let Ok(payload) = Payload::new(bytes) else {
        session.close(DisconnectReason::ProtocolError);
        return Err(Refusal::BadRequest);
    };
    let (done, taken) = oneshot::channel();
    let driver = {
        let mut state = session.state();
        let Carrier::Polling(polling) = &mut state.carrier else { return Err(Refusal::BadRequest) };
        polling.posted = Some(Posted { payload, done });
        state.driver.take()
    };
    driver.into_iter().for_each(Waker::wake);
    taken.await.map_err(|_| Refusal::BadRequest)
}

async fn read<B: HttpBody>(session: &Session, body: B) -> Result<Bytes, (DisconnectReason, Refusal)> {
    let limited = pin!(Limited::new(body.map_err(|_| Unreadable), session.engine.config.max_payload));
    match tokio::time::timeout(BODY_TIMEOUT, limited.collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
            Err((DisconnectReason::TooLarge, Refusal::TooLarge))
        }
        Ok(Err(_)) => Err((DisconnectReason::TransportError, Refusal::BadRequest)),
        Err(_) => Err((DisconnectReason::TransportError, Refusal::Timeout)),
    }
}

/// The body could not be read to its end.
#[derive(Debug)]
struct Unreadable;

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the request body could not be read")
    }
}

impl std::error::Error for Unreadable {}
