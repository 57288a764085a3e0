//! The servers that are measured side by side, and how each is started.

use std::io;
use std::path::Path;
use std::process::Command;

use parlor_load::process::Server;

/// A server of a plain room: what one client says, all get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    /// Parlor's engine, `crates/socketio`.
    Engine,
    /// npm `socket.io` on `ws`, its default.
    Npm,
    /// A loop of `send`: the lower bound.
    Bare,
}

impl Peer {
    /// All, ours first: ratios are quoted against the first.
    pub(crate) const ALL: [Self; 3] = [Self::Engine, Self::Npm, Self::Bare];

    /// How it is called in tables.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Engine => "parlor-socketio",
            Self::Npm => "npm socket.io 4.8 (ws)",
            Self::Bare => "bare send",
        }
    }

    /// Starts it on a free port.
    pub(crate) fn start(self) -> io::Result<Server> {
        Server::start(&mut self.command()?, "ready ")
    }

    /// The command that serves it on a free port.
    pub(crate) fn command(self) -> io::Result<Command> {
        let mut command = Command::new(std::env::current_exe()?);
        match self {
            Self::Engine => command.args(["serve", "engine"]),
            Self::Bare => command.args(["serve", "bare"]),
            Self::Npm => {
                let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/npm-socketio");
                install(&folder)?;
                command = Command::new("node");
                command.arg("server.js").current_dir(folder)
            }
        };
        Ok(command)
    }
}

fn install(folder: &Path) -> io::Result<()> {
    if folder.join("node_modules").exists() {
        return Ok(());
    }
    let status =
        Command::new("npm").args(["ci", "--ignore-scripts", "--silent"]).current_dir(folder).status()?;
    if status.success() {
        Ok(())
    } else {
        Err(io::Error::other("npm ci failed: npm socket.io can't be measured"))
    }
}
