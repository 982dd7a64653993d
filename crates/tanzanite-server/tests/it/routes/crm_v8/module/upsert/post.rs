//! `POST /crm/v8/{module}/upsert`: make records or change those that there are. The types of fields are tested in
//! `values.rs`.

mod meant;
mod refusals;

use crate::world::{Exchange, World, text};
use insta::assert_snapshot;
use serde_json::{Value, json};

const LEADS: &str = "/crm/v8/Leads/upsert";

/// A profile that may make records and not change them, and another that does not see an address; and a unique field
/// beside the one of the demo.
const MORE: &str = r#"
[[profile]]
name = "Maker"
permissions = ["view", "create"]

[[profile]]
name = "No Address"
permissions = ["view", "create", "edit", "delete"]
hidden = { Leads = ["Email"] }

[[user]]
email = "mika.maker@example.com"
first_name = "Mika"
last_name = "Maker"
profile = "Maker"
role = "CEO"

[[user]]
email = "nora.address@example.com"
first_name = "Nora"
last_name = "Address"
profile = "No Address"
role = "CEO"

[[token]]
name = "maker"
kind = "access"
user = "mika.maker@example.com"
scopes = ["ZohoCRM.modules.ALL"]
lifetime = "never"

[[token]]
name = "no_address"
kind = "access"
user = "nora.address@example.com"
scopes = ["ZohoCRM.modules.ALL"]
lifetime = "never"

[[field]]
module = "Workshops"
api_name = "Room"
data_type = "text"
length = 20
unique = true

[[field]]
module = "Contacts"
api_name = "Badge"
data_type = "bigint"
unique = true
"#;

fn upsert(world: &World, actor: &str, module: &str, body: &Value) -> Exchange {
    let path = format!("/crm/v8/{module}/upsert");
    world.actor(actor).post(&path, &body.to_string())
}

/// Upserts as the administrator without words beside the items. Returns action, field and id of each answer.
fn upserted(world: &World, module: &str, items: &[Value]) -> Vec<(String, Value, String)> {
    upserted_by(world, module, &json!(null), items)
}

fn upserted_by(
    world: &World,
    module: &str,
    fields: &Value,
    items: &[Value],
) -> Vec<(String, Value, String)> {
    let body = json!({ "data": items, "duplicate_check_fields": fields });
    let exchange = upsert(world, "admin", module, &body);
    assert_eq!(exchange.status, 200, "{exchange}");
    let answers = exchange.json();
    let answers = answers["data"].as_array().expect("answers").iter();
    let answers = answers.map(|answer| {
        let id = text(&answer["details"]["id"]);
        (
            text(&answer["action"]),
            answer["duplicate_field"].clone(),
            id,
        )
    });
    answers.collect()
}

fn changed(field: &str, id: impl Into<String>) -> (String, Value, String) {
    ("update".to_owned(), json!(field), id.into())
}

fn is_made((action, field, _): &(String, Value, String)) -> bool {
    action == "insert" && field.is_null()
}

/// The refusal of the only item.
fn refused(world: &World, actor: &str, module: &str, item: &Value) -> (u16, Value) {
    let body = json!({ "data": [item] });
    let exchange = world.refused(|world| upsert(world, actor, module, &body));
    (exchange.status, exchange.json()["data"][0].take())
}

#[test]
fn a_record_is_made_and_the_next_call_changes_it() {
    let world = World::demo();
    let made =
        json!({ "data": [{ "Last_Name": "Ruiz", "Email": "ana@example.com", "City": "Bonn" }] });
    let exchange = upsert(&world, "admin", "Leads", &made);
    assert_snapshot!(exchange, @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","duplicate_field":null,"action":"insert","details":{"Modified_Time":"[now]","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Created_Time":"[now]","id":"3652397000000190048","Created_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"$approval_state":"approved"},"message":"record added","status":"success"}]}
    "#);
    let id = text(&exchange.json()["data"][0]["details"]["id"]);
    let changes = json!({ "data": [{ "Email": "ana@example.com", "City": "Graz", "Phone": "1" }], "trigger": [] });
    assert_snapshot!(upsert(&world, "admin", "Leads", &changes), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","duplicate_field":"Email","action":"update","details":{"Modified_Time":"[now]","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Created_Time":"[now]","id":"3652397000000190048","Created_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"$approval_state":"approved"},"message":"record updated","status":"success"}]}
    "#);
    let record = world.record(&format!("/crm/v8/Leads/{id}"));
    assert_eq!(
        (&record["Last_Name"], &record["City"], &record["Phone"]),
        (&json!("Ruiz"), &json!("Graz"), &json!("1"))
    );
    assert_eq!(record["Owner"]["name"], "Mara Lindqvist");
}

