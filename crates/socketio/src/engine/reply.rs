//! The HTTP answers of the engine: text, switches of protocol, and a closed set of refusals.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HeaderName, SEC_WEBSOCKET_ACCEPT, UPGRADE};
use http::{HeaderValue, Response, StatusCode};
use http_body_util::Full;

/// The body of every answer.
pub type Body = Full<Bytes>;

/// Why a request is not served. The numbers are those the official clients know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    UnknownTransport,
    UnknownSid,
    BadMethod,
    BadRequest,
    Forbidden,
    UnsupportedVersion,
    TooLarge,
    Timeout,
    TooMany,
    ShuttingDown,
}

impl Refusal {
    fn parts(self) -> (StatusCode, u8, &'static str) {
        match self {
            Self::UnknownTransport => (StatusCode::BAD_REQUEST, 0, "Transport unknown"),
            Self::UnknownSid => (StatusCode::BAD_REQUEST, 1, "Session ID unknown"),
            Self::BadMethod => (StatusCode::BAD_REQUEST, 2, "Bad handshake method"),
            Self::BadRequest => (StatusCode::BAD_REQUEST, 3, "Bad request"),
            Self::Forbidden => (StatusCode::FORBIDDEN, 4, "Forbidden"),
            Self::UnsupportedVersion => (StatusCode::BAD_REQUEST, 5, "Unsupported protocol version"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, 3, "Payload too large"),
            Self::Timeout => (StatusCode::REQUEST_TIMEOUT, 3, "Request timeout"),
            Self::TooMany => (StatusCode::TOO_MANY_REQUESTS, 4, "Too many connections"),
            Self::ShuttingDown => (StatusCode::SERVICE_UNAVAILABLE, 4, "Shutting down"),
        }
    }
}

pub(crate) fn text(body: String) -> Response<Body> {
    respond(StatusCode::OK, "text/plain; charset=UTF-8", body)
}

pub(crate) fn refuse(refusal: Refusal) -> Response<Body> {
    let (status, code, message) = refusal.parts();
    respond(status, "application/json", format!(r#"{{"code":{code},"message":"{message}"}}"#))
}

/// The answer that turns the connection into a WebSocket.
pub(crate) fn switch(accept: &str) -> Response<Body> {
    let mut response = Response::new(Body::default());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    set(&mut response, CONNECTION, "Upgrade");
    set(&mut response, UPGRADE, "websocket");
    if let Ok(value) = HeaderValue::from_str(accept) {
        response.headers_mut().insert(SEC_WEBSOCKET_ACCEPT, value);
    }
    response
}

fn respond(status: StatusCode, kind: &'static str, body: String) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    set(&mut response, CONTENT_TYPE, kind);
    // Answers hold what only one client may see.
    set(&mut response, CACHE_CONTROL, "no-store");
    response
}

fn set(response: &mut Response<Body>, name: HeaderName, value: &'static str) {
    response.headers_mut().insert(name, HeaderValue::from_static(value));
}
