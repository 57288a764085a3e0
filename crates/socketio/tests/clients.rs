//! The official clients, in their own languages, against the engine. See tests/clients/README.md.

#[path = "../examples/conformance/suite.rs"]
mod suite;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use parlor_socketio::listen::{self, Limits, RequestBody};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::Command;

const TRANSPORTS: [&str; 3] = ["websocket", "polling", "upgrade"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients")
}

/// Runs a story to its end, and fails with what it said if it ends badly.
async fn tell(mut command: Command) {
    let told = command.current_dir(folder()).kill_on_drop(true).output().await;
    let told = told.unwrap_or_else(|error| {
        panic!("{command:?} can't be run ({error}): install Node.js 20 and Python 3")
    });
    let said = String::from_utf8_lossy(&told.stdout);
    assert!(told.status.success(), "{said}{}", String::from_utf8_lossy(&told.stderr));
    assert!(said.contains("chapters told"), "{said}");
}

fn node(script: &str) -> Command {
    let installed = folder().join("node_modules/socket.io-client-3");
    assert!(installed.is_dir(), "run `npm ci --ignore-scripts` in {}", folder().display());
    let mut command = Command::new("node");
    command.arg(script);
    command
}

fn python() -> Command {
    #[expect(clippy::disallowed_methods, reason = "whoever made the virtual environment says where it is")]
    let python = std::env::var_os("PARLOR_PYTHON").unwrap_or_else(|| "python3".into());
    let mut command = Command::new(python);
    command.arg("story.py");
    command
}

/// Starts the engine and gives its URL; it ends with the test's runtime.
async fn engine() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    // Long enough for clients that share their processor with others.
    let server = suite::sockets(Duration::from_secs(10));
    let service = move |request: http::Request<RequestBody>, peer| {
        let server = server.clone();
        async move { server.handle(request, peer).await }
    };
    #[expect(clippy::disallowed_methods, reason = "the runtime of the test ends this task")]
    tokio::spawn(listen::serve(listener, Limits::default(), service, std::future::pending()));
    format!("http://{address}")
}

async fn javascript(url: &str, library: &str) {
    for transport in TRANSPORTS {
        let mut story = node("story.mjs");
        story.args([url, library, transport]);
        tell(story).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_javascript_client_tells_its_story() {
    javascript(&engine().await, "socket.io-client").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_javascript_client_of_version_three_tells_its_story() {
    javascript(&engine().await, "socket.io-client-3").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_python_client_tells_its_story() {
    let url = engine().await;
    for transport in TRANSPORTS {
        let mut story = python();
        story.args([&url, transport]);
        tell(story).await;
    }
}

#[tokio::test]
async fn the_official_server_can_follow_the_same_story() {
    let mut server = node("reference.mjs");
    let mut server = server
        .current_dir(folder())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("Node.js 20 is installed");
    let output = server.stdout.take().expect("its output is piped");
    let line = BufReader::new(output).lines().next_line().await.expect("it can be read").unwrap_or_default();
    let address = line.strip_prefix("listening on ").unwrap_or_else(|| panic!("it did not start: {line}"));
    javascript(&format!("http://{address}"), "socket.io-client").await;
}
