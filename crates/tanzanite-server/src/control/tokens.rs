//! `POST /_tanzanite/tokens` and `/_tanzanite/grants`: tokens and codes without a browser.

use super::given::client;
use super::{Call, Refusal, parse};
use serde::Deserialize;
use serde_json::{Value, json};
use tanzanite_crm::Transaction;
use tanzanite_crm::operations::oauth::{issue_access_token, issue_code};
use tanzanite_crm::operator::authorization;
use tanzanite_protocol::limits;

const HINT: &str = r#"send {"user": "EMAIL", "scopes": ["ZohoCRM.modules.ALL"]}"#;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    user: String,
    scopes: Vec<String>,
}

pub(super) async fn issue_access(call: Call<'_>) -> Result<Value, Refusal> {
    let wanted: Wanted = parse(call.body, HINT)?;
    let Call {
        shared,
        org,
        context,
        ..
    } = call;
    let job = move |tx: &mut dyn Transaction| {
        let authorization =
            authorization(org, &wanted.user, &wanted.scopes, "", tx).map_err(refused)?;
        let token = issue_access_token(&authorization, None, &context, tx)?;
        Ok::<_, Refusal>(json!({
            "access_token": token,
            "expires_in": limits::ACCESS_TOKEN_LIFETIME.as_secs(),
            "scope": wanted.scopes.join(" "),
            "user": wanted.user,
        }))
    };
    shared.store.write(job).await
}

pub(super) async fn issue_grant(call: Call<'_>) -> Result<Value, Refusal> {
    let wanted: Wanted = parse(call.body, HINT)?;
    let mut known = call.shared.given.known(&call).await?;
    let candidates = known.candidates();
    let Call {
        shared,
        org,
        context,
        ..
    } = call;
    let job = move |tx: &mut dyn Transaction| {
        let client = client(&candidates, org, &context, tx)?;
        let authorization = authorization(org, &wanted.user, &wanted.scopes, &client.client_id, tx);
        let code = issue_code(&authorization.map_err(refused)?, &context, tx)?;
        Ok::<_, Refusal>((client, code))
    };
    let (client, code) = shared.store.write(job).await?;
    let answer = json!({
        "code": code,
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "expires_in": limits::GRANT_LIFETIME.as_secs(),
    });
    known.remember(client);
    Ok(answer)
}

pub(super) fn refused(error: tanzanite_crm::operator::AuthorizationError) -> Refusal {
    use tanzanite_crm::operator::AuthorizationError;
    match error {
        AuthorizationError::Store(error) => error.into(),
        refused => Refusal(
            400,
            refused.to_string(),
            "`tanzanite env` and the seed name users and scopes",
        ),
    }
}
