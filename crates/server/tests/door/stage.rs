//! The real binary on a free port with a folder of its own, and people who talk to it as clients do.

use std::fs::{self, File};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use crate::live::Live;

/// A password that is good enough.
pub(crate) const PASSWORD: &str = "seven quiet lanterns";
/// The server's log, beside its data.
const LOG: &str = "log";
/// How long anything may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// Flags that switch the limits off, for stories that are not about them.
pub(crate) const UNLIMITED: [&str; 10] = [
    "--limit-connections=off",
    "--limit-sockets=off",
    "--limit-calls=off",
    "--limit-messages=off",
    "--limit-sync=off",
    "--limit-search=off",
    "--limit-uploads=off",
    "--limit-files=off",
    "--limit-live=off",
    "--limit-sign-in=off",
];

/// Waits for what must come, or fails the test with its name.
pub(crate) async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("waited too long for {what}"))
}

/// A nonce that nobody used, and that none begins with.
pub(crate) fn nonce() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("n-{}-{:06}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A running server.
pub(crate) struct Stage {
    data: TempDir,
    flags: Vec<String>,
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    /// Address and port.
    pub(crate) address: String,
    /// Token of the set-up link, before set-up.
    pub(crate) set_up: Option<String>,
}

fn spawn(data: &TempDir, flags: &[String]) -> (Child, Lines<BufReader<ChildStdout>>) {
    let log = File::options().create(true).append(true).open(data.path().join(LOG)).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_parlor"))
        .current_dir(data.path())
        .env_clear()
        .env("PARLOR_LISTEN", "127.0.0.1:0")
        .env("PARLOR_LOG_LEVEL", "warn")
        .env("PARLOR_LINK_PREVIEWS", "false")
        .args(flags)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let out = child.stdout.take().unwrap();
    (child, BufReader::new(out).lines())
}

impl Stage {
    /// Starts a server without limits on an empty folder.
    pub(crate) async fn new() -> Self {
        Self::with(&UNLIMITED).await
    }

    /// Starts a server with these flags on an empty folder.
    pub(crate) async fn with(flags: &[&str]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let flags: Vec<_> = flags.iter().map(|&flag| flag.to_owned()).collect();
        let (child, lines) = spawn(&data, &flags);
        let mut stage = Self { data, flags, child, lines, address: String::new(), set_up: None };
        stage.ready().await;
        stage
    }

    /// A server with a workspace, and its owner.
    pub(crate) async fn with_owner() -> (Self, Person) {
        let stage = Self::new().await;
        let ana = stage.owner().await;
        (stage, ana)
    }

    /// Sets the workspace up; `ana` owns it.
    pub(crate) async fn owner(&self) -> Person {
        let token = self.set_up.as_ref().expect("set-up was done before");
        let request = json!({ "token": token, "workspace": "Lantern", "name": "Ana", "username": "ana", "password": PASSWORD });
        Person::of(&self.post("workspace:set_up", &request, &[("x-parlor-token", "1")]).await)
    }

    /// Somebody new with this role, who came with an invite.
    pub(crate) async fn person(&self, by: &Person, username: &str, role: &str) -> Person {
        let invite = self.call(by, "invite:create", json!({ "role": role })).await.unwrap();
        let mut accept = json!({ "token": invite["token"], "name": username });
        if role != "guest" {
            accept["username"] = json!(username);
            accept["password"] = json!(PASSWORD);
        }
        Person::of(&self.post("invite:accept", &accept, &[("x-parlor-token", "1")]).await)
    }

    /// The id of the lobby, the first room.
    pub(crate) async fn lobby_room(&self, person: &Person) -> String {
        let synced = self.call(person, "sync", json!({ "rooms": {} })).await.unwrap();
        synced["rooms"][0]["room"]["id"].as_str().expect("everyone is in the lobby").to_owned()
    }

    /// What anyone may know.
    pub(crate) async fn lobby(&self) -> Value {
        self.post("lobby:get", &json!({}), &[]).await.body
    }

    /// A call over HTTP, signed in by token: its reply or its error.
    pub(crate) async fn call(&self, person: &Person, name: &str, request: Value) -> Result<Value, Value> {
        let bearer = format!("Bearer {}", person.token);
        let answer = self.post(name, &request, &[("authorization", &bearer)]).await;
        if answer.status == 200 { Ok(answer.body) } else { Err(answer.body) }
    }

    /// A call over HTTP with these headers.
    pub(crate) async fn post(&self, name: &str, request: &Value, headers: &[(&str, &str)]) -> Answer {
        let mut all = vec![("content-type", "application/json")];
        all.extend_from_slice(headers);
        self.http("POST", &format!("/api/{name}"), &all, request.to_string().as_bytes()).await
    }

    /// A GET.
    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.http("GET", path, headers, b"").await
    }

    /// Any request, on a connection of its own.
    pub(crate) async fn http(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", self.address);
        for (name, value) in headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        head.extend(["content-length: ", &body.len().to_string(), "\r\n\r\n"]);
        within("an HTTP answer", async {
            let mut stream = TcpStream::connect(&self.address).await.unwrap();
            stream.write_all(&[head.as_bytes(), body].concat()).await.unwrap();
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).await.unwrap();
            Answer::parse(&bytes)
        })
        .await
    }

    /// A socket that is signed in by token.
    pub(crate) async fn live(&self, person: &Person) -> Live {
        Live::connect(&self.address, &[], json!({ "token": person.token })).await.unwrap()
    }

    /// Sends this many long messages as fast as they are taken, over several sockets, since one may not send so much.
    pub(crate) async fn flood(&self, person: &Person, room: &str, count: usize) {
        const SOCKETS: usize = 5;
        const AT_ONCE: usize = 10;
        let text = "x".repeat(3_900);
        let speak = async || {
            let mut live = self.live(person).await;
            for _ in 0..count / SOCKETS / AT_ONCE {
                let mut last = 0;
                for _ in 0..AT_ONCE {
                    let say = json!({ "room": room, "nonce": nonce(), "text": text });
                    last = live.emit("message:send", &say).await;
                }
                // Reads on the way, because who writes without reading is cut off, too.
                live.ack(last).await.unwrap();
            }
        };
        join_all((0..SOCKETS).map(|_| speak())).await;
    }

    /// What the server has logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.data.path().join(LOG)).unwrap_or_default()
    }

    /// The data folder.
    pub(crate) fn data_folder(&self) -> String {
        self.data.path().join("parlor-data").display().to_string()
    }

    /// Kills the server as a power cut would, and starts it again on the same folder.
    pub(crate) async fn kill_and_restart(&mut self) {
        self.child.start_kill().unwrap();
        self.restart().await;
    }

    /// Asks the server to stop, waits for it, and starts it again on the same folder.
    pub(crate) async fn stop_and_restart(&mut self) {
        assert!(self.stop().await, "it stops with success");
        self.restart().await;
    }

    /// Asks the server to stop; whether it ended with success.
    pub(crate) async fn stop(&mut self) -> bool {
        let pid = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().await.unwrap().success());
        within("the end of the server", self.child.wait()).await.unwrap().success()
    }

    async fn restart(&mut self) {
        within("the end of the server", self.child.wait()).await.unwrap();
        self.start().await;
    }

    /// Starts the server again after it was stopped.
    pub(crate) async fn start(&mut self) {
        (self.child, self.lines) = spawn(&self.data, &self.flags);
        self.ready().await;
    }

    /// Waits until the server answers, and notes what it printed.
    async fn ready(&mut self) {
        let ready = within("the ready line", self.lines.next_line()).await.unwrap();
        let ready = ready.unwrap_or_else(|| panic!("the server ended at once: {}", self.log()));
        ready.strip_prefix("Parlor is ready at http://").expect(&ready).clone_into(&mut self.address);
        self.set_up = None;
        if self.lobby().await["set_up"] == false {
            let line = within("the set-up line", self.lines.next_line()).await.unwrap().unwrap();
            let (_, token) = line.strip_prefix("Set it up: ").expect(&line).rsplit_once("/setup/").unwrap();
            self.set_up = Some(token.to_owned());
        }
    }
}

