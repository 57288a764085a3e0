//! `POST /api/{call}`: every call of the table over HTTP, with JSON in and out.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Extension, Path, State};
use axum::response::Response;
use http::header::{CONTENT_TYPE, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use parlor_chat::{Admitted, Fault, Ticket};
use parlor_protocol::{Call, Code, Error};

use super::Site;
use super::answers::{json, refusal};
use crate::calls::{Answered, Asked, answer, read};
use crate::faults::told;
use crate::gate::{Peer, set_cookie, visitor};

/// Asks for the session's secret in the answer, instead of a cookie.
const WANTS_TOKEN: &str = "x-parlor-token";

/// Answers a call.
pub(super) async fn call(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    name: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    // A name that can't be read is no call's name.
    let name = name.map(|Path(name)| name).unwrap_or_default();
    match respond(&site, &peer, &name, &headers, body).await {
        Ok(response) => response,
        Err(fault) => refusal(&told(&name, &fault)),
    }
}

async fn respond(
    site: &Site,
    peer: &Peer,
    name: &str,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Fault> {
    let ticket = site.gate.secret(&Method::POST, headers, peer)?.map(Ticket::of);
    if Call::named(name).is_none() {
        return Err(Fault::refused(Code::NotFound, "there is no such call; docs/protocol lists them"));
    }
    let call = read(name, request(headers, &whole(body)?)?)?;
    let ends = matches!(call, Call::SessionEnd(_));
    let asked = Asked {
        chat: &site.chat,
        rates: &site.rates,
        visitor: &visitor(peer, headers),
        ticket: ticket.as_ref(),
        socket: None,
    };
    match answer(&asked, call).await? {
        Answered::Reply(reply) if ends => Ok(with_cookie(json(StatusCode::OK, reply), None, peer)),
        Answered::Reply(reply) => Ok(json(StatusCode::OK, reply)),
        Answered::Admitted(admitted) => welcome(*admitted, headers.contains_key(WANTS_TOKEN), peer),
    }
}

/// The body, if it came whole and is within the limit of its route.
pub(super) fn whole(body: Result<Bytes, BytesRejection>) -> Result<Bytes, Error> {
    body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::new(Code::TooLarge, "the body is too large"),
        _ => Error::new(Code::BadRequest, "the body did not come whole"),
    })
}

/// The request's JSON. The content type is required because other sites' forms can't send it.
pub(super) fn request<'a>(headers: &HeaderMap, body: &'a Bytes) -> Result<&'a str, Error> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(Error::new(Code::BadRequest, "Content-Type must be application/json"));
    }
    str::from_utf8(body).map_err(|_| Error::new(Code::BadRequest, "the body is no UTF-8"))
}

fn welcome(mut admitted: Admitted, wants_token: bool, peer: &Peer) -> Result<Response, Fault> {
    if wants_token {
        admitted.signed_in.token = Some(admitted.secret.clone());
    }
    let body = serde_json::to_string(&admitted.signed_in).map_err(Fault::broken)?;
    let response = json(StatusCode::OK, body);
    let secret = (admitted.secret.as_str(), admitted.lives_ms);
    Ok(if wants_token { response } else { with_cookie(response, Some(secret), peer) })
}

fn with_cookie(mut response: Response, secret: Option<(&str, u64)>, peer: &Peer) -> Response {
    if let Ok(cookie) = HeaderValue::try_from(set_cookie(secret, peer.https)) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}
