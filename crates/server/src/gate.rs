//! Who is at the door: the client's address behind proxies, the origin of a page, and the ticket that a request shows.

use std::net::{IpAddr, SocketAddr};

use http::header::{AUTHORIZATION, COOKIE, HOST, ORIGIN, UPGRADE, USER_AGENT};
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Method};
use ipnet::IpNet;
use parlor_chat::Visitor;
use parlor_protocol::{Code, Error};

use crate::config::{Config, Origin, Own};

/// What of a request's origin and address is believed.
#[derive(Debug)]
pub(crate) struct Gate {
    own: Own,
    origins: Vec<Origin>,
    proxies: Vec<IpNet>,
    public_https: bool,
}

/// Who sends a request.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    /// The client's address; not that of a trusted proxy.
    pub(crate) address: IpAddr,
    /// Whether the client speaks TLS, with us or with a trusted proxy.
    pub(crate) https: bool,
}

impl Gate {
    /// The gate that is configured.
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            own: config.own(),
            origins: config.values.origins.clone(),
            proxies: config.proxies().to_vec(),
            public_https: config.values.public_url.as_ref().is_some_and(Origin::is_https),
        }
    }

    /// Who sends a request that came from `remote`.
    pub(crate) fn peer(&self, remote: SocketAddr, headers: &HeaderMap) -> Peer {
        let trusted = |address: IpAddr| self.proxies.iter().any(|net| net.contains(&address));
        let remote = remote.ip().to_canonical();
        if !trusted(remote) {
            return Peer { address: remote, https: self.public_https };
        }
        // Each proxy appends whom it heard from, so what is left of the last stranger was written by that stranger.
        let hops = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let hops: Vec<&str> = hops.flat_map(|line| line.split(',')).map(str::trim).collect();
        let known = hops.iter().rev().map_while(|hop| hop.parse().ok()).map(|hop: IpAddr| hop.to_canonical());
        let mut address = remote;
        for hop in known {
            address = hop;
            if !trusted(hop) {
                break;
            }
        }
        let https = text(headers, "x-forwarded-proto").map_or(self.public_https, |proto| proto == "https");
        Peer { address, https }
    }

    /// Refuses what pages of other origins send, and reads the secret that a request shows: its bearer token, or else
    /// its session cookie. With a cookie, what changes something must tell its origin, since browsers attach cookies
    /// to what other pages send as well.
    ///
    /// # Errors
    /// `forbidden` from elsewhere, `unauthenticated` for an `Authorization` of another kind.
    pub(crate) fn secret<'a>(
        &self,
        method: &Method,
        headers: &'a HeaderMap,
        peer: &Peer,
    ) -> Result<Option<&'a str>, Error> {
        match headers.get(ORIGIN).map(HeaderValue::to_str) {
            None => same_site(headers)?,
            Some(origin) => self.check_origin(origin.unwrap_or_default(), headers, peer)?,
        }
        if let Some(authorization) = headers.get(AUTHORIZATION) {
            let bearer = authorization.to_str().ok().and_then(|value| value.split_once(' '));
            return match bearer {
                Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim())),
                _ => Err(Error::new(Code::Unauthenticated, "Authorization must be: Bearer TOKEN")),
            };
        }
        let reads = (method == Method::GET || method == Method::HEAD) && !headers.contains_key(UPGRADE);
        match cookie(headers, peer.https) {
            Some(_) if !reads && !headers.contains_key(ORIGIN) => Err(Error::new(
                Code::Forbidden,
                "a request with the session cookie needs an Origin header; scripts use Authorization: Bearer",
            )),
            secret => Ok(secret),
        }
    }

    /// The configured origin from which a page asks, if it is not our own.
    pub(crate) fn guest_origin(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        headers
            .get(ORIGIN)
            .filter(|origin| origin.to_str().is_ok_and(|origin| self.configured(origin)))
            .cloned()
    }

    fn configured(&self, origin: &str) -> bool {
        self.origins.iter().any(|allowed| allowed.as_str() == origin)
    }

    fn check_origin(&self, origin: &str, headers: &HeaderMap, peer: &Peer) -> Result<(), Error> {
        if self.configured(origin) {
            return Ok(());
        }
        if self.is_own(origin, headers, peer) {
            return same_site(headers);
        }
        Err(Error::new(
            Code::Forbidden,
            "pages of this origin may not use the server; if it is the server's own address, set public_url, else origins",
        ))
    }

    fn is_own(&self, origin: &str, headers: &HeaderMap, peer: &Peer) -> bool {
        if let Own::Public(public) = &self.own {
            return public.as_str() == origin;
        }
        let scheme = if peer.https { "https" } else { "http" };
        let Some(host) = text(headers, HOST.as_str()) else { return false };
        // Read as an origin, so that letter case and default ports don't matter.
        let sent_to = format!("{scheme}://{host}").parse::<Origin>();
        sent_to.is_ok_and(|own| own.as_str() == origin)
            && (self.own == Own::AnyHost || names_this_machine(host))
    }
}

/// Who knocks, for calls without a session.
pub(crate) fn visitor(peer: &Peer, headers: &HeaderMap) -> Visitor {
    let device = headers
        .get(USER_AGENT)
        .map(|agent| String::from_utf8_lossy(agent.as_bytes()).chars().take(256).collect());
    Visitor { address: peer.address, device: device.unwrap_or_default() }
}

/// The name of the session cookie. `__Host-` keeps subdomains from setting it, but browsers accept it over TLS only.
pub(crate) const fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-s" } else { "s" }
}

