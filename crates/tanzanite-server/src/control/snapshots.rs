//! `/_tanzanite/snapshots` and `/_tanzanite/reset`: states of an organisation, kept, compared and restored.

use super::{Call, Refusal, parse};
use serde::Deserialize;
use serde_json::{Value, json};
use tanzanite_crm::Transaction;
use tanzanite_crm::name::Name;
use tanzanite_crm::operator::changes;
use tanzanite_protocol::limits;
use tanzanite_seed::SEED_SNAPSHOT;

const HINT: &str = r#"send {"name": "before-the-import"}"#;
const LIST: &str = "GET /_tanzanite/snapshots lists them";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    name: String,
}

/// `GET /snapshots`.
pub(super) async fn list(call: Call<'_>) -> Result<Value, Refusal> {
    let org = call.org;
    let job = move |tx: &mut dyn Transaction| {
        let snapshots = tx
            .snapshots(org)?
            .into_iter()
            .map(|snapshot| json!({ "name": snapshot.name, "taken": snapshot.taken.render_utc() }));
        Ok::<_, Refusal>(json!({ "snapshots": snapshots.collect::<Vec<_>>() }))
    };
    call.shared.store.read(job).await
}

/// `POST /snapshots`: keeps the present state, replacing a snapshot with the same name.
pub(super) async fn take(call: Call<'_>) -> Result<Value, Refusal> {
    let wanted: Wanted = parse(call.body, HINT)?;
    let name = own_name(&wanted.name)?;
    let (org, now) = (call.org, call.context.now);
    let job = move |tx: &mut dyn Transaction| {
        let snapshots = tx.snapshots(org)?;
        let is_new = !snapshots
            .iter()
            .any(|snapshot| snapshot.name == name.as_ref());
        if is_new && snapshots.len() >= limits::SNAPSHOTS_MAX {
            let error = format!("there are {} snapshots, as many as can be", snapshots.len());
            return Err(Refusal(
                409,
                error,
                "remove one: DELETE /_tanzanite/snapshots/NAME",
            ));
        }
        tx.take_snapshot(org, name.as_ref(), now)?;
        Ok(json!({ "name": name.as_ref(), "taken": now.render_utc() }))
    };
    call.shared.store.write(job).await
}

/// `DELETE /snapshots/NAME`.
pub(super) async fn remove(call: Call<'_>, name: &str) -> Result<Value, Refusal> {
    let name = own_name(name)?;
    let org = call.org;
    let job = move |tx: &mut dyn Transaction| {
        if tx.remove_snapshot(org, name.as_ref())? {
            Ok(json!({ "removed": name.as_ref() }))
        } else {
            Err(unknown(name.as_ref()))
        }
    };
    call.shared.store.write(job).await
}

/// `POST /snapshots/NAME/restore`.
pub(super) async fn restore(call: Call<'_>, name: &str) -> Result<Value, Refusal> {
    let (org, name) = (call.org, name.to_owned());
    let job = move |tx: &mut dyn Transaction| {
        if tx.restore_snapshot(org, &name)? {
            Ok(json!({ "restored": name }))
        } else {
            Err(unknown(&name))
        }
    };
    call.shared.store.write(job).await
}

/// `POST /reset`: restores the state that the seed made, and drops what this process keeps in memory of the
/// organisation.
pub(super) async fn reset(call: Call<'_>) -> Result<Value, Refusal> {
    let (shared, org) = (call.shared, call.org);
    let restored = restore(call, SEED_SNAPSHOT).await?;
    shared.forget(org);
    Ok(restored)
}

/// `GET /snapshots/NAME/diff`: the changes of records since the snapshot, in pages by `limit` and by `after` from the
/// previous answer.
pub(super) async fn differences(call: Call<'_>, name: &str) -> Result<Value, Refusal> {
    let (mut limit, mut after) = (limits::DIFFERENCES_MAX, (0, 0));
    for (key, value) in form_urlencoded::parse(call.query.as_bytes()) {
        let wrong = || {
            let hint = "limit is a number, and after is the `next` of the answer before";
            Refusal(400, format!("{key}={value} is not understood"), hint)
        };
        match key.as_ref() {
            super::ORG => {}
            "limit" => {
                let wanted = value.parse().ok().filter(|limit| *limit > 0);
                limit = limits::DIFFERENCES_MAX.min(wanted.ok_or_else(wrong)?);
            }
            "after" => {
                let place = value.split_once('-').and_then(|(module, record)| {
                    Some((module.parse().ok()?, record.parse().ok()?))
                });
                after = place.ok_or_else(wrong)?;
            }
            _ => return Err(wrong()),
        }
    }
    let (org, name) = (call.org, name.to_owned());
    let job = move |tx: &mut dyn Transaction| {
        let page = changes(org, &name, after, limit, tx)?.ok_or_else(|| unknown(&name))?;
        let next = page
            .next
            .map(|(module, record)| format!("{module}-{record}"));
        Ok::<_, Refusal>(json!({ "changes": page.changes, "next": next }))
    };
    call.shared.store.read(job).await
}

/// A name other than that of the seed's snapshot, which cannot be changed.
fn own_name(text: &str) -> Result<Name, Refusal> {
    let name: Name = text
        .parse()
        .map_err(|error| Refusal(400, format!("{text:?} is no name: {error}"), HINT))?;
    if name.as_ref() == SEED_SNAPSHOT {
        let error = format!("{SEED_SNAPSHOT:?} is what the organisation was made as, and stays");
        return Err(Refusal(409, error, "take another name"));
    }
    Ok(name)
}

fn unknown(name: &str) -> Refusal {
    Refusal(404, format!("there is no snapshot {name:?}"), LIST)
}
