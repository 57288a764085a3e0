//! Uploads over HTTP: begin, send the bytes from an offset on, ask how far it is, give up.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{Extension, Path, State};
use axum::response::{IntoResponse as _, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use http_body_util::BodyExt as _;
use parlor_chat::{Fault, uploads};
use parlor_protocol::calls::Rate;
use parlor_protocol::files::{Upload, UploadCreate};
use parlor_protocol::{Code, Error, FileId};

use super::Site;
use super::answers::{json, refusal};
use super::api::{request, whole};
use super::files::signed_in;
use crate::faults::told;
use crate::gate::Peer;

/// How many bytes are there.
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
/// How many were promised.
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
/// What pieces are sent as. Other sites' pages can't send it without asking first.
const PIECE: &str = "application/offset+octet-stream";

/// `POST /api/uploads` with an [`UploadCreate`].
pub(super) async fn create(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let done = async {
        let caller = signed_in(&site, &peer, &Method::POST, &headers, Rate::Uploads).await?;
        let body = whole(body)?;
        let wish: UploadCreate = serde_json::from_str(request(&headers, &body)?)
            .map_err(|error| Error::new(Code::BadRequest, format!("uploads: {error}")))?;
        uploads::create(&site.chat, &caller, wish).await
    };
    match done.await {
        Ok(upload) => stands(StatusCode::CREATED, &upload, None),
        Err(fault) => refusal(&told("upload", &fault)),
    }
}

/// `GET` or `HEAD /api/uploads/{id}`: how far it is.
pub(super) async fn status(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let done = async {
        let caller = signed_in(&site, &peer, &Method::GET, &headers, Rate::Calls).await?;
        uploads::status(&site.chat, &caller, named(&id)?).await
    };
    match done.await {
        Ok((upload, promised)) => stands(StatusCode::OK, &upload, Some(promised)),
        Err(fault) => refusal(&told("upload", &fault)),
    }
}

/// `PATCH /api/uploads/{id}` with bytes from `Upload-Offset` on. The last one makes a file of them; without any bytes
/// it tries that again.
pub(super) async fn receive(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match take(&site, &peer, &id, &headers, body).await {
        Ok(upload) => stands(StatusCode::OK, &upload, None),
        Err(fault) => refusal(&told("upload", &fault)),
    }
}

async fn take(
    site: &Site,
    peer: &Peer,
    id: &str,
    headers: &HeaderMap,
    mut body: Body,
) -> Result<Upload, Fault> {
    let caller = signed_in(site, peer, &Method::PATCH, headers, Rate::Calls).await?;
    if headers.get(CONTENT_TYPE).is_none_or(|kind| kind != PIECE) {
        return Err(Error::new(Code::BadRequest, format!("Content-Type must be {PIECE}")).into());
    }
    let offset = headers.get(OFFSET).and_then(|offset| offset.to_str().ok()?.parse().ok());
    let offset = offset.ok_or_else(|| Error::new(Code::BadRequest, "Upload-Offset must be a number"))?;
    let mut receiving = uploads::receive(&site.chat, &caller, named(id)?, offset).await?;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            // What came is kept, and the client goes on from there.
            receiving.keep().await?;
            return Err(Error::new(Code::BadRequest, "the piece did not come whole").into());
        };
        if let Some(bytes) = frame.data_ref() {
            receiving.take(bytes).await?;
        }
    }
    receiving.end().await
}

/// `DELETE /api/uploads/{id}`.
pub(super) async fn give_up(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let done = async {
        let caller = signed_in(&site, &peer, &Method::DELETE, &headers, Rate::Calls).await?;
        uploads::give_up(&site.chat, &caller, named(&id)?).await
    };
    match done.await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(fault) => refusal(&told("upload", &fault)),
    }
}

fn named(id: &str) -> Result<FileId, Error> {
    id.parse().map_err(|_| Error::new(Code::NotFound, "there is no such upload"))
}

/// How far an upload is, in the body and in headers.
fn stands(status: StatusCode, upload: &Upload, promised: Option<u64>) -> Response {
    let mut response = json(status, serde_json::to_string(upload).unwrap_or_default());
    response.headers_mut().insert(OFFSET, HeaderValue::from(upload.offset));
    if let Some(promised) = promised {
        response.headers_mut().insert(LENGTH, HeaderValue::from(promised));
    }
    response
}
