//! A line to the server: Engine.IO by hand over WebSocket, over polling, or over polling that is upgraded.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::torture::http::Http;
use parlor_load::frame;

/// Between the packets of one polling payload.
const SEPARATOR: char = '\u{1e}';
/// Packets that wait for the client to look at them; then the line stops reading, as a slow client does.
const WAITING: usize = 256;
/// How long opening may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The server pings every 25 s and waits 20 s for the answer, unless it is told otherwise.
pub(crate) const QUIET: Duration = Duration::from_secs(50);
const WEBSOCKET: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

/// How a line is carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    /// A WebSocket from the start.
    WebSocket,
    /// Polling for good.
    Polling,
    /// Polling first, then a WebSocket.
    Upgrading,
}

/// An open line. It ends with this value.
#[derive(Debug)]
pub(crate) struct Line {
    /// Socket.IO packets from the server, without the Engine.IO prefix; ends with the line.
    pub(crate) incoming: mpsc::Receiver<String>,
    outgoing: mpsc::UnboundedSender<String>,
    /// True once a WebSocket carries it.
    pub(crate) upgraded: watch::Receiver<bool>,
    _carrier: JoinSet<()>,
}

/// The far ends of a line's queues.
struct Ends {
    incoming: mpsc::Sender<String>,
    outgoing: mpsc::UnboundedReceiver<String>,
    answers: mpsc::UnboundedSender<String>,
    upgraded: watch::Sender<bool>,
    quiet: Duration,
}

impl Line {
    /// Opens a line, which is taken for dead when nothing comes for the time `quiet`.
    ///
    /// # Errors
    /// When the server does not let it in, or takes too long.
    pub(crate) async fn open(address: SocketAddr, transport: Transport, quiet: Duration) -> io::Result<Self> {
        let (incoming, packets) = mpsc::channel(WAITING);
        let (answers, outgoing) = mpsc::unbounded_channel();
        let (on_websocket, upgraded) = watch::channel(transport == Transport::WebSocket);
        let ends = Ends { incoming, outgoing, answers: answers.clone(), upgraded: on_websocket, quiet };
        let mut carrier = JoinSet::new();
        // An error ends the line, which its owner sees by the end of what comes in.
        match transport {
            Transport::WebSocket => {
                let http = within(websocket(address, "")).await?;
                carrier.spawn(async move { drop(carry(http, ends).await) });
            }
            Transport::Polling | Transport::Upgrading => {
                let mut get = within(Http::open(address)).await?;
                let sid = within(handshake(&mut get)).await?;
                let stays = transport == Transport::Polling;
                carrier.spawn(async move { drop(polling(address, get, sid, ends, stays).await) });
            }
        }
        Ok(Self { incoming: packets, outgoing: answers, upgraded, _carrier: carrier })
    }

    /// Sends a Socket.IO packet.
    pub(crate) fn send(&self, packet: &str) {
        // When the line is gone, reading tells.
        drop(self.outgoing.send(format!("4{packet}")));
    }
}

