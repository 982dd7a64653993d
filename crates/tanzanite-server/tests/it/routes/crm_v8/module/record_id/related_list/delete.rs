//! `DELETE /crm/v8/{module}/{record_id}/{related_list}?ids=`.

use crate::world::World;
use insta::assert_snapshot;
use serde_json::json;

#[test]
fn connections_are_taken_away_from_either_end() {
    let world = World::demo();
    let admin = world.actor("admin");
    let path = format!("{}/Products", world.path("with_photo"));
    let [plane, bench] = ["product", "product_bench"].map(|key| world.id(key));
    let body = json!({ "data": [{ "id": plane }, { "id": bench }] }).to_string();
    assert_eq!(admin.put(&path, &body).status, 200);
    assert_snapshot!(admin.delete(&format!("{path}?ids={plane},1,{plane}")), @r#"
    207
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"id":"3652397000000190038"},"message":"relation removed","status":"success"},{"code":"INVALID_DATA","details":{"id":"1"},"message":"relation not found","status":"error"},{"code":"INVALID_DATA","details":{"id":"3652397000000190038"},"message":"relation not found","status":"error"}]}
    "#);
    let back = format!(
        "{}/Leads?ids={}",
        world.path("product_bench"),
        world.id("with_photo")
    );
    assert_eq!(admin.delete(&back).status, 200);
    assert_eq!(admin.get(&format!("{path}?fields=id")).status, 204);
    assert_snapshot!(world.refused(|world| world.actor("admin").delete(&path)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"REQUIRED_PARAM_MISSING","details":{"param_name":"ids"},"message":"One of the expected parameter is missing","status":"error"}
    "#);
}
