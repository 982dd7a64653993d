//! `GET /crm/{version}/settings/modules`: "Modules metadata". The SDKs call it first.

use super::one_of;
use crate::endpoint::{Call, Endpoint};
use crate::schema::module_json;
use crate::transaction::Transaction;
use serde_json::{Value, json};
use tanzanite_protocol::endpoint::Access;
use tanzanite_protocol::{
    Body, Condition, Content, Descriptor, Evidence, Fault, Method, ModuleNeed, Reply, ScopeNeed,
    ScopeOperation, Timestamp,
};

const STATUSES: &[&str] = &[
    "visible",
    "user_hidden",
    "system_hidden",
    "scheduled_for_deletion",
];

/// Lists the modules, those too that the API does not support; 304 if nothing has changed.
#[derive(Debug)]
pub struct GetModules;

static DESCRIPTOR: Descriptor = Descriptor {
    name: "Get Modules Metadata",
    group: "modules",
    method: Method::Get,
    path: "/crm/{version}/settings/modules",
    scope: ScopeNeed::fixed("settings", "modules", &[ScopeOperation::Read]),
    module: ModuleNeed::None,
    permission: None,
    body: Body::None,
    access: Access::Read,
    credits: 1,
    faults: &[Condition::ParameterInvalid],
    evidence: Evidence::OpenApi,
};

impl Endpoint for GetModules {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn call(&self, call: &Call<'_>, _: &mut dyn Transaction) -> Result<Reply, Fault> {
        let status = one_of(call, "status", STATUSES)?;
        let metadata = call.metadata();
        // No time of change is kept: modules are as old as the organisation.
        let changed = Timestamp::from_millis(metadata.organisation().created_time);
        if unchanged_since(call.request.headers.if_modified_since.as_deref(), changed) {
            return Ok(Reply {
                status: 304,
                code: None,
                content: Content::Empty,
            });
        }
        let modules: Vec<Value> = metadata
            .modules()
            .iter()
            .map(|module| module_json(metadata, module, false))
            .filter(|module| status.is_none_or(|status| module["status"] == status))
            .collect();
        if modules.is_empty() {
            return Ok(Reply::no_content());
        }
        Ok(Reply::json(200, &json!({ "modules": modules })))
    }
}

/// Whether `If-Modified-Since` names a second in which the change was already made. Times are
/// written to the second, so they are compared by it. A time that cannot be read is ignored, as
/// HTTP says.
fn unchanged_since(header: Option<&str>, changed: Timestamp) -> bool {
    let second = |time: Timestamp| time.millis().div_euclid(1000);
    header
        .and_then(|text| Timestamp::parse(text.trim()))
        .is_some_and(|since| second(changed) <= second(since))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_changed_in_the_second_of_the_header_or_before_is_not_sent_again() {
        let changed = Timestamp::from_millis(1_700_000_000_999);
        for (header, expected) in [
            (None, false),
            (Some("yesterday"), false),
            (Some("2023-11-14T22:13:19+00:00"), false),
            (Some("2023-11-14T22:13:20+00:00"), true),
            (Some(" 2023-11-15T03:43:20+05:30"), true),
        ] {
            assert_eq!(unchanged_since(header, changed), expected, "{header:?}");
        }
    }
}
