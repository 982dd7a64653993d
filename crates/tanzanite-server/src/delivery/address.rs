//! Which addresses are notified: those that the operator names, and those of this machine while nobody else can reach
//! the server. Somebody elsewhere must not have it ask what trusts this machine alone.
//!
//! A name is resolved once, and the address that was looked at is the one that is connected to, so that a name cannot
//! mean another the second time (DNS rebinding).

use crate::control;
use http::Uri;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use std::net::{IpAddr, SocketAddr};
use tokio::net::lookup_host;

/// Characters that callers write into addresses and that no request line can have. The vendor's own example has a
/// blank.
const UNWRITTEN: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The hosts that may be notified.
#[derive(Clone, Debug)]
pub(crate) struct Receivers {
    /// Names and addresses, in lower case.
    named: Vec<String>,
    /// The address that this server listens on.
    own: SocketAddr,
}

/// An address that was read.
#[derive(Debug)]
pub(crate) struct Url {
    host: String,
    port: u16,
    is_tls: bool,
    authority: String,
    path_and_query: String,
}

impl Url {
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) fn is_tls(&self) -> bool {
        self.is_tls
    }

    /// Host and port, as `Host` has them.
    pub(super) fn authority(&self) -> &str {
        &self.authority
    }

    pub(super) fn path_and_query(&self) -> &str {
        &self.path_and_query
    }

    pub(super) fn origin(&self) -> String {
        let scheme = if self.is_tls { "https" } else { "http" };
        format!("{scheme}://{}", self.authority)
    }
}

/// Reads an address. An error says why it is none that can be notified.
pub(super) fn parse(url: &str) -> Result<Url, String> {
    let url = url.split('#').next().unwrap_or_default();
    let uri: Uri = utf8_percent_encode(url, UNWRITTEN)
        .to_string()
        .parse()
        .map_err(|error| format!("no address: {error}"))?;
    let is_tls = match uri.scheme_str() {
        Some("http") => false,
        Some("https") => true,
        _ => return Err("only http and https can be notified".to_owned()),
    };
    let host = uri.host().filter(|host| !host.is_empty());
    let host = host.ok_or_else(|| "the address has no host".to_owned())?;
    if control::is_control(uri.path()) {
        return Err("the control API is not notified".to_owned());
    }
    // The library takes a port that is none for no port at all.
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let port = match authority.rsplit_once(&format!("{host}:")) {
        Some((_, "")) | None => None,
        Some((_, text)) => match text.parse::<u16>() {
            Ok(port) => Some(port),
            Err(_) => return Err(format!("{text:?} is no port")),
        },
    };
    let path_and_query = uri.path_and_query().map_or("/", |path| path.as_str());
    Ok(Url {
        host: host.trim_matches(['[', ']']).to_ascii_lowercase(),
        port: port.unwrap_or(if is_tls { 443 } else { 80 }),
        is_tls,
        authority: match port {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        },
        path_and_query: path_and_query.to_owned(),
    })
}

impl Receivers {
    /// These hosts, and this machine if `own` is an address of nobody else's; but never the server itself.
    pub(crate) fn new(named: &[String], own: SocketAddr) -> Self {
        let spelled = |host: &String| match host.parse::<IpAddr>() {
            Ok(address) => address.to_canonical().to_string(),
            Err(_) => host.to_ascii_lowercase(),
        };
        Self {
            named: named.iter().map(spelled).collect(),
            own,
        }
    }

    /// The address to connect to; an error of [`Unreachable::Forbidden`] if the operator does not allow it.
    pub(super) async fn resolve(&self, url: &Url) -> Result<SocketAddr, Unreachable> {
        let found = lookup_host((url.host(), url.port)).await;
        let found: Vec<SocketAddr> = found
            .map_err(|error| Unreachable::Unknown(format!("{} is not found: {error}", url.host())))?
            .collect();
        self.choose(url.host(), &found)
    }

    fn choose(&self, host: &str, found: &[SocketAddr]) -> Result<SocketAddr, Unreachable> {
        let mut allowed = found
            .iter()
            .filter(|address| self.allows(host, address.ip()));
        let address = allowed
            .next()
            .copied()
            .ok_or_else(|| Unreachable::Forbidden(format!("--deliver-to does not name {host}")))?;
        if self.is_own(address) {
            return Err(Unreachable::Forbidden(
                "the server does not notify itself".to_owned(),
            ));
        }
        Ok(address)
    }

