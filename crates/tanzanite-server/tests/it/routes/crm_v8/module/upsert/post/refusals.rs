//! Upserts that are refused, and nothing changes.

use super::{LEADS, MORE, changed, refused, upsert, upserted};
use crate::world::{World, text};
use insta::assert_snapshot;
use serde_json::{Value, json};

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

#[test]
fn another_unique_value_is_another_record_s() {
    let world = World::demo_and(MORE);
    let item = json!({ "Name": "Dovetails by hand", "Workshop_Code": "WS-02" });
    let (status, answer) = refused(&world, "admin", "Workshops", &item);
    assert_eq!(
        (status, &answer["code"]),
        (400, &json!("DUPLICATE_DATA")),
        "{answer}"
    );
    assert_eq!(
        answer["details"]["duplicate_record"]["id"],
        world.id("workshop_without_photo").as_str()
    );
    assert_eq!(answer["details"]["json_path"], "$.data[0].Workshop_Code");
}

#[test]
fn the_record_is_locked_but_for_the_exempt() {
    let world = World::demo();
    let item = json!({ "Email": "leon.falk@example.com", "City": "Bonn" });
    let (status, answer) = refused(&world, "admin", "Leads", &item);
    assert_eq!(status, 400);
    assert_snapshot!(answer, @r#"{"code":"RECORD_LOCKED","details":{"api_name":"id","json_path":"$.data[0].id","action":"record_locking"},"message":"Sorry, you cannot perform this operation as the record is locked.","status":"error"}"#);
    let exempt = upsert(&world, "lock_exempt", "Leads", &json!({ "data": [item] }));
    assert_eq!(exempt.json()["data"][0]["action"], "update", "{exempt}");
}

#[test]
fn a_record_of_others_is_found_and_told_not_to_be_shared() {
    let world = World::demo_and(MORE);
    let contact = |more: Value| {
        let mut item = json!({ "Last_Name": "Brenner" });
        item.as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("more").clone());
        item
    };
    let hidden = contact(json!({ "Email": "sofia.brenner@example.com" }));
    let (status, answer) = refused(&world, "stranger", "Contacts", &hidden);
    assert_eq!(status, 400);
    assert_snapshot!(answer, @r#"{"code":"AUTHORIZATION_FAILED","details":{},"message":"User does not have sufficient privilege to update records","status":"error"}"#);
    let badge = json!({ "data": [{ "id": world.id("private_of_other"), "Badge": "700" }] });
    assert_eq!(
        world
            .actor("admin")
            .put("/crm/v8/Contacts", &badge.to_string())
            .status,
        200
    );
    let by_badge = contact(json!({ "Badge": "700", "Email": "sofia@example.com" }));
    assert_eq!(refused(&world, "stranger", "Contacts", &by_badge).1, answer);
    let read_only = json!({ "Account_Name": "Brenner Woodworks", "Phone": "1" });
    assert_eq!(
        refused(&world, "stranger", "Accounts", &read_only).1,
        answer
    );
    let own = contact(json!({ "Email": "omar.quist@example.com" }));
    let exchange = upsert(&world, "stranger", "Contacts", &json!({ "data": [own] }));
    assert_eq!(exchange.json()["data"][0]["action"], "update", "{exchange}");
}

#[test]
fn who_may_make_records_and_not_change_them_makes_them() {
    let world = World::demo_and(MORE);
    let items = [
        json!({ "Last_Name": "Amberg", "Email": "rosa.amberg@example.com" }),
        json!({ "Last_Name": "New", "Email": "new@example.com" }),
    ];
    let (status, answer) = refused(&world, "maker", "Leads", &items[0]);
    assert_eq!(status, 403);
    assert_snapshot!(answer, @r#"{"code":"NO_PERMISSION","details":{"permissions":["Crm_Implied_Edit_Leads"]},"message":"Permission denied to update","status":"error"}"#);
    let exchange = upsert(&world, "maker", "Leads", &json!({ "data": items }));
    assert_eq!(
        (exchange.status, &exchange.json()["data"][1]["action"]),
        (207, &json!("insert")),
        "{exchange}"
    );
}

#[test]
fn the_explanation_of_a_refused_change_knows_what_helps() {
    let world = World::demo_and(MORE);
    let ways = |actor: &str, module: &str, item: Value| {
        let body = json!({ "data": [item] }).to_string();
        let path = format!("/crm/v8/{module}/upsert");
        let (explained, exchange) =
            world
                .actor(actor)
                .send_foreseen("POST", &path, &[], body.as_bytes());
        assert!(exchange.status >= 400, "{exchange}");
        explained["ways"].to_string()
    };
    let rosa = || json!({ "Email": "rosa.amberg@example.com", "City": "Bonn" });
    let edit = ways("maker", "Leads", rosa());
    assert!(
        edit.contains("let the profile \\\"Maker\\\" edit in Leads"),
        "{edit}"
    );
    let locked = ways(
        "admin",
        "Leads",
        json!({ "Email": "leon.falk@example.com" }),
    );
    assert!(locked.contains("unlock it"), "{locked}");
    let owner = ways(
        "stranger",
        "Contacts",
        json!({ "Email": "sofia.brenner@example.com" }),
    );
    assert!(
        owner.contains("make ines.varga@example.com the owner"),
        "{owner}"
    );
}

#[test]
fn who_was_overtaken_is_told_so_and_who_makes_a_record_is_not() {
    let world = World::demo();
    let send = |address: &str, time: &str| {
        let body = json!({ "data": [{ "Email": address, "Last_Name": "A" }] }).to_string();
        let headers = [("If-Unmodified-Since", time)];
        world
            .actor("admin")
            .send("POST", LEADS, &headers, body.as_bytes())
    };
    let seen = text(&world.record(&world.path("with_photo"))["Modified_Time"]);
    assert_eq!(
        send("rosa.amberg@example.com", &seen).status,
        200,
        "as it was seen"
    );
    world.later();
    assert_eq!(
        send("rosa.amberg@example.com", "yesterday").status,
        200,
        "what is no time is ignored"
    );
    assert_snapshot!(world.refused(|_| send("rosa.amberg@example.com", &seen)), @r#"
    412
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"ALREADY_MODIFIED","details":{"Modified_Time":"[now]","Created_Time":"2026-02-03T10:15:00+01:00","id":"3652397000000190018","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Created_By":{"name":"Jun Castellan","id":"3652397000000190010"}},"message":"record updated time has already passed if-unmodified-since time","status":"error"}]}
    "#);
    assert_eq!(
        send("new@example.com", "2001-01-01T00:00:00+00:00").status,
        200
    );
}

