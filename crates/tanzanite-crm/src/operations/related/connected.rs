//! The connections of a record: documents within the source, found by the target too.

use crate::call::{Call, RecordCall};
use crate::faults::{FIELD_MANDATORY_MISSING, KEY_NOT_SERVED, TOO_MANY};
use crate::operations::records::faults::ID_UNKNOWN;
use crate::operations::related::faults::NOT_RELATED;
use crate::policy::{self, DeleteRelated, Operation, Permit, PurgeRecord, WriteRelated};
use crate::schema::connections::{CONTACT_ROLES, Connected, Side};
use crate::schema::validate::{Place, id_of};
use crate::schema::{Part, RelatedList};
use crate::stored::{Document, DocumentKey, DocumentKind, DocumentQuery, KeySlot, NewDocument};
use crate::transaction::{Stored, Transaction};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use tanzanite_protocol::envelope::success_of;
use tanzanite_protocol::{Fault, RecordId, Stage, limits};

pub(super) use crate::operations::records::listing::add;

/// The members of a connection's document.
const LIST: &str = "list";
const TARGET: &str = "target";
const VALUE: &str = "value";
/// The longest member status: the length of the vendor's picklists.
const MEMBER_STATUS_MAX: u32 = 120;

/// A connection of a record with another.
pub(super) struct Connection {
    id: i64,
    pub(super) other: RecordId,
    value: Value,
}

/// The connections of a record by a list; none for a list of a lookup.
pub(super) fn of(
    call: &Call<'_>,
    list: &RelatedList<'_>,
    record: RecordId,
    tx: &mut dyn Transaction,
) -> Stored<Vec<Connection>> {
    let Some(side) = list.side else {
        return Ok(Vec::new());
    };
    let documents = if side.is_source {
        within(call, record, tx)?
    } else {
        aimed_at(call, record, tx)?
    };
    let is_meant = |document: &Document| document.body[LIST] == side.connection.list;
    let documents = documents.into_iter().filter(is_meant);
    let connections = documents.filter_map(|document| {
        let other = if side.is_source {
            RecordId::parse(document.body[TARGET].as_str()?)?
        } else {
            RecordId::new(document.within)?
        };
        Some(Connection {
            id: document.id,
            other,
            value: document.body[VALUE].clone(),
        })
    });
    Ok(connections.collect())
}

fn within(call: &Call<'_>, source: RecordId, tx: &mut dyn Transaction) -> Stored<Vec<Document>> {
    let all = DocumentQuery::all(call.caller.org(), DocumentKind::CONNECTION);
    tx.documents(&all.within(source.get()))
}

fn aimed_at(call: &Call<'_>, target: RecordId, tx: &mut dyn Transaction) -> Stored<Vec<Document>> {
    let (org, kind) = (call.caller.org(), DocumentKind::CONNECTION);
    let found = tx.documents_with_keys(org, kind, KeySlot::TARGET, &[target.to_string()])?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let ids = found.into_iter().map(|(_, id)| id).collect();
    tx.documents(&DocumentQuery::all(org, kind).with_ids(ids))
}

/// The values that records have in a list by their connections.
pub(super) fn values(
    list: &RelatedList<'_>,
    connections: &[Connection],
) -> HashMap<RecordId, Map<String, Value>> {
    let key = list.side.and_then(|side| side.connection.value);
    let Some(key) = key.map(Connected::key) else {
        return HashMap::new();
    };
    let values = connections.iter().map(|connection| {
        let value = (key.to_owned(), connection.value.clone());
        (connection.other, Map::from_iter([value]))
    });
    values.collect()
}

/// The change of a list of one record.
pub(super) struct Change<'a, 'c> {
    call: &'a RecordCall<'c>,
    list: &'a RelatedList<'c>,
    side: Side,
    record: RecordId,
    connections: Vec<Connection>,
}

