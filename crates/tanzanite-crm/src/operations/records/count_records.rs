//! `GET /crm/{version}/{module}/actions/count`: "Record Count".

use super::search_records::{self, NEEDED};
use super::{choices, faults};
use crate::call::ModuleCall;
use crate::criteria::Criteria;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{PARAMETER_PATTERN, PARAMETER_UNKNOWN};
use crate::parameters::given;
use crate::policy;
use crate::transaction::{RecordQuery, Transaction};
use serde_json::{Value, json};
use tanzanite_protocol::endpoint::Unserved;
use tanzanite_protocol::{Descriptor, Fault, Method, Reply, ScopeNeed, ScopeOperation};

/// Counts the records of a module that the caller can see, or those of them that a search would find. The number is
/// always that of now; the vendor's follows after minutes.
pub static COUNT: Endpoint = Endpoint::in_module::<policy::ReadRecord>(
    Descriptor::new(
        "record.count",
        "Record Count",
        Method::Get,
        "/crm/{version}/{module}/actions/count",
    )
    .scope(ScopeNeed::module(&[ScopeOperation::Read]))
    .unserved(&[
        Unserved::External,
        Unserved::Parameter("filters", &[]),
        Unserved::Parameter("include_filters", &["false"]),
        Unserved::Parameter("cross_filters", &[]),
    ])
    .refuses(&[
        &PARAMETER_PATTERN,
        &PARAMETER_UNKNOWN,
        &faults::COUNT_AMBIGUOUS,
        &faults::SEARCH_PARAMETER_INVALID,
        &faults::SEARCH_WORD_SHORT,
        &faults::CRITERIA_MALFORMED,
        &faults::CRITERIA_TOO_MANY,
        &faults::CRITERIA_FIELD,
        &faults::CRITERIA_OPERATOR,
        &faults::CRITERIA_VALUE,
        &faults::CRITERIA_VALUES_TOO_MANY,
    ]),
    count,
);

fn count(call: &ModuleCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let searched = NEEDED.into_iter().find(|name| given(call, name).is_some());
    if let (Some(_), Some(searched)) = (given(call, "cvid"), searched) {
        let names = ["cvid", searched].map(|name| json!({ "param_name": name }));
        return Err(Fault::new(&faults::COUNT_AMBIGUOUS).with("ambiguity_due_to", names.to_vec()));
    }
    let of_view = choices::of_view(call)?;
    let searched = match searched {
        Some(_) => Some(search_records::criteria(call, tx)?),
        None => of_view,
    };
    let chosen = choices::chosen(call, call.module())?;
    let count = tx.count_records(&RecordQuery {
        criteria: Criteria::both(searched, chosen),
        ..RecordQuery::all(call.view().seen(), 0)
    })?;
    Ok(Reply::json(200, &json!({ "count": Value::from(count) })))
}
