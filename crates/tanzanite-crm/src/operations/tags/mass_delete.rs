//! `/crm/{version}/settings/tags/actions/mass_delete`: "Mass Delete Tags", a job, and its status.

use super::{TAGS, faults};
use crate::call::Call;
use crate::collection::{self, Place};
use crate::data_body;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{
    BODY_AMBIGUOUS, BODY_INVALID, BODY_NO_ITEMS, FIELD_CHOICE_MISSING, FIELD_MANDATORY_MISSING,
    FIELD_TOO_LONG, FIELD_TYPE_WRONG, FIELD_VALUE_INVALID, PARAMETER_MISSING,
};
use crate::jobs::{self, Progress, Task, Work};
use crate::parameters::given;
use crate::policy::{self, End, RemoveDocument};
use crate::schema::Module;
use crate::stored::{DocumentKind, DocumentQuery, Relation};
use crate::transaction::Transaction;
use serde_json::{Map, Value, json};
use tanzanite_protocol::{
    Body, Descriptor, Evidence, Fault, Method, Reply, ScopeNeed, ScopeOperation, Stage, limits,
};

const PATH: &str = "/crm/{version}/settings/tags/actions/mass_delete";
const ROOT: &str = "mass_delete";

pub mod refusals {
    //! The refusals of mass deletion.

    tanzanite_protocol::faults! {
        "mass_delete_tags.";

        /// The id in `job_id` is that of no such job.
        JOB_UNKNOWN: Record 400 INVALID_DATA "the job_id is invalid" ["job_id"] Docs;
    }
}

/// Schedules the removal of up to two hundred tags of one module.
pub static MASS_DELETE: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "mass_delete_tags.mass_delete",
        "Mass Delete Tags",
        Method::Post,
        PATH,
    )
    .scope(ScopeNeed::fixed(
        "settings",
        "tags",
        &[ScopeOperation::Delete, ScopeOperation::Write],
    ))
    .body(Body::Json)
    .refuses(&[
        &BODY_INVALID,
        &BODY_NO_ITEMS,
        &FIELD_MANDATORY_MISSING,
        &FIELD_TYPE_WRONG,
        &FIELD_TOO_LONG,
        &FIELD_VALUE_INVALID,
        &FIELD_CHOICE_MISSING,
        &BODY_AMBIGUOUS,
        &faults::NOT_PERMITTED,
    ])
    .evidence(Evidence::Docs),
    schedule,
);

/// Returns the progress of a mass deletion.
pub static MASS_DELETE_STATUS: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "mass_delete_tags.get_mass_delete",
        "Mass Delete Tags Status",
        Method::Get,
        PATH,
    )
    .scope(ScopeNeed::fixed(
        "settings",
        "tags",
        &[ScopeOperation::Read],
    ))
    .refuses(&[&PARAMETER_MISSING, &refusals::JOB_UNKNOWN])
    .evidence(Evidence::Docs),
    status,
);

/// Tags that one step removes; few, since a tag may be on many records.
const TAGS_A_STEP: usize = 10;

/// Removes tags, some in each step.
pub static WORK: Work = Work {
    name: "mass_delete_tags",
    endpoint: &MASS_DELETE,
    step,
    kept: None,
};

fn schedule(call: &Call<'_>, tx: &mut dyn Transaction) -> Answer {
    let items = data_body::items(call, ROOT, 1)?;
    let Some(Value::Object(item)) = items.first() else {
        return Err(Fault::new(&BODY_INVALID).with("expected_data_type", "jsonobject"));
    };
    let module = module(call, item)?;
    let ids = tag_ids(item)?;
    call.reach(Stage::Sharing);
    policy::check_edit(call.caller, &TAGS.right, Some(module))?;
    let mut body = Map::new();
    body.insert("module".to_owned(), module.number.into());
    body.insert("total".to_owned(), ids.len().into());
    body.insert("left".to_owned(), ids.into());
    body.insert("deleted".to_owned(), 0.into());
    let job = jobs::schedule(&WORK, body, call, tx)?;
    Ok(Reply::json(
        202,
        &json!({
            "code": "SCHEDULED",
            "details": { "job_id": job.id.to_string() },
            "message": "tags scheduled successfully",
            "status": "success",
        }),
    ))
}

