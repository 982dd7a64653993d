//! `GET /crm/v8/{module}/{record_id}/Attachments`.

use super::{attach, link, path};
use crate::world::World;
use insta::assert_snapshot;

#[test]
fn attachments_are_listed_with_what_clients_read() {
    let world = World::demo();
    attach(&world, "with_photo", b"abc");
    link(&world, "with_photo");
    attach(&world, "account", b"of another");
    let fields = "id,File_Name,Size,Created_Time,Created_By,Parent_Id,Owner,$file_id,$se_module,$type,$link_url,$editable";
    let listed = world
        .actor("admin")
        .get(&format!("{}?fields={fields}", path(&world, "with_photo")));
    let id = crate::world::text(&listed.json()["data"][1]["$file_id"]);
    assert_eq!(id.len(), 36);
    assert_snapshot!(listed.to_string().replace(&id, "36 letters"), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Owner":{"name":"Mara Lindqvist","id":"3652397000000190008","email":"mara.lindqvist@example.com"},"Created_By":{"name":"Mara Lindqvist","id":"3652397000000190008","email":"mara.lindqvist@example.com"},"Created_Time":"[now]","File_Name":"A page","Size":"0","Parent_Id":{"name":"Rosa Amberg","id":"3652397000000190018"},"id":"3652397000000190049","$editable":true,"$se_module":"Leads","$file_id":null,"$type":"Link URL","$link_url":"https://example.com/a"},{"Owner":{"name":"Mara Lindqvist","id":"3652397000000190008","email":"mara.lindqvist@example.com"},"Created_By":{"name":"Mara Lindqvist","id":"3652397000000190008","email":"mara.lindqvist@example.com"},"Created_Time":"[now]","File_Name":"a.png","Size":"3","Parent_Id":{"name":"Rosa Amberg","id":"3652397000000190018"},"id":"3652397000000190048","$editable":true,"$se_module":"Leads","$file_id":"36 letters","$type":"File","$link_url":null}],"info":{"per_page":200,"next_page_token":null,"count":2,"page":1,"previous_page_token":null,"page_token_expiry":null,"more_records":false}}
    "#);
}

#[test]
fn fields_are_needed_since_v3_and_a_record_without_attachments_has_none() {
    let world = World::demo();
    let path = path(&world, "with_photo");
    let admin = world.actor("admin");
    assert_eq!(
        world.refused(|_| admin.get(&path)).code(),
        "REQUIRED_PARAM_MISSING"
    );
    assert_eq!(admin.get(&path.replace("v8", "v2")).status, 204);
    attach(&world, "with_photo", b"abc");
    assert_eq!(admin.get(&path.replace("v8", "v2")).status, 200);
    let strange = format!("{}/Attachments?fields=id", world.path("private_of_other"));
    assert_snapshot!(world.refused(|world| world.actor("stranger").get(&strange)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"AUTHORIZATION_FAILED","details":{},"message":"User does not have sufficient privilege to read related records data","status":"error"}
    "#);
}
