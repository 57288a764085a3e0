//! Parlor under load: started on a town of its own, without the limits that protect it from one busy address.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use tempfile::TempDir;

use crate::Times;
use crate::crowd::Crowd;
use crate::process::Server;
use crate::report;
use crate::tongue::Tongue;
use crate::town::{self, Plan, Town};

/// A binary of Parlor, and the folder in which it gets folders for its data.
#[derive(Debug)]
pub struct Parlor {
    binary: PathBuf,
    within: PathBuf,
}

/// A server on a town; both go with this value.
#[derive(Debug)]
pub struct Home {
    /// Who and what is there.
    pub town: Town,
    /// What serves it.
    pub server: Server,
    data: TempDir,
}

impl Parlor {
    /// This binary, with its data where temporary files are.
    #[must_use]
    pub fn new(binary: &Path) -> Self {
        Self::within(binary, &std::env::temp_dir())
    }

    /// This binary, with its data in folders of this one.
    #[must_use]
    pub fn within(binary: &Path, folder: &Path) -> Self {
        Self { binary: binary.to_owned(), within: folder.to_owned() }
    }

    /// The built file.
    #[must_use]
    pub fn binary(&self) -> &Path {
        &self.binary
    }

    /// An empty folder for data.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn folder(&self) -> io::Result<TempDir> {
        tempfile::Builder::new().prefix("parlor-load-").tempdir_in(&self.within)
    }

    /// The command that serves this folder.
    ///
    /// # Errors
    /// When the present directory is unknown.
    pub fn command(&self, data: &Path) -> io::Result<Command> {
        let mut command = Command::new(std::path::absolute(&self.binary)?);
        command.arg("serve").args(["--listen", "127.0.0.1:0"]).arg("--data").arg(data);
        // Neither a file nor the environment of whoever measures changes what is measured.
        command.current_dir(data);
        let named = |name: &std::ffi::OsString| name.to_string_lossy().starts_with("PARLOR_");
        for name in std::env::vars_os().map(|(name, _)| name).filter(named) {
            command.env_remove(name);
        }
        // One machine stands for a whole crowd here.
        for limit in ["SOCKETS", "CONNECTIONS", "CALLS", "MESSAGES", "SYNC", "SEARCH", "LIVE"] {
            command.env(format!("PARLOR_LIMIT_{limit}"), "off");
        }
        // While another server is measured nobody answers this one's pings.
        command.env("PARLOR_PING_INTERVAL_S", "600").env("PARLOR_LOG_LEVEL", "warn");
        // Descriptors are the only bound.
        command.env("PARLOR_MAX_CONNECTIONS", "1000000").env("PARLOR_MAX_CONNECTIONS_PER_ADDRESS", "20000");
        Ok(command)
    }

    /// Starts it on this folder.
    ///
    /// # Errors
    /// When it does not get ready.
    pub fn start(&self, data: &Path) -> io::Result<Server> {
        Server::start(&mut self.command(data)?, "Parlor is ready")
    }

    /// Builds a town and starts on it.
    ///
    /// # Errors
    /// When the town can't be written, or the server does not get ready.
    pub fn settle(&self, plan: Plan) -> io::Result<Home> {
        let data = self.folder()?;
        let town = town::build(data.path(), plan)?;
        let server = self.start(data.path())?;
        Ok(Home { town, server, data })
    }
}

impl Home {
    /// Signs these people in.
    ///
    /// # Errors
    /// When one of them does not get in.
    pub fn gather(&self, people: Range<usize>) -> io::Result<Crowd> {
        let entrances = people.map(|person| Tongue::sign_in(&town::token(person)));
        Crowd::gather(self.server.address, Tongue::Parlor, entrances)
    }

    /// Lets the first of a crowd say these numbered messages in the lobby, one after the other: how long it takes until
    /// everybody has each, in µs.
    ///
    /// # Errors
    /// When not everybody gets each once and in order.
    pub fn talk(&self, crowd: &mut Crowd, messages: Range<u64>) -> io::Result<Times> {
        let mut times = report::times()?;
        for number in messages {
            let started = Instant::now();
            crowd.send(0, &Tongue::Parlor.say(&self.town.lobby, number))?;
            crowd.hear(crowd.len() as u64)?;
            times.saturating_record(u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX));
        }
        Ok(times)
    }

    /// Where its data are.
    #[must_use]
    pub fn data(&self) -> &Path {
        self.data.path()
    }
}

/// Asks until a server answers that it is ready.
///
/// # Errors
/// When it answers something else.
pub fn ready(server: &Server) -> io::Result<()> {
    let address = server.address;
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    if answer.starts_with("HTTP/1.1 200") { Ok(()) } else { Err(io::Error::other(answer)) }
}
