//! Lists. First the ids of the page are found, then the records of the page are read: what is skipped or left out costs
//! a step in an index.
//!
//! Each statement says which index it walks, and a `+` says of a filter that none serves it: the order in which rows
//! are looked at does not depend on the planner's guesses. All that there are stand in `plans.txt`, which a test
//! compares.

use super::records::read_record;
use super::transaction::SqliteTransaction;
use crate::condition::{
    Dialect, FEW, bounds, condition, counted, fewest, holders, seen_with_parents,
};
use crate::head::{head_columns, with_fields};
use rusqlite::types::Value as Sql;
use rusqlite::{params, params_from_iter};
use tanzanite_crm::criteria::Criteria;
use tanzanite_crm::transaction::{Record, RecordQuery, SortKey, Start};
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::RecordId;

/// How the ids of a page are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// One by one: they were asked for.
    Ids,
    /// The first of each owner.
    EachOwner,
    /// The owners have few records.
    FewOfOwners,
    /// Few have the value that a part of the criteria asks for.
    FewHolders(usize),
    /// Few have changed since.
    FewSince,
    /// In the order of the list, until the page is full.
    InOrder,
}

pub(super) fn list(tx: &mut SqliteTransaction<'_>, query: &RecordQuery) -> Stored<Vec<Record>> {
    let (sql, values) = select(query, way(tx, query)?)?;
    tx.rows(&sql, params_from_iter(values), |row| {
        read_record(row, query.seen.org())
    })
}

/// How many records a query means. Without a value that few have, all of the module are looked at.
pub(super) fn count(tx: &mut SqliteTransaction<'_>, query: &RecordQuery) -> Stored<u64> {
    let way = match (&query.ids, few_holders(tx, query)?, query.seen.owners()) {
        (Some(_), _, _) => Way::Ids,
        (None, Some(part), _) => Way::FewHolders(part),
        (None, None, Some(_)) => Way::FewOfOwners,
        (None, None, None) => Way::InOrder,
    };
    let mut values = Values(vec![
        query.seen.org().get().into(),
        query.seen.module().into(),
    ]);
    let from = candidates(query, way, "ASC", &mut values)?;
    let sql = format!("SELECT count(*) FROM {from}");
    let counted = tx.row(&sql, params_from_iter(values.0), |row| row.get::<_, i64>(0))?;
    u64::try_from(counted.unwrap_or_default()).map_err(StoreError::new)
}

fn way(tx: &mut SqliteTransaction<'_>, query: &RecordQuery) -> Stored<Way> {
    if query.ids.is_none()
        && let Some(part) = few_holders(tx, query)?
    {
        return Ok(Way::FewHolders(part));
    }
    let (few, way, least) = match (&query.ids, query.seen.owners(), query.modified_since) {
        (Some(_), _, _) => return Ok(Way::Ids),
        (None, Some(_), _) if query.sort == SortKey::Id => return Ok(Way::EachOwner),
        (None, Some(owners), _) => (
            "SELECT count(*) FROM (
                 SELECT 1 FROM json_each(?3) w CROSS JOIN records r INDEXED BY records_by_owner
                     ON r.org = ?1 AND r.module = ?2 AND r.owner = w.value AND r.deleted_at IS NULL LIMIT ?4)",
            Way::FewOfOwners,
            json(owners)?,
        ),
        (None, None, Some(since)) if query.sort != SortKey::ModifiedTime => (
            "SELECT count(*) FROM (
                 SELECT 1 FROM records INDEXED BY records_by_modified
                 WHERE org = ?1 AND module = ?2 AND modified_at > ?3 AND deleted_at IS NULL LIMIT ?4)",
            Way::FewSince,
            Sql::Integer(since.millis()),
        ),
        _ => return Ok(Way::InOrder),
    };
    let params = params![query.seen.org().get(), query.seen.module(), least, FEW + 1];
    let found = tx.row(few, params, |row| row.get::<_, i64>(0))?;
    Ok(match found {
        Some(..=FEW) => way,
        _ => Way::InOrder,
    })
}