impl<'a, 'c> Change<'a, 'c> {
    /// The change of a list of the record that the path names, and the permit for it.
    pub(super) fn open<O: Operation>(
        call: &'a RecordCall<'c>,
        (list, side): &'a (RelatedList<'c>, Side),
        tx: &mut dyn Transaction,
    ) -> Result<(Self, Permit<O>), Fault> {
        let head = call.record(tx)?;
        let permit = call.authorize(&head)?;
        let change = Self {
            call,
            list,
            side: *side,
            record: head.id,
            connections: of(call, list, head.id, tx)?,
        };
        Ok((change, permit))
    }

    /// Connects the record with another, or changes the value of their connection.
    pub(super) fn connect(
        &mut self,
        other: Option<RecordId>,
        item: &Map<String, Value>,
        path: &str,
        permit: &Permit<WriteRelated>,
        tx: &mut dyn Transaction,
    ) -> Result<Value, Fault> {
        let value = self.value(item, path)?;
        let other = self.other(other, path, tx)?;
        self.call.reach(Stage::State);
        let known = self.connections.iter().find(|known| known.other == other);
        // The official SDKs know the first; the page of contact roles says the second of new ones too: conflict C27.
        let is_added =
            known.is_none() && self.side.connection.value != Some(Connected::ContactRole);
        let message = if is_added {
            "relation added"
        } else {
            "relation updated"
        };
        let id = match known {
            Some(known) => known.id,
            None if self.connections.len() >= limits::CONNECTIONS_PER_LIST_MAX => {
                return Err(Fault::new(&TOO_MANY).with("limit", limits::CONNECTIONS_PER_LIST_MAX));
            }
            None => {
                let number = tx.next_number(self.call.caller.org())?;
                self.call.metadata().id_of(number)
            }
        };
        let (source, target) = if self.side.is_source {
            (self.record, other)
        } else {
            (other, self.record)
        };
        let body = json!({
            LIST: self.side.connection.list,
            TARGET: target.to_string(),
            VALUE: value,
        });
        let keys = vec![DocumentKey {
            slot: KeySlot::TARGET,
            value: target.to_string(),
        }];
        let document = NewDocument {
            within: source.get(),
            body,
            keys,
        };
        tx.put_document(permit.of_connection(id), &document)?;
        self.connections.retain(|known| known.other != other);
        self.connections.push(Connection { id, other, value });
        Ok(success_of(message, &other))
    }

    /// Takes the connection with another record away.
    pub(super) fn disconnect(
        &mut self,
        other: RecordId,
        permit: &Permit<DeleteRelated>,
        tx: &mut dyn Transaction,
    ) -> Result<Value, Fault> {
        self.call.reach(Stage::State);
        let mut known = self.connections.iter();
        let place = known.position(|known| known.other == other);
        let place = place.ok_or_else(|| Fault::new(&NOT_RELATED).with("id", other.to_string()))?;
        let connection = self.connections.swap_remove(place);
        tx.remove_document(permit.of_connection(connection.id))?;
        Ok(success_of("relation removed", &other))
    }

    /// The record at the other end: one that the caller may see.
    fn other(
        &self,
        other: Option<RecordId>,
        path: &str,
        tx: &mut dyn Transaction,
    ) -> Result<RecordId, Fault> {
        self.call.reach(Stage::Record);
        let unknown = || Place::new(path, "id").fault(&ID_UNKNOWN);
        let other = other.ok_or_else(unknown)?;
        let (org, module) = (self.call.caller.org(), self.list.module);
        let head = tx.record_head(org, module.number, other)?;
        let head = head.ok_or_else(unknown)?;
        policy::authorize::<policy::ReadRecord>(self.call.caller, module, &head)
            .map_err(|_| unknown().because("the record is not shared with the caller"))?;
        Ok(other)
    }

    /// The value of the connection. Any other key is refused by name: it would be one of the record, which is changed
    /// by its own path.
    fn value(&self, item: &Map<String, Value>, path: &str) -> Result<Value, Fault> {
        let kind = self.side.connection.value;
        let own = kind.map(Connected::key);
        let mut keys = item.iter().filter(|(_, value)| !value.is_null());
        let foreign = keys.find(|(key, _)| *key != "id" && Some(key.as_str()) != own);
        if let Some((key, _)) = foreign {
            return Err(Place::new(path, key).fault(&KEY_NOT_SERVED));
        }
        let Some(kind) = kind else {
            return Ok(Value::Null);
        };
        let at = Place::new(path, kind.key());
        let given = item.get(kind.key()).filter(|value| !value.is_null());
        match (kind, given) {
            (Connected::MemberStatus, None) => Ok(Value::Null),
            (Connected::MemberStatus, Some(Value::String(status))) => {
                if status.chars().count() > MEMBER_STATUS_MAX as usize {
                    return Err(at.too_long(MEMBER_STATUS_MAX));
                }
                Ok(status.as_str().into())
            }
            (Connected::MemberStatus, Some(_)) => Err(at.wrong_type("text")),
            (Connected::ContactRole, None) => Err(at.fault(&FIELD_MANDATORY_MISSING)),
            (Connected::ContactRole, Some(role)) => contact_role(self.call, role, &at),
        }
    }
}

/// A contact's part in a deal: its id or its name, in an object or, as early clients give it, the name alone.
fn contact_role(call: &Call<'_>, given: &Value, at: &Place<'_>) -> Result<Value, Fault> {
    let (id, name) = match given {
        Value::String(name) => (None, Some(name.as_str())),
        Value::Object(role) => (
            role.get("id").filter(|id| !id.is_null()),
            role.get("name").and_then(Value::as_str),
        ),
        _ => return Err(at.wrong_type("jsonobject")),
    };
    let mut roles = contact_roles(call).into_iter();
    let found = roles.find(|(role_id, role)| match id {
        Some(id) => id_of(id).is_some_and(|id| id.get() == *role_id),
        None => Some(*role) == name,
    });
    let (id, name) = found.ok_or_else(|| at.invalid("there is no such contact role"))?;
    Ok(json!({ "name": name, "id": id.to_string() }))
}

/// The parts that contacts can play in deals, with their ids.
pub(super) fn contact_roles(call: &Call<'_>) -> Vec<(i64, &'static str)> {
    let metadata = call.metadata();
    let contacts = metadata
        .module("Contacts")
        .map_or(0, |module| module.number);
    let roles = (1_i64..).zip(CONTACT_ROLES).map(|(place, name)| {
        let number = Part::ContactRole.number(contacts, place);
        (metadata.schema_id_of(number), name)
    });
    roles.collect()
}

/// Forgets all connections of a record that is removed for good.
pub(crate) fn purge(
    call: &Call<'_>,
    permit: &Permit<PurgeRecord>,
    tx: &mut dyn Transaction,
) -> Result<(), Fault> {
    let mut documents = within(call, permit.record(), tx)?;
    documents.extend(aimed_at(call, permit.record(), tx)?);
    for document in documents {
        tx.remove_document(permit.of_connection(document.id))?;
    }
    Ok(())
}
