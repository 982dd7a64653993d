//! A record as the vendor writes it: its fields in the order of the schema, `null` where it has no
//! value, and the system's own keys, which begin with `$`.
//!
//! Of the system's keys those are written that can be answered truthfully. Nothing here has
//! approvals or merges, so their states are constant.

use super::names::{self, Names};
use crate::endpoint::Call;
use crate::policy::{self, authorize};
use crate::schema::{Field, Kind, Module};
use crate::transaction::{Record, Transaction};
use serde_json::{Map, Value};
use tanzanite_protocol::{Condition, Fault, RecordId, Timestamp};

/// The state of a record that no approval waits for.
pub(super) const APPROVED: &str = "approved";

/// Writes the records of one reply.
#[derive(Debug)]
pub(super) struct Renderer<'a> {
    call: &'a Call<'a>,
    module: &'a Module,
    /// What was asked for by name; `None` for everything.
    wanted: Option<Vec<&'a str>>,
    names: Names,
}

impl<'a> Renderer<'a> {
    /// For a call, with the names in its `fields`.
    pub(super) fn new(call: &'a Call<'a>, wanted: Option<Vec<&'a str>>) -> Result<Self, Fault> {
        let names = Names::new(call.caller.org());
        Ok(Self {
            call,
            module: call.module()?,
            wanted,
            names,
        })
    }

    /// A record. Its `id` is always there.
    pub(super) fn record(
        &mut self,
        record: &Record,
        tx: &mut dyn Transaction,
    ) -> Result<Value, Fault> {
        let module = self.module;
        let mut json = Map::new();
        for field in module
            .fields
            .iter()
            .filter(|field| self.wants(&field.api_name))
        {
            let value = self.field(field, record, tx)?;
            json.insert(field.api_name.clone().into_owned(), value);
        }
        // A system field of those modules alone whose records can be locked.
        if self.call.metadata().locking(module).is_some() && self.wants("Locked__s") {
            json.insert("Locked__s".to_owned(), record.head.lock.is_some().into());
        }
        json.insert("id".to_owned(), record.head.id.to_string().into());
        for (key, value) in self.system_keys(record) {
            if self.wants(key) {
                json.insert(key.to_owned(), value);
            }
        }
        Ok(Value::Object(json))
    }

    fn wants(&self, name: &str) -> bool {
        self.wanted
            .as_ref()
            .is_none_or(|wanted| wanted.contains(&name))
    }

    /// A field's value: from the head what the head holds, else what is stored.
    fn field(
        &mut self,
        field: &Field,
        record: &Record,
        tx: &mut dyn Transaction,
    ) -> Result<Value, Fault> {
        let metadata = self.call.metadata();
        let head = &record.head;
        Ok(match field.api_name.as_ref() {
            "Owner" => names::user_with_email(metadata, head.owner),
            "Created_By" => names::user_with_email(metadata, head.created.by),
            "Modified_By" => names::user_with_email(metadata, head.modified.by),
            "Created_Time" => self.time(head.created.at),
            "Modified_Time" => self.time(head.modified.at),
            "Record_Image" => head.image.clone().into(),
            name => match record.fields.get(name) {
                Some(value) if !value.is_null() => self.stored(field, value, tx)?,
                // `Full_Name` is kept nowhere else.
                _ if self.module.display_field == name => head.name.clone().into(),
                _ => Value::Null,
            },
        })
    }

    fn stored(
        &mut self,
        field: &Field,
        value: &Value,
        tx: &mut dyn Transaction,
    ) -> Result<Value, Fault> {
        Ok(match &field.kind {
            Kind::Lookup(module) => {
                match (self.call.metadata().module(module), referred_id(value)) {
                    (Some(module), Some(id)) => self.names.record(tx, module, id)?,
                    _ => Value::Null,
                }
            }
            Kind::OwnerLookup | Kind::UserLookup => referred_id(value).map_or(Value::Null, |id| {
                names::user_with_email(self.call.metadata(), id)
            }),
            Kind::Datetime => value
                .as_str()
                .and_then(Timestamp::parse)
                .map_or_else(|| value.clone(), |time| self.time(time)),
            _ => value.clone(),
        })
    }

    fn time(&self, time: Timestamp) -> Value {
        time.render(self.call.metadata().zone()).into()
    }

    fn system_keys(&self, record: &Record) -> [(&'static str, Value); 5] {
        let update = authorize::<policy::UpdateRecord>(self.call.caller, self.module, &record.head);
        let locked = update
            .as_ref()
            .is_err_and(|fault| fault.condition() == Condition::RecordUpdateLocked);
        [
            ("$approved", true.into()),
            ("$approval_state", APPROVED.into()),
            ("$editable", update.is_ok().into()),
            ("$in_merge", false.into()),
            ("$locked_for_me", locked.into()),
        ]
    }
}

/// The id in a stored reference.
fn referred_id(value: &Value) -> Option<RecordId> {
    value.get("id")?.as_str().and_then(RecordId::parse)
}
