//! Settings and counters of an organisation.

use super::transaction::{SqliteTransaction, unreadable};
use rusqlite::params;
use std::sync::Arc;
use tanzanite_crm::metadata::SettingsItem;
use tanzanite_crm::{Metadata, StoreError, Stored};
use tanzanite_protocol::OrgId;

type Tx<'a, 'c> = &'a mut SqliteTransaction<'c>;

pub(super) fn metadata(tx: Tx<'_, '_>, org: OrgId) -> Stored<Option<Arc<Metadata>>> {
    if !tx.cache_is_stale()
        && let Some(metadata) = tx.cache.metadata(org)
    {
        return Ok(Some(metadata));
    }
    let items = tx.rows(
        "SELECT item FROM settings WHERE org = ?1 ORDER BY position",
        [org.get()],
        |row| {
            let text = row.get_ref(0)?.as_str()?;
            serde_json::from_str::<SettingsItem>(text).map_err(|error| unreadable(0, error))
        },
    )?;
    let metadata = Metadata::new(items).map(Arc::new);
    if let (Some(metadata), Some(since)) = (&metadata, tx.cacheable_since()) {
        tx.cache.keep_metadata(since, org, metadata);
    }
    Ok(metadata)
}

pub(super) fn add(tx: Tx<'_, '_>, org: OrgId, item: &SettingsItem) -> Stored<()> {
    tx.will_be_stale();
    let text = serde_json::to_string(item).map_err(StoreError::new)?;
    tx.change_one(
        "INSERT INTO settings (org, position, item)
         VALUES (?1, (SELECT coalesce(max(position), 0) + 1 FROM settings WHERE org = ?1), ?2)",
        params![org.get(), text],
    )
}

/// Such an item stands before those that are added.
pub(super) fn replace(tx: Tx<'_, '_>, org: OrgId, item: &SettingsItem) -> Stored<()> {
    let position = item.position();
    let position = position.ok_or_else(|| StoreError::new("of this item there may be several"))?;
    tx.will_be_stale();
    let text = serde_json::to_string(item).map_err(StoreError::new)?;
    tx.change_one(
        "INSERT INTO settings (org, position, item)
         SELECT ?1, ?3, ?2 WHERE EXISTS (SELECT 1 FROM settings WHERE org = ?1)
         ON CONFLICT (org, position) DO UPDATE SET item = excluded.item",
        params![org.get(), text, position],
    )
}

pub(super) fn organisations(tx: Tx<'_, '_>) -> Stored<Vec<OrgId>> {
    let orgs = tx.rows(
        "SELECT DISTINCT org FROM settings WHERE org > 0 ORDER BY org",
        [],
        |row| row.get(0),
    )?;
    Ok(orgs.into_iter().filter_map(OrgId::new).collect())
}

pub(super) fn start_numbers(tx: Tx<'_, '_>, org: OrgId, last: i64) -> Stored<()> {
    tx.change_one(
        "INSERT INTO counters (org, last) VALUES (?1, ?2) ON CONFLICT (org) DO UPDATE SET last = excluded.last",
        [org.get(), last],
    )
}

pub(super) fn next_number(tx: Tx<'_, '_>, org: OrgId) -> Stored<i64> {
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
