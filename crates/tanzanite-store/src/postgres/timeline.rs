//! Timelines: the history of records. The statement that changes a record also appends the entry, which the record then
//! refers to as its newest; each entry refers to the previous one of the same record.

use super::transaction::{PostgresTransaction, read, stamp};
use tanzanite_crm::Stored;
use tanzanite_crm::schema::Number;
use tanzanite_crm::transaction::Stamp;
use tanzanite_protocol::{OrgId, RecordId};

/// The beginning of a statement that changes the record of organisation `$1`, module `$2` and id `$3`: if the record
/// exists, `next` has one row with the number of its next entry. The rest of the statement must define `changed`, which
/// updates the record.
macro_rules! with_next_entry {
    () => {
        "WITH next AS MATERIALIZED (
             SELECT nextval('timeline_entries') AS entry, timeline AS previous, image
             FROM records WHERE org = $1 AND module = $2 AND id = $3 AND deleted_by IS NULL
         ), "
    };
}

/// The end of `changed`, with the condition on `records r` and `next`.
macro_rules! the_record {
    () => {
        " FROM next WHERE r.org = $1 AND r.module = $2 AND r.id = $3 AND r.deleted_by IS NULL RETURNING 1) "
    };
}

/// Appends the entry; `$4` is the time and `$5` the user.
macro_rules! append_entry {
    ($action:literal) => {
        append_entry!(sql concat!("'", $action, "'"))
    };
    // With the expression of an action.
    (sql $action:expr) => {
        concat!(
            ", told AS (
             INSERT INTO timeline (org, entry, record, previous, action, at, by)
             SELECT $1, entry, $3, previous, ",
            $action,
            ", $4, $5 FROM next RETURNING entry
         ) "
        )
    };
}

/// The end of the statement. If nothing was changed it divides by zero, so that the server itself refuses a COMMIT
/// after it; keys are unique, so no more than one row is ever changed.
macro_rules! changed_and_told {
    () => {
        " SELECT pg_current_xact_id()::text::bigint, 1 / (SELECT count(*) FROM changed), (SELECT entry FROM told)"
    };
    // Also requires exactly one row of another expression.
    (and $other:literal) => {
        concat!(
            " SELECT pg_current_xact_id()::text::bigint, 1 / ((SELECT count(*) FROM changed) * (SELECT count(*) FROM ",
            $other,
            ")), (SELECT entry FROM told)"
        )
    };
}

pub(super) use {append_entry, changed_and_told, the_record, with_next_entry};

/// A record's entries, the newest first.
pub(super) fn timeline(
    tx: &mut PostgresTransaction<'_>,
    org: OrgId,
    module: Number,
    record: RecordId,
) -> Stored<Vec<(String, Stamp)>> {
    let rows = tx.rows(
        "WITH RECURSIVE chain (entry, previous, action, at, by) AS (
             SELECT t.entry, t.previous, t.action, t.at, t.by
             FROM records r JOIN timeline t ON t.org = r.org AND t.entry = r.timeline
             WHERE r.org = $1 AND r.module = $2 AND r.id = $3
             UNION ALL
             SELECT t.entry, t.previous, t.action, t.at, t.by
             FROM chain c JOIN timeline t ON t.org = $1 AND t.entry = c.previous
         )
         SELECT action, at, by FROM chain ORDER BY entry DESC",
        &[&org.get(), &module, &record.get()],
    )?;
    rows.iter()
        .map(|row| Ok((read(row, 0)?, stamp(row, 1)?)))
        .collect()
}
