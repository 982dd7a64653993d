//! `POST /crm/v8/{module}/{record_id}/photo`.

use crate::world::{MULTIPART, World, multipart, png};
use insta::assert_snapshot;

fn path(world: &World, key: &str) -> String {
    format!("{}/photo", world.path(key))
}

#[test]
fn a_photo_is_set_and_then_replaced() {
    let world = World::demo();
    let path = path(&world, "without_photo");
    let admin = world.actor("admin");
    let before = admin.get(&world.path("without_photo")).json();
    assert_snapshot!(admin.upload(&path, &png(3, 4, 500)), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"code":"SUCCESS","details":{},"message":"photo uploaded successfully","status":"success"}
    "#);
    let after = admin.get(&world.path("without_photo")).json();
    assert!(before["data"][0]["Record_Image"].is_null());
    let first = after["data"][0]["Record_Image"]
        .as_str()
        .expect("an opaque id")
        .to_owned();
    assert_ne!(
        before["data"][0]["Modified_By"],
        after["data"][0]["Modified_By"]
    );
    assert_eq!(admin.upload(&path, &png(5, 6, 700)).status, 200);
    let replaced = admin.get(&world.path("without_photo")).json();
    assert_ne!(replaced["data"][0]["Record_Image"], first.as_str());
    assert_eq!(admin.get(&path).body, png(5, 6, 700));
}

#[test]
fn deals_take_an_upload_as_the_vendor_documents() {
    let world = World::demo();
    assert_eq!(
        world
            .actor("admin")
            .upload(&path(&world, "deal"), &png(3, 4, 50))
            .status,
        200
    );
}

#[test]
fn the_body_is_not_multipart() {
    let world = World::demo();
    let path = path(&world, "without_photo");
    assert_snapshot!(world.refused(|world| world.actor("admin").post(&path, "{}")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_REQUEST","details":{"expected_type":"Multipart Form Request"},"message":"invalid request","status":"error"}
    "#);
    let bodies: [(&str, &[u8]); 5] = [
        ("image/png", b"\x89PNG"),
        ("multipart/form-data", b"--boundary--\r\n"),
        (MULTIPART, b""),
        (
            MULTIPART,
            b"--boundary\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\ncut off",
        ),
        (MULTIPART, b"no boundary at all"),
    ];
    for (kind, body) in bodies {
        let exchange = world.refused(|world| {
            world
                .actor("admin")
                .send("POST", &path, &[("Content-Type", kind)], body)
        });
        let code = exchange.code();
        assert!(
            ["INVALID_REQUEST", "INVALID_DATA"].contains(&code.as_str()),
            "{kind}: {exchange}"
        );
        assert_eq!(exchange.status, 400, "{kind}: {exchange}");
    }
}

#[test]
fn there_is_no_file_or_more_than_one() {
    let world = World::demo();
    let path = path(&world, "without_photo");
    let send = |world: &World, body: &[u8]| {
        world
            .actor("admin")
            .send("POST", &path, &[("Content-Type", MULTIPART)], body)
    };
    assert_snapshot!(world.refused(|world| send(world, &multipart(&[("photo", &png(1, 1, 40))]))), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{},"message":"The request does not contain any file","status":"error"}
    "#);
    let two = png(1, 1, 40);
    assert_snapshot!(world.refused(|world| send(world, &multipart(&[("file", &two), ("file", &two)]))), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{},"message":"The request contains more than one file","status":"error"}
    "#);
}

#[test]
fn the_file_is_no_picture() {
    let world = World::demo();
    let path = path(&world, "without_photo");
    assert_snapshot!(world.refused(|world| world.actor("admin").upload(&path, b"hello")), @r#"
    415
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{},"message":"invalid file type","status":"error"}
    "#);
    for bytes in [
        &b""[..],
        b"GIF",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x10\0\0\0WEBPVP8 ",
        b"<svg/>",
        b"%PDF-1.4",
    ] {
        let exchange = world.refused(|world| world.actor("admin").upload(&path, bytes));
        assert_eq!(exchange.status, 415, "{bytes:?}: {exchange}");
    }
}

#[test]
fn the_file_is_too_large() {
    let world = World::demo();
    let path = path(&world, "without_photo");
    let limit = 10 * 1024 * 1024;
    assert_snapshot!(world.refused(|world| world.actor("admin").upload(&path, &png(1, 1, limit + 1))), @r#"
    413
    content-type: application/json;charset=UTF-8

    {"code":"FILE_SIZE_EXCEEDS","details":{"size":10485760},"message":"File exceeded its maximum limit","status":"error"}
    "#);
    let huge = world.refused(|world| world.actor("admin").upload(&path, &png(1, 1, 2 * limit)));
    assert_eq!(
        huge.status, 413,
        "a body beyond every bound is read on and refused: {huge}"
    );
    assert_eq!(
        world.actor("admin").upload(&path, &png(1, 1, limit)).status,
        200,
        "at the bound"
    );
}

#[test]
fn the_picture_has_too_many_pixels() {
    let world = World::demo();
    let path = path(&world, "without_photo");
    assert_snapshot!(world.refused(|world| world.actor("admin").upload(&path, &png(50_000, 50_000, 60))), @r#"
    415
    content-type: application/json;charset=UTF-8

    {"code":"FILE_RESOLUTION_EXCEEDS","details":{"resolution":2500000000},"message":"File exceeded its maximum limit","status":"error"}
    "#);
    assert_eq!(
        world
            .actor("admin")
            .upload(&path, &png(4000, 2500, 60))
            .status,
        200,
        "at the bound"
    );
}

#[test]
fn the_record_is_locked() {
    let world = World::demo();
    let path = path(&world, "locked");
    assert_snapshot!(world.refused(|world| world.actor("admin").upload(&path, &png(1, 1, 40))), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"RECORD_LOCKED","details":{"id":"3652397000000190023"},"message":"Sorry, you cannot perform this operation as the record is locked.","status":"error"}
    "#);
}

#[test]
fn the_record_is_not_shared_with_this_user() {
    let world = World::demo();
    let path = path(&world, "private_of_other");
    assert_snapshot!(world.refused(|world| world.actor("stranger").upload(&path, &png(1, 1, 40))), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"AUTHORIZATION_FAILED","details":{},"message":"User does not have sufficient privilege to upload photo","status":"error"}
    "#);
}

#[test]
fn the_id_is_that_of_no_record() {
    let world = World::demo();
    let path = "/crm/v8/Leads/3652397000000990099/photo";
    assert_snapshot!(world.refused(|world| world.actor("admin").upload(path, &png(1, 1, 40))), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{},"message":"the id given seems to be invalid","status":"error"}
    "#);
}

#[test]
fn the_scope_does_not_do() {
    let world = World::demo();
    let path = path(&world, "without_photo");
    let exchange = world.refused(|world| world.actor("read_only").upload(&path, &png(1, 1, 40)));
    assert_eq!(
        (exchange.status, exchange.code().as_str()),
        (401, "OAUTH_SCOPE_MISMATCH")
    );
    assert_eq!(
        world
            .actor("write_only")
            .upload(&path, &png(1, 1, 40))
            .status,
        200,
        "WRITE covers creating"
    );
}
