//! `PUT /crm/v8/{module}/{record_id}/Locking_Information__s/{lock_id}`: change a lock's reason.

use crate::world::{Exchange, World};
use insta::assert_snapshot;
use serde_json::json;

const REASON: &str = r#"{"data":[{"Locked_Reason__s":"until May"}]}"#;

fn refused(world: &World, actor: &str, path: &str, body: &str) -> Exchange {
    world.refused(|world| world.actor(actor).put(path, body))
}

#[test]
fn the_reason_changes_and_who_locked_does_not() {
    let world = World::demo();
    let path = world.lock_path("locked");
    let before = world.record(&path);
    assert_snapshot!(world.actor("admin").put(&path, REASON), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"id":"3652397000000190024"},"message":"relation updated","status":"success"}]}
    "#);
    let after = world.record(&path);
    assert_eq!(after["Locked_Reason__s"], "until May");
    for key in ["Locked_By__s", "Locked_Time__s", "id"] {
        assert_eq!(before[key], after[key], "{key}");
    }
}

#[test]
fn the_body_is_not_what_is_wanted() {
    let world = World::demo();
    let path = world.lock_path("locked");
    let put = |body: &str| refused(&world, "admin", &path, body);
    assert_snapshot!(put(r#"{"data":[{}]}"#), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"MANDATORY_NOT_FOUND","details":{"api_name":"Locked_Reason__s","json_path":"$.data[0].Locked_Reason__s"},"message":"required field not found","status":"error"}]}
    "#);
    for (body, code) in [
        ("", "INVALID_DATA"),
        ("{}", "MANDATORY_NOT_FOUND"),
        (r#"{"data":[]}"#, "INVALID_DATA"),
        (r#"{"data":7}"#, "INVALID_DATA"),
        (r#"{"data":[{},{}]}"#, "LIMIT_EXCEEDED"),
    ] {
        let exchange = put(body);
        assert_eq!(
            (exchange.status, exchange.code().as_str()),
            (400, code),
            "{body}"
        );
    }
    for reason in [json!(7), json!("a".repeat(3001))] {
        let exchange = put(&json!({ "data": [{ "Locked_Reason__s": reason }] }).to_string());
        assert_eq!(exchange.json()["data"][0]["code"], "INVALID_DATA");
    }
}

#[test]
fn the_lock_is_unknown_or_there_is_none() {
    let world = World::demo();
    let other = format!("{}/Locking_Information__s/1", world.path("locked"));
    assert_snapshot!(refused(&world, "admin", &other, REASON), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"resource_path_index":3},"message":"the related id given seems to be invalid","status":"error"}
    "#);
    let free = format!("{}/Locking_Information__s/1", world.path("with_photo"));
    assert_snapshot!(refused(&world, "admin", &free, REASON), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{},"message":"relation not found","status":"error"}
    "#);
}

#[test]
fn the_record_is_unknown_not_shared_or_cannot_be_locked() {
    let world = World::enlarged();
    let unknown = "/crm/v8/Leads/3652397000000990099/Locking_Information__s/1";
    assert_eq!(
        refused(&world, "admin", unknown, REASON).json()["details"]["resource_path_index"],
        1
    );
    let locked = world.lock_path("locked");
    assert_eq!(
        refused(&world, "stranger", &locked, REASON).code(),
        "AUTHORIZATION_FAILED"
    );
    let account = format!("{}/Locking_Information__s/1", world.path("account"));
    assert_eq!(
        refused(&world, "admin", &account, REASON).code(),
        "NOT_ALLOWED"
    );
    assert_eq!(
        refused(&world, "read_only", &locked, REASON).code(),
        "OAUTH_SCOPE_MISMATCH"
    );
    assert_eq!(
        refused(&world, "nothing", &locked, REASON).code(),
        "NO_PERMISSION"
    );
}
