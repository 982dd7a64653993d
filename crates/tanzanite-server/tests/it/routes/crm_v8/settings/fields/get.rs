//! `GET /crm/v8/settings/fields?module=`.

use crate::routes::crm_v8::settings::refuses_no_module_and_unknown_ones;
use crate::world::{Exchange, World};
use insta::assert_snapshot;
use serde_json::{Value, json};

fn get(world: &World, query: &str) -> Exchange {
    world
        .actor("admin")
        .get(&format!("/crm/v8/settings/fields{query}"))
}

fn fields(world: &World, module: &str) -> Vec<Value> {
    let exchange = get(world, &format!("?module={module}"));
    assert_eq!(exchange.status, 200, "{exchange}");
    exchange.json()["fields"]
        .as_array()
        .expect("fields")
        .clone()
}

/// The keys that the official SDKs read before any call about records.
#[test]
fn every_field_has_what_the_sdks_read() {
    let world = World::demo();
    for module in [
        "Leads",
        "Contacts",
        "Accounts",
        "Deals",
        "Tasks",
        "Products",
        "Vendors",
        "Workshops",
        "Locking_Information__s",
    ] {
        for field in fields(&world, module) {
            for key in ["id", "api_name", "field_label", "data_type", "json_type"] {
                assert!(field[key].is_string(), "{module}: {key} of {field}");
            }
            for key in [
                "operation_type",
                "view_type",
                "lookup",
                "multiselectlookup",
                "auto_number",
                "unique",
            ] {
                assert!(field[key].is_object(), "{module}: {key} of {field}");
            }
            for key in [
                "system_mandatory",
                "custom_field",
                "visible",
                "field_read_only",
            ] {
                assert!(field[key].is_boolean(), "{module}: {key} of {field}");
            }
            assert!(field["pick_list_values"].is_array(), "{module}: {field}");
            assert!(field["length"].is_u64(), "{module}: {field}");
        }
    }
}

