//! `PUT /crm/v8/{module}`: update records, each by the id in its item.

use crate::world::{Exchange, World, text};
use insta::assert_snapshot;
use serde_json::{Value, json};

const LEADS: &str = "/crm/v8/Leads";

fn put(world: &World, actor: &str, module: &str, items: &[Value]) -> Exchange {
    world.actor(actor).put(
        &format!("/crm/v8/{module}"),
        &json!({ "data": items }).to_string(),
    )
}

fn refused(world: &World, actor: &str, module: &str, item: Value) -> Exchange {
    world.refused(|world| put(world, actor, module, &[item]))
}

#[test]
fn records_are_changed_and_the_rest_stays() {
    let world = World::demo();
    let items = [
        json!({ "id": world.id("with_photo"), "City": "Bonn", "Phone": null }),
        json!({ "id": world.id("without_photo"), "First_Name": "Hanna" }),
    ];
    assert_snapshot!(put(&world, "admin", "Leads", &items), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"Modified_Time":"[now]","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Created_Time":"2026-02-03T10:15:00+01:00","id":"3652397000000190018","Created_By":{"name":"Jun Castellan","id":"3652397000000190010"},"$approval_state":"approved"},"message":"record updated","status":"success"},{"code":"SUCCESS","details":{"Modified_Time":"[now]","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Created_Time":"[now]","id":"3652397000000190022","Created_By":{"name":"Jun Castellan","id":"3652397000000190010"},"$approval_state":"approved"},"message":"record updated","status":"success"}]}
    "#);
    let record = world.record(&world.path("with_photo"));
    assert_eq!(
        (&record["City"], &record["Phone"]),
        (&json!("Bonn"), &Value::Null)
    );
    assert_eq!(
        (&record["Company"], &record["Last_Name"]),
        (&json!("Amberg Joinery"), &json!("Amberg"))
    );
    assert!(record["Record_Image"].is_string(), "the photo stays");
    assert_eq!(record["Owner"]["name"], "Jun Castellan");
    assert_eq!(record["Modified_By"]["name"], "Mara Lindqvist");
    assert_eq!(record["Created_Time"], "2026-02-03T10:15:00+01:00");
    assert_eq!(
        world.record(&world.path("without_photo"))["Full_Name"],
        "Hanna Nowak"
    );
}

#[test]
fn of_a_mixed_batch_each_item_has_its_answer_in_order() {
    let world = World::demo();
    let items = [
        json!({ "id": world.id("with_photo"), "City": "Bonn" }),
        json!({ "id": "1", "City": "Bonn" }),
        json!({ "City": "Bonn" }),
        json!({ "id": world.id("locked"), "City": "Bonn" }),
        json!({ "id": world.id("without_photo"), "City": "Bonn" }),
    ];
    assert_snapshot!(put(&world, "admin", "Leads", &items), @r#"
    207
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"Modified_Time":"[now]","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Created_Time":"2026-02-03T10:15:00+01:00","id":"3652397000000190018","Created_By":{"name":"Jun Castellan","id":"3652397000000190010"},"$approval_state":"approved"},"message":"record updated","status":"success"},{"code":"INVALID_DATA","details":{"api_name":"id","json_path":"$.data[1].id"},"message":"the id given seems to be invalid","status":"error"},{"code":"MANDATORY_NOT_FOUND","details":{"api_name":"id","json_path":"$.data[2].id"},"message":"required field not found","status":"error"},{"code":"RECORD_LOCKED","details":{"api_name":"id","json_path":"$.data[3].id","action":"record_locking"},"message":"Sorry, you cannot perform this operation as the record is locked.","status":"error"},{"code":"SUCCESS","details":{"Modified_Time":"[now]","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Created_Time":"[now]","id":"3652397000000190022","Created_By":{"name":"Jun Castellan","id":"3652397000000190010"},"$approval_state":"approved"},"message":"record updated","status":"success"}]}
    "#);
    for (key, city) in [
        ("with_photo", json!("Bonn")),
        ("locked", json!(null)),
        ("without_photo", json!("Bonn")),
    ] {
        assert_eq!(world.record(&world.path(key))["City"], city, "{key}");
    }
}

#[test]
fn an_image_of_null_takes_the_photos_of_many_away() {
    let world = World::demo();
    let taken = |key: &str| json!({ "id": world.id(key), "Record_Image": null });
    let items = [
        taken("with_photo"),
        taken("locked"),
        taken("with_photo_jpeg"),
        taken("with_photo_jpeg"),
        taken("without_photo"),
        json!({ "id": world.id("with_photo_gif"), "City": "Graz" }),
    ];
    let exchange = put(&world, "admin", "Leads", &items);
    assert_eq!(exchange.status, 207, "{exchange}");
    for (key, status) in [
        ("with_photo", 204),
        ("locked", 200),
        ("with_photo_jpeg", 204),
        ("with_photo_gif", 200),
    ] {
        let photo = format!("{}/photo", world.path(key));
        assert_eq!(world.actor("admin").get(&photo).status, status, "{key}");
    }
}

