//! Stores and archives of former versions. The folder `former` has files that the version with schema 3 made from its
//! demo, after a snapshot, with a long record, a deleted one, and one photo removed.

use super::archive::{archived, not_restored, restored};
use super::world::raw_rows;
use super::{folder, fresh_schema, opened, same, schema};
use crate::support::{org, raw, read};
use std::path::Path;
use tanzanite_crm::criteria::{Criteria, FieldTest, Test, record_keys};
use tanzanite_crm::policy::Seen;
use tanzanite_crm::transaction::RecordQuery;
use tanzanite_crm::{StoreError, Stored, Transaction};
use tanzanite_store::{Blobs, Database, Store as _, dump, verify_archive};
use tanzanite_testbed::{Postgres, needs};

const FOLDER: &[u8] = include_bytes!("former/schema-3.sqlite3.zst");
const WHOLE: &[u8] = include_bytes!("former/schema-3.archive");
const ORGANISATION: &[u8] = include_bytes!("former/schema-3-organisation.archive");

/// The heads of all records and their fields.
const RECORDS: &str = "SELECT r.org, r.module, r.id, name, owner, created_at, created_by, modified_at, modified_by, image, deleted_at,
     deleted_by, timeline, fields FROM records r";

fn records(path: &Path, joined: &str) -> Vec<Vec<rusqlite::types::Value>> {
    let connection = raw(path);
    let sql = format!("{RECORDS} {joined} ORDER BY r.org, r.module, r.id");
    let mut statement = connection.prepare(&sql).expect("a statement");
    let rows = statement.query_map([], |row| (0..14).map(|column| row.get(column)).collect());
    rows.expect("records")
        .map(|row| row.expect("a record"))
        .collect()
}

fn unpacked(path: &Path) -> Database {
    let database = zstd::stream::decode_all(FOLDER).expect("a database");
    std::fs::write(crate::support::database(path), database).expect("a file");
    folder(path)
}

/// All readable data of the organisation and its snapshots, after checking that the store finds no problems.
fn whole(database: &Database) -> Vec<String> {
    let store = opened(database);
    assert_eq!(store.verify(), Ok(Vec::new()));
    let text = read(&store, |tx| {
        let found = found_by_values(tx)?;
        assert!(found > 100, "records were found by {found} values");
        let mut text = dump(org(), tx)?;
        for snapshot in tx.snapshots(org())? {
            let differences = tx.differences(org(), &snapshot.name, (0, 0), 100)?;
            text += &format!("{snapshot:?} {differences:?}\n");
        }
        Ok(text)
    });
    text.lines().map(str::to_owned).collect()
}

/// Finds each record by each of its values; their number.
fn found_by_values(tx: &mut dyn Transaction) -> Stored<usize> {
    let metadata = tx.metadata(org())?;
    let metadata = metadata.ok_or_else(|| StoreError::new("no organisation"))?;
    let mut found = 0;
    for module in metadata.modules() {
        let all = RecordQuery::all(
            Seen::bypassing_policy_as_operator(org(), module.number),
            1_000,
        );
        for record in tx.records(&all)? {
            for (field, key) in record_keys(module, metadata.zone(), &record.fields) {
                let test = FieldTest::Is(Test::OneOf(vec![key]));
                let query = RecordQuery {
                    criteria: Some(Criteria::field(field, test)),
                    ..all.clone()
                };
                assert!(tx.records(&query)?.contains(&record), "{query:?}");
                found += 1;
            }
        }
    }
    Ok(found)
}

#[test]
fn a_former_folder_is_brought_up_to_date() {
    let here = tempfile::tempdir().expect("a folder");
    let database = unpacked(here.path());
    let before = records(here.path(), "");
    assert_eq!(before.len(), 82);
    let state = whole(&database);
    let fields = "JOIN record_fields f ON f.org = r.org AND f.module = r.module AND f.id = r.id";
    assert_eq!(records(here.path(), fields), before);
    let long = state
        .iter()
        .filter(|line| line.contains(&"x".repeat(2_000)));
    assert!(
        long.count() >= 2,
        "the record, and its difference from the snapshots"
    );
}

