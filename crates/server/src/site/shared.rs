//! Files of messages: for who may see them now, whole or by ranges, under headers that let them do nothing.

use std::io::{self, SeekFrom};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes};
use axum::extract::{Extension, Path, State};
use axum::response::Response;
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use http_body::Frame;
use parlor_chat::Fault;
use parlor_chat::files::{self, Opened, Part};
use parlor_protocol::calls::Rate;
use parlor_protocol::files::FileKind;
use parlor_protocol::{Code, Error, FileId};
use tokio::fs::File;
use tokio::io::{AsyncRead as _, AsyncSeekExt as _, ReadBuf};

use super::Site;
use super::answers::refusal;
use super::files::{POLICY, signed_in};
use super::ranges::Wanted;
use crate::faults::told;
use crate::gate::Peer;

/// Bytes that are read at once.
const CHUNK: usize = 64 * 1024;

/// `GET /files/{id}/{name}`. The name is for people only.
pub(super) async fn whole(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    Path((id, _name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    answer(&site, &peer, &id, Part::Whole, &headers).await
}

/// `GET /files/{id}/preview`.
pub(super) async fn preview(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    answer(&site, &peer, &id, Part::Preview, &headers).await
}

async fn answer(site: &Site, peer: &Peer, id: &str, part: Part, headers: &HeaderMap) -> Response {
    match respond(site, peer, id, part, headers).await {
        Ok(response) => response,
        Err(fault) => refusal(&told("file", &fault)),
    }
}

async fn respond(
    site: &Site,
    peer: &Peer,
    id: &str,
    part: Part,
    headers: &HeaderMap,
) -> Result<Response, Fault> {
    let caller = signed_in(site, peer, &Method::GET, headers, Rate::Files).await?;
    let id: FileId = id.parse().map_err(|_| Error::new(Code::NotFound, "there is no such file"))?;
    let opened = files::open(&site.chat, &caller, id, part).await?;
    // The bytes of an id never change, so it is their version.
    let etag = format!("\"{id}-{}\"", if part == Part::Whole { "w" } else { "p" });
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if text(IF_NONE_MATCH).is_some_and(|known| known.split(',').any(|known| known.trim() == etag)) {
        return framed(StatusCode::NOT_MODIFIED, &opened, &etag, Body::empty());
    }
    let fresh = text(IF_RANGE).is_none_or(|version| version == etag);
    let wanted = Wanted::read(text(RANGE).filter(|_| fresh), opened.bytes);
    let (status, first, length) = match wanted {
        Wanted::All => (StatusCode::OK, 0, opened.bytes),
        Wanted::Some { first, last } => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
        Wanted::Nothing => (StatusCode::RANGE_NOT_SATISFIABLE, 0, 0),
    };
    let bytes = opened.bytes;
    let mut file = File::from_std(opened.file.try_clone().map_err(Fault::broken)?);
    file.seek(SeekFrom::Start(first)).await.map_err(Fault::broken)?;
    let body = Body::new(FileBody { file, left: length, buffer: vec![0; CHUNK].into() });
    let mut response = framed(status, &opened, &etag, body)?;
    let range = match wanted {
        Wanted::All => None,
        Wanted::Some { first, last } => Some(format!("bytes {first}-{last}/{bytes}")),
        Wanted::Nothing => Some(format!("bytes */{bytes}")),
    };
    let all = response.headers_mut();
    all.insert(CONTENT_LENGTH, length.into());
    if let Some(range) = range {
        all.insert(CONTENT_RANGE, HeaderValue::try_from(range).map_err(Fault::broken)?);
    }
    Ok(response)
}

/// The answer with what every answer about a file says. Caches ask again each time, so that access ends at once.
fn framed(status: StatusCode, opened: &Opened, etag: &str, body: Body) -> Result<Response, Fault> {
    Response::builder()
        .status(status)
        .header(CONTENT_TYPE, opened.mime.as_str())
        .header(CONTENT_DISPOSITION, disposition(opened.kind, &opened.name))
        .header(CONTENT_SECURITY_POLICY, POLICY)
        .header(CACHE_CONTROL, "private, no-cache")
        .header(VARY, "Cookie, Authorization")
        .header(ACCEPT_RANGES, "bytes")
        .header(ETAG, etag)
        .body(body)
        .map_err(Fault::broken)
}

/// Pictures that were encoded anew, film and sound may be shown; everything else is only downloaded. The name is given
/// twice, as RFC 6266 has it.
fn disposition(kind: FileKind, name: &str) -> String {
    let how = if kind == FileKind::Document { "attachment" } else { "inline" };
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ');
    let plain: String = name.chars().map(|c| if safe(c) { c } else { '_' }).collect();
    let exact = name.bytes().map(|byte| match byte {
        b'.' | b'-' | b'_' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    let exact: String = exact.collect();
    format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{exact}")
}

/// Some bytes of a file, read as they are taken.
struct FileBody {
    file: File,
    left: u64,
    buffer: Box<[u8]>,
}

impl http_body::Body for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = &mut *self;
        if this.left == 0 {
            return Poll::Ready(None);
        }
        let most = usize::try_from(this.left).unwrap_or(CHUNK).min(CHUNK);
        let mut buffer = ReadBuf::new(this.buffer.get_mut(..most).unwrap_or_default());
        if let Err(error) = ready!(Pin::new(&mut this.file).poll_read(cx, &mut buffer)) {
            return Poll::Ready(Some(Err(error)));
        }
        let read = buffer.filled();
        if read.is_empty() {
            return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
        }
        this.left -= read.len() as u64;
        Poll::Ready(Some(Ok(Frame::data(Bytes::copy_from_slice(read)))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_so_that_nothing_in_them_ends_the_header() {
        assert_eq!(
            disposition(FileKind::Document, "a\"; x=é.svg"),
            "attachment; filename=\"a__ x__.svg\"; filename*=UTF-8''a%22%3B%20x%3D%C3%A9.svg"
        );
        assert!(disposition(FileKind::Image, "a.png").starts_with("inline;"));
    }
}
