//! `GET /crm/v8/settings/custom_views?module=`.

use crate::routes::crm_v8::settings::refuses_no_module_and_unknown_ones;
use crate::world::{Exchange, World};
use insta::assert_snapshot;

fn get(world: &World, query: &str) -> Exchange {
    world
        .actor("admin")
        .get(&format!("/crm/v8/settings/custom_views{query}"))
}

#[test]
fn the_views_of_leads() {
    let world = World::demo();
    assert_snapshot!(get(&world, "?module=Leads"), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"custom_views":[{"display_value":"All Leads","created_time":null,"access_type":"public","system_name":"ALLVIEWS","created_by":null,"default":true,"modified_time":null,"name":"All Open Leads","system_defined":true,"modified_by":null,"id":"3652397504001190000","category":"public_views","last_accessed_time":null,"locked":false,"favorite":null},{"display_value":"My Leads","created_time":null,"access_type":"public","system_name":"MYVIEWS","created_by":null,"default":false,"modified_time":null,"name":"My Leads","system_defined":true,"modified_by":null,"id":"3652397504001190001","category":"public_views","last_accessed_time":null,"locked":false,"favorite":null}],"info":{"per_page":200,"count":2,"page":1,"more_records":false,"default":"3652397504001190000","translation":{"public_views":"Public Views","other_users_views":"Other User's Views","shared_with_me":"Shared With Me","created_by_me":"Created By Me"}}}
    "#);
}

#[test]
fn views_come_in_pages() {
    let world = World::demo();
    let page = |page| get(&world, &format!("?module=Deals&per_page=1&page={page}"));
    let names = [1, 2].map(|number| page(number).json()["custom_views"][0]["system_name"].clone());
    assert_eq!(names, ["ALLVIEWS", "MYVIEWS"]);
    assert_eq!(page(1).json()["info"]["more_records"], true);
    assert_eq!(
        page(2).json()["info"]["default"],
        page(1).json()["info"]["default"]
    );
    assert_eq!(page(3).status, 204);
    assert_eq!(
        world
            .refused(|world| get(world, "?module=Deals&page=0"))
            .code(),
        "PATTERN_NOT_MATCHED"
    );
}

#[test]
fn the_module_is_missing_or_unknown() {
    let world = World::demo();
    let refused = |query: &str| world.refused(|world| get(world, query));
    refuses_no_module_and_unknown_ones(&refused);
    assert_eq!(refused("?module=Notes").code(), "INVALID_MODULE");
}