/// The part of the criteria that the fewest records have the value of, if they are few.
fn few_holders(tx: &mut SqliteTransaction<'_>, query: &RecordQuery) -> Stored<Option<usize>> {
    let parts = query.criteria.as_ref().map(Criteria::selective);
    let Some(parts) = parts.filter(|parts| !parts.is_empty()) else {
        return Ok(None);
    };
    for few in bounds(parts.len()) {
        let mut values = Values(vec![query.seen.org().get().into()]);
        let sql = counted(&parts, few + 1, "?1", &mut values);
        let counts = tx.row(&sql, params_from_iter(values.0), |row| {
            (0..parts.len()).map(|column| row.get(column)).collect()
        })?;
        let counts: Vec<i64> = counts.unwrap_or_default();
        if let Some(part) = fewest(counts, *few) {
            return Ok(Some(part));
        }
    }
    Ok(None)
}

/// The values of a statement's parameters.
#[derive(Default)]
pub(super) struct Values(Vec<Sql>);

impl Values {
    pub(super) fn into_inner(self) -> Vec<Sql> {
        self.0
    }

    /// Adds a value; its parameter.
    fn add(&mut self, value: impl Into<Sql>) -> String {
        self.0.push(value.into());
        format!("?{}", self.0.len())
    }
}

impl Dialect for Values {
    fn number(&mut self, value: i64) -> String {
        self.add(value)
    }

    fn text(&mut self, value: &str) -> String {
        self.add(value.to_owned())
    }

    fn among_numbers(&mut self, column: &str, values: &[i64]) -> String {
        let values = self.add(serde_json::json!(values).to_string());
        format!("{column} IN (SELECT value FROM json_each({values}))")
    }

    fn among_texts(&mut self, column: &str, values: &[String]) -> String {
        let values = self.add(serde_json::json!(values).to_string());
        format!("{column} IN (SELECT value FROM json_each({values}))")
    }

    fn contains(&mut self, column: &str, text: &str) -> String {
        format!("instr({column}, {}) > 0", self.text(text))
    }

    fn member(&self, column: &str, [outer, inner]: [&str; 2]) -> String {
        format!("json_extract({column}, '$.{outer}.{inner}')")
    }

    fn ends_with(&mut self, column: &str, text: &str) -> String {
        let text = self.text(text);
        format!("substr({column}, -length({text})) = {text}")
    }
}

/// The statement for a list. Its varying parts are chosen among constants; every value is a parameter, and ids are one
/// array, so that there are a few dozen statements and each is prepared once.
fn select(query: &RecordQuery, way: Way) -> Stored<(String, Vec<Sql>)> {
    let mut values = Values(vec![
        query.seen.org().get().into(),
        query.seen.module().into(),
    ]);
    let direction = if query.descending { "DESC" } else { "ASC" };
    let order = match query.sort {
        SortKey::Id => format!("r.id {direction}"),
        SortKey::CreatedTime => format!("r.created_at {direction}, r.id {direction}"),
        SortKey::ModifiedTime => format!("r.modified_at {direction}, r.id {direction}"),
    };
    let from = candidates(query, way, direction, &mut values)?;
    let limit = values.add(i64::from(query.limit));
    let offset = match query.start {
        Start::Offset(offset) => format!("OFFSET {}", values.add(i64::from(offset))),
        Start::After(..) => String::new(),
    };
    let sql = format!(
        "WITH page AS MATERIALIZED (SELECT r.id AS id FROM {from} ORDER BY {order} LIMIT {limit} {offset})
         SELECT {}, f.fields FROM page CROSS JOIN records r ON r.org = ?1 AND r.module = ?2 AND r.id = page.id
         CROSS {} LEFT JOIN locks l ON l.org = r.org AND l.record = r.id ORDER BY {order}",
        head_columns!(),
        with_fields!(),
    );
    Ok((sql, values.0))
}