#[test]
fn a_former_archive_is_the_folder_that_it_was_made_of() {
    let (here, there, alone) = (
        tempfile::tempdir(),
        tempfile::tempdir(),
        tempfile::tempdir(),
    );
    let [here, there, alone] = [here, there, alone].map(|folder| folder.expect("a folder"));
    let database = unpacked(here.path());
    let state = whole(&database);
    restored(WHOLE, &folder(there.path()));
    same(&raw_rows(there.path()), &raw_rows(here.path()));
    let of_now = archived(&database, None);
    assert!(
        archived(&folder(there.path()), None) == of_now,
        "it has another archive"
    );

    // The organisation is added beside others.
    restored(ORGANISATION, &folder(alone.path()));
    same(&whole(&folder(alone.path())), &state);
    let of_one = archived(&database, Some(org()));
    assert!(
        archived(&folder(alone.path()), Some(org())) == of_one,
        "it has another archive"
    );
    for (former, now) in [(WHOLE, &of_now), (ORGANISATION, &of_one)] {
        let proven =
            |archive| verify_archive(archive, &mut super::archive::on).expect("it is sound");
        assert_eq!(proven(former), proven(now.as_slice()));
    }
}

#[test]
fn a_former_archive_goes_into_postgres() {
    needs!("postgres");
    let here = tempfile::tempdir().expect("a folder");
    let database = unpacked(here.path());
    let there = fresh_schema(Blobs::in_rows());
    restored(WHOLE, &there);
    same(&whole(&there), &whole(&database));
    assert!(archived(&there, None) == archived(&database, None));
}

#[test]
fn a_former_archive_that_is_damaged_is_refused() {
    let here = tempfile::tempdir().expect("a folder");
    for at in (0..WHOLE.len()).step_by(977) {
        let mut damaged = WHOLE.to_vec();
        damaged[at] ^= 1;
        not_restored(&damaged, &folder(here.path()));
    }
    not_restored(&WHOLE[..WHOLE.len() - 100], &folder(here.path()));
    restored(WHOLE, &folder(here.path()));
}

/// Puts the rows of the folder into a schema made by the former migrations.
#[test]
fn a_former_schema_is_brought_up_to_date() {
    needs!("postgres");
    let here = tempfile::tempdir().expect("a folder");
    let database = unpacked(here.path());
    let mut rows = Vec::new();
    for row in records(here.path(), "WHERE r.org > 0 AND image IS NULL") {
        let values = row.iter().map(|value| match value {
            rusqlite::types::Value::Integer(number) => number.to_string(),
            rusqlite::types::Value::Text(text) => format!("'{}'", text.replace('\'', "''")),
            _ => "NULL".to_owned(),
        });
        rows.push(format!("({})", values.collect::<Vec<_>>().join(", ")));
    }
    let name = Postgres::shared().fresh_schema();
    let migrations = [
        include_str!("../../../migrations/postgres/0001_spine.sql"),
        include_str!("../../../migrations/postgres/0002_clocks.sql"),
        include_str!("../../../migrations/postgres/0003_snapshots.sql"),
    ];
    Postgres::shared().execute(&format!(
        "CREATE SCHEMA {name}; SET search_path = {name}; {};
         CREATE TABLE tanzanite_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL);
         INSERT INTO tanzanite_migrations VALUES (1, 'spine'), (2, 'clocks'), (3, 'snapshots');
         INSERT INTO records (org, module, id, name, owner, created_at, created_by, modified_at, modified_by, image, deleted_at,
             deleted_by, timeline, fields) VALUES {}",
        migrations.join(";\n"),
        rows.join(", ")
    ));
    let store = opened(&schema(&name, Blobs::in_rows()));
    assert_eq!(store.verify(), Ok(Vec::new()));
    let mut client = Postgres::shared().client();
    let found = client.query(
        &format!("SELECT r.id, f.fields FROM {name}.records r JOIN {name}.record_fields f USING (org, module, id) ORDER BY r.module, r.id"),
        &[],
    );
    let found: Vec<(i64, String)> = found
        .expect("rows")
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect();
    drop(opened(&database));
    let expected = raw(here.path());
    let mut expected = expected
        .prepare("SELECT r.id, f.fields FROM records r JOIN record_fields f USING (org, module, id) WHERE r.org > 0 AND image IS NULL
                  ORDER BY r.module, r.id")
        .expect("a statement");
    let expected = expected
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("rows");
    assert_eq!(
        found,
        expected
            .map(|row| row.expect("a row"))
            .collect::<Vec<(i64, String)>>()
    );
    assert!(found.len() > 10);
}
