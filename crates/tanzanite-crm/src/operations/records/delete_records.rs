//! `DELETE /crm/{version}/{module}?ids=`: "Delete Records".
//!
//! An id that is named twice is that of no record any more when it comes again.

use super::answers::Answers;
use super::delete_record::delete;
use super::heads::Heads;
use super::{DELETE_SCOPE, PATH_OF_MODULE, faults};
use crate::call::ModuleCall;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{PARAMETER_LIMIT, PARAMETER_MISSING};
use crate::parameters;
use crate::policy;
use crate::transaction::Transaction;
use tanzanite_protocol::{Descriptor, Fault, Method, Stage, limits};

/// Moves up to a hundred records to the recycle bin.
pub static DELETE_MANY: Endpoint = Endpoint::on_records::<policy::DeleteRecord>(
    Descriptor::new(
        "record.delete_many",
        "Delete Records",
        Method::Delete,
        PATH_OF_MODULE,
    )
    .scope(DELETE_SCOPE)
    .refuses(&[&PARAMETER_MISSING, &PARAMETER_LIMIT, &faults::ID_MALFORMED]),
    &faults::NOT_DELETED,
    delete_many,
);

pub(crate) fn delete_many(call: &ModuleCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let malformed = || Fault::new(&faults::ID_MALFORMED);
    let ids = parameters::needed_ids(call, limits::RECORDS_PER_CALL_MAX, malformed)?;
    let (mut heads, module) = (Heads::new(call.caller.org()), call.module().number);
    heads.learn(tx, ids.iter().map(|id| (module, *id)).collect())?;
    let mut answers = Answers::new(200);
    for id in ids {
        answers.push(call.item(|| {
            call.reach(Stage::Record);
            let unknown = || Fault::new(&faults::NOT_DELETED).with("id", id.to_string());
            let head = heads.get(tx, module, id)?.ok_or_else(unknown)?.clone();
            let deleted = delete(call, tx, &head)?;
            heads.forget(module, id);
            Ok(deleted)
        }))?;
    }
    Ok(answers.into_reply())
}
