//! Fetching: one page or picture, through at most three redirects, within its time and its bytes.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HOST, LOCATION, USER_AGENT};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;
use url::Url;

use crate::address::Place;
use crate::net::Net;
use crate::pace::Pace;
use crate::page::{self, Page};

/// Time for everything that one page or picture takes, without what is spent waiting for its hosts' turns.
const TIME: Duration = Duration::from_secs(5);
/// Redirects that are followed.
const REDIRECTS: usize = 3;
/// Bytes of a page that are read.
const PAGE_BYTES: usize = 512 * 1024;
/// Bytes of a picture at most.
const PICTURE_BYTES: usize = 4 * 1024 * 1024;
/// Bytes and lines of an answer's head.
const HEAD_BYTES: usize = 16 * 1024;
const HEAD_LINES: usize = 64;
/// Bytes of an address.
const ADDRESS_BYTES: usize = 2_048;
/// Who asks: the program and what for, neither the server nor anybody on it.
const AGENT: &str = concat!("Parlor/", env!("CARGO_PKG_VERSION"), " (link preview)");

/// Why nothing was fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Not http or https on their own ports, or with credentials.
    Form,
    /// It leads inside: to a private, special or own address, or to a name that has no public one.
    Inside,
    /// No such name, no answer, no trust in its certificate, or an answer that is no HTTP.
    Unreachable,
    /// Too many redirects, or one that leads nowhere.
    Redirects,
    /// The site says that it is not there.
    Status,
    /// Neither a page nor a picture, or in an encoding that was not asked for.
    Kind,
    /// More bytes than are taken.
    TooLarge,
    /// It took too long.
    Slow,
    /// Too many wait for the same host.
    Busy,
}

/// With what a fetcher is made.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which net there is.
    pub net: Net,
    /// Hosts that are never asked: the server's own name.
    pub own_hosts: Vec<String>,
    /// Certificates of authorities that are trusted beside the public ones, in DER.
    pub authorities: Vec<Vec<u8>>,
}

impl From<Net> for Options {
    fn from(net: Net) -> Self {
        Self { net, own_hosts: Vec::new(), authorities: Vec::new() }
    }
}

/// Fetches pages and pictures. Clones are the same one.
#[derive(Clone)]
pub struct Fetcher(Arc<Inner>);

struct Inner {
    net: Net,
    own_hosts: Vec<String>,
    tls: TlsConnector,
    pace: Pace,
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetcher").field("net", &self.0.net).finish_non_exhaustive()
    }
}

impl Fetcher {
    /// A fetcher. Authorities that can't be read are not trusted.
    pub fn new(options: Options) -> Self {
        let Options { net, own_hosts, authorities } = options;
        let mut roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        roots.add_parsable_certificates(authorities.into_iter().map(CertificateDer::from));
        let tls = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        Self(Arc::new(Inner {
            net,
            own_hosts,
            tls: TlsConnector::from(Arc::new(tls)),
            pace: Pace::default(),
        }))
    }

    /// Fetches a page and reads what it says of itself.
    ///
    /// # Errors
    /// Why not, for the log; `Kind` also for a page without a title.
    pub async fn page(&self, url: &Url) -> Result<Page, Refused> {
        let (url, kind, body) = self.fetch(url, &PAGE).await?;
        page::read(&url, &kind, &body).ok_or(Refused::Kind)
    }

    /// Fetches a picture's bytes. What they are is not looked at.
    ///
    /// # Errors
    /// Why not, for the log.
    pub async fn picture(&self, url: &Url) -> Result<Bytes, Refused> {
        Ok(self.fetch(url, &PICTURE).await?.2)
    }

    /// Asks a place and those that it leads to, each host when it is its turn. Only the asking takes of the time.
    async fn fetch(&self, url: &Url, wanted: &Wanted) -> Result<(Url, String, Bytes), Refused> {
        let (mut url, mut host, mut left) = (url.clone(), String::new(), TIME);
        for _ in 0..=REDIRECTS {
            let place = self.place(&url)?;
            if place.host != host {
                self.0.pace.turn(&place.host).await?;
                host.clone_from(&place.host);
            }
            let began = Instant::now();
            match timeout(left, self.once(&url, &place, wanted)).await.unwrap_or(Err(Refused::Slow))? {
                Answer::Body(kind, body) => return Ok((url, kind, body)),
                Answer::Elsewhere(to) => url = url.join(&to).map_err(|_| Refused::Redirects)?,
            }
            left = left.saturating_sub(began.elapsed());
        }
        Err(Refused::Redirects)
    }

