//! A field as `GET /settings/fields` answers it.

use super::joined;
use crate::metadata::{FieldRight, Metadata};
use crate::schema::conversion::{LEADS, Target};
use crate::schema::{ANY_MODULE, Field, Kind, Module, NO_VALUE, NUMBERS_EACH, Text};
use crate::versions;
use serde_json::{Map, Value, json};
use tanzanite_protocol::ApiVersion;

/// Actual values of standard picklists that are displayed as another text.
const DISPLAYED: &[(&str, &str)] = &[
    (
        "Network Equipment (Enterprise)",
        "Network Equipment Enterprise",
    ),
    ("ShutDown", "Shut Down"),
    ("Id. Decision Makers", "Identify Decision Makers"),
    ("Closed Lost to Competition", "Closed-Lost to Competition"),
];

/// A field of a module, as a version of the API tells it to somebody with a right to it.
pub fn field_json(
    metadata: &Metadata,
    module: &Module,
    field: &Field,
    right: FieldRight,
    version: ApiVersion,
) -> Value {
    joined([
        identity(metadata, module, field),
        access(metadata, module, field, right),
        switches(module, field, right),
        structures(metadata, field, version),
        unused(module, field),
    ])
}

/// Its names and its type.
fn identity(metadata: &Metadata, module: &Module, field: &Field) -> Value {
    let (json_type, ui_type) = wire_types(field);
    let (label, display_label) = match field.api_name.as_ref() {
        "Owner" => {
            let label = format!("{} Owner", module.singular_label);
            (label.clone(), label)
        }
        "Record_Image" => {
            let label = format!("{} Image", module.singular_label);
            (label, field.label.to_string())
        }
        _ => (field.label.to_string(), field.label.to_string()),
    };
    let decimal_place = match field.kind {
        Kind::Currency => Some(2),
        Kind::Double => Some(9),
        _ => None,
    };
    json!({
        "id": metadata.schema_id_of(field.number).to_string(),
        "api_name": field.api_name,
        "field_label": label,
        "display_label": display_label,
        "data_type": field.kind.data_type(),
        "json_type": json_type,
        "ui_type": ui_type,
        "length": field.length,
        "decimal_place": decimal_place,
        "column_name": column_name(field),
        "type": "used",
        "created_source": "default",
        "display_type": -1,
        "created_time": null,
        "modified_time": null,
        "layout_associations": [{
            "api_name": "Standard__s",
            "name": "Standard",
            "id": metadata.layout_id_of(module).to_string(),
        }],
    })
}

/// The rights to read and write it.
fn access(metadata: &Metadata, module: &Module, field: &Field, right: FieldRight) -> Value {
    // The image can be changed in the user interface and by its own operations; the vendor says
    // that it can be written.
    let is_taken = !field.read_only || field.kind == Kind::ProfileImage;
    let writable = is_taken && right == FieldRight::ReadWrite;
    let profiles = metadata.profiles().iter();
    let profiles: Vec<Value> = profiles
        .map(|profile| {
            json!({
                "permission_type": profile.field_right(module, field).as_str(),
                "name": profile.name,
                "id": profile.id.to_string(),
            })
        })
        .collect();
    json!({
        "operation_type": {
            "web_update": writable,
            "api_create": writable,
            "web_create": writable,
            "api_update": writable,
        },
        "view_type": {
            "view": right > FieldRight::Hidden,
            "edit": writable,
            "quick_create": writable && field.mandatory,
            "create": writable,
        },
        "profiles": profiles,
        "field_read_only": field.api_name == "Owner",
        "read_only": (field.read_only && field.kind == Kind::AutoNumber) || right == FieldRight::ReadOnly,
        "email_parser": {
            "fields_update_supported": false,
            "record_operations_supported": false,
        },
    })
}

