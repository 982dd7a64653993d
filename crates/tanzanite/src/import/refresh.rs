//! Gets a new access token when the old one expires during an import. This is the only POST of an import, and it goes
//! to the accounts server.

use crate::exit::{Exit, Failure, Outcome};
use serde_json::Value;
use ureq::Agent;

/// The data needed to use a refresh token.
pub(super) struct Refresh {
    pub(super) accounts_url: String,
    pub(super) client_id: String,
    pub(super) client_secret: String,
    pub(super) token: String,
}

impl Refresh {
    /// Gets a new access token.
    pub(super) fn access_token(&self, agent: &Agent) -> Outcome<String> {
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", &self.client_id),
            ("client_secret", &self.client_secret),
            ("refresh_token", &self.token),
        ];
        let response = agent
            .post(format!("{}/oauth/v2/token", self.accounts_url))
            .send_form(form);
        let mut response = response.map_err(|error| {
            let message = format!("{} gives no answer", self.accounts_url);
            Failure::caused(Exit::Unreachable, message, &error)
        })?;
        // The accounts server sends refusals with status 200 too.
        let text = response.body_mut().read_to_string().unwrap_or_default();
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        let said = |key: &str| body.get(key).and_then(Value::as_str);
        said("access_token").map(ToOwned::to_owned).ok_or_else(|| {
            let why = said("error").unwrap_or("no token in the answer");
            let message = format!("{} gives no new token: {why}", self.accounts_url);
            Failure::new(Exit::Refused, message)
        })
    }
}
