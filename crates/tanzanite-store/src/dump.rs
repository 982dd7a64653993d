//! The content of an organisation's documents, records and links as text, by which tests compare states.

use std::fmt::Write as _;
use tanzanite_crm::policy::Seen;
use tanzanite_crm::schema::Module;
use tanzanite_crm::stored::{DocumentKind, DocumentQuery, Ends, LinkQuery, Relation};
use tanzanite_crm::transaction::{DeletedQuery, RecordQuery, Start};
use tanzanite_crm::{StoreError, Stored, Transaction};
use tanzanite_protocol::OrgId;

/// Records that are read at once.
const PAGE: u32 = 1000;

/// One line for every document, and for every record, photo, link, lock and timeline entry, of the recycle bin only the
/// records.
///
/// Links are asked for by the page, because a store may run the transaction again for each question.
pub fn dump(org: OrgId, tx: &mut dyn Transaction) -> Stored<String> {
    let metadata = tx
        .metadata(org)?
        .ok_or_else(|| StoreError::new("no such organisation"))?;
    let mut text = String::new();
    for kind in DocumentKind::ALL {
        for document in tx.documents(&DocumentQuery::all(org, *kind))? {
            writeln!(text, "{} {document:?}", kind.name()).map_err(StoreError::new)?;
        }
    }
    for module in metadata.modules() {
        dump_deleted(org, module, &mut text, tx)?;
        let mut start = Start::Offset(0);
        loop {
            let seen = Seen::bypassing_policy_as_operator(org, module.number);
            let query = RecordQuery {
                start,
                ..RecordQuery::all(seen, PAGE)
            };
            let page = tx.records(&query)?;
            for record in &page {
                let head = &record.head;
                let written = writeln!(text, "{} {record:?}", module.api_name)
                    .and_then(|()| writeln!(text, "  photo {:?}", head.image));
                written.map_err(StoreError::new)?;
                if let Some(photo) = tx.file(head)? {
                    writeln!(text, "  {photo:?}").map_err(StoreError::new)?;
                }
                for entry in tx.timeline(org, module.number, head.id)? {
                    writeln!(text, "  {entry:?}").map_err(StoreError::new)?;
                }
            }
            let records: Vec<i64> = page.iter().map(|record| record.head.id.get()).collect();
            for relation in Relation::ALL {
                let query = LinkQuery {
                    org,
                    relation: *relation,
                    ends: Ends::Sources(records.clone()),
                    limit: u32::MAX,
                };
                for link in tx.links(&query)? {
                    writeln!(text, "  {} {link:?}", relation.name()).map_err(StoreError::new)?;
                }
            }
            match page.last() {
                Some(last) => start = Start::After(0, last.head.id),
                None => break,
            }
        }
    }
    Ok(text)
}

fn dump_deleted(
    org: OrgId,
    module: &Module,
    text: &mut String,
    tx: &mut dyn Transaction,
) -> Stored<()> {
    let mut offset = 0;
    loop {
        let seen = vec![Seen::bypassing_policy_as_operator(org, module.number)];
        let page = tx.deleted_records(&DeletedQuery {
            offset,
            ..DeletedQuery::all(seen, PAGE)
        })?;
        for record in &page {
            let fields = tx.deleted_fields(org, module.number, record.head.id)?;
            writeln!(text, "deleted {} {record:?} {fields:?}", module.api_name)
                .map_err(StoreError::new)?;
        }
        if page.is_empty() {
            return Ok(());
        }
        offset += PAGE;
    }
}