#[test]
fn two_items_may_name_one_record() {
    let world = World::demo();
    let id = world.id("with_photo");
    let items = [
        json!({ "id": id, "City": "Bonn", "State": "NRW" }),
        json!({ "id": id, "City": "Köln" }),
    ];
    assert_eq!(put(&world, "admin", "Leads", &items).status, 200);
    let record = world.record(&world.path("with_photo"));
    assert_eq!(
        (&record["City"], &record["State"]),
        (&json!("Köln"), &json!("NRW"))
    );
}

#[test]
fn the_id_is_missing_or_that_of_no_record() {
    let world = World::demo();
    assert_snapshot!(refused(&world, "admin", "Leads", json!({ "City": "Bonn" })), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"MANDATORY_NOT_FOUND","details":{"api_name":"id","json_path":"$.data[0].id"},"message":"required field not found","status":"error"}]}
    "#);
    assert_snapshot!(refused(&world, "admin", "Leads", json!({ "id": "3652397000000990099" })), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"INVALID_DATA","details":{"api_name":"id","json_path":"$.data[0].id"},"message":"the id given seems to be invalid","status":"error"}]}
    "#);
    for id in [
        json!("x"),
        json!("0"),
        json!(-1),
        json!(1.5),
        json!(world.id("deleted")),
        json!(world.id("account")),
    ] {
        let exchange = refused(
            &world,
            "admin",
            "Leads",
            json!({ "id": id, "City": "Bonn" }),
        );
        assert_eq!(
            exchange.json()["data"][0]["message"],
            "the id given seems to be invalid",
            "{id}"
        );
    }
}

#[test]
fn a_mandatory_field_cannot_be_emptied() {
    let world = World::demo();
    for value in [Value::Null, json!(""), json!(" ")] {
        let item = json!({ "id": world.id("with_photo"), "Last_Name": value });
        let exchange = refused(&world, "admin", "Leads", item);
        let error = exchange.json()["data"][0].take();
        assert_eq!(
            (exchange.status, &error["code"]),
            (400, &json!("MANDATORY_NOT_FOUND")),
            "{exchange}"
        );
        assert_eq!(error["details"]["json_path"], "$.data[0].Last_Name");
    }
}

#[test]
fn the_owner_changes_and_with_it_who_sees_the_record() {
    let world = World::demo();
    let stranger = world.actor("stranger");
    let path = world.path("private_of_other");
    assert_eq!(stranger.get(&path).status, 400);
    let me = stranger.get("/crm/v8/users?type=CurrentUser").json();
    let item =
        json!({ "id": world.id("private_of_other"), "Owner": { "id": me["users"][0]["id"] } });
    assert_eq!(
        put(&world, "admin", "Contacts", std::slice::from_ref(&item)).status,
        200
    );
    assert_eq!(stranger.get(&path).status, 200);
    assert_eq!(world.record(&path)["Owner"]["name"], "Ines Varga");
    let nobody = json!({ "id": world.id("private_of_other"), "Owner": { "id": "1" } });
    assert_eq!(refused(&world, "admin", "Contacts", nobody).status, 400);
}

#[test]
fn a_unique_value_is_another_record_s() {
    let world = World::demo();
    let (own, other) = (world.id("workshop"), world.id("workshop_without_photo"));
    let taken = json!({ "id": own, "Workshop_Code": "ws-02" });
    let exchange = refused(&world, "admin", "Workshops", taken);
    let error = exchange.json()["data"][0].take();
    assert_eq!(
        (exchange.status, &error["code"]),
        (400, &json!("DUPLICATE_DATA")),
        "{exchange}"
    );
    assert_eq!(error["details"]["duplicate_record"]["id"], other.as_str());
    let swap = [
        json!({ "id": own, "Workshop_Code": "WS-01" }),
        json!({ "id": own, "Workshop_Code": "WS-77" }),
        json!({ "id": other, "Workshop_Code": "WS-01" }),
    ];
    let exchange = put(&world, "admin", "Workshops", &swap);
    assert_eq!(
        exchange.status, 200,
        "its own value is no hindrance, and one given up is free: {exchange}"
    );
}

#[test]
fn a_lookup_points_nowhere() {
    let world = World::demo();
    let item = json!({ "id": world.id("contact_of_manager"), "Account_Name": { "id": "3652397000000990099" } });
    let exchange = refused(&world, "admin", "Contacts", item);
    assert_eq!(
        exchange.json()["data"][0]["details"]["api_name"],
        "Account_Name",
        "{exchange}"
    );
    let cleared = json!({ "id": world.id("contact_of_manager"), "Account_Name": null });
    assert_eq!(put(&world, "admin", "Contacts", &[cleared]).status, 200);
    assert!(world.record(&world.path("contact_of_manager"))["Account_Name"].is_null());
}

