-- Deleted records are listed, those deleted last first (src/deleted.rs). Who deletes appends to this index: its keys grow with time.

CREATE INDEX records_deleted ON records (org, module, deleted_at, id) WHERE deleted_at IS NOT NULL;

-- Fax numbers are texts and no telephone numbers, and so have other words. All records get their keys anew in the same transaction.

DELETE FROM record_values;
