//! One Engine.IO session: what is shared between its task, its requests and every publisher.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};
use tokio::time::Instant;

use super::Engine;
use super::clock::{Clock, Due};
use super::outbound::{Flush, Outbound};
use super::polling::Polling;
use crate::address::Permit;
use crate::config::Config;
use crate::id::Sid;
use crate::identity::Identity;
use crate::reason::DisconnectReason;
use crate::stream::Stream;
use crate::together;
use crate::turn;
use crate::websocket::encode::Opcode;
use crate::wire::Frame;

/// How long an ended connection may take to fetch what it was told last.
const LINGER: Duration = Duration::from_secs(2);
/// How long a client that was thrown out gets to close by itself. The official clients overlook
/// that they were when the connection closes in the same moment.
const GRACE: Duration = Duration::from_millis(500);
/// Packets in one answer to a poll. `python-socketio` refuses to read more.
const PACKETS_PER_RESPONSE: usize = 16;

/// A session. Everything about it that changes is behind one short lock.
pub(crate) struct Session {
    pub(crate) engine: Arc<Engine>,
    pub(crate) sid: Sid,
    pub(crate) peer: SocketAddr,
    /// Who opened it; every later request must come from the same.
    pub(crate) identity: Option<Identity>,
    _permit: Permit,
    state: Mutex<State>,
}

/// The changing part of a session.
pub(crate) struct State {
    pub(crate) carrier: Carrier,
    pub(crate) queue: Outbound,
    pub(crate) ended: Option<DisconnectReason>,
    pub(crate) clock: Clock,
    /// Wakes the session's task.
    pub(crate) driver: Option<Waker>,
    /// The socket is full; the task waits for it and writes next.
    pub(crate) blocked: bool,
    /// The task does not start another event until the queue is shorter.
    pub(crate) wants_room: bool,
    handling: Handling,
    /// The client knows that it has to go; the close frame waits for it to do so.
    pub(crate) farewell: bool,
    /// What tells each joined namespace that it lagged; `None` where nothing is configured.
    joined: Vec<(Arc<str>, Option<Frame>)>,
}

/// What carries the packets at the moment.
pub(crate) enum Carrier {
    /// HTTP requests.
    Polling(Box<Polling>),
    /// A WebSocket. The bytes were read before the session's task took over.
    WebSocket(Arc<Stream>, Vec<u8>),
    /// Nothing any more: the stream is closed, also while others still hold the session.
    Gone,
}

/// What the session's task is at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Handling {
    Nothing,
    /// A handler waits for something.
    Waits,
    /// And something is queued that leaves with its answer, or when the task has been round.
    Holds,
}

/// How urgently frames leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// Written at once where nothing waits.
    Now,
    /// Queued; the caller promises to call [`Session::flush`] soon.
    Soon,
    /// Written at once, or never.
    Volatile,
}

/// What has to happen after the lock is released.
enum After {
    Nothing,
    Wake(Option<Waker>),
    Close(DisconnectReason),
}

