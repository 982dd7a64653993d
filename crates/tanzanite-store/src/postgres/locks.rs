//! Locks on records.

use super::timeline::{append_entry, changed_and_told, the_record, with_next_entry};
use super::transaction::PostgresTransaction;
use tanzanite_crm::Stored;
use tanzanite_crm::policy::{LockRecord, Permit, UnlockRecord};
use tanzanite_crm::transaction::{Lock, Stamp};

type Tx<'a, 'c> = &'a mut PostgresTransaction<'c>;

pub(super) fn put(tx: Tx<'_, '_>, permit: &Permit<LockRecord>, lock: &Lock) -> Stored<()> {
    // The record must exist; otherwise the lock would apply to a later record with the same id.
    tx.change_record(
        permit.org(),
        concat!(
            with_next_entry!(),
            "changed AS (UPDATE records r SET timeline = next.entry",
            the_record!(),
            append_entry!("locked"),
            ", held AS (
                 INSERT INTO locks
                     (org, record, id, reason, automatic, modified_at, modified_by, created_at, created_by)
                 SELECT $1, $3, $6, $7, $8, $4, $5, $9, $10 FROM next
                 ON CONFLICT (org, record) DO UPDATE SET
                     id = excluded.id, reason = excluded.reason, automatic = excluded.automatic,
                     modified_at = excluded.modified_at, modified_by = excluded.modified_by,
                     created_at = excluded.created_at, created_by = excluded.created_by
                 RETURNING 1
             )",
            changed_and_told!(and "held"),
        ),
        &[
            &permit.org().get(),
            &permit.module(),
            &permit.record().get(),
            &lock.modified.at.millis(),
            &lock.modified.by.get(),
            &lock.id.get(),
            &lock.reason,
            &i64::from(lock.automatic),
            &lock.created.at.millis(),
            &lock.created.by.get(),
        ],
    )
}

pub(super) fn remove(tx: Tx<'_, '_>, permit: &Permit<UnlockRecord>, stamp: Stamp) -> Stored<()> {
    tx.change_record(
        permit.org(),
        concat!(
            with_next_entry!(),
            "changed AS (UPDATE records r SET timeline = next.entry",
            the_record!(),
            append_entry!("unlocked"),
            ", gone AS (DELETE FROM locks WHERE org = $1 AND record = $3 RETURNING 1)",
            changed_and_told!(and "gone"),
        ),
        &[
            &permit.org().get(),
            &permit.module(),
            &permit.record().get(),
            &stamp.at.millis(),
            &stamp.by.get(),
        ],
    )
}
