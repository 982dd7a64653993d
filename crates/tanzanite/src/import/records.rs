//! Converts a record of the account into one that a seed can hold.

use super::fakes::{Fakes, earlier_stamp};
use super::report::Report;
use super::schema::Ids;
use serde_json::{Map, Value, json};
use tanzanite_crm::metadata::Metadata;
use tanzanite_crm::schema::validate::{Mode, check};
use tanzanite_crm::schema::{ANY_MODULE, Field, Kind, Module, NO_VALUE};
use tanzanite_crm::transaction::{Lock, Stamp};
use tanzanite_protocol::{RecordId, Timestamp, limits};
use tanzanite_seed::DraftRecord;

/// The facts by which all records of an import are converted.
pub(super) struct Judge<'a> {
    pub(super) metadata: &'a Metadata,
    /// The records that lookups may refer to.
    pub(super) ids: &'a Ids,
    pub(super) fakes: Option<&'a Fakes>,
    /// The owner of records that have none.
    pub(super) administrator: RecordId,
}

/// A value for a mandatory field without one; `None` if none can be made up.
fn stand_in(field: &Field, created: &str) -> Option<Value> {
    match &field.kind {
        Kind::Text | Kind::Textarea => Some("-".into()),
        Kind::Picklist(values) => Some(values.first().map_or(NO_VALUE, AsRef::as_ref).into()),
        Kind::Datetime => Some(created.into()),
        _ => None,
    }
}

impl Judge<'_> {
    /// A record, with its photo's file name and its lock as the account described it. `None` if it has no id, or lacks
    /// a value that cannot be made up.
    pub(super) fn record(
        &self,
        module: &Module,
        json: &Value,
        photo: Option<String>,
        lock: Option<&Value>,
        report: &mut Report,
    ) -> Option<DraftRecord> {
        let id = reference(json)?;
        let days = self
            .fakes
            .map_or(0, |fakes| fakes.days_back(&id.to_string()));
        let owner = self.user(json.get("Owner")).unwrap_or(self.administrator);
        let stamp = |by: &str, at: &str| {
            let at = Timestamp::parse(json.get(at)?.as_str()?)?;
            Some(Stamp {
                at: earlier_stamp(at, days),
                by: self.user(json.get(by)).unwrap_or(owner),
            })
        };
        let created = stamp("Created_By", "Created_Time");
        let fields = self.fields(module, json, days, created, report)?;
        Some(DraftRecord {
            created,
            modified: stamp("Modified_By", "Modified_Time"),
            photo,
            lock: lock.and_then(|lock| self.lock(lock, owner, days)),
            fields,
            ..DraftRecord::new(module.api_name.as_ref(), id, owner)
        })
    }

    /// The values that pass the validation of clients' values.
    fn fields(
        &self,
        module: &Module,
        json: &Value,
        days: i64,
        created: Option<Stamp>,
        report: &mut Report,
    ) -> Option<Map<String, Value>> {
        let mut input = Map::new();
        let writable = module
            .fields
            .iter()
            .filter(|field| !field.read_only && field.api_name != "Owner");
        for field in writable {
            let name = field.api_name.as_ref();
            let Some(value) = json.get(name).filter(|value| !value.is_null()) else {
                continue;
            };
            match self.value(field, value, days) {
                Ok(value) => {
                    if let Kind::Lookup(to) = &field.kind
                        && to == ANY_MODULE
                        && let Some(module) =
                            reference(&value).and_then(|id| self.ids.get(&id.get()))
                    {
                        input.insert("$se_module".to_owned(), module.as_str().into());
                    }
                    input.insert(name.to_owned(), value);
                }
                Err(why) => report.value(module.api_name.as_ref(), name, why),
            }
        }
        let created = created.map_or(Timestamp::from_millis(0), |created| created.at);
        let created = created.render(self.metadata.zone());
        // Each round removes one wrong value or adds one made-up value, so it ends.
        loop {
            let fault = match check(module, &input, "$", Mode::Create) {
                Ok(checked) => return Some(checked.fields),
                Err(fault) => fault.to_json(),
            };
            let several = fault.pointer("/details/errors").and_then(Value::as_array);
            for fault in several.map_or(std::slice::from_ref(&fault), Vec::as_slice) {
                let name = fault.pointer("/details/api_name").and_then(Value::as_str)?;
                let why = fault
                    .get("message")
                    .and_then(Value::as_str)
                    .unwrap_or_default();
                if input.remove(name).is_some() {
                    report.value(&module.api_name, name, why);
                } else {
                    let stand_in = stand_in(module.field(name)?, &created);
                    report.assumed(format!(
                        "{}.{name} where a record has none",
                        module.api_name
                    ));
                    input.insert(name.to_owned(), stand_in?);
                }
            }
        }
    }

    /// A field's value, real or made up, or the reason why there is none.
    fn value(&self, field: &Field, value: &Value, days: i64) -> Result<Value, &'static str> {
        match &field.kind {
            Kind::Lookup(to) => {
                let id = reference(value).ok_or("no reference to a record")?;
                let module = self.ids.get(&id.get());
                let is_there = module.is_some_and(|module| to == ANY_MODULE || module == to);
                if is_there {
                    Ok(json!({ "id": id.to_string() }))
                } else {
                    Err("the record that it means was not imported")
                }
            }
            Kind::OwnerLookup | Kind::UserLookup => {
                let user = self
                    .user(Some(value))
                    .ok_or("no user of the organisation")?;
                Ok(json!({ "id": user.to_string() }))
            }
            _ => match self.fakes {
                None => Ok(value.clone()),
                Some(fakes) => fakes
                    .value(field, value, days)
                    .ok_or("nothing could stand for it"),
            },
        }
    }

    fn lock(&self, json: &Value, owner: RecordId, days: i64) -> Option<Lock> {
        let text = |key: &str| json.get(key).and_then(Value::as_str);
        let automatic = text("Lock_Source__s") == Some("Automatic");
        let reason = text("Locked_Reason__s").filter(|reason| !reason.trim().is_empty());
        // A lock by a rule may lack a reason, but a seed requires one.
        let reason = reason.unwrap_or("-");
        let reason = match self.fakes {
            Some(fakes) => fakes.prose(reason),
            None => reason.to_owned(),
        };
        let created = Stamp {
            at: earlier_stamp(Timestamp::parse(text("Locked_Time__s")?)?, days),
            by: self.user(json.get("Locked_By__s")).unwrap_or(owner),
        };
        Some(Lock {
            id: reference(json)?,
            reason: reason
                .chars()
                .take(limits::LOCKED_REASON_CHARS_MAX)
                .collect(),
            automatic,
            created,
            modified: created,
        })
    }

    /// The user that a reference is to, if the organisation has that user.
    fn user(&self, json: Option<&Value>) -> Option<RecordId> {
        let id = reference(json?)?;
        self.metadata.user(id).map(|_| id)
    }
}

/// The id in a reference.
fn reference(json: &Value) -> Option<RecordId> {
    json.get("id")?.as_str().and_then(RecordId::parse)
}
