//! The rows of the store that a call changing many records has read: one query of each kind reads the rows of all its
//! items. Each change that the call makes is noted here too, so that an item sees the changes of the items before it.

use super::change::unique_values;
use super::heads::Heads;
use crate::call::ModuleCall;
use crate::schema::Number;
use crate::schema::validate::Checked;
use crate::transaction::{Record, Stored, Transaction};
use serde_json::Value;
use std::collections::HashMap;
use tanzanite_protocol::{Fault, RecordId};

/// The rows read so far: records and holders of unique values in the call's module, and heads of records in any module.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) heads: Heads,
    records: HashMap<RecordId, Option<Record>>,
    holders: HashMap<(Number, String), Option<RecordId>>,
}

impl Known {
    /// No rows yet: each is read when it is needed.
    pub(super) fn nothing(call: &ModuleCall<'_>) -> Self {
        Self {
            heads: Heads::new(call.caller.org()),
            records: HashMap::new(),
            holders: HashMap::new(),
        }
    }

    /// Reads the rows that the items need: the records that they name, the heads of the records that they refer to, and
    /// the records that hold their unique values.
    pub(super) fn learn<'a>(
        call: &ModuleCall<'_>,
        tx: &mut dyn Transaction,
        items: impl Iterator<Item = (Option<RecordId>, &'a Checked)>,
    ) -> Result<Self, Fault> {
        let mut known = Self::nothing(call);
        let items: Vec<_> = items.collect();
        if items.len() < 2 {
            return Ok(known);
        }
        let (org, module) = (call.caller.org(), call.module());
        let mut ids: Vec<RecordId> = items.iter().filter_map(|(id, _)| *id).collect();
        ids.sort_unstable();
        ids.dedup();
        if !ids.is_empty() {
            let records = tx.records_by_id(org, module.number, &ids)?;
            known.records.extend(ids.into_iter().zip(records));
        }
        let lookups = items.iter().flat_map(|(_, checked)| &checked.lookups);
        let targets = lookups.filter(|lookup| !lookup.is_user());
        let targets = targets.filter_map(|lookup| {
            let module = call.metadata().module(&lookup.module)?;
            Some((module.number, lookup.id))
        });
        known.heads.learn(tx, targets.collect())?;
        let mut values: Vec<(Number, String)> = Vec::new();
        for (id, checked) in &items {
            let record = id.and_then(|id| known.records.get(&id)?.as_ref());
            let value = |name: &str| -> Option<&Value> {
                let given = checked.fields.get(name);
                given.or_else(|| record?.fields.get(name))
            };
            values.extend(unique_values(module, value).map(|(field, key)| (field.number, key)));
        }
        values.sort_unstable();
        values.dedup();
        if !values.is_empty() {
            let holders = tx.holders(org, module.number, &values)?;
            known.holders.extend(values.into_iter().zip(holders));
        }
        Ok(known)
    }

    /// A record that is about to be changed. It is taken out, so that the next item reads it anew.
    pub(super) fn take_record(
        &mut self,
        call: &ModuleCall<'_>,
        tx: &mut dyn Transaction,
        module: Number,
        id: RecordId,
    ) -> Stored<Option<Record>> {
        match self.records.remove(&id) {
            Some(record) => Ok(record),
            None => tx.record(call.caller.org(), module, id),
        }
    }

    /// The id of the record that has a unique value, if one has it.
    pub(super) fn holder(
        &mut self,
        call: &ModuleCall<'_>,
        tx: &mut dyn Transaction,
        module: Number,
        value: &(Number, String),
    ) -> Stored<Option<RecordId>> {
        if let Some(holder) = self.holders.get(value) {
            return Ok(*holder);
        }
        let asked = std::slice::from_ref(value);
        let holders = tx.holders(call.caller.org(), module, asked)?;
        let holder = holders.into_iter().next().flatten();
        self.holders.insert(value.clone(), holder);
        Ok(holder)
    }

    /// Notes that a record was made or changed, and has these unique values now.
    pub(super) fn changed(&mut self, module: Number, id: RecordId, unique: &[(Number, String)]) {
        self.heads.forget(module, id);
        self.holders.retain(|_, holder| *holder != Some(id));
        let values = unique.iter().cloned();
        self.holders.extend(values.map(|value| (value, Some(id))));
    }
}