    fn allows(&self, host: &str, address: IpAddr) -> bool {
        let is_named = |text: &str| self.named.iter().any(|named| named == text);
        let address = address.to_canonical();
        let is_ours = address.is_loopback() && self.own.ip().is_loopback();
        is_ours || is_named(host) || is_named(&address.to_string())
    }

    fn is_own(&self, address: SocketAddr) -> bool {
        let ip = address.ip().to_canonical();
        let is_here = ip.is_loopback() || ip == self.own.ip().to_canonical();
        is_here && address.port() == self.own.port()
    }
}

/// Why no address can be connected to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unreachable {
    /// The operator does not allow it.
    Forbidden(String),
    /// The name is not known, now.
    Unknown(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receivers(named: &[&str], own: &str) -> Receivers {
        let named: Vec<String> = named.iter().map(|name| (*name).to_owned()).collect();
        Receivers::new(&named, own.parse().expect("an address"))
    }

    #[test]
    fn addresses_are_read_as_callers_write_them() {
        let url = parse("http://Example.test/a b?key=Zoho-oauthtoken 1000.x#part").expect("a URL");
        assert_eq!(url.host(), "example.test");
        assert_eq!((url.port, url.is_tls()), (80, false));
        assert_eq!(url.path_and_query(), "/a%20b?key=Zoho-oauthtoken%201000.x");
        assert_eq!(url.origin(), "http://Example.test");
        let url = parse("https://user:word@[::1]:8443").expect("a URL");
        assert_eq!(
            (url.host(), url.port, url.path_and_query()),
            ("::1", 8443, "/")
        );
        assert_eq!(url.authority(), "[::1]:8443");
        for none in [
            "ftp://localhost/",
            "http:///path",
            "localhost/path",
            "http://127.0.0.1:8480/_tanzanite/jobs/run",
            "http://localhost:99999/",
        ] {
            assert!(parse(none).is_err(), "{none}");
        }
    }

    #[test]
    fn this_machine_is_notified_and_nobody_else_unless_named() {
        for (named, host, address, is_allowed) in [
            (&[][..], "localhost", "127.0.0.1:80", true),
            (&[], "rebound.test", "127.0.0.2:80", true),
            (&[], "::1", "[::1]:80", true),
            (&[], "mapped.test", "[::ffff:127.0.0.1]:80", true),
            (&[], "intranet", "10.0.0.1:80", false),
            (&[], "metadata", "169.254.169.254:80", false),
            (&[], "unspecified", "0.0.0.0:80", false),
            (&[], "mapped.test", "[::ffff:10.0.0.1]:80", false),
            (&["Hook.test"], "hook.test", "10.0.0.1:80", true),
            (&["hook.test"], "other.test", "10.0.0.1:80", false),
            (&["10.0.0.1"], "other.test", "10.0.0.1:80", true),
            (&["2001:0DB8::1"], "other.test", "[2001:db8::1]:80", true),
            (&[], "localhost", "127.0.0.1:8480", false),
        ] {
            let found = [address.parse().expect("an address")];
            let chosen = receivers(named, "127.0.0.1:8480").choose(host, &found);
            assert_eq!(chosen.is_ok(), is_allowed, "{named:?} {host} {address}");
        }
    }

    #[test]
    fn a_server_that_others_reach_notifies_this_machine_only_if_it_is_named() {
        let found = ["127.0.0.1:80".parse().expect("an address")];
        for (named, is_allowed) in [
            (&[][..], false),
            (&["localhost"], true),
            (&["127.0.0.1"], true),
        ] {
            let chosen = receivers(named, "0.0.0.0:8480").choose("localhost", &found);
            assert_eq!(chosen.is_ok(), is_allowed, "{named:?}");
        }
    }

    #[test]
    fn of_the_addresses_of_a_name_an_allowed_one_is_taken() {
        let found = ["10.0.0.1:80", "127.0.0.1:80"].map(|text| text.parse().expect("an address"));
        let chosen = receivers(&[], "127.0.0.1:8480").choose("both.test", &found);
        assert_eq!(chosen, Ok(found[1]));
    }
}
