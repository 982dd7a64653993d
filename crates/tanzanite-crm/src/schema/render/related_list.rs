//! A related list as `GET /settings/related_lists` answers it.

use super::joined;
use crate::metadata::Metadata;
use crate::schema::{Module, Part, RelatedList};
use crate::versions;
use serde_json::{Value, json};
use tanzanite_protocol::ApiVersion;

/// A related list of a module, the `position`-th, as a version of the API tells it.
pub fn related_list_json(
    metadata: &Metadata,
    of: &Module,
    list: &RelatedList<'_>,
    position: usize,
    version: ApiVersion,
) -> Value {
    let (seen, status) = if versions::modules_have_status(version) {
        ("status", json!("visible"))
    } else {
        ("visible", json!(true))
    };
    let is_own = list.field.is_some_and(|field| field.custom) || list.module.custom;
    let id = Part::RelatedList.number(of.number, list.number);
    joined([
        json!({
            "id": metadata.schema_id_of(id).to_string(),
            "sequence_number": position.to_string(),
            "display_label": list.module.plural_label,
            "api_name": list.api_name,
            "module": {
                "api_name": list.module.api_name,
                "id": metadata.schema_id_of(list.module.number).to_string(),
            },
            "name": list.module.plural_label,
            "action": null,
            "href": format!("{}/{{ENTITYID}}/{}", of.api_name, list.api_name),
            "type": if is_own { "custom_lookup" } else { "default" },
            (seen): status,
        }),
        json!({
            "connectedmodule": null,
            "linkingmodule": null,
            "customize_sort": false,
            "customize_fields": false,
            "customize_display_label": false,
            "sort_by": null,
            "sort_order": null,
            "fields": null,
            "parent_related_lists": null,
        }),
    ])
}
