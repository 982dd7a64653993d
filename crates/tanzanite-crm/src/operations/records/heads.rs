//! The heads of the records that one call refers to: asked for in one go, and each once.

use crate::schema::Number;
use crate::transaction::{RecordHead, Stored, Transaction};
use std::collections::HashMap;
use tanzanite_protocol::{OrgId, RecordId};

/// Heads by module and id; `None` if there is no such record.
#[derive(Debug)]
pub(super) struct Heads {
    org: OrgId,
    known: HashMap<(Number, RecordId), Option<RecordHead>>,
}

impl Heads {
    /// None yet.
    pub(super) fn new(org: OrgId) -> Self {
        Self {
            org,
            known: HashMap::new(),
        }
    }

    /// Asks for heads that will be wanted. Without this each is asked for when it is.
    pub(super) fn learn(
        &mut self,
        tx: &mut dyn Transaction,
        mut wanted: Vec<(Number, RecordId)>,
    ) -> Stored<()> {
        wanted.retain(|key| !self.known.contains_key(key));
        wanted.sort_unstable();
        wanted.dedup();
        // One is asked for as well when it is wanted.
        if wanted.len() > 1 {
            let heads = tx.record_heads(self.org, &wanted)?;
            self.known.extend(wanted.into_iter().zip(heads));
        }
        Ok(())
    }

    /// A record's head.
    pub(super) fn get(
        &mut self,
        tx: &mut dyn Transaction,
        module: Number,
        id: RecordId,
    ) -> Stored<Option<&RecordHead>> {
        let key = (module, id);
        if !self.known.contains_key(&key) {
            let head = tx.record_head(self.org, module, id)?;
            self.known.insert(key, head);
        }
        Ok(self.known.get(&key).and_then(Option::as_ref))
    }

    /// The call has changed the record.
    pub(super) fn forget(&mut self, module: Number, id: RecordId) {
        self.known.remove(&(module, id));
    }
}
