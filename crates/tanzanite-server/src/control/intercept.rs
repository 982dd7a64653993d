//! `/_tanzanite/intercept`: what a client with hard-coded hosts needs to be intercepted, and hosts given to an organisation.

use super::{Call, Refusal, parse};
use crate::intercept::{self, Interceptor};
use serde::Deserialize;
use serde_json::{Map, Value, json};

const HINT: &str = r#"send {"hosts": ["www.zohoapis.eu"]}, with ?org=ZGID for another organisation than the server's own"#;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    hosts: Vec<String>,
}

/// `GET /intercept`: the proxy, the certificate that a client must trust, for which hosts that is good, and whose they are.
pub(super) fn describe(call: &Call<'_>) -> Result<Value, Refusal> {
    let interceptor = interceptor(call)?;
    let given = interceptor.given(call.shared.launch.default_org);
    let given: Map<_, _> = given
        .map(|(host, org)| (host.to_owned(), org.to_string().into()))
        .collect();
    Ok(json!({
        "proxy": call.shared.service.public_url,
        "certificate": interceptor.authority().certificate_pem(),
        "hosts": intercept::hosts().collect::<Vec<_>>(),
        "organisations": given,
    }))
}

/// `POST /intercept`: who asks these hosts without a token of ours is of the organisation.
pub(super) fn give(call: &Call<'_>) -> Result<Value, Refusal> {
    let Wanted { hosts } = parse(call.body, HINT)?;
    interceptor(call)?.give(&hosts, call.org).map_err(|name| {
        let error = format!("{name} is no host of the vendor's");
        Refusal(400, error, "GET /_tanzanite/intercept lists them")
    })?;
    describe(call)
}

fn interceptor<'a>(call: &Call<'a>) -> Result<&'a Interceptor, Refusal> {
    call.shared.interceptor.as_ref().ok_or_else(|| {
        let error = "this server does not answer for the vendor's hosts".to_owned();
        Refusal(409, error, "start it with --intercept")
    })
}
