//! `POST /crm/bulk/{version}/read`: "Create Bulk Read job".

use super::given::{Given, Query, Read};
use super::{SCOPE, WORK, faults, state};
use crate::call::Call;
use crate::data_body;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{
    BODY_INVALID, BODY_MODULE_DENIED, BODY_MODULE_SCOPE, FIELD_MANDATORY_MISSING, FIELD_TOO_LONG,
    FIELD_TYPE_WRONG, KEY_NOT_SERVED,
};
use crate::jobs;
use crate::operations::users;
use crate::schema::validate::Place;
use crate::transaction::Transaction;
use serde_json::{Map, Value, json};
use tanzanite_protocol::endpoint::Cost;
use tanzanite_protocol::{Body, Descriptor, Evidence, Fault, Method, Reply, RequestBody};

/// Credits of a job (the vendor's page "API limits").
const CREDITS: u8 = 50;
/// The only kind of file that is made.
const CSV: &str = "csv";

/// Schedules a bulk read.
pub static CREATE: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "bulk_read.create",
        "Create Bulk Read job (Bulk Export)",
        Method::Post,
        "/crm/bulk/{version}/read",
    )
    .scope(SCOPE)
    .body(Body::Json)
    .cost(Cost::Call(CREDITS))
    .refuses(&[
        &faults::BODY_EMPTY,
        &faults::BODY_UNREADABLE,
        &FIELD_MANDATORY_MISSING,
        &FIELD_TYPE_WRONG,
        &FIELD_TOO_LONG,
        &KEY_NOT_SERVED,
        &faults::MODULE_UNKNOWN,
        &faults::MODULE_UNSUPPORTED,
        &BODY_MODULE_SCOPE,
        &BODY_MODULE_DENIED,
        &faults::VIEW_UNKNOWN,
        &faults::PAGE_INVALID,
        &faults::PAGE_BEYOND,
        &faults::TOKEN_INVALID,
        &faults::TOKEN_EXPIRED,
        &faults::FIELD_UNKNOWN,
        &faults::FIELD_UNSUPPORTED,
        &faults::JOINS_TOO_MANY,
        &faults::CRITERIA_INVALID,
        &faults::CRITERIA_AMBIGUOUS,
        &faults::CRITERIA_TOO_MANY,
        &faults::GROUP_OPERATOR,
        &faults::COMPARATOR,
        &faults::CONDITION_FIELD_UNKNOWN,
        &faults::CONDITION_FIELD_UNSUPPORTED,
        &faults::CONDITION_COMPARATOR,
        &faults::CONDITION_VALUE,
        &faults::COMPARATOR_VALUE,
        &faults::VALUES_TOO_MANY,
        &faults::VALUE_TYPE,
    ])
    .evidence(Evidence::OpenApi),
    create,
);

fn create(call: &Call<'_>, tx: &mut dyn Transaction) -> Answer {
    let body = whole(call)?;
    refuse_unserved(body)?;
    let query = match body.get("query") {
        Some(Value::Object(query)) => query,
        None | Some(Value::Null) => return Err(Place::new("$", "query").missing()),
        Some(_) => return Err(Place::new("$", "query").wrong_type("jsonobject")),
    };
    let query = Query::read(call, query, tx)?;
    Given::read(call, &query, tx)?;
    let job = jobs::schedule(&WORK, Read::of(call, query).into_body(), call, tx)?;
    let details = json!({
        "id": job.id.to_string(),
        "operation": "read",
        "state": state(job.state),
        "created_by": users::reference(call.metadata(), job.asked.by),
        "created_time": job.asked.at.render(call.metadata().zone()),
    });
    Ok(Reply::json(
        201,
        &json!({
            "data": [{
                "status": "success",
                "code": "ADDED_SUCCESSFULLY",
                "message": "Added successfully.",
                "details": details,
            }],
            "info": {},
        }),
    ))
}

/// The body, with the words that this API has for one that is none.
fn whole<'a>(call: &Call<'a>) -> Result<&'a Map<String, Value>, Fault> {
    if let RequestBody::Whole(bytes) = call.body
        && bytes.is_empty()
    {
        return Err(Fault::new(&faults::BODY_EMPTY));
    }
    data_body::whole(call).map_err(|fault| {
        if fault.is(&BODY_INVALID) {
            return Fault::new(&faults::BODY_UNREADABLE);
        }
        fault
    })
}

/// Refuses what the vendor acts on and this server does not yet.
fn refuse_unserved(body: &Map<String, Value>) -> Result<(), Fault> {
    let asks = |name: &str| body.get(name).is_some_and(|value| !value.is_null());
    let is_csv = body.get("file_type").and_then(Value::as_str) == Some(CSV);
    let unserved = if asks("callback") {
        "callback"
    } else if asks("file_type") && !is_csv {
        "file_type"
    } else {
        return Ok(());
    };
    Err(Place::new("$", unserved).fault(&KEY_NOT_SERVED))
}