/// Yes and no.
fn switches(module: &Module, field: &Field, right: FieldRight) -> Value {
    let is_rows = matches!(field.kind, Kind::Subform(_));
    let plain = field.kind != Kind::ProfileImage && !is_rows && !is_long(field);
    json!({
        "system_mandatory": field.mandatory,
        "custom_field": field.custom,
        "display_field": field.api_name == module.display_field,
        "virtual_field": field.api_name == "Full_Name",
        "visible": right > FieldRight::Hidden,
        "webhook": field.kind != Kind::ProfileImage,
        "filterable": plain,
        "searchable": field.kind != Kind::ProfileImage && !is_rows,
        "sortable": plain,
        "mass_update": is_mass_updated(field),
        "businesscard_supported": plain && !field.read_only,
        "separator": matches!(field.kind, Kind::Integer | Kind::Currency | Kind::Double),
        "public": false,
        "colour_code_enabled_by_system": false,
        "enable_colour_code": false,
        "history_tracking_enabled": false,
        "hipaa_compliance_enabled": false,
        "pick_list_values_sorted_lexically": false,
    })
}

/// Keys that hold an object or a list for some kinds of fields and an empty one for the others.
fn structures(metadata: &Metadata, field: &Field, version: ApiVersion) -> Value {
    let values = match &field.kind {
        Kind::Picklist(values) | Kind::MultiSelectPicklist(values) => {
            picklist_values(metadata, field, values)
        }
        _ => Vec::new(),
    };
    let currency = match field.kind {
        Kind::Currency => json!({ "rounding_option": "normal", "precision": 2 }),
        _ => json!({}),
    };
    let lookup = match &field.kind {
        Kind::Lookup(target) => lookup(metadata, field, target, version),
        _ => json!({}),
    };
    let unique = if field.unique {
        json!({ "casesensitive": false })
    } else {
        json!({})
    };
    let mut object = Map::new();
    object.insert("pick_list_values".to_owned(), values.into());
    object.insert("currency".to_owned(), currency);
    object.insert("lookup".to_owned(), lookup);
    object.insert("unique".to_owned(), unique);
    let rows = matches!(field.kind, Kind::Subform(_)).then(|| metadata.module(&field.api_name));
    let rows = rows.flatten().map(|rows| {
        json!({ "module": rows.api_name, "id": metadata.schema_id_of(rows.number).to_string() })
    });
    object.insert("associated_module".to_owned(), rows.into());
    if field.kind == Kind::Textarea {
        let size = if is_long(field) { "large" } else { "small" };
        object.insert("textarea".to_owned(), json!({ "type": size }));
    }
    Value::Object(object)
}

/// Keys of features that no organisation here has.
fn unused(module: &Module, field: &Field) -> Value {
    let mut object = json!({
        "tooltip": null,
        "display_format_properties": null,
        "display_format": null,
        "customizable_properties": [],
        "association_details": null,
        "multi_module_lookup": {},
        "multiselectlookup": {},
        "external": null,
        "parent_field": null,
        "child_fields": null,
        "private": null,
        "crypt": null,
        "range": null,
        "hipaa_compliance": null,
        "address": null,
        "rollup_summary": {},
        "formula": {},
        "auto_number": {},
        "global_picklist": null,
        "history_tracking": null,
        "additional_column": null,
    });
    if !module.custom && module.api_name == LEADS {
        let became = Target::ALL.map(|target| {
            let field = target.field_for(&field.api_name);
            (target.module().to_owned(), field.into())
        });
        object["convert_mapping"] = Value::Object(became.into_iter().collect());
    }
    object
}

/// The values of a picklist but for the one that stands for none.
pub(super) fn picklist_json(metadata: &Metadata, field: &Field) -> Vec<Value> {
    let Kind::Picklist(values) = &field.kind else {
        return Vec::new();
    };
    let mut told = picklist_values(metadata, field, values);
    told.retain(|value| value["actual_value"] != NO_VALUE);
    told
}

/// The values of a picklist as the vendor lists them: `-None-` first.
fn picklist_values(metadata: &Metadata, field: &Field, values: &[Text]) -> Vec<Value> {
    let none = matches!(field.kind, Kind::Picklist(_)).then_some(NO_VALUE);
    let values = none
        .into_iter()
        .chain(values.iter().map(std::convert::AsRef::as_ref));
    let first = field.number.saturating_mul(NUMBERS_EACH);
    (1_i64..)
        .zip(values)
        .map(|(position, value)| {
            let displayed = DISPLAYED.iter().find(|(actual, _)| *actual == value);
            json!({
                "display_value": displayed.map_or(value, |(_, displayed)| displayed),
                "sequence_number": position,
                "reference_value": value,
                "colour_code": null,
                "actual_value": value,
                "id": metadata.schema_id_of(first.saturating_add(position)).to_string(),
                "type": "used",
            })
        })
        .collect()
}

