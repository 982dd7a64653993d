//! `POST /crm/v8/settings/recycle_bin/actions/restore`: take records out of the recycle bin.

use crate::world::{Exchange, World};
use insta::assert_snapshot;
use serde_json::json;

const PATH: &str = "/crm/v8/settings/recycle_bin/actions/restore";

#[test]
fn each_id_has_its_answer() {
    let world = World::demo();
    let admin = world.actor("admin");
    let target = format!(
        "/crm/v8/Leads?ids={},{}",
        world.id("with_photo"),
        world.id("without_photo")
    );
    assert_eq!(admin.delete(&target).status, 200);
    let ids = ["with_photo", "without_photo"].map(|key| world.id(key));
    let body = json!({ "ids": [ids[0], "1", ids[1]] }).to_string();
    assert_snapshot!(admin.post(PATH, &body), @r#"
    207
    content-type: application/json;charset=UTF-8

    {"recycle_bin":[{"code":"SUCCESS","details":{"id":"3652397000000190018"},"message":"record restored","status":"success"},{"code":"INVALID_DATA","details":{"id":"1"},"message":"the id given seems to be invalid","status":"error"},{"code":"SUCCESS","details":{"id":"3652397000000190022"},"message":"record restored","status":"success"}]}
    "#);
    for key in ["with_photo", "without_photo"] {
        assert_eq!(admin.get(&world.path(key)).status, 200, "{key}");
    }
}

#[test]
fn the_body_is_wrong() {
    let world = World::demo();
    let refused =
        |body: &str| -> Exchange { world.refused(|world| world.actor("admin").post(PATH, body)) };
    assert_snapshot!(refused("{}"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"EXPECTED_FIELD_MISSING","details":{"expected_fields":[{"api_name":"filters","json_path":"$.filters"},{"api_name":"ids","json_path":"$.ids"},{"api_name":"restore_all_records","json_path":"$.restore_all_records"}]},"message":"one of the expected fields is missing","status":"error"}
    "#);
    assert_snapshot!(refused(r#"{"ids":[]}"#), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"EXPECTED_FIELD_MISSING","details":{"expected_fields":[{"api_name":"filters","json_path":"$.filters"},{"api_name":"ids","json_path":"$.ids"},{"api_name":"restore_all_records","json_path":"$.restore_all_records"}]},"message":"one of the expected fields is missing","status":"error"}
    "#);
    assert_snapshot!(refused(r#"{"ids":"1"}"#), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"expected_data_type":"jsonarray","api_name":"ids","json_path":"$.ids"},"message":"invalid data","status":"error"}
    "#);
    assert_snapshot!(refused(r#"{"ids":["x"]}"#), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"api_name":"ids","json_path":"$.ids[0]"},"message":"invalid data","status":"error"}
    "#);
    assert_snapshot!(refused(r#"{"restore_all_records":true}"#), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"API_NOT_SUPPORTED","details":{"api_name":"restore_all_records","json_path":"$.restore_all_records"},"message":"Tanzanite does not act on this key yet","status":"error"}
    "#);
    assert_snapshot!(refused(r#"{"filters":{"field":{"api_name":"module"}}}"#), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"API_NOT_SUPPORTED","details":{"api_name":"filters","json_path":"$.filters"},"message":"Tanzanite does not act on this key yet","status":"error"}
    "#);
    assert_snapshot!(refused("[]"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject"},"message":"body","status":"error"}
    "#);
    let many = json!({ "ids": vec!["1"; 201] }).to_string();
    assert_snapshot!(refused(&many), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"api_name":"ids","json_path":"$.ids","maximum_length":200},"message":"invalid data","status":"error"}
    "#);
}
