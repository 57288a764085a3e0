//! Pictures of users and of custom emoji: put there by those who may, seen by whoever is signed in.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Extension, Path, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::{HeaderMap, Method, StatusCode};
use parlor_chat::{Caller, Fault, Ticket, avatars, emoji};
use parlor_protocol::calls::Rate;
use parlor_protocol::{Code, Error};

use super::Site;
use super::answers::{json, refusal};
use super::api::whole;
use crate::calls::Asked;
use crate::faults::told;
use crate::gate::{Peer, visitor};

/// A picture runs nothing, whatever a browser takes it for.
pub(super) const POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// `PUT /api/avatar` with the bytes of an image: makes it the caller's picture and answers with the user.
pub(super) async fn put_avatar(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let done = async {
        let caller = signed_in(&site, &peer, &Method::PUT, &headers, Rate::Messages).await?;
        let user = avatars::set(&site.chat, &caller, image(&headers, body)?).await?;
        serde_json::to_string(&user).map_err(Fault::broken)
    };
    match done.await {
        Ok(user) => json(StatusCode::OK, user),
        Err(fault) => refusal(&told("avatar", &fault)),
    }
}

/// `PUT /api/emoji/{name}` with the bytes of an image: makes it an emoji of the workspace and answers with that.
pub(super) async fn put_emoji(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let done = async {
        let caller = signed_in(&site, &peer, &Method::PUT, &headers, Rate::Uploads).await?;
        let added = emoji::add(&site.chat, &caller, &name, image(&headers, body)?).await?;
        serde_json::to_string(&added).map_err(Fault::broken)
    };
    match done.await {
        Ok(added) => json(StatusCode::OK, added),
        Err(fault) => refusal(&told("emoji", &fault)),
    }
}

/// `GET /files/avatars/{name}`.
pub(super) async fn get_avatar(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    let read = async {
        let caller = signed_in(&site, &peer, &Method::GET, &headers, Rate::Files).await?;
        avatars::read(&site.chat, &caller, &name).await
    };
    picture(&name, read.await)
}

/// `GET /files/emoji/{name}`.
pub(super) async fn get_emoji(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    let read = async {
        let caller = signed_in(&site, &peer, &Method::GET, &headers, Rate::Files).await?;
        emoji::read(&site.chat, &caller, &name).await
    };
    picture(&name, read.await)
}

/// The bytes of an image. Other sites' pages can't send its content type without asking first.
fn image(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Bytes, Error> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("image/") {
        return Err(Error::new(Code::BadRequest, "Content-Type must be that of an image"));
    }
    whole(body)
}

/// A picture of this name. The name is new for each one, so what was fetched stays right.
fn picture(name: &str, read: Result<Bytes, Fault>) -> Response {
    let kind = match name.split_once('.') {
        Some((_, "png")) => "image/png",
        Some((_, "gif")) => "image/gif",
        _ => "image/jpeg",
    };
    match read {
        Ok(bytes) => {
            let headers = [
                (CONTENT_TYPE, kind),
                (CACHE_CONTROL, "private, max-age=31536000, immutable"),
                (CONTENT_SECURITY_POLICY, POLICY),
            ];
            (headers, bytes).into_response()
        }
        Err(fault) => refusal(&told("picture", &fault)),
    }
}

/// Who asks, once the origin, the session and this rate limit allow it.
pub(super) async fn signed_in(
    site: &Site,
    peer: &Peer,
    method: &Method,
    headers: &HeaderMap,
    rate: Rate,
) -> Result<Caller, Fault> {
    let ticket = site.gate.secret(method, headers, peer)?.map(Ticket::of);
    let visitor = visitor(peer, headers);
    let (chat, rates) = (&site.chat, &*site.rates);
    Asked { chat, rates, visitor: &visitor, ticket: ticket.as_ref(), socket: None }.signed_in(rate).await
}
