//! `PUT /crm/v8/{module}/{record_id}/{related_list}`: connect a record with others.

use crate::world::{Exchange, World, text};
use insta::assert_snapshot;
use serde_json::{Value, json};

fn put(world: &World, actor: &str, path: &str, items: &Value) -> Exchange {
    world
        .actor(actor)
        .put(path, &json!({ "data": items }).to_string())
}

fn listed(world: &World, actor: &str, path: &str) -> Vec<String> {
    let found = world.actor(actor).get(&format!("{path}?fields=id"));
    if found.status == 204 {
        return Vec::new();
    }
    assert_eq!(found.status, 200, "{path}: {found}");
    let found = found.json();
    let records = found["data"].as_array().expect("data").iter();
    let mut ids: Vec<String> = records.map(|record| text(&record["id"])).collect();
    ids.sort();
    ids
}

#[test]
fn products_are_connected_and_seen_from_both_ends() {
    let world = World::demo();
    let products = ["product", "product_bench"].map(|key| world.id(key));
    let path = format!("{}/Products", world.path("with_photo"));
    let items = json!([{ "id": products[0] }, { "id": products[1] }, { "id": products[0] }]);
    assert_snapshot!(put(&world, "admin", &path, &items), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"id":"3652397000000190038"},"message":"relation added","status":"success"},{"code":"SUCCESS","details":{"id":"3652397000000190039"},"message":"relation added","status":"success"},{"code":"SUCCESS","details":{"id":"3652397000000190038"},"message":"relation updated","status":"success"}]}
    "#);
    assert_eq!(listed(&world, "admin", &path), products);
    let back = format!("{}/Leads", world.path("product"));
    assert_eq!(listed(&world, "admin", &back), [world.id("with_photo")]);
    // A list of another module's records is another list.
    assert_eq!(
        listed(&world, "admin", &format!("{}/Deals", world.path("product"))),
        [""; 0]
    );
    // The lead is not shared with this user, though the product is.
    assert_eq!(listed(&world, "stranger", &back), [""; 0]);
}

#[test]
fn members_of_a_campaign_have_a_status() {
    let world = World::demo();
    let campaign = &world.insert("Campaigns", &[json!({ "Campaign_Name": "Fair" })])[0];
    let path = format!("/crm/v8/Campaigns/{campaign}/Leads");
    let ids = ["with_photo", "without_photo"].map(|key| world.id(key));
    let items = json!([{ "id": ids[0], "Member_Status": "Invited" }, { "id": ids[1] }]);
    assert_eq!(put(&world, "admin", &path, &items).status, 200);
    let again = json!([{ "id": ids[0], "Member_Status": "Attended" }]);
    assert_eq!(put(&world, "admin", &path, &again).status, 200);
    let members = world
        .actor("admin")
        .get(&format!("{path}?fields=Last_Name"));
    assert_snapshot!(members, @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Last_Name":"Nowak","id":"3652397000000190022","Member_Status":null},{"Last_Name":"Amberg","id":"3652397000000190018","Member_Status":"Attended"}],"info":{"per_page":200,"next_page_token":null,"count":2,"page":1,"previous_page_token":null,"page_token_expiry":null,"more_records":false}}
    "#);
    let of_lead = format!(
        "{}/Campaigns?fields=Campaign_Name",
        world.path("with_photo")
    );
    assert_snapshot!(world.actor("admin").get(&of_lead), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Campaign_Name":"Fair","id":"3652397000000190048","Member_Status":"Attended"}],"info":{"per_page":200,"next_page_token":null,"count":1,"page":1,"previous_page_token":null,"page_token_expiry":null,"more_records":false}}
    "#);
}

#[test]
fn refused_items_change_nothing() {
    let world = World::demo();
    let path = format!("{}/Products", world.path("with_photo"));
    let items = json!([
        { "id": "1" },
        { "id": world.id("deal") },
        { "id": world.id("product"), "Unit_Price": 3 },
        { "Unit_Price": 3 },
        7,
    ]);
    assert_snapshot!(world.refused(|world| put(world, "admin", &path, &items)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"INVALID_DATA","details":{"api_name":"id","json_path":"$.data[0].id"},"message":"the id given seems to be invalid","status":"error"},{"code":"INVALID_DATA","details":{"api_name":"id","json_path":"$.data[1].id"},"message":"the id given seems to be invalid","status":"error"},{"code":"API_NOT_SUPPORTED","details":{"api_name":"Unit_Price","json_path":"$.data[2].Unit_Price"},"message":"Tanzanite does not act on this key yet","status":"error"},{"code":"MANDATORY_NOT_FOUND","details":{"api_name":"id","json_path":"$.data[3].id"},"message":"required field not found","status":"error"},{"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject","api_name":"data","json_path":"$.data[4]"},"message":"invalid data","status":"error"}]}
    "#);
    let item = json!([{ "id": world.id("product") }]);
    assert_eq!(
        world
            .refused(|world| put(world, "stranger", &path, &item))
            .code(),
        "AUTHORIZATION_FAILED"
    );
    for (list, code) in [
        ("Tasks", "API_NOT_SUPPORTED"),
        ("Widgets", "INVALID_DATA"),
        ("Price_Books", "API_NOT_SUPPORTED"),
    ] {
        let path = format!("{}/{list}", world.path("with_photo"));
        let refused = world.refused(|world| put(world, "admin", &path, &item));
        assert_eq!(refused.code(), code, "{list}");
    }
    let unknown = world.refused(|world| put(world, "admin", "/crm/v8/Leads/1/Products", &item));
    assert_eq!(unknown.json()["details"]["resource_path_index"], 1);
}

/// A record that is restored has its connections again; one that is removed for good has none.
#[test]
fn connections_go_and_come_back_with_a_record() {
    let world = World::demo();
    let admin = world.actor("admin");
    let lead = world.id("without_photo");
    let path = format!("{}/Leads", world.path("product"));
    assert_eq!(
        put(&world, "admin", &path, &json!([{ "id": lead }])).status,
        200
    );
    assert_eq!(listed(&world, "admin", &path), std::slice::from_ref(&lead));
    assert_eq!(admin.delete(&world.path("without_photo")).status, 200);
    assert_eq!(listed(&world, "admin", &path), [""; 0]);
    let restore = format!("/crm/v8/settings/recycle_bin/{lead}/actions/restore");
    assert_eq!(admin.post(&restore, "").status, 200);
    assert_eq!(listed(&world, "admin", &path), std::slice::from_ref(&lead));
    assert_eq!(admin.delete(&world.path("without_photo")).status, 200);
    let before = world.state();
    assert!(before.contains("connection"), "{before}");
    let purge = format!("/crm/v8/settings/recycle_bin/{lead}");
    assert_eq!(admin.delete(&purge).status, 200);
    assert!(!world.state().contains("connection"));
}
