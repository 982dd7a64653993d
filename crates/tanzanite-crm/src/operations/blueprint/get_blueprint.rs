//! `GET /crm/{version}/{module}/{record_id}/actions/blueprint`: "Blueprint APIs".

use super::{PATH, faults, process, render};
use crate::blueprint::MODULES;
use crate::call::RecordCall;
use crate::endpoint::{Answer, Endpoint};
use crate::operations::records::if_unconverted;
use crate::policy;
use crate::transaction::Transaction;
use serde_json::json;
use tanzanite_protocol::{Descriptor, Method, Reply, ScopeNeed, ScopeOperation};

/// Tells the process that a record is in, and the transitions that are available in its state.
pub static GET: Endpoint = Endpoint::on_record::<policy::ReadBlueprint>(
    Descriptor::new("blueprint.get", "Blueprint APIs", Method::Get, PATH)
        .scope(ScopeNeed::module(&[ScopeOperation::Read]))
        .modules(MODULES)
        .refuses(&[&faults::NOT_IN_PROCESS]),
    get,
);

fn get(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let record =
        call.find(|org, module, id| if_unconverted(call.module(), tx.record(org, module, id)))?;
    call.authorize::<policy::ReadBlueprint>(&record.head)?;
    let process = process(call, &record.fields)?;
    let blueprint = json!({
        "process_info": render::process(call, process, &record),
        "transitions": render::transitions(call, process, &record, tx)?,
    });
    Ok(Reply::json(200, &json!({ "blueprint": blueprint })))
}
