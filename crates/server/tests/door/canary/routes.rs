//! Each route of the site, aimed at things that are none of the caller's business.

use serde_json::json;

use super::hidden::Aim;

/// Where the routes are listed.
const LISTED: &str = include_str!("../../../src/site/mod.rs");

/// An HTTP request without its credentials.
#[derive(PartialEq, Eq)]
pub(super) struct Ask {
    pub(super) method: &'static str,
    pub(super) path: String,
    pub(super) headers: Vec<(&'static str, &'static str)>,
    pub(super) body: Vec<u8>,
}

/// Every route, as the router writes it, and what no route takes.
pub(super) fn all() -> Vec<&'static str> {
    let mut routes: Vec<_> =
        LISTED.split(".route(\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(routes.len() > 10, "the router lists its routes one by one");
    routes.push("fallback");
    routes
}

fn ask(method: &'static str, path: impl Into<String>) -> Ask {
    Ask { method, path: path.into(), headers: Vec::new(), body: Vec::new() }
}

fn sends(method: &'static str, path: impl Into<String>, kind: &'static str, body: &[u8]) -> Ask {
    Ask { headers: vec![("content-type", kind)], body: body.to_vec(), ..ask(method, path) }
}

/// Every way in which a route can be aimed at hidden things.
pub(super) fn asks(route: &str, at: &Aim) -> Vec<Ask> {
    let each = |made: &dyn Fn(&str) -> Vec<Ask>| at.files.iter().flat_map(|id| made(id)).collect();
    match route {
        "/api/avatar" => vec![sends("PUT", route, "image/png", b"no picture"), ask("GET", route)],
        "/api/emoji/{name}" => vec![sends("PUT", "/api/emoji/let-me-in", "image/png", b"no picture")],
        // A picture of the words in the path, whatever they are.
        "/api/qr/{token}" => vec![ask("GET", "/api/qr/token")],
        "/api/qr/reset/{token}" => vec![ask("GET", "/api/qr/reset/token")],
        "/api/uploads" => {
            let wish = json!({ "room": at.room, "name": "x", "size": 1 }).to_string();
            vec![sends("POST", route, "application/json", wish.as_bytes()), ask("GET", route)]
        }
        "/api/uploads/{id}" => each(&|id| {
            let path = format!("/api/uploads/{id}");
            let mut piece = sends("PATCH", &path, "application/offset+octet-stream", b"x");
            piece.headers.push(("upload-offset", "0"));
            vec![ask("GET", &path), ask("HEAD", &path), piece, ask("DELETE", &path)]
        }),
        // Its calls have cases of their own.
        "/api/{call}" => vec![sends("POST", format!("/api/{}", at.room), "application/json", b"{}")],
        "/files/emoji/{name}" => each(&|id| vec![ask("GET", format!("/files/emoji/{id}"))]),
        "/files/avatars/{name}" => each(&|id| vec![ask("GET", format!("/files/avatars/{id}"))]),
        "/files/{id}/preview" => each(&|id| {
            let path = format!("/files/{id}/preview");
            vec![ask("GET", &path), ask("HEAD", &path)]
        }),
        "/files/{id}/{name}" => each(&|id| {
            let path = format!("/files/{id}/x");
            let mut part = ask("GET", &path);
            part.headers.push(("range", "bytes=2-40"));
            let mut known = ask("GET", &path);
            known.headers.push(("if-none-match", "*"));
            vec![ask("GET", &path), ask("HEAD", &path), part, known]
        }),
        "/healthz" | "/readyz" | "/api/openapi.json" => vec![ask("GET", route)],
        "fallback" => vec![
            ask("GET", "/"),
            ask("GET", format!("/r/{}/{}", at.room, at.seq)),
            ask("GET", format!("/files/{}", at.files[0])),
            ask("POST", format!("/r/{}", at.room)),
            ask("GET", format!("/socket.io/?EIO=4&transport=polling&sid={}", at.room)),
        ],
        unlisted => panic!("say here how {unlisted} is asked"),
    }
}
