//! The notes and attachments of one record: listed, read and deleted by its path.

use super::annexes::hanging_on;
use super::answers::Answers;
use super::faults::{ID_MALFORMED, NOT_DELETED};
use super::listing::{Listing, Told};
use super::render::Renderer;
use crate::call::RecordCall;
use crate::endpoint::Answer;
use crate::faults::STORE_FAILED;
use crate::operations::related::faults as related;
use crate::parameters;
use crate::policy::{self, DeleteRelated, Permit, Seen};
use crate::schema::Module;
use crate::transaction::{Record, RecordQuery, Stored, Transaction};
use serde_json::{Value, json};
use tanzanite_protocol::envelope::success_of;
use tanzanite_protocol::{Fault, RecordId, Reply, Stage, limits};

/// The index of the id of what hangs on a record in `resource_path_index`.
pub(crate) const SEGMENT_OF_ANNEX: usize = 3;

/// A module of annexes.
pub(crate) fn module<'a>(call: &RecordCall<'a>, name: &str) -> Result<&'a Module, Fault> {
    let missing = || Fault::new(&STORE_FAILED).because(format!("there is no module {name}"));
    call.metadata().module(name).ok_or_else(missing)
}

/// A page of what hangs on the record.
pub(crate) fn list(call: &RecordCall<'_>, name: &str, tx: &mut dyn Transaction) -> Answer {
    let annex = module(call, name)?;
    let within = [call.path("record_id")];
    let listing = Listing::read(call, annex, &within, || Ok(None))?;
    let head = call.record(tx)?;
    let permit = call.authorize_or_by_parent::<policy::ReadRelated>(&head, tx)?;
    let hanging = hanging_on(annex, std::iter::once(head.id));
    let found = (Seen::beneath(&permit, annex), Some(hanging));
    listing.answer(call, call.about(annex).view(), found, Told::Related, tx)
}

/// One of those that hang on the record of a permit.
pub(crate) fn find<O>(
    permit: &Permit<O>,
    annex: &Module,
    id: Option<RecordId>,
    tx: &mut dyn Transaction,
) -> Stored<Option<Record>> {
    let Some(id) = id else {
        return Ok(None);
    };
    let found = tx.records(&RecordQuery {
        criteria: Some(hanging_on(annex, std::iter::once(permit.record()))),
        ids: Some(vec![id]),
        ..RecordQuery::all(Seen::beneath(permit, annex), 1)
    })?;
    Ok(found.into_iter().next())
}

/// One of those that hang on the record, by an id in the path: 200, 204 if there is none, 304 if it has not changed.
pub(crate) fn get(call: &RecordCall<'_>, name: &str, id: &str, tx: &mut dyn Transaction) -> Answer {
    let annex = module(call, name)?;
    let fields = parameters::fields(call)?;
    let head = call.record(tx)?;
    let permit = call.authorize_or_by_parent::<policy::ReadRelated>(&head, tx)?;
    let Some(record) = find(&permit, annex, call.path_id(id), tx)? else {
        return Ok(Reply::no_content());
    };
    let since = parameters::modified_since(call);
    if since.is_some_and(|since| record.head.modified.at <= since) {
        return Ok(parameters::not_modified());
    }
    let view = call.about(annex).view();
    let data = Renderer::whole(call, view, fields).records(&[record], tx)?;
    Ok(Reply::json(200, &json!({ "data": data })))
}

/// Deletes one of those that hang on the record, by an id in the path.
pub(crate) fn delete(
    call: &RecordCall<'_>,
    name: &str,
    id: &str,
    tx: &mut dyn Transaction,
) -> Answer {
    let annex = module(call, name)?;
    let head = call.record(tx)?;
    let permit = call.authorize_or_by_parent::<DeleteRelated>(&head, tx)?;
    let found = find(&permit, annex, call.path_id(id), tx)?;
    let record = found.ok_or_else(|| {
        Fault::new(&related::NOT_DELETED).with("resource_path_index", SEGMENT_OF_ANNEX)
    })?;
    let mut answers = Answers::new(200);
    answers.push(delete_found(call, &permit, &record, tx))?;
    Ok(answers.into_reply())
}

/// Deletes up to a hundred of those that hang on the record, by `ids`.
pub(crate) fn delete_many(call: &RecordCall<'_>, name: &str, tx: &mut dyn Transaction) -> Answer {
    let annex = module(call, name)?;
    let malformed = || Fault::new(&ID_MALFORMED);
    let ids = parameters::needed_ids(call, limits::RECORDS_PER_CALL_MAX, malformed)?;
    let head = call.record(tx)?;
    let permit = call.authorize_or_by_parent::<DeleteRelated>(&head, tx)?;
    let mut found = tx.records(&RecordQuery {
        criteria: Some(hanging_on(annex, std::iter::once(head.id))),
        ids: Some(ids.clone()),
        ..RecordQuery::all(
            Seen::beneath(&permit, annex),
            u32::try_from(ids.len()).unwrap_or(u32::MAX),
        )
    })?;
    let mut answers = Answers::new(200);
    for id in ids {
        answers.push(call.item(|| {
            call.reach(Stage::Record);
            let place = found.iter().position(|record| record.head.id == id);
            let unknown = || Fault::new(&NOT_DELETED).with("id", id.to_string());
            // One that is named twice is not there any more when it comes again.
            let record = found.swap_remove(place.ok_or_else(unknown)?);
            delete_found(call, &permit, &record, tx)
        }))?;
    }
    Ok(answers.into_reply())
}

fn delete_found(
    call: &RecordCall<'_>,
    permit: &Permit<DeleteRelated>,
    record: &Record,
    tx: &mut dyn Transaction,
) -> Result<Value, Fault> {
    tx.delete_record(permit.of_old_annex(&record.head), call.stamp()?)?;
    Ok(success_of("record deleted", &record.head.id))
}
