//! Infers records as they were when the recording began: from reads before any change, and from refusals.

use super::Notes;
use super::schema::Schema;
use super::settings::Settings;
use crate::recording::step::{Step, id_in};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tanzanite_crm::schema::{ANY_MODULE, Field, Kind, Module};
use tanzanite_crm::transaction::{Lock, Stamp};
use tanzanite_protocol::media::inspect;
use tanzanite_protocol::{RecordId, Timestamp};
use tanzanite_seed::DraftRecord;

/// A picture of one pixel, for a photo that was never downloaded.
const ASSUMED_PICTURE: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\x80\x80\x80\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
/// The base of made-up lock ids; the vendor's are far higher.
const ASSUMED_LOCK_IDS: i64 = 1000;
/// Values of a record that are not fields in a seed.
const SYSTEM: [&str; 8] = [
    "id",
    "Owner",
    "Created_By",
    "Created_Time",
    "Modified_By",
    "Modified_Time",
    "Record_Image",
    "Locked__s",
];

/// All records that existed at the beginning.
#[derive(Debug, Default)]
pub(super) struct Sightings {
    seen: BTreeMap<RecordId, Sighting>,
    /// Records that were created within the recording.
    made: BTreeSet<RecordId>,
}

/// The facts about one record.
#[derive(Debug)]
pub(super) struct Sighting {
    pub(super) module: String,
    values: Map<String, Value>,
    photo: Photo,
    lock: Option<Value>,
    locked: bool,
    /// Whether an answer stated if it is locked.
    says_lock: bool,
    pub(super) locking_configuration: Option<i64>,
    /// Whether it was deleted within the recording.
    deleted: bool,
    /// The fields that were changed; later reads of them do not show the initial value.
    changed: BTreeSet<String>,
}

#[derive(Debug, PartialEq)]
enum Photo {
    Unknown,
    Missing,
    There,
    Downloaded(Vec<u8>),
}

/// Stand in [`Sighting::changed`] for a change of the photo, of the lock, and of anything at all.
const PHOTO: &str = "Record_Image";
const LOCK: &str = "Locked__s";
const STAMP: &str = "Modified_Time";

