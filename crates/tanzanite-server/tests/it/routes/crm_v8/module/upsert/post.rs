//! `POST /crm/v8/{module}/upsert`: make records or change those that there are. The types of fields are tested in
//! `values.rs`, and refusals in `refusals.rs`.

use crate::world::{Exchange, World, text};
use insta::assert_snapshot;
use serde_json::{Value, json};

pub(super) const LEADS: &str = "/crm/v8/Leads/upsert";

/// A profile that may make records and not change them, and another that does not see an address; and a unique field
/// beside the one of the demo.
pub(super) const MORE: &str = r#"
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

pub(super) fn upsert(world: &World, actor: &str, module: &str, body: &Value) -> Exchange {
    let path = format!("/crm/v8/{module}/upsert");
    world.actor(actor).post(&path, &body.to_string())
}

/// Upserts as the administrator without words beside the items. Returns action, field and id of each answer.
pub(super) fn upserted(
    world: &World,
    module: &str,
    items: &[Value],
) -> Vec<(String, Value, String)> {
    upserted_by(world, module, &json!(null), items)
}

pub(super) fn upserted_by(
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

pub(super) fn changed(field: &str, id: impl Into<String>) -> (String, Value, String) {
    ("update".to_owned(), json!(field), id.into())
}

pub(super) fn is_made((action, field, _): &(String, Value, String)) -> bool {
    action == "insert" && field.is_null()
}

/// The refusal of the only item.
pub(super) fn refused(world: &World, actor: &str, module: &str, item: &Value) -> (u16, Value) {
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
fn without_names_the_system_s_field_is_looked_at_and_then_the_unique_ones() {
    let world = World::demo_and(MORE);
    let (first, second) = (world.id("workshop"), world.id("workshop_without_photo"));
    let both = json!({ "Name": "Dovetails by hand", "Workshop_Code": "WS-01", "Seats": 1 });
    assert_eq!(
        upserted(&world, "Workshops", &[both]),
        [changed("Name", &first)]
    );
    let by_code = json!({ "Name": "Another", "Workshop_Code": "WS-02", "Room": "12" });
    assert_eq!(
        upserted(&world, "Workshops", &[by_code]),
        [changed("Workshop_Code", &second)]
    );
    let record = world.record(&world.path("workshop_without_photo"));
    assert_eq!(
        (&record["Name"], &record["Seats"]),
        (&json!("Another"), &json!(12))
    );
    let by_room = json!({ "Room": "12", "Seats": 3 });
    assert_eq!(
        upserted(&world, "Workshops", &[by_room]),
        [changed("Room", &second)]
    );
    let new = json!({ "Name": "New", "Workshop_Code": "WS-50", "Room": "13" });
    assert!(is_made(&upserted(&world, "Workshops", &[new])[0]));
}

#[test]
fn named_fields_are_looked_at_in_their_order_and_the_other_unique_ones_after_them() {
    let world = World::demo_and(MORE);
    let (first, second) = (world.id("workshop"), world.id("workshop_without_photo"));
    let room = json!({ "id": second, "Room": "12" });
    assert_eq!(
        world
            .actor("admin")
            .put("/crm/v8/Workshops", &json!({ "data": [room] }).to_string())
            .status,
        200
    );
    let by = |fields: Value, item: Value| upserted_by(&world, "Workshops", &fields, &[item]);
    let of_both = || json!({ "Name": "Sharpening for beginners", "Workshop_Code": "WS-01" });
    for (fields, expected) in [
        (
            json!(["Workshop_Code", "Name"]),
            changed("Workshop_Code", &first),
        ),
        (json!(["Workshop_Code"]), changed("Workshop_Code", &first)),
        // The field of the system is looked at only if it is named.
        (json!(["Room"]), changed("Workshop_Code", &first)),
        (json!(["Room", "Room"]), changed("Workshop_Code", &first)),
    ] {
        assert_eq!(by(fields.clone(), of_both()), [expected], "{fields}");
    }
    let name = world.record(&world.path("workshop"))["Name"].take();
    assert_eq!(
        name, "Sharpening for beginners",
        "it has the other's name now"
    );
    let unnamed = json!({ "Name": "Make your own plane", "Workshop_Code": "WS-60" });
    assert!(is_made(&by(json!(["Workshop_Code"]), unnamed)[0]));
    let by_room = json!({ "Name": "Make your own plane", "Room": "12" });
    assert_eq!(
        by(json!(["Workshop_Code"]), by_room),
        [changed("Room", &second)]
    );
    for (none, name) in [(json!(null), "Nulls"), (json!([]), "Lists")] {
        let item = json!({ "Name": name, "Workshop_Code": "ws-01" });
        assert_eq!(by(none, item), [changed("Workshop_Code", &first)]);
    }
}

#[test]
fn letter_case_and_blanks_around_a_value_do_not_count() {
    let world = World::demo_and(MORE);
    let id = world.id("with_photo");
    let item = json!({ "Email": "ROSA.Amberg@Example.com" });
    assert_eq!(upserted(&world, "Leads", &[item]), [changed("Email", id)]);
    assert_eq!(
        world.record(&world.path("with_photo"))["Email"],
        "ROSA.Amberg@Example.com"
    );
    let item = json!({ "Account_Name": "  brenner WOODWORKS " });
    assert_eq!(
        upserted(&world, "Accounts", &[item]),
        [changed("Account_Name", world.id("account"))]
    );
    let item = json!({ "Workshop_Code": " ws-03 " });
    assert_eq!(
        upserted(&world, "Workshops", &[item]),
        [changed("Workshop_Code", world.id("workshop_of_manager"))]
    );
    let badge = |value: Value| json!({ "Last_Name": "B", "Badge": value });
    let made = upserted(&world, "Contacts", &[badge(json!(700))]).remove(0);
    assert!(is_made(&made));
    assert_eq!(
        upserted(&world, "Contacts", &[badge(json!("700"))]),
        [changed("Badge", made.2)]
    );
}

#[test]
fn the_items_of_one_call_find_what_those_before_them_made_and_changed() {
    let world = World::demo();
    let ana = |more: Value| {
        let mut item = json!({ "Email": "ana@example.com" });
        item.as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("more").clone());
        item
    };
    let items = [
        ana(json!({ "Last_Name": "Ruiz", "City": "Bonn" })),
        ana(json!({ "City": "Graz" })),
        json!({ "Last_Name": "Other", "Email": "other@example.com" }),
        json!({ "Email": "Ana@example.com", "Phone": "1" }),
    ];
    let answers = upserted(&world, "Leads", &items);
    assert!(is_made(&answers[0]) && is_made(&answers[2]));
    let id = answers[0].2.clone();
    assert_eq!([&answers[1], &answers[3]], [&changed("Email", &id); 2]);
    let record = world.record(&format!("/crm/v8/Leads/{id}"));
    assert_eq!(
        (&record["City"], &record["Phone"]),
        (&json!("Graz"), &json!("1"))
    );

    // The first item gives the address up; who names it then is somebody else.
    let items = [
        json!({ "id": id, "Email": "ana.ruiz@example.com" }),
        ana(json!({ "Last_Name": "Ruiz the Younger" })),
        json!({ "Email": "ana.ruiz@example.com", "City": "Wien" }),
    ];
    let answers = upserted(&world, "Leads", &items);
    assert_eq!(answers[0], ("update".to_owned(), json!(null), id.clone()));
    assert!(is_made(&answers[1]) && answers[1].2 != id);
    assert_eq!(answers[2], changed("Email", id));
}

#[test]
fn of_several_records_with_the_value_the_last_changed_is_meant() {
    let world = World::demo();
    let account = |site: &str| json!({ "Account_Name": "Twin", "Account_Site": site });
    let ids = world.insert("Accounts", &[account("a"), account("b"), account("c")]);
    let twin = || upserted(&world, "Accounts", &[json!({ "Account_Name": "twin" })]).remove(0);
    assert_eq!(
        twin(),
        changed("Account_Name", &ids[2]),
        "of those changed at once the youngest"
    );
    let touch = |id: &str| {
        world.later();
        let body = json!({ "data": [{ "Phone": "1" }] }).to_string();
        assert_eq!(
            world
                .actor("admin")
                .put(&format!("/crm/v8/Accounts/{id}"), &body)
                .status,
            200
        );
    };
    touch(&ids[0]);
    assert_eq!(twin(), changed("Account_Name", &ids[0]));

    // Many of one name are not in the way of another name of the call, which is older than all of them.
    world.later();
    world.insert("Accounts", &vec![account("d"); 5]);
    touch(&ids[1]);
    let items = ["Estuary Boats", "TWIN", "Nobody", "Brenner Woodworks"];
    let items = items.map(|name| json!({ "Account_Name": name }));
    let answers = upserted(&world, "Accounts", &items);
    assert_eq!(
        answers[0],
        changed("Account_Name", world.id("account_without_photo"))
    );
    assert_eq!(answers[1], changed("Account_Name", &ids[1]));
    assert!(is_made(&answers[2]));
    assert_eq!(answers[3], changed("Account_Name", world.id("account")));
}

#[test]
fn a_record_in_the_recycle_bin_is_none() {
    let world = World::demo();
    let items = [json!({ "Last_Name": "Ottesen", "Email": "finn.ottesen@example.com" })];
    assert!(is_made(&upserted(&world, "Leads", &items)[0]));
    assert_eq!(
        world.actor("admin").delete(&world.path("workshop")).status,
        200
    );
    let items = [json!({ "Name": "Dovetails by hand", "Workshop_Code": "WS-01" })];
    assert!(is_made(&upserted(&world, "Workshops", &items)[0]));
}

#[test]
fn an_id_names_the_record_whatever_the_values_are() {
    let world = World::demo();
    let id = world.id("with_photo");
    let item = |id: Value| json!({ "id": id, "Email": "emil.sarkis@example.com" });
    let named = ("update".to_owned(), json!(null), id.clone());
    assert_eq!(upserted(&world, "Leads", &[item(json!(id))]), [named]);
    assert_eq!(
        world.record(&world.path("with_photo"))["Email"],
        "emil.sarkis@example.com"
    );
    for id in [
        "3652397000000990099",
        "x",
        "",
        &world.id("deleted"),
        &world.id("account"),
    ] {
        let (status, answer) = refused(&world, "admin", "Leads", &item(json!(id)));
        let expected = json!({ "code": "INVALID_DATA", "details": { "api_name": "id", "json_path": "$.data[0].id" },
            "message": "the id given seems to be invalid", "status": "error" });
        assert_eq!((status, answer), (400, expected), "{id:?}");
    }
    let (_, answer) = refused(&world, "admin", "Leads", &item(json!({})));
    assert_eq!(answer["details"]["expected_data_type"], "bigint");
    let none = json!({ "id": null, "Email": "yuki.tanabe@example.com" });
    assert_eq!(
        upserted(&world, "Leads", &[none]),
        [changed("Email", world.id("with_photo_gif"))]
    );
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
fn a_mandatory_field_may_be_missing_of_a_record_that_has_it_and_of_no_new_one() {
    let world = World::demo();
    let known = json!({ "Email": "rosa.amberg@example.com" });
    assert_eq!(
        upserted(&world, "Leads", &[known]),
        [changed("Email", world.id("with_photo"))]
    );
    let (status, answer) = refused(
        &world,
        "admin",
        "Leads",
        &json!({ "Email": "new@example.com" }),
    );
    assert_eq!(status, 400);
    assert_snapshot!(answer, @r#"{"code":"MANDATORY_NOT_FOUND","details":{"api_name":"Last_Name","json_path":"$.data[0].Last_Name"},"message":"required field not found","status":"error"}"#);
    // So are the other faults of an item told with what a new record lacks.
    let errors = |address: &str| {
        let item = json!({ "Email": address, "City": 7, "State": 7 });
        let (_, answer) = refused(&world, "admin", "Leads", &item);
        let errors = answer["details"]["errors"]
            .as_array()
            .expect("errors")
            .iter();
        errors
            .map(|error| text(&error["details"]["api_name"]))
            .collect::<Vec<_>>()
    };
    assert_eq!(errors("rosa.amberg@example.com"), ["City", "State"]);
    assert_eq!(errors("new@example.com"), ["Last_Name", "City", "State"]);
    let emptied = json!({ "Email": "rosa.amberg@example.com", "Last_Name": "" });
    assert_eq!(
        refused(&world, "admin", "Leads", &emptied).1["code"],
        "MANDATORY_NOT_FOUND"
    );
}
