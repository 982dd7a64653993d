//! `GET /_tanzanite/intercept`: what a client with hard-coded hosts needs to be intercepted.

use super::{Call, Refusal};
use crate::intercept;
use serde_json::{Value, json};

/// The proxy, the certificate that a client must trust, and for which hosts that is good.
pub(super) fn describe(call: &Call<'_>) -> Result<Value, Refusal> {
    let interceptor = call.shared.interceptor.as_ref().ok_or_else(|| {
        let error = "this server does not answer for the vendor's hosts".to_owned();
        Refusal(409, error, "start it with --intercept")
    })?;
    Ok(json!({
        "proxy": call.shared.service.public_url,
        "certificate": interceptor.authority().certificate_pem(),
        "hosts": intercept::hosts().collect::<Vec<_>>(),
    }))
}