    fn place(&self, url: &Url) -> Result<Place, Refused> {
        let place = Place::of(url, self.0.net.is_pretended())?;
        let own = self.0.own_hosts.iter().any(|own| own.eq_ignore_ascii_case(&place.host));
        if own { Err(Refused::Inside) } else { Ok(place) }
    }

    /// Asks one place, whose addresses are judged and then used.
    async fn once(&self, url: &Url, place: &Place, wanted: &Wanted) -> Result<Answer, Refused> {
        let request = request(url, place, wanted)?;
        let judged = self.0.net.resolve(place).await?;
        let stream = self.0.net.connect(&judged).await?;
        if !place.tls {
            return exchange(stream, request, wanted).await;
        }
        let name = ServerName::try_from(place.host.trim_matches(['[', ']']).to_owned());
        let name = name.map_err(|_| Refused::Form)?;
        let stream = self.0.tls.connect(name, stream).await.map_err(|_| Refused::Unreachable)?;
        exchange(stream, request, wanted).await
    }
}

/// What is asked for.
struct Wanted {
    /// Content types, as the start of their names.
    kinds: &'static [&'static str],
    bytes: usize,
    /// What ends what is wanted of it; everything is wanted without it.
    until: &'static [&'static [u8]],
}

const PAGE: Wanted = Wanted {
    kinds: &["text/html", "application/xhtml+xml"],
    bytes: PAGE_BYTES,
    until: &[b"</head", b"<body"],
};
const PICTURE: Wanted = Wanted {
    kinds: &["image/png", "image/jpeg", "image/gif", "image/webp"],
    bytes: PICTURE_BYTES,
    until: &[],
};

enum Answer {
    /// Content type and bytes.
    Body(String, Bytes),
    /// Where else to ask.
    Elsewhere(String),
}

fn request(url: &Url, place: &Place, wanted: &Wanted) -> Result<Request<Empty<Bytes>>, Refused> {
    let target = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    if target.len() > ADDRESS_BYTES {
        return Err(Refused::Form);
    }
    let request = Request::get(target)
        .header(HOST, &place.host)
        .header(USER_AGENT, AGENT)
        .header(ACCEPT, wanted.kinds.join(", "))
        .header(ACCEPT_ENCODING, "identity");
    request.body(Empty::new()).map_err(|_| Refused::Form)
}

/// One request and its answer, on a connection that ends with it.
async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send,
    request: Request<Empty<Bytes>>,
    wanted: &Wanted,
) -> Result<Answer, Refused> {
    let mut builder = http1::Builder::new();
    builder.max_buf_size(HEAD_BYTES).max_headers(HEAD_LINES);
    let shaken = builder.handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = shaken.map_err(|_| Refused::Unreachable)?;
    let mut answer = pin!(async move {
        let response = sender.send_request(request).await.map_err(|_| Refused::Unreachable)?;
        take(response, wanted).await
    });
    let mut connection = pin!(connection);
    // The connection may end before what came over it is read.
    tokio::select! {
        biased;
        answer = &mut answer => return answer,
        _ended = &mut connection => {}
    }
    answer.await
}

async fn take(response: Response<Incoming>, wanted: &Wanted) -> Result<Answer, Refused> {
    let (head, mut body) = response.into_parts();
    if head.status.is_redirection() {
        let to = text(&head.headers, LOCATION).ok_or(Refused::Redirects)?;
        return if to.len() > ADDRESS_BYTES { Err(Refused::Redirects) } else { Ok(Answer::Elsewhere(to)) };
    }
    if head.status != StatusCode::OK {
        return Err(Refused::Status);
    }
    let kind = text(&head.headers, CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
    let plain = text(&head.headers, CONTENT_ENCODING).is_none_or(|encoding| encoding == "identity");
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !plain || !wanted.kinds.contains(&essence) {
        return Err(Refused::Kind);
    }
    let mut taken = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Refused::Unreachable)?;
        let Some(bytes) = frame.data_ref() else { continue };
        let looked_at = taken.len().saturating_sub(8);
        taken.extend_from_slice(bytes);
        let new = taken.get(looked_at..).unwrap_or_default();
        if wanted.until.iter().any(|end| holds(new, end)) {
            break;
        }
        if taken.len() > wanted.bytes {
            if wanted.until.is_empty() {
                return Err(Refused::TooLarge);
            }
            taken.truncate(wanted.bytes);
            break;
        }
    }
    Ok(Answer::Body(kind, taken.into()))
}

fn holds(bytes: &[u8], end: &[u8]) -> bool {
    bytes.windows(end.len()).any(|window| window.eq_ignore_ascii_case(end))
}

fn text(headers: &HeaderMap, name: http::HeaderName) -> Option<String> {
    // Addresses in headers are UTF-8 in the wild.
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}
