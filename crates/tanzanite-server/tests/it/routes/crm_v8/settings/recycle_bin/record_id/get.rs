//! `GET /crm/v8/settings/recycle_bin/{record_id}`: one record in the recycle bin.

use crate::world::World;
use insta::assert_snapshot;

#[test]
fn the_record_or_no_content() {
    let world = World::demo();
    let get = |id: &str| {
        let target = format!("/crm/v8/settings/recycle_bin/{id}");
        world.actor("admin").get(&target)
    };
    assert_snapshot!(get(&world.id("deleted")), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"recycle_bin":[{"owner":{"name":"Jun Castellan","id":"3652397000000190010"},"module":{"api_name":"Leads","id":"3652397500000190001"},"deleted_by":{"name":"Jun Castellan","id":"3652397000000190010"},"id":"3652397000000190029","display_name":"Finn Ottesen","deleted_time":"[now]"}]}
    "#);
    for id in [world.id("with_photo").as_str(), "1", "x"] {
        assert_eq!(get(id).status, 204, "{id}");
    }
    let target = format!("/crm/v8/settings/recycle_bin/{}", world.id("deleted"));
    assert_eq!(world.actor("stranger").get(&target).status, 204);
}
