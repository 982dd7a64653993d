//! `GET /crm/v8/settings/recycle_bin`: what is in the recycle bin.

use crate::world::World;
use insta::assert_snapshot;

fn ids(world: &World, actor: &str, query: &str) -> Vec<String> {
    let target = format!("/crm/v8/settings/recycle_bin?{query}");
    let exchange = world.actor(actor).get(&target);
    if exchange.status == 204 {
        return Vec::new();
    }
    assert_eq!(exchange.status, 200, "{target}: {exchange}");
    let records = exchange.json()["recycle_bin"].take();
    let records = records.as_array().expect("records").iter();
    let ids = records.map(|record| record["id"].as_str().expect("an id").to_owned());
    ids.collect()
}

/// A world with records of several modules in the recycle bin.
fn world() -> World {
    let world = World::demo();
    for key in ["account", "with_photo", "workshop"] {
        let deleted = world.actor("admin").delete(&world.path(key));
        assert_eq!(deleted.status, 200, "{key}: {deleted}");
        world.later();
    }
    world
}

#[test]
fn records_of_all_modules_are_listed_those_deleted_last_first() {
    let world = world();
    let expected = ["workshop", "with_photo", "account", "deleted"].map(|key| world.id(key));
    assert_eq!(ids(&world, "admin", ""), expected);
    let mut reversed = expected.clone();
    reversed.reverse();
    assert_eq!(
        ids(&world, "admin", "sort_by=deleted_time&sort_order=asc"),
        reversed
    );
    assert_eq!(ids(&world, "admin", "sort_order=asc"), reversed);
    assert_snapshot!(world.actor("admin").get("/crm/v8/settings/recycle_bin?per_page=2"), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"recycle_bin":[{"owner":{"name":"Jun Castellan","id":"3652397000000190010"},"module":{"api_name":"Workshops","id":"3652397500000190100"},"deleted_by":{"name":"Mara Lindqvist","id":"3652397000000190008"},"id":"3652397000000190045","display_name":"Dovetails by hand","deleted_time":"[now]"},{"owner":{"name":"Jun Castellan","id":"3652397000000190010"},"module":{"api_name":"Leads","id":"3652397500000190001"},"deleted_by":{"name":"Mara Lindqvist","id":"3652397000000190008"},"id":"3652397000000190018","display_name":"Rosa Amberg","deleted_time":"[now]"}],"info":{"per_page":2,"count":2,"page":1,"more_records":true}}
    "#);
    assert_snapshot!(world.actor("admin").get("/crm/v8/settings/recycle_bin?per_page=1&page=2&sort_by=display_name&sort_order=asc"), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"recycle_bin":[{"owner":{"name":"Jun Castellan","id":"3652397000000190010"},"module":{"api_name":"Workshops","id":"3652397500000190100"},"deleted_by":{"name":"Mara Lindqvist","id":"3652397000000190008"},"id":"3652397000000190045","display_name":"Dovetails by hand","deleted_time":"[now]"}],"info":{"per_page":1,"count":1,"page":2,"more_records":true,"sort_by":"display_name","sort_order":"asc"}}
    "#);
}

#[test]
fn some_of_them_by_their_ids() {
    let world = world();
    let (one, other) = (world.id("account"), world.id("workshop"));
    let not_there = world.id("without_photo");
    let query = format!("ids={one},{not_there},{other}");
    assert_eq!(ids(&world, "admin", &query), [other, one]);
    assert_eq!(ids(&world, "admin", &format!("ids={not_there}")), [""; 0]);
}

#[test]
fn one_sees_as_many_as_before_they_were_deleted() {
    let world = world();
    assert!(!ids(&world, "manager", "").is_empty());
    let strangers = ids(&world, "stranger", "");
    assert!(
        !strangers.contains(&world.id("with_photo")),
        "{strangers:?}"
    );
}

#[test]
fn the_parameters_are_wrong() {
    let world = World::demo();
    let refused = |query: &str| {
        let target = format!("/crm/v8/settings/recycle_bin?{query}");
        world.refused(|world| world.actor("admin").get(&target))
    };
    assert_snapshot!(refused("sort_by=owner"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"param_name":"sort_by","supported_values":["deleted_time","display_name","deleted_by"]},"message":"Please check whether the input values are correct","status":"error"}
    "#);
    assert_snapshot!(refused("sort_order=up"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"param_name":"sort_order","supported_values":["asc","desc"]},"message":"Please check whether the input values are correct","status":"error"}
    "#);
    assert_snapshot!(refused("ids=x"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"PATTERN_NOT_MATCHED","details":{"param_name":"ids"},"message":"Please check whether the input values are correct","status":"error"}
    "#);
    assert_snapshot!(refused("per_page=201"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"PATTERN_NOT_MATCHED","details":{"param_name":"per_page"},"message":"Please check whether the input values are correct","status":"error"}
    "#);
    assert_snapshot!(refused("filters=%7B%7D"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"API_NOT_SUPPORTED","details":{"param_name":"filters"},"message":"Tanzanite does not act on this parameter or header yet","status":"error"}
    "#);
    let many: Vec<String> = (1..=201).map(|id| id.to_string()).collect();
    assert_snapshot!(refused(&format!("ids={}", many.join(","))), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"LIMIT_EXCEEDED","details":{"limit":200,"param_name":"ids"},"message":"limit exceeded","status":"error"}
    "#);
}