impl Session {
    pub(crate) fn new(
        engine: Arc<Engine>,
        origin: (SocketAddr, Option<Identity>, Permit),
        carrier: Carrier,
    ) -> Arc<Self> {
        let (peer, identity, permit) = origin;
        let state = State {
            carrier,
            queue: Outbound::default(),
            ended: None,
            clock: Clock::new(&engine.config, Instant::now()),
            driver: None,
            blocked: false,
            wants_room: false,
            handling: Handling::Nothing,
            farewell: false,
            joined: Vec::new(),
        };
        Arc::new(Self {
            engine,
            sid: Sid::random(),
            peer,
            identity,
            _permit: permit,
            state: Mutex::new(state),
        })
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    pub(crate) fn ended(&self) -> Option<DisconnectReason> {
        self.state.lock().ended
    }

    pub(crate) fn over_polling(&self) -> bool {
        matches!(self.state.lock().carrier, Carrier::Polling(_))
    }

    /// Has the processor fetch it from memory, for one who is going to send.
    pub(crate) fn fetch(&self) {
        std::hint::black_box((self.state.is_locked(), self.peer.port()));
    }

    /// Sends the frames of one packet, or of several, in order and undivided.
    pub(crate) fn send(self: &Arc<Self>, frames: &[Frame], urgency: Urgency) {
        turn::release();
        let mut state = self.state.lock();
        let hold = urgency == Urgency::Now && state.holds();
        let urgency = if hold { Urgency::Soon } else { urgency };
        let after = state.send(frames, urgency, &self.engine.config);
        self.settle(state, after);
        if hold {
            together::hold(self);
        }
    }

    /// Writes what was queued with [`Urgency::Soon`].
    pub(crate) fn flush(self: &Arc<Self>) {
        let mut state = self.state.lock();
        if state.blocked || state.queue.is_empty() {
            return;
        }
        if state.holds() {
            drop(state);
            return together::hold(self);
        }
        let after = state.flush();
        self.settle(state, after);
    }

    /// Has the task write what is held, unless that left with an answer already.
    pub(crate) fn flush_by_task(&self) {
        let mut state = self.state.lock();
        let driver = if state.handling == Handling::Holds { state.driver.take() } else { None };
        drop(state);
        driver.into_iter().for_each(Waker::wake);
    }

    /// The task has been round: what was held leaves, and what is sent from now on is held if a handler waits.
    pub(crate) fn been_round(self: &Arc<Self>, handling: bool) {
        let mut state = self.state.lock();
        let due = state.handling == Handling::Holds && !state.blocked && state.ended.is_none();
        state.handling = if handling { Handling::Waits } else { Handling::Nothing };
        let after = if due { state.flush() } else { After::Nothing };
        self.settle(state, after);
    }

    /// Writes on, now that the socket can take something again.
    pub(crate) fn flush_writable(self: &Arc<Self>) {
        let mut state = self.state.lock();
        state.blocked = false;
        let after = state.flush();
        self.settle(state, after);
    }

    fn settle(self: &Arc<Self>, mut state: MutexGuard<'_, State>, after: After) {
        let alarm = state.clock.alarm();
        drop(state);
        if let Some(at) = alarm {
            self.engine.timers.arm(at, self);
        }
        match after {
            After::Nothing | After::Wake(None) => {}
            After::Wake(Some(waker)) => waker.wake(),
            After::Close(reason) => self.close(reason),
        }
    }

    /// Ends the session now. Never waits: a peer that takes nothing has its stream reset, any
    /// other gets a close frame. The task then runs the disconnect hooks.
    pub(crate) fn close(self: &Arc<Self>, reason: DisconnectReason) {
        turn::release();
        let mut state = self.state.lock();
        if state.ended.is_some() {
            return;
        }
        let keep = state.end(reason);
        let wakers = [state.driver.take(), state.poller()];
        let linger = if state.farewell { GRACE } else { LINGER };
        state.clock.linger_until(Instant::now() + linger);
        self.settle(state, After::Nothing);
        if !keep {
            self.engine.forget(self.sid);
        }
        wakers.into_iter().flatten().for_each(Waker::wake);
    }

    /// Has the task look at what changed.
    pub(crate) fn wake(&self) {
        let driver = self.state.lock().driver.take();
        driver.into_iter().for_each(Waker::wake);
    }

    /// A pong came. One that no ping asked for means nothing.
    pub(crate) fn pong(&self) {
        self.state.lock().clock.pong(Instant::now(), &self.engine.config);
    }

    /// Notes a namespace that was joined, with what tells it that it lagged.
    pub(crate) fn join(&self, namespace: &Arc<str>, lagged: Option<Frame>) {
        let mut state = self.state.lock();
        state.joined.reserve_exact(1);
        state.joined.push((namespace.clone(), lagged));
        state.clock.joined();
    }

    /// Notes a namespace that was left, and says whether it was the last.
    pub(crate) fn leave(self: &Arc<Self>, namespace: &str) -> bool {
        let mut state = self.state.lock();
        state.joined.retain(|(name, _)| **name != *namespace);
        let last = state.joined.is_empty();
        if last {
            state.clock.left(Instant::now(), &self.engine.config);
        }
        self.settle(state, After::Nothing);
        last
    }

    /// Starts or clears the time limit for the attachments of an event.
    pub(crate) fn await_attachments(self: &Arc<Self>, waiting: bool) {
        let mut state = self.state.lock();
        let deadline = waiting.then(|| Instant::now() + self.engine.config.attachment_timeout);
        state.clock.attachments_until(deadline);
        self.settle(state, After::Nothing);
    }

    /// Does what the clock says is due. Called by the sweeper, and by requests, so that a
    /// deadline holds even if the sweeper comes late.
    pub(crate) fn tick(self: &Arc<Self>, now: Instant) {
        let mut state = self.state.lock();
        let due = state.clock.tick(now, &self.engine.config);
        let after = match due {
            Some(Due::Ping) => {
                state.send(std::slice::from_ref(&self.engine.ping), Urgency::Now, &self.engine.config)
            }
            Some(Due::Close(reason)) => After::Close(reason),
            Some(Due::LingerOver) if state.say_farewell() => After::Wake(state.driver.take()),
            Some(Due::LingerOver) => {
                state.queue.clear();
                self.engine.forget(self.sid);
                After::Wake(state.driver.take())
            }
            None => After::Nothing,
        };
        self.settle(state, after);
    }

    /// The client has closed its side after it was thrown out, so ours can close as well.
    pub(crate) fn farewell(self: &Arc<Self>) {
        let mut state = self.state.lock();
        state.say_farewell();
        self.settle(state, After::Nothing);
    }

    /// Arms the first alarm of a new session.
    pub(crate) fn start_clock(self: &Arc<Self>) {
        let state = self.state.lock();
        self.settle(state, After::Nothing);
    }
}

impl State {
    /// Whether what is sent now is held, to leave with an answer; marks that something is.
    fn holds(&mut self) -> bool {
        let holds = self.handling != Handling::Nothing && self.ended.is_none() && together::is_open();
        if holds {
            self.handling = Handling::Holds;
        }
        holds
    }

