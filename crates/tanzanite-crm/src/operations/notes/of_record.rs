//! The notes of one record: their faults, and the record on which they hang.

use super::faults;
use crate::call::{ModuleCall, RecordCall};
use crate::operations::records::annexes::{self, NOTES};
use crate::operations::records::{beneath, insert_records, update_records};
use crate::policy::{self, Permit, WriteRelated};
use crate::schema::Module;
use crate::transaction::Transaction;
use serde_json::{Map, Value};
use tanzanite_protocol::endpoint::joined;
use tanzanite_protocol::{Fault, Row};

/// The faults of making notes.
pub(super) const CREATE_FAULTS: &[&Row] =
    &joined::<{ insert_records::FAULTS.len() + 1 }>(&[insert_records::FAULTS, &[&faults::EMPTY]]);
/// The faults of changing notes.
pub(super) const UPDATE_FAULTS: &[&Row] =
    &joined::<{ update_records::FAULTS.len() + 1 }>(&[update_records::FAULTS, &[&faults::EMPTIED]]);

/// A record that notes are made or changed on.
pub(super) struct Parent<'a> {
    /// This call about notes.
    pub(super) notes: ModuleCall<'a>,
    pub(super) permit: Permit<WriteRelated>,
    module: &'a Module,
}

impl<'a> Parent<'a> {
    /// Finds the record that the path names, and checks that the caller may change it.
    pub(super) fn find(call: &RecordCall<'a>, tx: &mut dyn Transaction) -> Result<Self, Fault> {
        let head = call.record(tx)?;
        let permit = call.authorize::<policy::WriteRelated>(&head)?;
        Ok(Self {
            notes: call.about(beneath::module(call, NOTES)?),
            permit,
            module: call.module(),
        })
    }

    /// An item of the body, which hangs on this record whatever it says.
    pub(super) fn item(&self, item: &Map<String, Value>) -> Map<String, Value> {
        let mut item = item.clone();
        item.extend(annexes::values_of(self.module, self.permit.record()));
        item
    }

    /// The items of a body. One that is no object stays what it is, and is refused as such.
    pub(super) fn items(&self, items: &[Value]) -> Vec<Value> {
        let items = items.iter().map(|item| match item {
            Value::Object(item) => self.item(item).into(),
            other => other.clone(),
        });
        items.collect()
    }

    /// Whether a record with these values hangs on this one.
    pub(super) fn has(&self, fields: &Map<String, Value>) -> bool {
        let own = annexes::values_of(self.module, self.permit.record());
        own.iter()
            .all(|(name, value)| fields.get(name) == Some(value))
    }
}
