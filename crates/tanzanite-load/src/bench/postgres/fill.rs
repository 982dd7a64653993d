//! A schema full of records. The store plants the organisations and one record of each kind; the server copies those
//! with all that belongs to them: a store's statement for each would take many times as long.

use super::super::picture::{LARGE_BYTES, SMALL_BYTES};
use super::super::record;
use super::super::request::Callers;
use super::super::world::{FIRST_ID, ID_ROOM, Loader, World, seed, token};
use super::database::Database;
use std::ops::Range;
use tanzanite_store::{PostgresOptions, PostgresStore};
use xtask::output::{Outcome, Progress};

/// From one organisation's first id to the next one's.
pub(super) const STEP: i64 = 100_000_000;
/// Records that the server copies in one statement.
const PORTION: i64 = 20_000;
/// Organisations whose records are copied in one go.
const ORGS_PORTION: usize = 50;

/// What is to be in a schema.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub(super) orgs: u32,
    /// Of each organisation, with small photos.
    pub(super) small: i64,
    /// Of each organisation, with large ones.
    pub(super) large: i64,
}

/// What is in a schema.
#[derive(Debug)]
pub(super) struct Schema {
    pub(super) name: &'static str,
    pub(super) world: World,
    /// The ids of the first organisation's records.
    pub(super) small: Range<i64>,
    pub(super) large: Range<i64>,
}

impl Size {
    /// Records of all organisations with small photos.
    pub(super) fn records(&self) -> i64 {
        i64::from(self.orgs) * self.small
    }

    fn ids(&self, number: u32) -> (Range<i64>, Range<i64>) {
        let first = FIRST_ID + i64::from(number) * STEP;
        let middle = first + self.small;
        (first..middle, middle..middle + self.large)
    }
}

/// Fills a new schema.
pub(super) fn fill(
    database: &Database,
    name: &'static str,
    size: Size,
    progress: &Progress,
) -> Outcome<Schema> {
    if size.small + size.large > ID_ROOM {
        return Err(format!("an organisation has room for {ID_ROOM} records").into());
    }
    let store = PostgresStore::open(&PostgresOptions::new(&database.url(name, 2))?)?;
    let (mut tokens, mut copies) = (Vec::new(), Vec::new());
    let (mut all_small, mut all_large) = (Vec::new(), Vec::new());
    for number in 0..size.orgs {
        progress.show(&format!(
            "{name}: planting organisations: {number} of {}",
            size.orgs
        ));
        let seed = seed(number, STEP)?;
        let loader = Loader::plant(store.clone(), &seed)?;
        tokens.push(token(&seed, "manager")?);
        let (small, large) = size.ids(number);
        for (ids, bytes) in [(&small, SMALL_BYTES), (&large, LARGE_BYTES)] {
            if !ids.is_empty() {
                loader.load(&[ids.start], bytes, progress)?;
                copies.extend(portions(
                    (loader.tenant.org.get(), loader.tenant.module),
                    ids,
                ));
            }
        }
        all_small.extend(small);
        all_large.extend(large);
    }
    store.close();
    copy(database, name, &copies, size, progress)?;
    let callers = Callers {
        first: FIRST_ID,
        step: STEP,
        tokens,
    };
    let (small, large) = size.ids(0);
    Ok(Schema {
        name,
        world: World::new(&seed(0, STEP)?, callers, all_small, all_large)?,
        small,
        large,
    })
}

/// A record, and the ids that its copies get.
struct Copies {
    org: i64,
    module: i64,
    model: i64,
    ids: Range<i64>,
}

fn portions((org, module): (i64, i64), ids: &Range<i64>) -> Vec<Copies> {
    let (model, end) = (ids.start, ids.end);
    let starts = (model + 1..end).step_by(usize::try_from(PORTION).unwrap_or(1));
    let portion = |start| Copies {
        org,
        module,
        model,
        ids: start..end.min(start + PORTION),
    };
    starts.map(portion).collect()
}

fn copy(
    database: &Database,
    schema: &str,
    copies: &[Copies],
    size: Size,
    progress: &Progress,
) -> Outcome {
    let mut done = 0;
    let few = copies.chunks(if size.orgs > 1 { ORGS_PORTION } else { 1 });
    for some in few {
        progress.show(&format!(
            "{schema}: copying records: {done} of {}",
            size.records()
        ));
        let mut sql = format!(
            "SET search_path = {schema}; SET synchronous_commit = off; SET enable_seqscan = off;\n"
        );
        for copies in some {
            sql.push_str(&copies.statement());
            done += copies.ids.end - copies.ids.start;
        }
        database.ask(&sql)?;
    }
    Ok(())
}

impl Copies {
    /// Copies the record, its photo and its timeline. All columns that are not named stay as they are. The model's
    /// entries are the first of its organisation's, for all models are there before the first copy.
    fn statement(&self) -> String {
        let Self {
            org,
            module,
            model,
            ids,
        } = self;
        let (first, last) = (ids.start, ids.end - 1);
        let keys = record::keys(&record::fields(*model));
        let keys: Vec<String> = keys
            .iter()
            .map(|(field, key)| format!("({field}, '{}')", key.replace('\'', "''")))
            .collect();
        let keys = keys.join(", ");
        format!(
            "WITH ids AS MATERIALIZED (
                 SELECT id, nextval('timeline_entries') AS added, nextval('timeline_entries') AS uploaded,
                        lpad(id::text, 36, '0') AS image
                 FROM generate_series({first}::bigint, {last}) AS id
             ), new_records AS (
                 INSERT INTO records SELECT c.* FROM ids, records m, jsonb_populate_record(m, jsonb_build_object(
                     'id', ids.id, 'image', ids.image, 'timeline', ids.uploaded,
                     'name', replace(m.name, m.id::text, ids.id::text))) AS c
                 WHERE m.org = {org} AND m.module = {module} AND m.id = {model}
             ), new_fields AS (
                 INSERT INTO record_fields
                 SELECT m.org, m.module, ids.id, replace(m.fields, m.id::text, ids.id::text) FROM ids, record_fields m
                 WHERE m.org = {org} AND m.module = {module} AND m.id = {model}
             ), new_values AS (
                 INSERT INTO record_values
                 SELECT {org}, k.field, replace(k.value, {model}::text, ids.id::text), ids.id
                 FROM ids, (VALUES {keys}) AS k (field, value)
             ), new_photos AS (
                 INSERT INTO photos SELECT c.* FROM ids, photos m, jsonb_populate_record(m, jsonb_build_object(
                     'record', ids.id, 'image', ids.image, 'kept', 0)) AS c
                 WHERE m.org = {org} AND m.record = {model}
             )
             INSERT INTO timeline SELECT c.* FROM ids, timeline m, jsonb_populate_record(m, jsonb_build_object(
                 'record', ids.id,
                 'entry', CASE WHEN m.previous IS NULL THEN added ELSE uploaded END,
                 'previous', CASE WHEN m.previous IS NOT NULL THEN added END)) AS c
             WHERE m.org = {org} AND m.record = {model} AND m.entry <= (
                 SELECT timeline FROM records WHERE org = {org} AND module = {module} AND id = {model});\n"
        )
    }
}
