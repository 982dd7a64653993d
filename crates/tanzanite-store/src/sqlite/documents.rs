//! Documents, their keys, links, and the metadata that consists of documents.

use super::cache::Outdated;
use super::transaction::{SqliteTransaction, unreadable};
use rusqlite::types::Value as Parameter;
use rusqlite::{params, params_from_iter};
use std::ops::Range;
use std::sync::Arc;
use tanzanite_crm::metadata::{Core, Schema, SettingsItem};
use tanzanite_crm::policy::{End, Grant, LinkGrant, PutDocument, RemoveDocument};
use tanzanite_crm::schema::Number;
use tanzanite_crm::stored::{
    Document, DocumentKind, DocumentQuery, DueJob, Ends, KeySlot, Link, LinkQuery, MetadataPart,
    NewDocument, Relation,
};
use tanzanite_crm::{Metadata, StoreError, Stored};
use tanzanite_protocol::OrgId;

type Tx<'a, 'c> = &'a mut SqliteTransaction<'c>;

pub(super) fn metadata(tx: Tx<'_, '_>, org: OrgId) -> Stored<Option<Arc<Metadata>>> {
    let mut known = tx.cache.metadata(org);
    for part in MetadataPart::ALL {
        if tx.is_outdated(Outdated::Part(org, part)) {
            known.forget(part);
        }
    }
    if known.whole.is_some() {
        return Ok(known.whole);
    }
    let core = match known.core {
        Some(core) => Some(core),
        None => Core::new(items(tx, org, [DocumentKind::CORE])?).map(Arc::new),
    };
    let Some(core) = core else { return Ok(None) };
    let schema = match known.schema {
        Some(schema) => schema,
        None => Arc::new(Schema::new(items(tx, org, DocumentKind::SCHEMA)?)),
    };
    let metadata = Arc::new(Metadata::of(core, schema));
    if let Some(since) = tx.cacheable_since() {
        tx.cache.keep_metadata(since, org, &metadata);
    }
    Ok(Some(metadata))
}

fn items<const RANGES: usize>(
    tx: Tx<'_, '_>,
    org: OrgId,
    kinds: [Range<i64>; RANGES],
) -> Stored<Vec<SettingsItem>> {
    let mut items = Vec::new();
    for range in kinds {
        let found = tx.rows(
            "SELECT kind, id, body FROM documents WHERE org = ?1 AND kind >= ?2 AND kind < ?3 ORDER BY kind, id",
            [org.get(), range.start, range.end],
            |row| {
                let body = serde_json::from_str(row.get_ref(2)?.as_str()?);
                let kind = DocumentKind::of(row.get(0)?).ok_or("a document of an unknown kind");
                let kind = kind.map_err(|error| unreadable(0, error))?;
                let id = row.get(1)?;
                let item = body.and_then(|body| SettingsItem::read(kind, id, body));
                item.map_err(|error| unreadable(2, error))
            },
        )?;
        items.extend(found.into_iter().flatten());
    }
    Ok(items)
}

pub(super) fn list(tx: Tx<'_, '_>, query: &DocumentQuery) -> Stored<Vec<Document>> {
    let mut sql =
        "SELECT id, within, body FROM documents WHERE org = ? AND kind = ? AND id > ?".to_owned();
    let mut given: Vec<Parameter> = vec![
        query.org.get().into(),
        query.kind.number().into(),
        query.after.into(),
    ];
    if let Some(within) = query.within {
        sql.push_str(" AND within = ?");
        given.push(within.into());
        if within != 0 {
            sql.push_str(" AND within <> 0");
        }
    }
    if let Some(ids) = &query.ids {
        sql.push_str(" AND id IN (SELECT value FROM json_each(?))");
        given.push(serde_json::json!(ids).to_string().into());
    }
    sql.push_str(" ORDER BY id LIMIT ?");
    given.push(i64::from(query.limit).into());
    tx.rows(&sql, params_from_iter(given), |row| {
        let body = serde_json::from_str(row.get_ref(2)?.as_str()?);
        Ok(Document {
            id: row.get(0)?,
            within: row.get(1)?,
            body: body.map_err(|error| unreadable(2, error))?,
        })
    })
}

