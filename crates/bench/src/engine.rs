//! Parlor's engine as a plain room: what one client says, all get. The twin of `peers/npm-socketio/server.js`.

use std::future::pending;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use parlor_socketio::{Config, ConnectError, Encoded, Event, Handler, Handshake, Server, Socket, listen};
use tokio::net::TcpListener;

struct Room;

impl Handler for Room {
    type Data = ();

    async fn connect(&self, _handshake: Handshake) -> Result<(), ConnectError> {
        Ok(())
    }

    async fn event(&self, socket: &Socket<()>, event: Event) {
        match event.name.as_str() {
            "join" => {
                if let Ok(room) = event.arg::<String>(0) {
                    socket.join(&room);
                }
                if let Some(ack) = event.ack {
                    // A client that can't be answered is gone: nothing is left to do for it.
                    drop(ack.send(&()));
                }
            }
            "say" => {
                let said = event.args.get(1).and_then(|text| Encoded::raw("said", text).ok());
                if let (Some(said), Ok(room)) = (said, event.arg::<String>(0)) {
                    socket.namespace().to(&room).emit_encoded(&said);
                }
            }
            _ => {}
        }
    }
}

/// Serves until the process ends. Prints its address first.
pub(crate) fn serve() -> io::Result<()> {
    // One address stands for a whole crowd here, so what protects against one address is lifted.
    let limits = listen::Limits {
        max_per_address: usize::MAX,
        connections_per_second: u32::MAX,
        connection_burst: u32::MAX,
        ..Default::default()
    };
    let config = Config {
        // While one server is measured nobody answers the others' pings.
        ping_interval: Duration::from_secs(3_600),
        sessions_per_address: usize::MAX,
        handshakes_per_second: u32::MAX,
        handshake_burst: u32::MAX,
        packets_per_window: u32::MAX,
        bytes_per_window: usize::MAX,
        ..Default::default()
    };
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        writeln!(io::stdout(), "ready {}", listener.local_addr()?)?;
        let server = Server::builder(config).namespace("/", Room).build();
        let service = move |request, peer| {
            let server = server.clone();
            async move { server.handle(request, peer).await }
        };
        listen::serve(listener, limits, service, pending()).await;
        Ok(())
    })
}
