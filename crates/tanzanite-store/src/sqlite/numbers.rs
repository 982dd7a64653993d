//! The counters of organisations.

use super::transaction::SqliteTransaction;
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::OrgId;

type Tx<'a, 'c> = &'a mut SqliteTransaction<'c>;

pub(super) fn start(tx: Tx<'_, '_>, org: OrgId, last: i64) -> Stored<()> {
    tx.change_one(
        "INSERT INTO counters (org, last) VALUES (?1, ?2) ON CONFLICT (org) DO UPDATE SET last = excluded.last",
        [org.get(), last],
    )
}

pub(super) fn next(tx: Tx<'_, '_>, org: OrgId) -> Stored<i64> {
    tx.change_one(
        "INSERT INTO counters (org, last) VALUES (?1, 1) ON CONFLICT (org) DO UPDATE SET last = last + 1",
        [org.get()],
    )?;
    tx.row(
        "SELECT last FROM counters WHERE org = ?1",
        [org.get()],
        |row| row.get(0),
    )?
    .ok_or_else(|| StoreError::new("a counter has vanished"))
}
