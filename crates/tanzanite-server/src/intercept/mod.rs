//! Interception: a proxy that answers for the vendor's hosts and refuses all others.
//!
//! It serves clients with hard-coded hosts. `CONNECT` to one of the hosts opens a tunnel to this server itself, with a
//! certificate of the installation's authority. A request with an absolute URL, which some clients send to a proxy even
//! for https, is answered for the host in it. Nothing is ever forwarded.

mod hosts;

use crate::Shared;
use crate::names::Name;
use crate::render::HttpReply;
use crate::tls::{Authority, Certificate};
use crate::way::Way;
use bytes::Bytes;
use hosts::{DATA_CENTRES, DataCentre};
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response, StatusCode, Version};
use hyper::ext::ReasonPhrase;
use hyper::upgrade::OnUpgrade;
use parking_lot::{Mutex, RwLock};
use std::ops::ControlFlow;
use std::sync::Arc;
use tanzanite_crm::Service;
use tanzanite_protocol::OrgId;

const HTTPS_PORT: u16 = 443;
const TEXT: HeaderValue = HeaderValue::from_static("text/plain;charset=UTF-8");
/// The reason phrase, because it is all that most clients show of a refusal.
const REASON: ReasonPhrase = ReasonPhrase::from_static(b"No Host of Zoho CRM");

/// A host of the vendor's that this server answers for.
#[derive(Debug)]
pub(crate) struct Host {
    name: String,
    pub(crate) origin: Arc<str>,
    /// The service under this host: with its data centre's `api_domain` and the organisation that the host is assigned
    /// to.
    service: RwLock<Arc<Service>>,
    pub(crate) certificate: Certificate,
}

/// The hosts, and the authority that certifies them.
#[derive(Debug)]
pub(crate) struct Interceptor {
    hosts: Vec<Arc<Host>>,
    authority: Arc<Authority>,
}

/// A tunnel promised to a client. It opens once the connection has finished its other work.
#[derive(Debug)]
pub(crate) struct Tunnel {
    pub(crate) host: Arc<Host>,
    pub(crate) stream: OnUpgrade,
}

/// The place where a connection leaves its tunnel.
pub(crate) type Promised = Mutex<Option<Tunnel>>;

/// The domains of which all hosts are subdomains.
pub(crate) fn domains() -> impl Iterator<Item = &'static str> {
    DATA_CENTRES
        .iter()
        .flat_map(|centre| [centre.accounts, centre.api, centre.upload])
}

/// The names of all hosts.
pub(crate) fn hosts() -> impl Iterator<Item = String> {
    DATA_CENTRES.iter().flat_map(DataCentre::hosts)
}

impl Interceptor {
    /// An interceptor whose hosts answer as the service does under its own name.
    pub(crate) fn new(service: &Service, authority: Arc<Authority>) -> Self {
        let mut hosts = Vec::new();
        for centre in &DATA_CENTRES {
            let service = Arc::new(Service {
                public_url: centre.api_domain(),
                ..service.clone()
            });
            hosts.extend(centre.hosts().map(|name| {
                Arc::new(Host {
                    origin: format!("https://{name}").into(),
                    service: RwLock::new(Arc::clone(&service)),
                    certificate: Certificate::made(Arc::clone(&authority), vec![name.clone()]),
                    name,
                })
            }));
        }
        Self { hosts, authority }
    }

    /// The authority that certifies the hosts.
    pub(crate) fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Assigns hosts to an organisation, to which requests without a known token then belong. The error is the first
    /// name that is no host of the vendor's; no host is assigned in that case.
    pub(crate) fn give<'a>(&self, names: &'a [String], org: OrgId) -> Result<(), &'a str> {
        let found = names
            .iter()
            .map(|name| self.host(name).ok_or(name.as_str()));
        for host in found.collect::<Result<Vec<_>, _>>()? {
            let mut service = host.service.write();
            *service = Arc::new(Service {
                default_org: org,
                ..Service::clone(&service)
            });
        }
        Ok(())
    }

    /// The hosts that are assigned to an organisation other than `own`.
    pub(crate) fn given(&self, own: OrgId) -> impl Iterator<Item = (&str, OrgId)> {
        let hosts = self.hosts.iter();
        let given = hosts.map(|host| (host.name(), host.service().default_org));
        given.filter(move |(_, org)| *org != own)
    }

    /// Whether a name is one of the hosts.
    pub(crate) fn answers_for(&self, name: &str) -> bool {
        self.host(name).is_some()
    }

    fn host(&self, name: &str) -> Option<&Arc<Host>> {
        let mut hosts = self.hosts.iter();
        hosts.find(|host| host.name.eq_ignore_ascii_case(name))
    }
}

impl Host {
    /// The host name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The service under this host.
    pub(crate) fn service(&self) -> Arc<Service> {
        Arc::clone(&self.service.read())
    }
}

/// Directs a request from the listener: on, by some way, or not, with this reply.
pub(crate) fn direct<B>(
    shared: &Shared,
    way: &Way,
    request: &mut Request<B>,
    promised: &Promised,
) -> ControlFlow<HttpReply, Way> {
    // A client that uses a proxy sends HTTP/1 with an absolute target, and never within a tunnel.
    let asked = shared
        .interceptor
        .as_ref()
        .zip(request.uri().authority().cloned());
    let asked = asked.filter(|_| way.host.is_none() && request.version() <= Version::HTTP_11);
    let Some((interceptor, authority)) = asked else {
        return ControlFlow::Continue(way.clone());
    };
    let host = interceptor.host(authority.host());
    if request.method() != Method::CONNECT {
        return match host {
            Some(host) => ControlFlow::Continue(way.to(host)),
            None => match Name::of(shared, authority.as_str()) {
                Name::Loopback | Name::Public => ControlFlow::Continue(way.clone()),
                _ => ControlFlow::Break(refuse(authority.as_str())),
            },
        };
    }
    let Some(host) = host.filter(|_| authority.port_u16() == Some(HTTPS_PORT)) else {
        return ControlFlow::Break(refuse(authority.as_str()));
    };
    *promised.lock() = Some(Tunnel {
        host: Arc::clone(host),
        stream: hyper::upgrade::on(request),
    });
    ControlFlow::Break(Response::new(Bytes::new()))
}

/// A refusal in plain words, with advice.
fn refuse(authority: &str) -> HttpReply {
    tracing::info!(target: "request.refused", host = authority, status = 403, "not one of the vendor's hosts");
    let text = format!(
        "Tanzanite answers for the hosts of Zoho CRM's API alone, at port {HTTPS_PORT}, and lets nothing else through: not \
         {authority}.\nTake HTTPS_PROXY away from programs that need other hosts, or name those in NO_PROXY.\n"
    );
    let mut reply = Response::new(Bytes::from(text));
    *reply.status_mut() = StatusCode::FORBIDDEN;
    reply.headers_mut().insert(CONTENT_TYPE, TEXT);
    reply.extensions_mut().insert(REASON);
    reply
}
