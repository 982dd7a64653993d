//! Ends a connection when a fault injection rule prescribes it: the exchange requests it, and the connection's stream
//! carries it out.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// The request of an exchange to end its connection.
#[derive(Debug, Default)]
pub(crate) struct Hangup {
    after_flush: AtomicBool,
    by_reset: AtomicBool,
}

/// The stream of a connection that can be ended this way.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: TcpStream,
    hangup: Arc<Hangup>,
}

impl Hangup {
    /// Ends the connection once all written bytes are flushed.
    pub(crate) fn after_flush(&self) {
        self.after_flush.store(true, Ordering::Relaxed);
    }

    /// Makes the connection end with a TCP RST instead of a FIN.
    pub(crate) fn by_reset(&self) {
        self.by_reset.store(true, Ordering::Relaxed);
    }
}

impl Wire {
    pub(crate) fn new(stream: TcpStream, hangup: Arc<Hangup>) -> Self {
        Self { stream, hangup }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.hangup.by_reset.load(Ordering::Relaxed) {
            // This fails only if the client has already gone.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    /// A flush comes after all writes, so this is where a requested hang-up is carried out.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.hangup.after_flush.load(Ordering::Relaxed) {
            let error = io::Error::new(io::ErrorKind::ConnectionAborted, "a rule says so");
            return Poll::Ready(Err(error));
        }
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
