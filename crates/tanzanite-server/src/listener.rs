//! Listening: connections, their limits and time-outs, and the end.

use crate::{Config, Launch, Shared, body, entropy, exchange};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tanzanite_crm::{AuthMode, Service};
use tanzanite_protocol::limits;
use tanzanite_store::SqliteStore;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
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
pub async fn start(
    config: Config,
    store: SqliteStore,
    launch: Launch,
) -> Result<Running, StartError> {
    if !config.insecure && !config.listen.ip().is_loopback() {
        if launch.demo {
            return Err(StartError::Exposed(
                config.listen,
                "everybody knows the demo's credentials",
            ));
        }
        if config.auth != AuthMode::Strict {
            return Err(StartError::Exposed(
                config.listen,
                "tokens are not looked at",
            ));
        }
    }
    let failed = |error| StartError::Bind(config.listen, error);
    let listener = TcpListener::bind(config.listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let public_url = config
        .public_url
        .unwrap_or_else(|| format!("http://{address}"));
    let service = Service {
        public_url: public_url.trim_end_matches('/').to_owned(),
        auth: config.auth,
        default_org: launch.default_org,
    };
    let shared = Shared {
        store,
        service: Arc::new(service),
        launch,
        bodies: body::Bodies::new(config.timeouts.body),
        timeouts: config.timeouts,
        entropy: entropy::Pool::default(),
    };
    let connections = Arc::new(Semaphore::new(config.connections_max));
    Ok(Running {
        listener,
        shared: Arc::new(shared),
        connections,
    })
}

impl Running {
    /// The origin that clients use.
    pub fn base_url(&self) -> &str {
        &self.shared.service.public_url
    }

    /// Serves until `shutdown` resolves, lets open requests finish within their time, and closes the store.
    pub async fn finished(self, shutdown: impl Future<Output = ()>) {
        let graceful = GracefulShutdown::new();
        tokio::pin!(shutdown);
        loop {
            let accepted = tokio::select! {
                accepted = self.accept() => accepted,
                () = &mut shutdown => break,
            };
            let Some((stream, peer, permit)) = accepted else {
                continue;
            };
            let spoken = Arc::new(AtomicBool::new(false));
            let connection = serve(stream, peer, Arc::clone(&self.shared), Arc::clone(&spoken));
            let watched = graceful.watch(connection);
            let patience = self.shared.timeouts.head;
            tokio::spawn(async move {
                tokio::pin!(watched);
                // A client that goes away mid-request is no event of ours.
                if timeout(patience, &mut watched).await.is_err() && spoken.load(Ordering::Relaxed)
                {
                    let _ = watched.await;
                }
                drop(permit);
            });
        }
        let Self {
            listener, shared, ..
        } = self;
        drop(listener);
        if timeout(shared.timeouts.shutdown, graceful.shutdown())
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
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                None
            }
        }
    }
}

/// Serves a connection. `spoken` is set once it has sent a whole head: hyper bounds the time of an HTTP/1 head, and not the
/// time in which a connection shows which HTTP it speaks.
fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    shared: Arc<Shared>,
    spoken: Arc<AtomicBool>,
) -> impl hyper_util::server::graceful::GracefulConnection<
    Error = Box<dyn std::error::Error + Send + Sync>,
> + Send {
    // Answers are small and whole: waiting to fill a packet only delays them.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
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
        spoken.store(true, Ordering::Relaxed);
        exchange::answer(Arc::clone(&shared), peer, request)
    });
    builder
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
        .into_owned()
}
