//! The table of keys: name, type, default and meaning. Flags, `--help` and the example file come from it.

use std::net::SocketAddr;
use std::path::PathBuf;

use ipnet::IpNet;

use super::values::{Bytes, Days, Level, LogFormat, Origin, Quota, Seconds, Size, Switch, Value};
use super::{Written, Wrong};

/// One key, for whatever is generated from the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    /// Name in the file; `PARLOR_NAME` in the environment, `--name` with dashes as a flag.
    pub(crate) name: &'static str,
    /// What it means, one line for each line of its doc comment.
    pub(crate) doc: &'static [&'static str],
    /// Default, as it would be written; empty when the key may be absent.
    pub(crate) default: &'static str,
    /// Whether the flag may stand without a value.
    pub(crate) switch: bool,
    /// How the value is written in the file: with quotes or bare.
    pub(crate) bare: bool,
}

macro_rules! keys {
    ($($(#[doc = $doc:literal])+ $name:ident: $type:ty = $default:literal;)+) => {
        /// Every key, in the order of the example.
        pub(crate) const KEYS: &[Key] = &[$(Key {
            name: stringify!($name),
            doc: &[$($doc),+],
            default: $default,
            switch: <$type as Value>::SWITCH,
            bare: <$type as Value>::BARE,
        }),+];

        /// The value of each key, read but not yet held against the others.
        #[derive(Debug, Clone)]
        pub(crate) struct Values {
            $($(#[doc = $doc])+ pub(crate) $name: $type,)+
        }

        impl Values {
            /// Reads each key from what was written, or else its default.
            pub(crate) fn read(written: &Written) -> Result<Self, Wrong> {
                Ok(Self { $($name: written.value(stringify!($name), $default)?,)+ })
            }

            /// Each key's name and value as text.
            pub(crate) fn shown(&self) -> Vec<(&'static str, String)> {
                vec![$((stringify!($name), self.$name.show())),+]
            }
        }
    };
}

keys! {
    /// Address and port to listen on; port 0 takes a free one.
    listen: SocketAddr = "127.0.0.1:3000";
    /// Folder of the database and the uploaded files. It is made when it is missing.
    data: PathBuf = "./parlor-data";
    /// Address at which people reach the server, such as `https://chat.example`.
    /// Links, QR codes and the check of origins use it. When absent, the address that is listened on.
    public_url: Option<Origin> = "";
    /// Other origins whose pages may use the server, such as `https://feed.example`.
    origins: Vec<Origin> = "";
    /// Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed, such as `127.0.0.1/32`.
    trusted_proxies: Vec<IpNet> = "";
    /// Serve beyond this machine without encryption, such as in a trusted network at home.
    insecure_http: Switch = "false";
    /// Least severe log lines that are written: error, warn, info, debug or trace.
    log_level: Level = "info";
    /// Form of the log lines on standard error: text or json.
    log_format: LogFormat = "text";
    /// Days after which an unused session ends.
    session_idle_days: Days = "14";
    /// Days after which a session ends in any case.
    session_max_days: Days = "90";
    /// Open connections at most.
    max_connections: usize = "20000";
    /// Open connections of one address (of one /64 with IPv6) at most.
    max_connections_per_address: usize = "256";
    /// Seconds between two heartbeats of a socket.
    ping_interval_s: Seconds = "25";
    /// Seconds in which a socket must answer a heartbeat.
    ping_timeout_s: Seconds = "20";
    /// Bytes that may wait for a slow socket before it loses them and has to sync.
    queue_bytes: Bytes = "1048576";
    /// Seconds after which a socket that takes nothing is closed.
    stall_s: Seconds = "20";
    /// One uploaded file at most. Sizes are written `25 MiB` or `5 GiB`.
    upload_max: Size = "25 MiB";
    /// All files of one user at most.
    upload_quota: Size = "5 GiB";
    /// What stays free on the disk: with less, uploads are refused.
    upload_reserve: Size = "1 GiB";
    /// Fetch previews of the links in messages from public addresses. Rooms can switch them off, too.
    link_previews: Switch = "true";
    /// New TCP connections of one address. Every limit below is `COUNT/s burst COUNT`, `COUNT/min burst COUNT` or `off`.
    limit_connections: Quota = "50/s burst 200";
    /// New sockets of one address.
    limit_sockets: Quota = "5/s burst 20";
    /// Calls of one socket.
    limit_calls: Quota = "20/s burst 40";
    /// Messages, edits and reactions of one user.
    limit_messages: Quota = "5/s burst 20";
    /// Syncs of one socket.
    limit_sync: Quota = "2/s burst 6";
    /// Searches of one user.
    limit_search: Quota = "1/s burst 5";
    /// Uploads of one user that begin.
    limit_uploads: Quota = "20/min burst 20";
    /// Files and pictures that one session reads.
    limit_files: Quota = "50/s burst 200";
    /// Typing and presence of one socket. More is dropped.
    limit_live: Quota = "2/s burst 10";
    /// Attempts of one address to sign in or up.
    limit_sign_in: Quota = "20/min burst 20";
}
