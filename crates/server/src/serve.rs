//! The wiring: opens the chat, joins its parts, serves, and stops them in order.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::{Request, Response};
use parlor_bus::Bus;
use parlor_chat::{Chat, Clock, Follower, Net, Options, Pretended, UploadLimits};
use parlor_socketio::listen::{self, Limits, RequestBody};
use parlor_socketio::{Config as EngineConfig, Identity, Server};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tower_service::Service as _;

use crate::config::{Config, Wrong};
use crate::delivery::Deliverer;
use crate::gate::{Gate, Peer};
use crate::rates::Rates;
use crate::roster::{Roster, Seat};
use crate::site::{Sharing, Site, router, secure};
use crate::sockets::Sockets;
use crate::tasks::Tasks;
use crate::{descriptors, logs, sockets};

/// Pause between two beacons of the heads of rooms that changed.
const BEAT: Duration = Duration::from_secs(5);
/// Pause between two looks for what has expired.
const SWEEP: Duration = Duration::from_secs(60);
/// Messages whose links are followed at once.
const FOLLOWERS: usize = 4;
/// Time for sockets to end, for requests to end, and for the writer to end: together within ten seconds.
const PATIENCE: Duration = Duration::from_secs(3);

/// Serves until a signal to stop comes.
///
/// # Errors
/// Why it can't start, for the operator.
pub(crate) async fn serve(config: Config, internet: Option<SocketAddr>) -> Result<(), Wrong> {
    let listener = TcpListener::bind(config.values.listen).await;
    let listener = listener.map_err(|error| Wrong(format!("listen = {}: {error}", config.values.listen)))?;
    let address = listener.local_addr().map_err(|error| Wrong(error.to_string()))?;
    let stopped = signals().map_err(|error| Wrong(format!("signals can't be heard: {error}")))?;
    let bus = Bus::new();
    let chat = open(&config, bus.clone(), net_of(&config, internet)).await?;
    let gate = Arc::new(Gate::new(&config));
    let rates = Arc::new(Rates::new(&config));
    let roster = Arc::new(Roster::default());
    let sockets = Sockets::new(chat.clone(), Arc::clone(&gate), Arc::clone(&rates), Arc::clone(&roster));
    let engine = engine(&config, sockets, &gate, &roster, &bus)?;
    let base = config.base(address);
    let site = Arc::new(Site { chat: chat.clone(), gate, rates, base: base.clone() });
    let mut tasks = Tasks::new();
    housekeeping(&mut tasks, &chat, &roster);
    follow_links(&mut tasks, &chat);
    let ending = engine.clone();
    let door = Door { engine, router: router(Arc::clone(&site)), site };
    let shutdown = async move {
        stopped.await;
        tracing::info!("stopping");
        if !ending.close(PATIENCE).await {
            tracing::warn!("sockets did not end in time");
        }
    };
    tracing::info!(%address, data = %config.values.data.display(), version = env!("CARGO_PKG_VERSION"), "serving");
    announce(address, &base, &chat).map_err(|error| Wrong(format!("standard output: {error}")))?;
    listen::serve(
        listener,
        limits(&config),
        move |request, remote| door.clone().answer(request, remote),
        shutdown,
    )
    .await;
    tasks.stop(PATIENCE).await;
    chat.close().await;
    tracing::info!(panics = logs::panics(), "stopped");
    Ok(())
}

/// Hears SIGTERM and SIGINT from now on.
pub(crate) fn signals() -> io::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Opens the chat in the configured folder.
///
/// # Errors
/// What keeps the folder from being used.
pub(crate) async fn open(config: &Config, bus: Bus, previews: Option<Net>) -> Result<Chat, Wrong> {
    let values = &config.values;
    let ms = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    Chat::open(Options {
        data_dir: values.data.clone(),
        clock: Clock::system(),
        bus,
        around: parlor_socketio::together,
        session_idle_ms: ms(values.session_idle_days.duration()),
        session_life_ms: ms(values.session_max_days.duration()),
        uploads: UploadLimits {
            file_bytes: values.upload_max.0,
            quota_bytes: values.upload_quota.0,
            reserve_bytes: values.upload_reserve.0,
        },
        previews,
        own_hosts: values.public_url.iter().map(|origin| origin.host().to_owned()).collect(),
        program: program()?,
    })
    .await
    .map_err(|fault| Wrong(format!("data = {}: {fault}", values.data.display())))
}

/// Where previews of links come from: the internet, or what a test pretends it to be.
fn net_of(config: &Config, pretended: Option<SocketAddr>) -> Option<Net> {
    config.values.link_previews.0.then(|| match pretended {
        None => Net::Open,
        Some(at) => {
            tracing::warn!(%at, "the internet is pretended: this is a test");
            Net::Pretended(Pretended::at(at))
        }
    })
}

/// This program, also when its file was replaced meanwhile.
fn program() -> Result<PathBuf, Wrong> {
    let running = PathBuf::from("/proc/self/exe");
    if running.exists() {
        return Ok(running);
    }
    std::env::current_exe().map_err(|error| Wrong(format!("the program's own file: {error}")))
}

