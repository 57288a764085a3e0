//! The real binary on a folder of its own, killed, stopped and started again; and the people who use it.

use std::fs::File;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::torture::Binary;
use crate::torture::http::{Http, call};
use parlor_load::process::Server;

/// A password that is good enough.
pub(crate) const PASSWORD: &str = "seven quiet lanterns";
/// Limits that protect against one address, which stands for a whole crowd here.
const LIMITS: [&str; 8] =
    ["CONNECTIONS", "SOCKETS", "CALLS", "MESSAGES", "SYNC", "SEARCH", "LIVE", "SIGN_IN"];
/// How long the server may take to stop when it is asked to.
const STOPPING: Duration = Duration::from_secs(15);

/// A server on a folder.
#[derive(Debug)]
pub(crate) struct Stage {
    binary: PathBuf,
    /// The folder; the data is in `data`, the log beside it.
    pub(crate) folder: TempDir,
    /// Keys and values of the environment.
    pub(crate) environment: Vec<(String, String)>,
    /// What the server is started with, such as strace and its arguments.
    pub(crate) wrapper: Vec<String>,
    server: Option<Server>,
    address: watch::Sender<SocketAddr>,
    printed: Vec<String>,
}

/// Somebody with a token.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// Their id.
    pub(crate) id: u64,
    /// The secret of their session.
    pub(crate) token: String,
}