async fn within<T>(what: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(PATIENCE, what).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

async fn websocket(address: SocketAddr, sid: &str) -> io::Result<Http> {
    let mut http = Http::open(address).await?;
    let path = format!("/socket.io/?EIO=4&transport=websocket{sid}");
    http.ask("GET", &path, WEBSOCKET, "").await?;
    match http.head().await? {
        (101, _) => Ok(http),
        (status, _) => Err(io::Error::other(format!("no WebSocket: {status}"))),
    }
}

async fn handshake(get: &mut Http) -> io::Result<String> {
    let answer = get.request("GET", "/socket.io/?EIO=4&transport=polling", "", "").await?;
    let text = String::from_utf8_lossy(&answer.body);
    let open: Value = serde_json::from_str(text.strip_prefix('0').unwrap_or_default())
        .map_err(|_| io::Error::other(format!("no handshake: {} {text}", answer.status)))?;
    Ok(open["sid"].as_str().unwrap_or_default().to_owned())
}

/// Takes an Engine.IO packet in.
async fn took(
    packet: &str,
    incoming: &mpsc::Sender<String>,
    answers: &mpsc::UnboundedSender<String>,
) -> io::Result<()> {
    match packet.as_bytes() {
        b"2" => answers.send("3".to_owned()).map_err(|_| io::ErrorKind::BrokenPipe.into()),
        [b'1', ..] => Err(io::ErrorKind::ConnectionAborted.into()),
        [b'4', ..] => {
            let packet = packet.get(1..).unwrap_or_default().to_owned();
            incoming.send(packet).await.map_err(|_| io::ErrorKind::BrokenPipe.into())
        }
        _ => Ok(()),
    }
}

/// Carries a line over a WebSocket until either side ends.
async fn carry(http: Http, ends: Ends) -> io::Result<()> {
    let Ends { incoming, mut outgoing, answers, upgraded, quiet } = ends;
    upgraded.send_replace(true);
    let (mut from, mut to) = http.stream.into_split();
    let mut bytes = http.rest;
    let reading = async {
        loop {
            for packet in frames(&mut bytes)? {
                took(&packet, &incoming, &answers).await?;
            }
            timeout(quiet, fill(&mut from, &mut bytes)).await.map_err(|_| io::ErrorKind::TimedOut)??;
        }
        #[expect(unreachable_code, reason = "it gives the block its type")]
        Ok::<(), io::Error>(())
    };
    let writing = async {
        while let Some(packet) = outgoing.recv().await {
            write(&mut to, &packet).await?;
        }
        Ok(())
    };
    tokio::try_join!(reading, writing).map(|((), ())| ())
}

async fn fill(from: &mut (impl AsyncRead + Unpin), bytes: &mut Vec<u8>) -> io::Result<()> {
    match from.read_buf(bytes).await? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}

async fn write(to: &mut (impl AsyncWrite + Unpin), packet: &str) -> io::Result<()> {
    to.write_all(&frame::from_client(packet.as_bytes())).await
}

/// Takes all whole frames out of the bytes.
fn frames(bytes: &mut Vec<u8>) -> io::Result<Vec<String>> {
    let (mut used, mut packets) = (0, Vec::new());
    while let Some((payload, length)) = frame::read_server(bytes.get(used..).unwrap_or_default()) {
        if bytes.get(used) == Some(&frame::CLOSE) {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        packets.push(String::from_utf8_lossy(payload).into_owned());
        used += length;
    }
    bytes.drain(..used);
    Ok(packets)
}

/// Carries a line over polling, and then over a WebSocket unless it `stays`.
async fn polling(address: SocketAddr, get: Http, sid: String, ends: Ends, stays: bool) -> io::Result<()> {
    let Ends { incoming, outgoing, answers, upgraded, quiet } = ends;
    let sid = format!("&sid={sid}");
    let path = format!("/socket.io/?EIO=4&transport=polling{sid}");
    let (stop, stopped) = watch::channel(false);
    let probing = async {
        if stays {
            return std::future::pending().await;
        }
        let mut http = within(websocket(address, &sid)).await?;
        write(&mut http.stream, "2probe").await?;
        while frames(&mut http.rest)?.iter().all(|packet| packet != "3probe") {
            fill(&mut http.stream, &mut http.rest).await?;
        }
        stop.send_replace(true);
        Ok(http)
    };
    let getting = poll(get, &path, (&incoming, &answers, quiet), stopped.clone());
    let (outgoing, (), mut http) =
        tokio::try_join!(post(address, &path, (outgoing, quiet), stopped), getting, probing)?;
    write(&mut http.stream, "5").await?;
    carry(http, Ends { incoming, outgoing, answers, upgraded, quiet }).await
}

/// Asks for packets again and again, until told to stop and the open GET has returned.
async fn poll(
    mut get: Http,
    path: &str,
    (incoming, answers, quiet): (&mpsc::Sender<String>, &mpsc::UnboundedSender<String>, Duration),
    stopped: watch::Receiver<bool>,
) -> io::Result<()> {
    while !*stopped.borrow() {
        let answer =
            timeout(quiet, get.request("GET", path, "", "")).await.map_err(|_| io::ErrorKind::TimedOut)??;
        let text = String::from_utf8_lossy(&answer.body);
        if answer.status != 200 {
            return Err(io::Error::other(format!("GET: {} {text}", answer.status)));
        }
        for packet in text.split(SEPARATOR) {
            took(packet, incoming, answers).await?;
        }
    }
    Ok(())
}

/// Posts what goes out, as many packets at once as there are, until told to stop.
async fn post(
    address: SocketAddr,
    path: &str,
    (mut outgoing, quiet): (mpsc::UnboundedReceiver<String>, Duration),
    mut stopped: watch::Receiver<bool>,
) -> io::Result<mpsc::UnboundedReceiver<String>> {
    let mut http = Http::open(address).await?;
    loop {
        let mut body = tokio::select! {
            biased;
            _ = stopped.wait_for(|stop| *stop) => return Ok(outgoing),
            packet = outgoing.recv() => packet.ok_or(io::ErrorKind::BrokenPipe)?,
        };
        while body.len() < 16 * 1024
            && let Ok(packet) = outgoing.try_recv()
        {
            body.push(SEPARATOR);
            body.push_str(&packet);
        }
        let posting = http.request(
            "POST",
            path,
            "Content-Type: text/plain;charset=UTF-8
",
            &body,
        );
        let answer = timeout(quiet, posting).await.map_err(|_| io::ErrorKind::TimedOut)??;
        if answer.status != 200 {
            return Err(io::Error::other(format!("POST: {}", answer.status)));
        }
    }
}
