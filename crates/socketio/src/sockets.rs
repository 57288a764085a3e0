//! Socket.IO on one session: packets in, and a lane of work for each namespace joined.

use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::request::Parts;
use serde_json::value::RawValue;

use crate::config::Config;
use crate::engine::session::{Session, Urgency};
use crate::event::{Ack, Event, Reply};
use crate::handler::{ConnectError, Handshake};
use crate::id::SocketId;
use crate::packet::engine::Message;
use crate::packet::socket::{self, Body, Kind, Packet};
use crate::reason::DisconnectReason;
use crate::wire::{Class, packet_frames};

pub(crate) type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A namespace, whatever its handler.
pub(crate) trait AnyNamespace: Send + Sync {
    fn name(&self) -> &Arc<str>;
    /// Asks the handler, and answers the client. Gives the socket if it was let in.
    fn connect(&self, session: &Arc<Session>, handshake: Handshake) -> BoxFuture<Admitted>;
    fn as_any(&self) -> &dyn std::any::Any;
}

/// A socket with its handler.
pub(crate) trait AnySocket: Send + Sync {
    fn connected(&self) -> BoxFuture<()>;
    fn event(&self, event: Event) -> BoxFuture<()>;
    fn disconnected(&self, reason: DisconnectReason) -> BoxFuture<()>;
    fn acked(&self, id: u64, reply: Reply);
    /// Takes the socket out of its rooms; nothing reaches it any more. The first reason counts.
    fn end(&self, reason: DisconnectReason);
    fn ended(&self) -> Option<DisconnectReason>;
}

/// All namespaces of a server.
pub(crate) type Namespaces = HashMap<Arc<str>, Arc<dyn AnyNamespace>>;

/// The Socket.IO side of one session.
pub(crate) struct Sockets {
    namespaces: Arc<Namespaces>,
    /// The opening request, until every namespace has seen it.
    request: Option<Arc<Parts>>,
    lanes: Vec<Lane>,
    /// A packet that waits for its attachments.
    partial: Option<Box<Partial>>,
    inbox: usize,
    max_attachments: usize,
    closed: bool,
}

struct Partial {
    packet: Packet,
    attachments: Vec<Bytes>,
    bytes: usize,
}

/// The work of one namespace, done one piece at a time and in order.
struct Lane {
    namespace: Arc<dyn AnyNamespace>,
    socket: Option<Box<dyn AnySocket>>,
    running: Option<(Step, BoxFuture<Admitted>)>,
    queue: VecDeque<Work>,
}

/// The socket, if the handler let it in.
pub(crate) type Admitted = Option<Box<dyn AnySocket>>;

enum Work {
    Connect(Option<Box<RawValue>>),
    Event(Event),
    Leave,
}

/// Which call of the handler is running.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Connecting,
    Handling,
    Leaving,
}

impl Sockets {
    pub(crate) fn new(namespaces: Arc<Namespaces>, config: &Config, request: Parts) -> Self {
        Self {
            namespaces,
            request: Some(Arc::new(request)),
            lanes: Vec::new(),
            partial: None,
            inbox: config.inbox,
            max_attachments: config.max_attachments,
            closed: false,
        }
    }

    pub(crate) fn has_room(&self) -> bool {
        self.lanes.iter().all(|lane| lane.queue.len() < self.inbox)
    }

    pub(crate) fn message(
        &mut self,
        message: Message,
        session: &Arc<Session>,
    ) -> Result<(), DisconnectReason> {
        match message {
            Message::Text(_) if self.partial.is_some() => Err(DisconnectReason::ProtocolError),
            Message::Text(text) => {
                let packet = socket::decode(&text, self.max_attachments)
                    .map_err(|_| DisconnectReason::ProtocolError)?;
                if packet.body.attachments() == 0 {
                    return self.dispatch(packet, Vec::new(), session);
                }
                self.partial = Some(Box::new(Partial { packet, attachments: Vec::new(), bytes: 0 }));
                session.await_attachments(true);
                Ok(())
            }
            Message::Binary(data) => self.attachment(data, session),
        }
    }

