//! What an application implements: one handler for each namespace.

use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use http::request::Parts;
use http::{Extensions, HeaderMap};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::event::Event;
use crate::id::SocketId;
use crate::query;
use crate::reason::DisconnectReason;
use crate::socket::Socket;
use crate::wire::Encoded;

/// The behaviour of one namespace.
///
/// The calls for one socket come one at a time and in the order of what happened: `connect`,
/// `connected`, any number of `event`, `disconnected`. While one is awaited, at most
/// [`Config::inbox`](crate::Config::inbox) further events wait, and then the client is no longer
/// read from. Calls for different sockets run at the same time. A panic ends the connection it
/// happened on and no other.
pub trait Handler: Send + Sync + 'static {
    /// What `connect` finds out about a client. It stays with the socket.
    type Data: Send + Sync + 'static;

    /// Decides whether a client may join, usually by its `auth`, cookies or query. The request's
    /// headers are gone afterwards, so whatever is needed of them belongs in the result.
    fn connect(&self, handshake: Handshake) -> impl Future<Output = Result<Self::Data, ConnectError>> + Send;

    /// Runs before the client is told that it is in, and before its first event is handled: the
    /// place to join rooms, so that it misses nothing from the moment it knows. What is sent from
    /// here arrives after the answer to its CONNECT.
    fn connected(&self, _socket: &Socket<Self::Data>) -> impl Future<Output = ()> + Send {
        async {}
    }

    /// Handles one event.
    fn event(&self, socket: &Socket<Self::Data>, event: Event) -> impl Future<Output = ()> + Send;

    /// Runs once for every socket that was `connected`. It has left its rooms already.
    fn disconnected(
        &self,
        _socket: &Socket<Self::Data>,
        _reason: DisconnectReason,
    ) -> impl Future<Output = ()> + Send {
        async {}
    }

    /// The event that tells a client that its queue overflowed and events were dropped, so that
    /// it fetches what it missed. Asked for once, when the server is built. Without one, a client
    /// that overflows is disconnected instead: nothing is ever lost in silence.
    fn lagged(&self) -> Option<Encoded> {
        None
    }
}

/// A client's wish to join a namespace.
pub struct Handshake {
    pub(crate) auth: Option<Box<RawValue>>,
    pub(crate) request: Option<Arc<Parts>>,
    pub(crate) peer: SocketAddr,
    pub(crate) namespace: Arc<str>,
    pub(crate) socket_id: SocketId,
}

impl Handshake {
    /// Decodes the `auth` object of the client; an empty object if it sent none.
    pub fn auth<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.auth.as_ref().map_or("{}", |auth| auth.get()))
    }

    /// The headers of the request that opened the connection. They are kept until the client
    /// has joined every namespace the server has, and empty afterwards.
    pub fn headers(&self) -> &HeaderMap {
        static NONE: std::sync::LazyLock<HeaderMap> = std::sync::LazyLock::new(HeaderMap::new);
        self.request.as_ref().map_or(&NONE, |request| &request.headers)
    }

    /// What layers in front of the engine attached to that request.
    pub fn extensions(&self) -> Option<&Extensions> {
        self.request.as_ref().map(|request| &request.extensions)
    }

    /// A value of that request's query string, decoded.
    pub fn query(&self, name: &str) -> Option<String> {
        query::get(self.request.as_ref()?.uri.query()?, name)
    }

    /// The address of the client, as it was given to [`Server::handle`](crate::Server::handle).
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// The namespace.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The id the socket will have if it is let in.
    pub fn socket_id(&self) -> SocketId {
        self.socket_id
    }
}

impl fmt::Debug for Handshake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither auth nor headers: they hold secrets.
        f.debug_struct("Handshake")
            .field("namespace", &self.namespace)
            .field("peer", &self.peer)
            .finish_non_exhaustive()
    }
}

/// Why a client may not join; it is told.
#[derive(Clone, Debug)]
pub struct ConnectError {
    message: String,
    data: Option<Box<RawValue>>,
}

impl ConnectError {
    /// A refusal with a message, which becomes `error.message` in the client.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), data: None }
    }

    /// Adds details, which become `error.data` in the client. Values that can't be encoded are
    /// left out.
    #[must_use]
    pub fn with_data<T: Serialize + ?Sized>(mut self, data: &T) -> Self {
        self.data = serde_json::value::to_raw_value(data).ok();
        self
    }

    pub(crate) fn to_json(&self) -> Vec<u8> {
        #[derive(Serialize)]
        struct Wire<'a> {
            message: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            data: Option<&'a RawValue>,
        }
        let wire = Wire { message: &self.message, data: self.data.as_deref() };
        serde_json::to_vec(&wire).unwrap_or_else(|_| b"{}".to_vec())
    }
}
