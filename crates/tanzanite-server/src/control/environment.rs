//! `GET /_tanzanite/environment`: everything that a client needs.

use super::{Call, Refusal};
use serde_json::{Value, json};
use tanzanite_crm::Transaction;
use tanzanite_crm::context::token_digest;
use tanzanite_crm::oauth::{issue_access_token, issue_refresh_token};
use tanzanite_crm::operator::{EVERY_SCOPE, administrator, authorization, register_client};

/// A client and fresh tokens of the first administrator's. The client is the seed's, if this start knows its secret:
/// the store does not. Otherwise a new one.
pub(super) async fn describe(call: Call<'_>) -> Result<Value, Refusal> {
    let known = call.known_client().await?;
    let Call {
        shared,
        org,
        context,
        ..
    } = call;
    let url = shared.service.public_url.clone();
    let job = move |tx: &mut dyn Transaction| {
        let (id, secret) = match &known {
            Some(known) => known.clone(),
            None => register_client(org, &context, tx)?,
        };
        let user = administrator(org, tx)?.ok_or_else(|| {
            Refusal(
                409,
                "there is no active administrator".to_owned(),
                "add one to the seed",
            )
        })?;
        let scopes: Vec<String> = EVERY_SCOPE
            .iter()
            .map(|scope| (*scope).to_owned())
            .collect();
        let authorization = authorization(org, &user, &scopes, &id, tx)
            .map_err(|error| Refusal(409, error.to_string(), "look at the server's log"))?;
        let refresh = issue_refresh_token(&authorization, &context, tx)?;
        let access =
            issue_access_token(&authorization, Some(token_digest(&refresh)), &context, tx)?;
        Ok::<_, Refusal>(json!({
            "api_domain": url,
            "accounts_url": url,
            "client_id": id,
            "client_secret": secret,
            "refresh_token": refresh,
            "access_token": access,
            "user": user,
        }))
    };
    shared.store.write(job).await
}
