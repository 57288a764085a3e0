//! What a server takes while nothing happens: memory per connection, memory in all, time to the first answer.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use serde_json::{Value, json};

use crate::connection::Dialect;
use crate::crowd::Crowd;
use crate::peers::{self, Peer};
use crate::process::Server;
use crate::report::Spread;

/// Prints the memory that an idle connection takes: in the plain servers, then signed in to Parlor.
pub(crate) fn idle(parlor: &Path, clients: usize, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{clients} idle connections; resident kB per connection")?;
    for peer in [Peer::Engine, Peer::Npm] {
        let server = peer.start()?;
        let per_connection = measure(&server, clients, peers::dialect())?;
        writeln!(out, "{:<28} {per_connection:.2}", peer.name())?;
    }
    let folder = tempfile::tempdir()?;
    let server = start_parlor(parlor, folder.path())?;
    let token = set_up(&server)?;
    let dialect = Dialect {
        connect: format!("40{}", json!({ "token": token })),
        join: None,
        delivery: r#"42["message:created""#.to_owned(),
    };
    let per_connection = measure(&server, clients, dialect)?;
    writeln!(out, "{:<28} {per_connection:.2}", "parlor, signed in")
}

/// Resident kB per connection. A tenth of the crowd comes first, so that pools and code pages are not counted.
fn measure(server: &Server, clients: usize, dialect: Dialect) -> io::Result<f64> {
    let first = Crowd::gather(server.address, clients / 10, dialect.clone())?;
    let before = server.resident_kb()?;
    let crowd = Crowd::gather(server.address, clients, dialect)?;
    let after = server.resident_kb()?;
    drop((first, crowd));
    Ok(after.saturating_sub(before) as f64 / clients as f64)
}

/// Prints the time from the start of the process to its first answer, its idle memory and its size.
pub(crate) fn start(parlor: &Path, rounds: usize, out: &mut impl Write) -> io::Result<()> {
    let (mut answers, mut resident) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let folder = tempfile::tempdir()?;
        let started = Instant::now();
        let server = start_parlor(parlor, folder.path())?;
        request(server.address, "GET", "/readyz", None)?;
        answers.push(started.elapsed().as_secs_f64() * 1e3);
        resident.push(server.resident_kb()? as f64 / 1024.0);
    }
    writeln!(out, "first answer, empty database  {} ms", Spread::of(&answers))?;
    writeln!(out, "idle memory                   {} MiB", Spread::of(&resident))?;
    writeln!(
        out,
        "binary with the client inside {:.1} MiB",
        std::fs::metadata(parlor)?.len() as f64 / 1_048_576.0
    )
}

fn start_parlor(parlor: &Path, data: &Path) -> io::Result<Server> {
    let mut command = Command::new(parlor);
    command.arg("serve").args(["--listen", "127.0.0.1:0"]).arg("--data").arg(data);
    // One address stands for a whole crowd here.
    for limit in ["SOCKETS", "CONNECTIONS", "CALLS", "SYNC", "LIVE"] {
        command.env(format!("PARLOR_LIMIT_{limit}"), "off");
    }
    command.env("PARLOR_MAX_CONNECTIONS_PER_ADDRESS", "20000");
    Server::start(&mut command, "Set it up: ")
}

/// Sets the workspace up with the printed link; returns the owner's session token.
fn set_up(server: &Server) -> io::Result<String> {
    let link = server.printed.iter().find_map(|line| line.rsplit_once("/setup/"));
    let (_, token) = link.ok_or_else(|| io::Error::other("parlor printed no set-up link"))?;
    let body = json!({
        "token": token, "workspace": "Bench", "name": "Ana", "username": "ana",
        "password": "correct horse battery staple",
    });
    let answer = request(server.address, "POST", "/api/workspace:set_up", Some(&body))?;
    answer["token"]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| io::Error::other(format!("no token in {answer}")))
}

/// One request of its own connection; the answer's JSON, or null where it is none.
fn request(address: SocketAddr, method: &str, path: &str, body: Option<&Value>) -> io::Result<Value> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nX-Parlor-Token: 1\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    if !head.starts_with("HTTP/1.1 200") {
        return Err(io::Error::other(format!("{method} {path}: {answer}")));
    }
    Ok(serde_json::from_str(body).unwrap_or_default())
}
