//! `GET /crm/v8/settings/modules`.

use crate::world::{World, text};
use insta::assert_snapshot;
use serde_json::{Value, json};

const MODULES: &str = "/crm/v8/settings/modules";

fn modules(world: &World) -> Vec<Value> {
    let exchange = world.actor("admin").get(MODULES);
    assert_eq!(exchange.status, 200, "{exchange}");
    exchange.json()["modules"]
        .as_array()
        .expect("modules")
        .clone()
}

#[test]
fn every_module_is_listed_with_what_the_sdks_read() {
    let world = World::demo();
    let mut table = String::new();
    for module in modules(&world) {
        for key in [
            "id",
            "api_name",
            "module_name",
            "plural_label",
            "singular_label",
            "generated_type",
        ] {
            assert!(module[key].is_string(), "{key} of {module}");
        }
        for key in [
            "api_supported",
            "creatable",
            "editable",
            "deletable",
            "viewable",
            "show_as_tab",
        ] {
            assert!(module[key].is_boolean(), "{key} of {module}");
        }
        assert!(
            module["profiles"]
                .as_array()
                .is_some_and(|profiles| !profiles.is_empty()),
            "{module}"
        );
        let column = |key: &str| module[key].to_string();
        table.push_str(
            &["api_name", "generated_type", "api_supported", "status"]
                .map(column)
                .join(" "),
        );
        table.push('\n');
    }
    assert_snapshot!(table, @r#"
    "Home" "default" false "visible"
    "Leads" "default" true "visible"
    "Contacts" "default" true "visible"
    "Accounts" "default" true "visible"
    "Deals" "default" true "visible"
    "Tasks" "default" true "visible"
    "Events" "default" true "visible"
    "Calls" "default" true "visible"
    "Products" "default" true "visible"
    "Quotes" "default" true "visible"
    "Sales_Orders" "default" true "visible"
    "Purchase_Orders" "default" true "visible"
    "Invoices" "default" true "visible"
    "Campaigns" "default" true "visible"
    "Vendors" "default" true "visible"
    "Price_Books" "default" true "visible"
    "Cases" "default" true "visible"
    "Solutions" "default" true "visible"
    "Feeds" "default" false "visible"
    "Notes" "default" true "system_hidden"
    "Attachments" "default" true "system_hidden"
    "Workshops" "custom" true "visible"
    "Locking_Information__s" "default" true "system_hidden"
    "Quoted_Items" "subform" true "system_hidden"
    "Ordered_Items" "subform" true "system_hidden"
    "Purchase_Items" "subform" true "system_hidden"
    "Invoiced_Items" "subform" true "system_hidden"
    "#);
}

#[test]
fn a_module_as_it_is_listed() {
    let world = World::demo();
    let mut modules = modules(&world).into_iter();
    let workshops = modules
        .find(|module| module["api_name"] == "Workshops")
        .expect("a module");
    assert_snapshot!(workshops, @r#"{"has_more_profiles":false,"global_search_supported":true,"deletable":true,"creatable":true,"editable":true,"viewable":true,"recycle_bin_on_delete":true,"presence_sub_menu":true,"lookupable":true,"isBlueprintSupported":true,"convertable":false,"sub_menu_available":true,"show_as_tab":true,"quick_create":true,"feeds_required":false,"public_fields_configured":false,"api_supported":true,"id":"3652397500000190100","api_name":"Workshops","module_name":"CustomModule1","singular_label":"Workshop","plural_label":"Workshops","actual_singular_label":"Workshop","actual_plural_label":"Workshops","generated_type":"custom","status":"visible","visibility":1,"sequence_number":22,"access_type":"org_based","private_profile":null,"profile_count":4,"profiles":[{"name":"Administrator","id":"3652397000000190001"},{"name":"Standard","id":"3652397000000190002"},{"name":"No Delete","id":"3652397000000190003"},{"name":"Lock Exempt","id":"3652397000000190004"}],"business_card_field_limit":5,"description":null,"web_link":null,"arguments":[],"parent_module":{},"modified_time":null,"modified_by":null}"#);
}

/// Regression: one of the four answers listed the module and three did not, which breaks a connector that asks for each
/// listed module.
#[test]
fn all_answers_agree_that_there_is_a_module_of_locks() {
    let world = World::demo();
    let get = |path: &str| world.actor("admin").get(path);
    let mut modules = modules(&world).into_iter();
    let listed = modules.find(|module| module["api_name"] == "Locking_Information__s");
    let listed = listed.expect("the module of locks");
    assert_eq!(
        (&listed["api_supported"], &listed["viewable"]),
        (&json!(true), &json!(false))
    );
    let one = get("/crm/v8/settings/modules/Locking_Information__s");
    assert_eq!(one.status, 200, "{one}");
    assert_eq!(one.json()["modules"][0]["id"], listed["id"]);
    let fields = get("/crm/v8/settings/fields?module=Locking_Information__s");
    assert_eq!(fields.status, 200, "{fields}");
    let records = "/crm/v8/Locking_Information__s?fields=Locked_Reason__s";
    assert_snapshot!(world.refused(|_| get(records)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_MODULE","details":{"resource_path_index":0},"message":"The given module is not supported in API","status":"error"}
    "#);
}

#[test]
fn visible_became_status_with_v5() {
    let world = World::demo();
    for (version, there, gone) in [("v2", "visible", "status"), ("v5", "status", "visible")] {
        let path = format!("/crm/{version}/settings/modules/Leads");
        let module = world.actor("admin").get(&path).json()["modules"][0].take();
        assert!(
            module.get(there).is_some() && module.get(gone).is_none(),
            "{version}: {module}"
        );
    }
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let world = World::demo();
    let since = |time: &str| {
        world
            .actor("admin")
            .send("GET", MODULES, &[("If-Modified-Since", time)], b"")
    };
    assert_snapshot!(since("2100-01-15T09:00:00+01:00"), @"304");
    assert_eq!(since("Fri, 15 Jan 2100 08:00:00 GMT").status, 304);
    assert_eq!(since("yesterday").status, 200);
}

/// The demo's organisation dates from 2024, but a client may have cached the modules of an older seed.
#[test]
fn modules_that_came_with_a_newer_seed_than_the_client_knows_are_sent() {
    let world = World::demo();
    let send = |time: &str| {
        let headers = [("If-Modified-Since", time)];
        world.actor("admin").send("GET", MODULES, &headers, b"")
    };
    assert_eq!(send("2024-01-15T09:00:00+01:00").status, 200);
    assert_eq!(send("Mon, 01 Jul 2024 00:00:00 GMT").status, 200);
}

#[test]
fn status_chooses_modules() {
    let world = World::demo();
    let get = |status: &str| {
        world
            .actor("admin")
            .get(&format!("{MODULES}?status={status}"))
    };
    let names = |modules: &[Value]| {
        modules
            .iter()
            .map(|module| text(&module["api_name"]))
            .collect::<Vec<_>>()
    };
    let all = modules(&world);
    let mut shown = 0;
    for status in ["visible", "user_hidden", "system_hidden"] {
        let of_all: Vec<Value> = all
            .iter()
            .filter(|module| module["status"] == status)
            .cloned()
            .collect();
        let exchange = get(status);
        let listed = match exchange.status {
            204 => Vec::new(),
            _ => exchange.json()["modules"]
                .as_array()
                .expect("a list")
                .clone(),
        };
        assert_eq!(names(&listed), names(&of_all), "{status}");
        shown += usize::from(!listed.is_empty());
    }
    assert!(
        shown >= 2,
        "the modules of the demo are not all of one status"
    );
    assert_eq!(get("scheduled_for_deletion").status, 204);
    assert_snapshot!(world.refused(|_| get("hidden")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"param_name":"status","supported_values":["visible","user_hidden","system_hidden","scheduled_for_deletion"]},"message":"Please check whether the input values are correct","status":"error"}
    "#);
}

#[test]
fn the_scope_does_not_do() {
    let world = World::demo();
    assert_snapshot!(world.refused(|world| world.actor("write_only").get(MODULES)), @r#"
    401
    content-type: application/json;charset=UTF-8

    {"code":"OAUTH_SCOPE_MISMATCH","details":{},"message":"Unauthorized","status":"error"}
    "#);
    assert_eq!(world.actor("read_only").get(MODULES).status, 200);
}
