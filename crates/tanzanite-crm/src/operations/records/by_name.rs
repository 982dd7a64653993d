//! Lookups that a client gives by a name: the record that has the name, or a new one that gets it.

use super::change;
use super::insert_records::draw_id;
use crate::call::ModuleCall;
use crate::criteria::{Criteria, FieldTest, Test, folded};
use crate::faults::VALUE_IMPOSSIBLE;
use crate::policy::{ModuleView, authorize_create};
use crate::schema::Module;
use crate::schema::validate::{Mode, NamedLookup, check, unique_values};
use crate::transaction::{RecordQuery, Transaction};
use serde_json::{Map, Value, json};
use tanzanite_protocol::{Fault, RecordId};

/// Gives the fields of a record that is about to be written the references that the client made by names. To be called
/// after the last check: it may make records.
pub(crate) fn refer(
    call: &ModuleCall<'_>,
    tx: &mut dyn Transaction,
    named: &[NamedLookup],
    fields: &mut Map<String, Value>,
) -> Result<(), Fault> {
    for lookup in named {
        let view = call.view().of_lookup(&lookup.module);
        let view =
            view.ok_or_else(|| impossible(lookup, "the profile does not show the module"))?;
        let id = match find(tx, view, &lookup.name)? {
            Some(id) => id,
            None => make(call, tx, view.module(), lookup)?,
        };
        fields.insert(lookup.api_name.clone(), json!({ "id": id.to_string() }));
    }
    Ok(())
}

/// The oldest of the records with a name that the caller may see.
fn find(
    tx: &mut dyn Transaction,
    view: ModuleView<'_>,
    name: &str,
) -> Result<Option<RecordId>, Fault> {
    let display = view.module().display_field.as_ref();
    let Some(field) = view.module().field(display) else {
        return Ok(None);
    };
    let has_name = FieldTest::Is(Test::OneOf(vec![folded(name)]));
    let found = tx.records(&RecordQuery {
        criteria: Some(Criteria::field(field.number, has_name)),
        ..RecordQuery::all(view.seen(), 1)
    })?;
    Ok(found.first().map(|record| record.head.id))
}

fn make(
    call: &ModuleCall<'_>,
    tx: &mut dyn Transaction,
    module: &Module,
    lookup: &NamedLookup,
) -> Result<RecordId, Fault> {
    let display = module.display_field.clone().into_owned();
    let input = Map::from_iter([(display, lookup.name.clone().into())]);
    let checked = check(module, &input, &lookup.json_path, Mode::Create);
    let fields = checked
        .map_err(|_| impossible(lookup, "a record of this name alone cannot be made"))?
        .fields;
    let unique = unique_values(module, |name| fields.get(name));
    let unique: Vec<_> = unique.map(|(field, key)| (field.number, key)).collect();
    let holders = tx.holders(call.caller.org(), module.number, &unique)?;
    if holders.iter().any(Option::is_some) {
        return Err(impossible(
            lookup,
            "a record that is not shared has the name",
        ));
    }
    let stamp = call.stamp()?;
    let (_, id) = draw_id(call, tx)?;
    let permit = authorize_create(call.caller, module, id)
        .map_err(|_| impossible(lookup, "the profile does not make records there"))?;
    let record = change::whole(&call.about(module), fields, unique, stamp.by, stamp);
    tx.insert_record(permit, &record)?;
    Ok(id)
}

fn impossible(lookup: &NamedLookup, cause: &str) -> Fault {
    Fault::new(&VALUE_IMPOSSIBLE)
        .with("api_name", lookup.api_name.as_str())
        .with("json_path", lookup.json_path.as_str())
        .because(cause)
}