pub(super) fn with_keys(
    tx: Tx<'_, '_>,
    org: OrgId,
    kind: DocumentKind,
    slot: KeySlot,
    values: &[String],
) -> Stored<Vec<(String, i64)>> {
    tx.rows(
        "SELECT value, id FROM document_keys WHERE org = ?1 AND kind = ?2 AND slot = ?3
         AND value IN (SELECT value FROM json_each(?4)) ORDER BY value, id",
        params![
            org.get(),
            kind.number(),
            slot.number(),
            serde_json::json!(values).to_string()
        ],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

pub(super) fn put(
    tx: Tx<'_, '_>,
    grant: &Grant<PutDocument>,
    document: &NewDocument,
) -> Stored<()> {
    let (org, kind, id) = (grant.org(), grant.kind(), grant.id());
    outdate(tx, org, kind);
    tx.change_one(
        "INSERT INTO documents (org, kind, id, within, body) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (org, kind, id) DO UPDATE SET body = excluded.body",
        params![
            org.get(),
            kind.number(),
            id,
            document.within,
            document.body.to_string()
        ],
    )?;
    remove_keys(tx, org, kind, id)?;
    for key in &document.keys {
        tx.change_one(
            "INSERT INTO document_keys (org, kind, slot, value, id) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![org.get(), kind.number(), key.slot.number(), key.value, id],
        )?;
    }
    Ok(())
}

pub(super) fn remove(tx: Tx<'_, '_>, grant: &Grant<RemoveDocument>) -> Stored<bool> {
    let (org, kind, id) = (grant.org(), grant.kind(), grant.id());
    outdate(tx, org, kind);
    remove_keys(tx, org, kind, id)?;
    let removed = tx.change(
        "DELETE FROM documents WHERE org = ?1 AND kind = ?2 AND id = ?3",
        [org.get(), kind.number(), id],
    )?;
    Ok(removed > 0)
}

fn remove_keys(tx: Tx<'_, '_>, org: OrgId, kind: DocumentKind, id: i64) -> Stored<()> {
    tx.change(
        "DELETE FROM document_keys WHERE org = ?1 AND kind = ?2 AND id = ?3",
        [org.get(), kind.number(), id],
    )
    .map(drop)
}

fn outdate(tx: Tx<'_, '_>, org: OrgId, kind: DocumentKind) {
    if let Some(part) = kind.part() {
        tx.outdate(Outdated::Part(org, part));
    }
}

pub(super) fn due_jobs(tx: Tx<'_, '_>) -> Stored<Vec<DueJob>> {
    // With `min()`, SQLite takes the other columns from the row with the smallest value (documented for bare columns).
    let due = tx.rows(
        "SELECT org, min(value), id FROM document_keys WHERE kind = 60 AND slot = 3 AND org > 0 GROUP BY org ORDER BY org",
        [],
        |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?)),
    )?;
    Ok(due
        .into_iter()
        .filter_map(|(org, at, id)| DueJob::read(org, &at, id))
        .collect())
}

pub(super) fn organisations(tx: Tx<'_, '_>) -> Stored<Vec<OrgId>> {
    let orgs = tx.rows(
        "SELECT DISTINCT org FROM documents WHERE org > 0 ORDER BY org",
        [],
        |row| row.get(0),
    )?;
    Ok(orgs.into_iter().filter_map(OrgId::new).collect())
}

pub(super) fn links(tx: Tx<'_, '_>, query: &LinkQuery) -> Stored<Vec<Link>> {
    let link = |row: &rusqlite::Row<'_>| {
        Ok(Link {
            source: row.get(0)?,
            target: row.get(1)?,
        })
    };
    let (org, relation) = (query.org.get(), query.relation.number());
    match &query.ends {
        Ends::Sources(sources) => tx.rows(
            "SELECT source, target FROM links WHERE org = ?1 AND relation = ?2
             AND source IN (SELECT value FROM json_each(?3)) ORDER BY source, target LIMIT ?4",
            params![org, relation, serde_json::json!(sources).to_string(), query.limit],
            link,
        ),
        Ends::Target(target, after) => tx.rows(
            "SELECT source, target FROM links WHERE org = ?1 AND relation = ?2 AND target = ?3 AND source > ?4
             ORDER BY source LIMIT ?5",
            params![org, relation, target, after, query.limit],
            link,
        ),
    }
}

pub(super) fn count_linked_records(
    tx: Tx<'_, '_>,
    org: OrgId,
    relation: Relation,
    target: i64,
    module: Number,
) -> Stored<i64> {
    let count = tx.row(
        "SELECT count(*) FROM links l JOIN records r ON r.org = l.org AND r.module = ?4 AND r.id = l.source
         WHERE l.org = ?1 AND l.relation = ?2 AND l.target = ?3 AND r.deleted_at IS NULL",
        [org.get(), relation.number(), target, module],
        |row| row.get(0),
    )?;
    Ok(count.unwrap_or(0))
}

pub(super) fn link(tx: Tx<'_, '_>, grant: &LinkGrant, others: &[i64]) -> Stored<()> {
    let ends = match grant.end() {
        End::Source(source) => (source, "SELECT ?1, ?2, ?3, value"),
        End::Target(target) => (target, "SELECT ?1, ?2, value, ?3"),
    };
    let sql = format!(
        "INSERT OR IGNORE INTO links (org, relation, source, target) {} FROM json_each(?4)",
        ends.1
    );
    let others = serde_json::json!(others).to_string();
    tx.change(
        &sql,
        params![grant.org().get(), grant.relation().number(), ends.0, others],
    )
    .map(drop)
}

pub(super) fn unlink(tx: Tx<'_, '_>, grant: &LinkGrant, others: Option<&[i64]>) -> Stored<()> {
    let (own, column, other) = match grant.end() {
        End::Source(source) => (source, "source", "target"),
        End::Target(target) => (target, "target", "source"),
    };
    let mut sql = format!("DELETE FROM links WHERE org = ? AND relation = ? AND {column} = ?");
    let mut given: Vec<Parameter> = vec![
        grant.org().get().into(),
        grant.relation().number().into(),
        own.into(),
    ];
    if let Some(others) = others {
        sql = format!("{sql} AND {other} IN (SELECT value FROM json_each(?))");
        given.push(serde_json::json!(others).to_string().into());
    }
    tx.change(&sql, params_from_iter(given)).map(drop)
}

pub(super) fn copy_links(tx: Tx<'_, '_>, from: i64, to: &LinkGrant) -> Stored<()> {
    let End::Target(target) = to.end() else {
        return Err(StoreError::new("links are copied between targets"));
    };
    tx.change(
        "INSERT OR IGNORE INTO links (org, relation, source, target)
         SELECT org, relation, source, ?4 FROM links WHERE org = ?1 AND relation = ?2 AND target = ?3",
        [to.org().get(), to.relation().number(), from, target],
    )
    .map(drop)
}