    fn send(&mut self, frames: &[Frame], urgency: Urgency, config: &Config) -> After {
        if self.ended.is_some() {
            return After::Nothing;
        }
        let waiting = !self.queue.is_empty();
        match &mut self.carrier {
            Carrier::Gone => After::Nothing,
            Carrier::Polling(polling) => {
                if urgency == Urgency::Volatile && (waiting || !polling.is_waiting()) {
                    return After::Nothing;
                }
                self.queue.push(frames);
                self.clock.stalled(Instant::now());
                self.bounded(frames.len(), config).unwrap_or_else(|| After::Wake(self.poller()))
            }
            Carrier::WebSocket(stream, _) => {
                // What is only held does not mean that the client is behind.
                if waiting
                    && urgency == Urgency::Volatile
                    && (self.blocked || self.handling != Handling::Holds)
                {
                    return After::Nothing;
                }
                if waiting || urgency == Urgency::Soon {
                    return self.queue_up(frames, urgency, config);
                }
                match self.queue.write_through(stream, frames) {
                    Ok(Flush::Empty) => After::Nothing,
                    Ok(Flush::Blocked) => self.block(0),
                    Err(_) => After::Close(DisconnectReason::TransportError),
                }
            }
        }
    }

    /// Adds to what waits, and writes if that is wanted, or due because much has come together:
    /// what overflows must be the client's fault, not that of a publisher who is quick.
    fn queue_up(&mut self, frames: &[Frame], urgency: Urgency, config: &Config) -> After {
        self.queue.push(frames);
        let due = urgency == Urgency::Now || self.queue.bytes() > config.outbound_bytes / 2;
        let after = if due && !self.blocked { self.flush() } else { After::Nothing };
        match (self.bounded(frames.len(), config), after) {
            (None, after) => after,
            (Some(over), After::Wake(driver)) => {
                // Closing wakes the task by this.
                self.driver = driver.or_else(|| self.driver.take());
                over
            }
            (Some(over), _) => over,
        }
    }

