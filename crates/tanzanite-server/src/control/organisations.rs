//! `/_tanzanite/organisations`: organisations side by side, for example one for each test. Each has its own ids,
//! clients, tokens, clock, fault injection rules and journal.

use super::{Call, Refusal, parse};
use crate::Shared;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use tanzanite_crm::Transaction;
use tanzanite_crm::name::Name;
use tanzanite_protocol::OrgId;
use tanzanite_seed::{Credentials, Seed, SeedApplyError, SeedError, SeedPackage};
use tokio::task::spawn_blocking;

const HINT: &str = r#"send {"name": "test-1"}, with "replace": true if one of the name may be there, and with "seed": TOML and "pictures": {NAME: BASE64} if it is another seed than the server's"#;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    name: String,
    /// Whether an organisation with the same name is replaced.
    #[serde(default)]
    replace: bool,
    /// The text of a seed, if not the server's own is wanted.
    seed: Option<String>,
    /// Its pictures by their names, in Base64.
    #[serde(default)]
    pictures: HashMap<String, String>,
}

/// `GET /organisations`.
pub(super) async fn list(call: Call<'_>) -> Result<Value, Refusal> {
    let default = call.shared.launch.default_org;
    let job = move |tx: &mut dyn Transaction| {
        let mut listed = Vec::new();
        for org in tx.organisations()? {
            let Some(metadata) = tx.metadata(org)? else {
                continue;
            };
            let origin = metadata.origin();
            listed.push(json!({
                "org": org.to_string(),
                "name": origin.and_then(|origin| origin.name.as_deref()),
                "company_name": metadata.organisation().company_name,
                "default": org == default,
                "seed": origin.map(|origin| &origin.fingerprint),
            }));
        }
        Ok::<_, Refusal>(json!({ "organisations": listed }))
    };
    call.shared.store.read(job).await
}

/// `POST /organisations`: makes an organisation from the server's seed or a given one; answers with all that a client
/// needs.
pub(super) async fn create(call: Call<'_>) -> Result<Value, Refusal> {
    let wanted: Wanted = parse(call.body, HINT)?;
    let name: Name = wanted
        .name
        .parse()
        .map_err(|error| Refusal(400, format!("{:?} is no name: {error}", wanted.name), HINT))?;
    let shown = name.to_string();
    let replace = wanted.replace;
    let own = call.shared.launch.seed.clone();
    // Reading a seed takes too long for an asynchronous thread.
    let package = spawn_blocking(move || package(wanted, own, &name));
    let package = package
        .await
        .map_err(|_| Refusal(500, "the seed could not be read".to_owned(), HINT))??;
    let (org, credentials) = (package.seed().org_id(), package.seed().credentials());
    refuse_the_default(call.shared, org)?;
    let is_demo = package.seed().is_demo();
    if is_demo && !call.shared.may_be_public {
        let error = "others can reach this server, and everybody knows the demo's credentials";
        let hint =
            "send a seed of your own (`tanzanite init` writes one), or start with --insecure";
        return Err(Refusal(409, error.to_owned(), hint));
    }
    let now = call.context.now;
    let job = move |tx: &mut dyn Transaction| {
        if tx.metadata(org)?.is_some() && !(replace && tx.remove_organisation(org)?) {
            let error = format!("there is an organisation of the name, {org}");
            return Err(Refusal(
                409,
                error,
                r#"take another name, or send "replace": true"#,
            ));
        }
        package.apply(now, tx).map_err(|error| match error {
            SeedApplyError::Seed(error) => unusable(&error),
            SeedApplyError::Store(error) => error.into(),
        })
    };
    call.shared.store.write(job).await?;
    if is_demo {
        call.shared.has_public_tokens.store(true, Ordering::Relaxed);
    }
    call.shared.forget(org);
    call.shared.given.forget(org).await;
    Ok(described(call.shared, org, &shown, &credentials))
}

/// `DELETE /organisations?org=ZGID`.
pub(super) async fn remove(call: Call<'_>) -> Result<Value, Refusal> {
    let org = call.org;
    refuse_the_default(call.shared, org)?;
    let job = move |tx: &mut dyn Transaction| Ok::<_, Refusal>(tx.remove_organisation(org)?);
    let removed = call.shared.store.write(job).await?;
    call.shared.forget(org);
    call.shared.given.forget(org).await;
    Ok(json!({ "removed": removed, "org": org.to_string() }))
}

fn refuse_the_default(shared: &Shared, org: OrgId) -> Result<(), Refusal> {
    if org == shared.launch.default_org {
        let error = format!("{org} is the organisation that the server was started for");
        let hint = "name another with ?org=ZGID; POST /_tanzanite/reset makes this one what it was";
        return Err(Refusal(409, error, hint));
    }
    Ok(())
}

fn package(wanted: Wanted, own: Option<SeedPackage>, name: &Name) -> Result<SeedPackage, Refusal> {
    let package = match wanted.seed {
        None => own.ok_or_else(|| {
            let error = "this start does not know the seed that its organisation was made from";
            Refusal(
                409,
                error.to_owned(),
                r#"start with --seed, or send a "seed""#,
            )
        })?,
        Some(text) => {
            let mut pictures = HashMap::new();
            for (name, text) in &wanted.pictures {
                let bytes = STANDARD.decode(text).map_err(|error| {
                    let error = format!("the picture {name:?} is not in Base64: {error}");
                    Refusal(400, error, HINT)
                })?;
                pictures.insert(name.as_str(), bytes::Bytes::from(bytes));
            }
            let seed = Seed::parse("seed", &text).map_err(|error| unusable(&error))?;
            SeedPackage::new(seed, |name| {
                let picture = pictures.get(name).cloned();
                picture.ok_or_else(|| r#"it is not among the "pictures""#.to_owned())
            })
        }
    };
    package.named(name).map_err(|error| unusable(&error))
}

fn unusable(error: &SeedError) -> Refusal {
    let hint = "`tanzanite check` says what is wrong with a seed, and `tanzanite init` writes one";
    Refusal(400, error.to_string(), hint)
}

/// The credentials as `POST /environment` gives them, and those that the seed names.
fn described(shared: &Shared, org: OrgId, name: &str, credentials: &Credentials) -> Value {
    let url = &shared.service.public_url;
    let head = [
        ("org", org.to_string()),
        ("name", name.to_owned()),
        ("api_domain", url.clone()),
        ("accounts_url", url.clone()),
    ];
    let head = head.map(|(key, text)| (key.to_owned(), text.into()));
    Value::Object(head.into_iter().chain(credentials.described()).collect())
}
