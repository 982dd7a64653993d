//! The way by which a request arrived, and so the host name under which it is answered.

use crate::Shared;
use crate::hangup::Hangup;
use crate::intercept::Host;
use http::Version;
use std::net::SocketAddr;
use std::sync::Arc;
use tanzanite_crm::Service;

/// The way of a connection, or of one request to a proxy.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) peer: SocketAddr,
    /// The vendor's host that the client addresses; `None` if it addresses this server.
    pub(crate) host: Option<Arc<Host>>,
    /// Ends the connection on a rule's request; `None` for a request without a connection.
    hangup: Option<Arc<Hangup>>,
}

impl Way {
    /// A request that addresses this server itself.
    pub(crate) const fn straight(peer: SocketAddr, hangup: Option<Arc<Hangup>>) -> Self {
        Self {
            peer,
            host: None,
            hangup,
        }
    }

    /// The same connection, with a request that addresses a host of the vendor's.
    pub(crate) fn to(&self, host: &Arc<Host>) -> Self {
        Self {
            host: Some(Arc::clone(host)),
            ..self.clone()
        }
    }

    /// The service under the name that the client addresses.
    pub(crate) fn service(&self, shared: &Shared) -> Arc<Service> {
        match &self.host {
            None => Arc::clone(&shared.service),
            Some(host) => host.service(),
        }
    }

    /// The means to end a request's connection. `None` for HTTP/2, where other requests share the connection.
    pub(crate) fn hangup(&self, version: Version) -> Option<Arc<Hangup>> {
        self.hangup.clone().filter(|_| version < Version::HTTP_2)
    }

    /// The origin that the client addresses.
    pub(crate) fn origin(&self, shared: &Shared) -> Arc<str> {
        let host = self.host.as_ref();
        Arc::clone(host.map_or(&shared.origin, |host| &host.origin))
    }
}
