//! `PUT /crm/v8/{module}/{record_id}/Notes`.

use crate::routes::crm_v8::notes::note;
use crate::world::World;
use insta::assert_snapshot;
use serde_json::json;

#[test]
fn another_record_s_note_is_unknown() {
    let world = World::demo();
    let (own, other) = (
        note(&world, "with_photo", "A"),
        note(&world, "account", "B"),
    );
    let body =
        json!({ "data": [{ "id": own, "Note_Title": "C" }, { "id": other, "Note_Title": "C" }] });
    let path = format!("{}/Notes", world.path("with_photo"));
    assert_snapshot!(world.actor("admin").put(&path, &body.to_string()), @r#"
    207
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"Modified_Time":"[now]","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Created_Time":"[now]","id":"3652397000000190048","Created_By":{"name":"Mara Lindqvist","id":"3652397000000190008"}},"message":"record updated","status":"success"},{"code":"INVALID_DATA","details":{"api_name":"id","json_path":"$.data[1].id"},"message":"the id given seems to be invalid","status":"error"}]}
    "#);
    assert_eq!(
        world.record(&format!("/crm/v8/Notes/{own}"))["Note_Title"],
        "C"
    );
    assert_eq!(
        world.record(&format!("/crm/v8/Notes/{other}"))["Note_Title"],
        "B"
    );
}