impl Drop for Stage {
    /// Whatever a story is about: nothing in the server may break.
    fn drop(&mut self) {
        let log = self.log();
        let broken: Vec<_> = log.lines().filter(|line| line.contains("ERROR")).collect();
        assert!(broken.is_empty() || std::thread::panicking(), "the server logged {broken:#?}");
    }
}

/// Somebody with a session.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// Their id.
    pub(crate) id: String,
    /// The secret of their session.
    pub(crate) token: String,
}

impl Person {
    /// Whoever was signed in by this answer.
    pub(crate) fn of(answer: &Answer) -> Self {
        assert_eq!(answer.status, 200, "{}", answer.body);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self { id: text(&answer.body["user"]["id"]), token: text(&answer.body["token"]) }
    }
}

/// An HTTP answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Status.
    pub(crate) status: u16,
    /// Names, in lower case, and values.
    pub(crate) headers: Vec<(String, String)>,
    /// Body as it came.
    pub(crate) bytes: Vec<u8>,
    /// Body as JSON; null when it is none.
    pub(crate) body: Value,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("an HTTP head");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.map(|line| line.split_once(": ").unwrap());
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        let bytes = bytes[end + 4..].to_vec();
        Self { status, headers, body: serde_json::from_slice(&bytes).unwrap_or_default(), bytes }
    }

    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The code of the error.
    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or("no error")
    }
}

/// The code of an error that was answered.
pub(crate) fn code(error: &Value) -> &str {
    error["code"].as_str().expect("an error has a code")
}
