//! `tanzanite token issue` and `tanzanite grant issue`: from a running server, on a data folder that no server uses, or
//! on a database.

use crate::arguments::IssueArguments;
use crate::control::Control;
use crate::databases::{database, describe};
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{answer, answer_json};
use crate::seeding::open_existing;
use crate::surroundings;
use serde_json::{Value, json};
use tanzanite_crm::operations::oauth::{issue_access_token, issue_code};
use tanzanite_crm::operator::{AuthorizationError, authorization, register_client};
use tanzanite_crm::{Context, Transaction};
use tanzanite_protocol::{OrgId, limits};
use tanzanite_store::{Database, Place, Store};

/// Issues an access token.
pub(crate) fn issue_token(arguments: &IssueArguments) -> Outcome {
    issue(arguments, "tokens", "access_token", token_here)
}

/// Issues a code.
pub(crate) fn issue_grant(arguments: &IssueArguments) -> Outcome {
    issue(arguments, "grants", "code", code_here)
}

/// The request for a token or code, and the context in which it is issued.
struct Wanted {
    org: OrgId,
    user: String,
    scopes: Vec<String>,
    context: Context,
}

type Here = fn(&Wanted, &mut dyn Transaction) -> Result<Value, AuthorizationError>;

fn issue(arguments: &IssueArguments, what: &str, key: &str, here: Here) -> Outcome {
    let issued = if let Some(database) = chosen(arguments)? {
        on_store(&database, arguments, here)?
    } else {
        Control::of(&arguments.settings)?.issue(what, &arguments.user, &arguments.scopes)?
    };
    if arguments.json {
        answer_json(&issued)?;
    } else {
        let text = issued.get(key).and_then(Value::as_str);
        let text =
            text.ok_or_else(|| Failure::new(Exit::Refused, format!("the answer has no {key}")))?;
        answer(&format!("{text}\n"))?;
    }
    Ok(Exit::Ok)
}

/// The store to work on, or `None` for a running server.
fn chosen(arguments: &IssueArguments) -> Outcome<Option<Database>> {
    if let Some(folder) = &arguments.data {
        return Ok(Some(Database::Sqlite(Place::Folder(folder.clone()))));
    }
    let Some(url) = &arguments.database else {
        return Ok(None);
    };
    // Tokens are rows, so the place of the photos does not matter.
    database(url, None, [])
        .map(Some)
        .map_err(|what| Failure::new(Exit::Usage, format!("--database: {what}")))
}

fn on_store(database: &Database, arguments: &IssueArguments, here: Here) -> Outcome<Value> {
    let opened = open_existing(database)?;
    let Some(held) = opened.held()? else {
        let message = format!("{} holds no organisation", describe(database));
        let failure = Failure::new(Exit::Failed, message);
        return Err(failure.hint("`tanzanite serve` with --seed SEED fills it"));
    };
    let wanted = Wanted {
        org: held.org,
        user: arguments.user.clone(),
        scopes: arguments.scopes.clone(),
        context: surroundings::context(held.org)?,
    };
    let issued = opened.store().write_blocking(move |tx| here(&wanted, tx));
    issued.map_err(|error| {
        let exit = if matches!(error, AuthorizationError::Store(_)) {
            Exit::Failed
        } else {
            Exit::Refused
        };
        Failure::new(exit, error)
    })
}

fn token_here(wanted: &Wanted, tx: &mut dyn Transaction) -> Result<Value, AuthorizationError> {
    let authorization = authorization(wanted.org, &wanted.user, &wanted.scopes, "", tx)?;
    let token = issue_access_token(&authorization, None, &wanted.context, tx)?;
    Ok(json!({
        "access_token": token,
        "expires_in": limits::ACCESS_TOKEN_LIFETIME.as_secs(),
        "scope": wanted.scopes.join(" "),
        "user": wanted.user,
    }))
}

/// Issues a code for a new client, since the store does not know the secrets of existing ones.
fn code_here(wanted: &Wanted, tx: &mut dyn Transaction) -> Result<Value, AuthorizationError> {
    let (id, secret) = register_client(wanted.org, &wanted.context, tx)?;
    let authorization = authorization(wanted.org, &wanted.user, &wanted.scopes, &id, tx)?;
    let code = issue_code(&authorization, &wanted.context, tx)?;
    Ok(json!({
        "code": code,
        "client_id": id,
        "client_secret": secret,
        "expires_in": limits::GRANT_LIFETIME.as_secs(),
    }))
}
