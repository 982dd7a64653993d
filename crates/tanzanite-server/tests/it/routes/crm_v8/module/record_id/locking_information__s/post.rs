//! `POST /crm/v8/{module}/{record_id}/Locking_Information__s`: lock a record.

use crate::world::{Exchange, World, text};
use insta::assert_snapshot;
use serde_json::json;

const REASON: &str = r#"{"data":[{"Locked_Reason__s":" audit "}]}"#;

fn path(world: &World, key: &str) -> String {
    format!("{}/Locking_Information__s", world.path(key))
}

fn refused(world: &World, actor: &str, path: &str, body: &str) -> Exchange {
    world.refused(|world| world.actor(actor).post(path, body))
}

#[test]
fn a_record_is_locked_against_everybody_but_the_exempt() {
    let world = World::demo();
    let (path, record) = (path(&world, "with_photo"), world.path("with_photo"));
    let exchange = world.actor("manager").post(&path, REASON);
    assert_snapshot!(exchange, @r#"
    201
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"Modified_Time":"[now]","Modified_By":{"name":"Tomas Okafor","id":"3652397000000190009"},"Created_Time":"[now]","id":"3652397000000190048","Created_By":{"name":"Tomas Okafor","id":"3652397000000190009"}},"message":"record added","status":"success"}]}
    "#);
    let lock = text(&exchange.json()["data"][0]["details"]["id"]);
    let found = world.actor("admin").get(&format!("{path}/{lock}")).json()["data"][0].take();
    assert_eq!(
        (&found["Locked_Reason__s"], &found["Locked_By__s"]["name"]),
        (&json!("audit"), &json!("Tomas Okafor"))
    );
    let city = r#"{"data":[{"City":"Bonn"}]}"#;
    for actor in ["admin", "manager"] {
        assert_eq!(
            refused(&world, actor, &format!("{record}/photo"), "x").status,
            400
        );
        let put = world.refused(|world| world.actor(actor).put(&record, city));
        assert_eq!(put.json()["data"][0]["code"], "RECORD_LOCKED", "{actor}");
        let delete = world.refused(|world| world.actor(actor).delete(&record));
        assert_eq!(delete.json()["data"][0]["code"], "RECORD_LOCKED", "{actor}");
        let photo = world.refused(|world| world.actor(actor).delete(&format!("{record}/photo")));
        assert_eq!(photo.code(), "RECORD_LOCKED", "{actor}");
    }
    assert_eq!(world.record(&record)["Locked__s"], true);
    assert_eq!(world.actor("lock_exempt").put(&record, city).status, 200);
}

