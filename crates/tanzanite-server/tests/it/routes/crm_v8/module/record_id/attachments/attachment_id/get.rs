//! `GET /crm/v8/{module}/{record_id}/Attachments/{attachment_id}`.

use super::super::{attach, link, path};
use crate::world::World;
use insta::assert_snapshot;

#[test]
fn a_file_comes_back_as_it_was_sent() {
    let world = World::demo();
    let content: Vec<u8> = (0..=255).cycle().take(700_001).collect();
    let id = attach(&world, "with_photo", &content);
    let target = format!("{}/{id}", path(&world, "with_photo"));
    let file = world.actor("admin").get(&target);
    assert_eq!(file.status, 200);
    assert_eq!(
        file.header("content-type"),
        Some("application/octet-stream")
    );
    assert_eq!(
        file.header("content-disposition"),
        Some("attachment; filename*=UTF-8''a.png")
    );
    assert!(file.body == content);
    let tag = file.header("etag").expect("a tag").to_owned();
    let again = world
        .actor("admin")
        .send("GET", &target, &[("If-None-Match", &tag)], b"");
    assert_eq!(again.status, 304);
}

/// The official SDKs take the name from there, and lose what is not plain.
#[test]
fn a_file_name_of_any_letters_comes_back() {
    let world = World::demo();
    let body = "--boundary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"Übersicht 1.pdf\"\r\n\r\nabc\r\n--boundary--\r\n";
    let headers = [("Content-Type", crate::world::MULTIPART)];
    let path = path(&world, "with_photo");
    let made = world
        .actor("admin")
        .send("POST", &path, &headers, body.as_bytes());
    let id = crate::world::text(&made.json()["data"][0]["details"]["id"]);
    let file = world.actor("admin").get(&format!("{path}/{id}"));
    assert_eq!(
        file.header("content-disposition"),
        Some("attachment; filename*=UTF-8''%C3%9Cbersicht%201.pdf")
    );
}

#[test]
fn a_link_has_no_content_and_an_unknown_attachment_neither() {
    let world = World::demo();
    let path = path(&world, "with_photo");
    let target = format!("{path}/{}", link(&world, "with_photo"));
    assert_snapshot!(world.refused(|world| world.actor("admin").get(&target)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"DOWNLOAD_NOT_ALLOWED","details":{},"message":"As it is a linked attachment, you can not download it","status":"error"}
    "#);
    let admin = world.actor("admin");
    assert_eq!(admin.get(&format!("{path}/1")).status, 204);
    let other = attach(&world, "account", b"b");
    assert_eq!(admin.get(&format!("{path}/{other}")).status, 204);
    assert_eq!(
        world
            .refused(|world| world.actor("stranger").get(&target))
            .code(),
        "AUTHORIZATION_FAILED"
    );
}
