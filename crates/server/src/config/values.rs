//! The types of configuration values: how each is read from text and shown as text.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use http::Uri;
use ipnet::IpNet;

/// A type that a key can have.
pub(crate) trait Value: Sized {
    /// Whether a flag of this type may stand without a value.
    const SWITCH: bool = false;
    /// Whether TOML writes it without quotes.
    const BARE: bool = false;

    /// Reads the value, or says what it should look like.
    fn read(text: &str) -> Result<Self, String>;

    /// The value as it would be written.
    fn show(&self) -> String;
}

/// Reads by `FromStr`, shows by `Display`, and says `$wanted` when that fails.
macro_rules! plain {
    ($($type:ty, $bare:literal, $wanted:literal;)+) => {$(
        impl Value for $type {
            const BARE: bool = $bare;

            fn read(text: &str) -> Result<Self, String> {
                text.parse().map_err(|_| $wanted.to_owned())
            }

            fn show(&self) -> String {
                self.to_string()
            }
        }
    )+};
}

plain! {
    SocketAddr, false, "an address with a port, such as 127.0.0.1:3000 or [::1]:3000";
    IpNet, false, "a network, such as 10.0.0.0/8 or 127.0.0.1/32";
    Origin, false, "an origin, such as https://chat.example, without a path";
    Size, false, "a size such as \"25 MiB\" or \"5 GiB\"";
    Quota, false, "a limit such as \"5/s burst 20\", \"20/min burst 20\" or \"off\"";
    LogFormat, false, "text or json";
    Level, false, "error, warn, info, debug or trace";
    usize, true, "a whole number";
}

impl Value for PathBuf {
    fn read(text: &str) -> Result<Self, String> {
        if text.is_empty() { Err("a path".into()) } else { Ok(text.into()) }
    }

    fn show(&self) -> String {
        self.display().to_string()
    }
}

impl<T: Value> Value for Option<T> {
    fn read(text: &str) -> Result<Self, String> {
        if text.is_empty() { Ok(None) } else { T::read(text).map(Some) }
    }

    fn show(&self) -> String {
        self.as_ref().map(Value::show).unwrap_or_default()
    }
}

impl<T: Value> Value for Vec<T> {
    const BARE: bool = true;

    fn read(text: &str) -> Result<Self, String> {
        text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(T::read).collect()
    }

    fn show(&self) -> String {
        self.iter().map(Value::show).collect::<Vec<_>>().join(",")
    }
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Switch(pub(crate) bool);

impl Value for Switch {
    const SWITCH: bool = true;
    const BARE: bool = true;

    fn read(text: &str) -> Result<Self, String> {
        text.parse().map(Self).map_err(|_| "true or false".into())
    }

    fn show(&self) -> String {
        self.0.to_string()
    }
}

/// A whole number between bounds, with its unit in the type's name.
macro_rules! bounded {
    ($($(#[$doc:meta])* $name:ident, $least:literal, $most:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) struct $name(pub(crate) u32);

        impl Value for $name {
            const BARE: bool = true;

            fn read(text: &str) -> Result<Self, String> {
                let number = text.parse().ok().filter(|number| ($least..=$most).contains(number));
                number.map(Self).ok_or_else(|| format!("a whole number from {} to {}", $least, $most))
            }

            fn show(&self) -> String {
                self.0.to_string()
            }
        }
    )+};
}

bounded! {
    /// A number of days.
    Days, 1, 3650;
    /// A number of seconds.
    Seconds, 1, 600;
    /// A number of bytes.
    Bytes, 65_536, 268_435_456;
}

impl Days {
    /// The same time.
    pub(crate) fn duration(self) -> Duration {
        Duration::from_secs(u64::from(self.0) * 24 * 60 * 60)
    }
}

impl Seconds {
    /// The same time.
    pub(crate) fn duration(self) -> Duration {
        Duration::from_secs(u64::from(self.0))
    }
}

/// Scheme, host and port of a web address, as browsers write it in `Origin`: lower case, no default port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin(String);

impl Origin {
    /// The origin as a browser writes it.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Its host, without the port.
    pub(crate) fn host(&self) -> &str {
        let authority = self.0.split_once("://").map_or("", |(_, authority)| authority);
        match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => authority,
        }
    }

    /// Whether it is reached over TLS.
    pub(crate) fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }
}

