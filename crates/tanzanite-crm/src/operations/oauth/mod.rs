//! OAuth tokens: `/oauth/v2/token` and `/oauth/v2/token/revoke`.
//!
//! Errors have status 200 with `{"error": …}` (measured: published replies of the vendor's accounts server).

pub mod faults;
mod issue;
mod issue_token;
mod revoke_token;

pub use issue::{issue_access_token, issue_code, issue_refresh_token};
pub use issue_token::ISSUE_TOKEN;
pub use revoke_token::REVOKE_TOKEN;

use crate::context::token_digest;
use crate::secret::Digest;
use crate::transaction::{Authorization, Stored, Transaction};
use tanzanite_protocol::{OrgId, Request, RequestBody, form};

/// The organisation and client id of a request to an endpoint of this folder: those of the client that it names, or of
/// the token that it names.
pub fn client_of(
    request: &Request,
    body: &RequestBody,
    tx: &mut dyn Transaction,
) -> Stored<Option<(OrgId, String)>> {
    let fields = Fields::of(request, body);
    let (id, token) = (fields.get("client_id"), fields.get("token"));
    if !id.is_empty() {
        let client = tx.client(id)?;
        return Ok(client.map(|client| (client.org, client.id)));
    }
    if token.is_empty() {
        return Ok(None);
    }
    let found = find_token(&token_digest(token), tx)?;
    Ok(found.map(|(_, authorization)| (authorization.org, authorization.client)))
}

/// The kind of a token.
enum Kind {
    Access,
    Refresh,
}

/// A token of either kind, with its authorization.
fn find_token(digest: &Digest, tx: &mut dyn Transaction) -> Stored<Option<(Kind, Authorization)>> {
    if let Some(token) = tx.refresh_token(digest)? {
        return Ok(Some((Kind::Refresh, token.authorization)));
    }
    let token = tx.access_token(digest)?;
    Ok(token.map(|token| (Kind::Access, token.authorization.clone())))
}

/// The fields of a request, in any of the three encodings.
struct Fields(Vec<(String, String)>);

impl Fields {
    fn of(request: &Request, body: &RequestBody) -> Self {
        let nothing = bytes::Bytes::new();
        let body = match body {
            RequestBody::Whole(bytes) => bytes,
            RequestBody::TooLarge => &nothing,
        };
        let content_type = request.headers.content_type.as_deref();
        Self(form::fields(&request.query, content_type, body))
    }

    fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(found, _)| found == name)
            .map_or("", |(_, value)| value.trim())
    }
}
