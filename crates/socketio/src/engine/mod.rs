//! Engine.IO: sessions over long-polling and WebSocket, and everything that bounds them.

mod clock;
mod driver;
mod outbound;
mod polling;
mod rate;
pub(crate) mod reply;
pub(crate) mod session;
pub(crate) mod timers;
mod upgrade;
pub(crate) mod upper;

use std::collections::HashMap;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use http::{Method, Request, Response, request::Parts};
use http_body::Body as HttpBody;
use parking_lot::Mutex;
use tokio::sync::Notify;

use self::driver::Driver;
pub(crate) use self::driver::can_give_way;
use self::reply::{Body, Refusal};
use self::session::{Carrier, Session, Urgency};
use self::timers::Timers;
use self::upper::{OnMessage, Upper};
use crate::address::{Addresses, Permit};
use crate::config::Config;
use crate::id::Sid;
use crate::identity::Identity;
use crate::query;
use crate::reason::DisconnectReason;
use crate::sockets::{Namespaces, Sockets};
use crate::websocket::handshake;
use crate::wire::Frame;

type OriginCheck = Box<dyn Fn(&Parts) -> bool + Send + Sync>;
type Identify = Box<dyn Fn(&Parts) -> Option<Identity> + Send + Sync>;

/// What requests are checked with before they touch a session.
pub(crate) struct Gatekeeper {
    pub(crate) origin: OriginCheck,
    pub(crate) identify: Identify,
}

/// What every session speaks above Engine.IO.
pub(crate) enum Protocol {
    Sockets(Arc<Namespaces>),
    Raw(OnMessage),
}

/// All sessions of one server.
pub(crate) struct Engine {
    pub(crate) config: Config,
    pub(crate) timers: Arc<Timers>,
    /// The ping, framed once.
    pub(crate) ping: Frame,
    pub(crate) live: Live,
    gatekeeper: Gatekeeper,
    protocol: Protocol,
    addresses: Arc<Addresses>,
    sessions: [Mutex<HashMap<Sid, Arc<Session>>>; SHARDS],
    sweeping: AtomicBool,
    closing: AtomicBool,
}

/// Parts of the table of sessions, each with a lock of its own.
const SHARDS: usize = 16;

/// Who opens a session.
pub(crate) struct Opening {
    peer: SocketAddr,
    identity: Option<Identity>,
    permit: Permit,
}

/// Counts the tasks of sessions, so that closing can wait for them.
#[derive(Default)]
pub(crate) struct Live {
    count: AtomicUsize,
    none: Notify,
}

impl Live {
    fn enter(&self) {
        self.count.fetch_add(1, Ordering::SeqCst);
    }

    fn leave(&self) {
        if self.count.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.none.notify_waiters();
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    async fn none(&self) {
        loop {
            let notified = self.none.notified();
            if self.count() == 0 {
                return;
            }
            notified.await;
        }
    }
}

impl Engine {
    pub(crate) fn new(config: Config, gatekeeper: Gatekeeper, protocol: Protocol) -> Arc<Self> {
        let addresses = Addresses::new(crate::address::Allowance {
            open: config.sessions_per_address,
            per_second: config.handshakes_per_second,
            burst: config.handshake_burst,
        });
        Arc::new(Self {
            config,
            timers: Arc::default(),
            ping: Frame::packet("2"),
            live: Live::default(),
            gatekeeper,
            protocol,
            addresses,
            sessions: std::array::from_fn(|_| Mutex::default()),
            sweeping: AtomicBool::new(false),
            closing: AtomicBool::new(false),
        })
    }

    /// Answers one request.
    pub(crate) async fn handle<B>(
        self: &Arc<Self>,
        mut request: Request<B>,
        peer: SocketAddr,
    ) -> Response<Body>
    where
        B: HttpBody,
    {
        // Taken first: it must not stay in the request that handlers may keep.
        let on_upgrade = hyper::upgrade::on(&mut request);
        let (parts, body) = request.into_parts();
        let asked = match self.judge(&parts) {
            Ok(asked) => asked,
            Err(refusal) => return reply::refuse(refusal),
        };
        match asked {
            Asked::Open { websocket } => {
                let opening = match self.admit(&parts, peer) {
                    Ok(opening) => opening,
                    Err(refusal) => return reply::refuse(refusal),
                };
                if websocket {
                    upgrade::open(self, parts, on_upgrade, opening)
                } else {
                    let session = self.open(Carrier::Polling(Box::default()), parts, opening);
                    reply::text(self.open_packet(&session, true))
                }
            }
            Asked::Upgrade(session) => upgrade::take_over(session, &parts, on_upgrade),
            Asked::Get(session) => polling::get(session).await,
            Asked::Post(session) => polling::post(session, body).await,
        }
    }

