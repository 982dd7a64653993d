//! `POST /crm/{version}/{module}/actions/mass_update`: "Mass Update API".

use super::given::{self, meant};
use super::job::{self, perform, step};
use super::{faults, telling_id};
use crate::call::ModuleCall;
use crate::data_body;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{
    BODY_INVALID, BODY_NO_ITEMS, FIELD_DUPLICATE, FIELD_MANDATORY_MISSING, FIELD_NOT_WRITABLE,
    FIELD_VALUE_INVALID, FIELDS_MANY_WRONG, KEY_NOT_SERVED, VALUE_IMPOSSIBLE,
};
use crate::jobs::Work;
use crate::operations::blueprint::faults::RECORD_IN_BLUEPRINT;
use crate::operations::records::faults::{ID_OF_NONE, VALUE_NOT_MAPPED};
use crate::operations::records::update_records::{Item, UPDATED, update as update_record};
use crate::operations::records::{Known, body, change, refused_in_data};
use crate::policy;
use crate::schema::validate::{Mode, Place};
use crate::schema::{self, Field, Kind};
use crate::transaction::{Record, Transaction};
use crate::versions;
use serde_json::{Map, Value, json};
use tanzanite_protocol::endpoint::joined;
use tanzanite_protocol::envelope::success;
use tanzanite_protocol::{
    Body, Descriptor, Evidence, Fault, Method, Row, ScopeNeed, ScopeOperation, limits,
};

pub(super) const PATH: &str = "/crm/{version}/{module}/actions/mass_update";
const FAULTS: &[&Row] = &joined::<23>(&[
    &[
        &BODY_INVALID,
        &BODY_NO_ITEMS,
        &faults::NO_FIELD,
        &faults::TOO_MANY_FIELDS,
        &faults::FIELD_NOT_UPDATED,
        &FIELD_MANDATORY_MISSING,
        &FIELD_NOT_WRITABLE,
        &FIELD_VALUE_INVALID,
        &FIELDS_MANY_WRONG,
        &RECORD_IN_BLUEPRINT,
        &VALUE_NOT_MAPPED,
        &VALUE_IMPOSSIBLE,
        &FIELD_DUPLICATE,
        &faults::TOO_MANY_RECORDS,
    ],
    given::FAULTS,
    job::FAULTS,
]);
/// The item with the values.
const ITEM: &str = "$.data[0]";
const LAYOUT: &str = "Layout";

/// Changes up to five hundred records alike, or schedules that for those in a custom view.
pub static MASS_UPDATE: Endpoint = Endpoint::on_records::<policy::MassUpdate>(
    Descriptor::new(
        "mass_update.mass_update",
        "Mass Update API",
        Method::Post,
        PATH,
    )
    .scope(ScopeNeed::module_of(
        "mass_update",
        &[ScopeOperation::Update, ScopeOperation::Write],
    ))
    .body(Body::Json)
    .refuses(FAULTS)
    .evidence(Evidence::OpenApi),
    &ID_OF_NONE,
    mass_update,
);

/// Changes the records in a custom view alike.
pub static WORK: Work = Work {
    name: "mass_update",
    endpoint: &MASS_UPDATE,
    step: |task, body, tx| step(update, task, body, tx),
    kept: None,
};

fn mass_update(call: &ModuleCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let whole = data_body::whole(call)?;
    let given = values(call, whole).and_then(|values| Ok((values, meant(call, whole)?)));
    let (values, meant) = match given {
        Ok(given) => given,
        // The OpenAPI examples wrap all refusals of the body but this one.
        Err(fault) if !fault.is(&faults::VIEW_UNKNOWN) => return refused_in_data(call, fault),
        Err(fault) => return Err(fault),
    };
    let work = (
        &WORK,
        update as job::Act,
        "mass update scheduled successfully",
    );
    perform(call, meant, work, Value::Object(values), tx)
}

/// The values, which every record can take as far as the fields alone decide.
fn values(call: &ModuleCall<'_>, whole: &Map<String, Value>) -> Result<Map<String, Value>, Fault> {
    let items = data_body::items(call, "data", 1)?;
    let mut values = body::object(&items[0], ITEM)?.clone();
    let most = most(call);
    match values.len() {
        0 => return Err(Fault::new(&faults::NO_FIELD)),
        many if many > most => {
            return Err(Fault::new(&faults::TOO_MANY_FIELDS).with("limit", most));
        }
        _ => {}
    }
    let fields = values.keys().filter(|name| !is_layout(call, name));
    let mut fields = fields.map(|name| {
        let field = versions::field_called(call.version(), call.view(), name);
        let field = field.filter(|field| is_mass_updated(field));
        field.ok_or_else(|| Place::new(ITEM, name).fault(&faults::FIELD_NOT_UPDATED))
    });
    let fields = fields.by_ref().collect::<Result<Vec<_>, _>>()?;
    if !over_writes(whole)? {
        let appended = fields
            .iter()
            .map(|field| (field.api_name.to_string(), json!(true)));
        let have_several = |field: &&Field| matches!(field.kind, Kind::MultiSelectPicklist(_));
        if !fields.iter().all(have_several) {
            return Err(Place::new("$", OVER_WRITE).fault(&KEY_NOT_SERVED));
        }
        values.insert(
            "$append_values".to_owned(),
            Value::Object(appended.collect()),
        );
    }
    change::check(call, &values, ITEM, Mode::Update)?;
    Ok(values)
}

/// How many fields one call may change.
fn most(call: &ModuleCall<'_>) -> usize {
    if is_deals(call) {
        limits::MASS_UPDATED_FIELDS_OF_DEALS_MAX
    } else {
        limits::MASS_UPDATED_FIELDS_MAX
    }
}

fn is_deals(call: &ModuleCall<'_>) -> bool {
    call.module().api_name == "Deals"
}

/// Whether it is the layout of a deal, which goes with its pipeline.
fn is_layout(call: &ModuleCall<'_>, name: &str) -> bool {
    name == LAYOUT && is_deals(call)
}

/// Whether many records can be given a value of the field at once: as the metadata of fields say, but not for e-mail
/// addresses, lookups and texts of several lines (OpenAPI, 2026), while an example there gives a user.
fn is_mass_updated(field: &Field) -> bool {
    match field.kind {
        Kind::Email | Kind::Lookup(_) | Kind::Textarea => false,
        Kind::UserLookup => !field.read_only,
        _ => schema::is_mass_updated(field),
    }
}

const OVER_WRITE: &str = "over_write";

/// Whether the values of multi-select picklists replace those that a record has. The SDKs send it; that they do without
/// it is assumed.
fn over_writes(whole: &Map<String, Value>) -> Result<bool, Fault> {
    match whole.get(OVER_WRITE) {
        None | Some(Value::Null) => Ok(true),
        Some(Value::Bool(over_writes)) => Ok(*over_writes),
        Some(_) => Err(Place::new("$", OVER_WRITE).wrong_type("boolean")),
    }
}

fn update(
    call: &ModuleCall<'_>,
    known: &mut Known,
    record: Record,
    values: &Value,
    tx: &mut dyn Transaction,
) -> Result<Value, Fault> {
    let id = record.head.id;
    let item = Item::check(call, values, ITEM, |_| Ok(Some(id)))?;
    let mut details = update_record(call, tx, known, item, ITEM, |_, _| {
        let permit = call.authorize::<policy::MassUpdate>(&record.head);
        permit.map_err(|fault| telling_id(fault, id))?;
        Ok(record)
    })?;
    details.shift_remove("$approval_state");
    Ok(success(UPDATED, details))
}
