//! The rows of a record's subform: what an item says about them, made of those that there are.

use super::faults;
use super::insert_records::draw_id;
use crate::call::ModuleCall;
use crate::schema::validate::{DELETE, merge};
use crate::schema::{self, Module};
use crate::transaction::Transaction;
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
    let prices = prices(call, tx, &rows)?;
    for row in &mut rows {
        let usual = product(row).and_then(|id| prices.get(&id).cloned());
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

/// The unit prices of the products of rows that give no price.
fn prices(
    call: &ModuleCall<'_>,
    tx: &mut dyn Transaction,
    rows: &[Map<String, Value>],
) -> Result<HashMap<RecordId, Value>, Fault> {
    let unpriced = rows.iter().filter(|row| !row.contains_key("List_Price"));
    let mut ids: Vec<RecordId> = unpriced.filter_map(product).collect();
    ids.sort_unstable();
    ids.dedup();
    let Some(products) = call.metadata().module(PRODUCTS).filter(|_| !ids.is_empty()) else {
        return Ok(HashMap::new());
    };
    let found = tx.records_by_id(call.caller.org(), products.number, &ids)?;
    let prices = found.into_iter().flatten().filter_map(|product| {
        let price = product.fields.get("Unit_Price")?.clone();
        Some((product.head.id, price))
    });
    Ok(prices.collect())
}

/// The product of a row.
pub(super) fn product(row: &Map<String, Value>) -> Option<RecordId> {
    RecordId::parse(row.get("Product_Name")?.get(ID)?.as_str()?)
}

fn object(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(object) => Some(object),
        _ => None,
    }
}
