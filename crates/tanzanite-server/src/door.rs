//! An address that is bound: connections, their limits and time-outs, and the end.

use crate::body::Aborted;
use crate::outgoing::Outgoing;
use crate::pulse::{Beat, Pulse};
use crate::{StartError, Timeouts};
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulConnection;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tanzanite_protocol::limits;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;

/// Changes when the server ends.
pub(crate) type Ended = watch::Receiver<()>;

/// An address that is bound, with its limit of open connections.
#[derive(Debug)]
pub(crate) struct Door {
    listener: TcpListener,
    connections: Arc<Semaphore>,
}

impl Door {
    /// Binds an address; which one it is, if port 0 had one picked.
    pub(crate) async fn open(
        listen: SocketAddr,
        connections_max: usize,
    ) -> Result<(Self, SocketAddr), StartError> {
        let failed = |error| StartError::Bind(listen, error);
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let connections = Arc::new(Semaphore::new(connections_max));
        let door = Self {
            listener,
            connections,
        };
        Ok((door, address))
    }

    /// Serves each connection until `shutdown` resolves, and then lets those that are open end within their time.
    pub(crate) async fn serve<S>(
        self,
        patience: Duration,
        shutdown: impl Future<Output = ()>,
        serve: impl Fn(TcpStream, SocketAddr, Ended) -> S,
    ) where
        S: Future<Output = ()> + Send + 'static,
    {
        let (end, ended) = watch::channel(());
        tokio::pin!(shutdown);
        loop {
            let accepted = tokio::select! {
                accepted = self.accept() => accepted,
                () = &mut shutdown => break,
            };
            let Some((stream, peer, permit)) = accepted else {
                continue;
            };
            // Answers are small and whole: waiting to fill a packet only delays them.
            let _ = stream.set_nodelay(true);
            let served = serve(stream, peer, ended.clone());
            tokio::spawn(async move {
                served.await;
                drop(permit);
            });
        }
        drop((self, ended));
        let _ = end.send(());
        if timeout(patience, end.closed()).await.is_err() {
            tracing::warn!("some requests did not finish in time and were cut off");
        }
    }

    /// The next connection, once one more may be open.
    async fn accept(&self) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
        let permit = Arc::clone(&self.connections).acquire_owned().await.ok()?;
        match self.listener.accept().await {
            Ok((stream, peer)) => Some((stream, peer, permit)),
            Err(error) => {
                // Such as too many open files: wait for some to close rather than spin.
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(Duration::from_millis(50)).await;
                None
            }
        }
    }
}

/// A stream on which each write must make progress in time.
pub(crate) fn bounded<I>(stream: I, timeouts: Timeouts) -> Pin<Box<TimeoutStream<I>>>
where
    I: AsyncRead + AsyncWrite,
{
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(timeouts.write));
    Box::pin(stream)
}

/// Speaks HTTP until the client closes the connection, it is silent for too long, or the server has `ended`; whether it was the
/// client, who may go on in a tunnel. A client that goes away mid-request is no event of ours.
///
/// hyper bounds the time of an HTTP/1 head, and between two of them; neither the time in which a connection shows which
/// HTTP it speaks, nor for how long an HTTP/2 client that answers pings asks for nothing.
pub(crate) async fn speak<I, A>(
    stream: I,
    timeouts: Timeouts,
    ended: &mut Ended,
    answer: impl Fn(Request<Incoming>) -> A + Send + 'static,
) -> bool
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    A: Future<Output = Result<Response<Outgoing>, Aborted>> + Send + 'static,
{
    let pulse = Arc::new(Pulse::default());
    let connection = connection(stream, timeouts, Arc::clone(&pulse), answer);
    tokio::pin!(connection);
    let mut seen = 0;
    loop {
        tokio::select! {
            _ = &mut connection => return true,
            _ = ended.changed() => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
                return false;
            }
            () = sleep(timeouts.head) => match pulse.feel(&mut seen) {
                Beat::Never => return false,
                Beat::Busy => {}
                Beat::Idle => break,
            },
        }
    }
    // The client is told, and replies that are still on their way arrive. They have as long as a body may take.
    connection.as_mut().graceful_shutdown();
    let _ = timeout(timeouts.body, connection).await;
    false
}

fn connection<I, A>(
    stream: I,
    timeouts: Timeouts,
    pulse: Arc<Pulse>,
    answer: impl Fn(Request<Incoming>) -> A + Send + 'static,
) -> impl GracefulConnection<Error = Box<dyn std::error::Error + Send + Sync>> + Send
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    A: Future<Output = Result<Response<Outgoing>, Aborted>> + Send + 'static,
{
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(timeouts.head)
        .max_buf_size(limits::HEAD_BYTES_MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(timeouts.head)
        .max_concurrent_streams(limits::STREAMS_MAX)
        .max_header_list_size(u32::try_from(limits::HEAD_BYTES_MAX).unwrap_or(u32::MAX));
    let service = service_fn(move |request: Request<Incoming>| {
        let open = Pulse::begin(&pulse, request.version());
        let answer = answer(request);
        async move {
            let reply = answer.await;
            drop(open);
            reply
        }
    });
    builder
        .serve_connection_with_upgrades(TokioIo::new(stream), service)
        .into_owned()
}
