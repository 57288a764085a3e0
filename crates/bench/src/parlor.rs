//! Parlor itself as a peer: started on a folder, without the limits that protect it from one busy address.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::process::Server;

/// Starts the binary on this folder.
pub(crate) fn start(binary: &Path, data: &Path) -> io::Result<Server> {
    Server::start(&mut command(binary, data), "Parlor is ready")
}

/// The command that serves this folder.
pub(crate) fn command(binary: &Path, data: &Path) -> Command {
    let mut command = Command::new(binary);
    command.arg("serve").args(["--listen", "127.0.0.1:0"]).arg("--data").arg(data);
    // One machine stands for a whole crowd here.
    for limit in ["SOCKETS", "CONNECTIONS", "CALLS", "MESSAGES", "SYNC", "SEARCH", "LIVE"] {
        command.env(format!("PARLOR_LIMIT_{limit}"), "off");
    }
    // While another server is measured nobody answers this one's pings.
    command.env("PARLOR_PING_INTERVAL_S", "600").env("PARLOR_LOG_LEVEL", "warn");
    command.env("PARLOR_MAX_CONNECTIONS_PER_ADDRESS", "20000");
    command
}

/// Asks until the server answers that it is ready.
pub(crate) fn ready(address: SocketAddr) -> io::Result<()> {
    request(address, "/readyz").map(drop)
}

/// One request of its own connection; the answer's JSON, or null where it is none.
fn request(address: SocketAddr, path: &str) -> io::Result<Value> {
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    if !head.starts_with("HTTP/1.1 200") {
        return Err(io::Error::other(format!("GET {path}: {answer}")));
    }
    Ok(serde_json::from_str(body).unwrap_or_default())
}
