//! `POST /crm/v8/{module}/{record_id}/Attachments`.

use super::{attach, path};
use crate::world::{MULTIPART, World, multipart, multipart_fields};
use insta::assert_snapshot;

#[test]
fn a_file_is_attached() {
    let world = World::demo();
    assert_snapshot!(world.actor("admin").upload(&path(&world, "with_photo"), b"abc"), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"Modified_Time":"[now]","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Created_Time":"[now]","id":"3652397000000190048","Created_By":{"name":"Mara Lindqvist","id":"3652397000000190008"}},"message":"attachment uploaded successfully","status":"success"}]}
    "#);
    let id = attach(&world, "deal", b"of a deal");
    assert_eq!(
        world
            .actor("admin")
            .get(&format!("{}/{id}", path(&world, "deal")))
            .body,
        &b"of a deal"[..]
    );
}

/// The address stands in the query (SDKs) or in a form (the OpenAPI of 2026).
#[test]
fn a_link_is_attached() {
    let world = World::demo();
    let path = path(&world, "with_photo");
    let address = (
        "attachmentUrl".to_owned(),
        "https://example.com/a".to_owned(),
    );
    let (content, body) = multipart_fields(&[address]);
    let admin = world.actor("admin");
    assert_eq!(
        admin
            .send("POST", &path, &[("Content-Type", content)], &body)
            .status,
        200
    );
    let listed = admin.get(&format!(
        "{path}?fields=File_Name,Size,$link_url,$type,$file_id"
    ));
    assert_eq!(
        listed.json()["data"][0]["$link_url"],
        "https://example.com/a",
        "{listed}"
    );
    assert_eq!(
        listed.json()["data"][0]["File_Name"],
        "https://example.com/a",
        "{listed}"
    );
    assert_eq!(listed.json()["data"][0]["Size"], "0", "{listed}");
}

#[test]
fn what_is_neither_a_file_nor_a_link_is_refused() {
    let world = World::demo();
    let path = path(&world, "with_photo");
    let multi = [("Content-Type", MULTIPART)];
    let send = |query: &str, headers: &[(&str, &str)], body: &[u8]| {
        let target = format!("{path}{query}");
        world.refused(|world| world.actor("admin").send("POST", &target, headers, body))
    };
    assert_snapshot!(send("", &[], b""), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"MANDATORY_NOT_FOUND","details":{},"message":"required field not found","status":"error"}
    "#);
    assert_snapshot!(send("?attachmentUrl=javascript:alert(1)", &[], b""), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_URL_PATTERN","details":{},"message":"the given attachment URL is incorrect","status":"error"}
    "#);
    assert_eq!(
        send("?attachmentUrl=https%3A%2F%2F", &[], b"").code(),
        "INVALID_URL_PATTERN"
    );
    let long = format!("?attachmentUrl=https://a.example/{}", "a".repeat(2_000));
    assert_eq!(send(&long, &[], b"").code(), "INVALID_URL_PATTERN");
    assert_snapshot!(send("", &multi, b"--boundary\r\nno part"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_REQUEST","details":{"expected_type":"Multipart Form Request"},"message":"invalid request","status":"error"}
    "#);
    assert_snapshot!(send("", &multi, &multipart(&[("file", b"a"), ("file", b"b")])), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{},"message":"The request contains more than one file","status":"error"}
    "#);
    let title = format!(
        "?attachmentUrl=https://a.example/&title={}",
        "a".repeat(256)
    );
    assert_snapshot!(send(&title, &[], b""), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"maximum_length":255,"api_name":"title"},"message":"invalid data","status":"error"}
    "#);
}

#[test]
fn a_file_may_have_twenty_megabytes_and_no_byte_more() {
    let world = World::demo();
    let path = path(&world, "with_photo");
    let most = vec![b'x'; 20 * 1024 * 1024];
    let made = world.actor("admin").upload(&path, &most);
    assert_eq!(made.status, 200, "{made}");
    let id = crate::world::text(&made.json()["data"][0]["details"]["id"]);
    assert!(world.actor("admin").get(&format!("{path}/{id}")).body == most);
    let more = vec![b'x'; most.len() + 1];
    assert_snapshot!(world.refused(|world| world.actor("admin").upload(&path, &more)), @r#"
    413
    content-type: application/json;charset=UTF-8

    {"code":"FILE_SIZE_MORE_THAN_ALLOWED_SIZE","details":{},"message":"Please check if the size of the file is in the correct range","status":"error"}
    "#);
    let much_more = vec![b'x'; most.len() + 200_000];
    assert_eq!(
        world
            .refused(|world| world.actor("admin").upload(&path, &much_more))
            .status,
        413
    );
}

#[test]
fn who_may_only_read_the_record_attaches_nothing() {
    let world = World::demo();
    let path = path(&world, "account");
    assert_snapshot!(world.refused(|world| world.actor("stranger").upload(&path, b"abc")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"AUTHORIZATION_FAILED","details":{},"message":"User does not have sufficient privilege to update related records data","status":"error"}
    "#);
    assert_snapshot!(world.refused(|world| world.actor("admin").upload("/crm/v8/Leads/1/Attachments", b"abc")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"resource_path_index":1},"message":"the related id given seems to be invalid","status":"error"}
    "#);
    assert_eq!(
        world
            .refused(|world| world.actor("read_only").upload(&path, b"abc"))
            .code(),
        "OAUTH_SCOPE_MISMATCH"
    );
}