impl FromStr for Origin {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let uri: Uri = text.parse().map_err(|_| ())?;
        let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https")).ok_or(())?;
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@')).ok_or(())?;
        if !uri.path().trim_matches('/').is_empty() || uri.query().is_some() {
            return Err(());
        }
        let standard = if scheme == "https" { 443 } else { 80 };
        let host = authority.host().to_ascii_lowercase();
        Ok(Self(match authority.port_u16() {
            Some(port) if port != standard => format!("{scheme}://{host}:{port}"),
            _ => format!("{scheme}://{host}"),
        }))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A number of bytes, in the largest unit that is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size(pub(crate) u64);

const UNITS: [(&str, u32); 4] = [("GiB", 30), ("MiB", 20), ("KiB", 10), ("B", 0)];

impl FromStr for Size {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let split = text.find(|c: char| !c.is_ascii_digit()).ok_or(())?;
        let (number, unit) = text.split_at_checked(split).ok_or(())?;
        let (_, shift) = UNITS.iter().find(|(name, _)| *name == unit.trim_start()).ok_or(())?;
        let bytes = number.parse::<u64>().map_err(drop)?.checked_mul(1 << shift).ok_or(())?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = UNITS.iter().find(|(_, shift)| self.0.is_multiple_of(1 << shift) && self.0 >> shift > 0);
        let (unit, shift) = whole.unwrap_or(&("B", 0));
        write!(f, "{} {unit}", self.0 >> shift)
    }
}

/// How many calls are let through: so many at once, then so many a second. `None` lets all through.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Quota(pub(crate) Option<Pace>);

/// A pace of calls.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pace {
    /// Calls a second in the long run.
    pub(crate) per_second: f64,
    /// Calls at once after a quiet time.
    pub(crate) burst: f64,
}

impl Quota {
    /// Calls a second and at once in whole numbers, at least one of each.
    pub(crate) fn whole(self) -> (u32, u32) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "both were read from a u32"
        )]
        self.0.map_or((u32::MAX, u32::MAX), |pace| (pace.per_second.ceil() as u32, pace.burst as u32))
    }
}

impl FromStr for Quota {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text == "off" {
            return Ok(Self(None));
        }
        let (pace, burst) = text.split_once(" burst ").ok_or(())?;
        let (count, seconds) = match pace.split_once('/').ok_or(())? {
            (count, "s") => (count, 1.0),
            (count, "min") => (count, 60.0),
            _ => return Err(()),
        };
        let whole =
            |text: &str| text.trim().parse::<u32>().ok().filter(|count| *count > 0).map(f64::from).ok_or(());
        Ok(Self(Some(Pace { per_second: whole(count)? / seconds, burst: whole(burst)? })))
    }
}

impl fmt::Display for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("off"),
            Some(pace) if pace.per_second < 1.0 || pace.per_second.fract() != 0.0 => {
                write!(f, "{}/min burst {}", (pace.per_second * 60.0).round(), pace.burst)
            }
            Some(pace) => write!(f, "{}/s burst {}", pace.per_second, pace.burst),
        }
    }
}

/// The names of a closed set of words.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $name { $($(#[$variant_doc])* $variant),+ }

        impl FromStr for $name {
            type Err = ();

            fn from_str(text: &str) -> Result<Self, ()> {
                match text { $($word => Ok(Self::$variant),)+ _ => Err(()) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$variant => $word),+ })
            }
        }
    )+};
}

words! {
    /// Form of the log lines.
    LogFormat {
        /// For people.
        Text = "text",
        /// For programs: one JSON object a line.
        Json = "json"
    }
    /// Least severe log lines that are written.
    Level {
        /// Faults of the server.
        Error = "error",
        /// What an operator should look at.
        Warn = "warn",
        /// Starts, stops, and what administrators do.
        Info = "info",
        /// Each call.
        Debug = "debug",
        /// Everything.
        Trace = "trace"
    }
}
