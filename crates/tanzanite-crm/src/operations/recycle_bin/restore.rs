//! `POST /crm/{version}/settings/recycle_bin/actions/restore` and `…/{record_id}/actions/restore`: "Restore Recycle Bin
//! records".

use super::{faults, items, scope};
use crate::call::Call;
use crate::data_body;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{
    BODY_INVALID, FIELD_CHOICE_MISSING, FIELD_TOO_LONG, FIELD_TYPE_WRONG, FIELD_VALUE_INVALID,
    KEY_NOT_SERVED,
};
use crate::operations::records::faults::ID_OF_NONE;
use crate::policy::{self, authorize};
use crate::schema::Module;
use crate::schema::validate::{Place, id_of, unique_values};
use crate::transaction::{DeletedRecord, Transaction};
use serde_json::{Map, Value, json};
use tanzanite_protocol::envelope::success_of;
use tanzanite_protocol::{Body, Descriptor, Fault, Method, RecordId, Row, ScopeOperation, limits};

const IDS: &str = "ids";
/// The other ways to choose records. Their work is a job of the vendor's, which is not served.
const UNSERVED: [&str; 2] = ["filters", "restore_all_records"];

const FAULTS: &[&Row] = &[
    &ID_OF_NONE,
    &faults::NOT_PERMITTED,
    &faults::NOT_SHARED,
    &faults::VALUE_TAKEN,
];

/// Takes one record out of the recycle bin.
pub static RESTORE: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "recycle_bin.restore",
        "Restore a Recycle Bin Record",
        Method::Post,
        "/crm/{version}/settings/recycle_bin/{record_id}/actions/restore",
    )
    .scope(scope(&[ScopeOperation::Update]))
    .refuses(FAULTS),
    |call, tx| {
        items::one(call, tx, |module, record, tx| {
            restore(call, module, record, tx)
        })
    },
);

/// Takes up to two hundred records out of the recycle bin.
pub static RESTORE_MANY: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "recycle_bin.restore_many",
        "Restore Multiple Recycle Bin Records",
        Method::Post,
        "/crm/{version}/settings/recycle_bin/actions/restore",
    )
    .scope(scope(&[ScopeOperation::Update]))
    .body(Body::Json)
    .refuses(&[
        &BODY_INVALID,
        &KEY_NOT_SERVED,
        &FIELD_TYPE_WRONG,
        &FIELD_TOO_LONG,
        &FIELD_VALUE_INVALID,
        &FIELD_CHOICE_MISSING,
        &ID_OF_NONE,
        &faults::NOT_PERMITTED,
        &faults::NOT_SHARED,
        &faults::VALUE_TAKEN,
    ]),
    restore_many,
);

fn restore_many(call: &Call<'_>, tx: &mut dyn Transaction) -> Answer {
    let ids = ids(data_body::whole(call)?)?;
    items::each(call, tx, &ids, |module, record, tx| {
        restore(call, module, record, tx)
    })
}

fn ids(body: &Map<String, Value>) -> Result<Vec<RecordId>, Fault> {
    let is_given = |name: &str| {
        let value = body.get(name);
        value.is_some_and(|value| !value.is_null() && *value != false)
    };
    if let Some(name) = UNSERVED.into_iter().find(|name| is_given(name)) {
        return Err(Place::new("$", name).fault(&KEY_NOT_SERVED));
    }
    let at = Place::new("$", IDS);
    let expected = |name: &str| json!({ "api_name": name, "json_path": format!("$.{name}") });
    match body.get(IDS) {
        Some(Value::Array(ids)) if ids.len() > limits::RECYCLED_PER_CALL_MAX => Err(at
            .fault(&FIELD_TOO_LONG)
            .with("maximum_length", limits::RECYCLED_PER_CALL_MAX)),
        Some(Value::Array(ids)) if !ids.is_empty() => {
            let ids = ids.iter().enumerate();
            let ids =
                ids.map(|(place, id)| id_of(id).ok_or_else(|| at.element(place).invalid("no id")));
            ids.collect()
        }
        None | Some(Value::Null | Value::Array(_)) => {
            let names = ["filters", IDS, "restore_all_records"];
            Err(Fault::new(&FIELD_CHOICE_MISSING)
                .with("expected_fields", names.map(expected).to_vec()))
        }
        Some(_) => Err(at.wrong_type("jsonarray")),
    }
}

fn restore(
    call: &Call<'_>,
    module: &Module,
    record: &DeletedRecord,
    tx: &mut dyn Transaction,
) -> Result<Value, Fault> {
    let head = &record.head;
    let permit = authorize::<policy::RestoreRecord>(call.caller, module, head)?;
    let fields = tx.deleted_fields(head.org, head.module, head.id)?;
    let fields = fields.unwrap_or_default();
    let unique = unique_values(module, |name| fields.get(name));
    let (fields, values): (Vec<_>, Vec<_>) = unique
        .map(|(field, key)| (field, (field.number, key)))
        .unzip();
    let holders = tx.holders(head.org, head.module, &values)?;
    let taken = fields
        .iter()
        .zip(holders)
        .find(|(_, holder)| holder.is_some());
    if let Some((field, _)) = taken {
        return Err(Fault::new(&faults::VALUE_TAKEN)
            .with("id", head.id.to_string())
            .with("api_name", field.api_name.as_ref()));
    }
    tx.restore_record(permit, &values, call.stamp()?)?;
    Ok(success_of("record restored", &head.id))
}
