//! The byte stream of an upgraded connection, shared by its reader and by whoever publishes.

use std::io::{self, IoSlice};
use std::net::Shutdown;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use rustix::io::Errno;
use rustix::net::SendFlags;
use socket2::SockRef;
use tokio::net::TcpStream;

use crate::listen::HttpStream;
use crate::listen::Place;

/// A raw stream. Reading and writing take `&self`, never wait, and need no runtime context, so
/// that a publisher on any thread can write beside the task that reads. A TLS stream joins here.
pub(crate) struct Stream {
    tcp: TcpStream,
    /// Counts the connection for as long as it is open.
    _place: Option<Place>,
}

impl Stream {
    pub(crate) fn new(tcp: TcpStream, place: Option<Place>) -> Self {
        Self { tcp, _place: place }
    }

    /// Takes the stream back from hyper, with the bytes it had read beyond the request.
    pub(crate) fn take_back(upgraded: Upgraded) -> Option<(Self, Vec<u8>)> {
        let upgraded = match upgraded.downcast::<TokioIo<HttpStream>>() {
            Ok(parts) => return Some((parts.io.into_inner().into_stream(), parts.read_buf.to_vec())),
            Err(upgraded) => upgraded,
        };
        // Mounted under a server other than ours, such as `axum::serve`.
        let parts = upgraded.downcast::<TokioIo<TcpStream>>().ok()?;
        Some((Self::new(parts.io.into_inner(), None), parts.read_buf.to_vec()))
    }

    pub(crate) fn poll_readable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.tcp.poll_read_ready(cx)
    }

    pub(crate) fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.tcp.poll_write_ready(cx)
    }

    pub(crate) fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.tcp.try_read(buffer)
    }

    pub(crate) fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        // The kernel is asked first: looking up what tokio knows of the socket is memory that no cache holds when
        // there are thousands, and matters only to one that is full, which tokio has to hear of.
        match rustix::net::send(&self.tcp, bytes, SendFlags::NOSIGNAL) {
            Err(Errno::WOULDBLOCK) => self.tcp.try_write(bytes),
            sent => Ok(sent?),
        }
    }

    pub(crate) fn try_write_vectored(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        match rustix::io::writev(&self.tcp, slices) {
            Err(Errno::WOULDBLOCK) => self.tcp.try_write_vectored(slices),
            sent => Ok(sent?),
        }
    }

    /// Ends our side after what was written; the peer still gets all of it.
    pub(crate) fn finish(&self) {
        log_failure(SockRef::from(&self.tcp).shutdown(Shutdown::Write));
    }

    /// Ends both sides at once and throws away what the peer has not taken.
    pub(crate) fn reset(&self) {
        let socket = SockRef::from(&self.tcp);
        log_failure(socket.set_linger(Some(Duration::ZERO)));
        log_failure(socket.shutdown(Shutdown::Both));
    }
}

/// The peer may have gone first; there is nothing else to do about a stream that ends anyway.
fn log_failure(result: io::Result<()>) {
    if let Err(error) = result {
        tracing::trace!(%error, "closing a stream that was closed already");
    }
}