#[test]
fn of_a_mixed_batch_each_item_has_its_answer_in_order() {
    let world = World::demo();
    let items = json!([
        { "Email": "rosa.amberg@example.com", "City": "Bonn" },
        { "Email": "leon.falk@example.com", "City": "Bonn" },
        { "Email": "new@example.com", "City": "Bonn" },
        { "Email": "new@example.com", "Last_Name": "New" },
        7,
    ]);
    let exchange = upsert(&world, "admin", "Leads", &json!({ "data": items }));
    assert_snapshot!(exchange, @r#"
    207
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","duplicate_field":"Email","action":"update","details":{"Modified_Time":"[now]","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Created_Time":"2026-02-03T10:15:00+01:00","id":"3652397000000190018","Created_By":{"name":"Jun Castellan","id":"3652397000000190010"},"$approval_state":"approved"},"message":"record updated","status":"success"},{"code":"RECORD_LOCKED","details":{"api_name":"id","json_path":"$.data[1].id","action":"record_locking"},"message":"Sorry, you cannot perform this operation as the record is locked.","status":"error"},{"code":"MANDATORY_NOT_FOUND","details":{"api_name":"Last_Name","json_path":"$.data[2].Last_Name"},"message":"required field not found","status":"error"},{"code":"SUCCESS","duplicate_field":null,"action":"insert","details":{"Modified_Time":"[now]","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Created_Time":"[now]","id":"3652397000000190048","Created_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"$approval_state":"approved"},"message":"record added","status":"success"},{"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject","api_name":"data","json_path":"$.data[4]"},"message":"invalid data","status":"error"}]}
    "#);
    assert_eq!(world.record(&world.path("with_photo"))["City"], "Bonn");
    assert!(world.record(&world.path("locked"))["City"].is_null());
}

#[test]
fn a_success_of_v2_looks_alike_and_refused_items_have_its_status() {
    let world = World::demo();
    let (new, known, wrong) = (
        json!({ "Last_Name": "New" }),
        json!({ "Email": "rosa.amberg@example.com" }),
        json!({ "Last_Name": 7 }),
    );
    for (version, items, status) in [
        ("v2", vec![&new], 200),
        ("v2", vec![&known, &new], 200),
        ("v2.1", vec![&wrong], 202),
        ("v2", vec![&known, &wrong], 202),
        ("v3", vec![&known, &new], 200),
        ("v3", vec![&wrong], 400),
        ("v8", vec![&known, &wrong], 207),
    ] {
        let body = json!({ "data": items }).to_string();
        let exchange = world
            .actor("admin")
            .post(&format!("/crm/{version}/leads/upsert"), &body);
        assert_eq!(exchange.status, status, "{version} {exchange}");
        let has_approval = exchange.text().contains("$approval_state");
        let is_told = items.len() > 1 || status == 200;
        assert_eq!(
            has_approval,
            is_told && version >= "v3",
            "{version} {exchange}"
        );
    }
}

#[test]
fn a_hundred_records_are_upserted_and_one_more_is_refused() {
    let world = World::demo();
    let item =
        |index: usize| json!({ "Last_Name": "A", "Email": format!("{}@example.com", index % 60) });
    let items: Vec<Value> = (0..101).map(item).collect();
    let exchange =
        world.refused(|world| upsert(world, "admin", "Leads", &json!({ "data": items })));
    assert_eq!(
        exchange.json()["data"][0]["code"],
        "LIMIT_EXCEEDED",
        "{exchange}"
    );
    let answers = upserted(&world, "Leads", &items[..100]);
    assert!(answers[..60].iter().all(is_made));
    for (index, answer) in answers[60..].iter().enumerate() {
        assert_eq!(*answer, changed("Email", &answers[index].2));
    }
}

#[test]
fn an_image_of_null_takes_the_photo_away() {
    let world = World::demo();
    let items = [
        json!({ "Email": "rosa.amberg@example.com", "Record_Image": null }),
        json!({ "Last_Name": "New", "Record_Image": null }),
    ];
    let answers = upserted(&world, "Leads", &items);
    assert_eq!(answers[0], changed("Email", world.id("with_photo")));
    let photo = format!("{}/photo", world.path("with_photo"));
    assert_eq!(world.actor("admin").get(&photo).status, 204);
}
