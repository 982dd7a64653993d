//! The rows of the store that a call changing many records has read: one query of each kind reads the rows of all its
//! items. Each change that the call makes is noted here too, so that an item sees the changes of the items before it.

use super::choices::unconverted;
use super::heads::Heads;
use crate::call::ModuleCall;
use crate::collection::Thing;
use crate::criteria::{Criteria, FieldKey, FieldTest, Test, record_keys, value_keys};
use crate::operations::tags;
use crate::policy::{AddTags, Permit};
use crate::schema::validate::{Checked, unique_values};
use crate::schema::{Field, Number};
use crate::transaction::{NewRecord, Record, RecordQuery, SortKey, Stored, Transaction};
use serde_json::Value;
use std::collections::HashMap;
use tanzanite_protocol::{Fault, RecordId};

/// The rows read so far: records and holders of unique values in the call's module, and heads of records in any module.
#[derive(Debug)]
pub(crate) struct Known {
    pub(super) heads: Heads,
    records: HashMap<RecordId, Option<Record>>,
    holders: HashMap<(Number, String), Option<RecordId>>,
    /// The records last changed among those with these values of fields that are not unique. Upserts alone ask.
    latest: HashMap<FieldKey, Option<RecordId>>,
    /// The tags of the call's module.
    tags: Option<Vec<Thing>>,
}

impl Known {
    /// No rows yet: each is read when it is needed.
    pub(crate) fn nothing(call: &ModuleCall<'_>) -> Self {
        Self {
            heads: Heads::new(call.caller.org()),
            records: HashMap::new(),
            holders: HashMap::new(),
            latest: HashMap::new(),
            tags: None,
        }
    }

    /// The tags of the call's module.
    fn tags(
        &mut self,
        call: &ModuleCall<'_>,
        tx: &mut dyn Transaction,
    ) -> Result<&mut Vec<Thing>, Fault> {
        let tags = match self.tags.take() {
            Some(tags) => tags,
            None => tags::of_module(call, tx)?,
        };
        Ok(self.tags.insert(tags))
    }

    /// The tags that an item gives its record.
    pub(super) fn plan_tags(
        &mut self,
        call: &ModuleCall<'_>,
        tx: &mut dyn Transaction,
        given: Option<&Value>,
        path: &str,
    ) -> Result<Option<tags::Plan>, Fault> {
        let Some(given) = given else {
            return Ok(None);
        };
        let tags = self.tags(call, tx)?;
        tags::plan(call, given, tags, path).map(Some)
    }

    /// Gives a record its tags.
    pub(super) fn put_tags(
        &mut self,
        call: &ModuleCall<'_>,
        tx: &mut dyn Transaction,
        plan: Option<tags::Plan>,
        permit: Permit<AddTags>,
    ) -> Result<(), Fault> {
        let Some(plan) = plan else {
            return Ok(());
        };
        let tags = self.tags(call, tx)?;
        tags::put(call, tx, plan, tags, permit)
    }

    /// Reads the rows that the items need: the records that they name, the heads of the records that they refer to, and
    /// the records that hold their unique values.
    pub(crate) fn learn<'a>(
        &mut self,
        call: &ModuleCall<'_>,
        tx: &mut dyn Transaction,
        items: impl Iterator<Item = (Option<RecordId>, &'a Checked)>,
    ) -> Result<(), Fault> {
        let items: Vec<_> = items.collect();
        if items.len() < 2 {
            return Ok(());
        }
        let (org, module) = (call.caller.org(), call.module());
        let mut ids: Vec<RecordId> = items.iter().filter_map(|(id, _)| *id).collect();
        ids.sort_unstable();
        ids.dedup();
        if !ids.is_empty() {
            let records = tx.records_by_id(org, module.number, &ids)?;
            self.records.extend(ids.into_iter().zip(records));
        }
        let lookups = items.iter().flat_map(|(_, checked)| &checked.lookups);
        let targets = lookups.filter(|lookup| !lookup.is_user());
        let targets = targets.filter_map(|lookup| {
            let module = call.metadata().module(&lookup.module)?;
            Some((module.number, lookup.id))
        });
        self.heads.learn(tx, targets.collect())?;
        let mut values: Vec<(Number, String)> = Vec::new();
        for (id, checked) in &items {
            let record = id.and_then(|id| self.records.get(&id)?.as_ref());
            let value = |name: &str| -> Option<&Value> {
                let given = checked.fields.get(name);
                given.or_else(|| record?.fields.get(name))
            };
            values.extend(unique_values(module, value).map(|(field, key)| (field.number, key)));
        }
        self.learn_holders(call, tx, values)?;
        Ok(())
    }

