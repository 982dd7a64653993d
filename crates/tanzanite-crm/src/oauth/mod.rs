//! OAuth: where tokens come from. `/oauth/v2/token` and `/oauth/v2/token/revoke`.
//!
//! Errors are HTTP 200 with `{"error": …}` (facts §3, measured).

mod issue;
mod issue_token;
mod revoke_token;

pub use issue::{issue_access_token, issue_code, issue_refresh_token};
pub use issue_token::IssueToken;
pub use revoke_token::RevokeToken;

use crate::endpoint::PublicCall;
use tanzanite_protocol::{RequestBody, form};

/// The fields of a request, in whichever of the three encodings they came.
struct Fields(Vec<(String, String)>);

impl Fields {
    fn of(call: &PublicCall<'_>) -> Self {
        let nothing = bytes::Bytes::new();
        let body = match call.body {
            RequestBody::Whole(bytes) => bytes,
            RequestBody::TooLarge => &nothing,
        };
        let content_type = call.request.headers.content_type.as_deref();
        Self(form::fields(&call.request.query, content_type, body))
    }

    fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(found, _)| found == name)
            .map_or("", |(_, value)| value.trim())
    }
}