/// The header that sets the session cookie, or removes it when there is no secret.
pub(crate) fn set_cookie(secret: Option<(&str, u64)>, https: bool) -> String {
    let (value, lives_ms) = secret.unwrap_or_default();
    let secure = if https { "; Secure" } else { "" };
    format!(
        "{}={value}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{secure}",
        cookie_name(https),
        lives_ms / 1_000
    )
}

fn cookie(headers: &HeaderMap, https: bool) -> Option<&str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(name, _)| *name == cookie_name(https))
        .map(|(_, value)| value)
        .filter(|value| !value.is_empty())
}

/// Browsers say where a request comes from, and pages can't change it.
fn same_site(headers: &HeaderMap) -> Result<(), Error> {
    match text(headers, "sec-fetch-site") {
        None | Some("same-origin" | "none") => Ok(()),
        Some(_) => Err(Error::new(Code::Forbidden, "a page of another site sent this request")),
    }
}

/// Whether a `Host` names this machine by something that nobody can point elsewhere.
fn names_this_machine(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host().trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Written};

    fn gate(flags: &[(&str, &str)]) -> Gate {
        let flags: Vec<_> = flags.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Gate::new(&Config::resolve(&Written::of_flags(&flags).unwrap()).unwrap())
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    fn from(gate: &Gate, remote: &str, pairs: &[(&'static str, &str)]) -> Peer {
        gate.peer(format!("{remote}:9").parse().unwrap(), &headers(pairs))
    }

    fn post(gate: &Gate, pairs: &[(&'static str, &str)]) -> Result<Option<String>, Code> {
        let headers = headers(pairs);
        let peer = gate.peer("127.0.0.1:9".parse().unwrap(), &headers);
        gate.secret(&Method::POST, &headers, &peer)
            .map(|secret| secret.map(str::to_owned))
            .map_err(|error| error.code)
    }

    #[test]
    fn forwarded_addresses_are_believed_from_trusted_proxies_only() {
        let gate = gate(&[("trusted_proxies", "10.0.0.0/8")]);
        let forwarded = [("x-forwarded-for", "6.6.6.6, 1.2.3.4, 10.0.0.7"), ("x-forwarded-proto", "https")];
        let honest = from(&gate, "10.0.0.1", &forwarded);
        assert_eq!((honest.address, honest.https), ("1.2.3.4".parse().unwrap(), true));
        let liar = from(&gate, "9.9.9.9", &forwarded);
        assert_eq!((liar.address, liar.https), ("9.9.9.9".parse().unwrap(), false));
        let broken = from(&gate, "10.0.0.1", &[("x-forwarded-for", "1.2.3.4, what")]);
        assert_eq!(broken.address, "10.0.0.1".parse::<IpAddr>().unwrap());
    }

    #[test]
    fn a_cookie_counts_only_with_an_origin_of_ours() {
        let (gate, host) = (gate(&[]), ("host", "localhost:3000"));
        let own = post(&gate, &[host, ("cookie", "a=b; s=x"), ("origin", "http://localhost:3000")]);
        assert_eq!(own, Ok(Some("x".to_owned())));
        assert_eq!(post(&gate, &[host, ("cookie", "s=x")]), Err(Code::Forbidden));
        for foreign in ["http://localhost:3001", "https://localhost:3000", "http://evil.example", "null", ""]
        {
            assert_eq!(
                post(&gate, &[host, ("cookie", "s=x"), ("origin", foreign)]),
                Err(Code::Forbidden),
                "{foreign}"
            );
            assert_eq!(post(&gate, &[host, ("origin", foreign)]), Err(Code::Forbidden), "{foreign}");
        }
        let cross =
            [host, ("cookie", "s=x"), ("origin", "http://localhost:3000"), ("sec-fetch-site", "cross-site")];
        assert_eq!(post(&gate, &cross), Err(Code::Forbidden));
    }

    #[test]
    fn a_bearer_needs_no_origin_and_hides_the_cookie() {
        let gate = gate(&[]);
        let both = [("host", "localhost"), ("cookie", "s=x"), ("authorization", "Bearer y")];
        assert_eq!(post(&gate, &both), Ok(Some("y".to_owned())));
        assert_eq!(post(&gate, &[("authorization", "Basic eDp5")]), Err(Code::Unauthenticated));
        assert_eq!(post(&gate, &[]), Ok(None));
    }

    #[test]
    fn somebody_elses_name_for_this_machine_is_a_foreign_origin() {
        let rebound = [("host", "evil.example:3000"), ("origin", "http://evil.example:3000")];
        assert_eq!(post(&gate(&[]), &rebound), Err(Code::Forbidden));
        assert_eq!(post(&gate(&[("public_url", "http://evil.example:3000")]), &rebound), Ok(None));
        assert_eq!(post(&gate(&[("listen", "0.0.0.0:3000"), ("insecure_http", "true")]), &rebound), Ok(None));
        assert_eq!(post(&gate(&[]), &[("host", "[::1]:3000"), ("origin", "http://[::1]:3000")]), Ok(None));
    }

    #[test]
    fn over_tls_only_the_cookie_that_subdomains_cannot_set_counts() {
        let gate = gate(&[("public_url", "https://chat.example")]);
        let origin = ("origin", "https://chat.example");
        assert_eq!(post(&gate, &[origin, ("cookie", "s=x")]), Ok(None));
        assert_eq!(post(&gate, &[origin, ("cookie", "__Host-s=x")]), Ok(Some("x".to_owned())));
        assert!(set_cookie(Some(("x", 1_000)), true).ends_with("HttpOnly; SameSite=Lax; Secure"));
    }
}
