//! The configuration in use: every value is there, and they agree with each other.

use std::net::SocketAddr;

use ipnet::IpNet;

use super::keys::Values;
use super::{Origin, Written, Wrong};

/// The configuration in use.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// The value of each key.
    pub(crate) values: Values,
}

/// Which `Origin` is the server's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Own {
    /// The configured public address.
    Public(Origin),
    /// Whatever the request was sent to, if it names this machine. Other names could be somebody's domain that
    /// was pointed at this machine to get at the server through a browser here (DNS rebinding).
    ThisMachine,
    /// Whatever the request was sent to.
    AnyHost,
}

impl Config {
    /// Reads all keys and holds them against each other.
    pub(crate) fn resolve(written: &Written) -> Result<Self, Wrong> {
        let values = Values::read(written)?;
        let open = !values.listen.ip().is_loopback();
        if open && values.trusted_proxies.is_empty() && !values.insecure_http.0 {
            return Err(Wrong(format!(
                "listen = {}: this address is reachable from other machines, and without encryption passwords and \
                 messages could be read on the way. Put a proxy with TLS in front and name it in trusted_proxies, \
                 or allow it with insecure_http = true (--insecure-http) in a network that you trust",
                values.listen
            )));
        }
        if values.session_idle_days.0 > values.session_max_days.0 {
            return Err(Wrong("session_idle_days is greater than session_max_days".into()));
        }
        Ok(Self { values })
    }

    /// Which `Origin` is the server's own.
    pub(crate) fn own(&self) -> Own {
        match &self.values.public_url {
            Some(origin) => Own::Public(origin.clone()),
            None if self.values.listen.ip().is_loopback() && self.values.trusted_proxies.is_empty() => {
                Own::ThisMachine
            }
            None => Own::AnyHost,
        }
    }

    /// Where people reach a server that listens here: for links.
    pub(crate) fn base(&self, listening: SocketAddr) -> String {
        match &self.values.public_url {
            Some(origin) => origin.to_string(),
            None => format!("http://{listening}"),
        }
    }

    /// Proxies that are believed.
    pub(crate) fn proxies(&self) -> &[IpNet] {
        &self.values.trusted_proxies
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::example;
    use super::super::written::Source;
    use super::*;

    fn file(text: &str) -> Result<Config, Wrong> {
        let mut written = Written::default();
        written.add_file(Path::new("parlor.toml"), text)?;
        Config::resolve(&written)
    }

    fn environment(pairs: &[(&str, &str)]) -> Result<Written, Wrong> {
        let mut written = Written::default();
        written.add_file(Path::new("parlor.toml"), "listen = '127.0.0.1:1'\ndata = 'file'")?;
        written.add_environment(pairs.iter().map(|(name, value)| (name.into(), value.into())))?;
        Ok(written)
    }

    #[test]
    fn the_environment_is_stronger_than_the_file_and_each_value_knows_its_source() {
        let written = environment(&[("PARLOR_LISTEN", "127.0.0.1:2"), ("HOME", "/")]).unwrap();
        let config = Config::resolve(&written).unwrap();
        assert_eq!(config.values.listen.port(), 2);
        assert_eq!(*written.source("listen"), Source::Environment);
        assert_eq!(*written.source("data"), Source::File("parlor.toml".into()));
        assert_eq!(*written.source("origins"), Source::Default);
    }

    #[test]
    fn an_unknown_key_is_refused_and_the_nearest_one_is_named() {
        let wrong = file("lisen = '127.0.0.1:1'").unwrap_err();
        assert!(wrong.0.contains("\"lisen\"") && wrong.0.contains("\"listen\""), "{wrong}");
        let wrong = environment(&[("PARLOR_PUBLIC_URI", "x")]).unwrap_err();
        assert!(wrong.0.contains("\"public_url\""), "{wrong}");
        assert!(environment(&[("PARLOR_SERVICE_HOST", "10.0.0.1"), ("PARLOR_PORT", "tcp://x")]).is_ok());
    }

    #[test]
    fn a_wrong_value_is_refused_with_what_was_expected() {
        for (text, wanted) in [
            ("listen = 'everywhere'", "an address with a port"),
            ("public_url = 'https://chat.example/path'", "an origin"),
            ("trusted_proxies = ['localhost']", "a network"),
            ("upload_max = '25'", "25 MiB"),
            ("limit_calls = '5'", "5/s burst 20"),
            ("session_idle_days = 0", "from 1 to 3650"),
            ("insecure_http = 'perhaps'", "true or false"),
            ("data = {}", "text, a number"),
        ] {
            let wrong = file(text).unwrap_err();
            assert!(wrong.0.contains(wanted), "{text}: {wrong}");
        }
    }

    #[test]
    fn listening_beyond_this_machine_needs_a_proxy_or_a_plain_word() {
        let wrong = file("listen = '0.0.0.0:3000'").unwrap_err();
        assert!(wrong.0.contains("trusted_proxies") && wrong.0.contains("--insecure-http"), "{wrong}");
        assert!(file("listen = '0.0.0.0:3000'\ninsecure_http = true").is_ok());
        assert!(file("listen = '0.0.0.0:3000'\ntrusted_proxies = ['10.0.0.1/32']").is_ok());
    }

    #[test]
    fn origins_are_written_as_browsers_write_them() {
        let config = file("origins = ['https://Feed.Example:443/', 'http://localhost:5173']").unwrap();
        let origins: Vec<_> = config.values.origins.iter().map(Origin::as_str).collect();
        assert_eq!(origins, ["https://feed.example", "http://localhost:5173"]);
    }

    #[test]
    fn the_example_holds_every_key_with_its_default() {
        let uncommented: String = example()
            .lines()
            .filter_map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')))
            .flat_map(|line| [line, "\n"])
            .collect();
        let shown = file(&uncommented).unwrap().values.shown();
        assert_eq!(shown.len(), super::super::KEYS.len());
        assert_eq!(shown, Config::resolve(&Written::default()).unwrap().values.shown());
    }
}
