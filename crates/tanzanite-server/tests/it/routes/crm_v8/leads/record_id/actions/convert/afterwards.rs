//! A lead after its conversion.

use super::{convert, deal};
use crate::world::World;
use insta::assert_snapshot;
use serde_json::{Value, json};

fn names(world: &World, query: &str) -> Vec<String> {
    let listed = world.actor("admin").get(&format!("/crm/v8/Leads{query}"));
    if listed.status == 204 {
        return Vec::new();
    }
    assert_eq!(listed.status, 200, "{listed}");
    let listed = listed.json();
    let records = listed["data"].as_array().expect("records").iter();
    records
        .map(|record| record["Last_Name"].to_string())
        .collect()
}

fn converted() -> World {
    let world = World::demo();
    let converted = convert(&world, "admin", "with_photo", &json!({ "Deals": deal() }));
    assert_eq!(converted.status, 200, "{converted}");
    world
}

#[test]
fn it_is_shown_only_to_calls_that_ask_for_it() {
    let world = converted();
    let path = world.path("with_photo");
    let admin = world.actor("admin");
    assert_eq!(admin.get(&path).status, 204);
    assert_eq!(admin.get(&format!("{path}?converted=false")).status, 204);
    let mut lead = world.record(&format!("{path}?converted=true"));
    assert!(lead["Converted_Date_Time"].is_string(), "{lead}");
    assert_eq!(
        lead["$converted_detail"]["convert_date"].take(),
        lead["Converted_Date_Time"].take()
    );
    let told = [
        "Converted__s",
        "Converted_Date_Time",
        "Converted_Account",
        "Converted_Contact",
        "Converted_Deal",
        "$converted",
        "$converted_detail",
    ];
    let told = told
        .map(|name| format!("{name}: {}\n", lead[name]))
        .concat();
    assert_snapshot!(told, @r#"
    Converted__s: true
    Converted_Date_Time: null
    Converted_Account: {"name":"Amberg Joinery","id":"3652397000000190048"}
    Converted_Contact: {"name":"Rosa Amberg","id":"3652397000000190049"}
    Converted_Deal: {"name":"Staircase","id":"3652397000000190050"}
    $converted: true
    $converted_detail: {"contact":"3652397000000190049","deal":"3652397000000190050","account":"3652397000000190048","convert_date":null}
    "#);
    assert_eq!(
        admin
            .get(&format!("{}?converted=true", world.path("without_photo")))
            .status,
        204
    );

    let all = names(&world, "?fields=Last_Name&converted=both").len();
    let open = names(&world, "?fields=Last_Name");
    assert_eq!(open.len(), all - 1);
    assert!(!open.contains(&"\"Amberg\"".to_owned()));
    assert_eq!(
        names(&world, "?fields=Last_Name&converted=true"),
        ["\"Amberg\""]
    );
    let found = |query: &str| {
        names(
            &world,
            &format!("/search?criteria=(Last_Name:equals:Amberg){query}"),
        )
    };
    assert_eq!(found("").len(), 0);
    assert_eq!(found("&converted=true").len(), 1);
    assert_eq!(found("&converted=both").len(), 1);
    let count = |query: &str| {
        let counted = admin.get(&format!("/crm/v8/Leads/actions/count{query}"));
        counted.json()["count"].as_u64().expect("a count")
    };
    assert_eq!(count("?converted=both"), count("") + 1);
    assert_eq!(count("?converted=true"), 1);
}

#[test]
fn it_is_converted_once_and_changed_no_more() {
    let world = converted();
    let path = world.path("with_photo");
    let again = world.refused(|world| convert(world, "admin", "with_photo", &json!({})));
    assert_snapshot!(again, @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"ID_ALREADY_CONVERTED","details":{"resource_path_index":1},"message":"id already converted","status":"error"}
    "#);
    let change = r#"{"data":[{"City":"Kiel"}]}"#;
    let one = world.refused(|world| world.actor("admin").put(&path, change));
    assert_snapshot!(one, @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"resource_path_index":1},"message":"the id given seems to be invalid","status":"error"}
    "#);
    let many = json!({ "data": [{ "id": world.id("with_photo"), "City": "Kiel" }] }).to_string();
    let many = world.refused(|world| world.actor("admin").put("/crm/v8/Leads", &many));
    assert_snapshot!(many, @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"INVALID_DATA","details":{"api_name":"id","json_path":"$.data[0].id"},"message":"the id given seems to be invalid","status":"error"}]}
    "#);
    let clone = world.refused(|world| {
        world
            .actor("admin")
            .post(&format!("{path}/actions/clone"), "")
    });
    assert_eq!(clone.code(), "INVALID_DATA");
}

#[test]
fn an_upsert_makes_a_new_lead_with_its_address() {
    let world = converted();
    let body = r#"{"data":[{"Last_Name":"Amberg","Email":"rosa.amberg@example.com"}]}"#;
    let upserted = world.actor("admin").post("/crm/v8/Leads/upsert", body);
    let upserted: Value = upserted.json()["data"][0].clone();
    assert_eq!(upserted["action"], "insert", "{upserted}");
}
