//! `GET /crm/v8/settings/related_lists?module=`.

use crate::routes::crm_v8::settings::refuses_no_module_and_unknown_ones;
use crate::world::{Exchange, World};
use insta::assert_snapshot;
use serde_json::Value;

fn get(world: &World, query: &str) -> Exchange {
    world
        .actor("admin")
        .get(&format!("/crm/v8/settings/related_lists{query}"))
}

fn lists(world: &World, module: &str) -> Vec<Value> {
    let exchange = get(world, &format!("?module={module}"));
    assert_eq!(exchange.status, 200, "{exchange}");
    let json = exchange.json();
    json["related_lists"].as_array().expect("lists").clone()
}

#[test]
fn the_lists_of_contacts() {
    let world = World::demo();
    let lists = lists(&world, "Contacts");
    let hrefs = lists.iter().map(|list| {
        format!(
            "{} {} {}\n",
            list["api_name"], list["module"]["api_name"], list["href"]
        )
    });
    assert_snapshot!(hrefs.collect::<String>(), @r#"
    "Notes" "Notes" "Contacts/{ENTITYID}/Notes"
    "Attachments" "Attachments" "Contacts/{ENTITYID}/Attachments"
    "Deals" "Deals" "Contacts/{ENTITYID}/Deals"
    "Tasks" "Tasks" "Contacts/{ENTITYID}/Tasks"
    "Events" "Events" "Contacts/{ENTITYID}/Events"
    "Calls" "Calls" "Contacts/{ENTITYID}/Calls"
    "Quotes" "Quotes" "Contacts/{ENTITYID}/Quotes"
    "SalesOrders" "Sales_Orders" "Contacts/{ENTITYID}/SalesOrders"
    "PurchaseOrders" "Purchase_Orders" "Contacts/{ENTITYID}/PurchaseOrders"
    "Invoices" "Invoices" "Contacts/{ENTITYID}/Invoices"
    "Cases" "Cases" "Contacts/{ENTITYID}/Cases"
    "Workshops" "Workshops" "Contacts/{ENTITYID}/Workshops"
    "Products" "Products" "Contacts/{ENTITYID}/Products"
    "Campaigns" "Campaigns" "Contacts/{ENTITYID}/Campaigns"
    "#);
    assert_snapshot!(lists[0], @r#"{"id":"3652397502002208013","sequence_number":"1","display_label":"Notes","api_name":"Notes","module":{"api_name":"Notes","id":"3652397500000190018"},"name":"Notes","action":null,"href":"Contacts/{ENTITYID}/Notes","type":"default","status":"visible","connectedmodule":null,"linkingmodule":null,"customize_sort":false,"customize_fields":false,"customize_display_label":false,"sort_by":null,"sort_order":null,"fields":null,"parent_related_lists":null}"#);
}

/// Every list that the settings name can be read, of a record of each module.
#[test]
fn every_list_can_be_read() {
    let world = World::demo();
    let admin = world.actor("admin");
    for key in ["with_photo", "private_of_other", "deal", "workshop"] {
        let path = world.path(key);
        let module = path.split('/').nth(3).expect("a module");
        for list in lists(&world, module) {
            let name = list["api_name"].as_str().expect("a name");
            let exchange = admin.get(&format!("{path}/{name}?fields=id"));
            assert!(
                [200, 204].contains(&exchange.status),
                "{module} {name}: {exchange}"
            );
        }
    }
}

#[test]
fn a_list_says_visible_before_v5_and_then_its_status() {
    let world = World::demo();
    let admin = world.actor("admin");
    for (version, key, value) in [("v2", "visible", "true"), ("v5", "status", "\"visible\"")] {
        let path = format!("/crm/{version}/settings/related_lists?module=Leads");
        let list = admin.get(&path).json()["related_lists"][0].clone();
        assert_eq!(list[key].to_string(), value, "{version}");
    }
}

#[test]
fn status_and_layout_choose() {
    let world = World::demo();
    assert_eq!(get(&world, "?module=Leads&status=user_hidden").status, 204);
    let all = get(&world, "?module=Leads").text();
    assert_eq!(get(&world, "?module=Leads&status=visible").text(), all);
    let record = world.record(&world.path("with_photo"));
    let layout = record["$layout_id"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert_eq!(
        get(&world, &format!("?module=Leads&layout_id={layout}")).text(),
        all
    );
    let refused = world.refused(|world| get(world, "?module=Leads&layout_id=1"));
    assert_snapshot!(refused, @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"param_name":"layout_id","supported_values":["3652397500000191000"]},"message":"Please check whether the input values are correct","status":"error"}
    "#);
    let refused = world.refused(|world| get(world, "?module=Leads&status=gone"));
    assert_snapshot!(refused, @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"param_name":"status","supported_values":["visible","user_hidden","scheduled_for_deletion"]},"message":"Please check whether the input values are correct","status":"error"}
    "#);
}

#[test]
fn the_module_is_missing_or_unknown() {
    let world = World::demo();
    let refused = |query: &str| world.refused(|world| get(world, query));
    refuses_no_module_and_unknown_ones(&refused);
    assert_eq!(refused("?module=Home").code(), "INVALID_MODULE");
}