    /// Reads the records that have unique values.
    pub(super) fn learn_holders(
        &mut self,
        call: &ModuleCall<'_>,
        tx: &mut dyn Transaction,
        mut values: Vec<(Number, String)>,
    ) -> Stored<()> {
        values.sort_unstable();
        values.dedup();
        values.retain(|value| !self.holders.contains_key(value));
        if !values.is_empty() {
            let holders = tx.holders(call.caller.org(), call.module().number, &values)?;
            self.holders.extend(values.into_iter().zip(holders));
        }
        Ok(())
    }

    /// Reads the records that have values of a field that is not unique. Several may have one value: the one last
    /// changed is taken, and the one with the greatest id if several were changed at once. That is assumed, since no
    /// source says which of them an upsert changes.
    pub(super) fn learn_latest(
        &mut self,
        call: &ModuleCall<'_>,
        tx: &mut dyn Transaction,
        field: &Field,
        mut keys: Vec<String>,
    ) -> Stored<()> {
        let zone = call.metadata().zone();
        keys.sort_unstable();
        keys.dedup();
        // Only ids are taken from here: what is to be changed is read by its id, as other records that are changed.
        //
        // As many records as values suffice unless some values have several. Each further question leaves out the
        // values that the one before it has found.
        let mut unasked = usize::MAX;
        while !keys.is_empty() && keys.len() < unasked {
            unasked = keys.len();
            let test = FieldTest::Is(Test::OneOf(keys.clone()));
            let found = tx.records(&RecordQuery {
                criteria: Criteria::both(
                    Some(Criteria::field(field.number, test)),
                    unconverted(call.module()),
                ),
                sort: SortKey::ModifiedTime,
                descending: true,
                ..RecordQuery::all(
                    call.view().for_duplicates(),
                    u32::try_from(keys.len()).unwrap_or(u32::MAX),
                )
            })?;
            let are_all = found.len() < keys.len();
            for record in found {
                let id = record.head.id;
                let value = record.fields.get(field.api_name.as_ref());
                for key in value.map_or_else(Vec::new, |value| value_keys(field, zone, value)) {
                    let latest = self.latest.entry((field.number, key));
                    latest.or_insert(Some(id));
                }
            }
            keys.retain(|key| !self.latest.contains_key(&(field.number, key.clone())));
            if are_all {
                break;
            }
        }
        let missing = keys.into_iter().map(|key| ((field.number, key), None));
        self.latest.extend(missing);
        Ok(())
    }

    /// The id of the record last changed among those with a value of a field, whoever owns it.
    pub(super) fn latest(
        &mut self,
        call: &ModuleCall<'_>,
        tx: &mut dyn Transaction,
        field: &Field,
        key: String,
    ) -> Stored<Option<RecordId>> {
        let value = (field.number, key);
        if !self.latest.contains_key(&value) {
            self.learn_latest(call, tx, field, vec![value.1.clone()])?;
        }
        Ok(self.latest.get(&value).copied().flatten())
    }

    /// A record that is about to be changed. It is taken out, so that the next item reads it anew.
    pub(crate) fn take_record(
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

    /// Notes that a record was made or changed, and has these values now.
    pub(crate) fn changed(&mut self, call: &ModuleCall<'_>, id: RecordId, now: &NewRecord) {
        let module = call.module();
        self.heads.forget(module.number, id);
        self.holders.retain(|_, holder| *holder != Some(id));
        let values = now.unique.iter().cloned();
        self.holders.extend(values.map(|value| (value, Some(id))));
        if !self.latest.is_empty() {
            self.latest.retain(|_, latest| *latest != Some(id));
            let keys = record_keys(module, call.metadata().zone(), &now.fields);
            self.latest
                .extend(keys.into_iter().map(|key| (key, Some(id))));
        }
    }
}