fn module<'a>(call: &Call<'a>, item: &Map<String, Value>) -> Result<&'a Module, Fault> {
    let at = Place::new("$.mass_delete[0]", "module");
    let named = match item.get("module") {
        None | Some(Value::Null) => return Err(at.missing()),
        Some(Value::Object(named)) => named,
        Some(_) => return Err(at.wrong_type("jsonobject")),
    };
    let metadata = call.metadata();
    let [id_at, name_at] =
        ["id", "api_name"].map(|name| Place::new("$.mass_delete[0].module", name));
    let id = match named.get("id") {
        None | Some(Value::Null) => None,
        Some(id) => Some(id_at.id(id)?.get()),
    };
    let by_id = id.map(|id| metadata.module_with_id(id));
    let by_name = match named.get("api_name") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(metadata.module_called(name)),
        Some(_) => return Err(name_at.wrong_type("text")),
    };
    let places = || {
        let place = |at: Place<'_>| json!({ "api_name": at.api_name, "json_path": format!("{}.{}", at.path, at.api_name) });
        [id_at, name_at].map(place).to_vec()
    };
    match (by_id, by_name) {
        (None, None) => Err(Fault::new(&FIELD_CHOICE_MISSING).with("expected_fields", places())),
        (Some(Some(one)), Some(Some(other))) if one.number != other.number => {
            Err(Fault::new(&BODY_AMBIGUOUS).with("ambiguity_due_to", places()))
        }
        (Some(None), _) => Err(id_at.fault(&FIELD_VALUE_INVALID)),
        (_, Some(None)) => Err(name_at.fault(&FIELD_VALUE_INVALID)),
        (Some(Some(module)), _) | (_, Some(Some(module))) => Ok(module),
    }
}

fn tag_ids(item: &Map<String, Value>) -> Result<Vec<i64>, Fault> {
    let at = Place::new("$.mass_delete[0]", "tags");
    let tags = match item.get("tags") {
        None | Some(Value::Null) => return Err(at.missing()),
        Some(Value::Array(tags)) if tags.is_empty() => return Err(at.missing()),
        Some(Value::Array(tags)) => tags,
        Some(_) => return Err(at.wrong_type("jsonarray")),
    };
    if tags.len() > limits::TAGS_PER_MASS_DELETE_MAX {
        return Err(at
            .fault(&FIELD_TOO_LONG)
            .with("maximum_length", limits::TAGS_PER_MASS_DELETE_MAX));
    }
    let id = |(place, tag): (usize, &Value)| {
        let path = format!("$.mass_delete[0].tags[{place}]");
        let at = Place::new(&path, "id");
        match tag.get("id") {
            None | Some(Value::Null) => Err(at.missing()),
            Some(id) => Ok(at.id(id)?.get()),
        }
    };
    let mut ids = tags
        .iter()
        .enumerate()
        .map(id)
        .collect::<Result<Vec<i64>, Fault>>()?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

fn status(call: &Call<'_>, tx: &mut dyn Transaction) -> Answer {
    let id = given(call, "job_id")
        .ok_or_else(|| Fault::new(&PARAMETER_MISSING).with("param_name", "job_id"))?;
    call.reach(Stage::Record);
    let job = jobs::job_called(&WORK, id, call, tx)?;
    let job = job.ok_or_else(|| Fault::new(&refusals::JOB_UNKNOWN).with("job_id", id))?;
    let number = |name: &str| job.body.get(name).and_then(Value::as_i64).unwrap_or(0);
    let left = job
        .body
        .get("left")
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    let left = i64::try_from(left).unwrap_or(i64::MAX);
    Ok(Reply::json(
        200,
        &json!({ ROOT: [{
            "job_id": id,
            "total_count": number("total"),
            "failed_count": number("total") - number("deleted") - left,
            "deleted_count": number("deleted"),
            "status": job.state.as_str(),
        }] }),
    ))
}

/// Removes the next tags. A tag that does not exist, or is in another module, counts as failed.
fn step(
    task: &Task<'_>,
    body: &mut Map<String, Value>,
    tx: &mut dyn Transaction,
) -> Result<Progress, Fault> {
    let module = body.get("module").and_then(Value::as_i64).unwrap_or(0);
    let mut left: Vec<i64> = body
        .get("left")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_i64)
        .collect();
    let rest = left.split_off(left.len().min(TAGS_A_STEP));
    let query = DocumentQuery::all(task.call.caller.org(), DocumentKind::TAG)
        .within(module)
        .with_ids(left);
    let mut deleted = body.get("deleted").and_then(Value::as_i64).unwrap_or(0);
    for tag in collection::find(&TAGS, &query, task.call.metadata(), tx)? {
        tx.unlink(
            task.errand
                .link_grant(Relation::TAGGED, End::Target(tag.id)),
            None,
        )?;
        if tx.remove_document(
            task.errand
                .grant::<RemoveDocument>(DocumentKind::TAG, tag.id),
        )? {
            deleted += 1;
        }
    }
    let progress = if rest.is_empty() {
        Progress::Done
    } else {
        Progress::More
    };
    body.insert("deleted".to_owned(), deleted.into());
    body.insert("left".to_owned(), rest.into());
    Ok(progress)
}
