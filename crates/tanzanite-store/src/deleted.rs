//! The statements about deleted records, the same in both stores.
//!
//! A record that has left the recycle bin for good keeps its row, so that it can be told that it was deleted: nobody,
//! who is 0, has deleted it then, and nothing else is left of it.

use crate::condition::Dialect;
use tanzanite_crm::transaction::{DeletedQuery, DeletedSort, DeletedState};
use tanzanite_protocol::RecordId;

/// The user who deleted a record that has left the recycle bin.
pub(crate) const NOBODY: i64 = 0;

/// The columns that `read_deleted` of each store reads, in this order.
const COLUMNS: &str = "r.module, r.id, r.name, r.owner, r.created_at, r.created_by, r.modified_at, r.modified_by, \
                       r.deleted_at, r.deleted_by";

/// The statement for a list. All values are parameters.
pub(crate) fn select(query: &DeletedQuery, dialect: &mut impl Dialect) -> String {
    let direction = if query.descending { "DESC" } else { "ASC" };
    let key = match query.sort {
        DeletedSort::DeletedTime => "r.deleted_at",
        DeletedSort::DisplayName => "r.name",
        DeletedSort::DeletedBy => "r.deleted_by",
    };
    let condition = condition(query, dialect);
    let limit = dialect.number(i64::from(query.limit));
    let offset = dialect.number(i64::from(query.offset));
    format!(
        "SELECT {COLUMNS} FROM records r WHERE {condition}
         ORDER BY {key} {direction}, r.id {direction} LIMIT {limit} OFFSET {offset}"
    )
}

/// The statement that counts.
pub(crate) fn count(query: &DeletedQuery, dialect: &mut impl Dialect) -> String {
    format!(
        "SELECT count(*) FROM records r WHERE {}",
        condition(query, dialect)
    )
}

fn condition(query: &DeletedQuery, dialect: &mut impl Dialect) -> String {
    let org = query.seen.first().map_or(0, |seen| seen.org().get());
    let org = dialect.number(org);
    let known = dialect.number(query.known_since.millis());
    let mut condition =
        format!("r.org = {org} AND r.deleted_at IS NOT NULL AND r.deleted_at >= {known}");
    let modules = query.seen.iter().map(|seen| {
        let module = dialect.number(seen.module());
        match seen.owners() {
            None => format!("r.module = {module}"),
            Some(owners) => {
                let owned = dialect.among_numbers("r.owner", &numbers(owners));
                format!("(r.module = {module} AND {owned})")
            }
        }
    });
    let modules: Vec<String> = modules.collect();
    condition += &format!(" AND ({})", modules.join(" OR "));
    let mut since = || dialect.number(query.in_bin_since.millis());
    condition += &match query.state {
        DeletedState::InBin => {
            format!(
                " AND r.deleted_by <> {NOBODY} AND r.deleted_at >= {}",
                since()
            )
        }
        DeletedState::Gone => {
            format!(
                " AND (r.deleted_by = {NOBODY} OR r.deleted_at < {})",
                since()
            )
        }
        DeletedState::Any => String::new(),
    };
    if let Some(since) = query.deleted_since {
        condition += &format!(" AND r.deleted_at > {}", dialect.number(since.millis()));
    }
    if let Some(ids) = &query.ids {
        condition += &format!(" AND {}", dialect.among_numbers("r.id", &numbers(ids)));
    }
    condition
}

fn numbers(ids: &[RecordId]) -> Vec<i64> {
    let mut ids: Vec<i64> = ids.iter().copied().map(RecordId::get).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
