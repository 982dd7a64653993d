//! `POST /_tanzanite/environment`: all that a client needs. Repeated calls give the same credentials while these are
//! valid.

use super::given::{Credential, client};
use super::{Call, Refusal};
use serde_json::{Value, json};
use tanzanite_crm::context::token_digest;
use tanzanite_crm::operations::oauth::{issue_access_token, issue_refresh_token};
use tanzanite_crm::operator::{EVERY_SCOPE, administrator, authorization};
use tanzanite_crm::secret::Digest;
use tanzanite_crm::transaction::{Authorization, Stored};
use tanzanite_crm::{Context, Transaction};
use tanzanite_protocol::OrgId;

/// A client and tokens of the first administrator: earlier ones, or the seed's, if they are still valid, and otherwise
/// new ones.
pub(super) async fn describe(call: Call<'_>) -> Result<Value, Refusal> {
    let mut known = call.shared.given.known(&call).await?;
    let candidates = known.candidates();
    let Call {
        shared,
        org,
        context,
        ..
    } = call;
    let job = move |tx: &mut dyn Transaction| give(org, &candidates, &context, tx);
    let (credential, user) = shared.store.write(job).await?;
    known.remember(credential.clone());
    let url = &shared.service.public_url;
    Ok(json!({
        "api_domain": url,
        "accounts_url": url,
        "client_id": credential.client_id,
        "client_secret": credential.client_secret,
        "refresh_token": credential.refresh_token,
        "access_token": credential.access_token,
        "user": user,
    }))
}

/// The credentials, and the administrator's email.
fn give(
    org: OrgId,
    candidates: &[Credential],
    context: &Context,
    tx: &mut dyn Transaction,
) -> Result<(Credential, String), Refusal> {
    let user = administrator(org, tx)?.ok_or_else(|| {
        let error = "there is no active administrator".to_owned();
        Refusal(409, error, "add one to the seed")
    })?;
    let client = client(candidates, org, context, tx)?;
    let scopes = EVERY_SCOPE.map(str::to_owned);
    let wanted = authorization(org, &user, &scopes, &client.client_id, tx)
        .map_err(|error| Refusal(409, error.to_string(), "look at the server's log"))?;
    let texts = |of: fn(&Credential) -> Option<&String>| candidates.iter().filter_map(of);
    let refresh = living(
        texts(|known| known.refresh_token.as_ref()),
        |digest| Ok(tx.refresh_token(digest)?.map(|token| token.authorization)),
        &wanted,
    )?;
    let refresh = match refresh {
        Some(text) => text,
        None => issue_refresh_token(&wanted, context, tx)?,
    };
    let from = token_digest(&refresh);
    let now = context.now_of(org, tx)?;
    let access = living(
        texts(|known| known.access_token.as_ref()),
        |digest| {
            let token = tx.access_token(digest)?;
            let token = token.filter(|token| token.expires > now && token.refresh == Some(from));
            Ok(token.map(|token| token.authorization.clone()))
        },
        &wanted,
    )?;
    let access = match access {
        Some(text) => text,
        None => issue_access_token(&wanted, Some(from), context, tx)?,
    };
    let given = Credential {
        refresh_token: Some(refresh),
        access_token: Some(access),
        ..client
    };
    Ok((given, user))
}

/// The first of the texts that is a token of this user and client and has all wanted scopes.
fn living<'a>(
    texts: impl Iterator<Item = &'a String>,
    mut find: impl FnMut(&Digest) -> Stored<Option<Authorization>>,
    wanted: &Authorization,
) -> Result<Option<String>, Refusal> {
    for text in texts {
        let Some(found) = find(&token_digest(text))? else {
            continue;
        };
        let scopes = wanted.scopes.iter();
        if (found.org, &found.client, found.user) == (wanted.org, &wanted.client, wanted.user)
            && scopes.into_iter().all(|scope| found.scopes.contains(scope))
        {
            return Ok(Some(text.clone()));
        }
    }
    Ok(None)
}
