//! The server: built once, mounted under any HTTP server, closed at the end.

use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;
use http::{Request, Response};
use http_body::Body as HttpBody;

use crate::config::Config;
use crate::engine::reply::Body;
use crate::engine::session::{Session, Urgency};
use crate::engine::upper::RawSession;
use crate::engine::{Engine, Gatekeeper, Protocol};
use crate::event::{Event, Reply};
use crate::handler::{Handler, Handshake};
use crate::identity::{Identity, same_origin};
use crate::namespace::Namespace;
use crate::packet::engine::Message;
use crate::packet::socket::Kind;
use crate::reason::DisconnectReason;
use crate::socket::Socket;
use crate::sockets::{Admitted, AnyNamespace, AnySocket, BoxFuture, Namespaces};
use crate::wire::{Class, Frame, packet_frames};

/// A Socket.IO server. A cheap handle; clones are the same server.
#[derive(Clone)]
pub struct Server {
    engine: Arc<Engine>,
    namespaces: Arc<Namespaces>,
}

impl Server {
    /// Starts to build a server.
    pub fn builder(config: Config) -> Builder {
        let gatekeeper = Gatekeeper { origin: Box::new(same_origin), identify: Box::new(|_| None) };
        Builder { config: config.normalised(), namespaces: HashMap::new(), gatekeeper }
    }

    /// Whether a request for this path is for [`handle`](Self::handle).
    pub fn matches(&self, path: &str) -> bool {
        // Only the path itself, with or without its slash: not what merely begins like it.
        let path = path.strip_suffix('/').unwrap_or(path);
        path == self.engine.config.path.trim_end_matches('/')
    }

    /// Answers a request. Must run on a tokio runtime. A held long-poll is answered when there
    /// is something to tell, so give it no time limit below the ping interval.
    ///
    /// The HTTP server must be [`listen::serve`](crate::listen::serve) or another whose streams
    /// are `TokioIo<TcpStream>` and which allows upgrades, such as `axum::serve`; elsewhere only
    /// long-polling works.
    pub async fn handle<B>(&self, request: Request<B>, peer: SocketAddr) -> Response<Body>
    where
        B: HttpBody,
    {
        self.engine.handle(request, peer).await
    }

    /// The namespace of that name, if there is one and `D` is what its handler's `connect` gives.
    pub fn namespace<D: Send + Sync + 'static>(&self, name: &str) -> Option<Namespace<D>> {
        self.namespaces.get(name)?.as_any().downcast_ref::<Namespace<D>>().cloned()
    }

    /// How many connections there are, with those whose disconnect hooks still run.
    pub fn connections(&self) -> usize {
        self.engine.live.count()
    }

    /// Ends every connection, runs the disconnect hooks, and returns when all have run or the
    /// deadline is over; true in the first case. New connections are refused from now on.
    pub async fn close(&self, deadline: Duration) -> bool {
        tokio::time::timeout(deadline, self.engine.close()).await.is_ok()
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("path", &self.engine.config.path).finish_non_exhaustive()
    }
}

/// A server in the making.
#[must_use = "a builder does nothing until it is built"]
pub struct Builder {
    config: Config,
    namespaces: Namespaces,
    gatekeeper: Gatekeeper,
}

impl Builder {
    /// Adds a namespace, named with a leading slash; the main one is `/`.
    pub fn namespace<H: Handler>(mut self, name: &str, handler: H) -> Self {
        let namespace = Namespace::new(name);
        let lagged = handler.lagged().and_then(|event| event.frames(name, None).first().cloned());
        let mounted = Mounted { handler: Arc::new(handler), lagged, namespace };
        self.namespaces.insert(mounted.namespace.name().clone(), Arc::new(mounted));
        self
    }

    /// Decides by the request's `Origin`, and whatever else it has, whether it may come near at
    /// all. Runs on every request, before any connection exists. By default pages of other hosts
    /// are refused ([`same_origin`]).
    pub fn origin(mut self, check: impl Fn(&Parts) -> bool + Send + Sync + 'static) -> Self {
        self.gatekeeper.origin = Box::new(check);
        self
    }

