//! A view as `GET /settings/custom_views` answers it.

use super::joined;
use crate::metadata::Metadata;
use crate::schema::{Field, Module, View};
use serde_json::{Value, json};

/// A view. `detail` adds the keys that only the operation for one view answers.
pub fn view_json(metadata: &Metadata, module: &Module, view: &View<'_>, detail: bool) -> Value {
    let mut parts = vec![json!({
        "display_value": view.display_value,
        "created_time": null,
        "access_type": "public",
        "system_name": view.system_name,
        "created_by": null,
        "default": !view.own,
        "modified_time": null,
        "name": view.name,
        "system_defined": true,
        "modified_by": null,
        "id": metadata.schema_id_of(view.number).to_string(),
        "category": "public_views",
        "last_accessed_time": null,
        "locked": false,
        "favorite": null,
    })];
    if detail {
        let fields = view.fields.iter().map(|field| {
            let mut told = reference(metadata, field);
            told["_pin"] = false.into();
            told
        });
        let fields: Vec<Value> = fields.collect();
        parts.push(json!({
            "criteria": criteria(metadata, module, view),
            "sort_by": null,
            "sort_order": null,
            "shared_to": null,
            "module": {
                "api_name": module.api_name,
                "id": metadata.schema_id_of(module.number).to_string(),
            },
            "fields": fields,
        }));
    }
    joined(parts)
}

fn reference(metadata: &Metadata, field: &Field) -> Value {
    json!({
        "api_name": field.api_name,
        "id": metadata.schema_id_of(field.number).to_string(),
    })
}

/// `null` for a view of everything.
fn criteria(metadata: &Metadata, module: &Module, view: &View<'_>) -> Value {
    let equal = |field: &Field, value: Value| {
        json!({
            "comparator": "equal",
            "field": reference(metadata, field),
            "type": "value",
            "value": value,
        })
    };
    let open = view.without.map(|field| equal(field, false.into()));
    let owner = module.field("Owner").filter(|_| view.own);
    let own = owner.map(|field| equal(field, "${CURRENTUSER}".into()));
    match (open, own) {
        (Some(open), Some(own)) => json!({ "group_operator": "AND", "group": [open, own] }),
        (open, own) => open.or(own).into(),
    }
}
