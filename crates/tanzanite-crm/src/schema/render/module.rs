//! A module as `GET /settings/modules` answers it.

use super::{joined, view_json};
use crate::metadata::Metadata;
use crate::schema::{Module, Support, views};
use crate::versions;
use serde_json::{Value, json};
use tanzanite_protocol::ApiVersion;

/// Record properties with `$` that records are answered with.
const PROPERTIES: &[&str] = &[
    "$editable",
    "$approval_state",
    "$review",
    "$in_merge",
    "$process_flow",
    "$locked_for_me",
];

/// A module as JSON for a version of the API. `detail` adds the keys that only the operation for one module answers.
pub fn module_json(
    metadata: &Metadata,
    module: &Module,
    version: ApiVersion,
    detail: bool,
) -> Value {
    let mut parts = vec![switches(module), identity(metadata, module, version)];
    if detail {
        parts.push(details(metadata, module));
    }
    joined(parts)
}

/// The keys that say what can be done with the module.
fn switches(module: &Module) -> Value {
    let is_found = module.is_served();
    let served = is_found || module.is_annex();
    let is_lead = module.api_name == "Leads";
    json!({
        "has_more_profiles": false,
        "global_search_supported": is_found,
        "deletable": served,
        "creatable": served,
        "editable": served,
        "viewable": served,
        "recycle_bin_on_delete": served,
        "presence_sub_menu": served,
        "lookupable": is_found,
        "isBlueprintSupported": is_found,
        "convertable": is_lead,
        "sub_menu_available": served,
        "show_as_tab": !has_no_tab(module),
        "quick_create": served,
        "feeds_required": false,
        "public_fields_configured": false,
        "api_supported": module.is_described(),
    })
}

/// The module's ids, names, place among the modules, and profiles.
fn identity(metadata: &Metadata, module: &Module, version: ApiVersion) -> Value {
    let profiles = metadata.profiles().iter();
    let profiles: Vec<Value> = profiles
        .map(|profile| json!({ "name": profile.name, "id": profile.id.to_string() }))
        .collect();
    let mut modules = metadata.modules();
    let position = modules.position(|other| other.number == module.number);
    let (seen, status) = if versions::modules_have_status(version) {
        ("status", json!(module.status()))
    } else {
        ("visible", json!(!has_no_tab(module)))
    };
    json!({
        "id": metadata.schema_id_of(module.number).to_string(),
        "api_name": module.api_name,
        "module_name": module.module_name,
        "singular_label": module.singular_label,
        "plural_label": module.plural_label,
        "actual_singular_label": module.singular_label,
        "actual_plural_label": module.plural_label,
        "generated_type": module.generated_type(),
        (seen): status,
        "visibility": 1,
        "sequence_number": position.map_or(0, |position| position + 1),
        "access_type": "org_based",
        "private_profile": null,
        "profile_count": profiles.len(),
        "profiles": profiles,
        "business_card_field_limit": 5,
        "description": null,
        "web_link": null,
        "arguments": [],
        "parent_module": {},
        "modified_time": null,
        "modified_by": null,
    })
}

/// The keys that only the operation for one module answers.
fn details(metadata: &Metadata, module: &Module) -> Value {
    let display = module.field(&module.display_field);
    let columns: Vec<Value> = display
        .iter()
        .map(|field| {
            json!({
                "sequence_number": 1,
                "api_name": field.api_name,
                "id": metadata.schema_id_of(field.number).to_string(),
            })
        })
        .collect();
    let names: Vec<&str> = display
        .iter()
        .map(|field| field.api_name.as_ref())
        .collect();
    let [all, _] = views(module);
    let view = module
        .is_served()
        .then(|| view_json(metadata, module, &all, true));
    json!({
        "activity_badge": "Not_Supported",
        "$field_states": [],
        "$properties": if module.is_served() { PROPERTIES } else { &[] },
        "$on_demand_properties": [],
        "per_page": 50,
        "display_field": display.map(|field| field.api_name.as_ref()),
        "search_layout_fields": names,
        "lookup_field_properties": { "fields": columns },
        "related_list_properties": { "sort_by": null, "fields": names, "sort_order": null },
        "custom_view": view,
        "filter_status": false,
        "chart_view": false,
        "kanban_view": false,
        "kanban_view_supported": false,
        "masked_fields_count": 0,
    })
}

impl Module {
    fn generated_type(&self) -> &'static str {
        match self.support {
            Support::Subform => "subform",
            _ if self.custom => "custom",
            _ => "default",
        }
    }

    /// The vendor's word for whether the module has a tab.
    pub(crate) fn status(&self) -> &'static str {
        if has_no_tab(self) {
            "system_hidden"
        } else {
            "visible"
        }
    }
}

/// Whether the module has no tab, because its records are shown with the records that they belong to.
fn has_no_tab(module: &Module) -> bool {
    let supports = [Support::Annex, Support::Virtual, Support::Subform];
    supports.contains(&module.support)
}
