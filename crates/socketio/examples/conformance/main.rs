//! The server that the official protocol suites and the real clients are run against: an echo at
//! `/engine.io/` and the events they expect at `/socket.io/`. `conformance 127.0.0.1:3000`.

mod suite;

use std::net::SocketAddr;
use std::time::Duration;

use http::{Response, StatusCode};
use parlor_socketio::Body;
use parlor_socketio::listen::{self, Limits};
use tokio::net::TcpListener;

/// What the suites wait for.
const PING_TIMEOUT: Duration = Duration::from_millis(200);

// One thread, so that requests on different connections take effect in the order they were made:
// the suites send some of them at once and expect that order, which Node gives by nature.
#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let echo = suite::builder("/engine.io", PING_TIMEOUT).raw(|session, message| session.send(&message));
    let sockets = suite::sockets(PING_TIMEOUT);
    let listener = TcpListener::bind(&address).await?;
    #[expect(clippy::print_stdout, reason = "tests read the address, whose port the system chose")]
    {
        println!("listening on {}", listener.local_addr()?);
    }
    let service = move |request: http::Request<listen::RequestBody>, peer: SocketAddr| {
        let (echo, sockets) = (echo.clone(), sockets.clone());
        async move {
            let path = request.uri().path();
            if sockets.matches(path) {
                sockets.handle(request, peer).await
            } else if echo.matches(path) {
                echo.handle(request, peer).await
            } else {
                let mut response = Response::new(Body::default());
                *response.status_mut() = StatusCode::NOT_FOUND;
                response
            }
        }
    };
    listen::serve(listener, Limits::default(), service, std::future::pending()).await;
    Ok(())
}
