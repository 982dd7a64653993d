//! What users and records are called where a record refers to them.

use crate::metadata::{Metadata, User};
use crate::schema::{Module, Number};
use crate::transaction::{Stored, Transaction};
use serde_json::{Value, json};
use std::collections::HashMap;
use tanzanite_protocol::{OrgId, RecordId};

/// The names of the records that one reply refers to: each is read from the store once.
#[derive(Debug)]
pub(super) struct Names {
    org: OrgId,
    known: HashMap<(Number, RecordId), Option<String>>,
}

impl Names {
    /// None yet.
    pub(super) fn new(org: OrgId) -> Self {
        Self {
            org,
            known: HashMap::new(),
        }
    }

    /// A record as others refer to it: `{"name","id"}`. `null` if it is gone, as the vendor empties
    /// such lookups.
    pub(super) fn record(
        &mut self,
        tx: &mut dyn Transaction,
        module: &Module,
        id: RecordId,
    ) -> Stored<Value> {
        let key = (module.number, id);
        if !self.known.contains_key(&key) {
            let head = tx.record_head(self.org, module.number, id)?;
            self.known.insert(key, head.map(|head| head.name));
        }
        Ok(match self.known.get(&key) {
            Some(Some(name)) => json!({ "name": name, "id": id.to_string() }),
            _ => Value::Null,
        })
    }
}

/// A user as records show their own: `{"name","id","email"}`.
pub(super) fn user_with_email(metadata: &Metadata, id: RecordId) -> Value {
    let user = metadata.user(id);
    json!({
        "name": user.map(User::full_name),
        "id": id.to_string(),
        "email": user.map(|user| user.email.as_str()),
    })
}
