//! `PUT /crm/{version}/{module}/{record_id}/{related_list}/{related_id}`: "Update Related Records", one of them.

use super::connected::Change;
use super::faults::{PARENT_UNKNOWN, RELATION_NOT_SERVED, RELATION_UNKNOWN};
use super::{PATH_OF_ONE, named_to_change};
use crate::call::RecordCall;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{
    BODY_INVALID, BODY_NO_ITEMS, BODY_TOO_MANY_ITEMS, FIELD_MANDATORY_MISSING, FIELD_TOO_LONG,
    FIELD_TYPE_WRONG, FIELD_VALUE_INVALID, KEY_NOT_SERVED, TOO_MANY, TRIGGER_INVALID,
};
use crate::operations::records::faults::ID_UNKNOWN;
use crate::operations::records::{Answers, body};
use crate::policy;
use crate::transaction::Transaction;
use serde_json::Value;
use tanzanite_protocol::{Body, Descriptor, Method, Row, ScopeNeed, ScopeOperation};

/// The place of the one item.
const PATH: &str = "$.data[0]";

pub(super) const SCOPE: ScopeNeed =
    ScopeNeed::module(&[ScopeOperation::Update, ScopeOperation::Write]);
pub(super) const FAULTS: &[&Row] = &[
    &RELATION_UNKNOWN,
    &RELATION_NOT_SERVED,
    &BODY_INVALID,
    &BODY_NO_ITEMS,
    &BODY_TOO_MANY_ITEMS,
    &TRIGGER_INVALID,
    &KEY_NOT_SERVED,
    &FIELD_MANDATORY_MISSING,
    &FIELD_TYPE_WRONG,
    &FIELD_TOO_LONG,
    &FIELD_VALUE_INVALID,
    &ID_UNKNOWN,
    &TOO_MANY,
];

/// Connects a record with another.
pub static UPDATE: Endpoint = Endpoint::on_record::<policy::WriteRelated>(
    Descriptor::new(
        "related_records.update",
        "Update Related Records",
        Method::Put,
        PATH_OF_ONE,
    )
    .scope(SCOPE)
    .body(Body::Json)
    .refuses(FAULTS),
    update,
)
.unknown(&PARENT_UNKNOWN);

pub(super) fn update(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let list = named_to_change(call)?;
    body::answer(call, 1, &[], |body| {
        let (mut change, permit) = Change::open(call, &list, tx)?;
        let item = body.items.first().unwrap_or(&Value::Null);
        let other = call.path_id("related_id");
        let mut answers = Answers::new(200);
        answers.push(
            call.item(|| change.connect(other, body::object(item, PATH)?, PATH, &permit, tx)),
        )?;
        Ok(answers.into_reply())
    })
}
