//! `GET /crm/v8/{module}/{record_id}/photo`.

use crate::world::World;
use insta::assert_snapshot;
use tanzanite_seed::demo_picture;

#[test]
fn the_bytes_come_back_as_they_were_with_a_file_name() {
    let world = World::demo();
    let path = format!("{}/photo", world.path("with_photo"));
    let exchange = world.actor("admin").get(&path);
    assert_snapshot!(exchange, @"
    200
    content-type: image/png
    content-disposition: attachment; filename*=UTF-8''3652397000000190018.png
    x-content-type-options: nosniff

    (813 bytes)
    ");
    assert_eq!(Some(exchange.body), demo_picture("rosa.png"));
    let read_only = world.actor("read_only").get(&path);
    assert_eq!(read_only.status, 200, "reading needs no more");
}

#[test]
fn every_kind_of_picture_has_its_type() {
    let world = World::demo();
    for (kind, length) in [("png", 33), ("gif", 20), ("bmp", 40)] {
        let path = format!("{}/photo", world.path("without_photo"));
        let mut picture = match kind {
            "png" => crate::world::png(1, 1, 33),
            "gif" => b"GIF89a\x01\0\x01\0\0\0\0".to_vec(),
            _ => b"BM\0\0\0\0\0\0\0\0\x1a\0\0\0\x28\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\x18\0".to_vec(),
        };
        picture.resize(length, 0);
        let upload = world.actor("admin").upload(&path, &picture);
        assert_eq!(upload.status, 200, "{kind}: {upload}");
        let exchange = world.actor("admin").get(&path);
        assert_eq!(
            exchange.header("content-type"),
            Some(format!("image/{kind}").as_str())
        );
        assert_eq!(exchange.body, picture);
    }
}

#[test]
fn without_a_photo_there_is_neither_body_nor_type() {
    let world = World::demo();
    let path = format!("{}/photo", world.path("without_photo"));
    assert_snapshot!(world.actor("admin").get(&path), @"204");
}

#[test]
fn who_has_it_already_is_told_so() {
    let world = World::demo();
    let path = format!("{}/photo", world.path("with_photo"));
    let tag = world
        .actor("admin")
        .get(&path)
        .header("etag")
        .expect("a tag")
        .to_owned();
    let send = |tag: &str| {
        world
            .actor("admin")
            .send("GET", &path, &[("If-None-Match", tag)], b"")
    };
    let exchange = send(&tag);
    assert_eq!((exchange.status, exchange.body.len()), (304, 0));
    assert_eq!(exchange.header("etag"), Some(tag.as_str()));
    assert_eq!(send(&format!("\"other\", W/{tag}")).status, 304);
    assert_eq!(send("*").status, 304);
    assert_eq!(send("\"other\"").status, 200);
    world
        .actor("admin")
        .upload(&path, &crate::world::png(2, 2, 40));
    assert_eq!(send(&tag).status, 200, "another photo has another tag");
}

#[test]
fn the_record_is_not_shared_with_this_user() {
    let world = World::demo();
    let path = format!("{}/photo", world.path("private_of_other"));
    assert_snapshot!(world.actor("stranger").get(&path), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"AUTHORIZATION_FAILED","details":{},"message":"User does not have sufficient privilege to download images","status":"error"}
    "#);
}

#[test]
fn a_lock_does_not_stop_reading() {
    let world = World::demo();
    assert_eq!(
        world
            .actor("admin")
            .get(&format!("{}/photo", world.path("locked")))
            .status,
        200
    );
}

#[test]
fn the_id_is_that_of_no_record() {
    let world = World::demo();
    assert_snapshot!(world.actor("admin").get("/crm/v8/Leads/3652397000000990099/photo"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{},"message":"the id given seems to be invalid","status":"error"}
    "#);
}

#[test]
fn a_query_that_ends_with_an_ampersand_is_read() {
    let world = World::demo();
    let path = format!(
        "{}/photo?restrict_triggers=workflow&",
        world.path("with_photo")
    );
    assert_eq!(world.actor("admin").get(&path).status, 200);
}
