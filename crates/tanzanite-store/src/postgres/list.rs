//! The statement for a list. Its varying parts are chosen among constants; every value is a parameter, and ids are one
//! array, so that there are a few dozen statements and each is prepared once.
//!
//! Each shape says in which order rows are looked at, so that it does not depend on the planner's guesses about tables
//! that have grown since: an array's ids one by one, each owner's first records, or the index that has the list's
//! order.

use crate::condition::{Dialect, condition, counted, holders, seen_with_parents};
use crate::head::{from_records, head_columns};
use tanzanite_crm::criteria::Criteria;
use tanzanite_crm::transaction::{RecordQuery, SortKey, Start};
use tanzanite_protocol::RecordId;
use tokio_postgres::types::ToSql;

/// The values of a statement's parameters.
#[derive(Default)]
pub(super) struct Values(Vec<Box<dyn ToSql + Sync>>);

impl Values {
    pub(super) fn params(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.0.iter().map(AsRef::as_ref).collect()
    }

    /// Adds a value; the name of its parameter.
    fn add(&mut self, value: impl ToSql + Sync + 'static) -> String {
        self.0.push(Box::new(value));
        format!("${}", self.0.len())
    }

    /// Adds ids, each once.
    fn add_ids(&mut self, ids: &[RecordId]) -> String {
        let mut ids: Vec<i64> = ids.iter().copied().map(RecordId::get).collect();
        ids.sort_unstable();
        ids.dedup();
        self.add(ids) + "::bigint[]"
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
        format!("{column} = ANY ({})", self.add(values.to_vec()))
    }

    fn among_texts(&mut self, column: &str, values: &[String]) -> String {
        format!("{column} = ANY ({})", self.add(values.to_vec()))
    }

    fn contains(&mut self, column: &str, text: &str) -> String {
        format!("strpos({column}, {}) > 0", self.text(text))
    }

    fn member(&self, column: &str, [outer, inner]: [&str; 2]) -> String {
        format!("({column}::json #>> '{{{outer},{inner}}}')")
    }

    fn ends_with(&mut self, column: &str, text: &str) -> String {
        let text = self.text(text);
        format!("right({column}, length({text})) = {text}")
    }
}

const SELECT: &str = concat!("SELECT ", head_columns!(), ", f.fields");

/// The fields of records `r`, found one by one.
const FIELDS: &str = "CROSS JOIN LATERAL (
         SELECT f.fields FROM record_fields f WHERE f.org = r.org AND f.module = r.module AND f.id = r.id OFFSET 0
     ) AS f";

/// The parts of the criteria that ask for a value; none for a list that has its ids already.
pub(super) fn parts(query: &RecordQuery) -> usize {
    let criteria = query.criteria.as_ref().filter(|_| query.ids.is_none());
    criteria.map_or(0, |criteria| criteria.selective().len())
}

/// The statement that counts how many have the value of each part of the criteria, up to a bound.
pub(super) fn count_of_holders(query: &RecordQuery, bound: i64) -> (String, Values) {
    let parts = query.criteria.as_ref().map(Criteria::selective);
    let mut values = Values::default();
    let org = values.add(query.seen.org().get());
    let sql = counted(&parts.unwrap_or_default(), bound, &org, &mut values);
    (sql, values)
}

