//! `PUT /crm/{version}/{module}/{record_id}`: "Update Records", one by the id in the path.

use super::answers::{Answers, refused_in_data};
use super::update_records::{FAULTS, SCOPE, update};
use super::{PATH_OF_RECORD, body};
use crate::endpoint::{Call, Endpoint};
use crate::policy::{self, permission_need};
use crate::transaction::Transaction;
use tanzanite_protocol::endpoint::{Access, Cost, EXTERNAL};
use tanzanite_protocol::{Body, Condition, Descriptor, Evidence, Fault, Method, ModuleNeed, Reply};

/// Changes one record. The id is the path's; one in the body is not looked at.
#[derive(Debug)]
pub struct UpdateRecord;

static DESCRIPTOR: Descriptor = Descriptor {
    name: "Update a Record",
    group: "record",
    method: Method::Put,
    path: PATH_OF_RECORD,
    scope: SCOPE,
    module: ModuleNeed::Any,
    unserved: EXTERNAL,
    permission: Some(permission_need::<policy::UpdateRecord>()),
    body: Body::Json,
    access: Access::Write,
    cost: Cost::Call(1),
    faults: FAULTS,
    evidence: Evidence::OpenApi,
};

impl Endpoint for UpdateRecord {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn call(&self, call: &Call<'_>, tx: &mut dyn Transaction) -> Result<Reply, Fault> {
        let items = match body::items(call, 1) {
            Err(fault) if fault.condition() == Condition::BodyTooManyItems => {
                return refused_in_data(fault);
            }
            items => items?,
        };
        let mut answers = Answers::new(200);
        for item in items {
            let id = call.path_id("record_id");
            let unknown = || Fault::new(Condition::RecordIdUnknown).with("resource_path_index", 1);
            match update(call, tx, item, "$.data[0]", |_| Ok(id), unknown) {
                // Only faults of the item are told within `data`, and this one is the path's.
                Err(fault) if fault.condition() == Condition::RecordIdUnknown => return Err(fault),
                item => answers.push(item)?,
            }
        }
        Ok(answers.into_reply())
    }
}
