//! `PUT /crm/{version}/{module}/{record_id}/{related_list}`: "Update Related Records".

use super::connected::Change;
use super::faults::PARENT_UNKNOWN;
use super::update::{FAULTS, SCOPE};
use super::{PATH, named_to_change};
use crate::call::RecordCall;
use crate::endpoint::{Answer, Endpoint};
use crate::operations::records::update_records::id_in;
use crate::operations::records::{Answers, body};
use crate::policy;
use crate::transaction::Transaction;
use tanzanite_protocol::{Body, Descriptor, Method, limits};

/// Connects a record with up to a hundred others.
pub static UPDATE_MANY: Endpoint = Endpoint::on_record::<policy::WriteRelated>(
    Descriptor::new(
        "related_records.update_many",
        "Update Related Records",
        Method::Put,
        PATH,
    )
    .scope(SCOPE)
    .body(Body::Json)
    .refuses(FAULTS),
    update_many,
)
.unknown(&PARENT_UNKNOWN);

fn update_many(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let list = named_to_change(call)?;
    body::answer(call, limits::RECORDS_PER_CALL_MAX, &[], |body| {
        let (mut change, permit) = Change::open(call, &list, tx)?;
        let mut answers = Answers::new(200);
        for (index, item) in body.items.iter().enumerate() {
            let path = format!("$.data[{index}]");
            answers.push(call.item(|| {
                let item = body::object(item, &path)?;
                let other = id_in(item, &path)?;
                change.connect(other, item, &path, &permit, tx)
            }))?;
        }
        Ok(answers.into_reply())
    })
}
