//! `GET /api/qr/{token}` and `GET /api/qr/reset/{token}`: QR codes of links.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use parlor_protocol::{Code, Error};
use qrcodegen::{QrCode, QrCodeEcc};

use super::Site;
use super::answers::refusal;

/// Modules of white around the code, as its standard asks.
const QUIET: i32 = 4;

/// Draws an invite's link.
pub(super) async fn join_link(State(site): State<Arc<Site>>, Path(token): Path<String>) -> Response {
    drawn(&site.base, "join", &token)
}

/// Draws the link to a new password.
pub(super) async fn reset_link(State(site): State<Arc<Site>>, Path(token): Path<String>) -> Response {
    drawn(&site.base, "reset", &token)
}

/// Draws a link with any token that could be one, so it tells nothing about which are good.
fn drawn(base: &str, page: &str, token: &str) -> Response {
    let plain = token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    let code = (plain && token.len() <= 128)
        .then(|| QrCode::encode_text(&format!("{base}/{page}/{token}"), QrCodeEcc::Medium).ok())
        .flatten();
    match code {
        Some(code) => ([(CONTENT_TYPE, "image/svg+xml")], svg(&code)).into_response(),
        None => refusal(&Error::new(Code::NotFound, "this is no link's token")),
    }
}

/// One path of squares, dark on white in any theme, since readers expect that.
fn svg(code: &QrCode) -> String {
    let side = code.size() + 2 * QUIET;
    let mut squares = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            let _infallible = write!(squares, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{squares}\"/></svg>"
    )
}