/// The statement for a list. It begins with the records that have the value of a part of the criteria, if few have it.
pub(super) fn select(query: &RecordQuery, few: Option<usize>) -> (String, Values) {
    let mut values = Values::default();
    let org = values.add(query.seen.org().get());
    let module = values.add(query.seen.module());
    let wanted = wanted(query, few, &org, &mut values);
    // Sorted by the time of the last change, records are found through the table that is that index.
    let (key, id) = match query.sort {
        SortKey::Id => (None, "r.id"),
        SortKey::CreatedTime => (Some("r.created_at"), "r.id"),
        SortKey::ModifiedTime if wanted.is_some() => (Some("r.modified_at"), "r.id"),
        SortKey::ModifiedTime => (Some("m.modified_at"), "m.id"),
    };
    let modified = if id == "m.id" {
        "m.modified_at"
    } else {
        "r.modified_at"
    };
    let direction = if query.descending { "DESC" } else { "ASC" };
    let order = key.map_or_else(
        || format!("ORDER BY {id} {direction}"),
        |key| format!("ORDER BY {key} {direction}, {id} {direction}"),
    );
    let of_module = format!("r.org = {org} AND r.module = {module} AND r.deleted_at IS NULL");
    let by_id =
        format!("r.org = {org} AND r.module = {module} AND r.deleted_by IS NULL AND r.id =");
    let mut filters = filters(query, key, id, modified, &mut values);
    if let Some(criteria) = &query.criteria {
        filters.push_str(&format!(" AND {}", condition(criteria, &org, &mut values)));
    }
    filters.push_str(&seen_with_parents(&query.seen, &org, &mut values));
    let limit = format!("LIMIT {}", values.add(i64::from(query.limit)));
    let offset = match query.start {
        Start::Offset(offset) => format!("OFFSET {}", values.add(i64::from(offset))),
        Start::After(..) => String::new(),
    };
    let sql = match (wanted, query.seen.owners()) {
        (Some(wanted), owners) => {
            let owned = owned(owners, &mut values);
            format!(
                "WITH found AS MATERIALIZED (
                     SELECT r.* FROM {wanted} CROSS JOIN LATERAL (
                         SELECT * FROM records r WHERE {by_id} wanted.id OFFSET 0
                     ) AS r WHERE true {filters} {owned}
                 )
                 {SELECT} FROM found r {FIELDS} LEFT JOIN locks l ON l.org = r.org AND l.record = r.id
                 {order} {limit} {offset}"
            )
        }
        (None, Some(owners)) if query.sort == SortKey::Id => {
            let owners = values.add_ids(owners);
            let first = match query.start {
                Start::Offset(offset) => i64::from(offset) + i64::from(query.limit),
                Start::After(..) => i64::from(query.limit),
            };
            let first = values.add(first);
            // The sum hides from the planner that the order is that of an index, which it would walk from end to end.
            format!(
                "WITH page AS MATERIALIZED (
                     SELECT r.id FROM unnest({owners}) AS wanted (owner) CROSS JOIN LATERAL (
                         SELECT r.id FROM records r WHERE {of_module} AND r.owner = wanted.owner {filters}
                         ORDER BY r.owner {direction}, r.id {direction} LIMIT {first}
                     ) AS r {order} {limit} {offset}
                 )
                 {SELECT} FROM page CROSS JOIN LATERAL (
                     SELECT * FROM records r WHERE {by_id} page.id OFFSET 0
                 ) AS r {FIELDS} LEFT JOIN locks l ON l.org = r.org AND l.record = r.id
                 ORDER BY page.id + 0 {direction}"
            )
        }
        (None, owners) => {
            let owned = owned(owners, &mut values);
            let from = if id == "m.id" {
                format!(
                    " FROM modifications m CROSS JOIN LATERAL (
                         SELECT * FROM records r WHERE {by_id} m.id AND r.modified_at = m.modified_at
                         OFFSET 0
                     ) AS r {FIELDS} LEFT JOIN locks l ON l.org = r.org AND l.record = r.id
                     WHERE m.org = {org} AND m.module = {module}"
                )
            } else {
                format!("{}{FIELDS} WHERE {of_module}", from_records!())
            };
            format!("{SELECT}{from} {filters} {owned} {order} {limit} {offset}")
        }
    };
    (sql, values)
}

/// The statement that counts the records of a list. It begins where the list does.
pub(super) fn counting(query: &RecordQuery, few: Option<usize>) -> (String, Values) {
    let mut values = Values::default();
    let org = values.add(query.seen.org().get());
    let module = values.add(query.seen.module());
    let wanted = wanted(query, few, &org, &mut values);
    let mut filters = filters(query, None, "r.id", "r.modified_at", &mut values);
    if let Some(criteria) = &query.criteria {
        filters.push_str(&format!(" AND {}", condition(criteria, &org, &mut values)));
    }
    filters.push_str(&seen_with_parents(&query.seen, &org, &mut values));
    let owned = owned(query.seen.owners(), &mut values);
    let sql = match wanted {
        Some(wanted) => format!(
            "SELECT count(*) FROM {wanted} CROSS JOIN LATERAL (
                 SELECT * FROM records r
                 WHERE r.org = {org} AND r.module = {module} AND r.deleted_by IS NULL AND r.id = wanted.id OFFSET 0
             ) AS r WHERE true {filters} {owned}"
        ),
        None => format!(
            "SELECT count(*) FROM records r
             WHERE r.org = {org} AND r.module = {module} AND r.deleted_at IS NULL {filters} {owned}"
        ),
    };
    (sql, values)
}

/// Where a list begins that asks for few records: with ids, or with those that have a value.
fn wanted(
    query: &RecordQuery,
    few: Option<usize>,
    org: &str,
    values: &mut Values,
) -> Option<String> {
    if let Some(ids) = &query.ids {
        return Some(format!("unnest({}) AS wanted (id)", values.add_ids(ids)));
    }
    let parts = query.criteria.as_ref()?.selective();
    let (series, test) = parts.get(few?)?;
    let holders = holders(series, test, org, values);
    Some(format!(
        "(SELECT DISTINCT h.record AS id FROM ({holders}) AS h) AS wanted"
    ))
}

/// The conditions of a list's beginning and its time.
fn filters(
    query: &RecordQuery,
    key: Option<&str>,
    id: &str,
    modified: &str,
    values: &mut Values,
) -> String {
    let mut filters = String::new();
    if let Some(since) = query.modified_since {
        filters.push_str(&format!(" AND {modified} > {}", values.add(since.millis())));
    }
    let comparison = if query.descending { "<" } else { ">" };
    if let Start::After(value, after) = query.start {
        let condition = match key {
            None => format!(" AND {id} {comparison} {}", values.add(after.get())),
            Some(key) => {
                let (value, after) = (values.add(value), values.add(after.get()));
                format!(" AND ({key}, {id}) {comparison} ({value}, {after})")
            }
        };
        filters.push_str(&condition);
    }
    filters
}

fn owned(owners: Option<&[RecordId]>, values: &mut Values) -> String {
    owners.map_or_else(String::new, |owners| {
        format!(" AND r.owner = ANY ({})", values.add_ids(owners))
    })
}

#[cfg(test)]
mod tests;
