//! Interception: a proxy that answers for the vendor's hosts and refuses all others.
//!
//! For clients with hard-coded hosts. `CONNECT` to one of the hosts opens a tunnel whose other end is this server, with a certificate
//! of the installation's authority. A request with a whole URL, as some clients send it to a proxy even for https, is answered for
//! the host in it. Nothing is ever passed on to anybody.

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
/// All that most clients show of a refusal.
const REASON: ReasonPhrase = ReasonPhrase::from_static(b"No Host of Zoho CRM");

/// A host of the vendor's, as this server answers for it.
#[derive(Debug)]
pub(crate) struct Host {
    name: String,
    pub(crate) origin: Arc<str>,
    /// With the data centre's own `api_domain`, and the organisation that it was given to.
    service: RwLock<Arc<Service>>,
    pub(crate) certificate: Certificate,
}

/// The hosts, and the authority that they are certified by.
#[derive(Debug)]
pub(crate) struct Interceptor {
    hosts: Vec<Arc<Host>>,
    authority: Arc<Authority>,
}

/// A tunnel that a client was promised. It is open once its connection has nothing else to do.
#[derive(Debug)]
pub(crate) struct Tunnel {
    pub(crate) host: Arc<Host>,
    pub(crate) stream: OnUpgrade,
}

/// Where a connection leaves its tunnel.
pub(crate) type Promised = Mutex<Option<Tunnel>>;

/// The names below which all hosts are.
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
    /// Answers for the vendor's hosts as the service does for its own name.
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

    /// Who certifies the hosts.
    pub(crate) fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Gives hosts to an organisation: who is nobody there is of it. The first name that is none of the hosts is refused, and then
    /// none is given.
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

    /// Names of the hosts that were given to an organisation other than that of the service itself.
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
    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// As what it is answered for.
    pub(crate) fn service(&self) -> Arc<Service> {
        Arc::clone(&self.service.read())
    }
}

/// Where a request goes that has come to the listener: on by some way, or no further, with this reply.
pub(crate) fn direct<B>(
    shared: &Shared,
    way: &Way,
    request: &mut Request<B>,
    promised: &Promised,
) -> ControlFlow<HttpReply, Way> {
    // Who wants a proxy says so with HTTP/1 and a whole target; and nobody wants one in a tunnel.
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

/// Says in plain words what is not let through, and what to do.
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
