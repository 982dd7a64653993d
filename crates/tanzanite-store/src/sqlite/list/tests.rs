//! The query plans of all lists, and the cost of a page.

use super::super::cache::Cache;
use super::super::transaction::{SqliteTransaction, Undo};
use super::super::{migrate, prepare_statements};
use super::{FEW, Way, list, select, way};
use crate::every_list::{of_owners, queries, query};
use rusqlite::{Connection, StatementStatus, params_from_iter};
use std::collections::BTreeMap;
use tanzanite_crm::transaction::{RecordQuery, SortKey};

const PLANS: &str = include_str!("plans.txt");

fn database() -> Connection {
    let connection = Connection::open_in_memory().expect("a database");
    prepare_statements(&connection).expect("a connection");
    migrate(&connection, 0).expect("a schema");
    connection
}

/// The ways that [`way`] chooses for a query, with no records and with more than a few.
fn ways(query: &RecordQuery) -> Vec<Way> {
    let connection = database();
    let cache = Cache::default();
    let mut found = Vec::new();
    for records in [0, FEW + 1] {
        fill(&connection, records, 1);
        let mut tx = SqliteTransaction::writing(&connection, &cache, Undo::Transaction);
        let way = way(&mut tx, query).expect("a way");
        if !found.contains(&way) {
            found.push(way);
        }
    }
    found
}

/// Replaces all records with new ones, which the owners own in turn.
fn fill(connection: &Connection, records: i64, owners: i64) {
    connection
        .execute_batch("DELETE FROM records; DELETE FROM record_fields")
        .expect("none");
    for (table, row) in [
        (
            "records (org, module, id, name, owner, created_at, created_by, modified_at, modified_by, timeline)",
            "7, 5, i, 'n', 1 + i % ?2, 1000 + i, 1, 1000 + (i * 7919) % ?1, 1, 1",
        ),
        ("record_fields (org, module, id, fields)", "7, 5, i, '{}'"),
    ] {
        let sql = format!(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
             INSERT INTO {table} SELECT {row} FROM n WHERE ?1 > 0 AND ?2 > 0"
        );
        connection
            .execute(&sql, [records, owners])
            .expect("records");
    }
}

#[test]
fn no_list_walks_a_table_unnoticed() {
    let connection = database();
    let mut plans: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (words, query) in queries() {
        for way in ways(&query) {
            let (sql, values) = select(&query, way).expect("a statement");
            let mut plan = connection
                .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
                .expect("SQL");
            let steps = plan.query_map(params_from_iter(values), |row| row.get::<_, String>(3));
            let steps: Vec<String> = steps
                .expect("a plan")
                .map(|step| step.expect("a step"))
                .collect();
            for step in &steps {
                let walks = step.starts_with("SCAN")
                    && !["SCAN w ", "SCAN page", "SCAN json_each ", "SCAN (subquery"]
                        .iter()
                        .any(|known| format!("{step} ").starts_with(known));
                assert!(!walks, "{words}: {step}");
            }
            plans
                .entry(steps.join("\n    "))
                .or_default()
                .push(format!("{words} ({way:?})"));
        }
    }
    let mut found = String::new();
    for (plan, lists) in plans {
        found.push_str(&format!("{}\n    {plan}\n", lists.join("\n")));
    }
    assert!(
        found == PLANS,
        "the plans are others than in plans.txt:\n{found}"
    );
}

/// SQLite's own measure of a statement's work.
fn steps(connection: &Connection, query: &RecordQuery) -> i32 {
    let cache = Cache::default();
    let mut tx = SqliteTransaction::writing(connection, &cache, Undo::Transaction);
    let (sql, values) = select(query, way(&mut tx, query).expect("a way")).expect("a statement");
    let mut statement = connection.prepare(&sql).expect("SQL");
    let rows = statement
        .query_map(params_from_iter(values), |_| Ok(()))
        .expect("rows")
        .count();
    assert_eq!(rows, query.limit as usize);
    let records = list(&mut tx, query).expect("records");
    assert!(
        records.len() == rows
            && records.iter().all(|record| {
                let owners = query.seen.owners();
                owners.is_none_or(|owners| owners.contains(&record.head.owner))
            })
    );
    statement.get_status(StatementStatus::VmStep)
}

#[test]
fn a_page_of_an_owner_costs_the_same_among_more_records() {
    let connection = database();
    let costs = |records| {
        fill(&connection, records, 10);
        let mut costs = Vec::new();
        for owners in [&[3][..], &[3, 4, 8]] {
            for sort in [SortKey::Id, SortKey::CreatedTime, SortKey::ModifiedTime] {
                for descending in [false, true] {
                    costs.push(steps(
                        &connection,
                        &RecordQuery {
                            seen: of_owners(owners),
                            sort,
                            descending,
                            ..query()
                        },
                    ));
                }
            }
        }
        costs
    };
    let (few, many) = (costs(20_000), costs(100_000));
    for (few, many) in few.iter().zip(&many) {
        assert!(
            f64::from(*many) < 1.3 * f64::from(*few),
            "{few:?} and {many:?}"
        );
    }
}

/// A list of an owner with few records reads that owner's records alone.
#[test]
fn a_page_of_an_owner_of_few_records_costs_no_walk() {
    let connection = database();
    fill(&connection, 100_000, 1_000);
    for sort in [SortKey::Id, SortKey::CreatedTime, SortKey::ModifiedTime] {
        let cost = steps(
            &connection,
            &RecordQuery {
                seen: of_owners(&[3]),
                sort,
                ..query()
            },
        );
        assert!(cost < 10_000, "{sort:?}: {cost} steps");
    }
}
