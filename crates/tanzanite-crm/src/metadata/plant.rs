//! Writes an organisation's settings on the operator's behalf: all those of a seed, or a single one. Changes that users
//! make through the API are subject to policy instead.

use super::SettingsItem;
use crate::collection::{collection, keys};
use crate::policy::Grant;
use crate::stored::{DocumentKind, NewDocument};
use crate::transaction::{StoreError, Stored, Transaction};
use std::collections::HashMap;
use tanzanite_protocol::OrgId;

/// Writes all settings of a new organisation, in any order. Items without an id are numbered by kind.
pub fn plant(org: OrgId, items: &[SettingsItem], tx: &mut dyn Transaction) -> Stored<()> {
    let mut counted: HashMap<DocumentKind, i64> = HashMap::new();
    for item in items {
        let count = counted.entry(item.kind()).or_default();
        *count += 1;
        write(org, item, item.id().unwrap_or(*count), tx)?;
    }
    Ok(())
}

/// Writes one item, replacing the one with the same id. An error if the organisation does not exist; the transaction
/// must then be rolled back.
pub fn put(org: OrgId, item: &SettingsItem, tx: &mut dyn Transaction) -> Stored<()> {
    let id = item.id();
    let id = id.ok_or_else(|| StoreError::new("a setting without an id cannot be replaced"))?;
    if tx.metadata(org)?.is_none() {
        return Err(StoreError::new("there is no such organisation"));
    }
    write(org, item, id, tx)
}

/// Removes the item with an id on the operator's behalf. `false` if there is none.
pub fn remove(org: OrgId, kind: DocumentKind, id: i64, tx: &mut dyn Transaction) -> Stored<bool> {
    let grant = Grant::bypassing_policy_as_operator(org, kind, id, "the operator's settings");
    tx.remove_document(grant)
}

fn write(org: OrgId, item: &SettingsItem, id: i64, tx: &mut dyn Transaction) -> Stored<()> {
    let grant =
        Grant::bypassing_policy_as_operator(org, item.kind(), id, "the operator's settings");
    let body = item.body().map_err(StoreError::new)?;
    let keyed = collection(item.kind()).zip(body.as_object());
    let document = NewDocument {
        within: 0,
        keys: keyed.map_or_else(Vec::new, |(collection, members)| {
            keys(collection, 0, members)
        }),
        body,
    };
    tx.put_document(grant, &document)
}
