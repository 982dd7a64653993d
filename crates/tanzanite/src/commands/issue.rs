//! `tanzanite token issue` and `tanzanite grant issue`: from a running server, or on a data folder
//! that none uses.

use crate::arguments::IssueArguments;
use crate::control::Control;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{answer, answer_json};
use crate::seeding::open;
use crate::settings;
use crate::surroundings;
use serde_json::{Value, json};
use std::path::Path;
use tanzanite_crm::oauth::{issue_access_token, issue_code};
use tanzanite_crm::operator::{AuthorizationError, authorization, register_client};
use tanzanite_crm::{Context, Transaction};
use tanzanite_protocol::{OrgId, limits};
use tanzanite_store::Place;

/// Makes an access token.
pub(crate) fn issue_token(arguments: &IssueArguments) -> Outcome {
    issue(arguments, "tokens", "access_token", token_here)
}

/// Makes a code.
pub(crate) fn issue_grant(arguments: &IssueArguments) -> Outcome {
    issue(arguments, "grants", "code", code_here)
}

/// What is asked for, of which organisation, in the light of what.
struct Wanted {
    org: OrgId,
    user: String,
    scopes: Vec<String>,
    context: Context,
}

type Here = fn(&Wanted, &mut dyn Transaction) -> Result<Value, AuthorizationError>;

fn issue(arguments: &IssueArguments, what: &str, key: &str, here: Here) -> Outcome {
    let issued = if let Some(folder) = &arguments.data {
        on_folder(folder, arguments, here)?
    } else {
        let url = settings::resolve(&arguments.settings)?.url()?;
        Control::new(url).issue(what, &arguments.user, &arguments.scopes)?
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

fn on_folder(folder: &Path, arguments: &IssueArguments, here: Here) -> Outcome<Value> {
    if !folder.is_dir() {
        let failure = Failure::new(
            Exit::Failed,
            format!("there is no data folder {}", folder.display()),
        );
        return Err(failure.hint("`tanzanite serve --data DIR --seed SEED` makes one"));
    }
    let opened = open(&Place::Folder(folder.to_owned()))?;
    let [org, ..] = opened.organisations()?[..] else {
        let failure = Failure::new(
            Exit::Failed,
            format!("{} holds no organisation", folder.display()),
        );
        return Err(failure.hint("`tanzanite serve --data DIR --seed SEED` fills it"));
    };
    let wanted = Wanted {
        org,
        user: arguments.user.clone(),
        scopes: arguments.scopes.clone(),
        context: surroundings::context(org)?,
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

/// The store does not know a client's secret, so the code is a new client's.
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
