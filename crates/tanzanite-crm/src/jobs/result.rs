//! The result of a job: a text in parts, each a document, so that neither a step nor its transaction holds the
//! whole. It is removed when its time is over.

use super::{Job, Task};
use crate::policy::{Errand, PutDocument, RemoveDocument};
use crate::stored::{Document, DocumentKind, DocumentQuery, NewDocument};
use crate::transaction::{Stored, Transaction};
use serde_json::{Value, json};
use tanzanite_protocol::OrgId;

/// The key of a part's text.
const TEXT: &str = "text";

/// Adds a part at the end.
pub(crate) fn add_part(task: &Task<'_>, text: &str, tx: &mut dyn Transaction) -> Stored<()> {
    let id = tx.next_number(task.call.caller.org())?;
    let part = NewDocument {
        within: task.job,
        body: json!({ TEXT: text }),
        keys: Vec::new(),
    };
    let grant = task
        .errand
        .grant::<PutDocument>(DocumentKind::JOB_RESULT, id);
    tx.put_document(grant, &part)
}

/// Hands the parts out, in their order, one at a time.
pub(crate) fn for_each_part<E: From<crate::StoreError>>(
    org: OrgId,
    job: i64,
    tx: &mut dyn Transaction,
    mut take: impl FnMut(&str) -> Result<(), E>,
) -> Result<(), E> {
    let mut after = 0;
    while let Some(part) = next(org, job, after, tx)? {
        after = part.id;
        take(part.body.get(TEXT).and_then(Value::as_str).unwrap_or(""))?;
    }
    Ok(())
}

/// Removes the result of a job that has ended.
pub(super) fn remove(errand: &Errand, job: &Job, tx: &mut dyn Transaction) -> Stored<()> {
    let mut after = 0;
    while let Some(part) = next(errand.org(), job.id, after, tx)? {
        after = part.id;
        tx.remove_document(errand.grant::<RemoveDocument>(DocumentKind::JOB_RESULT, part.id))?;
    }
    Ok(())
}

fn next(org: OrgId, job: i64, after: i64, tx: &mut dyn Transaction) -> Stored<Option<Document>> {
    let query = DocumentQuery {
        after,
        limit: 1,
        ..DocumentQuery::all(org, DocumentKind::JOB_RESULT).within(job)
    };
    Ok(tx.documents(&query)?.pop())
}
