//! The work of a bulk read: some records a step, as rows of a CSV file.

use super::CREATE;
use super::given::{Given, Read, TOKEN_CHARS};
use crate::faults::STORE_FAILED;
use crate::jobs::{Progress, Task, Work, add_part};
use crate::operations::coql::{Column, values};
use crate::policy::ModuleView;
use crate::transaction::{Record, RecordQuery, SortKey, Start, Transaction};
use serde_json::{Map, Value};
use tanzanite_protocol::{Fault, RecordId, limits};

/// The name of the first column: the record's id.
const ID: &str = "Id";
/// Records that one step reads.
const RECORDS_A_STEP: u32 = 500;

/// Writes the records of one page into the job's result.
pub static WORK: Work = Work {
    name: "bulk_read",
    endpoint: &CREATE,
    step,
    kept: Some(limits::BULK_RESULT_LIFETIME),
};

fn step(
    task: &Task<'_>,
    body: &mut Map<String, Value>,
    tx: &mut dyn Transaction,
) -> Result<Progress, Fault> {
    let Some(mut read) = Read::from_body(body) else {
        return Ok(Progress::Failed);
    };
    // It is refused if a field is gone since, or the user may not see the module any more.
    let progress = write(task, &mut read, tx)?;
    *body = read.into_body();
    Ok(progress)
}

fn write(task: &Task<'_>, read: &mut Read, tx: &mut dyn Transaction) -> Result<Progress, Fault> {
    let call = &task.call;
    let Given {
        view,
        columns,
        criteria,
    } = Given::read(call, &read.query, tx)?;
    let wanted = RECORDS_A_STEP.min(read.per_page - read.count);
    let mut records = tx.records(&RecordQuery {
        criteria,
        sort: SortKey::Id,
        descending: false,
        start: start(read),
        // One more than is written tells whether there are more.
        ..RecordQuery::all(view.seen(), wanted + 1)
    })?;
    let more = records.len() > wanted as usize;
    records.truncate(wanted as usize);
    let is_first = read.count == 0;
    let text = rows(task, (view, &columns), &records, is_first, tx)?;
    add_part(task, &text, tx)?;
    read.count += u32::try_from(records.len()).unwrap_or(u32::MAX);
    read.bytes += text.len();
    read.last = records
        .last()
        .map(|record| record.head.id.get())
        .or(read.last);
    if more && read.count < read.per_page {
        return Ok(Progress::More);
    }
    read.next = more.then(|| {
        let random = call.context.random_hex("page_token", TOKEN_CHARS);
        format!("{random}{}", task.job)
    });
    Ok(Progress::Done)
}

/// The place at which the next step begins.
fn start(read: &Read) -> Start {
    let last = read.last.or(read.query.after).and_then(RecordId::new);
    match last {
        Some(id) => Start::After(id.get(), id),
        None => Start::Offset((read.query.page - 1).saturating_mul(read.per_page)),
    }
}

/// The rows of records, after the names of the columns if they are the first.
fn rows(
    task: &Task<'_>,
    (view, columns): (ModuleView<'_>, &[(String, Column<'_>)]),
    records: &[Record],
    is_first: bool,
    tx: &mut dyn Transaction,
) -> Result<String, Fault> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    let mut write = |cells: Vec<String>| {
        let written = csv.write_record(cells);
        written.map_err(|error| Fault::new(&STORE_FAILED).because(error))
    };
    if is_first {
        let names = columns.iter().map(|(name, _)| name.clone());
        write(std::iter::once(ID.to_owned()).chain(names).collect())?;
    }
    let columns: Vec<&Column<'_>> = columns.iter().map(|(_, column)| column).collect();
    let found = values(&task.call, tx, view, records, &columns)?;
    for (record, values) in records.iter().zip(found) {
        let id = std::iter::once(record.head.id.to_string());
        write(id.chain(values.iter().map(cell)).collect())?;
    }
    let bytes = csv.into_inner();
    let bytes = bytes.map_err(|error| Fault::new(&STORE_FAILED).because(error))?;
    String::from_utf8(bytes).map_err(|error| Fault::new(&STORE_FAILED).because(error))
}

/// A value as a cell: of a lookup the id, of a list its values with commas between them.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Object(object) => object.get("id").map_or_else(String::new, cell),
        Value::Array(values) => {
            let cells: Vec<String> = values.iter().map(cell).collect();
            cells.join(",")
        }
    }
}
