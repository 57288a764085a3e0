//! HTTP: the table of routes.

mod answers;
mod api;
mod client;
mod files;
mod headers;
mod openapi;
mod qr;
mod ranges;
mod shared;
mod uploads;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post, put};
use parlor_chat::Chat;
use parlor_protocol::limits::{AVATAR_BYTES, EMOJI_PICTURE_BYTES, PAYLOAD_BYTES};

pub(crate) use self::headers::{Sharing, secure};
use crate::gate::Gate;
use crate::rates::Rates;

/// What the routes need.
pub(crate) struct Site {
    /// The chat.
    pub(crate) chat: Chat,
    /// Who is let in.
    pub(crate) gate: Arc<Gate>,
    /// How often.
    pub(crate) rates: Arc<Rates>,
    /// Where people reach the server, for links.
    pub(crate) base: String,
}

/// Every route.
pub(crate) fn router(site: Arc<Site>) -> Router {
    let avatar = put(files::put_avatar).layer(DefaultBodyLimit::max(AVATAR_BYTES));
    let emoji = put(files::put_emoji).layer(DefaultBodyLimit::max(EMOJI_PICTURE_BYTES));
    Router::new()
        .route("/api/avatar", avatar)
        .route("/api/emoji/{name}", emoji)
        .route("/api/qr/{token}", get(qr::join_link))
        .route("/api/qr/reset/{token}", get(qr::reset_link))
        .route("/api/openapi.json", get(openapi::document))
        .route("/api/uploads", post(uploads::create))
        .route("/api/uploads/{id}", get(uploads::status).patch(uploads::receive).delete(uploads::give_up))
        .route("/api/{call}", post(api::call))
        .route("/files/avatars/{name}", get(files::get_avatar))
        .route("/files/emoji/{name}", get(files::get_emoji))
        .route("/files/{id}/preview", get(shared::preview))
        .route("/files/{id}/{name}", get(shared::whole))
        .route("/healthz", get(answers::alive))
        .route("/readyz", get(answers::ready))
        .fallback(client::serve)
        .method_not_allowed_fallback(answers::wrong_method)
        .layer(DefaultBodyLimit::max(PAYLOAD_BYTES))
        .with_state(site)
}
