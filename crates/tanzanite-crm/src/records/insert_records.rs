//! `POST /crm/{version}/{module}`: "Insert Records".

use super::answers::{Answers, refused_in_data};
use super::{PATH_OF_MODULE, body, change};
use crate::endpoint::{Call, Endpoint};
use crate::policy::{self, authorize_create, permission_need};
use crate::schema::validate::{self, Mode};
use crate::schema::{Kind, display_name};
use crate::transaction::{NewRecord, Transaction};
use serde_json::{Map, Value};
use tanzanite_protocol::endpoint::{Access, Cost, EXTERNAL};
use tanzanite_protocol::envelope::success;
use tanzanite_protocol::{
    Body, Condition, Descriptor, Evidence, Fault, Method, ModuleNeed, RecordId, Reply, ScopeNeed,
    ScopeOperation, limits,
};

/// Makes up to a hundred records.
#[derive(Debug)]
pub struct InsertRecords;

static DESCRIPTOR: Descriptor = Descriptor {
    name: "Insert Records",
    group: "record",
    method: Method::Post,
    path: PATH_OF_MODULE,
    scope: ScopeNeed::module(&[ScopeOperation::Create, ScopeOperation::Write]),
    module: ModuleNeed::Any,
    unserved: EXTERNAL,
    permission: Some(permission_need::<policy::CreateRecord>()),
    body: Body::Json,
    access: Access::Write,
    cost: Cost::Records(10),
    faults: &[
        Condition::BodyInvalid,
        Condition::BodyNoItems,
        Condition::BodyTooManyItems,
        Condition::TriggerInvalid,
        Condition::KeyNotServed,
        Condition::FieldMandatoryMissing,
        Condition::FieldTypeWrong,
        Condition::FieldTooLong,
        Condition::FieldValueInvalid,
        Condition::FieldsManyWrong,
        Condition::FieldDuplicate,
    ],
    evidence: Evidence::OpenApi,
};

impl Endpoint for InsertRecords {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn call(&self, call: &Call<'_>, tx: &mut dyn Transaction) -> Result<Reply, Fault> {
        let items = match body::items(call, limits::RECORDS_PER_CALL_MAX) {
            Err(fault) if fault.condition() == Condition::BodyTooManyItems => {
                return refused_in_data(fault);
            }
            items => items?,
        };
        let mut answers = Answers::new(201);
        for (index, item) in items.into_iter().enumerate() {
            answers.push(insert(call, tx, item, &format!("$.data[{index}]")))?;
        }
        Ok(answers.into_reply())
    }
}

fn insert(
    call: &Call<'_>,
    tx: &mut dyn Transaction,
    item: Value,
    path: &str,
) -> Result<Value, Fault> {
    let module = call.module()?;
    let stamp = call.stamp()?;
    let input = body::object(item, path)?;
    let checked = change::check(call, &input, path, Mode::Create)?;
    change::removes_photo(call, &input, path, None)?;
    validate::check_together(
        module,
        call.metadata().zone(),
        &Map::new(),
        &checked.fields,
        path,
    )?;
    change::check_lookups(call, tx, &checked.lookups)?;
    let unique = change::unique(call, tx, &checked.fields, path, None)?;

    let number = tx.next_number(call.caller.org())?;
    let id = RecordId::new(call.metadata().id_of(number)).ok_or_else(|| {
        Fault::new(Condition::StoreFailed).because("the organisation has run out of ids")
    })?;
    let mut fields = checked.fields;
    for field in module
        .fields
        .iter()
        .filter(|field| field.kind == Kind::AutoNumber)
    {
        // The vendor counts each module by itself; our series is the organisation's, and as unique.
        fields.insert(
            field.api_name.clone().into_owned(),
            number.to_string().into(),
        );
    }
    let record = NewRecord {
        name: display_name(module, &fields),
        owner: checked.owner.unwrap_or(stamp.by),
        fields,
        unique,
        stamp,
    };
    tx.insert_record(authorize_create(call.caller, module, id)?, &record)?;
    Ok(success(
        "record added",
        change::details(call, id, stamp, stamp),
    ))
}
