//! Prepares the records of the file: references become ids, and values pass the same validation as a client's.

use super::custom::unknown_module;
use super::error::Problems;
use super::ids::Ids;
use super::names::Names;
use super::reader::At;
use super::settings::Settings;
use super::shapes::{LockShape, RecordShape, SeedFile};
use super::values;
use serde_json::{Map, Value};
use std::collections::HashMap;
use tanzanite_crm::blueprint::settle;
use tanzanite_crm::criteria::{FieldKey, record_keys};
use tanzanite_crm::metadata::{LockType, Metadata};
use tanzanite_crm::operations::photo;
use tanzanite_crm::schema::validate::{Mode, check, unique_values};
use tanzanite_crm::schema::{ANY_MODULE, Kind, Module, Number, Times, complete, display_name};
use tanzanite_crm::transaction::{RecordHead, Stamp};
use tanzanite_protocol::{RecordId, Timestamp};

/// A record ready to be written.
#[derive(Clone, Debug)]
pub(super) struct PlannedRecord {
    pub(super) key: String,
    pub(super) api_name: String,
    pub(super) module: Number,
    pub(super) id: RecordId,
    pub(super) name: String,
    pub(super) owner: RecordId,
    pub(super) fields: Map<String, Value>,
    pub(super) unique: Vec<(Number, String)>,
    pub(super) keys: Vec<FieldKey>,
    pub(super) created_by: RecordId,
    /// `None` means the time of planting.
    pub(super) created_time: Option<Timestamp>,
    /// The user and time of the last change. A missing time means the time of creation.
    pub(super) modified: Option<(RecordId, Option<Timestamp>)>,
    pub(super) photo: Option<At<String>>,
    pub(super) lock: Option<PlannedLock>,
    pub(super) deleted: bool,
}

/// A lock ready to be written.
#[derive(Clone, Debug)]
pub(super) struct PlannedLock {
    pub(super) id: RecordId,
    pub(super) reason: String,
    pub(super) by: RecordId,
    /// `None` means the record's time of creation.
    pub(super) time: Option<Timestamp>,
    pub(super) automatic: bool,
}

/// The record that a key stands for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target<'a> {
    pub(super) module: &'a str,
    pub(super) id: RecordId,
    pub(super) deleted: bool,
}

/// Everything that records of the file can refer to.
pub(super) struct Known<'a> {
    pub(super) settings: &'a Settings<'a>,
    pub(super) keys: Names<'a, Target<'a>>,
}

/// Prepares all records. Those with problems are reported and left out.
pub(super) fn resolve(
    file: &SeedFile<'_>,
    ids: &Ids,
    settings: &Settings<'_>,
    problems: &mut Problems,
) -> Vec<PlannedRecord> {
    let mut keys = Names::new("record with the key");
    for shape in &file.records {
        if let Some(id) = RecordId::new(ids.of(shape.at, shape.id.as_ref())) {
            let target = Target {
                module: &shape.module.value,
                id,
                deleted: shape.deleted,
            };
            keys.add(&shape.key, target, problems);
        }
    }
    let known = Known { settings, keys };
    let mut unique = HashMap::new();
    let planned = file.records.iter().filter_map(|shape| {
        let record = plan(shape, ids, &known, problems)?;
        check_unique(shape, &record, &mut unique, problems);
        Some(record)
    });
    planned.collect()
}

fn plan(
    shape: &RecordShape<'_>,
    ids: &Ids,
    known: &Known<'_>,
    problems: &mut Problems,
) -> Option<PlannedRecord> {
    let users = &known.settings.users;
    let owner = users.find(&shape.owner, problems);
    let created_by = match &shape.created_by {
        Some(user) => users.find(user, problems),
        None => owner,
    };
    let modified_by = match &shape.modified_by {
        Some(user) => users.find(user, problems),
        None => created_by,
    };
    let module = module(shape, known, problems)?;
    if let Some(photo) = &shape.photo {
        check_takes_photos(photo, module, problems);
    }
    let id = RecordId::new(ids.of(shape.at, shape.id.as_ref()))?;
    let fields = fields(shape, module, id, known, problems);
    let lock = match &shape.lock {
        Some(lock) => Some(plan_lock(lock, shape, module, ids, known, problems)?),
        None => None,
    };
    let mut fields = fields?;
    let (owner, modified_by, created_by) = (owner?, modified_by?, created_by?);
    let modified_time = shape.modified_time.as_ref().map(|time| time.value);
    let modified = shape.modified_by.is_some() || modified_time.is_some();
    let metadata = &known.settings.metadata;
    let created = created(shape, metadata);
    let head = RecordHead {
        org: known.settings.org,
        module: module.number,
        id,
        name: String::new(),
        owner,
        created: Stamp {
            at: created,
            by: created_by,
        },
        modified: Stamp {
            at: modified_time.unwrap_or(created),
            by: modified_by,
        },
        image: None,
        lock: None,
    };
    settle(metadata, module, &head, &mut fields, true);
    Some(PlannedRecord {
        key: shape.key.value.clone(),
        api_name: shape.module.value.clone(),
        module: module.number,
        id,
        name: display_name(module, &fields),
        owner,
        unique: unique(module, &fields),
        keys: record_keys(module, known.settings.metadata.zone(), &fields),
        fields,
        created_by,
        created_time: shape.created_time.as_ref().map(|time| time.value),
        modified: modified.then_some((modified_by, modified_time)),
        photo: shape.photo.clone(),
        lock,
        deleted: shape.deleted,
    })
}