/// Collects the facts, in the order of the recording.
pub(super) fn sightings(steps: &[Step<'_>], schema: &Schema) -> Sightings {
    let mut sightings = Sightings::default();
    for step in steps {
        sightings.look_at(step);
    }
    sightings.add_targets(schema);
    sightings
}

impl Sightings {
    pub(super) fn all(&self) -> impl Iterator<Item = &Sighting> {
        self.seen.values()
    }

    pub(super) fn owner(&self, record: RecordId) -> Option<RecordId> {
        id_in(self.seen.get(&record)?.value("Owner"))
    }

    /// Records of a module that were never deleted and that somebody else owns.
    pub(super) fn of_others(&self, module: &str, user: RecordId) -> impl Iterator<Item = RecordId> {
        let of_module = self.seen.iter().filter(move |(_, seen)| {
            let owner = id_in(seen.value("Owner"));
            seen.module == module && !seen.deleted && owner.is_some_and(|owner| owner != user)
        });
        of_module.map(|(id, _)| *id)
    }

    /// A record, unless it was created within the recording.
    fn at(&mut self, module: &str, id: RecordId) -> Option<&mut Sighting> {
        if self.made.contains(&id) || module.is_empty() {
            return None;
        }
        let seen = self.seen.entry(id).or_insert_with(|| Sighting::new(module));
        Some(seen)
    }

    fn look_at(&mut self, step: &Step<'_>) {
        match step.operation {
            "record.list" | "module_search.search" | "record.get" if step.succeeded() => {
                for record in step.items("data") {
                    if let Some(seen) = id_in(record).and_then(|id| self.at(&step.module, id)) {
                        seen.read(record);
                    }
                }
            }
            "record.insert" | "record.clone" => {
                let made = step.carried_out().map(|(_, answered)| &answered["details"]);
                self.made.extend(made.filter_map(id_in));
            }
            "record.upsert" => {
                for (sent, answered) in step.carried_out() {
                    if answered["action"] == "insert" {
                        self.made.extend(id_in(&answered["details"]));
                    } else {
                        self.change(&step.module, sent, &answered["details"]);
                    }
                }
            }
            "record.update_many" | "record.update" => {
                for (sent, answered) in step.carried_out() {
                    self.change(&step.module, sent, &answered["details"]);
                }
            }
            "record.delete_many" | "record.delete" => {
                for (_, answered) in step.carried_out() {
                    self.change(&step.module, &Value::Null, &answered["details"]);
                    let deleted = id_in(&answered["details"]);
                    if let Some(seen) = deleted.and_then(|id| self.at(&step.module, id)) {
                        seen.deleted = true;
                    }
                }
            }
            _ => {}
        }
        if let Some(id) = step.record {
            self.look_at_parts(step, id);
        }
    }

    /// Notes a successful write, which shows that the record exists, and its creator and creation time.
    fn change(&mut self, module: &str, sent: &Value, details: &Value) {
        let Some(seen) = id_in(details).and_then(|id| self.at(module, id)) else {
            return;
        };
        for key in ["Created_By", "Created_Time"] {
            seen.note(key, &details[key]);
        }
        let keys = sent.as_object().into_iter().flat_map(Map::keys);
        seen.changed.extend(keys.cloned());
        seen.changed.insert(STAMP.to_owned());
    }

    /// Notes the facts about a record's photo and lock.
    fn look_at_parts(&mut self, step: &Step<'_>, id: RecordId) {
        let is_there =
            step.succeeded() || matches!(step.code(), "RECORD_LOCKED" | "AUTHORIZATION_FAILED");
        let no_photo = step.answered["message"] == "No such photo exists"
            || (step.operation == "record_photo.download" && step.status() == 204);
        if !is_there && !no_photo {
            return;
        }
        let Some(seen) = self.at(&step.module, id) else {
            return;
        };
        if step.code() == "RECORD_LOCKED" && !seen.changed.contains(LOCK) {
            seen.locked = true;
        }
        if no_photo {
            seen.photo_is(Photo::Missing);
        }
        if !step.succeeded() {
            return;
        }
        match step.operation {
            "record_photo.download" if step.status() == 200 => {
                seen.photo_is(Photo::Downloaded(step.exchange.reply.body.bytes()));
            }
            "record_photo.upload" | "record_photo.delete" => {
                if step.operation == "record_photo.delete" {
                    seen.photo_is(Photo::There);
                }
                seen.changed.extend([PHOTO, STAMP].map(str::to_owned));
            }
            "record_locking.list" | "record_locking.get" => {
                seen.read_lock(step.items("data").first());
            }
            "record_locking.unlock" | "record_locking.lock" | "record_locking.update" => {
                // A lock that was removed or given another reason existed before.
                seen.locked |=
                    step.operation != "record_locking.lock" && !seen.changed.contains(LOCK);
                seen.says_lock = true;
                seen.changed.extend([LOCK, STAMP].map(str::to_owned));
            }
            _ => {}
        }
    }

    /// Adds records that lookups refer to.
    fn add_targets(&mut self, schema: &Schema) {
        let mut targets = Vec::new();
        for seen in self.seen.values() {
            let fields = schema.module(&seen.module).map(|module| &module.fields);
            for field in fields.into_iter().flatten() {
                let Kind::Lookup(module) = &field.kind else {
                    continue;
                };
                let value = seen.value(field.api_name.as_ref());
                let module = match module.as_ref() {
                    ANY_MODULE => seen.value("$se_module").as_str(),
                    module => Some(module),
                };
                if let Some((id, module)) = id_in(value).zip(module) {
                    targets.push((id, module.to_owned(), value["name"].clone()));
                }
            }
        }
        for (id, module, name) in targets {
            let Some(found) = schema.module(&module) else {
                continue;
            };
            if let Some(seen) = self.at(&module, id) {
                seen.note(&found.display_field, &name);
            }
        }
    }
}

impl Sighting {
    fn new(module: &str) -> Self {
        Self {
            module: module.to_owned(),
            values: Map::new(),
            photo: Photo::Unknown,
            lock: None,
            locked: false,
            says_lock: false,
            locking_configuration: None,
            deleted: false,
            changed: BTreeSet::new(),
        }
    }

    /// Whether records of its module can be locked.
    pub(super) fn lockable(&self) -> bool {
        self.says_lock || self.locked
    }

    /// A field's initial value; null if unknown.
    fn value(&self, key: &str) -> &Value {
        self.values.get(key).unwrap_or(&Value::Null)
    }

    /// Notes a value, unless it is known or may have been changed.
    fn note(&mut self, key: &str, value: &Value) {
        if !self.changed.contains(key) && !value.is_null() && !self.values.contains_key(key) {
            self.values.insert(key.to_owned(), value.clone());
        }
    }

    fn read(&mut self, record: &Value) {
        for (key, value) in record.as_object().into_iter().flatten() {
            let is_stamp = matches!(key.as_str(), "Modified_By" | "Modified_Time");
            if !(is_stamp && self.changed.contains(STAMP)) {
                self.note(key, value);
            }
        }
        if let Some(image) = record.get(PHOTO) {
            self.photo_is(if image.is_null() {
                Photo::Missing
            } else {
                Photo::There
            });
        }
        if let Some(locked) = record[LOCK].as_bool() {
            self.says_lock = true;
            self.locked |= locked && !self.changed.contains(LOCK);
        }
    }

    fn read_lock(&mut self, lock: Option<&Value>) {
        let Some(lock) = lock else { return };
        self.says_lock = true;
        let configuration = lock["Record_Locking_Configuration_Id__s"].as_str();
        self.locking_configuration = self
            .locking_configuration
            .or(configuration.and_then(|id| id.parse().ok()));
        if !self.changed.contains(LOCK) && self.lock.is_none() {
            self.locked = true;
            self.lock = Some(lock.clone());
        }
    }

    /// Notes the photo; a downloaded one is more than a mere existence.
    fn photo_is(&mut self, photo: Photo) {
        let is_news = match self.photo {
            Photo::Unknown => true,
            Photo::There => matches!(photo, Photo::Downloaded(_)),
            Photo::Missing | Photo::Downloaded(_) => false,
        };
        if is_news && !self.changed.contains(PHOTO) {
            self.photo = photo;
        }
    }
}

/// Records and pictures to write.
#[derive(Debug, Default)]
pub(super) struct Drafts {
    pub(super) records: Vec<DraftRecord>,
    pub(super) pictures: BTreeMap<String, Vec<u8>>,
}

/// The records to write. Mandatory values that are unknown are assumed.
pub(super) fn drafts(
    sightings: Sightings,
    settings: &Settings,
    began: Timestamp,
    notes: &mut Notes,
) -> Drafts {
    let mut drafts = Drafts::default();
    for (number, (id, seen)) in (ASSUMED_LOCK_IDS..).zip(sightings.seen) {
        let Some(module) = settings.module(&seen.module) else {
            notes.assume(format!(
                "{id} of {}, an unknown module, is left out",
                seen.module
            ));
            continue;
        };
        let Some(owner) = id_in(seen.value("Owner"))
            .or_else(|| id_in(seen.value("Created_By")))
            .or(settings.administrator())
        else {
            continue;
        };
        if !seen.values.contains_key("Owner") {
            notes.assume(format!("the owner of {} {id}", seen.module));
        }
        let stamp = |by: &str, at: &str| {
            let by = id_in(seen.value(by)).unwrap_or(owner);
            let at = seen.value(at).as_str().and_then(Timestamp::parse)?;
            Some(Stamp { at, by })
        };
        let created = stamp("Created_By", "Created_Time");
        let modified = stamp("Modified_By", "Modified_Time");
        let made = created.unwrap_or(Stamp {
            at: began,
            by: owner,
        });
        let assumed_lock = Lock {
            id: RecordId::new(number).unwrap_or(id),
            reason: "Unknown".to_owned(),
            automatic: false,
            created: made,
            modified: made,
        };
        let lock = seen.lock(id, assumed_lock, notes);
        drafts.records.push(DraftRecord {
            created,
            modified,
            photo: drafts_photo(&mut drafts.pictures, id, &seen, notes),
            lock,
            fields: fields(id, module, &seen, notes),
            ..DraftRecord::new(seen.module.clone(), id, owner)
        });
    }
    drafts
}

fn drafts_photo(
    pictures: &mut BTreeMap<String, Vec<u8>>,
    id: RecordId,
    seen: &Sighting,
    notes: &mut Notes,
) -> Option<String> {
    let bytes = match &seen.photo {
        Photo::Downloaded(bytes) => bytes.clone(),
        Photo::There => {
            notes.assume(format!("the photo of {} {id} is a grey pixel", seen.module));
            ASSUMED_PICTURE.to_vec()
        }
        Photo::Unknown | Photo::Missing => return None,
    };
    let Some(image) = inspect(&bytes) else {
        notes.assume(format!(
            "{} {id} has no photo: no seed can have this one",
            seen.module
        ));
        return None;
    };
    let name = format!("{id}.{}", image.kind.extension());
    pictures.insert(name.clone(), bytes);
    Some(name)
}

fn fields(id: RecordId, module: &Module, seen: &Sighting, notes: &mut Notes) -> Map<String, Value> {
    let mut fields = seen.values.clone();
    name_parts(&mut fields);
    fields.retain(|key, _| !SYSTEM.contains(&key.as_str()) && !key.starts_with('$'));
    let lacking = module
        .fields
        .iter()
        .filter(|field| field.mandatory && !field.read_only && field.api_name != "Owner");
    for field in lacking {
        let name = field.api_name.as_ref();
        if !fields.contains_key(name)
            && let Some(value) = assumed(field)
        {
            notes.assume(format!("{name} of {} {id} is {value}", module.api_name));
            fields.insert(name.to_owned(), value);
        }
    }
    fields
}

/// Splits a full name into the unknown parts of a person's name.
fn name_parts(fields: &mut Map<String, Value>) {
    let text = |key: &str| fields.get(key).and_then(Value::as_str);
    let Some(whole) = text("Full_Name") else {
        return;
    };
    let last = text("Last_Name").or(whole.rsplit(' ').next());
    let last = last.unwrap_or(whole).to_owned();
    let first = whole
        .strip_suffix(&last)
        .unwrap_or_default()
        .trim()
        .to_owned();
    if !first.is_empty() {
        fields.entry("First_Name").or_insert(first.into());
    }
    fields.entry("Last_Name").or_insert(last.into());
}

/// Some valid value of a field; none for a reference.
fn assumed(field: &Field) -> Option<Value> {
    Some(match &field.kind {
        Kind::Email => json!("unknown@example.com"),
        Kind::Website => json!("https://example.com"),
        Kind::Integer | Kind::Double | Kind::Currency | Kind::Percent => json!(0),
        Kind::Phone | Kind::Bigint => json!("0"),
        Kind::Boolean => json!(false),
        Kind::Date => json!("2000-01-01"),
        Kind::Datetime => json!("2000-01-01T00:00:00+00:00"),
        Kind::Picklist(values) => json!(values.first()?),
        Kind::MultiSelectPicklist(values) => json!([values.first()?]),
        Kind::Text | Kind::Textarea => json!("Unknown"),
        _ => return None,
    })
}

impl Sighting {
    /// The lock as it was read, or the assumed one.
    fn lock(&self, id: RecordId, assumed: Lock, notes: &mut Notes) -> Option<Lock> {
        if !self.locked {
            return None;
        }
        let Some(seen) = &self.lock else {
            notes.assume(format!(
                "why, when and by whom {} {id} was locked",
                self.module
            ));
            return Some(assumed);
        };
        let text = |key: &str| seen[key].as_str();
        let at = text("Locked_Time__s").and_then(Timestamp::parse);
        let made = Stamp {
            at: at.unwrap_or(assumed.created.at),
            by: id_in(&seen["Locked_By__s"]).unwrap_or(assumed.created.by),
        };
        Some(Lock {
            id: id_in(seen)?,
            reason: text("Locked_Reason__s").unwrap_or("Unknown").to_owned(),
            automatic: text("Lock_Source__s") == Some("Automatic"),
            created: made,
            modified: made,
        })
    }
}
