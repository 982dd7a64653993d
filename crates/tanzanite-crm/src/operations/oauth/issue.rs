//! Issues codes and tokens. Their texts go into the reply; the store keeps digests.

use crate::context::{Context, token_digest};
use crate::secret::Digest;
use crate::transaction::{
    AccessToken, Authorization, GrantCode, RefreshToken, Stored, Transaction,
};
use tanzanite_protocol::limits;

/// Issues a code for an authorization; it is valid for three minutes and can be used once.
pub fn issue_code(
    authorization: &Authorization,
    context: &Context,
    tx: &mut dyn Transaction,
) -> Stored<String> {
    let text = context.random_token("code");
    let now = context.now_of(authorization.org, tx)?;
    let expires = now.after(limits::GRANT_LIFETIME);
    tx.put_grant_code(
        &token_digest(&text),
        &GrantCode {
            authorization: authorization.clone(),
            expires,
        },
        now,
    )?;
    Ok(text)
}

/// Issues a refresh token. If there are too many, the oldest is revoked, except for those of the seed: a test suite
/// starts with these, however many codes it has exchanged.
pub fn issue_refresh_token(
    authorization: &Authorization,
    context: &Context,
    tx: &mut dyn Transaction,
) -> Stored<String> {
    let text = context.random_token("refresh token");
    let metadata = tx.metadata(authorization.org)?;
    let origin = metadata.as_ref().and_then(|metadata| metadata.origin());
    let spared = origin.map_or(&[][..], |origin| &origin.refresh_tokens);
    let token = RefreshToken {
        authorization: authorization.clone(),
        created: context.now_of(authorization.org, tx)?,
    };
    tx.put_refresh_token(
        &token_digest(&text),
        &token,
        limits::REFRESH_TOKENS_PER_USER_AND_CLIENT_MAX,
        spared,
    )?;
    Ok(text)
}

/// Issues an access token, valid for an hour. If its refresh token has too many, the oldest is revoked.
pub fn issue_access_token(
    authorization: &Authorization,
    refresh: Option<Digest>,
    context: &Context,
    tx: &mut dyn Transaction,
) -> Stored<String> {
    let text = context.random_token("access token");
    let now = context.now_of(authorization.org, tx)?;
    let token = AccessToken {
        authorization: authorization.clone(),
        refresh,
        created: now,
        expires: now.after(limits::ACCESS_TOKEN_LIFETIME),
    };
    tx.put_access_token(
        &token_digest(&text),
        &token,
        limits::ACCESS_TOKENS_PER_REFRESH_TOKEN_MAX,
    )?;
    Ok(text)
}
