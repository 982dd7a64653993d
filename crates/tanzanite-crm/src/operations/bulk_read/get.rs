//! `GET /crm/bulk/{version}/read/{job_id}`: "Get the Status of the Bulk Read Job".

use super::given::{Query, Read};
use super::{PATH_OF_JOB, SCOPE, faults, found, state};
use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::jobs::State;
use crate::operations::users;
use crate::transaction::Transaction;
use crate::versions;
use serde_json::{Value, json};
use tanzanite_protocol::{Descriptor, Evidence, Method, Reply};

/// Shows a bulk read and, once it is done, where its result is.
pub static GET: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "bulk_read.get",
        "Get the Status of the Bulk Read Job",
        Method::Get,
        PATH_OF_JOB,
    )
    .scope(SCOPE)
    .refuses(&[&faults::JOB_UNKNOWN])
    .evidence(Evidence::Docs),
    get,
);

fn get(call: &Call<'_>, tx: &mut dyn Transaction) -> Answer {
    let (job, read) = found(call, tx)?;
    let mut shown = json!({
        "id": job.id.to_string(),
        "operation": "read",
        "state": state(job.state),
        "query": query(call, &read.query),
        "created_by": users::reference(call.metadata(), job.asked.by),
        "created_time": job.asked.at.render(call.metadata().zone()),
        "file_type": "csv",
    });
    if job.state == State::Completed {
        shown["result"] = result(call, job.id, &read);
    }
    Ok(Reply::json(200, &json!({ "data": [shown] })))
}

/// The query as it was asked.
fn query(call: &Call<'_>, query: &Query) -> Value {
    let metadata = call.metadata();
    let name = metadata.module_numbered(query.module);
    let name = name.map(|module| module.api_name.as_ref());
    let module = if versions::bulk_modules_are_texts(call.version()) {
        json!(name)
    } else {
        json!({ "id": metadata.schema_id_of(query.module).to_string(), "api_name": name })
    };
    let mut shown = json!({ "module": module, "page": query.page });
    if let Some(id) = &query.cvid {
        shown["cvid"] = id.as_str().into();
    }
    if !query.fields.is_empty() {
        shown["fields"] = query.fields.clone().into();
    }
    if let Some(criteria) = &query.criteria {
        shown["criteria"] = criteria.clone();
    }
    shown
}

fn result(call: &Call<'_>, id: i64, read: &Read) -> Value {
    let version = call.version();
    let mut shown = json!({
        "page": read.query.page,
        "per_page": read.per_page,
        "count": read.count,
        "download_url": format!("/crm/bulk/{}/read/{id}/result", version.as_str()),
        "more_records": read.next.is_some(),
    });
    if let Some(token) = read
        .next
        .as_ref()
        .filter(|_| versions::bulk_has_page_tokens(version))
    {
        shown["next_page_token"] = token.as_str().into();
    }
    shown
}
