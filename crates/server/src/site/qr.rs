//! `GET /api/qr/{token}`: the QR code of an invite's link.

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

/// Draws the link. It draws any token that could be one, so it tells nothing about which are good.
pub(super) async fn join_link(State(site): State<Arc<Site>>, Path(token): Path<String>) -> Response {
    let plain = token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    let code = (plain && token.len() <= 128)
        .then(|| QrCode::encode_text(&format!("{}/join/{token}", site.base), QrCodeEcc::Medium).ok())
        .flatten();
    match code {
        Some(code) => ([(CONTENT_TYPE, "image/svg+xml")], svg(&code)).into_response(),
        None => refusal(&Error::new(Code::NotFound, "this is no invite's token")),
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