    fn attachment(&mut self, data: Bytes, session: &Arc<Session>) -> Result<(), DisconnectReason> {
        let Some(mut partial) = self.partial.take() else { return Err(DisconnectReason::ProtocolError) };
        partial.bytes = partial.bytes.saturating_add(data.len());
        if partial.bytes > session.engine.config.max_payload {
            return Err(DisconnectReason::TooLarge);
        }
        partial.attachments.push(data);
        if partial.attachments.len() < partial.packet.body.attachments() {
            self.partial = Some(partial);
            return Ok(());
        }
        session.await_attachments(false);
        self.dispatch(partial.packet, partial.attachments, session)
    }

    fn dispatch(
        &mut self,
        packet: Packet,
        attachments: Vec<Bytes>,
        session: &Arc<Session>,
    ) -> Result<(), DisconnectReason> {
        if let Body::Connect(auth) = packet.body {
            return self.connect(&packet.namespace, auth, session);
        }
        let lane = self.lanes.iter_mut().find(|lane| **lane.namespace.name() == *packet.namespace);
        let Some(lane) = lane else { return Err(DisconnectReason::ProtocolError) };
        match packet.body {
            Body::Connect(_) => {}
            Body::Disconnect => lane.queue.push_back(Work::Leave),
            Body::Event { name, args, ack, .. } => {
                let ack = ack.map(|id| Ack::new(session.clone(), lane.namespace.name().clone(), id));
                lane.queue.push_back(Work::Event(Event { name, args, attachments, ack }));
            }
            // Not queued: the handler that is running may be waiting for it.
            Body::Ack { id, args, .. } => {
                if let Some(socket) = &lane.socket {
                    socket.acked(id, Reply { args, attachments });
                }
            }
        }
        Ok(())
    }

    fn connect(
        &mut self,
        name: &str,
        auth: Option<Box<RawValue>>,
        session: &Arc<Session>,
    ) -> Result<(), DisconnectReason> {
        let Some(namespace) = self.namespaces.get(name) else {
            let json = ConnectError::new("Invalid namespace").to_json();
            session.send(
                &packet_frames(Class::Kept, name, (Kind::ConnectError, None), &json, &[]),
                Urgency::Now,
            );
            return Ok(());
        };
        match self.lanes.iter_mut().find(|lane| lane.namespace.name() == namespace.name()) {
            Some(lane) if lane.is_vacant() => lane.queue.push_back(Work::Connect(auth)),
            // Joining twice has broken servers; a client has no reason to.
            Some(_) => return Err(DisconnectReason::ProtocolError),
            None => {
                let mut lane = Lane::new(namespace.clone());
                lane.queue.push_back(Work::Connect(auth));
                self.lanes.reserve_exact(1);
                self.lanes.push(lane);
            }
        }
        Ok(())
    }

    pub(crate) fn poll(&mut self, cx: &mut Context<'_>, session: &Arc<Session>, crowded: bool) {
        for lane in &mut self.lanes {
            let request = self.request.as_ref();
            lane.poll(cx, session, crowded, request);
        }
        let complete =
            self.lanes.len() == self.namespaces.len() && self.lanes.iter().all(|lane| lane.socket.is_some());
        if self.request.is_some() && (complete || self.closed) {
            self.request = None;
        }
    }

    /// The session is over: sockets leave their rooms; what may still be handled stays.
    pub(crate) fn close(&mut self, reason: DisconnectReason) {
        self.closed = true;
        self.partial = None;
        for lane in &mut self.lanes {
            lane.queue.retain(|work| reason.keeps_inbox() && matches!(work, Work::Event(_)));
            if let Some(socket) = &lane.socket {
                socket.end(reason);
            }
        }
    }

    pub(crate) fn is_handling(&self) -> bool {
        self.lanes.iter().any(|lane| lane.running.is_some())
    }

