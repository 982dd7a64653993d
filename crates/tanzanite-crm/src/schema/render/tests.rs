//! Modules and fields have the keys that SDKs read, and ids made from numbers.

use super::{field_json, module_json};
use crate::metadata::{FieldRight, Metadata, Organisation, SettingsItem};
use crate::schema::{Module, custom_module};
use serde_json::{Value, json};
use std::collections::HashSet;
use tanzanite_protocol::ApiVersion;

fn metadata() -> Metadata {
    let organisation = Organisation {
        zgid: 1,
        id_base: 5_000_000_000_000,
        ..Organisation::default()
    };
    let projects = custom_module(
        100,
        "Projects",
        "Project",
        "Projects",
        "CustomModule1",
        vec![],
    );
    Metadata::new(vec![
        SettingsItem::Organisation(organisation),
        SettingsItem::CustomModule(projects),
    ])
    .expect("an organisation")
}

fn module<'a>(metadata: &'a Metadata, name: &str) -> &'a Module {
    metadata.module(name).expect(name)
}

fn field(metadata: &Metadata, module_name: &str, name: &str) -> Value {
    let module = module(metadata, module_name);
    field_json(
        metadata,
        module,
        module.field(name).expect(name),
        FieldRight::ReadWrite,
        ApiVersion::NEWEST,
    )
}

/// Whether the object has all these keys with these values.
fn has(object: &Value, expected: &Value) {
    for (key, value) in expected.as_object().expect("object") {
        assert_eq!(&object[key], value, "{key}");
    }
}

#[test]
fn modules_are_answered_as_in_the_vendor_s_example() {
    let metadata = metadata();
    let leads = module_json(
        &metadata,
        module(&metadata, "Leads"),
        ApiVersion::NEWEST,
        false,
    );
    has(
        &leads,
        &json!({
            "id": "5500000000001", "api_name": "Leads", "module_name": "Leads",
            "sequence_number": 2, "visibility": 1, "api_supported": true,
            "access_type": "org_based", "generated_type": "default", "convertable": true,
            "singular_label": "Lead", "plural_label": "Leads", "status": "visible",
        }),
    );
    assert!(leads.get("display_field").is_none());
    let projects = module_json(
        &metadata,
        module(&metadata, "Projects"),
        ApiVersion::NEWEST,
        true,
    );
    has(
        &projects,
        &json!({
            "id": "5500000000100", "generated_type": "custom", "module_name": "CustomModule1",
            "display_field": "Name", "per_page": 50, "convertable": false,
        }),
    );
    let notes = module_json(
        &metadata,
        module(&metadata, "Notes"),
        ApiVersion::NEWEST,
        false,
    );
    has(
        &notes,
        &json!({"api_supported": true, "show_as_tab": false, "status": "system_hidden"}),
    );
}

#[test]
fn fields_are_answered_as_in_the_vendor_s_examples() {
    let metadata = metadata();
    let cases = [
        (
            "Owner",
            json!({
                "id": "5500000001001", "field_label": "Lead Owner", "data_type": "ownerlookup",
                "json_type": "jsonobject", "ui_type": 8, "length": 120,
                "column_name": "SMOWNERID", "field_read_only": true, "mass_update": false,
            }),
        ),
        (
            "Company",
            json!({
                "data_type": "text", "json_type": "string", "ui_type": 1, "length": 200,
                "column_name": "COMPANY", "mass_update": true, "system_mandatory": false,
            }),
        ),
        (
            "First_Name",
            json!({"ui_type": 27, "length": 40, "column_name": "FIRSTNAME", "mass_update": false}),
        ),
        (
            "Record_Image",
            json!({
                "field_label": "Lead Image", "display_label": "Record Image", "webhook": false,
                "data_type": "profileimage", "ui_type": 66, "length": 255, "sortable": false,
                "searchable": false, "filterable": false, "column_name": "PHOTO_FILEID",
                "operation_type": {
                    "web_update": true, "api_create": true, "web_create": true, "api_update": true,
                },
            }),
        ),
        (
            "Created_Time",
            json!({
                "data_type": "datetime", "ui_type": 200, "length": 120,
                "operation_type": {
                    "web_update": false, "api_create": false,
                    "web_create": false, "api_update": false,
                },
                "view_type": {
                    "view": true, "edit": false, "quick_create": false, "create": false,
                },
            }),
        ),
        (
            "Description",
            json!({"ui_type": 3, "textarea": {"type": "large"}, "sortable": false}),
        ),
    ];
    for (name, expected) in cases {
        has(&field(&metadata, "Leads", name), &expected);
    }
}

#[test]
fn an_organisation_without_a_locking_configuration_has_no_module_of_locks() {
    let metadata = metadata();
    assert!(metadata.module("Locking_Information__s").is_none());
}

#[test]
fn picklists_begin_with_none_and_lookups_name_their_module() {
    let metadata = metadata();
    let rating = field(&metadata, "Leads", "Rating");
    let values = rating["pick_list_values"].as_array().expect("values");
    assert_eq!(values.len(), 6);
    has(
        &values[0],
        &json!({"actual_value": "-None-", "sequence_number": 1}),
    );
    has(
        &values[5],
        &json!({"actual_value": "ShutDown", "display_value": "Shut Down", "sequence_number": 6}),
    );
    let account = field(&metadata, "Contacts", "Account_Name");
    assert_eq!(
        account["lookup"]["module"],
        json!({"api_name": "Accounts", "id": "5500000000003"})
    );
    let related = field(&metadata, "Tasks", "What_Id");
    assert_eq!(related["lookup"]["module"]["api_name"], "se_module");
}

#[test]
fn all_fields_have_the_same_keys_and_no_two_things_the_same_id() {
    let metadata = metadata();
    let mut ids = HashSet::new();
    let keys = |value: &Value| -> HashSet<String> {
        let keys = value.as_object().expect("object").keys().cloned();
        keys.filter(|key| !["textarea", "convert_mapping"].contains(&key.as_str()))
            .collect()
    };
    let expected = keys(&field(&metadata, "Leads", "Company"));
    for module in metadata.modules() {
        let rendered = module_json(&metadata, module, ApiVersion::NEWEST, true);
        assert!(ids.insert(rendered["id"].clone()));
        for field in &module.fields {
            let rendered = field_json(
                &metadata,
                module,
                field,
                FieldRight::ReadWrite,
                ApiVersion::NEWEST,
            );
            assert_eq!(keys(&rendered), expected, "{}", field.api_name);
            assert!(ids.insert(rendered["id"].clone()), "{}", field.api_name);
            for value in rendered["pick_list_values"].as_array().expect("values") {
                assert!(ids.insert(value["id"].clone()), "{}", field.api_name);
            }
        }
    }
}