#[test]
fn it_is_locked_already() {
    let world = World::demo();
    assert_snapshot!(refused(&world, "admin", &path(&world, "locked"), REASON), @r#"
    403
    content-type: application/json;charset=UTF-8

    {"code":"NOT_ALLOWED","details":{"resource_path_index":1},"message":"record is already locked","status":"error"}
    "#);
    let automatic = refused(
        &world,
        "admin",
        &path(&world, "locked_automatically"),
        REASON,
    );
    assert_eq!(
        (automatic.status, automatic.code().as_str()),
        (403, "NOT_ALLOWED")
    );
}

#[test]
fn only_a_rule_can_lock_here() {
    let world = World::enlarged();
    assert_snapshot!(refused(&world, "admin", &path(&world, "deal"), REASON), @r#"
    403
    content-type: application/json;charset=UTF-8

    {"code":"NOT_ALLOWED","details":{"resource_path_index":1},"message":"record cannot be locked, only automatic locking is configured","status":"error"}
    "#);
}

#[test]
fn the_reason_is_missing_or_too_long() {
    let world = World::demo();
    let path = path(&world, "with_photo");
    let post = |body: &str| refused(&world, "admin", &path, body);
    assert_snapshot!(post(r#"{"data":[{}]}"#), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"MANDATORY_NOT_FOUND","details":{"api_name":"Locked_Reason__s","json_path":"$.data[0].Locked_Reason__s"},"message":"required field not found","status":"error"}]}
    "#);
    let reason =
        |length: usize| json!({ "data": [{ "Locked_Reason__s": "ä".repeat(length) }] }).to_string();
    assert_snapshot!(post(&reason(3001)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"INVALID_DATA","details":{"maximum_length":3000,"api_name":"Locked_Reason__s","json_path":"$.data[0].Locked_Reason__s"},"message":"invalid data","status":"error"}]}
    "#);
    assert_snapshot!(post(r#"{"data":[{"Locked_Reason__s":7}]}"#), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"INVALID_DATA","details":{"expected_data_type":"text","api_name":"Locked_Reason__s","json_path":"$.data[0].Locked_Reason__s"},"message":"invalid data","status":"error"}]}
    "#);
    for blank in ["null", "\"\"", "\" \\n\""] {
        let exchange = post(&format!(r#"{{"data":[{{"Locked_Reason__s":{blank}}}]}}"#));
        assert_eq!(
            exchange.json()["data"][0]["code"],
            "MANDATORY_NOT_FOUND",
            "{blank}"
        );
    }
    assert_eq!(world.actor("admin").post(&path, &reason(3000)).status, 201);
}

#[test]
fn the_body_is_not_what_is_wanted() {
    let world = World::demo();
    let path = path(&world, "with_photo");
    let post = |body: &str| refused(&world, "admin", &path, body);
    assert_snapshot!(post(""), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject"},"message":"body","status":"error"}
    "#);
    assert_snapshot!(post(r#"{"data":[{"Locked_Reason__s":"a"},{"Locked_Reason__s":"b"}]}"#), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"LIMIT_EXCEEDED","details":{"maximum_length":1,"api_name":"data"},"message":"count of records in your request exceeds the limit","status":"error"}
    "#);
    let deep = format!(
        r#"{{"data":[{{"Locked_Reason__s":"a","x":{}{}}}]}}"#,
        "[".repeat(40),
        "]".repeat(40)
    );
    for (body, code) in [
        ("[]", "INVALID_DATA"),
        ("{}", "MANDATORY_NOT_FOUND"),
        (r#"{"data":{}}"#, "INVALID_DATA"),
        (r#"{"data":[]}"#, "INVALID_DATA"),
        (&deep, "INVALID_DATA"),
    ] {
        let exchange = post(body);
        assert_eq!(
            (exchange.status, exchange.code().as_str()),
            (400, code),
            "{body}"
        );
    }
    assert_eq!(
        post(r#"{"data":[7]}"#).json()["data"][0]["code"],
        "INVALID_DATA"
    );
}

#[test]
fn the_record_is_unknown_or_not_shared() {
    let world = World::demo();
    let unknown = "/crm/v8/Leads/3652397000000990099/Locking_Information__s";
    assert_snapshot!(refused(&world, "admin", unknown, REASON), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"resource_path_index":1},"message":"the related id given seems to be invalid","status":"error"}
    "#);
    assert_snapshot!(refused(&world, "stranger", &path(&world, "with_photo"), REASON), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"AUTHORIZATION_FAILED","details":{},"message":"User does not have sufficient privilege to lock the record","status":"error"}
    "#);
}

#[test]
fn the_module_has_no_configuration_or_can_have_none() {
    let world = World::demo();
    assert_snapshot!(refused(&world, "admin", &path(&world, "account"), REASON), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"NOT_ALLOWED","details":{"resource_path_index":2},"message":"Required Record Locking Configuration is not present","status":"error"}
    "#);
    let campaign = "/crm/v8/Campaigns/1/Locking_Information__s";
    assert_eq!(
        refused(&world, "admin", campaign, REASON).code(),
        "INVALID_MODULE"
    );
}

#[test]
fn the_token_or_the_profile_does_not_do() {
    let world = World::enlarged();
    let path = path(&world, "with_photo");
    assert_snapshot!(refused(&world, "nothing", &path, REASON), @r#"
    403
    content-type: application/json;charset=UTF-8

    {"code":"NO_PERMISSION","details":{"permissions":["Crm_Implied_Edit_Leads"]},"message":"permission denied","status":"error"}
    "#);
    for actor in ["read_only", "leads_without_locks"] {
        assert_eq!(
            refused(&world, actor, &path, REASON).code(),
            "OAUTH_SCOPE_MISMATCH",
            "{actor}"
        );
    }
    assert_eq!(
        world.actor("locks_of_leads").post(&path, REASON).status,
        201
    );
}
