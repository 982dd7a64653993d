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
    assert_snapshot!(admin.upload(&path, &png(3, 4, 500)), @"");
    let after = admin.get(&world.path("without_photo")).json();
    assert!(before["data"][0]["Record_Image"].is_null());
    let first = after["data"][0]["Record_Image"].as_str().expect("an opaque id").to_owned();
    assert_ne!(before["data"][0]["Modified_Time"], after["data"][0]["Modified_Time"]);
    assert_eq!(admin.upload(&path, &png(5, 6, 700)).status, 200);
    let replaced = admin.get(&world.path("without_photo")).json();
    assert_ne!(replaced["data"][0]["Record_Image"], first.as_str());
    assert_eq!(admin.get(&path).body, png(5, 6, 700));
}

#[test]
fn deals_take_an_upload_as_the_vendor_documents() {
    let world = World::demo();
    assert_eq!(world.actor("admin").upload(&path(&world, "deal"), &png(3, 4, 50)).status, 200);
}

#[test]
fn the_body_is_not_multipart() {
    let world = World::demo();
    let path = path(&world, "without_photo");
    assert_snapshot!(world.refused(|world| world.actor("admin").post(&path, "{}")), @"");
    let bodies: [(&str, &[u8]); 5] = [
        ("image/png", b"\x89PNG"),
        ("multipart/form-data", b"--boundary--\r\n"),
        (MULTIPART, b""),
        (MULTIPART, b"--boundary\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\ncut off"),
        (MULTIPART, b"no boundary at all"),
    ];
    for (kind, body) in bodies {
        let exchange = world.refused(|world| world.actor("admin").send("POST", &path, &[("Content-Type", kind)], body));
        let code = exchange.code();
        assert!(["INVALID_REQUEST", "INVALID_DATA"].contains(&code.as_str()), "{kind}: {exchange}");
        assert_eq!(exchange.status, 400, "{kind}: {exchange}");
    }
}

#[test]
fn there_is_no_file_or_more_than_one() {
    let world = World::demo();
    let path = path(&world, "without_photo");
    let send = |world: &World, body: &[u8]| world.actor("admin").send("POST", &path, &[("Content-Type", MULTIPART)], body);
    assert_snapshot!(world.refused(|world| send(world, &multipart(&[("photo", &png(1, 1, 40))]))), @"");
    let two = png(1, 1, 40);
    assert_snapshot!(world.refused(|world| send(world, &multipart(&[("file", &two), ("file", &two)]))), @"");
}

#[test]
fn the_file_is_no_picture() {
    let world = World::demo();
    let path = path(&world, "without_photo");
    assert_snapshot!(world.refused(|world| world.actor("admin").upload(&path, b"hello")), @"");
    for bytes in [&b""[..], b"GIF", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\0\0\0WEBPVP8 ", b"<svg/>", b"%PDF-1.4"] {
        let exchange = world.refused(|world| world.actor("admin").upload(&path, bytes));
        assert_eq!(exchange.status, 415, "{bytes:?}: {exchange}");
    }
}

#[test]
fn the_file_is_too_large() {
    let world = World::demo();
    let path = path(&world, "without_photo");
    let limit = 10 * 1024 * 1024;
    assert_snapshot!(world.refused(|world| world.actor("admin").upload(&path, &png(1, 1, limit + 1))), @"");
    let huge = world.refused(|world| world.actor("admin").upload(&path, &png(1, 1, 2 * limit)));
    assert_eq!(huge.status, 413, "a body beyond every bound is read on and refused: {huge}");
    assert_eq!(world.actor("admin").upload(&path, &png(1, 1, limit)).status, 200, "at the bound");
}

#[test]
fn the_picture_has_too_many_pixels() {
    let world = World::demo();
    let path = path(&world, "without_photo");
    assert_snapshot!(world.refused(|world| world.actor("admin").upload(&path, &png(50_000, 50_000, 60))), @"");
    assert_eq!(world.actor("admin").upload(&path, &png(4000, 2500, 60)).status, 200, "at the bound");
}

#[test]
fn the_record_is_locked() {
    let world = World::demo();
    let path = path(&world, "locked");
    assert_snapshot!(world.refused(|world| world.actor("admin").upload(&path, &png(1, 1, 40))), @"");
}

#[test]
fn the_record_is_not_shared_with_this_user() {
    let world = World::demo();
    let path = path(&world, "private_of_other");
    assert_snapshot!(world.refused(|world| world.actor("stranger").upload(&path, &png(1, 1, 40))), @"");
}

#[test]
fn the_id_is_that_of_no_record() {
    let world = World::demo();
    let path = "/crm/v8/Leads/3652397000000990099/photo";
    assert_snapshot!(world.refused(|world| world.actor("admin").upload(path, &png(1, 1, 40))), @"");
}

#[test]
fn the_scope_does_not_do() {
    let world = World::demo();
    let path = path(&world, "without_photo");
    let exchange = world.refused(|world| world.actor("read_only").upload(&path, &png(1, 1, 40)));
    assert_eq!((exchange.status, exchange.code().as_str()), (401, "OAUTH_SCOPE_MISMATCH"));
    assert_eq!(world.actor("write_only").upload(&path, &png(1, 1, 40)).status, 200, "WRITE covers creating");
}
