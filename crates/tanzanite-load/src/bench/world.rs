//! A store full of records, filled through the store itself: the HTTP path would take many times as
//! long.

use super::picture::{LARGE_BYTES, SMALL_BYTES, png};
use super::request::Callers;
use super::shuffle::Noise;
use bytes::Bytes;
use serde_json::{Map, Value};
use std::path::Path;
use std::sync::Arc;
use tanzanite_crm::policy::Permit;
use tanzanite_crm::schema::Number;
use tanzanite_crm::transaction::{NewRecord, Photo, Stamp};
use tanzanite_crm::{StoreError, Stored, Transaction};
use tanzanite_protocol::media::ImageKind;
use tanzanite_protocol::{OrgId, RecordId, Timestamp};
use tanzanite_seed::Seed;
use tanzanite_store::{Place, SqliteStore, Store};
use xtask::output::{Outcome, Progress};

const SEED: &str = include_str!("seed.toml");
const MODULE: &str = "Leads";
const OWNER: &str = "sales@bench.example";
/// Below the `id_base` of the seed, so that the server never gives these ids again.
pub(super) const FIRST_ID: i64 = 3_652_397_000_001_000_000;
/// Ids from there to the `id_base` of the seed.
pub(super) const ID_ROOM: i64 = 9_000_000;
/// Records of one transaction of the load.
const RECORDS_PER_COMMIT: usize = 500;
/// Records with large photos, in addition to those with small ones.
const LARGE_PHOTOS: usize = 1000;
/// When everything is said to have happened: 2026-01-01.
const LOADED_AT: Timestamp = Timestamp::from_millis(1_767_222_000_000);
const REASON: &str = "benchmark load";

/// What is in a store, as far as requests are about it.
#[derive(Debug)]
pub(super) struct World {
    /// The managers of the organisations, and their access tokens.
    pub(super) callers: Arc<Callers>,
    /// Records with small photos, in random order.
    pub(super) small: Vec<i64>,
    /// Records with large photos, in random order.
    pub(super) large: Vec<i64>,
    /// A record without a photo.
    pub(super) without_photo: RecordId,
    /// A locked record with a photo.
    pub(super) locked: RecordId,
}

/// What all records of an organisation's load share.
pub(super) struct Loader<S> {
    store: S,
    pub(super) org: OrgId,
    pub(super) module: Number,
    owner: RecordId,
}

impl World {
    /// Fills a new folder with so many records, each with a small photo, and [`LARGE_PHOTOS`] more
    /// with large ones.
    pub(super) fn fill(folder: &Path, records: usize, progress: &Progress) -> Outcome<Self> {
        let seed = Seed::parse("seed.toml", SEED)?;
        let store = SqliteStore::open(&Place::Folder(folder.to_owned()))?;
        let loader = Loader::plant(store, &seed)?;
        let ids: Vec<i64> = (FIRST_ID..).take(records + LARGE_PHOTOS).collect();
        let (small, large) = ids.split_at(records);
        loader.load(small, SMALL_BYTES, progress)?;
        loader.load(large, LARGE_BYTES, progress)?;
        loader.store.close();
        let callers = Callers {
            first: FIRST_ID,
            step: i64::MAX,
            tokens: vec![token(&seed)?],
        };
        Self::new(&seed, callers, small.to_vec(), large.to_vec())
    }

    /// What the first organisation's seed and the loads have come to.
    pub(super) fn new(
        seed: &Seed,
        callers: Callers,
        mut small: Vec<i64>,
        mut large: Vec<i64>,
    ) -> Outcome<Self> {
        let credentials = seed.credentials();
        let id = |key| {
            let found = credentials.record(key);
            found.map(|(_, id)| id).ok_or("the seed lacks a record")
        };
        Noise::new(2).shuffle(&mut small);
        Noise::new(2).shuffle(&mut large);
        Ok(Self {
            callers: Arc::new(callers),
            small,
            large,
            without_photo: id("without photo")?,
            locked: id("locked")?,
        })
    }
}

/// The text of the access token of a seed's manager.
pub(super) fn token(seed: &Seed) -> Outcome<String> {
    let credentials = seed.credentials();
    let token = credentials.token("manager");
    Ok(token.ok_or("the seed lacks a token")?.to_owned())
}

