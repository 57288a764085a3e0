//! The Socket.IO namespace: who may connect, and the calls that come over a socket.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use http::Method;
use parlor_chat::{Chat, Fault, SocketId, Ticket, Visitor, presence};
use parlor_protocol::calls::Rate;
use parlor_protocol::live::{Ended, Lagged, SessionEnded};
use parlor_protocol::{Call, Code, Error, RoomId};
use parlor_socketio::{ConnectError, DisconnectReason, Encoded, Event, Handler, Handshake, Socket};
use serde::{Deserialize, Serialize};

use crate::calls::{Answered, Asked, answer, read};
use crate::delivery::encode;
use crate::faults::told;
use crate::gate::{Gate, Peer};
use crate::rates::Rates;
use crate::roster::{Roster, Seat};

/// Serves the sockets.
pub(crate) struct Sockets {
    chat: Chat,
    gate: Arc<Gate>,
    rates: Arc<Rates>,
    roster: Arc<Roster>,
    numbers: AtomicU64,
}

/// What a client shows in `auth`. Its other fields are its own business.
#[derive(Deserialize)]
struct Auth {
    #[serde(default)]
    token: Option<String>,
}

/// With what a call that is not done is acknowledged; one that is done, with its reply as `ok`.
#[derive(Serialize)]
struct Refusal<'a> {
    err: &'a Error,
}

impl Sockets {
    /// Serves sockets of this chat.
    pub(crate) fn new(chat: Chat, gate: Arc<Gate>, rates: Arc<Rates>, roster: Arc<Roster>) -> Self {
        Self { chat, gate, rates, roster, numbers: AtomicU64::new(1) }
    }

    async fn admit(&self, handshake: &Handshake) -> Result<Seat, Fault> {
        let peer = handshake.extensions().and_then(|all| all.get::<Peer>());
        let address = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.address);
        let auth: Auth = handshake
            .auth()
            .map_err(|_| Error::new(Code::BadRequest, "auth must be an object such as {token: \"pb_…\"}"))?;
        let shown = match (&auth.token, peer) {
            (Some(token), _) => Some(Ticket::of(token)),
            (None, Some(peer)) => self.gate.secret(&Method::GET, handshake.headers(), peer)?.map(Ticket::of),
            (None, None) => None,
        };
        let ticket = shown
            .ok_or_else(|| Error::new(Code::Unauthenticated, "sign in, or connect with auth: {token}"))?;
        let caller = self.chat.authenticate(&ticket).await?;
        let number = SocketId(self.numbers.fetch_add(1, Ordering::Relaxed));
        let arrival = self.roster.arrive(number, &caller);
        // Asked again now that its end can't be missed any more: the session may have ended in between.
        let caller = self.chat.authenticate(&ticket).await?;
        let rooms = self.chat.rooms_of(&caller).await?;
        let arrival = arrival.into_rooms(rooms.into_iter().map(RoomId::get));
        Ok(Seat::new(arrival, ticket, caller, address))
    }

    async fn call(&self, seat: &Seat, event: &Event) -> Result<Vec<u8>, Fault> {
        if Call::named(&event.name).is_none() {
            return Err(Fault::refused(
                Code::BadRequest,
                "there is no call of this name; docs/protocol lists them",
            ));
        }
        let call = read(&event.name, event.args.first().map_or("{}", |request| request.get()))?;
        let visitor = Visitor { address: seat.address, device: String::new() };
        let (chat, rates, ticket) = (&self.chat, &*self.rates, Some(&seat.ticket));
        let asked = Asked { chat, rates, visitor: &visitor, ticket, socket: Some(seat.number) };
        match answer(&asked, call).await? {
            Answered::Reply(reply) => Ok(reply),
            Answered::Admitted(_) => Err(Fault::refused(Code::BadRequest, "this call is made over HTTP")),
        }
    }

    /// Ends a socket whose session is gone, or that goes on calling after it was told to wait.
    fn consequences(socket: &Socket<Seat>, call: &str, error: &Error) {
        if error.code == Code::Unauthenticated {
            // An event that can't be encoded would be a fault of ours; the socket ends all the same.
            drop(socket.emit("session:ended", &SessionEnded { why: Ended::Expired }));
            socket.disconnect(DisconnectReason::Revoked);
        }
        // Typing and presence are only dropped: a client may not even await their answers.
        let counts = Call::named(call).is_none_or(|row| row.rate != Rate::Live);
        if error.code == Code::RateLimited && counts && socket.data().strike(Instant::now()) {
            socket.disconnect(DisconnectReason::RateLimited);
        }
    }
}

/// Ends the sockets whose sessions have expired: one that only listens makes no call that would tell.
pub(crate) async fn expire(chat: &Chat, roster: &Roster) {
    for socket in roster.all() {
        if let Err(fault) = chat.authenticate(&socket.data().ticket).await {
            Sockets::consequences(&socket, "", &fault.to_wire());
        }
    }
}

impl Handler for Sockets {
    type Data = Seat;

    async fn connect(&self, handshake: Handshake) -> Result<Seat, ConnectError> {
        self.admit(&handshake).await.map_err(|fault| {
            let error = told("connect", &fault);
            ConnectError::new(error.message.clone()).with_data(&error)
        })
    }

    async fn connected(&self, socket: &Socket<Seat>) {
        // Nothing is awaited here: between the answer to CONNECT and the first push nothing may be missed.
        match self.roster.settle(socket) {
            Ok(()) => presence::connected(&self.chat, &socket.data().caller, socket.data().number),
            Err(push) => {
                if let Some(told) = encode(&push) {
                    socket.emit_encoded(&told);
                }
                socket.disconnect(DisconnectReason::Revoked);
            }
        }
    }

    async fn event(&self, socket: &Socket<Seat>, event: Event) {
        let done = self.call(socket.data(), &event).await.map_err(|fault| told(&event.name, &fault));
        if let Some(ack) = event.ack {
            match &done {
                Ok(reply) => ack.send_json(&[br#"{"ok":"#, reply, b"}"]),
                Err(err) => {
                    if let Err(error) = ack.send(&Refusal { err }) {
                        tracing::error!(%error, "a refusal can't be encoded");
                    }
                }
            }
        }
        if let Err(error) = done {
            Self::consequences(socket, &event.name, &error);
        }
    }

    async fn disconnected(&self, socket: &Socket<Seat>, reason: DisconnectReason) {
        let number = socket.data().number;
        self.roster.leave(number);
        presence::disconnected(&self.chat, number);
        tracing::debug!(socket = number.0, %reason, "socket ended");
    }

    fn lagged(&self) -> Option<Encoded> {
        Encoded::event("lagged", &Lagged {}).ok()
    }
}
