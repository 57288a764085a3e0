//! An accept loop for HTTP/1.1 that survives the open internet.
//!
//! `axum::serve` gives hyper no timer, so that its time limits do nothing, and knows no limits on
//! connections. Here every phase of a connection has a time limit: waiting for a request, its
//! head, its body, and taking the answer.

mod body;
mod stream;

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONNECTION, TRANSFER_ENCODING};
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::{Either, Empty};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::address::{Addresses, Allowance};

pub use self::body::RequestBody;
pub(crate) use self::stream::{HttpStream, Place};

/// Limits of an accept loop.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections open at once, upgraded ones included. Default 20,000.
    pub max_connections: usize,
    /// Connections open at once from one address (IPv6: from one /64). Default 256.
    pub max_per_address: usize,
    /// New connections per second from one address, sustained. Default 50.
    pub connections_per_second: u32,
    /// New connections from one address that may come at once. Default 200.
    pub connection_burst: u32,
    /// Time for the head of a request, from its first byte. Default 10 s.
    pub header_timeout: Duration,
    /// Time a connection may wait for its next request. Default 75 s.
    pub idle_timeout: Duration,
    /// Time for the body of a request, beside what its bytes earn. Default 5 s.
    pub body_grace: Duration,
    /// Bytes of a body that earn one more second. Default 1,024.
    pub body_bytes_per_second: u32,
    /// Time a client may take none of an answer. Default 20 s.
    pub write_timeout: Duration,
    /// Headers of one request. Default 64.
    pub max_headers: usize,
    /// Bytes of the head of one request. Default 16,384.
    pub max_header_bytes: usize,
    /// Time that requests in progress get when the loop stops. Default 10 s.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: 20_000,
            max_per_address: 256,
            connections_per_second: 50,
            connection_burst: 200,
            header_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            body_grace: Duration::from_secs(5),
            body_bytes_per_second: 1_024,
            write_timeout: Duration::from_secs(20),
            max_headers: 64,
            max_header_bytes: 16_384,
            drain: Duration::from_secs(10),
        }
    }
}

/// Serves HTTP/1.1 until `shutdown` completes, then lets requests in progress finish within the
/// drain time. Close the Socket.IO server first, so that held long-polls are answered.
///
/// The service is given each request with the address it came from. A request with a
/// `Transfer-Encoding` is refused with 411: no client of ours needs it, and it is what request
/// smuggling is made of.
pub async fn serve<S, F, B>(
    listener: TcpListener,
    limits: Limits,
    service: S,
    shutdown: impl Future<Output = ()>,
) where
    S: Fn(Request<RequestBody>, SocketAddr) -> F + Clone + Send + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
{
    let gate = Gate::new(limits);
    let (stop, stopping) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            Some(ended) = connections.join_next() => report(ended),
            accepted = listener.accept() => match accepted {
                Ok((tcp, peer)) => {
                    if let Some(stream) = gate.admit(tcp, peer) {
                        connections.spawn(connection(stream, peer, gate.limits.clone(), service.clone(), stopping.clone()));
                    }
                }
                Err(error) => {
                    // Out of descriptors, most likely: others must end before it gets better.
                    tracing::warn!(%error, "accepting a connection failed");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
        }
    }
    drop(listener);
    stop.send_replace(true);
    let drained = tokio::time::timeout(gate.limits.drain, async {
        while let Some(ended) = connections.join_next().await {
            report(ended);
        }
    });
    if drained.await.is_err() {
        tracing::warn!(connections = connections.len(), "requests were cut off because they took too long");
    }
}

fn report(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a request handler panicked");
    }
}

/// Counts connections in and out.
struct Gate {
    limits: Arc<Limits>,
    total: Arc<Semaphore>,
    addresses: Arc<Addresses>,
}

impl Gate {
    fn new(limits: Limits) -> Self {
        let allowance = Allowance {
            open: limits.max_per_address,
            per_second: limits.connections_per_second,
            burst: limits.connection_burst,
        };
        Self {
            total: Arc::new(Semaphore::new(limits.max_connections.min(Semaphore::MAX_PERMITS))),
            addresses: Addresses::new(allowance),
            limits: Arc::new(limits),
        }
    }

    /// A connection beyond the limits is closed without a word: a word would cost more.
    fn admit(&self, tcp: TcpStream, peer: SocketAddr) -> Option<HttpStream> {
        let total = self.total.clone().try_acquire_owned().ok()?;
        let address = self.addresses.admit(peer.ip())?;
        if let Err(error) = prepare(&tcp, self.limits.write_timeout) {
            tracing::debug!(%error, "a connection ended before it was served");
            return None;
        }
        Some(HttpStream::new(tcp, Place::new(total, address), self.limits.clone()))
    }
}

fn prepare(tcp: &TcpStream, unanswered: Duration) -> io::Result<()> {
    tcp.set_nodelay(true)?;
    // A peer that vanished is noticed by what it leaves unacknowledged.
    #[cfg(target_os = "linux")]
    socket2::SockRef::from(tcp).set_tcp_user_timeout(Some(unanswered))?;
    #[cfg(not(target_os = "linux"))]
    let _ = unanswered;
    Ok(())
}

async fn connection<S, F, B>(
    stream: HttpStream,
    peer: SocketAddr,
    limits: Arc<Limits>,
    service: S,
    mut stopping: watch::Receiver<bool>,
) where
    S: Fn(Request<RequestBody>, SocketAddr) -> F + Send + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
{
    let serving = stream.serving();
    let pace = (limits.body_grace, limits.body_bytes_per_second);
    let service = service_fn(move |request: Request<Incoming>| {
        let in_progress = serving.begin();
        let answer = match refusal(&request) {
            Some(refused) => Either::Left(refused),
            None => Either::Right(service(request.map(|body| RequestBody::new(body, pace)), peer)),
        };
        async move {
            let response = match answer {
                Either::Left(refused) => refused.map(Either::Left),
                Either::Right(response) => response.await.map(Either::Right),
            };
            drop(in_progress);
            Ok::<_, Infallible>(response)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.idle_timeout)
        .max_headers(limits.max_headers)
        .max_header_size(limits.max_header_bytes)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        // Sent once, to stop; an error means that the loop is gone, which is a reason, too.
        _ = stopping.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended badly");
    }
}

fn refusal(request: &Request<Incoming>) -> Option<Response<Empty<Bytes>>> {
    if !request.headers().contains_key(TRANSFER_ENCODING) {
        return None;
    }
    let mut response = Response::new(Empty::new());
    *response.status_mut() = StatusCode::LENGTH_REQUIRED;
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    Some(response)
}