#[test]
fn the_record_is_locked_but_for_the_exempt() {
    let world = World::demo();
    let item = json!({ "id": world.id("locked"), "City": "Bonn" });
    assert_snapshot!(refused(&world, "admin", "Leads", item.clone()), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"RECORD_LOCKED","details":{"api_name":"id","json_path":"$.data[0].id","action":"record_locking"},"message":"Sorry, you cannot perform this operation as the record is locked.","status":"error"}]}
    "#);
    let automatic = json!({ "id": world.id("locked_automatically"), "City": "Bonn" });
    assert_eq!(
        refused(&world, "manager", "Leads", automatic).json()["data"][0]["code"],
        "RECORD_LOCKED"
    );
    assert_eq!(put(&world, "lock_exempt", "Leads", &[item]).status, 200);
}

#[test]
fn the_record_is_not_shared_for_writing() {
    let world = World::demo();
    let hidden = json!({ "id": world.id("private_of_other"), "City": "Bonn" });
    assert_snapshot!(refused(&world, "stranger", "Contacts", hidden), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"AUTHORIZATION_FAILED","details":{},"message":"User does not have sufficient privilege to update records","status":"error"}]}
    "#);
    let read_only = json!({ "id": world.id("account"), "Phone": "1" });
    let exchange = refused(&world, "stranger", "Accounts", read_only);
    assert_eq!(exchange.json()["data"][0]["code"], "AUTHORIZATION_FAILED");
}

#[test]
fn who_was_overtaken_is_told_so() {
    let world = World::demo();
    let seen = text(&world.record(&world.path("with_photo"))["Modified_Time"]);
    let send = |time: &str| {
        let body =
            json!({ "data": [{ "id": world.id("with_photo"), "City": "Bonn" }] }).to_string();
        world.actor("admin").send(
            "PUT",
            LEADS,
            &[("If-Unmodified-Since", time)],
            body.as_bytes(),
        )
    };
    assert_eq!(send(&seen).status, 200, "as it was seen");
    world.later();
    assert_eq!(send("yesterday").status, 200, "what is no time is ignored");
    let before = world.state();
    let exchange = send(&seen);
    assert_snapshot!(exchange, @r#"
    412
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"ALREADY_MODIFIED","details":{"Modified_Time":"[now]","Created_Time":"2026-02-03T10:15:00+01:00","id":"3652397000000190018","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Created_By":{"name":"Jun Castellan","id":"3652397000000190010"}},"message":"record updated time has already passed if-unmodified-since time","status":"error"}]}
    "#);
    assert_eq!(before, world.state());
    assert_eq!(send("2199-01-01T00:00:00+01:00").status, 200);
}

#[test]
fn the_body_is_not_what_is_wanted() {
    let world = World::demo();
    let send = |body: &str| world.refused(|world| world.actor("admin").put(LEADS, body));
    assert_snapshot!(send(""), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject"},"message":"body","status":"error"}
    "#);
    for (body, code) in [
        ("[]", "INVALID_DATA"),
        ("{}", "MANDATORY_NOT_FOUND"),
        (r#"{"data":7}"#, "INVALID_DATA"),
        (r#"{"data":[]}"#, "INVALID_DATA"),
        (r#"{"data":[{"id":"1"}],"trigger":["x"]}"#, "INVALID_DATA"),
    ] {
        let exchange = send(body);
        assert_eq!(
            (exchange.status, exchange.code().as_str()),
            (400, code),
            "{body}"
        );
    }
    let many = json!({ "data": vec![json!({ "id": world.id("with_photo") }); 101] }).to_string();
    let exchange = send(&many);
    assert_eq!(
        exchange.json()["data"][0]["code"],
        "LIMIT_EXCEEDED",
        "{exchange}"
    );
    let several = json!({ "data": [{ "id": world.id("with_photo"), "Email": "x", "Company": 7 }] });
    assert_eq!(
        send(&several.to_string()).json()["data"][0]["code"],
        "MULTIPLE_OR_MULTI_ERRORS"
    );
    let long = json!({ "data": [{ "id": world.id("with_photo"), "City": "a".repeat(101) }] });
    assert_eq!(
        send(&long.to_string()).json()["data"][0]["details"]["maximum_length"],
        100
    );
}

#[test]
fn the_module_the_token_or_the_profile_does_not_do() {
    let world = World::enlarged();
    let item = || json!({ "id": world.id("with_photo"), "City": "Bonn" });
    assert_snapshot!(refused(&world, "nothing", "Leads", item()), @r#"
    403
    content-type: application/json;charset=UTF-8

    {"code":"NO_PERMISSION","details":{"permissions":["Crm_Implied_Edit_Leads"]},"message":"Permission denied to update","status":"error"}
    "#);
    assert_eq!(
        refused(&world, "read_only", "Leads", item()).code(),
        "OAUTH_SCOPE_MISMATCH"
    );
    assert_eq!(
        refused(&world, "admin", "Leeds", item()).code(),
        "INVALID_MODULE"
    );
    assert_eq!(
        refused(&world, "admin", "Attachments", item()).code(),
        "API_NOT_SUPPORTED"
    );
    assert_eq!(
        put(&world, "write_only", "Leads", &[item()]).status,
        200,
        "WRITE covers updating"
    );
}
