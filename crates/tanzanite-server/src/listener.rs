//! The server: its listener, and how it serves a connection.

use crate::door::{Door, Visit, bounded, speak};
use crate::hangup::{Hangup, Wire};
use crate::intercept::{self, Promised, Tunnel};
use crate::tls::{self, Certificate, Tls, TlsError};
use crate::way::Way;
use crate::{Config, Handler, Launch, Outgoing, Shared, entropy, exchange, jobs};
use http::Uri;
use hyper_util::rt::TokioIo;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::ops::ControlFlow;
use std::sync::Arc;
use tanzanite_crm::Service;
use tanzanite_store::AnyStore;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// The reasons why a server does not start, with advice.
#[derive(Debug)]
pub enum StartError {
    /// The address is in use or not this machine's.
    Bind(SocketAddr, std::io::Error),
    /// The configuration is unsafe on an address that others can reach.
    Exposed(SocketAddr, &'static str),
    /// No certificate can be made or used for the names of this server.
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

/// A server that listens and serves once [`Running::finished`] is called.
#[derive(Debug)]
pub struct Running {
    door: Door,
    address: SocketAddr,
    shared: Arc<Shared>,
    certificate: Option<Arc<Certificate>>,
}

/// Binds the address. Refuses an unsafe configuration on an address that others can reach.
pub async fn start(config: Config, store: AnyStore, launch: Launch) -> Result<Running, StartError> {
    config.check_exposure(launch.demo)?;
    let answers = Arc::default();
    let (door, address) =
        Door::open(config.listen, config.connections_max, Arc::clone(&answers)).await?;
    let scheme = config.scheme();
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
    let shared = Shared::new(service, &config, store, launch, answers, address);
    Ok(Running {
        door,
        address,
        shared: Arc::new(shared),
        certificate: certificate.map(Arc::new),
    })
}

impl Running {
    /// A handler that answers requests without the socket.
    pub fn handler(&self) -> Handler {
        Handler::of(Arc::clone(&self.shared))
    }

    /// The address listened on.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The origin that clients use.
    pub fn base_url(&self) -> &str {
        &self.shared.service.public_url
    }

    /// Serves until `shutdown` resolves, lets open requests finish within their time, and closes the store.
    pub async fn finished(self, shutdown: impl Future<Output = ()>) {
        let Self {
            door,
            shared,
            certificate,
            ..
        } = self;
        let shutdown = async {
            shutdown.await;
            shared.pauses.end();
        };
        let serving = door.serve(shared.timeouts, shutdown, |stream, peer, visit| {
            serve(
                stream,
                peer,
                certificate.clone(),
                Arc::clone(&shared),
                visit,
            )
        });
        // Jobs run for as long as requests are answered.
        tokio::select! {
            () = serving => {}
            () = jobs::run(Arc::clone(&shared)) => {}
        }
        shared.store.close();
    }
}

/// The certificate of this server; an error if none can be shown to clients.
fn certificate(tls: Tls, address: SocketAddr, public_url: &str) -> Result<Certificate, TlsError> {
    let certificate = match tls {
        Tls::Own(own) => Certificate::own(own),
        Tls::Made(authority) => Certificate::made(authority, names(address.ip(), public_url)),
    };
    certificate.config(entropy::now())?;
    Ok(certificate)
}

/// The names under which clients may reach this server.
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

/// Serves a connection, and then the tunnel that was promised to its client.
async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    certificate: Option<Arc<Certificate>>,
    shared: Arc<Shared>,
    mut visit: Visit,
) {
    let hangup = Arc::new(Hangup::default());
    let stream = bounded(Wire::new(stream, Arc::clone(&hangup)), shared.timeouts);
    let way = Way::straight(peer, Some(hangup));
    let tunnel = match certificate {
        None => converse(stream, &way, &shared, &mut visit).await,
        Some(certificate) => {
            Box::pin(encrypted(stream, &certificate, &way, &shared, &mut visit)).await
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
            &mut visit,
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
    visit: &mut Visit,
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
        _ = visit.ended.changed() => return None,
    };
    match stream {
        Ok(stream) => converse(stream, way, shared, visit).await,
        Err(error) => {
            let host = way.host.as_ref().map(|host| host.name());
            tracing::info!(target: "request.refused", host, %error, "no TLS handshake; a client must trust the authority, and speak https");
            None
        }
    }
}

/// Serves HTTP; returns the tunnel in which the client continues, if there is one.
async fn converse<I>(
    stream: I,
    way: &Way,
    shared: &Arc<Shared>,
    visit: &mut Visit,
) -> Option<Tunnel>
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let promised = Arc::new(Promised::default());
    let answer = {
        let (way, shared, promised) = (way.clone(), Arc::clone(shared), Arc::clone(&promised));
        // The future of an exchange is large. It is made where it is awaited, because passing it on would store it
        // twice.
        move |mut request| {
            let (way, shared) = (way.clone(), Arc::clone(&shared));
            let promised = Arc::clone(&promised);
            async move {
                match intercept::direct(&shared, &way, &mut request, &promised) {
                    ControlFlow::Continue(way) => exchange::answer(shared, way, request).await,
                    ControlFlow::Break(reply) => Ok(reply.map(Outgoing::whole)),
                }
            }
        }
    };
    let by_client = speak(stream, shared.timeouts, visit, answer).await;
    promised.lock().take().filter(|_| by_client)
}
