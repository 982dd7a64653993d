//! `GET /crm/v8/settings/recycle_bin/actions/count`: how many records are in the recycle bin.

use crate::world::World;
use insta::assert_snapshot;

#[test]
fn the_count_follows_deletion_restoration_and_the_clock() {
    let world = World::demo();
    let admin = world.actor("admin");
    let count = || {
        let counted = admin.get("/crm/v8/settings/recycle_bin/actions/count");
        assert_eq!(counted.status, 200, "{counted}");
        counted.json()["count"].as_i64().expect("a number")
    };
    assert_snapshot!(admin.get("/crm/v8/settings/recycle_bin/actions/count"), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"count":1}
    "#);
    assert_eq!(admin.delete(&world.path("with_photo")).status, 200);
    assert_eq!(count(), 2);
    let id = world.id("with_photo");
    admin.post(
        &format!("/crm/v8/settings/recycle_bin/{id}/actions/restore"),
        "",
    );
    assert_eq!(count(), 1);
    world.clock(r#"{"action":"advance","by":"61d"}"#);
    assert_eq!(count(), 0);
}
