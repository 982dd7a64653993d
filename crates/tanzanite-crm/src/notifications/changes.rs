//! The changes of records in a transaction, from the first change of each to the last.

use super::Event;
use crate::metadata::Metadata;
use crate::schema::{Module, Number};
use crate::transaction::{Record, Stamp, Stored, Transaction};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};
use tanzanite_protocol::{OrgId, RecordId};

/// The changes of a transaction, in the order in which records were first changed.
#[derive(Debug, Default)]
pub(super) struct Changes {
    all: Vec<Noted>,
    places: HashMap<(Number, RecordId), usize>,
}

#[derive(Debug)]
struct Noted {
    module: Number,
    id: RecordId,
    event: Event,
    stamp: Option<Stamp>,
    before: Option<Record>,
}

/// A record that was changed.
#[derive(Debug)]
pub(super) struct Changed<'a> {
    /// Its module.
    pub(super) module: &'a Module,
    /// Its id.
    pub(super) id: RecordId,
    /// The event, all in all.
    pub(super) event: Event,
    /// As it is, and a deleted one as it was but for its stamp.
    pub(super) record: Record,
    /// The API names of the fields that have other values than before, in the order of the layout.
    pub(super) fields: Vec<&'a str>,
}

/// The field that tells whether a record is in the recycle bin. Vendor: change log of v6.
pub(super) const STATUS: &str = "Record_Status__s";

impl Changes {
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(super) fn has(&self, module: Number, id: RecordId) -> bool {
        self.places.contains_key(&(module, id))
    }

    /// Notes the first change of a record. `stamp` is that of a deletion.
    pub(super) fn add(
        &mut self,
        (module, id): (Number, RecordId),
        event: Event,
        stamp: Option<Stamp>,
        before: Option<Record>,
    ) {
        self.places.insert((module, id), self.all.len());
        self.all.push(Noted {
            module,
            id,
            event,
            stamp,
            before,
        });
    }

    /// Notes a further change of a record: a new one stays new when it is changed, and a deletion ends all.
    pub(super) fn again(
        &mut self,
        (module, id): (Number, RecordId),
        event: Event,
        stamp: Option<Stamp>,
    ) {
        let place = self.places.get(&(module, id));
        if let Some(noted) = place.and_then(|place| self.all.get_mut(*place))
            && event == Event::Delete
        {
            noted.event = event;
            noted.stamp = stamp;
        }
    }

    /// Each record as it was and as it is.
    pub(super) fn compared<'a>(
        self,
        org: OrgId,
        metadata: &'a Metadata,
        tx: &mut dyn Transaction,
    ) -> Stored<Vec<Changed<'a>>> {
        let mut there: BTreeMap<Number, Vec<RecordId>> = BTreeMap::new();
        for noted in self.all.iter().filter(|noted| noted.event != Event::Delete) {
            there.entry(noted.module).or_default().push(noted.id);
        }
        let mut records = HashMap::new();
        for (module, ids) in there {
            let found = tx.records_by_id(org, module, &ids)?;
            records.extend(
                found
                    .into_iter()
                    .flatten()
                    .map(|record| ((module, record.head.id), record)),
            );
        }
        let mut compared = Vec::new();
        for noted in self.all {
            let Some(module) = metadata.module_numbered(noted.module) else {
                continue;
            };
            let now = match (noted.event, noted.stamp) {
                // One that was made and deleted in one go is neither.
                (Event::Delete, Some(stamp)) => noted.before.clone().map(|mut gone| {
                    gone.head.modified = stamp;
                    gone
                }),
                _ => records.remove(&(noted.module, noted.id)),
            };
            let Some(record) = now else { continue };
            let mut fields = match &noted.before {
                Some(before) => differing(module, before, &record),
                None => Vec::new(),
            };
            if noted.event == Event::Delete {
                fields.push(STATUS);
            }
            compared.push(Changed {
                module,
                id: noted.id,
                event: noted.event,
                record,
                fields,
            });
        }
        Ok(compared)
    }
}

/// The fields whose values differ. The time of the last change, which is always another, is never told (two recorded
/// notifications).
fn differing<'a>(module: &'a Module, before: &Record, now: &Record) -> Vec<&'a str> {
    let names = module.fields.iter().map(|field| field.api_name.as_ref());
    names
        .filter(|name| match *name {
            "Owner" => before.head.owner != now.head.owner,
            "Modified_By" => before.head.modified.by != now.head.modified.by,
            "Record_Image" => before.head.image != now.head.image,
            "Modified_Time" | "Created_Time" | "Created_By" => false,
            name if is_display(module, name) => before.head.name != now.head.name,
            name => value(&before.fields, name) != value(&now.fields, name),
        })
        .collect()
}

/// Whether a field is made of others, and stored in a record's head alone.
pub(super) fn is_display(module: &Module, name: &str) -> bool {
    module.display_field == name && module.field(name).is_some_and(|field| field.read_only)
}

/// A stored value; none is `null`.
fn value<'v>(fields: &'v Map<String, Value>, name: &str) -> &'v Value {
    fields.get(name).unwrap_or(&Value::Null)
}
