//! `GET /crm/v8/settings/layouts/{id}?module=`.

use crate::world::World;

#[test]
fn a_layout_is_read_by_the_id_that_records_and_the_list_have() {
    let world = World::demo();
    let get = |path: &str| {
        world
            .actor("admin")
            .get(&format!("/crm/v8/settings/layouts{path}"))
    };
    let all = get("?module=Leads");
    let record = world.record(&world.path("with_photo"));
    let id = record["$layout_id"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert_eq!(all.json()["layouts"][0]["id"], id.as_str());
    assert_eq!(get(&format!("/{id}?module=Leads")).text(), all.text());
    for of_none in [
        format!("/{id}?module=Deals"),
        "/1?module=Leads".to_owned(),
        "/x?module=Leads".to_owned(),
    ] {
        assert_eq!(get(&of_none).status, 204, "{of_none}");
    }
    assert_eq!(get(&format!("/{id}")).code(), "REQUIRED_PARAM_MISSING");
}
