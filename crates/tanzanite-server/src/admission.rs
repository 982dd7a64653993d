//! Decides which senders are answered at all: by the host name that a request asks for, by whether a foreign web page
//! sent it, and by who may use the control API.
//!
//! A browser lets every page send requests to this machine, and a page whose host name its author pointed at this
//! machine may even read the answers (DNS rebinding). Tokens do not prevent that where they are public or not checked.
//! Nothing here decides about the CRM. `tests/it/admission.txt` is the resulting table.

use crate::Shared;
use crate::control::{Refusal, is_control, is_health};
use crate::names::{self, Name};
use crate::way::Way;
use http::HeaderMap;
use http::header::{AUTHORIZATION, FORWARDED, HeaderName, ORIGIN, REFERER, VIA};
use http::request::Parts;
use std::sync::atomic::Ordering;
use tanzanite_crm::AuthMode;
use tanzanite_crm::secret::Digest;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const X_REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");
/// Requests below this path show a token. All other paths are closed to foreign pages.
const API: &str = "/crm/";

const HERE: &str = "use the tanzanite command on the machine that the server runs on, or start it with a control token";

/// Refuses a sender that this server does not answer.
pub(crate) fn admit(shared: &Shared, way: &Way, head: &Parts) -> Result<(), Refusal> {
    let path = head.uri.path();
    let authority = names::authority(head);
    let name = match way.host {
        Some(_) => Name::Vendor,
        None => Name::of(shared, authority),
    };
    let is_control = way.host.is_none() && is_control(path);
    // Health probes, and callers that must show the control token, may use any host name.
    let by_any_name = is_control && (is_health(head) || shared.control_token.is_some());
    if shared.is_local && name == Name::Foreign && !by_any_name {
        return Err(Refusal(
            403,
            format!("{authority:?} is not a name of this server"),
            "ask it by 127.0.0.1 or localhost, or give it the name with --public-url",
        ));
    }
    if (!path.starts_with(API) || has_open_tokens(shared))
        && let Some(foreign) = foreign_page(shared, way, head, name)
    {
        return Err(Refusal(
            403,
            format!("a page of another site asks, as {foreign} says"),
            "serve a seed of your own (`tanzanite init`) and look at its tokens, and pages may use the API; never what is beside it",
        ));
    }
    if is_control && !is_health(head) {
        return admit_operator(shared, way, head, name);
    }
    Ok(())
}

/// Whether valid tokens are public knowledge, or tokens are not checked at all.
fn has_open_tokens(shared: &Shared) -> bool {
    shared.service.auth != AuthMode::Strict || shared.has_public_tokens.load(Ordering::Relaxed)
}

/// The header in which a browser says that a page of another origin sent the request.
fn foreign_page(shared: &Shared, way: &Way, head: &Parts, name: Name) -> Option<&'static str> {
    let own = || match (&way.host, name) {
        (Some(host), _) => host.origin.to_string(),
        (None, Name::Public) => shared.service.public_url.clone(),
        (None, _) => format!("{}://{}", shared.scheme, names::authority(head)),
    };
    let is_own = |value: &str| {
        let (own, value) = (own(), value.to_ascii_lowercase());
        let rest = value.strip_prefix(&own.to_ascii_lowercase());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let all = |name: &HeaderName, is_fine: &dyn Fn(&str) -> bool| {
        let mut values = head.headers.get_all(name).iter();
        values.all(|value| value.to_str().is_ok_and(is_fine))
    };
    let is_here = |value: &str| matches!(value, "none" | "same-origin");
    if !all(&SEC_FETCH_SITE, &is_here) {
        Some("Sec-Fetch-Site")
    } else if !all(&ORIGIN, &is_own) {
        Some("Origin")
    } else if !all(&REFERER, &is_own) {
        Some("Referer")
    } else {
        None
    }
}

/// Admits holders of the control token; if none is configured, programs on this machine.
fn admit_operator(shared: &Shared, way: &Way, head: &Parts, name: Name) -> Result<(), Refusal> {
    let Some(token) = shared.control_token else {
        return admit_neighbour(way, head, name);
    };
    let shown = head
        .headers
        .get(AUTHORIZATION)
        .and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
    if shown.is_some_and(|shown| Digest::of(shown) == token) {
        Ok(())
    } else {
        Err(Refusal(
            401,
            "this is not the control token".to_owned(),
            "send Authorization: Bearer TOKEN; the command takes it from TANZANITE_CONTROL_TOKEN",
        ))
    }
}

/// Admits a program on this machine that asks for itself. A public host name or a forwarding proxy may stand for
/// anybody.
fn admit_neighbour(way: &Way, head: &Parts, name: Name) -> Result<(), Refusal> {
    let refused = |error: String| Err(Refusal(403, error, HERE));
    if !way.peer.ip().to_canonical().is_loopback() {
        return refused("the control API answers only this machine".to_owned());
    }
    if name != Name::Loopback {
        let authority = names::authority(head);
        return refused(format!("{authority:?} is not a name of this machine"));
    }
    match forwarding(&head.headers) {
        Some(header) => refused(format!("a proxy asks for somebody, as {header} says")),
        None => Ok(()),
    }
}

/// The header in which a proxy says that it forwards somebody else's request.
fn forwarding(headers: &HeaderMap) -> Option<&HeaderName> {
    let says_so = |name: &&HeaderName| {
        [FORWARDED, VIA, X_REAL_IP].contains(name) || name.as_str().starts_with("x-forwarded-")
    };
    headers.keys().find(says_so)
}