fn engine(
    config: &Config,
    sockets: Sockets,
    gate: &Arc<Gate>,
    roster: &Arc<Roster>,
    bus: &Bus,
) -> Result<Server, Wrong> {
    let (origins, identities) = (Arc::clone(gate), Arc::clone(gate));
    let engine = Server::builder(engine_config(config))
        .origin(move |parts| shown(&origins, parts).is_ok())
        .identity(move |parts| shown(&identities, parts).ok().flatten())
        .namespace("/", sockets)
        .build();
    let namespace =
        engine.namespace::<Seat>("/").ok_or_else(|| Wrong("the engine lost its namespace".into()))?;
    let deliverer = Deliverer::new(namespace, Arc::clone(roster));
    if bus.subscribe(move |steps| deliverer.deliver(steps)) {
        Ok(engine)
    } else {
        Err(Wrong("the bus has a subscriber already".into()))
    }
}

/// To whom a connection belongs: to the holder of the secret that its first request showed.
fn shown(gate: &Gate, parts: &http::request::Parts) -> Result<Option<Identity>, parlor_protocol::Error> {
    let Some(peer) = parts.extensions.get::<Peer>() else { return Ok(None) };
    let secret = gate.secret(&parts.method, &parts.headers, peer)?;
    Ok(secret.map(|secret| Identity::new(Sha256::digest(secret.as_bytes()))))
}

fn engine_config(config: &Config) -> EngineConfig {
    let values = &config.values;
    let (per_second, burst) = values.limit_sockets.whole();
    let usual = EngineConfig::default();
    // Whoever lifts the limit of a socket's calls means its packets, too.
    let (packets_per_window, bytes_per_window) = match values.limit_calls.0 {
        Some(_) => (usual.packets_per_window, usual.bytes_per_window),
        None => (u32::MAX, usize::MAX),
    };
    EngineConfig {
        ping_interval: values.ping_interval_s.duration(),
        ping_timeout: values.ping_timeout_s.duration(),
        max_payload: parlor_protocol::limits::PAYLOAD_BYTES,
        outbound_bytes: values.queue_bytes.0 as usize,
        write_deadline: values.stall_s.duration(),
        max_attachments: 0,
        sessions_per_address: values.max_connections_per_address,
        handshakes_per_second: per_second,
        handshake_burst: burst,
        packets_per_window,
        bytes_per_window,
        ..usual
    }
}

fn limits(config: &Config) -> Limits {
    let (per_second, burst) = config.values.limit_connections.whole();
    Limits {
        connections_per_second: per_second,
        connection_burst: burst,
        // More than there are descriptors for would wait at the door, unanswered.
        max_connections: config.values.max_connections.min(descriptors::raise()),
        max_per_address: config.values.max_connections_per_address,
        drain: PATIENCE,
        ..Limits::default()
    }
}

/// The lines that people and scripts read on standard output.
fn announce(address: SocketAddr, base: &str, chat: &Chat) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "Parlor is ready at http://{address}")?;
    if let Some(token) = chat.set_up_token() {
        writeln!(out, "Set it up: {base}/setup/{token}")?;
    }
    out.flush()
}

/// Fetches previews of links, those of a few messages at once.
fn follow_links(tasks: &mut Tasks, chat: &Chat) {
    let follower = Follower::new(chat.clone());
    for _ in 0..FOLLOWERS {
        let (follower, mut stop) = (follower.clone(), tasks.stop_signal());
        tasks.start("links", async move {
            loop {
                tokio::select! {
                    () = stop.asked() => return,
                    () = follower.follow_one() => {}
                }
            }
        });
    }
}

fn housekeeping(tasks: &mut Tasks, chat: &Chat, roster: &Arc<Roster>) {
    let beating = chat.clone();
    tasks.repeat("beat", BEAT, move || {
        beating.beat();
        std::future::ready(())
    });
    let (due, mut stop) = (chat.clone(), tasks.stop_signal());
    tasks.start("due", async move {
        loop {
            let wait = Duration::from_millis(due.ring().await);
            tokio::select! {
                () = stop.asked() => return,
                () = due.put_off() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    });
    let sweeping = (chat.clone(), Arc::clone(roster));
    tasks.repeat("sweep", SWEEP, move || {
        let (chat, roster) = sweeping.clone();
        async move {
            sockets::expire(&chat, &roster).await;
            if let Err(fault) = chat.sweep().await {
                tracing::error!(%fault, "sweeping failed");
            }
        }
    });
}

/// Leads each request to the sockets or to the site.
#[derive(Clone)]
struct Door {
    engine: Server,
    router: Router,
    site: Arc<Site>,
}

impl Door {
    async fn answer(mut self, mut request: Request<RequestBody>, remote: SocketAddr) -> Response<Body> {
        let peer = self.site.gate.peer(remote, request.headers());
        request.extensions_mut().insert(peer.clone());
        let sharing = Sharing::of(&self.site.gate, &request);
        let mut response = if let Some(response) = sharing.preflight() {
            response
        } else if self.engine.matches(request.uri().path()) {
            self.engine.handle(request, SocketAddr::new(peer.address, remote.port())).await.map(Body::new)
        } else {
            let Ok(response) = self.router.call(request.map(Body::new)).await;
            response
        };
        secure(response.headers_mut(), peer.https, sharing);
        response
    }
}