fn module<'a>(
    shape: &RecordShape<'_>,
    known: &Known<'a>,
    problems: &mut Problems,
) -> Option<&'a Module> {
    let metadata = &known.settings.metadata;
    let modules = || metadata.modules().filter(|module| module.is_seeded());
    let named = metadata.module(&shape.module.value);
    let module = named.filter(|module| module.is_seeded());
    if module.is_none() && named.is_some() {
        let message = format!("the module {:?} takes no records", shape.module.value);
        problems.add_with(shape.module.at, message, || {
            let able: Vec<_> = modules().map(|module| module.api_name.as_ref()).collect();
            format!("These do: {}.", able.join(", "))
        });
    } else if module.is_none() {
        unknown_module(&shape.module, modules(), problems);
    }
    module
}

/// Reports a photo in a module whose records cannot have one, as the upload endpoint would.
fn check_takes_photos(photo: &At<String>, module: &Module, problems: &mut Problems) {
    if !photo::UPLOAD
        .descriptor
        .module
        .takes(&module.api_name, module.custom)
    {
        let message = format!("records of {} have no photos", module.api_name);
        problems.add(photo.at, message, "Remove `photo`.");
    }
}

/// The record's values as they are stored. `None` if a problem was reported.
fn fields(
    shape: &RecordShape<'_>,
    module: &Module,
    id: RecordId,
    known: &Known<'_>,
    problems: &mut Problems,
) -> Option<Map<String, Value>> {
    let input = values::input(shape, module, known, problems)?;
    let mut fields = match check(module, &input, "$.data[0]", Mode::Create) {
        Ok(checked) => checked.fields,
        Err(fault) => {
            values::note(&fault, shape, module, problems);
            return None;
        }
    };
    values::note_unlisted(&fields, shape, module, problems);
    for field in module
        .fields
        .iter()
        .filter(|field| field.kind == Kind::AutoNumber)
    {
        fields.insert(field.api_name.clone().into_owned(), id.to_string().into());
    }
    let created = created(shape, &known.settings.metadata);
    let changed = shape.modified_time.as_ref().map(|time| time.value);
    let times = Times {
        created,
        now: changed.unwrap_or(created),
        zone: known.settings.metadata.zone(),
    };
    complete(module, &Map::new(), &mut fields, &times);
    Some(fields)
}

/// The time at which a record was made. Without one in the file, values that follow from it follow from the
/// organisation's own.
fn created(shape: &RecordShape<'_>, metadata: &Metadata) -> Timestamp {
    let founded = Timestamp::from_millis(metadata.organisation().created_time);
    let named = shape.created_time.as_ref();
    named.map_or(founded, |time| time.value)
}

fn unique(module: &Module, fields: &Map<String, Value>) -> Vec<(Number, String)> {
    let unique = unique_values(module, |name| fields.get(name));
    unique.map(|(field, key)| (field.number, key)).collect()
}

/// Reports a unique value that an earlier record has. Values of deleted records are free again.
fn check_unique(
    shape: &RecordShape<'_>,
    record: &PlannedRecord,
    seen: &mut HashMap<(Number, Number, String), String>,
    problems: &mut Problems,
) {
    if record.deleted {
        return;
    }
    for (field, key) in &record.unique {
        let entry = (record.module, *field, key.clone());
        if let Some(other) = seen.insert(entry, record.key.clone()) {
            let message = format!("the record {other:?} has the unique value {key:?} already");
            problems.add(shape.at, message, "Give one of the two another value.");
        }
    }
}

fn plan_lock(
    lock: &LockShape,
    shape: &RecordShape<'_>,
    module: &Module,
    ids: &Ids,
    known: &Known<'_>,
    problems: &mut Problems,
) -> Option<PlannedLock> {
    let settings = known.settings;
    if shape.deleted {
        problems.add(
            lock.at,
            "a deleted record has no lock",
            "Remove `lock` or `deleted`.",
        );
    }
    match settings
        .metadata
        .locking(module)
        .map(|configuration| configuration.lock_type)
    {
        None => {
            let message = format!("records of {} cannot be locked", module.api_name);
            problems.add(
                lock.at,
                message,
                "Add a [[locking]] for the module, or remove `lock`.",
            );
        }
        Some(LockType::Manual) if lock.automatic => {
            let message = format!(
                "records of {} are not locked automatically",
                module.api_name
            );
            problems.add(lock.at, message, "Set the module's lock_type to \"both\".");
        }
        Some(LockType::Automatic) if !lock.automatic => {
            let message = format!(
                "records of {} are locked automatically alone",
                module.api_name
            );
            problems.add(lock.at, message, "Set the module's lock_type to \"both\".");
        }
        Some(_) => {}
    }
    let by = settings
        .users
        .find(lock.by.as_ref().unwrap_or(&shape.owner), problems)?;
    Some(PlannedLock {
        id: RecordId::new(ids.of(lock.at, lock.id.as_ref()))?,
        reason: lock.reason.value.clone(),
        by,
        time: lock.time.as_ref().map(|time| time.value),
        automatic: lock.automatic,
    })
}

impl Known<'_> {
    /// The record that a key in a lookup means. A record of another module, or a deleted one, is reported.
    pub(super) fn target(
        &self,
        key: &At<&str>,
        module: &str,
        problems: &mut Problems,
    ) -> Option<Target<'_>> {
        let target = self.keys.find_text(key.at, key.value, problems)?;
        if module != ANY_MODULE && target.module != module {
            let message = format!(
                "the record {:?} is of {}, not of {module}",
                key.value, target.module
            );
            let able = self
                .keys
                .iter()
                .filter(|(_, target)| target.module == module);
            problems.add_unknown(key.at, message, key.value, able.map(|(key, _)| key));
            return None;
        }
        if target.deleted {
            let message = format!("the record {:?} is deleted", key.value);
            problems.add(key.at, message, "Refer to another record.");
            return None;
        }
        Some(target)
    }
}
