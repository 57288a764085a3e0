//! A proxy on loopback that breaks connections: delay, black hole, half-close, end, reset, cut in the middle.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::random::Random;

/// How long a connection that was broken on one side is kept open on the other.
const LINGER: Duration = Duration::from_secs(20);
/// Connections are broken after this time, at least and at most.
const WHEN: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(10)];

/// What happens to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Every piece comes late.
    Delayed(Duration),
    /// From some time on nothing passes, and nobody is told.
    BlackHole(Duration),
    /// The server's side is closed towards the client, the client's stays open.
    HalfClosed(Duration),
    /// Both sides are closed.
    Ended(Duration),
    /// Both sides are reset.
    Reset(Duration),
    /// It is closed after so many bytes towards the client, wherever that is.
    Cut(usize),
}

impl Fate {
    fn draw(random: &mut Random) -> Self {
        let after = random.between(WHEN[0], WHEN[1]);
        match random.below(6) {
            0 => Self::Delayed(random.between(Duration::from_millis(1), Duration::from_millis(60))),
            1 => Self::BlackHole(after),
            2 => Self::HalfClosed(after),
            3 => Self::Ended(after),
            4 => Self::Reset(after),
            _ => Self::Cut(200 + random.below(60_000)),
        }
    }
}

/// A running proxy; it ends with this value.
#[derive(Debug)]
pub(crate) struct Proxy {
    /// Where it listens.
    pub(crate) address: watch::Receiver<SocketAddr>,
    healed: watch::Sender<bool>,
    _accepting: JoinSet<()>,
}

impl Proxy {
    /// Opens a proxy to wherever the server is when somebody connects.
    pub(crate) async fn open(server: watch::Receiver<SocketAddr>, mut random: Random) -> io::Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let (own, address) = watch::channel(listener.local_addr()?);
        let (healed, is_healed) = watch::channel(false);
        let mut accepting = JoinSet::new();
        accepting.spawn(async move {
            let (_own, mut carried) = (own, JoinSet::new());
            loop {
                let Ok((client, _)) = listener.accept().await else { return };
                let (to, fate, healed) = (*server.borrow(), Fate::draw(&mut random), is_healed.clone());
                // An error is an end of the connection, as any other.
                carried.spawn(async move { drop(carry(client, to, fate, healed).await) });
                while carried.try_join_next().is_some() {}
            }
        });
        Ok(Self { address, healed, _accepting: accepting })
    }

    /// Breaks nothing any more. What fell into a black hole stays there.
    pub(crate) fn heal(&self) {
        self.healed.send_replace(true);
    }
}

async fn carry(
    client: TcpStream,
    to: SocketAddr,
    fate: Fate,
    mut healed: watch::Receiver<bool>,
) -> io::Result<()> {
    let is_healed = *healed.borrow_and_update();
    let server = TcpStream::connect(to).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    if is_healed {
        return pass(client, server).await;
    }
    if matches!(fate, Fate::Reset(_)) {
        // What is dropped from now on is reset instead of closed.
        client.set_zero_linger()?;
        server.set_zero_linger()?;
    }
    let (mut up, mut down) = (client.into_split(), server.into_split());
    let (late, limit) = match fate {
        Fate::Delayed(late) => (late, usize::MAX),
        Fate::Cut(bytes) => (Duration::ZERO, bytes),
        _ => (Duration::ZERO, usize::MAX),
    };
    let end = match fate {
        Fate::BlackHole(after) | Fate::HalfClosed(after) | Fate::Ended(after) | Fate::Reset(after) => after,
        Fate::Delayed(_) | Fate::Cut(_) => LINGER,
    };
    let is_healed = tokio::select! {
        ended = copy(&mut up.0, &mut down.1, Duration::ZERO, usize::MAX) => return ended,
        ended = copy(&mut down.0, &mut up.1, late, limit) => return ended,
        // Only whether it changed is of interest, not the guard of its value.
        changed = healed.changed() => changed.is_ok(),
        () = sleep(end) => false,
    };
    if is_healed {
        return pass(join(up)?, join(down)?).await;
    }
    match fate {
        Fate::BlackHole(_) => sleep(LINGER).await,
        Fate::HalfClosed(_) => {
            up.1.shutdown().await?;
            let rest = copy(&mut up.0, &mut down.1, Duration::ZERO, usize::MAX);
            tokio::select! { ended = rest => return ended, () = sleep(LINGER) => {} }
        }
        _ => {}
    }
    Ok(())
}

fn join((from, to): (OwnedReadHalf, OwnedWriteHalf)) -> io::Result<TcpStream> {
    from.reunite(to).map_err(io::Error::other)
}

async fn pass(mut client: TcpStream, mut server: TcpStream) -> io::Result<()> {
    tokio::io::copy_bidirectional(&mut client, &mut server).await.map(drop)
}

async fn copy(
    from: &mut OwnedReadHalf,
    to: &mut OwnedWriteHalf,
    late: Duration,
    limit: usize,
) -> io::Result<()> {
    let (mut buffer, mut left) = (vec![0; 16 * 1024], limit);
    while left > 0 {
        let count = from.read(&mut buffer).await?.min(left);
        if count == 0 {
            return Ok(());
        }
        sleep(late).await;
        to.write_all(buffer.get(..count).unwrap_or_default()).await?;
        left -= count;
    }
    Ok(())
}
