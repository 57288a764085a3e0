//! The stream of a connection while it speaks HTTP, with the time limits hyper does not have.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Sleep;

use super::Limits;
use crate::address::Permit;
use crate::stream::Stream;

/// The place a connection takes, in total and of its address, given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    _total: OwnedSemaphorePermit,
    _address: Permit,
}

impl Place {
    pub(crate) fn new(total: OwnedSemaphorePermit, address: Permit) -> Self {
        Self { _total: total, _address: address }
    }
}

/// A TCP stream under hyper. hyper has one time limit for waiting and for the head of a request;
/// this adds a shorter one that starts with the head's first byte, and one for stalled writes.
pub(crate) struct HttpStream {
    tcp: TcpStream,
    place: Place,
    limits: Arc<Limits>,
    serving: Serving,
    head: Option<Pin<Box<Sleep>>>,
    stall: Option<Pin<Box<Sleep>>>,
}

/// Whether a request is being answered, so that arriving bytes are no new head.
#[derive(Clone, Debug, Default)]
pub(crate) struct Serving(Arc<AtomicBool>);

/// Ends the answer when dropped, also when it is dropped half-way.
pub(crate) struct InProgress(Serving);

impl Serving {
    pub(crate) fn begin(&self) -> InProgress {
        self.0.store(true, Ordering::Relaxed);
        InProgress(self.clone())
    }
}

impl Drop for InProgress {
    fn drop(&mut self) {
        self.0.0.store(false, Ordering::Relaxed);
    }
}

impl HttpStream {
    pub(crate) fn new(tcp: TcpStream, place: Place, limits: Arc<Limits>) -> Self {
        Self { tcp, place, limits, serving: Serving::default(), head: None, stall: None }
    }

    pub(crate) fn serving(&self) -> Serving {
        self.serving.clone()
    }

    /// The bare stream, for what the connection was upgraded to.
    pub(crate) fn into_stream(self) -> Stream {
        Stream::new(self.tcp, Some(self.place))
    }

    /// Gives up if the last write has made no progress for too long.
    fn poll_stall(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        let limit = self.limits.write_timeout;
        poll_limit(&mut self.stall, limit, cx)
    }
}

fn poll_limit(sleep: &mut Option<Pin<Box<Sleep>>>, limit: Duration, cx: &mut Context<'_>) -> io::Result<()> {
    let sleep = sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
    match sleep.as_mut().poll(cx) {
        Poll::Ready(()) => Err(io::ErrorKind::TimedOut.into()),
        Poll::Pending => Ok(()),
    }
}

impl AsyncRead for HttpStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let this = &mut *self;
        if this.serving.0.load(Ordering::Relaxed) {
            this.head = None;
            return Pin::new(&mut this.tcp).poll_read(cx, buf);
        }
        match Pin::new(&mut this.tcp).poll_read(cx, buf) {
            Poll::Ready(Ok(())) => {
                if buf.filled().len() > before && this.head.is_none() {
                    this.head = Some(Box::pin(tokio::time::sleep(this.limits.header_timeout)));
                }
                Poll::Ready(Ok(()))
            }
            Poll::Pending if this.head.is_some() => {
                poll_limit(&mut this.head, this.limits.header_timeout, cx)?;
                Poll::Pending
            }
            other => other,
        }
    }
}

impl AsyncWrite for HttpStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.tcp).poll_write(cx, buf) {
            Poll::Pending => {
                self.poll_stall(cx)?;
                Poll::Pending
            }
            done @ Poll::Ready(_) => {
                self.stall = None;
                done
            }
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.tcp).poll_write_vectored(cx, bufs) {
            Poll::Pending => {
                self.poll_stall(cx)?;
                Poll::Pending
            }
            done @ Poll::Ready(_) => {
                self.stall = None;
                done
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.tcp).poll_shutdown(cx))?;
        Poll::Ready(Ok(()))
    }
}