    /// Tells whom a request belongs to, usually by its cookie. A connection stays with the
    /// identity that opened it: requests of any other are refused. By default all are the same.
    pub fn identity(mut self, identify: impl Fn(&Parts) -> Option<Identity> + Send + Sync + 'static) -> Self {
        self.gatekeeper.identify = Box::new(identify);
        self
    }

    /// Makes the server.
    pub fn build(self) -> Server {
        let namespaces = Arc::new(self.namespaces);
        let engine = Engine::new(self.config, self.gatekeeper, Protocol::Sockets(namespaces.clone()));
        Server { engine, namespaces }
    }

    /// Makes a server that speaks bare Engine.IO: every message is given to the function, in
    /// order and for each client one at a time. Namespaces play no part.
    pub fn raw(self, on_message: impl Fn(&RawSession, Message) + Send + Sync + 'static) -> Server {
        let engine = Engine::new(self.config, self.gatekeeper, Protocol::Raw(Arc::new(on_message)));
        Server { engine, namespaces: Arc::default() }
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("config", &self.config).finish_non_exhaustive()
    }
}

/// A namespace with its handler.
struct Mounted<H: Handler> {
    namespace: Namespace<H::Data>,
    handler: Arc<H>,
    lagged: Option<Frame>,
}

impl<H: Handler> AnyNamespace for Mounted<H> {
    fn name(&self) -> &Arc<str> {
        self.namespace.name()
    }

    fn connect(&self, session: &Arc<Session>, handshake: Handshake) -> BoxFuture<Admitted> {
        let (session, namespace) = (session.clone(), self.namespace.clone());
        let (handler, lagged) = (self.handler.clone(), self.lagged.clone());
        Box::pin(async move {
            let id = handshake.socket_id;
            let name = namespace.name().clone();
            let answer = |kind, json: &[u8]| packet_frames(Class::Kept, &name, (kind, None), json, &[]);
            let data = match handler.connect(handshake).await {
                Ok(data) => data,
                Err(error) => {
                    session.send(&answer(Kind::ConnectError, &error.to_json()), Urgency::Now);
                    return None;
                }
            };
            if session.ended().is_some() {
                return None;
            }
            session.join(&name, lagged);
            session.send(&answer(Kind::Connect, format!(r#"{{"sid":"{id}"}}"#).as_bytes()), Urgency::Soon);
            let socket = Socket::new(id, namespace.clone(), session, data);
            namespace.insert(&socket);
            Some(Box::new(Attached { socket, handler }) as Box<dyn AnySocket>)
        })
    }

    fn as_any(&self) -> &dyn std::any::Any {
        &self.namespace
    }
}

/// A socket with the handler that serves it.
struct Attached<H: Handler> {
    socket: Socket<H::Data>,
    handler: Arc<H>,
}

impl<H: Handler> AnySocket for Attached<H> {
    fn connected(&self) -> BoxFuture<()> {
        let (socket, handler) = (self.socket.clone(), self.handler.clone());
        Box::pin(async move {
            handler.connected(&socket).await;
            // The answer to CONNECT was held back until now, and leaves before anything that was sent meanwhile.
            socket.session().flush();
        })
    }

    fn event(&self, event: Event) -> BoxFuture<()> {
        let (socket, handler) = (self.socket.clone(), self.handler.clone());
        Box::pin(async move { handler.event(&socket, event).await })
    }

    fn disconnected(&self, reason: DisconnectReason) -> BoxFuture<()> {
        let (socket, handler) = (self.socket.clone(), self.handler.clone());
        Box::pin(async move { handler.disconnected(&socket, reason).await })
    }

    fn acked(&self, id: u64, reply: Reply) {
        self.socket.acked(id, reply);
    }

    fn end(&self, reason: DisconnectReason) {
        self.socket.end(reason);
    }

    fn ended(&self) -> Option<DisconnectReason> {
        self.socket.ended()
    }
}
