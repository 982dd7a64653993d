//! The plans of all lists.

use super::super::migrate::migrate;
use super::super::options::PostgresOptions;
use super::{count_of_holders, parts, select};
use crate::every_list::queries;
use tanzanite_testbed::{Postgres, needs};

/// Walks of whole tables are forbidden to the planner, and so it plans one only where no index would do.
#[test]
fn no_list_needs_a_walk_of_a_table() {
    needs!("postgres");
    let server = Postgres::shared();
    let schema = server.fresh_schema();
    let options = PostgresOptions::new(server.url()).and_then(|options| options.schema(&schema));
    migrate(&options.expect("options")).expect("a schema");
    let mut client = server.client();
    client
        .batch_execute(&format!(
            "SET search_path = {schema}; SET enable_seqscan = off; SET jit = off"
        ))
        .expect("settings");
    let mut plans = 0;
    for (words, query) in queries() {
        let has_parts = parts(&query) > 0;
        let begins_with_few = has_parts.then(|| select(&query, Some(0)));
        let counted = has_parts.then(|| count_of_holders(&query, 7));
        let statements = [Some(select(&query, None)), begins_with_few, counted];
        for (sql, values) in statements.into_iter().flatten() {
            let rows = client.query(&format!("EXPLAIN {sql}"), &values.params());
            for row in rows.expect("a plan") {
                let step: String = row.get(0);
                assert!(!step.contains("Seq Scan"), "{words}: {step}\n{sql}");
            }
        }
        plans += 1;
    }
    assert_eq!(plans, 384);
}
