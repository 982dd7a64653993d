//! A store full of records, filled through the store itself: the HTTP path would take many times as
//! long.

use super::picture::{LARGE_BYTES, SMALL_BYTES, png};
use super::record;
use super::request::Callers;
use super::shuffle::Noise;
use bytes::Bytes;
use std::path::Path;
use std::sync::Arc;
use tanzanite_crm::policy::Permit;
use tanzanite_crm::schema::Number;
use tanzanite_crm::transaction::{NewRecord, Stamp, StoredFile};
use tanzanite_crm::{StoreError, Stored, Transaction};
use tanzanite_protocol::media::{FileKind, ImageKind};
use tanzanite_protocol::{OrgId, RecordId, Timestamp};
use tanzanite_seed::Seed;
use tanzanite_store::{Place, SqliteStore, Store};
use xtask::output::{Outcome, Progress};

const SEED: &str = include_str!("seed.toml");
pub(super) const MODULE: &str = "Leads";
const OWNER: &str = "sales@bench.example";
/// Owns few records among those of the other.
const RARE_OWNER: &str = "rare@bench.example";
/// Records of that owner's in each load, evenly spread.
const RARE_RECORDS: usize = 40;
/// Whom the neighbour's settings are about.
const ROLE: &str = "Sales";
/// Below the `id_base` of the seed, so that the server never gives these ids again.
pub(super) const FIRST_ID: i64 = 3_652_397_000_001_000_000;
/// Ids from there to the `id_base` of the seed.
pub(super) const ID_ROOM: i64 = 9_000_000;
/// The `id_base` of the seed: ids that the server gives come after it.
pub(super) const FIRST_GIVEN_ID: i64 = FIRST_ID + ID_ROOM;
/// From the first organisation's ids to those of its neighbour.
const NEIGHBOUR_STEP: i64 = 100_000_000;
/// Records of one transaction of the load.
const RECORDS_PER_COMMIT: usize = 500;
/// Records with large photos, in addition to those with small ones.
const LARGE_PHOTOS: usize = 1000;
/// When everything is said to have happened: 2026-01-01.
pub(super) const LOADED_AT: Timestamp = Timestamp::from_millis(1_767_222_000_000);
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
    /// The token of a user who owns few of the records and sees no others.
    pub(super) rare_owner: String,
}

/// A data folder full of records, and what is in it.
#[derive(Debug)]
pub(super) struct Filled {
    pub(super) world: World,
    pub(super) tenant: Tenant,
    pub(super) neighbour: Neighbour,
}

/// Another organisation in the same store.
#[derive(Debug)]
pub(super) struct Neighbour {
    /// Of its administrator.
    pub(super) token: String,
    /// The id of a role.
    pub(super) role: i64,
}

/// An organisation as the store knows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tenant {
    pub(super) org: OrgId,
    pub(super) module: Number,
    pub(super) owner: RecordId,
    rare_owner: RecordId,
    role: i64,
}

/// Fills a store with the records of an organisation.
pub(super) struct Loader<S> {
    store: S,
    pub(super) tenant: Tenant,
}

impl Filled {
    /// Fills a new folder with so many records, each with a small photo, and [`LARGE_PHOTOS`] more
    /// with large ones.
    pub(super) fn new(folder: &Path, records: usize, progress: &Progress) -> Outcome<Self> {
        let (seed, neighbour) = (seed(0, NEIGHBOUR_STEP)?, seed(1, NEIGHBOUR_STEP)?);
        let store = SqliteStore::open(&Place::Folder(folder.to_owned()))?;
        let role = Loader::plant(store.clone(), &neighbour)?.tenant.role;
        let loader = Loader::plant(store, &seed)?;
        let ids: Vec<i64> = (FIRST_ID..).take(records + LARGE_PHOTOS).collect();
        let (small, large) = ids.split_at(records);
        loader.load(small, SMALL_BYTES, progress)?;
        loader.load(large, LARGE_BYTES, progress)?;
        loader.store.close();
        let callers = Callers {
            first: FIRST_ID,
            step: i64::MAX,
            tokens: vec![token(&seed, "manager")?],
        };
        Ok(Self {
            world: World::new(&seed, callers, small.to_vec(), large.to_vec())?,
            tenant: loader.tenant,
            neighbour: Neighbour {
                token: token(&neighbour, "admin")?,
                role,
            },
        })
    }
}

