//! The clock and the system's randomness, where a command needs them without a server.

use crate::exit::{Exit, Failure, Outcome};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use tanzanite_crm::{AuthMode, Context, Service};
use tanzanite_protocol::{OrgId, Timestamp};

/// Now.
#[expect(
    clippy::disallowed_methods,
    reason = "the binary's one place that reads the clock"
)]
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// 32 bytes that nobody has had before.
pub(crate) fn entropy() -> Outcome<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| {
        Failure::new(
            Exit::Failed,
            format!("the system gives no randomness: {error}"),
        )
    })?;
    Ok(bytes)
}

/// What a command does something in the light of when it works on a store itself.
pub(crate) fn context(org: OrgId) -> Outcome<Context> {
    let service = Service {
        public_url: String::new(),
        auth: AuthMode::Strict,
        default_org: org,
    };
    Ok(Context {
        now: now(),
        entropy: entropy()?,
        service: Arc::new(service),
    })
}
