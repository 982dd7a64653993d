//! Records in the recycle bin that a call names, and the answers about them.

use super::{ROOT, in_bin};
use crate::call::Call;
use crate::operations::records::Answers;
use crate::operations::records::faults::ID_OF_NONE;
use crate::operations::users::reference;
use crate::schema::Module;
use crate::transaction::{DeletedQuery, DeletedRecord, Transaction};
use serde_json::{Value, json};
use tanzanite_protocol::{Fault, RecordId, Reply, Stage};

/// The id's index in `resource_path_index`: `settings` is 0.
const SEGMENT_OF_RECORD: usize = 2;

/// A record in the recycle bin, in the answer to those who look into it.
pub(super) fn shown(call: &Call<'_>, record: &DeletedRecord) -> Value {
    let metadata = call.metadata();
    let module = metadata.module_numbered(record.head.module);
    json!({
        "owner": reference(metadata, record.head.owner),
        "module": {
            "api_name": module.map(|module| module.api_name.as_ref()),
            "id": metadata.schema_id_of(record.head.module).to_string(),
        },
        "deleted_by": record.by.map(|by| reference(metadata, by)),
        "id": record.head.id.to_string(),
        "display_name": record.head.name,
        "deleted_time": record.at.render(metadata.zone()),
    })
}

/// Does something with each record that is named, and tells of each by itself.
pub(super) fn each(
    call: &Call<'_>,
    tx: &mut dyn Transaction,
    ids: &[RecordId],
    mut each: impl FnMut(&Module, &DeletedRecord, &mut dyn Transaction) -> Result<Value, Fault>,
) -> Result<Reply, Fault> {
    let limit = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    let mut found = tx.deleted_records(&DeletedQuery {
        ids: Some(ids.to_vec()),
        ..in_bin(call, limit)
    })?;
    let mut answers = Answers::under(ROOT, 200);
    for id in ids {
        let place = found.iter().position(|record| record.head.id == *id);
        // One that is named twice is not there any more when it comes again.
        let record = place.map(|place| found.swap_remove(place));
        answers.push(call.item(|| {
            call.reach(Stage::Record);
            let unknown = || Fault::new(&ID_OF_NONE).with("id", id.to_string());
            let record = record.as_ref().ok_or_else(unknown)?;
            let module = call.metadata().module_numbered(record.head.module);
            let module = module.ok_or_else(unknown)?;
            call.reach(Stage::Sharing);
            each(module, record, tx).map_err(|fault| {
                let is_ours = fault.row().details.contains(&"id");
                if is_ours {
                    fault.with("id", id.to_string())
                } else {
                    fault
                }
            })
        }))?;
    }
    Ok(answers.into_reply())
}

/// Does something with the record that the path names.
pub(super) fn one(
    call: &Call<'_>,
    tx: &mut dyn Transaction,
    act: impl FnMut(&Module, &DeletedRecord, &mut dyn Transaction) -> Result<Value, Fault>,
) -> Result<Reply, Fault> {
    let Some(id) = call.path_id("record_id") else {
        call.reach(Stage::Record);
        return Err(Fault::new(&ID_OF_NONE).with("resource_path_index", SEGMENT_OF_RECORD));
    };
    each(call, tx, &[id], act)
}
