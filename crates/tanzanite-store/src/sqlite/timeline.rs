//! Timelines: the history of records. Entries are appended in the order of events, so that a write touches only the
//! last page rather than one page for each record. Each entry refers to the previous one of the same record, and the
//! record to its newest.

use super::transaction::{SqliteTransaction, stamp};
use rusqlite::params;
use tanzanite_crm::Stored;
use tanzanite_crm::policy::Permit;
use tanzanite_crm::schema::Number;
use tanzanite_crm::transaction::Stamp;
use tanzanite_protocol::{OrgId, RecordId};

/// The entry appended last, which the statement after [`append_timeline`] must assign to `timeline`. The organisation
/// is that statement's first parameter.
macro_rules! newest_entry {
    () => {
        "(SELECT max(entry) FROM timeline WHERE org = ?1)"
    };
}
pub(super) use newest_entry;

/// Appends an entry. The caller's next statement must make the record refer to it.
pub(super) fn append_timeline<O>(
    tx: &mut SqliteTransaction<'_>,
    permit: &Permit<O>,
    action: &str,
    stamp: Stamp,
) -> Stored<()> {
    tx.change_one(
        "INSERT INTO timeline (org, entry, record, previous, action, at, by)
         VALUES (
             ?1,
             (SELECT coalesce(max(entry), 0) + 1 FROM timeline WHERE org = ?1),
             ?3,
             (SELECT timeline FROM records WHERE org = ?1 AND module = ?2 AND id = ?3),
             ?4, ?5, ?6
         )",
        params![
            permit.org().get(),
            permit.module(),
            permit.record().get(),
            action,
            stamp.at.millis(),
            stamp.by.get()
        ],
    )
}

/// Appends an entry about an event that changes no column of the record, and makes the record refer to it.
pub(super) fn note_on_timeline<O>(
    tx: &mut SqliteTransaction<'_>,
    permit: &Permit<O>,
    action: &str,
    stamp: Stamp,
) -> Stored<()> {
    append_timeline(tx, permit, action, stamp)?;
    tx.change_one(
        concat!(
            "UPDATE records SET timeline = ",
            newest_entry!(),
            " WHERE org = ?1 AND module = ?2 AND id = ?3 AND deleted_at IS NULL"
        ),
        params![permit.org().get(), permit.module(), permit.record().get()],
    )
}

/// A record's entries, the newest first.
pub(super) fn timeline(
    tx: &mut SqliteTransaction<'_>,
    org: OrgId,
    module: Number,
    record: RecordId,
) -> Stored<Vec<(String, Stamp)>> {
    tx.rows(
        "WITH RECURSIVE chain (entry) AS (
             SELECT timeline FROM records WHERE org = ?1 AND module = ?2 AND id = ?3
             UNION ALL
             SELECT t.previous FROM chain c JOIN timeline t ON t.org = ?1 AND t.entry = c.entry
             WHERE t.previous IS NOT NULL
         )
         SELECT t.action, t.at, t.by FROM chain c JOIN timeline t ON t.org = ?1 AND t.entry = c.entry
         ORDER BY t.entry DESC",
        params![org.get(), module, record.get()],
        |row| Ok((row.get(0)?, stamp(row, 1)?)),
    )
}
