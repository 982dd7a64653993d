//! `GET /crm/v8/settings/tags/{id}/actions/records_count`.

use crate::world::World;

#[test]
fn records_that_have_the_tag_are_counted_but_for_those_in_the_recycle_bin() {
    let world = World::demo();
    let tag = world.tag("counted");
    let path = format!("/crm/v8/settings/tags/{tag}/actions/records_count");
    let count = |query: &str| world.actor("admin").get(&format!("{path}{query}")).text();
    assert_eq!(count("?module=Leads"), r#"{"count":"0"}"#);
    world.tag_record("with_photo", &["counted"]);
    world.tag_record("without_photo", &["counted"]);
    assert_eq!(count("?module=Leads"), r#"{"count":"2"}"#);
    assert_eq!(count("?module=Contacts"), r#"{"count":"0"}"#);
    assert_eq!(
        world
            .actor("admin")
            .delete(&world.path("with_photo"))
            .status,
        200
    );
    assert_eq!(count("?module=Leads"), r#"{"count":"1"}"#);
    for (query, code) in [
        ("", "REQUIRED_PARAM_MISSING"),
        ("?module=Nothing", "INVALID_MODULE"),
    ] {
        let refused = world.refused(|world| world.actor("admin").get(&format!("{path}{query}")));
        assert_eq!(refused.code(), code, "{refused}");
    }
    let unknown = "/crm/v8/settings/tags/999999999999999999/actions/records_count?module=Leads";
    assert_eq!(
        world
            .refused(|world| world.actor("admin").get(unknown))
            .code(),
        "INVALID_DATA"
    );
}
