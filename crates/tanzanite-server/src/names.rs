//! Whose name a request is sent to.

use crate::Shared;
use http::header::HOST;
use http::request::Parts;
use std::net::IpAddr;

/// The name and port that a request is sent to: in its target, as with HTTP/2 and through a proxy, or else in `Host` (RFC 9112
/// §3.2.2). Empty without one.
pub(crate) fn authority(head: &Parts) -> &str {
    let host = || head.headers.get(HOST)?.to_str().ok();
    let target = head.uri.authority().map(http::uri::Authority::as_str);
    target.or_else(host).unwrap_or_default()
}

/// Whether a name, perhaps with a port, is one of this server: a loopback address, `localhost`, or the public one.
pub(crate) fn is_ours(shared: &Shared, authority: &str) -> bool {
    let name = authority
        .rsplit_once(':')
        .map_or(authority, |(name, port)| {
            if port.bytes().all(|byte| byte.is_ascii_digit()) {
                name
            } else {
                authority
            }
        });
    let address = name.trim_start_matches('[').trim_end_matches(']');
    let loopback = address.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let public = shared.service.public_url.split("//").nth(1);
    name == "localhost" || loopback || public == Some(authority)
}
