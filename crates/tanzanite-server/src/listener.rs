//! Listening: connections, their limits and time-outs, and the end.

use crate::hangup::{Hangup, Wire};
use crate::pulse::{Beat, Pulse};
use crate::{Config, Handler, Launch, Shared, exchange};
use http::Version;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulConnection;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use tanzanite_crm::Service;
use tanzanite_protocol::limits;
use tanzanite_store::AnyStore;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;

/// Why a server does not start, and what to do.
#[derive(Debug)]
pub enum StartError {
    /// The address is taken or none of ours.
    Bind(SocketAddr, std::io::Error),
    /// What was asked for is unsafe where others can reach it.
    Exposed(SocketAddr, &'static str),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bind(address, error) => {
                write!(
                    f,
                    "cannot listen on {address}: {error}; choose another address with --listen, or 127.0.0.1:0 for any free port"
                )
            }
            Self::Exposed(address, what) => {
                write!(
                    f,
                    "{address} can be reached by others, and {what}; listen on 127.0.0.1, or say --insecure if you mean it"
                )
            }
        }
    }
}

impl std::error::Error for StartError {}

/// A server that listens, and serves once it is told to.
#[derive(Debug)]
pub struct Running {
    listener: TcpListener,
    shared: Arc<Shared>,
    connections: Arc<Semaphore>,
}

/// Binds the address. Refuses to show everybody what only this machine may see.
pub async fn start(config: Config, store: AnyStore, launch: Launch) -> Result<Running, StartError> {
    config.check_exposure(launch.demo)?;
    let failed = |error| StartError::Bind(config.listen, error);
    let listener = TcpListener::bind(config.listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let public_url = config
        .public_url
        .clone()
        .unwrap_or_else(|| format!("http://{address}"));
    let service = Service {
        public_url: public_url.trim_end_matches('/').to_owned(),
        auth: config.auth,
        default_org: launch.default_org,
        limits: config.limits,
    };
    let shared = Shared::new(service, &config, store, launch);
    let connections = Arc::new(Semaphore::new(config.connections_max));
    Ok(Running {
        listener,
        shared: Arc::new(shared),
        connections,
    })
}

impl Running {
    /// Answers requests that come another way than through the socket.
    pub fn handler(&self) -> Handler {
        Handler::of(Arc::clone(&self.shared))
    }

    /// The origin that clients use.
    pub fn base_url(&self) -> &str {
        &self.shared.service.public_url
    }

    /// Serves until `shutdown` resolves, lets open requests finish within their time, and closes the store.
    pub async fn finished(self, shutdown: impl Future<Output = ()>) {
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
            let (shared, ended) = (Arc::clone(&self.shared), ended.clone());
            tokio::spawn(async move {
                serve(stream, peer, shared, ended).await;
                drop(permit);
            });
        }
        let Self {
            listener, shared, ..
        } = self;
        drop((listener, ended));
        shared.pauses.end();
        let _ = end.send(());
        if timeout(shared.timeouts.shutdown, end.closed())
            .await
            .is_err()
        {
            tracing::warn!("some requests did not finish in time and were cut off");
        }
        shared.store.close();
    }

    /// The next connection, once one more may be open.
    async fn accept(&self) -> Option<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
        let permit = Arc::clone(&self.connections).acquire_owned().await.ok()?;
        match self.listener.accept().await {
            Ok((stream, peer)) => Some((stream, peer, permit)),
            Err(error) => {
                // Such as too many open files: wait for some to close rather than spin.
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(std::time::Duration::from_millis(50)).await;
                None
            }
        }
    }
}

/// Serves a connection until its client closes it, it is silent for too long, or the server has `ended`. A client that goes
/// away mid-request is no event of ours.
///
/// hyper bounds the time of an HTTP/1 head, and between two of them; neither the time in which a connection shows which
/// HTTP it speaks, nor for how long an HTTP/2 client that answers pings asks for nothing.
async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    shared: Arc<Shared>,
    mut ended: watch::Receiver<()>,
) {
    let timeouts = shared.timeouts;
    let pulse = Arc::new(Pulse::default());
    let connection = connection(stream, peer, shared, Arc::clone(&pulse));
    tokio::pin!(connection);
    let mut seen = 0;
    loop {
        tokio::select! {
            _ = &mut connection => return,
            _ = ended.changed() => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
                return;
            }
            () = sleep(timeouts.head) => match pulse.feel(&mut seen) {
                Beat::Never => return,
                Beat::Busy => {}
                Beat::Idle => break,
            },
        }
    }
    // The client is told, and replies that are still on their way arrive. They have as long as a body may take.
    connection.as_mut().graceful_shutdown();
    let _ = timeout(timeouts.body, connection).await;
}

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    shared: Arc<Shared>,
    pulse: Arc<Pulse>,
) -> impl GracefulConnection<Error = Box<dyn std::error::Error + Send + Sync>> + Send {
    // Answers are small and whole: waiting to fill a packet only delays them.
    let _ = stream.set_nodelay(true);
    let hangup = Arc::new(Hangup::default());
    let mut stream = TimeoutStream::new(Wire::new(stream, Arc::clone(&hangup)));
    stream.set_write_timeout(Some(shared.timeouts.write));
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(shared.timeouts.head)
        .max_buf_size(limits::HEAD_BYTES_MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(shared.timeouts.head)
        .max_concurrent_streams(limits::STREAMS_MAX)
        .max_header_list_size(u32::try_from(limits::HEAD_BYTES_MAX).unwrap_or(u32::MAX));
    let service = service_fn(move |request| {
        let open = Pulse::begin(&pulse, request.version());
        // A connection of HTTP/2 has other requests too, and lives on.
        let own = (request.version() < Version::HTTP_2).then(|| Arc::clone(&hangup));
        let answer = exchange::answer(Arc::clone(&shared), peer, own, request);
        async move {
            let reply = answer.await;
            drop(open);
            reply
        }
    });
    builder
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
        .into_owned()
}
