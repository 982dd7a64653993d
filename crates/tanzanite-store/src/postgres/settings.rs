//! Settings of an organisation. A node caches them with their version, and then queries only the version.

use super::dialogue::Version;
use super::transaction::{PostgresTransaction, read};
use std::sync::Arc;
use tanzanite_crm::metadata::{Core, Schema, SettingsItem};
use tanzanite_crm::stored::{DocumentKind, MetadataPart};
use tanzanite_crm::{Metadata, StoreError, Stored};
use tanzanite_protocol::OrgId;
use tokio_postgres::Row;

type Tx<'a, 'c> = &'a mut PostgresTransaction<'c>;

/// Reads the settings. If the transaction has read an access token of the organisation, their version is known, and a
/// node that has cached that version needs no statement.
pub(super) fn metadata(tx: Tx<'_, '_>, org: OrgId) -> Stored<Option<Arc<Metadata>>> {
    // All runs of the job must use the same cached settings, since the query leaves out parts that were cached when it
    // was sent.
    let remembered = tx.once(|tx| {
        let remembered = tx.shared.cache.settings(org);
        Ok(remembered.filter(|_| !tx.dialogue.settings_changed))
    })?;
    tx.once(|tx| find(tx, org, remembered.as_ref()))
}

fn find(
    tx: Tx<'_, '_>,
    org: OrgId,
    remembered: Option<&(Version, Arc<Metadata>)>,
) -> Stored<Option<Arc<Metadata>>> {
    if let (Some((version, metadata)), Some(seen)) = (remembered, tx.dialogue.versions.get(&org))
        && seen.is_some_and(|seen| seen.is_same(*version))
    {
        return Ok(Some(Arc::clone(metadata)));
    }
    let known = remembered.map(|(version, _)| *version);
    let core = DocumentKind::CORE.end;
    let [first, second] = DocumentKind::SCHEMA;
    let rows = tx.ask(
        "SELECT v.version, v.schema, v.generation, d.kind, d.id, d.body
         FROM (SELECT 1) AS always LEFT JOIN settings_versions v ON v.org = $1
         LEFT JOIN documents d ON d.org = $1 AND (d.kind < $5 OR d.kind >= $6 AND d.kind < $7) AND CASE
             WHEN d.kind < $4 THEN $2::bigint IS NULL OR v.version IS DISTINCT FROM $2
             ELSE $3::bigint IS NULL OR v.schema IS DISTINCT FROM $3 END
         ORDER BY d.kind, d.id",
        &[
            &org.get(),
            &known.map(|known| known.settings),
            &known.map(|known| known.schema),
            &core,
            &first.end,
            &second.start,
            &second.end,
        ],
    )?;
    let seen = rows
        .first()
        .map(|row| Version::read(row, 0))
        .transpose()?
        .flatten();
    tx.dialogue.versions.insert(org, seen);
    let Some(seen) = seen else { return Ok(None) };
    let is_core = |item: &SettingsItem| item.kind().part() == Some(MetadataPart::Core);
    let items = rows.iter().filter_map(|row| item(row).transpose());
    let (of_core, of_schema) = items
        .collect::<Stored<Vec<_>>>()?
        .into_iter()
        .partition(is_core);
    let core = match remembered {
        Some((known, metadata)) if known.settings == seen.settings => {
            Some(Arc::clone(metadata.core()))
        }
        _ => Core::new(of_core).map(Arc::new),
    };
    let Some(core) = core else { return Ok(None) };
    let schema = match remembered {
        Some((known, metadata)) if known.schema == seen.schema => Arc::clone(metadata.schema()),
        _ => Arc::new(Schema::new(of_schema)),
    };
    let metadata = Arc::new(Metadata::of(core, schema));
    if !tx.dialogue.settings_changed {
        tx.shared.cache.keep_settings(org, seen, &metadata);
    }
    Ok(Some(metadata))
}

/// Reads an item; `None` if the row states that the cached part is valid, or that there is none.
fn item(row: &Row) -> Stored<Option<SettingsItem>> {
    let Some(kind) = read::<Option<i64>>(row, 3)? else {
        return Ok(None);
    };
    let kind =
        DocumentKind::of(kind).ok_or_else(|| StoreError::new("a document of an unknown kind"))?;
    let body: &str = row.try_get(5).map_err(StoreError::new)?;
    let body = serde_json::from_str(body).map_err(StoreError::new)?;
    SettingsItem::read(kind, read(row, 4)?, body).map_err(StoreError::new)
}

/// The version at which the organisation's numbering last started again; 0 if there is no such organisation.
pub(super) fn generation(tx: Tx<'_, '_>, org: OrgId) -> Stored<i64> {
    let version = tx.once(|tx| {
        if let Some(version) = tx.dialogue.versions.get(&org) {
            return Ok(*version);
        }
        let sql = "SELECT version, schema, generation FROM settings_versions WHERE org = $1";
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
    // Skips through the index from one organisation to the next, since each has many documents.
    let rows = tx.rows(
        "WITH RECURSIVE orgs (org) AS (
             SELECT min(org) FROM documents WHERE org > 0
             UNION ALL
             SELECT (SELECT min(s.org) FROM documents s WHERE s.org > orgs.org) FROM orgs WHERE orgs.org IS NOT NULL
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