#[test]
fn the_body_is_not_what_is_wanted() {
    let world = World::demo();
    let send = |body: &str| world.refused(|world| world.actor("admin").post(LEADS, body));
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
        (
            r#"{"data":[{"Last_Name":"A"}],"trigger":["x"]}"#,
            "INVALID_DATA",
        ),
        (
            r#"{"data":[{"Last_Name":"A"}],"skip_feature_execution":[{"name":"cadences","action":"delete"}]}"#,
            "INVALID_DATA",
        ),
        (
            r#"{"data":[{"Last_Name":"A"}],"lar_id":"1"}"#,
            "API_NOT_SUPPORTED",
        ),
    ] {
        let exchange = send(body);
        assert_eq!(
            (exchange.status, exchange.code().as_str()),
            (400, code),
            "{body}"
        );
    }
    let known = |more: Value| {
        let mut item = json!({ "Email": "rosa.amberg@example.com" });
        item.as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("more").clone());
        refused(&world, "admin", "Leads", &item).1
    };
    assert_eq!(
        known(json!({ "City": "a".repeat(101) }))["details"]["maximum_length"],
        100
    );
    assert_eq!(
        known(json!({ "Exchange_Rate": 1.5 }))["code"],
        "API_NOT_SUPPORTED"
    );
    assert_eq!(
        known(json!({ "Record_Image": "other" }))["code"],
        "API_NOT_SUPPORTED"
    );
    assert_eq!(
        known(json!({ "Owner": { "id": "1" } }))["details"]["api_name"],
        "Owner"
    );
    let new = json!({ "Last_Name": "A", "Record_Image": "other" });
    assert_eq!(
        refused(&world, "admin", "Leads", &new).1["code"],
        "API_NOT_SUPPORTED"
    );
    let lookup = json!({ "Email": "sofia.brenner@example.com", "Account_Name": { "id": "1" } });
    assert_eq!(
        refused(&world, "admin", "Contacts", &lookup).1["details"]["api_name"],
        "Account_Name"
    );
    let skips = json!({
        "data": [{ "Last_Name": "A" }],
        "skip_feature_execution": [{ "name": "cadences", "action": "insert" }, { "name": "assignment_rules" }],
    });
    assert_eq!(upsert(&world, "admin", "Leads", &skips).status, 200);
}

#[test]
fn the_module_the_token_or_the_profile_does_not_do() {
    let world = World::enlarged();
    let send = |actor: &str, module: &str| {
        let body = json!({ "data": [{ "Last_Name": "A", "Subject": "A" }] });
        world.refused(|world| upsert(world, actor, module, &body))
    };
    assert_snapshot!(send("nothing", "Leads"), @r#"
    403
    content-type: application/json;charset=UTF-8

    {"code":"NO_PERMISSION","details":{"permissions":["Crm_Implied_Create_Leads"]},"message":"Permission denied to upsert","status":"error"}
    "#);
    assert_snapshot!(send("admin", "Tasks"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_MODULE","details":{"resource_path_index":0},"message":"The given module is not supported in API","status":"error"}
    "#);
    for module in ["Events", "Calls", "Attachments", "Home"] {
        assert_eq!(
            send("admin", module).json()["message"],
            "The given module is not supported in API",
            "{module}"
        );
    }
    for (actor, module, code) in [
        ("admin", "Attachments", "INVALID_MODULE"),
        ("admin", "Leeds", "INVALID_MODULE"),
        ("read_only", "Leads", "OAUTH_SCOPE_MISMATCH"),
    ] {
        assert_eq!(send(actor, module).code(), code, "{actor} {module}");
    }
    let body = json!({ "data": [{ "Last_Name": "A" }] });
    assert_eq!(
        upsert(&world, "write_only", "Leads", &body).status,
        200,
        "WRITE covers it"
    );
}