    pub(crate) fn is_done(&self) -> bool {
        self.lanes.iter().all(|lane| lane.socket.is_none() && lane.running.is_none())
    }
}

impl Lane {
    fn new(namespace: Arc<dyn AnyNamespace>) -> Self {
        Self { namespace, socket: None, running: None, queue: VecDeque::new() }
    }

    /// Whether a CONNECT may be taken: nobody is in, nobody is on the way in, or the one who is
    /// in is about to leave.
    fn is_vacant(&self) -> bool {
        let leaving = self.queue.back().is_some_and(|work| matches!(work, Work::Leave));
        let gone = self.socket.as_ref().is_none_or(|socket| socket.ended().is_some());
        let connecting = matches!(self.running, Some((Step::Connecting, _)))
            || self.queue.iter().any(|work| matches!(work, Work::Connect(_)));
        leaving || (gone && !connecting)
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        session: &Arc<Session>,
        crowded: bool,
        request: Option<&Arc<Parts>>,
    ) {
        loop {
            if let Some((step, future)) = &mut self.running {
                let step = *step;
                match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
                    Ok(Poll::Pending) => return,
                    Ok(Poll::Ready(socket)) => self.finish(step, socket),
                    Err(_) => {
                        tracing::error!(namespace = %self.namespace.name(), "a handler panicked");
                        self.finish(step, None);
                        session.close(DisconnectReason::HandlerPanicked);
                        self.end(DisconnectReason::HandlerPanicked);
                    }
                }
                continue;
            }
            if !self.start(session, crowded, request) {
                return;
            }
        }
    }

    fn end(&mut self, reason: DisconnectReason) {
        self.queue.clear();
        if let Some(socket) = &self.socket {
            socket.end(reason);
        }
    }

    fn finish(&mut self, step: Step, socket: Admitted) {
        self.running = None;
        match (step, socket) {
            (Step::Connecting, Some(socket)) => {
                self.run(Step::Handling, socket.connected());
                self.socket = Some(socket);
            }
            // Whatever was sent in the hope of being let in goes unheard.
            (Step::Connecting, None) => self.queue.retain(|work| matches!(work, Work::Connect(_))),
            (Step::Leaving, _) => self.socket = None,
            (Step::Handling, _) => {}
        }
    }

    fn run(&mut self, step: Step, future: BoxFuture<()>) {
        let future = Box::pin(async move {
            future.await;
            None
        });
        self.running = Some((step, future));
    }

    /// Starts the next piece of work; false if there is none to start now.
    fn start(&mut self, session: &Arc<Session>, crowded: bool, request: Option<&Arc<Parts>>) -> bool {
        if let Some(reason) = self.socket.as_ref().and_then(|socket| socket.ended()) {
            if !reason.keeps_inbox() {
                self.queue.retain(|work| matches!(work, Work::Connect(_)));
            }
            let pending = matches!(self.queue.front(), Some(Work::Event(_)));
            if !pending && let Some(socket) = &self.socket {
                let leaving = socket.disconnected(reason);
                self.run(Step::Leaving, leaving);
                return true;
            }
        } else if crowded {
            return false;
        }
        match self.queue.pop_front() {
            None => {
                self.queue = VecDeque::new();
                return false;
            }
            Some(Work::Connect(auth)) => {
                let handshake = Handshake {
                    auth,
                    request: request.cloned(),
                    peer: session.peer,
                    namespace: self.namespace.name().clone(),
                    socket_id: SocketId::random(),
                };
                self.running = Some((Step::Connecting, self.namespace.connect(session, handshake)));
            }
            Some(Work::Event(event)) => {
                if let Some(socket) = &self.socket {
                    let handling = socket.event(event);
                    self.run(Step::Handling, handling);
                }
            }
            Some(Work::Leave) => {
                if let Some(socket) = &self.socket {
                    socket.end(DisconnectReason::ClientDisconnect);
                    let leaving = socket.disconnected(DisconnectReason::ClientDisconnect);
                    self.run(Step::Leaving, leaving);
                }
            }
        }
        true
    }
}