impl Stage {
    /// A stage in a new folder; nothing runs yet.
    pub(crate) fn new(binary: &Binary) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut environment: Vec<(String, String)> =
            LIMITS.iter().map(|limit| (format!("PARLOR_LIMIT_{limit}"), "off".to_owned())).collect();
        environment.push(("PARLOR_MAX_CONNECTIONS_PER_ADDRESS".into(), "20000".into()));
        environment.push(("PARLOR_LOG_LEVEL".into(), "warn".into()));
        environment.extend(binary.bug.map(|bug| ("PARLOR_PLANTED".into(), bug.into())));
        Ok(Self {
            binary: binary.path.canonicalize()?,
            folder,
            environment,
            wrapper: Vec::new(),
            server: None,
            address: watch::Sender::new(SocketAddr::from(([127, 0, 0, 1], 1))),
            printed: Vec::new(),
        })
    }

    /// Sets a key of the configuration.
    pub(crate) fn set(&mut self, key: &str, value: &str) {
        self.environment.push((format!("PARLOR_{key}"), value.to_owned()));
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// What the server has logged.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Forgets what the server has logged so far.
    pub(crate) fn forget_log(&self) -> io::Result<()> {
        // The running server goes on at the new end.
        File::options().write(true).truncate(true).open(self.folder.path().join("log")).map(drop)
    }

    /// Starts the server, and tells everyone its address.
    pub(crate) fn start(&mut self) -> io::Result<()> {
        let mut words = self.wrapper.clone();
        words.push(self.binary.display().to_string());
        let (program, arguments) = words.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        let mut command = Command::new(program);
        let log = File::options().create(true).append(true).open(self.folder.path().join("log"))?;
        command.args(arguments).arg("serve").args(["--listen", "127.0.0.1:0"]);
        command.arg("--data").arg(self.data()).current_dir(self.folder.path()).env_clear();
        command.envs(self.environment.iter().map(|(key, value)| (key, value))).stderr(log);
        let ready = if self.data().join("parlor.db").exists() { "Parlor is ready" } else { "Set it up: " };
        let server = match Server::start(&mut command, ready) {
            Ok(server) => server,
            Err(error) => {
                let log = self.log();
                let last = log.lines().last().unwrap_or_default();
                return Err(io::Error::other(format!("{error}; the last it logged: {last}")));
            }
        };
        self.address.send_replace(server.address);
        self.printed.clone_from(&server.printed);
        self.server = Some(server);
        Ok(())
    }

    /// Where it listens, also after later starts.
    pub(crate) fn address(&self) -> watch::Receiver<SocketAddr> {
        self.address.subscribe()
    }

    /// Where it listens now.
    pub(crate) fn at(&self) -> SocketAddr {
        *self.address.borrow()
    }

    /// The running server.
    pub(crate) fn server(&self) -> io::Result<&Server> {
        self.server.as_ref().ok_or_else(|| io::Error::other("the server does not run"))
    }

    /// Kills the server, as a crash of the process would.
    pub(crate) fn kill(&mut self) {
        // Dropping it kills it and waits for its end.
        self.server = None;
    }

    /// Waits until the server has ended by itself; false if it has not after so long.
    pub(crate) async fn ended(&mut self, patience: Duration) -> io::Result<bool> {
        let began = Instant::now();
        loop {
            let runs = match &mut self.server {
                Some(server) => !server.has_ended()?,
                None => false,
            };
            if !runs {
                self.server = None;
                return Ok(true);
            }
            if began.elapsed() >= patience {
                return Ok(false);
            }
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Asks the server to stop and waits for it.
    ///
    /// # Errors
    /// When it does not.
    pub(crate) async fn stop(&mut self) -> io::Result<()> {
        let Some(server) = &self.server else { return Ok(()) };
        server.ask_to_stop()?;
        if self.ended(STOPPING).await? { Ok(()) } else { Err(io::Error::other("the server does not stop")) }
    }

    /// Sets the workspace up.
    pub(crate) async fn owner(&self) -> io::Result<Person> {
        let link = self.printed.iter().find_map(|line| line.rsplit_once("/setup/"));
        let (_, token) = link.ok_or_else(|| io::Error::other("there is no set-up link"))?;
        let request = json!({
            "token": token, "workspace": "Torture", "name": "Ana", "username": "ana", "password": PASSWORD,
        });
        person(&call(self.at(), "", "workspace:set_up", request).await?)
    }

    /// A bot, which costs no password.
    pub(crate) async fn bot(&self, http: &mut Http, owner: &Person, name: &str) -> io::Result<Person> {
        let request = json!({ "name": name, "username": name });
        person(&expect(http.call(&owner.token, "bot:create", &request).await?)?)
    }

    /// Somebody with a password.
    pub(crate) async fn member(&self, owner: &Person, name: &str) -> io::Result<Person> {
        let invite = call(self.at(), &owner.token, "invite:create", json!({ "role": "member" })).await?;
        let request =
            json!({ "token": invite["token"], "name": name, "username": name, "password": PASSWORD });
        person(&call(self.at(), "", "invite:accept", request).await?)
    }

    /// A room with these people, whom the owner adds.
    pub(crate) async fn room(
        &self,
        owner: &Person,
        name: &str,
        kind: &str,
        people: &[&Person],
    ) -> io::Result<u64> {
        let wish = json!({ "nonce": format!("room-{name}"), "kind": kind, "name": name });
        let opened = call(self.at(), &owner.token, "room:create", wish).await?;
        let room = opened["room"]["id"].as_str().unwrap_or_default();
        for (turn, some) in people.chunks(200).enumerate() {
            let users: Vec<String> = some.iter().map(|one| one.id.to_string()).collect();
            let add = json!({ "nonce": format!("add-{name}-{turn}"), "room": room, "users": users });
            call(self.at(), &owner.token, "member:add", add).await?;
        }
        room.parse().map_err(|_| io::Error::other(format!("no room in {opened}")))
    }
}

/// The reply of a call that must succeed.
pub(crate) fn expect(reply: Result<Value, Value>) -> io::Result<Value> {
    reply.map_err(|error| io::Error::other(format!("refused: {error}")))
}

/// Whoever was signed in by this answer.
pub(crate) fn person(answer: &Value) -> io::Result<Person> {
    let id = answer["user"]["id"].as_str().and_then(|id| id.parse().ok());
    let token = answer["token"].as_str();
    let (id, token) = id.zip(token).ok_or_else(|| io::Error::other(format!("nobody in {answer}")))?;
    Ok(Person { id, token: token.to_owned() })
}
