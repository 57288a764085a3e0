//! Which addresses are public: of somebody else, out in the internet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::fetch::Refused;

/// Names that mean something else on every network (RFC 6761, 6762, 7686, 8375, 9476), and never a public site.
const INSIDE: [&str; 9] =
    ["localhost", "local", "internal", "intranet", "test", "invalid", "onion", "alt", "home.arpa"];

/// Whether an address belongs to the public internet.
///
/// By the registries of special-purpose addresses (RFC 6890 and its successors). An IPv6 address that carries an IPv4
/// one is none, whichever it carries: nobody's site has only that.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !matches!(
        address.octets(),
        [0 | 10 | 127 | 224..=255, ..]
            | [100, 64..=127, ..]
            | [169, 254, ..]
            | [172, 16..=31, ..]
            | [192, 0, 0 | 2, _]
            | [192, 88, 99, _]
            | [192, 168, ..]
            | [198, 18 | 19, ..]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
    )
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // Only what is given out to networks is public (2000::/3); in it, not what is for protocols (2001::/23, with
    // Teredo), for documentation, or stands for IPv4 (2002::/16).
    matches!(address.segments(), [0x2000..=0x3FFF, ..])
        && !matches!(
            address.segments(),
            [0x2001, 0x0000..=0x01FF | 0x0DB8, ..] | [0x2002, ..] | [0x3FFF, 0x0000..=0x0FFF, ..]
        )
}

/// Where an address of a page leads, once its form allows it to be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// Host as it is sent to the server.
    pub(crate) host: String,
    /// Its address, if the host is one already.
    pub(crate) literal: Option<IpAddr>,
    pub(crate) port: u16,
    pub(crate) tls: bool,
}

impl Place {
    /// Judges an address by its form: http or https on their own ports, nobody's credentials, a public name.
    ///
    /// `pretended` lets names under `.test` pass, which only a pretended internet has.
    pub(crate) fn of(url: &Url, pretended: bool) -> Result<Self, Refused> {
        let (tls, port) = match url.scheme() {
            "http" => (false, 80),
            "https" => (true, 443),
            _ => return Err(Refused::Form),
        };
        let credentials = !url.username().is_empty() || url.password().is_some();
        if credentials || url.port().is_some() {
            return Err(Refused::Form);
        }
        // Hosts in decimal, octal or hexadecimal are addresses by now: the standard of addresses says how they are read.
        let (host, literal) = match url.host().ok_or(Refused::Form)? {
            Host::Ipv4(address) => (address.to_string(), Some(IpAddr::V4(address))),
            Host::Ipv6(address) => (format!("[{address}]"), Some(IpAddr::V6(address))),
            Host::Domain(name) => (public_name(name, pretended)?, None),
        };
        Ok(Self { host, literal, port, tls })
    }
}

/// A name that can be one in the public internet, without the dot of its root.
fn public_name(name: &str, pretended: bool) -> Result<String, Refused> {
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    let under = |end: &str| name.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let inside = INSIDE.iter().any(|end| under(end)) && !(pretended && under("test"));
    if inside || !name.contains('.') { Err(Refused::Inside) } else { Ok(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(address: &str) -> bool {
        is_public(address.parse().unwrap())
    }

    #[test]
    fn no_address_of_the_inside_is_public_up_to_the_ends_of_its_range() {
        for inside in [
            "0.0.0.0",
            "0.255.255.255",
            "10.0.0.0",
            "10.255.255.255",
            "100.64.0.0",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.0.0",
            "169.254.169.254",
            "169.254.255.255",
            "172.16.0.0",
            "172.31.255.255",
            "192.0.0.0",
            "192.0.0.255",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.0",
            "192.168.255.255",
            "198.18.0.0",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.0",
            "239.255.255.255",
            "240.0.0.0",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::808:808",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b::808:808",
            "64:ff9b:1::1",
            "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
            "100::1",
            "2001::",
            "2001::1",
            "2001:0:ffff::",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:1ff:ffff::",
            "2001:db8::1",
            "2002::1",
            "2002:7f00:1::",
            "2002:808:808::",
            "3fff::1",
            "3fff:fff::1",
            "5f00::1",
            "fc00::",
            "fd12:3456::1",
            "fdff:ffff::",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "feff::1",
            "ff00::",
            "ff02::1",
        ] {
            assert!(!public(inside), "{inside}");
        }
    }

    #[test]
    fn the_neighbours_of_those_ranges_are_public() {
        for outside in [
            "1.0.0.0",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.0.3.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "8.8.8.8",
            "2000::1",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2606:4700::1111",
            "2a00:1450::1",
            "3ffe::1",
        ] {
            assert!(public(outside), "{outside}");
        }
    }

    #[test]
    fn an_address_is_read_as_browsers_read_it_whatever_it_looks_like() {
        let place = |url: &str| Place::of(&Url::parse(url).unwrap(), false);
        for disguised in [
            "http://2130706433/",
            "http://0177.0.0.1/",
            "http://0x7f.1/",
            "http://0x7f000001/",
            "http://127.1/",
            "http://127.0.0.1./",
            "http://%31%32%37.0.0.1/",
            "http://①②⑦.0.0.1/",
            "http:\\\\127.0.0.1\\",
            "http://127.0.0.1#@public.example/",
            "http://127.0.0.1\\@public.example/",
            "http:///127.0.0.1",
        ] {
            let literal = place(disguised).unwrap().literal;
            assert_eq!(literal, Some(IpAddr::V4(Ipv4Addr::LOCALHOST)), "{disguised}");
        }
        for (url, wanted) in [
            ("http://public.example@127.0.0.1/", Refused::Form),
            ("http://user:secret@public.example/", Refused::Form),
            ("http://public.example:22/", Refused::Form),
            ("https://public.example:80/", Refused::Form),
            ("ftp://public.example/", Refused::Form),
            ("file:///etc/passwd", Refused::Form),
            ("gopher://public.example/", Refused::Form),
            ("http://localhost/", Refused::Inside),
            ("http://LOCALHOST./", Refused::Inside),
            ("http://metadata.google.internal/", Refused::Inside),
            ("http://printer.local/", Refused::Inside),
            ("http://router/", Refused::Inside),
            ("http://pages.test/", Refused::Inside),
            ("http://hidden.onion/", Refused::Inside),
        ] {
            assert_eq!(place(url), Err(wanted), "{url}");
        }
        assert_eq!(place("http://[::1]/").unwrap().literal, Some(IpAddr::V6(Ipv6Addr::LOCALHOST)));
        assert_eq!(place("https://Public.Example.:443/").unwrap().host, "public.example");
        assert!(place("http://notlocal.example/").is_ok() && place("http://mylocalhost.example/").is_ok());
    }
}