/// The records `r` from which the page is taken.
fn candidates(
    query: &RecordQuery,
    way: Way,
    direction: &str,
    values: &mut Values,
) -> Stored<String> {
    const OF_MODULE: &str = "r.org = ?1 AND r.module = ?2 AND r.deleted_at IS NULL";
    let by_modified =
        way == Way::FewSince || (way == Way::InOrder && query.sort == SortKey::ModifiedTime);
    let mut filters = String::new();
    if let Some(since) = query.modified_since {
        let column = if by_modified {
            "r.modified_at"
        } else {
            "+r.modified_at"
        };
        filters += &format!(" AND {column} > {}", values.add(since.millis()));
    }
    filters += &after(query, values);
    if let Some(criteria) = &query.criteria {
        filters += &format!(" AND {}", condition(criteria, "?1", values));
    }
    filters += &seen_with_parents(&query.seen, "?1", values);
    let by_other = !matches!(way, Way::EachOwner | Way::FewOfOwners);
    if let (true, Some(owners)) = (by_other, query.seen.owners()) {
        let owners = values.add(json(owners)?);
        filters += &format!(" AND +r.owner IN (SELECT value FROM json_each({owners}))");
    }
    if let (Way::FewHolders(part), Some(criteria)) = (way, &query.criteria)
        && let Some((series, test)) = criteria.selective().get(part)
    {
        let holders = holders(series, test, "?1", values);
        return Ok(format!(
            "(SELECT DISTINCT w.record FROM ({holders}) w) w CROSS JOIN records r ON {OF_MODULE} AND r.id = w.record{filters}"
        ));
    }
    Ok(match (way, &query.ids, query.seen.owners()) {
        (Way::Ids, Some(ids), _) => {
            let ids = values.add(json(ids)?);
            format!(
                "json_each({ids}) w CROSS JOIN records r ON {OF_MODULE} AND r.id = w.value{filters}"
            )
        }
        (Way::EachOwner, _, Some(owners)) => {
            let owners = values.add(json(owners)?);
            let skipped = match query.start {
                Start::Offset(offset) => i64::from(offset),
                Start::After(..) => 0,
            };
            let first = values.add(skipped + i64::from(query.limit));
            format!(
                "json_each({owners}) w CROSS JOIN records r ON r.org = ?1 AND r.module = ?2 AND r.id IN (
                     SELECT r.id FROM records r INDEXED BY records_by_owner WHERE {OF_MODULE} AND r.owner = w.value{filters}
                     ORDER BY r.id {direction} LIMIT {first})"
            )
        }
        (Way::FewOfOwners, _, Some(owners)) => {
            let owners = values.add(json(owners)?);
            format!(
                "json_each({owners}) w CROSS JOIN records r INDEXED BY records_by_owner
                 ON {OF_MODULE} AND r.owner = w.value{filters}"
            )
        }
        _ => {
            let index = match query.sort {
                _ if by_modified => "INDEXED BY records_by_modified",
                SortKey::CreatedTime => "INDEXED BY records_by_created",
                SortKey::Id | SortKey::ModifiedTime => "",
            };
            format!("records r {index} WHERE {OF_MODULE}{filters}")
        }
    })
}

/// The condition that a record is not before the list's beginning.
fn after(query: &RecordQuery, values: &mut Values) -> String {
    let Start::After(value, id) = query.start else {
        return String::new();
    };
    let comparison = if query.descending { "<" } else { ">" };
    let column = match query.sort {
        SortKey::Id => return format!(" AND r.id {comparison} {}", values.add(id.get())),
        SortKey::CreatedTime => "r.created_at",
        SortKey::ModifiedTime => "r.modified_at",
    };
    let (value, id) = (values.add(value), values.add(id.get()));
    format!(" AND ({column}, r.id) {comparison} ({value}, {id})")
}

/// Ids as a list for `json_each`, each once.
fn json(ids: &[RecordId]) -> Stored<Sql> {
    let mut ids: Vec<i64> = ids.iter().copied().map(RecordId::get).collect();
    ids.sort_unstable();
    ids.dedup();
    serde_json::to_string(&ids)
        .map(Sql::Text)
        .map_err(StoreError::new)
}

#[cfg(test)]
mod tests;
