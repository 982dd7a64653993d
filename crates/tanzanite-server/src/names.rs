//! By what name a request is sent here.

use crate::Shared;
use http::header::HOST;
use http::request::Parts;
use std::net::IpAddr;

/// A name, by whom it leads here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    /// Every resolver and browser takes it to this machine, and no other name server is asked: a loopback address, `localhost`
    /// and what is below it.
    Loopback,
    /// The one that `--public-url` gives.
    Public,
    /// A host of the vendor's for which this server answers.
    Vendor,
    /// Any other.
    Foreign,
    /// The request names nobody, as no browser does it.
    Missing,
}

impl Name {
    /// Of a name, perhaps with a port.
    pub(crate) fn of(shared: &Shared, authority: &str) -> Self {
        let name = host(authority);
        let interceptor = shared.interceptor.as_ref();
        if name.is_empty() {
            Self::Missing
        } else if is_loopback(name) {
            Self::Loopback
        } else if shared.public_host().eq_ignore_ascii_case(name) {
            Self::Public
        } else if interceptor.is_some_and(|interceptor| interceptor.answers_for(name)) {
            Self::Vendor
        } else {
            Self::Foreign
        }
    }
}

/// The name and port that a request is sent to: in its target, as with HTTP/2 and through a proxy, or else in `Host` (RFC 9112
/// §3.2.2). Empty without one.
pub(crate) fn authority(head: &Parts) -> &str {
    let host = || head.headers.get(HOST)?.to_str().ok();
    let target = head.uri.authority().map(http::uri::Authority::as_str);
    target.or_else(host).unwrap_or_default()
}

/// A name without its port.
pub(crate) fn host(authority: &str) -> &str {
    let is_port = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match authority.rsplit_once(':') {
        Some((name, port)) if is_port(port) => name,
        _ => authority,
    }
}

fn is_loopback(name: &str) -> bool {
    let address = name.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = address.parse::<IpAddr>() {
        return address.to_canonical().is_loopback();
    }
    let last = name.rsplit('.').next();
    last.is_some_and(|last| last.eq_ignore_ascii_case("localhost"))
}
