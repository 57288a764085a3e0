//! Who speaks: the origin of a request and the user it belongs to.

use http::header::{HOST, ORIGIN};
use http::request::Parts;

/// Whatever tells users apart, such as the id of the cookie's session.
///
/// A connection belongs to the identity that opened it: a request that names the connection but
/// carries another identity is refused, so that a stolen connection id is worth nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity(Box<[u8]>);

impl Identity {
    /// An identity made of these bytes. Equal bytes are the same user.
    pub fn new(bytes: impl AsRef<[u8]>) -> Self {
        Self(bytes.as_ref().into())
    }
}

/// The default origin check: no `Origin` (not a browser), or the one of the page's own host.
///
/// The scheme is not compared, because a proxy may end TLS in front of us.
pub fn same_origin(parts: &Parts) -> bool {
    let Some(origin) = parts.headers.get(ORIGIN) else { return true };
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, rest)| rest);
    matches!((origin, host), (Some(origin), Some(host)) if origin.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(origin: Option<&str>) -> bool {
        let mut request = http::Request::builder().header("host", "chat.example:3000");
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        same_origin(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn only_pages_of_the_same_host_and_port_pass() {
        assert!(check(None));
        assert!(check(Some("https://chat.example:3000")));
        assert!(check(Some("http://CHAT.example:3000")));
        for foreign in
            ["null", "https://chat.example", "https://evil.example", "https://chat.example:3000.evil", ""]
        {
            assert!(!check(Some(foreign)), "{foreign} passed");
        }
    }
}
