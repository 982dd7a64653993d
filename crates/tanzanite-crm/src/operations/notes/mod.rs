//! Notes: `/crm/{version}/Notes`, and those of one record at `/crm/{version}/{module}/{record_id}/Notes`.
//!
//! They are records of a module of their own that hang on others, and nearly all is done as for other records.

mod create;
mod create_of_record;
mod delete;
mod delete_many;
mod delete_many_of_record;
mod delete_of_record;
pub mod faults;
mod get;
mod get_of_record;
mod list;
mod list_of_record;
mod of_record;
mod update;
mod update_many;
mod update_many_of_record;
mod update_of_record;

pub use create::CREATE;
pub use create_of_record::CREATE_OF_RECORD;
pub use delete::DELETE;
pub use delete_many::DELETE_MANY;
pub use delete_many_of_record::DELETE_MANY_OF_RECORD;
pub use delete_of_record::DELETE_OF_RECORD;
pub use get::GET;
pub use get_of_record::GET_OF_RECORD;
pub use list::LIST;
pub use list_of_record::LIST_OF_RECORD;
pub use update::UPDATE;
pub use update_many::UPDATE_MANY;
pub use update_many_of_record::UPDATE_MANY_OF_RECORD;
pub use update_of_record::UPDATE_OF_RECORD;

use crate::call::Call;
use crate::operations::records::annexes::{self, ATTACHMENTS, NOTES};
use crate::policy::ModuleView;
use crate::schema::{Module, PARENT};
use crate::transaction::{Record, RecordQuery, Transaction};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use tanzanite_protocol::{Fault, ModuleNeed, RecordId, Row, ScopeNeed, ScopeOperation, limits};

const PATH: &str = "/crm/{version}/Notes";
const PATH_OF_ONE: &str = "/crm/{version}/Notes/{record_id}";
const PATH_OF_RECORD: &str = "/crm/{version}/{module}/{record_id}/Notes";
const PATH_OF_ONE_OF_RECORD: &str = "/crm/{version}/{module}/{record_id}/Notes/{note_id}";
/// The module of the paths that have none.
const ONLY: ModuleNeed = ModuleNeed::Only(NOTES);
const TITLE: &str = "Note_Title";
const CONTENT: &str = "Note_Content";

/// The scopes of notes at their own path.
const fn scope(operations: &'static [ScopeOperation]) -> ScopeNeed {
    ScopeNeed::module(operations)
}

/// The scopes of the notes of a record: the module's and that of notes (the vendor's page "Update Notes").
const fn scope_of_record(operations: &'static [ScopeOperation]) -> ScopeNeed {
    ScopeNeed::module_and("notes", operations)
}

/// Refuses values of a note that have neither a title nor content.
pub(crate) fn check_filled(
    module: &Module,
    fields: &Map<String, Value>,
    path: &str,
    row: &'static Row,
) -> Result<(), Fault> {
    let is_note = !module.custom && module.api_name == NOTES;
    let has = |name: &str| fields.get(name).is_some_and(|value| !value.is_null());
    if !is_note || has(TITLE) || has(CONTENT) {
        return Ok(());
    }
    let expected = [CONTENT, TITLE]
        .map(|name| json!({ "api_name": name, "json_path": format!("{path}.{name}") }));
    Err(Fault::new(row).with("expected_fields", expected.to_vec()))
}

/// The attachments of notes that are shown, by note. None for the records of another module.
pub(crate) fn attached(
    call: &Call<'_>,
    view: ModuleView<'_>,
    records: &[Record],
    tx: &mut dyn Transaction,
) -> Result<HashMap<RecordId, Vec<Record>>, Fault> {
    let mut attached: HashMap<RecordId, Vec<Record>> = HashMap::new();
    let annex = call.metadata().module(ATTACHMENTS);
    let Some(annex) = annex.filter(|_| view.module().api_name == NOTES && !records.is_empty())
    else {
        return Ok(attached);
    };
    let most = records
        .len()
        .saturating_mul(limits::ATTACHMENTS_PER_NOTE_MAX);
    let ids = records.iter().map(|record| record.head.id);
    let found = tx.records(&RecordQuery {
        criteria: Some(annexes::hanging_on(annex, ids)),
        ..RecordQuery::all(
            view.seen_beneath_shown(annex),
            u32::try_from(most).unwrap_or(u32::MAX),
        )
    })?;
    for record in found {
        let parent = record
            .fields
            .get(PARENT)
            .and_then(|parent| parent.get("id"));
        if let Some(id) = parent.and_then(Value::as_str).and_then(RecordId::parse) {
            attached.entry(id).or_default().push(record);
        }
    }
    Ok(attached)
}

/// The keys of a note with these attachments that are no fields.
pub(crate) fn keys(attached: &[Record]) -> [(&'static str, Value); 4] {
    let shown = attached.iter().map(|record| {
        json!({
            "$file_id": record.head.image,
            "File_Name": record.fields.get("File_Name"),
            "Size": record.fields.get("Size"),
            "id": record.head.id.to_string(),
        })
    });
    let shown: Vec<Value> = shown.collect();
    let shown = if shown.is_empty() {
        Value::Null
    } else {
        shown.into()
    };
    [
        ("$attachments", shown),
        ("$is_shared_to_client", false.into()),
        ("$size", Value::Null),
        ("$voice_note", false.into()),
    ]
}
