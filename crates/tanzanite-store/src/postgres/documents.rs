//! Documents, their keys, and links. A change of the metadata's documents also updates the version of their part, in
//! the same statement.

use super::transaction::{PostgresTransaction, read};
use tanzanite_crm::policy::{End, Grant, LinkGrant, PutDocument, RemoveDocument};
use tanzanite_crm::schema::Number;
use tanzanite_crm::stored::{
    Document, DocumentKind, DocumentQuery, DueJob, Ends, KeySlot, Link, LinkQuery, MetadataPart,
    NewDocument, Relation,
};
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::OrgId;
use tokio_postgres::Row;

type Tx<'a, 'c> = &'a mut PostgresTransaction<'c>;

pub(super) fn list(tx: Tx<'_, '_>, query: &DocumentQuery) -> Stored<Vec<Document>> {
    let rows = tx.rows(
        "SELECT id, within, body FROM documents WHERE org = $1 AND kind = $2 AND id > $3
         AND ($4::bigint IS NULL OR within = $4) AND ($5::bigint[] IS NULL OR id = ANY ($5)) ORDER BY id LIMIT $6",
        &[
            &query.org.get(),
            &query.kind.number(),
            &query.after,
            &query.within,
            &query.ids,
            &i64::from(query.limit),
        ],
    )?;
    let document = |row: &Row| {
        let body: &str = row.try_get(2).map_err(StoreError::new)?;
        Ok(Document {
            id: read(row, 0)?,
            within: read(row, 1)?,
            body: serde_json::from_str(body).map_err(StoreError::new)?,
        })
    };
    rows.iter().map(document).collect()
}

pub(super) fn with_keys(
    tx: Tx<'_, '_>,
    org: OrgId,
    kind: DocumentKind,
    slot: KeySlot,
    values: &[String],
) -> Stored<Vec<(String, i64)>> {
    let rows = tx.rows(
        "SELECT value, id FROM document_keys WHERE org = $1 AND kind = $2 AND slot = $3 AND value = ANY ($4)
         ORDER BY value, id",
        &[&org.get(), &kind.number(), &slot.number(), &values],
    )?;
    rows.iter()
        .map(|row| Ok((read(row, 0)?, read(row, 1)?)))
        .collect()
}

/// A statement that makes `changes` (common table expressions, the last of which is `changed`) and updates the version
/// of the kind's part.
fn changing(tx: Tx<'_, '_>, kind: DocumentKind, changes: &str) -> String {
    let Some(part) = kind.part() else {
        return format!(
            "WITH {changes} SELECT pg_current_xact_id()::text::bigint, (SELECT count(*) FROM changed)"
        );
    };
    tx.dialogue.settings_changed = true;
    let version = match part {
        MetadataPart::Core => "version",
        MetadataPart::Schema => "schema",
    };
    format!(
        "WITH {changes}, versioned AS (
             INSERT INTO settings_versions (org, version, schema, generation)
             SELECT $1, next, next, next FROM (SELECT nextval('settings_changes') AS next) AS numbers
             ON CONFLICT (org) DO UPDATE SET {version} = excluded.{version}
             RETURNING 1
         )
         SELECT pg_current_xact_id()::text::bigint, (SELECT count(*) FROM changed) * (SELECT count(*) FROM versioned)"
    )
}

pub(super) fn put(
    tx: Tx<'_, '_>,
    grant: &Grant<PutDocument>,
    document: &NewDocument,
) -> Stored<()> {
    let slots: Vec<i64> = document.keys.iter().map(|key| key.slot.number()).collect();
    let values: Vec<&str> = document.keys.iter().map(|key| key.value.as_str()).collect();
    let sql = changing(
        tx,
        grant.kind(),
        "wanted AS (SELECT * FROM unnest($6::bigint[], $7::text[]) AS wanted (slot, value)),
         former AS (
             DELETE FROM document_keys WHERE org = $1 AND kind = $2 AND id = $3
             AND (slot, value) NOT IN (SELECT slot, value FROM wanted)
         ),
         added AS (
             INSERT INTO document_keys (org, kind, slot, value, id) SELECT $1, $2, slot, value, $3 FROM wanted
             ON CONFLICT DO NOTHING
         ),
         changed AS (
             INSERT INTO documents (org, kind, id, within, body) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (org, kind, id) DO UPDATE SET body = excluded.body RETURNING 1
         )",
    );
    tx.change_one(
        &sql,
        &[
            &grant.org().get(),
            &grant.kind().number(),
            &grant.id(),
            &document.within,
            &document.body.to_string(),
            &slots,
            &values,
        ],
    )
}

pub(super) fn remove(tx: Tx<'_, '_>, grant: &Grant<RemoveDocument>) -> Stored<bool> {
    let sql = changing(
        tx,
        grant.kind(),
        "former AS (DELETE FROM document_keys WHERE org = $1 AND kind = $2 AND id = $3),
         changed AS (DELETE FROM documents WHERE org = $1 AND kind = $2 AND id = $3 RETURNING 1)",
    );
    let removed = |row: &Row| read::<i64>(row, 1).map(|count| count > 0);
    tx.change_and_tell(
        &sql,
        &[&grant.org().get(), &grant.kind().number(), &grant.id()],
        removed,
    )
}

