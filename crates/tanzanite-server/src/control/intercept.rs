//! `/_tanzanite/intercept`: the data that clients with hard-coded hosts need for interception, and the assignment of
//! hosts to organisations.

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

/// `GET /intercept`: the proxy's address, the certificate to trust, the hosts that it is valid for, and each host's
/// organisation.
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

/// `POST /intercept`: requests to these hosts without a token known here then belong to the organisation.
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