    /// Keeps the queue within its bound after `pushed` frames were added to it.
    fn bounded(&mut self, pushed: usize, config: &Config) -> Option<After> {
        if self.queue.bytes() <= config.outbound_bytes || self.queue.len() <= pushed {
            return None;
        }
        let dropped = self.queue.drop_events();
        #[cfg(feature = "planted")]
        let dropped = dropped && !parlor_planted::is(parlor_planted::Bug::LaggedUntold);
        if dropped {
            for (_, lagged) in &self.joined {
                match lagged {
                    Some(frame) => self.queue.push(std::slice::from_ref(frame)),
                    // Nothing is ever lost in silence: who can't be told is cut off.
                    None => return Some(After::Close(DisconnectReason::Overflow)),
                }
            }
        }
        // Answers are bounded by the inbox; more than this only a broken application produces.
        let flooded =
            self.queue.bytes() > config.outbound_bytes.saturating_mul(4).max(config.max_payload * 4);
        flooded.then_some(After::Close(DisconnectReason::Overflow))
    }

    /// Has the task wait for the full socket, which took `written` bytes just before.
    fn block(&mut self, written: usize) -> After {
        self.blocked = true;
        if written > 0 {
            self.clock.progressed(Instant::now());
        } else {
            self.clock.stalled(Instant::now());
        }
        After::Wake(self.driver.take())
    }

    fn flush(&mut self) -> After {
        if self.handling == Handling::Holds {
            self.handling = Handling::Waits;
        }
        let Carrier::WebSocket(stream, _) = &self.carrier else { return After::Nothing };
        match self.queue.flush(stream) {
            Ok((Flush::Empty, _)) => {
                self.clock.flowing();
                self.room_again()
            }
            Ok((Flush::Blocked, written)) => self.block(written),
            Err(_) => After::Close(DisconnectReason::TransportError),
        }
    }

    /// Lets the task go on if it was held back by a long queue.
    fn room_again(&mut self) -> After {
        if std::mem::take(&mut self.wants_room) { After::Wake(self.driver.take()) } else { After::Nothing }
    }

    /// Takes what one polling response may hold, with the waker of a task that was held back by
    /// the queue or that stays only for it.
    pub(crate) fn drain(&mut self) -> (VecDeque<Frame>, Option<Waker>) {
        let frames = self.queue.take(PACKETS_PER_RESPONSE);
        if self.queue.is_empty() {
            self.clock.flowing();
        } else {
            self.clock.progressed(Instant::now());
        }
        let held = std::mem::take(&mut self.wants_room) || self.ended.is_some();
        (frames, if held { self.driver.take() } else { None })
    }

    /// Marks the end, and says whether the session stays reachable for its last poll.
    fn end(&mut self, reason: DisconnectReason) -> bool {
        if !self.blocked && !self.queue.is_empty() {
            // What comes of it is of no interest any more: the stream ends either way.
            let _: After = self.flush();
        }
        self.ended = Some(reason);
        self.joined = Vec::new();
        match &self.carrier {
            Carrier::WebSocket(..) if self.queue.is_empty() => {
                self.farewell = true;
                if !matches!(reason, DisconnectReason::ServerDisconnect | DisconnectReason::Revoked) {
                    self.say_farewell();
                }
                false
            }
            Carrier::WebSocket(stream, _) => {
                stream.reset();
                self.queue.clear();
                false
            }
            Carrier::Polling(_) if reason.is_orderly() => true,
            Carrier::Polling(_) | Carrier::Gone => {
                self.queue.clear();
                false
            }
        }
    }

    /// Sends the close frame that is still owed, if any, and ends our side.
    fn say_farewell(&mut self) -> bool {
        let Carrier::WebSocket(stream, _) = &self.carrier else { return false };
        if !std::mem::take(&mut self.farewell) {
            return false;
        }
        let code = self.ended.map_or(1000, DisconnectReason::close_code);
        let close = Frame::control(Opcode::Close, &code.to_be_bytes());
        if stream.try_write(close.bytes()).is_err() {
            stream.reset();
        } else {
            stream.finish();
        }
        self.clock.linger_until(Instant::now() + LINGER);
        true
    }

    fn poller(&mut self) -> Option<Waker> {
        match &mut self.carrier {
            Carrier::Polling(polling) => polling.poller.take(),
            _ => None,
        }
    }
}
