//! The system's randomness, and what it is part of, where a command needs them without a server.

use crate::exit::{Exit, Failure, Outcome};
use std::sync::Arc;
use tanzanite_crm::{AuthMode, Context, Service};
use tanzanite_protocol::OrgId;
use tanzanite_server::now;

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
        limits: false,
    };
    Ok(Context {
        now: now(),
        entropy: entropy()?,
        service: Arc::new(service),
    })
}
