//! The host name that a request is sent to.

use crate::Shared;
use http::header::HOST;
use http::request::Parts;
use std::net::IpAddr;

/// A host name, by the party that makes it lead here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    /// Every resolver and browser resolves it to this machine without a name server: a loopback address, `localhost` or
    /// a name below it.
    Loopback,
    /// The name in `--public-url`.
    Public,
    /// A host of the vendor's that interception answers for.
    Vendor,
    /// Any other name.
    Foreign,
    /// The request has no host name; browsers never send such a request.
    Missing,
}

impl Name {
    /// Classifies a name, which may have a port.
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

/// The name and port that a request is sent to: from its target, as with HTTP/2 and through a proxy, or else from
/// `Host` (RFC 9112, section 3.2.2). Empty if there is neither.
pub(crate) fn authority(head: &Parts) -> &str {
    let host = || head.headers.get(HOST)?.to_str().ok();
    let target = head.uri.authority().map(http::uri::Authority::as_str);
    target.or_else(host).unwrap_or_default()
}

/// The name without its port.
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