/// The module that a lookup points at. Up to v2.1 its module is a name alone, which the SDKs of those versions put into
/// the next path.
fn lookup(metadata: &Metadata, field: &Field, target: &str, version: ApiVersion) -> Value {
    let is_named = !versions::lookup_module_is_object(version);
    if target == ANY_MODULE {
        return json!({
            "display_label": "activities",
            "api_name": null,
            "module": if is_named { json!(target) } else { json!({ "api_name": target }) },
            "id": null,
        });
    }
    let module = metadata.module(target);
    let id = module.map(|module| metadata.schema_id_of(module.number).to_string());
    json!({
        "display_label": module.map_or(target, |module| &module.plural_label),
        "revalidate_filter_during_edit": false,
        "api_name": null,
        "module": if is_named { json!(target) } else { json!({ "api_name": target, "id": id }) },
        "id": metadata.schema_id_of(field.number).to_string(),
        "query_details": { "system_query_id": null },
    })
}

/// The vendor's `json_type` and `ui_type`.
///
/// Seen in the vendor's documents: text, picklist, lookups, website, email, names, integer,
/// currency, double, boolean, textarea, datetime, image, user. The other numbers are assumed.
fn wire_types(field: &Field) -> (&'static str, u16) {
    match &field.kind {
        Kind::Text if is_name(field) => ("string", 27),
        Kind::Text if field.api_name == "Skype_ID" => ("string", 37),
        Kind::Text => ("string", 1),
        Kind::Email => ("string", 25),
        Kind::Phone => ("string", 33),
        Kind::Website => ("string", 21),
        Kind::Textarea if is_long(field) => ("string", 3),
        Kind::Textarea => ("string", 110),
        Kind::Integer => ("integer", 32),
        Kind::Bigint => ("string", 34),
        Kind::Double => ("double", 38),
        Kind::Currency => ("double", 36),
        Kind::Percent => ("double", 39),
        Kind::Boolean => ("boolean", 301),
        Kind::Date => ("string", 24),
        Kind::Datetime => ("string", 200),
        Kind::Picklist(_) => ("string", 2),
        Kind::MultiSelectPicklist(_) => ("jsonarray", 100),
        Kind::Lookup(_) => ("jsonobject", 4),
        Kind::OwnerLookup if field.read_only => ("jsonobject", 20),
        Kind::OwnerLookup => ("jsonobject", 8),
        Kind::UserLookup => ("jsonobject", 221),
        Kind::ProfileImage => ("string", 66),
        Kind::AutoNumber => ("string", 109),
        Kind::Subform(_) => ("jsonarray", 161),
    }
}

/// The vendor's inner name. Known for few fields; the others follow the rule of those.
fn column_name(field: &Field) -> String {
    match field.api_name.as_ref() {
        "Owner" => "SMOWNERID".to_owned(),
        "Created_By" => "SMCREATORID".to_owned(),
        "Record_Image" => "PHOTO_FILEID".to_owned(),
        name => name.trim_end_matches("__s").replace('_', "").to_uppercase(),
    }
}

/// The names of people, which the vendor edits as one.
/// Whether the vendor says of the field that many records can be given a value of it at once.
pub(crate) fn is_mass_updated(field: &Field) -> bool {
    let is_apart = matches!(
        field.kind,
        Kind::ProfileImage | Kind::Subform(_) | Kind::OwnerLookup | Kind::UserLookup
    );
    !is_apart && !is_long(field) && !field.read_only && !is_name(field)
}

fn is_name(field: &Field) -> bool {
    matches!(field.api_name.as_ref(), "First_Name" | "Last_Name")
}

/// A text too long to be compared: the vendor's large text area.
fn is_long(field: &Field) -> bool {
    field.kind == Kind::Textarea && field.length > 2000
}