#[test]
fn a_lead_s_fields() {
    let world = World::demo();
    let mut table = String::new();
    for field in fields(&world, "Leads") {
        let columns = [
            "api_name",
            "data_type",
            "json_type",
            "length",
            "system_mandatory",
            "custom_field",
        ];
        table.push_str(
            &columns
                .map(|key| field[key].to_string().replace('"', ""))
                .join(" "),
        );
        table.push('\n');
    }
    assert_snapshot!(table, @"
    Owner ownerlookup jsonobject 120 false false
    Created_By ownerlookup jsonobject 120 false false
    Modified_By ownerlookup jsonobject 120 false false
    Created_Time datetime string 120 false false
    Modified_Time datetime string 120 false false
    Record_Image profileimage string 255 false false
    Company text string 200 false false
    Salutation picklist string 120 false false
    First_Name text string 40 false false
    Last_Name text string 80 true false
    Full_Name text string 120 false false
    Designation text string 100 false false
    Email email string 100 false false
    Secondary_Email email string 100 false false
    Phone phone string 30 false false
    Fax text string 30 false false
    Mobile phone string 30 false false
    Website website string 255 false false
    Lead_Source picklist string 120 false false
    Lead_Status picklist string 120 false false
    Industry picklist string 120 false false
    Rating picklist string 120 false false
    No_of_Employees integer integer 9 false false
    Annual_Revenue currency double 16 false false
    Email_Opt_Out boolean boolean 5 false false
    Skype_ID text string 50 false false
    Twitter text string 50 false false
    Description textarea string 32000 false false
    Last_Activity_Time datetime string 120 false false
    Converted__s boolean boolean 5 false false
    Converted_Date_Time datetime string 120 false false
    Converted_Account lookup jsonobject 120 false false
    Converted_Contact lookup jsonobject 120 false false
    Converted_Deal lookup jsonobject 120 false false
    Unsubscribed_Mode picklist string 120 false false
    Unsubscribed_Time datetime string 120 false false
    nearby_distance__s double double 16 false false
    Street text string 250 false false
    City text string 100 false false
    State text string 100 false false
    Zip_Code text string 30 false false
    Country text string 100 false false
    Flat_House_No_Building_Apartment_Name text string 255 false false
    Latitude double double 50 false false
    Longitude double double 50 false false
    Coordinates textarea string 255 false false
    Address textarea string 2000 false false
    Favourite_Wood picklist string 120 false true
    ");
}

#[test]
fn a_unique_field_says_so() {
    let world = World::demo();
    let mut fields = fields(&world, "Workshops").into_iter();
    let code = fields
        .find(|field| field["api_name"] == "Workshop_Code")
        .expect("a field");
    assert_snapshot!(code, @r#"{"id":"3652397500000290500","api_name":"Workshop_Code","field_label":"Workshop Code","display_label":"Workshop Code","data_type":"text","json_type":"string","ui_type":1,"length":20,"decimal_place":null,"column_name":"WORKSHOPCODE","type":"used","created_source":"default","display_type":-1,"created_time":null,"modified_time":null,"layout_associations":[{"api_name":"Standard__s","name":"Standard","id":"3652397500000290000"}],"operation_type":{"web_update":true,"api_create":true,"web_create":true,"api_update":true},"view_type":{"view":true,"edit":true,"quick_create":true,"create":true},"profiles":[{"permission_type":"read_write","name":"Administrator","id":"3652397000000190001"},{"permission_type":"read_write","name":"Standard","id":"3652397000000190002"},{"permission_type":"read_write","name":"No Delete","id":"3652397000000190003"},{"permission_type":"read_write","name":"Lock Exempt","id":"3652397000000190004"}],"field_read_only":false,"read_only":false,"email_parser":{"fields_update_supported":false,"record_operations_supported":false},"system_mandatory":true,"custom_field":true,"display_field":false,"virtual_field":false,"visible":true,"webhook":true,"filterable":true,"searchable":true,"sortable":true,"mass_update":true,"businesscard_supported":true,"separator":false,"public":false,"colour_code_enabled_by_system":false,"enable_colour_code":false,"history_tracking_enabled":false,"hipaa_compliance_enabled":false,"pick_list_values_sorted_lexically":false,"pick_list_values":[],"currency":{},"lookup":{},"unique":{"casesensitive":false},"associated_module":null,"tooltip":null,"display_format_properties":null,"display_format":null,"customizable_properties":[],"association_details":null,"multi_module_lookup":{},"multiselectlookup":{},"external":null,"parent_field":null,"child_fields":null,"private":null,"crypt":null,"range":null,"hipaa_compliance":null,"address":null,"rollup_summary":{},"formula":{},"auto_number":{},"global_picklist":null,"history_tracking":null,"additional_column":null}"#);
}

/// The official SDKs ask for these fields before every call about a lock.
#[test]
fn the_fields_of_locks_are_no_fault() {
    let world = World::demo();
    let mut table = String::new();
    for field in fields(&world, "Locking_Information__s") {
        let columns = [
            "api_name",
            "data_type",
            "json_type",
            "length",
            "system_mandatory",
        ];
        table.push_str(
            &columns
                .map(|key| field[key].to_string().replace('"', ""))
                .join(" "),
        );
        table.push('\n');
    }
    assert_snapshot!(table, @"
    Locked_For__s lookup jsonobject 120 false
    Locked_By__s ownerlookup jsonobject 120 false
    Locked_Time__s datetime string 120 false
    Locked_Reason__s textarea string 3000 true
    Lock_Source__s picklist string 120 false
    Record_Locking_Configuration_Id__s bigint string 18 false
    Record_Locking_Rule_Id__s bigint string 18 false
    Feature_Type__s text string 120 false
    ");
}

#[test]
fn the_fields_of_a_lock_are_those_that_a_lock_is_sent_with() {
    let world = World::demo();
    let lock = world.record(&world.lock_path("locked"));
    let mut sent: Vec<&str> = lock
        .as_object()
        .expect("a lock")
        .keys()
        .map(String::as_str)
        .filter(|key| key.ends_with("__s"))
        .collect();
    let fields = fields(&world, "Locking_Information__s");
    let mut listed: Vec<&str> = fields
        .iter()
        .filter_map(|field| field["api_name"].as_str())
        .collect();
    sent.sort_unstable();
    listed.sort_unstable();
    assert_eq!(listed, sent);
}

#[test]
fn the_fields_of_a_record_are_those_that_are_listed() {
    let world = World::demo();
    for (module, key) in [
        ("Leads", "with_photo"),
        ("Contacts", "private_of_other"),
        ("Workshops", "workshop"),
        ("Deals", "deal"),
    ] {
        let record = world.record(&world.path(key));
        for field in fields(&world, module) {
            let name = field["api_name"].as_str().expect("a name");
            assert!(record.get(name).is_some(), "{module}.{name}");
        }
    }
}

#[test]
fn the_module_is_missing_unknown_or_has_no_api() {
    let world = World::demo();
    let refused = |query: &str| world.refused(|world| get(world, query));
    refuses_no_module_and_unknown_ones(&refused);
    assert_snapshot!(refused("?module=Leads&type=old"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"param_name":"type","supported_values":["used","unused","all"]},"message":"Please check whether the input values are correct","status":"error"}
    "#);
    for module in ["Home", "Leads%00"] {
        assert_eq!(
            refused(&format!("?module={module}")).code(),
            "INVALID_MODULE",
            "{module}"
        );
    }
    assert_eq!(refused("?module=").code(), "REQUIRED_PARAM_MISSING");
}

/// The official SDKs of those versions put the text into the next path.
#[test]
fn the_module_of_a_lookup_is_a_text_up_to_v2_1() {
    let world = World::demo();
    for (version, account, any) in [
        ("v2", json!("Accounts"), json!("se_module")),
        ("v2.1", json!("Accounts"), json!("se_module")),
        (
            "v3",
            json!({ "api_name": "Accounts", "id": "3652397500000190003" }),
            json!({ "api_name": "se_module" }),
        ),
    ] {
        for (module, name, expected) in [
            ("Contacts", "Account_Name", account),
            ("Tasks", "What_Id", any),
        ] {
            let path = format!("/crm/{version}/settings/fields?module={module}");
            let fields = world.actor("admin").get(&path).json();
            let mut fields = fields["fields"].as_array().expect("fields").iter();
            let field = fields.find(|field| field["api_name"] == name);
            assert_eq!(
                field.expect(name)["lookup"]["module"],
                expected,
                "{version} {module}"
            );
        }
    }
}

#[test]
fn type_chooses_fields() {
    let world = World::demo();
    assert_eq!(get(&world, "?module=Leads&type=unused").status, 204);
    for kind in ["used", "all"] {
        assert_eq!(
            get(&world, &format!("?module=Leads&type={kind}")).text(),
            get(&world, "?module=Leads").text()
        );
    }
}

#[test]
fn the_scope_does_not_do() {
    let world = World::demo();
    let exchange = world.refused(|world| {
        world
            .actor("write_only")
            .get("/crm/v8/settings/fields?module=Leads")
    });
    assert_eq!(
        (exchange.status, exchange.code().as_str()),
        (401, "OAUTH_SCOPE_MISMATCH")
    );
}