pub(super) fn due_jobs(tx: Tx<'_, '_>) -> Stored<Vec<DueJob>> {
    let rows = tx.rows(
        "SELECT DISTINCT ON (org) org, value, id FROM document_keys WHERE kind = 60 AND slot = 3 AND org > 0
         ORDER BY org, value, id",
        &[],
    )?;
    let due = rows.iter().map(|row| {
        let at: &str = row.try_get(1).map_err(StoreError::new)?;
        Ok(DueJob::read(read(row, 0)?, at, read(row, 2)?))
    });
    Ok(due
        .collect::<Stored<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect())
}

pub(super) fn links(tx: Tx<'_, '_>, query: &LinkQuery) -> Stored<Vec<Link>> {
    let (org, relation, limit) = (
        query.org.get(),
        query.relation.number(),
        i64::from(query.limit),
    );
    let rows = match &query.ends {
        Ends::Sources(sources) => tx.rows(
            "SELECT source, target FROM links WHERE org = $1 AND relation = $2 AND source = ANY ($3)
             ORDER BY source, target LIMIT $4",
            &[&org, &relation, sources, &limit],
        ),
        Ends::Target(target, after) => tx.rows(
            "SELECT source, target FROM links WHERE org = $1 AND relation = $2 AND target = $3 AND source > $4
             ORDER BY source LIMIT $5",
            &[&org, &relation, target, after, &limit],
        ),
    }?;
    let link = |row: &Row| {
        Ok(Link {
            source: read(row, 0)?,
            target: read(row, 1)?,
        })
    };
    rows.iter().map(link).collect()
}

pub(super) fn count_linked_records(
    tx: Tx<'_, '_>,
    org: OrgId,
    relation: Relation,
    target: i64,
    module: Number,
) -> Stored<i64> {
    let count = tx.row(
        "SELECT count(*) FROM links l JOIN records r ON r.org = l.org AND r.module = $4 AND r.id = l.source
         WHERE l.org = $1 AND l.relation = $2 AND l.target = $3 AND r.deleted_at IS NULL",
        &[&org.get(), &relation.number(), &target, &module],
        |row| read(row, 0),
    )?;
    Ok(count.unwrap_or(0))
}

/// The end of a statement that may change any number of links.
macro_rules! changed {
    ($change:expr) => {
        concat!(
            "WITH changed AS (",
            $change,
            ") SELECT pg_current_xact_id()::text::bigint, 1::bigint"
        )
    };
}

pub(super) fn link(tx: Tx<'_, '_>, grant: &LinkGrant, others: &[i64]) -> Stored<()> {
    let (own, sql) = match grant.end() {
        End::Source(source) => (
            source,
            changed!(
                "INSERT INTO links SELECT $1, $2, $3, other FROM unnest($4::bigint[]) AS other ON CONFLICT DO NOTHING"
            ),
        ),
        End::Target(target) => (
            target,
            changed!(
                "INSERT INTO links SELECT $1, $2, other, $3 FROM unnest($4::bigint[]) AS other ON CONFLICT DO NOTHING"
            ),
        ),
    };
    tx.change_one(
        sql,
        &[
            &grant.org().get(),
            &grant.relation().number(),
            &own,
            &others,
        ],
    )
}

pub(super) fn unlink(tx: Tx<'_, '_>, grant: &LinkGrant, others: Option<&[i64]>) -> Stored<()> {
    let (own, sql) = match grant.end() {
        End::Source(source) => (
            source,
            changed!(
                "DELETE FROM links WHERE org = $1 AND relation = $2 AND source = $3
                 AND ($4::bigint[] IS NULL OR target = ANY ($4))"
            ),
        ),
        End::Target(target) => (
            target,
            changed!(
                "DELETE FROM links WHERE org = $1 AND relation = $2 AND target = $3
                 AND ($4::bigint[] IS NULL OR source = ANY ($4))"
            ),
        ),
    };
    tx.change_one(
        sql,
        &[
            &grant.org().get(),
            &grant.relation().number(),
            &own,
            &others,
        ],
    )
}

pub(super) fn copy_links(tx: Tx<'_, '_>, from: i64, to: &LinkGrant) -> Stored<()> {
    let End::Target(target) = to.end() else {
        return Err(StoreError::new("links are copied between targets"));
    };
    let sql = changed!(
        "INSERT INTO links (org, relation, source, target)
         SELECT org, relation, source, $4 FROM links WHERE org = $1 AND relation = $2 AND target = $3
         ON CONFLICT DO NOTHING"
    );
    tx.change_one(
        sql,
        &[&to.org().get(), &to.relation().number(), &from, &target],
    )
}
