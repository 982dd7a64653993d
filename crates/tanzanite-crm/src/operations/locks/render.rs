//! A lock in the vendor's JSON.

use crate::call::ModuleCall;
use crate::metadata::LockingConfiguration;
use crate::operations::users;
use crate::policy::{Reach, reach};
use crate::schema::Module;
use crate::transaction::{Lock, RecordHead};
use serde_json::{Map, Value, json};
use tanzanite_protocol::endpoint::Permission;

/// The JSON of a lock. With `fields` it has only these fields, and those that every lock has.
pub(super) fn lock(
    call: &ModuleCall<'_>,
    module: &Module,
    head: &RecordHead,
    lock: &Lock,
    configuration: &LockingConfiguration,
    fields: Option<&[&str]>,
) -> Value {
    let metadata = call.metadata();
    // A rule has no name and gives no reason (v7 page). The store does not keep which rule it was.
    let by = (!lock.automatic).then(|| users::reference(metadata, lock.created.by));
    let reason = (!lock.automatic || !lock.reason.is_empty()).then_some(&lock.reason);
    let locked_for = json!({
        "module": {
            "api_name": module.api_name,
            "id": metadata.schema_id_of(module.number).to_string(),
        },
        "name": head.name,
        "id": head.id.to_string(),
    });
    let values = [
        ("Locked_By__s", json!(by)),
        ("Locked_For__s", locked_for),
        ("Locked_Reason__s", json!(reason)),
        (
            "Lock_Source__s",
            json!(if lock.automatic {
                "Automatic"
            } else {
                "Manual"
            }),
        ),
        (
            "Locked_Time__s",
            json!(lock.created.at.render(metadata.zone())),
        ),
        (
            "Record_Locking_Configuration_Id__s",
            json!(configuration.id.to_string()),
        ),
        ("Record_Locking_Rule_Id__s", Value::Null),
        ("Feature_Type__s", json!("record_locking")),
    ];
    let mut json: Map<String, Value> = values
        .into_iter()
        .filter(|(name, _)| fields.is_none_or(|fields| fields.contains(name)))
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let reach = reach(call.caller, module, head.owner);
    let editable = reach == Reach::Write && call.caller.profile().permits(module, Permission::Edit);
    json.insert("$editable".to_owned(), json!(editable));
    json.insert(
        "$sharing_permission".to_owned(),
        json!(sharing_permission(reach)),
    );
    json.insert("id".to_owned(), json!(lock.id.to_string()));
    Value::Object(json)
}

fn sharing_permission(reach: Reach) -> Option<&'static str> {
    match reach {
        Reach::None => None,
        Reach::Read => Some("read_only"),
        Reach::Write => Some("full_access"),
    }
}
