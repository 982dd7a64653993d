//! The text that a started server prints: its address, and for the demo two requests that work as pasted.

use crate::databases::{describe, is_memory};
use crate::exit::{Exit, Failure, Outcome};
use crate::seeding::Prepared;
use crate::settings::ServeSettings;
use crate::surroundings;
use std::fmt::Write;
use tanzanite_crm::operations::oauth::issue_access_token;
use tanzanite_crm::operator::{AuthorizationError, EVERY_SCOPE, administrator, authorization};
use tanzanite_crm::policy::Seen;
use tanzanite_crm::transaction::{RecordHead, RecordQuery};
use tanzanite_crm::{Metadata, StoreError, Transaction};
use tanzanite_protocol::{OrgId, RecordId};
use tanzanite_store::{AnyStore, Store};

/// Modules whose photos can be deleted, the best known first.
const MODULES: [&str; 3] = ["Leads", "Contacts", "Accounts"];
/// The administrator's token in the demo.
const DEMO_TOKEN: &str = "admin";
/// Records of a module that are searched.
const RECORDS_MAX: u32 = 50;

/// The data for the two requests.
#[derive(Debug, Default)]
struct Examples {
    /// Module and id of a record with a photo and without a lock.
    free: Option<(String, RecordId)>,
    /// Module and id of a locked record with a photo.
    locked: Option<(String, RecordId)>,
}

/// The text for a server at a base URL.
pub(crate) fn text(
    prepared: &Prepared,
    settings: &ServeSettings,
    base_url: &str,
) -> Outcome<String> {
    let database = &settings.database;
    let kept = if is_memory(database) {
        "in memory: gone when it ends".to_owned()
    } else {
        format!("kept in {}", describe(database))
    };
    let what = if prepared.launch.demo {
        "the demo"
    } else {
        "an organisation"
    };
    let mut text = format!("Tanzanite serves {what} at {base_url} ({kept}).\n");
    if prepared.launch.demo {
        let org = prepared.launch.default_org;
        let examples = examples(&prepared.store, org)?;
        let token = token(prepared)?;
        let requests = [
            ("Delete a photo:", examples.free),
            ("Be refused, because the record is locked:", examples.locked),
        ];
        for (title, record) in requests {
            let Some((module, id)) = record else { continue };
            let url = format!("{base_url}/crm/v8/{module}/{id}/photo");
            // Writing to a string cannot fail.
            let _ = write!(
                text,
                "\n{title}\n  curl -X DELETE {url} \\\n    \
                 -H 'Authorization: Zoho-oauthtoken {token}'\n"
            );
        }
    }
    let _ = write!(
        text,
        "\nWhat a client needs: tanzanite env --url {base_url}\n"
    );
    if settings.certificates.intercept {
        let _ = writeln!(
            text,
            "What one needs that asks the vendor's own hosts: tanzanite intercept env --url {base_url}"
        );
    }
    text.push_str("Stop with Ctrl-C.\n");
    Ok(text)
}

/// A valid token: the seed's if it was planted just now, otherwise a new one.
fn token(prepared: &Prepared) -> Outcome<String> {
    let seeds = prepared.launch.seed.as_ref().filter(|_| prepared.planted);
    let credentials = seeds.map(|package| package.seed().credentials());
    if let Some(token) = credentials
        .as_ref()
        .and_then(|known| known.token(DEMO_TOKEN))
    {
        return Ok(token.to_owned());
    }
    let org = prepared.launch.default_org;
    let context = surroundings::context(org)?;
    let job = move |tx: &mut dyn Transaction| {
        let user = administrator(org, tx)?.unwrap_or_default();
        let scopes = EVERY_SCOPE.map(str::to_owned);
        let authorization = authorization(org, &user, &scopes, "", tx)?;
        Ok::<_, AuthorizationError>(issue_access_token(&authorization, None, &context, tx)?)
    };
    prepared
        .store
        .write_blocking(job)
        .map_err(|error| Failure::new(Exit::CannotStart, error))
}

fn examples(store: &AnyStore, org: OrgId) -> Outcome<Examples> {
    let found = store.read_blocking(move |tx| find(org, tx));
    found.map_err(|error| Failure::new(Exit::CannotStart, error))
}

fn find(org: OrgId, tx: &mut dyn Transaction) -> Result<Examples, StoreError> {
    let mut examples = Examples::default();
    let Some(metadata) = tx.metadata(org)? else {
        return Ok(examples);
    };
    for module in MODULES.iter().filter_map(|name| metadata.module(name)) {
        let seen = Seen::bypassing_policy_as_operator(org, module.number);
        let query = RecordQuery::all(seen, RECORDS_MAX);
        let stops = locks_stop_administrators(&metadata, module.api_name.as_ref());
        for head in tx.records(&query)?.into_iter().map(|record| record.head) {
            let slot = match (&head.image, &head.lock) {
                (Some(_), None) => &mut examples.free,
                (Some(_), Some(_)) if stops => &mut examples.locked,
                _ => continue,
            };
            slot.get_or_insert_with(|| named(module.api_name.as_ref(), &head));
        }
    }
    Ok(examples)
}

fn named(module: &str, head: &RecordHead) -> (String, RecordId) {
    (module.to_owned(), head.id)
}

/// Whether a lock on a record of a module binds the first administrator.
fn locks_stop_administrators(metadata: &Metadata, module: &str) -> bool {
    let configuration = metadata
        .module(module)
        .and_then(|module| metadata.locking(module));
    let administrator = metadata
        .profiles()
        .iter()
        .find(|profile| profile.administrator);
    match (configuration, administrator) {
        (Some(configuration), Some(profile)) => {
            !configuration.excluded_profiles.contains(&profile.id)
        }
        _ => false,
    }
}
