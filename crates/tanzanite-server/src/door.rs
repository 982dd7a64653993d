//! A bound address: its connections, their limits and time-outs, and its shutdown.

use crate::answers::Answers;
use crate::body::Aborted;
use crate::guests::{Guests, Seat};
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
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;

/// State that a connection shares with its server.
pub(crate) struct Visit {
    /// Closes when the server shuts down.
    pub(crate) ended: watch::Receiver<()>,
    pulse: Arc<Pulse>,
}

/// A bound address with its limit of open connections.
#[derive(Debug)]
pub(crate) struct Door {
    listener: TcpListener,
    guests: Arc<Guests>,
}

impl Door {
    /// Binds an address. With port 0 the system picks the port, so the result also has the actual address.
    pub(crate) async fn open(
        listen: SocketAddr,
        connections_max: usize,
        answers: Arc<Answers>,
    ) -> Result<(Self, SocketAddr), StartError> {
        let failed = |error| StartError::Bind(listen, error);
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let guests = Arc::new(Guests::new(connections_max, answers));
        Ok((Self { listener, guests }, address))
    }

    /// Serves connections until `shutdown` resolves, and then gives the open ones a limited time to finish.
    pub(crate) async fn serve<S>(
        self,
        timeouts: Timeouts,
        shutdown: impl Future<Output = ()>,
        serve: impl Fn(TcpStream, SocketAddr, Visit) -> S,
    ) where
        S: Future<Output = ()> + Send + 'static,
    {
        let (end, ended) = watch::channel(());
        let accepting = async {
            loop {
                let Some((stream, peer, place)) = self.accept().await else {
                    continue;
                };
                // Answers are written whole, so waiting to fill a packet (Nagle's algorithm) would only delay them.
                let _ = stream.set_nodelay(true);
                let pulse = Arc::new(Pulse::begin());
                let visit = Visit {
                    ended: ended.clone(),
                    pulse: Arc::clone(&pulse),
                };
                self.guests.serve(place, pulse, serve(stream, peer, visit));
            }
        };
        tokio::select! {
            () = accepting => {}
            () = self.guests.show_out_late(timeouts.write) => {}
            () = shutdown => {}
        }
        drop((self, ended));
        let _ = end.send(());
        if timeout(timeouts.shutdown, end.closed()).await.is_err() {
            tracing::warn!("some requests did not finish in time and were cut off");
        }
    }

    /// Accepts the next connection, once there is a place for it.
    async fn accept(&self) -> Option<(TcpStream, SocketAddr, Seat)> {
        match self.listener.accept().await {
            Ok((stream, peer)) => Some((stream, peer, self.guests.place().await?)),
            Err(error) => {
                // For example too many open files: close an idle connection and wait, rather than spin.
                tracing::warn!(%error, "a connection could not be accepted");
                self.guests.show_out_idlest();
                sleep(Duration::from_millis(50)).await;
                None
            }
        }
    }
}

/// A stream on which each write must make progress within the time-out.
pub(crate) fn bounded<I>(stream: I, timeouts: Timeouts) -> Pin<Box<TimeoutStream<I>>>
where
    I: AsyncRead + AsyncWrite,
{
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(timeouts.write));
    Box::pin(stream)
}

/// Speaks HTTP until the client closes the connection, is silent for too long, or the server has `ended`. Returns
/// whether the client ended it; it may then go on in a tunnel. A client that disappears in mid-request is not logged.
///
/// hyper limits the time for an HTTP/1 head and between two of them. It does not limit the time in which a connection
/// shows its HTTP version, nor how long an HTTP/2 client may only answer pings; this function does.
pub(crate) async fn speak<I, A>(
    stream: I,
    timeouts: Timeouts,
    visit: &mut Visit,
    answer: impl Fn(Request<Incoming>) -> A + Send + Sync + 'static,
) -> bool
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    A: Future<Output = Result<Response<Outgoing>, Aborted>> + Send + 'static,
{
    let Visit { ended, pulse } = visit;
    let connection = connection(stream, timeouts, Arc::clone(pulse), answer);
    tokio::pin!(connection);
    let mut seen = pulse.seen();
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
    // Tells the client, and lets what is in flight arrive.
    connection.as_mut().graceful_shutdown();
    let _ = timeout(timeouts.write, connection).await;
    false
}

fn connection<I, A>(
    stream: I,
    timeouts: Timeouts,
    pulse: Arc<Pulse>,
    answer: impl Fn(Request<Incoming>) -> A + Send + Sync + 'static,
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
    let answer = Arc::new(answer);
    let service = service_fn(move |request: Request<Incoming>| {
        let open = Pulse::open(&pulse, request.version());
        let answer = Arc::clone(&answer);
        async move { Ok::<_, Aborted>(answer(request).await?.map(|body| body.taken(open))) }
    });
    builder
        .serve_connection_with_upgrades(TokioIo::new(stream), service)
        .into_owned()
}
