//! Listening: connections, their limits and time-outs, and the end.

use crate::hangup::{Hangup, Wire};
use crate::intercept::{self, Promised, Tunnel};
use crate::pulse::{Beat, Pulse};
use crate::tls::{self, Certificate, Tls, TlsError};
use crate::way::Way;
use crate::{Config, Handler, Launch, Outgoing, Shared, entropy, exchange};
use http::Uri;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulConnection;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::ops::ControlFlow;
use std::sync::Arc;
use tanzanite_crm::Service;
use tanzanite_protocol::limits;
use tanzanite_store::AnyStore;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::server::TlsStream;

/// Why a server does not start, and what to do.
#[derive(Debug)]
pub enum StartError {
    /// The address is taken or none of ours.
    Bind(SocketAddr, std::io::Error),
    /// What was asked for is unsafe where others can reach it.
    Exposed(SocketAddr, &'static str),
    /// There is no certificate for the names of this server.
    Certificate(TlsError),
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
            Self::Certificate(error) => write!(f, "no certificate for this server: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

/// A server that listens, and serves once it is told to.
#[derive(Debug)]
pub struct Running {
    listener: TcpListener,
    shared: Arc<Shared>,
    certificate: Option<Arc<Certificate>>,
    connections: Arc<Semaphore>,
}

/// Binds the address. Refuses to show everybody what only this machine may see.
pub async fn start(config: Config, store: AnyStore, launch: Launch) -> Result<Running, StartError> {
    config.check_exposure(launch.demo)?;
    let failed = |error| StartError::Bind(config.listen, error);
    let listener = TcpListener::bind(config.listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let scheme = config.tls.as_ref().map_or("http", |_| "https");
    let public_url = config
        .public_url
        .clone()
        .unwrap_or_else(|| format!("{scheme}://{address}"));
    let tls = config.tls.clone();
    let certificate = tls.map(|tls| certificate(tls, address, &public_url));
    let certificate = certificate.transpose().map_err(StartError::Certificate)?;
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
        certificate: certificate.map(Arc::new),
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
            let certificate = self.certificate.clone();
            tokio::spawn(async move {
                serve(stream, peer, certificate, shared, ended).await;
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

/// The certificate of this server, which can be shown.
fn certificate(tls: Tls, address: SocketAddr, public_url: &str) -> Result<Certificate, TlsError> {
    let certificate = match tls {
        Tls::Own(own) => Certificate::own(own),
        Tls::Made(authority) => Certificate::made(authority, names(address.ip(), public_url)),
    };
    certificate.config(entropy::now())?;
    Ok(certificate)
}

/// By what clients may call this server.
fn names(address: IpAddr, public_url: &str) -> Vec<String> {
    let mut names = ["localhost", "127.0.0.1", "::1"]
        .map(str::to_owned)
        .to_vec();
    let public = public_url.parse::<Uri>().ok();
    let public = public.as_ref().and_then(Uri::host);
    let public = public.map(|host| host.trim_matches(['[', ']']).to_owned());
    let listen = Some(address).filter(|address| !address.is_unspecified());
    names.extend(listen.map(|address| address.to_string()));
    names.extend(public);
    names.sort_unstable();
    names.dedup();
    names
}

/// Serves a connection, and then the tunnel that its client was promised there.
async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    certificate: Option<Arc<Certificate>>,
    shared: Arc<Shared>,
    mut ended: watch::Receiver<()>,
) {
    // Answers are small and whole: waiting to fill a packet only delays them.
    let _ = stream.set_nodelay(true);
    let hangup = Arc::new(Hangup::default());
    let mut stream = TimeoutStream::new(Wire::new(stream, Arc::clone(&hangup)));
    stream.set_write_timeout(Some(shared.timeouts.write));
    let (stream, way) = (Box::pin(stream), Way::straight(peer, Some(hangup)));
    let tunnel = match certificate {
        None => speak(stream, &way, &shared, &mut ended).await,
        Some(certificate) => {
            Box::pin(encrypted(stream, &certificate, &way, &shared, &mut ended)).await
        }
    };
    if let Some(Tunnel { host, stream }) = tunnel
        && let Ok(stream) = stream.await
    {
        let (stream, way) = (TokioIo::new(stream), way.to(&host));
        Box::pin(encrypted(
            stream,
            &host.certificate,
            &way,
            &shared,
            &mut ended,
        ))
        .await;
    }
}

/// Serves a connection within TLS.
async fn encrypted<I>(
    stream: I,
    certificate: &Certificate,
    way: &Way,
    shared: &Arc<Shared>,
    ended: &mut watch::Receiver<()>,
) -> Option<Tunnel>
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let handshake = async {
        let config = certificate
            .config(entropy::now())
            .map_err(std::io::Error::other)?;
        tls::accept(stream, config, shared.timeouts.head).await
    };
    let stream: std::io::Result<TlsStream<I>> = tokio::select! {
        stream = handshake => stream,
        _ = ended.changed() => return None,
    };
    match stream {
        Ok(stream) => speak(stream, way, shared, ended).await,
        Err(error) => {
            let host = way.host.as_ref().map(|host| host.name());
            tracing::info!(target: "request.refused", host, %error, "no TLS handshake; a client must trust the authority, and speak https");
            None
        }
    }
}

/// Speaks HTTP until the client closes the connection, it is silent for too long, or the server has `ended`; or until the client
/// goes on in a tunnel. A client that goes away mid-request is no event of ours.
///
/// hyper bounds the time of an HTTP/1 head, and between two of them; neither the time in which a connection shows which
/// HTTP it speaks, nor for how long an HTTP/2 client that answers pings asks for nothing.
async fn speak<I>(
    stream: I,
    way: &Way,
    shared: &Arc<Shared>,
    ended: &mut watch::Receiver<()>,
) -> Option<Tunnel>
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let timeouts = shared.timeouts;
    let pulse = Arc::new(Pulse::default());
    let promised = Arc::new(Promised::default());
    let connection = connection(stream, way.clone(), shared, &pulse, &promised);
    tokio::pin!(connection);
    let mut seen = 0;
    loop {
        tokio::select! {
            _ = &mut connection => return promised.lock().take(),
            _ = ended.changed() => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
                return None;
            }
            () = sleep(timeouts.head) => match pulse.feel(&mut seen) {
                Beat::Never => return None,
                Beat::Busy => {}
                Beat::Idle => break,
            },
        }
    }
    // The client is told, and replies that are still on their way arrive. They have as long as a body may take.
    connection.as_mut().graceful_shutdown();
    let _ = timeout(timeouts.body, connection).await;
    None
}

fn connection<I>(
    stream: I,
    way: Way,
    shared: &Arc<Shared>,
    pulse: &Arc<Pulse>,
    promised: &Arc<Promised>,
) -> impl GracefulConnection<Error = Box<dyn std::error::Error + Send + Sync>> + Send + use<I>
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
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
    let (shared, pulse, promised) = (Arc::clone(shared), Arc::clone(pulse), Arc::clone(promised));
    let service = service_fn(move |mut request| {
        let open = Pulse::begin(&pulse, request.version());
        let answer = match intercept::direct(&shared, &way, &mut request, &promised) {
            ControlFlow::Continue(way) => Ok(exchange::answer(Arc::clone(&shared), way, request)),
            ControlFlow::Break(reply) => Err(reply),
        };
        async move {
            let reply = match answer {
                Ok(answer) => answer.await,
                Err(reply) => Ok(reply.map(Outgoing::Whole)),
            };
            drop(open);
            reply
        }
    });
    builder
        .serve_connection_with_upgrades(TokioIo::new(stream), service)
        .into_owned()
}
