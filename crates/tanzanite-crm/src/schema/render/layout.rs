//! A layout as `GET /settings/layouts` answers it.

use super::field_json;
use crate::metadata::{FieldRight, Metadata, Profile};
use crate::schema::conversion::{LEADS, Target};
use crate::schema::{Field, Module, Part, Place, Section, sections};
use serde_json::{Value, json};
use tanzanite_protocol::ApiVersion;

/// The name of every layout here.
const NAME: &str = "Standard";
/// The fields of a deal that somebody who converts a lead is asked for (an example of the OpenAPI document, 2026).
const ASKED_OF_DEALS: &[&str] = &["Amount", "Deal_Name", "Closing_Date", "Stage", "Pipeline"];

/// A module's layout, as a version of the API tells it to somebody with these rights to fields.
pub fn layout_json(
    metadata: &Metadata,
    module: &Module,
    right: impl Fn(&Field) -> FieldRight,
    version: ApiVersion,
) -> Value {
    let sections = sections(module);
    let sections = (1_usize..).zip(&sections).map(|(position, section)| {
        let mut told = section_json(metadata, module, section, position);
        let fields = (1_usize..).zip(&section.fields).map(|(position, field)| {
            let mut told = field_json(metadata, module, field, right(field), version);
            told["required"] = field.mandatory.into();
            told["validation_rule"] = Value::Null;
            told["default_value"] = Value::Null;
            told["sequence_number"] = position.into();
            told["section_id"] = (section.place as i64).into();
            told
        });
        told["fields"] = fields.collect();
        told
    });
    let sections: Vec<Value> = sections.collect();
    let profiles = metadata.profiles().iter();
    let profiles: Vec<Value> = profiles
        .map(|profile| profile_json(metadata, module, profile))
        .collect();
    let mut layout = reference(metadata, module);
    layout["api_name"] = "Standard__s".into();
    layout["has_more_profiles"] = false.into();
    layout["created_time"] = Value::Null;
    layout["modified_time"] = Value::Null;
    layout["convert_mapping"] = convert_mapping(metadata, module);
    layout["visible"] = true.into();
    layout["created_for"] = Value::Null;
    layout["profiles"] = profiles.into();
    layout["source"] = "crm".into();
    layout["created_by"] = Value::Null;
    layout["modified_by"] = Value::Null;
    layout["sections"] = sections.into();
    layout["mode"] = "view".into();
    layout["status"] = "active".into();
    layout["show_business_card"] = true.into();
    layout["generated_type"] = "default".into();
    layout["actions_allowed"] = json!({
        "edit": false,
        "rename": false,
        "clone": false,
        "downgrade": false,
        "delete": false,
        "deactivate": false,
        "set_layout_permissions": false,
    });
    layout
}

fn reference(metadata: &Metadata, module: &Module) -> Value {
    json!({
        "display_label": NAME,
        "name": NAME,
        "id": metadata.layout_id_of(module).to_string(),
    })
}

fn profile_json(metadata: &Metadata, module: &Module, profile: &Profile) -> Value {
    let view = json!({
        "name": NAME,
        "id": metadata.layout_id_of(module).to_string(),
        "type": "layout",
    });
    json!({
        "default": true,
        "name": profile.name,
        "id": profile.id.to_string(),
        "_default_view": view,
        "_default_assignment_view": view,
    })
}

fn section_json(
    metadata: &Metadata,
    module: &Module,
    section: &Section<'_>,
    position: usize,
) -> Value {
    let id = Part::Section.number(module.number, section.place as i64);
    let is_image = section.place == Place::Image;
    let is_subform = section.place == Place::Items;
    json!({
        "isSubformSection": is_subform,
        "type": "used",
        "display_label": section.name,
        "mode": "default_create",
        "sequence_number": position,
        "actions_allowed": {
            "add_field": false,
            "rename": false,
            "change_tab_traversal": false,
            "reorder": false,
            "delete": false,
            "remove_field": false,
            "change_column_count": false,
        },
        "tab_traversal": "left_to_right",
        "api_name": section.name,
        "column_count": if is_image || is_subform { 1 } else { 2 },
        "name": section.name,
        "generated_type": "default",
        "id": metadata.schema_id_of(id).to_string(),
        "properties": null,
    })
}

/// The layouts of the records that a lead becomes. `null` for other modules: the conversion of quotes and orders is not
/// served.
fn convert_mapping(metadata: &Metadata, module: &Module) -> Value {
    if module.custom || module.api_name != LEADS {
        return Value::Null;
    }
    let targets = Target::ALL.into_iter().filter_map(|became| {
        let target = metadata.module(became.module())?;
        let mut told = reference(metadata, target);
        if became == Target::Deal {
            let asked = ASKED_OF_DEALS.iter();
            let asked = asked.filter_map(|name| target.field(name)).map(|field| {
                json!({
                    "api_name": field.api_name,
                    "field_label": field.label,
                    "id": metadata.schema_id_of(field.number).to_string(),
                    "required": field.mandatory,
                })
            });
            told["fields"] = asked.collect();
        }
        Some((became.module().to_owned(), told))
    });
    Value::Object(targets.collect())
}