    /// Decides what a request asks for, before any of it takes effect.
    fn judge(&self, parts: &Parts) -> Result<Asked, Refusal> {
        if self.closing.load(Ordering::SeqCst) {
            return Err(Refusal::ShuttingDown);
        }
        if !(self.gatekeeper.origin)(parts) {
            return Err(Refusal::Forbidden);
        }
        let text = parts.uri.query().unwrap_or_default();
        let websocket = match query::get(text, "transport").as_deref() {
            Some("websocket") => true,
            Some("polling") if self.config.polling => false,
            _ => return Err(Refusal::UnknownTransport),
        };
        if query::get(text, "EIO").as_deref() != Some("4") {
            return Err(Refusal::UnsupportedVersion);
        }
        if websocket != handshake::is_requested(&parts.headers) {
            return Err(Refusal::BadRequest);
        }
        let Some(sid) = query::get(text, "sid") else {
            return if parts.method == Method::GET {
                Ok(Asked::Open { websocket })
            } else {
                Err(Refusal::BadMethod)
            };
        };
        let session = Sid::parse(&sid).and_then(|sid| self.find(sid)).ok_or(Refusal::UnknownSid)?;
        if session.identity != (self.gatekeeper.identify)(parts) {
            return Err(Refusal::Forbidden);
        }
        match (websocket, &parts.method) {
            (true, &Method::GET) => Ok(Asked::Upgrade(session)),
            (false, _) if !session.over_polling() => Err(Refusal::BadRequest),
            (false, &Method::GET) => Ok(Asked::Get(session)),
            (false, &Method::POST) => Ok(Asked::Post(session)),
            _ => Err(Refusal::BadMethod),
        }
    }

    fn admit(&self, parts: &Parts, peer: SocketAddr) -> Result<Opening, Refusal> {
        let permit = self.addresses.admit(peer.ip()).ok_or(Refusal::TooMany)?;
        Ok(Opening { peer, identity: (self.gatekeeper.identify)(parts), permit })
    }

    /// Makes a session and starts its task. On a WebSocket the open packet is sent, too.
    fn open(self: &Arc<Self>, carrier: Carrier, parts: Parts, opening: Opening) -> Arc<Session> {
        self.start_sweeper();
        let websocket = matches!(carrier, Carrier::WebSocket(..));
        let origin = (opening.peer, opening.identity, opening.permit);
        let session = Session::new(self.clone(), origin, carrier);
        self.live.enter();
        self.shard(session.sid).lock().insert(session.sid, session.clone());
        if websocket {
            session.send(&[Frame::packet(&self.open_packet(&session, false))], Urgency::Now);
        }
        session.start_clock();
        let upper = match &self.protocol {
            Protocol::Sockets(namespaces) => {
                Upper::Sockets(Sockets::new(namespaces.clone(), &self.config, parts))
            }
            Protocol::Raw(on_message) => {
                session.join(&Arc::from("/"), None);
                Upper::Raw(on_message.clone())
            }
        };
        spawn(Driver::new(session.clone(), upper));
        if self.closing.load(Ordering::SeqCst) {
            session.close(DisconnectReason::Shutdown);
        }
        session
    }

    fn open_packet(&self, session: &Session, upgradable: bool) -> String {
        let upgrades = if upgradable { r#"["websocket"]"# } else { "[]" };
        let millis = |duration: std::time::Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        format!(
            r#"0{{"sid":"{}","upgrades":{upgrades},"pingInterval":{},"pingTimeout":{},"maxPayload":{}}}"#,
            session.sid.reveal(),
            millis(self.config.ping_interval),
            millis(self.config.ping_timeout),
            self.config.max_payload,
        )
    }

    fn shard(&self, sid: Sid) -> &Mutex<HashMap<Sid, Arc<Session>>> {
        &self.sessions[sid.shard(SHARDS)]
    }

    fn find(&self, sid: Sid) -> Option<Arc<Session>> {
        self.shard(sid).lock().get(&sid).cloned()
    }

    /// Makes the session unreachable for requests.
    pub(crate) fn forget(&self, sid: Sid) {
        // Dropped after the lock, because it may be the last owner.
        let _forgotten = self.shard(sid).lock().remove(&sid);
    }

    fn start_sweeper(self: &Arc<Self>) {
        if self.sweeping.swap(true, Ordering::SeqCst) {
            return;
        }
        let engine = Arc::downgrade(self);
        let timers = self.timers.clone();
        spawn(timers.sweep(move || engine.strong_count() > 0));
    }

    /// Ends every session, and waits until all their disconnect hooks have run.
    pub(crate) async fn close(&self) {
        self.closing.store(true, Ordering::SeqCst);
        for shard in &self.sessions {
            let sessions: Vec<_> = shard.lock().values().cloned().collect();
            for session in sessions {
                session.close(DisconnectReason::Shutdown);
            }
        }
        self.live.none().await;
    }
}

/// What a request asks for.
enum Asked {
    Open { websocket: bool },
    Upgrade(Arc<Session>),
    Get(Arc<Session>),
    Post(Arc<Session>),
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.timers.wake();
    }
}

/// Starts a task of the engine. Sessions are counted by [`Live`], which closing waits for; the
/// other tasks end with a time limit or with their engine.
pub(crate) fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that starts the engine's tasks")]
    drop(tokio::spawn(task));
}
