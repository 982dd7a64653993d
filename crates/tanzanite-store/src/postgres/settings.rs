//! Settings of an organisation. A node remembers them with their version, and asks for the version alone.

use super::dialogue::Version;
use super::transaction::{PostgresTransaction, read};
use std::sync::Arc;
use tanzanite_crm::metadata::SettingsItem;
use tanzanite_crm::{Metadata, StoreError, Stored};
use tanzanite_protocol::OrgId;
use tokio_postgres::Row;

type Tx<'a, 'c> = &'a mut PostgresTransaction<'c>;

/// The settings. Their version is known already if the transaction has read an access token of the organisation's, and then
/// a node that remembers that version needs no statement.
pub(super) fn metadata(tx: Tx<'_, '_>, org: OrgId) -> Stored<Option<Arc<Metadata>>> {
    // Every run goes by the same: the answer leaves out what was remembered when it was asked for.
    let remembered = tx.once(|tx| {
        let remembered = tx.shared.cache.settings(org);
        Ok(remembered.filter(|_| !tx.dialogue.settings_changed))
    })?;
    tx.once(|tx| find(tx, org, remembered))
}

fn find(
    tx: Tx<'_, '_>,
    org: OrgId,
    remembered: Option<(i64, Arc<Metadata>)>,
) -> Stored<Option<Arc<Metadata>>> {
    if let (Some((version, metadata)), Some(seen)) = (&remembered, tx.dialogue.versions.get(&org))
        && seen.is_some_and(|seen| seen.settings == *version)
    {
        return Ok(Some(Arc::clone(metadata)));
    }
    let remembered_version = remembered.as_ref().map(|(version, _)| *version);
    let rows = tx.ask(
        "SELECT v.version, v.generation, s.item
         FROM (SELECT 1) AS always LEFT JOIN settings_versions v ON v.org = $1
         LEFT JOIN settings s ON s.org = $1 AND ($2::bigint IS NULL OR v.version IS DISTINCT FROM $2)
         ORDER BY s.position",
        &[&org.get(), &remembered_version],
    )?;
    let seen = rows
        .first()
        .map(|row| Version::read(row, 0))
        .transpose()?
        .flatten();
    tx.dialogue.versions.insert(org, seen);
    let version = seen.map(|seen| seen.settings);
    if let Some((remembered_version, metadata)) = remembered
        && version == Some(remembered_version)
    {
        return Ok(Some(metadata));
    }
    let items = rows.iter().filter_map(|row| item(row).transpose());
    let metadata = Metadata::new(items.collect::<Stored<_>>()?).map(Arc::new);
    if let (Some(metadata), Some(version), false) =
        (&metadata, version, tx.dialogue.settings_changed)
    {
        tx.shared.cache.keep_settings(org, version, metadata);
    }
    Ok(metadata)
}

/// None if the row says that what is remembered is so, or that there is nothing.
fn item(row: &Row) -> Stored<Option<SettingsItem>> {
    let text: Option<&str> = row.try_get(2).map_err(StoreError::new)?;
    text.map(|text| serde_json::from_str(text).map_err(StoreError::new))
        .transpose()
}

/// Changes an item, and the version with it. `$1` is the organisation.
macro_rules! changed {
    ($change:literal) => {
        concat!(
            "WITH changed AS (",
            $change,
            " RETURNING 1
             ), versioned AS (
                 INSERT INTO settings_versions (org, version, generation)
                 SELECT $1, next, next FROM (SELECT nextval('settings_changes') AS next) AS numbers
                 ON CONFLICT (org) DO UPDATE SET version = excluded.version
                 RETURNING 1
             )
             SELECT pg_current_xact_id()::text::bigint, (SELECT count(*) FROM changed) * (SELECT count(*) FROM versioned)"
        )
    };
}

pub(super) fn add(tx: Tx<'_, '_>, org: OrgId, item: &SettingsItem) -> Stored<()> {
    let sql = changed!(
        "INSERT INTO settings (org, position, item)
         VALUES ($1, (SELECT coalesce(max(position), 0) + 1 FROM settings WHERE org = $1), $2)"
    );
    tx.dialogue.settings_changed = true;
    tx.change_one(sql, &[&org.get(), &text(item)?])
}

/// Such an item stands before those that are added.
pub(super) fn replace(tx: Tx<'_, '_>, org: OrgId, item: &SettingsItem) -> Stored<()> {
    let position = item.position();
    let position = position.ok_or_else(|| StoreError::new("of this item there may be several"))?;
    let sql = changed!(
        "INSERT INTO settings (org, position, item)
         SELECT $1, $3, $2 WHERE EXISTS (SELECT FROM settings WHERE org = $1)
         ON CONFLICT (org, position) DO UPDATE SET item = excluded.item"
    );
    tx.dialogue.settings_changed = true;
    tx.change_one(sql, &[&org.get(), &text(item)?, &position])
}

fn text(item: &SettingsItem) -> Stored<String> {
    serde_json::to_string(item).map_err(StoreError::new)
}

/// At which version the organisation's numbers began anew; 0 if there is no such organisation.
pub(super) fn generation(tx: Tx<'_, '_>, org: OrgId) -> Stored<i64> {
    let version = tx.once(|tx| {
        if let Some(version) = tx.dialogue.versions.get(&org) {
            return Ok(*version);
        }
        let sql = "SELECT version, generation FROM settings_versions WHERE org = $1";
        let rows = tx.ask(sql, &[&org.get()])?;
        Ok(rows
            .first()
            .map(|row| Version::read(row, 0))
            .transpose()?
            .flatten())
    })?;
    Ok(version.map_or(0, |version| version.generation))
}

pub(super) fn start_numbers(tx: Tx<'_, '_>, org: OrgId, last: i64) -> Stored<()> {
    tx.change_one(
        "WITH put AS (
             INSERT INTO counters (org, last) VALUES ($1, $2)
             ON CONFLICT (org) DO UPDATE SET last = excluded.last RETURNING 1
         )
         SELECT pg_current_xact_id()::text::bigint, (SELECT count(*) FROM put)",
        &[&org.get(), &last],
    )
}

pub(super) fn organisations(tx: Tx<'_, '_>) -> Stored<Vec<OrgId>> {
    // Skips from each organisation to the next: their items are many, and they are few.
    let rows = tx.rows(
        "WITH RECURSIVE orgs (org) AS (
             SELECT min(org) FROM settings WHERE org > 0
             UNION ALL
             SELECT (SELECT min(s.org) FROM settings s WHERE s.org > orgs.org) FROM orgs WHERE orgs.org IS NOT NULL
         )
         SELECT org FROM orgs WHERE org IS NOT NULL ORDER BY org",
        &[],
    )?;
    let orgs = rows.iter().map(|row| read(row, 0));
    Ok(orgs
        .collect::<Stored<Vec<i64>>>()?
        .into_iter()
        .filter_map(OrgId::new)
        .collect())
}
