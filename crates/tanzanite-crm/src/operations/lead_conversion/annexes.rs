//! The notes and attachments of a lead go to a record that it became.

use super::targets::Became;
use crate::call::ModuleCall;
use crate::operations::records::annexes::{hanging_on, values_of};
use crate::operations::records::change;
use crate::policy::{ConvertLead, Permit, Seen};
use crate::schema::validate::merge;
use crate::transaction::{Record, RecordQuery, Transaction};
use tanzanite_protocol::Fault;

/// The records of one page of what is moved.
const PAGE: u32 = 200;

/// Moves all records of an annex that hang on the lead.
pub(super) fn shift(
    call: &ModuleCall<'_>,
    permit: &Permit<ConvertLead>,
    annex: &str,
    to: &Became,
    tx: &mut dyn Transaction,
) -> Result<(), Fault> {
    let metadata = call.metadata();
    let (Some(annex), Some(module)) = (metadata.module(annex), metadata.module(to.target.module()))
    else {
        return Ok(());
    };
    let call = call.about(annex);
    loop {
        let found = tx.records(&RecordQuery {
            criteria: Some(hanging_on(annex, std::iter::once(permit.record()))),
            ..RecordQuery::all(Seen::beneath(permit, annex), PAGE)
        })?;
        for Record { head, fields } in &found {
            let after = merge(fields, values_of(module, to.id));
            // Its author and its times stay, since nothing of it is changed but its place.
            let change = change::of(&call, fields, after, Vec::new(), head.owner, head.modified);
            tx.update_record(permit.of_annex(head), &change)?;
        }
        if found.len() < PAGE as usize {
            return Ok(());
        }
    }
}
