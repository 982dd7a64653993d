//! The rows of a record's subform: what an item says about them, made of those that there are.

use super::faults;
use super::insert_records::draw_id;
use crate::call::{Call, ModuleCall};
use crate::schema::validate::{DELETE, merge};
use crate::schema::{self, Module};
use crate::transaction::{Record, Transaction};
use serde_json::{Map, Value};
use std::collections::HashMap;
use tanzanite_protocol::{Fault, RecordId};

const ID: &str = "id";
const PRODUCTS: &str = "Products";

/// Takes the rows that an item gives out of its values.
pub(super) fn take(module: &Module, fields: &mut Map<String, Value>) -> Vec<Map<String, Value>> {
    let Some((field, _)) = module.subform() else {
        return Vec::new();
    };
    match fields.remove(field.api_name.as_ref()) {
        Some(Value::Array(rows)) => rows.into_iter().filter_map(object).collect(),
        _ => Vec::new(),
    }
}

/// Puts the rows of a record and those that an item gives together, and works out the totals. New rows have no ids yet.
pub(super) fn settle(
    call: &ModuleCall<'_>,
    tx: &mut dyn Transaction,
    given: Vec<Map<String, Value>>,
    fields: &mut Map<String, Value>,
    path: &str,
) -> Result<(), Fault> {
    let Some((field, _)) = call.module().subform() else {
        return Ok(());
    };
    let name = field.api_name.as_ref();
    let mut rows = take(call.module(), fields);
    for (index, row) in given.into_iter().enumerate() {
        let Some(id) = row.get(ID) else {
            rows.push(row);
            continue;
        };
        let place = rows.iter().position(|one| one.get(ID) == Some(id));
        let place = place.ok_or_else(|| {
            Fault::new(&faults::ROW_UNKNOWN)
                .with("api_name", ID)
                .with("json_path", format!("{path}.{name}[{index}].{ID}"))
        })?;
        if row.contains_key(DELETE) {
            rows.remove(place);
        } else if let Some(kept) = rows.get_mut(place) {
            *kept = merge(kept, row);
        }
    }
    let unpriced = rows.iter().filter(|row| !row.contains_key("List_Price"));
    let products = products(call, tx, unpriced)?;
    for row in &mut rows {
        let product = product(row).and_then(|id| products.get(&id));
        let usual = product.and_then(|product| product.fields.get("Unit_Price").cloned());
        row.entry("Quantity").or_insert_with(|| 1.into());
        row.entry("List_Price")
            .or_insert_with(|| usual.unwrap_or_else(|| 0.into()));
        row.entry("Discount").or_insert_with(|| 0.into());
    }
    let rows: Vec<Value> = rows.into_iter().map(Value::from).collect();
    fields.insert(name.to_owned(), rows.into());
    schema::total(call.module(), fields);
    Ok(())
}

/// Gives new rows their ids.
pub(super) fn number(
    call: &ModuleCall<'_>,
    tx: &mut dyn Transaction,
    fields: &mut Map<String, Value>,
) -> Result<(), Fault> {
    let Some((field, _)) = call.module().subform() else {
        return Ok(());
    };
    let rows = fields.get_mut(field.api_name.as_ref());
    let rows = rows.and_then(Value::as_array_mut).into_iter().flatten();
    for row in rows.filter_map(Value::as_object_mut) {
        if !row.contains_key(ID) {
            let (_, id) = draw_id(call, tx)?;
            row.insert(ID.to_owned(), id.to_string().into());
        }
    }
    Ok(())
}

/// Makes the rows of a record new ones, for a copy of it.
pub(super) fn forget_ids(module: &Module, fields: &mut Map<String, Value>) {
    let Some((field, _)) = module.subform() else {
        return;
    };
    let rows = fields.get_mut(field.api_name.as_ref());
    let rows = rows.and_then(Value::as_array_mut).into_iter().flatten();
    for row in rows.filter_map(Value::as_object_mut) {
        row.remove(ID);
    }
}

/// The products of rows, read in one go. One that is gone is missing.
pub(super) fn products<'r>(
    call: &Call<'_>,
    tx: &mut dyn Transaction,
    rows: impl Iterator<Item = &'r Map<String, Value>>,
) -> Result<HashMap<RecordId, Record>, Fault> {
    let mut ids: Vec<RecordId> = rows.filter_map(product).collect();
    ids.sort_unstable();
    ids.dedup();
    let module = call.metadata().module(PRODUCTS);
    let Some(module) = module.filter(|_| !ids.is_empty()) else {
        return Ok(HashMap::new());
    };
    let found = tx.records_by_id(call.caller.org(), module.number, &ids)?;
    let found = found.into_iter().flatten();
    Ok(found.map(|product| (product.head.id, product)).collect())
}

/// The id of a row's product.
pub(super) fn product(row: &Map<String, Value>) -> Option<RecordId> {
    RecordId::parse(row.get("Product_Name")?.get(ID)?.as_str()?)
}

fn object(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(object) => Some(object),
        _ => None,
    }
}