/// The seed of one of many organisations; the first is the one that there is if there are no others. The ids of one have
/// room for `step` records.
pub(super) fn seed(number: u32, step: i64) -> Outcome<Seed> {
    let of_first = [
        ("zgid = 20200101", format!("zgid = {}", 20_200_101 + number)),
        (
            "id_base = 3652397000010000000",
            format!(
                "id_base = {}",
                FIRST_ID + ID_ROOM + i64::from(number) * step
            ),
        ),
        (
            "the benchmark needs no secret",
            format!("the benchmark needs no secret {number}"),
        ),
    ];
    let mut text = SEED.to_owned();
    for (found, own) in of_first {
        if !text.contains(found) {
            return Err(format!("the seed lacks {found:?}").into());
        }
        if number > 0 {
            text = text.replace(found, &own);
        }
    }
    Ok(Seed::parse("seed.toml", &text)?)
}

impl<S: Store> Loader<S> {
    /// Plants an organisation.
    pub(super) fn plant(store: S, seed: &Seed) -> Outcome<Self> {
        let planted = seed.clone();
        store.write_blocking(move |tx: &mut dyn Transaction| -> Stored<()> {
            let pictures = |_: &str| Ok(Bytes::from(png(SMALL_BYTES)));
            planted
                .apply(&pictures, LOADED_AT, tx)
                .map(|_| ())
                .map_err(StoreError::new)
        })?;
        let org = seed.org_id();
        let metadata = store.read_blocking(move |tx: &mut dyn Transaction| tx.metadata(org));
        let metadata = metadata?.ok_or("the seed has no organisation")?;
        let module = metadata
            .module(MODULE)
            .ok_or("there is no such module")?
            .number;
        let owner = metadata.users().iter().find(|user| user.email == OWNER);
        let owner = owner
            .and_then(|user| RecordId::new(user.id))
            .ok_or("there is no such user")?;
        Ok(Self {
            store,
            org,
            module,
            owner,
        })
    }

    /// Adds records with these ids, each with a photo.
    pub(super) fn load(&self, ids: &[i64], photo_bytes: usize, progress: &Progress) -> Outcome {
        let bytes = Bytes::from(png(photo_bytes));
        for (done, chunk) in ids.chunks(RECORDS_PER_COMMIT).enumerate() {
            progress.show(&format!(
                "loading records: {} of {}",
                done * RECORDS_PER_COMMIT,
                ids.len()
            ));
            let (org, module, owner) = (self.org, self.module, self.owner);
            let (chunk, bytes) = (chunk.to_vec(), bytes.clone());
            self.store
                .write_blocking(move |tx: &mut dyn Transaction| -> Stored<()> {
                    chunk
                        .iter()
                        .try_for_each(|id| insert(tx, (org, module, owner), *id, &bytes))
                })?;
        }
        Ok(())
    }
}

fn insert(
    tx: &mut dyn Transaction,
    (org, module, owner): (OrgId, Number, RecordId),
    id: i64,
    bytes: &Bytes,
) -> Stored<()> {
    let record = RecordId::new(id).ok_or_else(|| StoreError::new("no id"))?;
    let stamp = Stamp {
        at: LOADED_AT,
        by: owner,
    };
    let last_name = format!("Lead {id}");
    let fields = [
        ("Last_Name", last_name.clone()),
        ("Company", format!("Company {}", id % 1000)),
        ("Email", format!("lead{id}@bench.example")),
        ("Phone", format!("+49 30 {}", id % 10_000_000)),
        ("City", "Berlin".to_owned()),
    ];
    let fields: Map<String, Value> = fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), Value::from(value)))
        .collect();
    let new = NewRecord {
        name: last_name,
        owner,
        fields,
        unique: Vec::new(),
        stamp,
        keys: Vec::new(),
        keys_gone: Vec::new(),
    };
    tx.insert_record(
        Permit::bypassing_policy_as_operator(org, module, record, REASON),
        &new,
    )?;
    let photo = Photo {
        image: format!("{id:036}"),
        kind: ImageKind::Png,
        bytes: bytes.clone(),
    };
    tx.put_photo(
        Permit::bypassing_policy_as_operator(org, module, record, REASON),
        &photo,
        stamp,
    )
}
