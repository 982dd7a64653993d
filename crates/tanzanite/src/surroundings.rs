//! The system's randomness, and the [`Context`] of a command that works on a store without a server.

use crate::exit::{Exit, Failure, Outcome};
use std::sync::Arc;
use tanzanite_crm::{AuthMode, Context, Service};
use tanzanite_protocol::OrgId;
use tanzanite_server::now;

/// 32 fresh random bytes.
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

/// The context of a command that works on a store itself.
pub(crate) fn context(org: OrgId) -> Outcome<Context> {
    let service = Service {
        public_url: String::new(),
        auth: AuthMode::Strict,
        default_org: org,
        limits: false,
    };
    Ok(Context {
        now: now(),
        entropy: entropy()?,
        service: Arc::new(service),
    })
}