impl World {
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
            rare_owner: token(seed, "rare owner")?,
        })
    }
}

/// The text of a seed's access token.
pub(super) fn token(seed: &Seed, name: &str) -> Outcome<String> {
    let credentials = seed.credentials();
    let token = credentials.token(name);
    Ok(token.ok_or("the seed lacks a token")?.to_owned())
}

/// The seed of one of many organisations; the first is the one that there is if there are no others. The ids of one
/// have room for `step` records.
pub(super) fn seed(number: u32, step: i64) -> Outcome<Seed> {
    let of_first = [
        ("zgid = 20200101", format!("zgid = {}", 20_200_101 + number)),
        (
            "id_base = 3652397000010000000",
            format!("id_base = {}", FIRST_GIVEN_ID + i64::from(number) * step),
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
        let user = |email| {
            let found = metadata.users().iter().find(|user| user.email == email);
            let id = found.and_then(|user| RecordId::new(user.id));
            id.ok_or("there is no such user")
        };
        let role = metadata.roles().iter().find(|role| role.name == ROLE);
        let tenant = Tenant {
            org,
            module,
            owner: user(OWNER)?,
            rare_owner: user(RARE_OWNER)?,
            role: role.ok_or("there is no such role")?.id,
        };
        Ok(Self { store, tenant })
    }

    /// Adds records with these ids, each with a photo.
    pub(super) fn load(&self, ids: &[i64], photo_bytes: usize, progress: &Progress) -> Outcome {
        let bytes = Bytes::from(png(photo_bytes));
        let rare = (ids.len() / RARE_RECORDS).max(2);
        for (done, chunk) in ids.chunks(RECORDS_PER_COMMIT).enumerate() {
            let done = done * RECORDS_PER_COMMIT;
            progress.show(&format!("loading records: {done} of {}", ids.len()));
            let tenant = self.tenant;
            let (chunk, bytes) = (chunk.to_vec(), bytes.clone());
            self.store
                .write_blocking(move |tx: &mut dyn Transaction| -> Stored<()> {
                    (done + 1..).zip(&chunk).try_for_each(|(place, id)| {
                        let owner = match place % rare {
                            0 => tenant.rare_owner,
                            _ => tenant.owner,
                        };
                        insert(tx, Tenant { owner, ..tenant }, *id, &bytes)
                    })
                })?;
        }
        Ok(())
    }
}

impl Tenant {
    /// The permit for whatever is done with a record.
    pub(super) fn permit<O>(self, record: RecordId) -> Permit<O> {
        Permit::bypassing_policy_as_operator(self.org, self.module, record, REASON)
    }
}

/// An id of the load as the store takes it.
pub(super) fn record_id(id: i64) -> Stored<RecordId> {
    RecordId::new(id).ok_or_else(|| StoreError::new("no id"))
}

/// A record of an owner's, as it was when everything was loaded.
pub(super) fn new_record(number: i64, owner: RecordId) -> NewRecord {
    let fields = record::fields(number);
    let name = ["First_Name", "Last_Name"].map(|name| fields[name].as_str().unwrap_or_default());
    NewRecord {
        name: name.join(" "),
        owner,
        keys: record::keys(&fields),
        keys_gone: Vec::new(),
        fields,
        unique: Vec::new(),
        stamp: Stamp {
            at: LOADED_AT,
            by: owner,
        },
    }
}

fn insert(tx: &mut dyn Transaction, tenant: Tenant, id: i64, bytes: &Bytes) -> Stored<()> {
    let new = new_record(id, tenant.owner);
    tx.insert_record(tenant.permit(record_id(id)?), &new)?;
    put_photo(tx, tenant, id, bytes, new.stamp)
}

/// Gives a record a photo.
pub(super) fn put_photo(
    tx: &mut dyn Transaction,
    tenant: Tenant,
    id: i64,
    bytes: &Bytes,
    stamp: Stamp,
) -> Stored<()> {
    let photo = StoredFile {
        id: format!("{id:036}"),
        kind: FileKind::Image(ImageKind::Png),
        bytes: bytes.clone(),
    };
    tx.put_file(tenant.permit(record_id(id)?), &photo, stamp)
}
