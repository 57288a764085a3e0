//! Answers that several routes give: errors as JSON, and whether the server is well.

use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use parlor_chat::{Visitor, lobby};
use parlor_protocol::workspace::LobbyGet;
use parlor_protocol::{Code, Error};

use super::Site;

/// A JSON answer.
pub(super) fn json(status: StatusCode, body: impl Into<Body>) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body.into()).into_response()
}

/// An error with its status, and `Retry-After` in whole seconds when it says when to try again.
pub(super) fn refusal(error: &Error) -> Response {
    let status = StatusCode::from_u16(error.code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = json(status, serde_json::to_string(error).unwrap_or_default());
    if let Some(ms) = error.retry_after_ms {
        response.headers_mut().insert(RETRY_AFTER, ms.div_ceil(1_000).into());
    }
    response
}

/// Whether the process answers at all.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// Whether the database answers.
pub(super) async fn ready(State(site): State<Arc<Site>>) -> Response {
    let visitor = Visitor { address: Ipv4Addr::LOCALHOST.into(), device: String::new() };
    match lobby::get(&site.chat, &visitor, LobbyGet {}).await {
        Ok(_) => "ready\n".into_response(),
        Err(fault) => refusal(&crate::faults::told("readyz", &fault)),
    }
}

/// For a known path with another method.
pub(super) async fn wrong_method() -> Response {
    let error = Error::new(Code::BadRequest, "this path takes another method; calls are POST /api/noun:verb");
    let mut response = refusal(&error);
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}
