//! By which way a request has come, and so by whose name it is answered.

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
    /// The vendor's host that the client believes to speak to. None: to us.
    pub(crate) host: Option<Arc<Host>>,
    /// How its connection is hung up; none: there is no connection.
    hangup: Option<Arc<Hangup>>,
}

impl Way {
    /// Straight to us.
    pub(crate) const fn straight(peer: SocketAddr, hangup: Option<Arc<Hangup>>) -> Self {
        Self {
            peer,
            host: None,
            hangup,
        }
    }

    /// The same to a host of the vendor's.
    pub(crate) fn to(&self, host: &Arc<Host>) -> Self {
        Self {
            host: Some(Arc::clone(host)),
            ..self.clone()
        }
    }

    /// The service under the name that it is known by here.
    pub(crate) fn service(&self, shared: &Shared) -> Arc<Service> {
        match &self.host {
            None => Arc::clone(&shared.service),
            Some(host) => host.service(),
        }
    }

    /// How the connection of a request is hung up. One of HTTP/2 has other requests too, and lives on.
    pub(crate) fn hangup(&self, version: Version) -> Option<Arc<Hangup>> {
        self.hangup.clone().filter(|_| version < Version::HTTP_2)
    }

    /// The origin that the client asks.
    pub(crate) fn origin(&self, shared: &Shared) -> Arc<str> {
        let host = self.host.as_ref();
        Arc::clone(host.map_or(&shared.origin, |host| &host.origin))
    }
}
