//! Locks on records.

use super::timeline::note_on_timeline;
use super::transaction::SqliteTransaction;
use rusqlite::params;
use tanzanite_crm::Stored;
use tanzanite_crm::policy::{LockRecord, Permit, UnlockRecord};
use tanzanite_crm::transaction::{Lock, Stamp};

type Tx<'a, 'c> = &'a mut SqliteTransaction<'c>;

pub(super) fn put(tx: Tx<'_, '_>, permit: &Permit<LockRecord>, lock: &Lock) -> Stored<()> {
    // The record must exist; otherwise the lock would apply to a later record with the same id.
    tx.change_one(
        "INSERT OR REPLACE INTO locks
             (org, record, id, reason, automatic, created_at, created_by, modified_at, modified_by)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
         FROM records WHERE org = ?1 AND module = ?10 AND id = ?2 AND deleted_at IS NULL",
        params![
            permit.org().get(),
            permit.record().get(),
            lock.id.get(),
            lock.reason,
            lock.automatic,
            lock.created.at.millis(),
            lock.created.by.get(),
            lock.modified.at.millis(),
            lock.modified.by.get(),
            permit.module(),
        ],
    )?;
    note_on_timeline(tx, permit, "locked", lock.modified)
}

pub(super) fn remove(tx: Tx<'_, '_>, permit: &Permit<UnlockRecord>, stamp: Stamp) -> Stored<()> {
    tx.change_one(
        "DELETE FROM locks WHERE org = ?1 AND record = ?2",
        params![permit.org().get(), permit.record().get()],
    )?;
    note_on_timeline(tx, permit, "unlocked", stamp)
}
