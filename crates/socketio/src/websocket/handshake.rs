//! The opening handshake (RFC 6455, section 4.2), checked before anything is switched.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{CONNECTION, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE};
use http::{HeaderMap, Method, Version, request::Parts};
use sha1::{Digest, Sha1};

/// The key of the RFC that every answer is derived with.
const MAGIC: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The value of `Sec-WebSocket-Accept` for a valid request; `None` for any other.
pub(crate) fn accept(parts: &Parts) -> Option<String> {
    let valid = parts.method == Method::GET
        && parts.version == Version::HTTP_11
        && has_token(&parts.headers, &CONNECTION, "upgrade")
        && has_token(&parts.headers, &UPGRADE, "websocket")
        && parts.headers.get(SEC_WEBSOCKET_VERSION).is_some_and(|v| v == "13");
    let key = parts.headers.get(SEC_WEBSOCKET_KEY)?.as_bytes();
    if !valid || STANDARD.decode(key).ok()?.len() != 16 {
        return None;
    }
    let digest = Sha1::new().chain_update(key).chain_update(MAGIC).finalize();
    Some(STANDARD.encode(digest))
}

/// Whether the request asks to become a WebSocket at all.
pub(crate) fn is_requested(headers: &HeaderMap) -> bool {
    headers.contains_key(UPGRADE)
}

fn has_token(headers: &HeaderMap, name: &http::HeaderName, token: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|word| word.trim().eq_ignore_ascii_case(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard_is_answered_as_the_standard_says() {
        let request = http::Request::builder()
            .header("Connection", "keep-alive, Upgrade")
            .header("Upgrade", "WebSocket")
            .header("Sec-WebSocket-Version", "13")
            .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        assert_eq!(accept(&parts).as_deref(), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
        parts.headers.insert("sec-websocket-key", "short".parse().unwrap());
        assert_eq!(accept(&parts), None);
    }
}
