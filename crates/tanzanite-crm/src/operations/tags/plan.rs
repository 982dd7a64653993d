//! The tags that a record is to have: those of the module that are named, and new ones.

use super::add::make;
use super::faults;
use super::on_records::{Named, meant};
use crate::call::ModuleCall;
use crate::collection::Thing;
use crate::transaction::Transaction;
use tanzanite_protocol::{Fault, limits};

/// The ids of the tags that there are, and the names of those that are to be made.
#[derive(Debug)]
pub(crate) struct Plan {
    ids: Vec<i64>,
    new: Vec<Named>,
}

impl Plan {
    /// Adds the named tags to those that a record `has`. `may_make` gets the place of each that the module does not
    /// have, and refuses those that cannot be made.
    pub(super) fn of(
        named: Vec<Named>,
        tags: &[Thing],
        has: Vec<i64>,
        may_make: impl Fn(usize, &Named) -> Result<(), Fault>,
    ) -> Result<Self, Fault> {
        let mut plan = Self {
            ids: has,
            new: Vec::new(),
        };
        for (place, named) in named.into_iter().enumerate() {
            match meant(&named, tags) {
                Some(tag) if plan.ids.contains(&tag.id) => {}
                Some(tag) => plan.ids.push(tag.id),
                None => {
                    may_make(place, &named)?;
                    if !plan.new.iter().any(|other| other.is_same(&named)) {
                        plan.new.push(named);
                    }
                }
            }
        }
        Ok(plan)
    }

    /// Checks that neither the record nor the module gets too many. To be called before the first tag is made.
    pub(super) fn check(&self, tags: &[Thing]) -> Result<(), Fault> {
        if self.ids.len() + self.new.len() > limits::TAGS_PER_RECORD_MAX {
            return Err(Fault::new(&faults::TOO_MANY_ON_RECORD)
                .with("limit", limits::TAGS_PER_RECORD_MAX)
                .with("api_name", "Tag"));
        }
        if tags.len() + self.new.len() > limits::TAGS_PER_MODULE_MAX {
            return Err(Fault::new(&faults::TOO_MANY));
        }
        Ok(())
    }

    /// Makes the new tags, and adds them to those of the module. Gives the ids of the record's tags.
    pub(super) fn make(
        self,
        call: &ModuleCall<'_>,
        tags: &mut Vec<Thing>,
        tx: &mut dyn Transaction,
    ) -> Result<Vec<i64>, Fault> {
        let mut ids = self.ids;
        for named in self.new {
            let made = make(call, &named, tx)?;
            ids.push(made.id);
            tags.push(made);
        }
        Ok(ids)
    }
}
