//! A game in a few lines: players join a match, and a goal reaches all of them at once.

use parlor_socketio::listen::{self, Limits, RequestBody};
use parlor_socketio::{Config, ConnectError, Event, Handler, Handshake, Server, Socket};

struct Game;

impl Handler for Game {
    type Data = String;

    async fn connect(&self, handshake: Handshake) -> Result<String, ConnectError> {
        handshake.query("match").ok_or_else(|| ConnectError::new("which match?"))
    }

    async fn connected(&self, player: &Socket<String>) {
        player.join(player.data());
    }

    async fn event(&self, player: &Socket<String>, event: Event) {
        if let ("goal", Ok(team)) = (event.name.as_str(), event.arg::<String>(0)) {
            player.namespace().to(player.data()).emit("goal", &team).expect("a string is JSON");
        }
    }
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let server = Server::builder(Config::default()).namespace("/", Game).build();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    let service = move |request: http::Request<RequestBody>, peer| {
        let server = server.clone();
        async move { server.handle(request, peer).await }
    };
    listen::serve(listener, Limits::default(), service, std::future::pending()).await;
    Ok(())
}
