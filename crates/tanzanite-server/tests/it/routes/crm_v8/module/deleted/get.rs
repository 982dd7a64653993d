//! `GET /crm/v8/{module}/deleted`: deleted records.

use crate::world::World;
use insta::assert_snapshot;
use serde_json::json;

/// Lead by lead whether the list tells of one in the recycle bin or of one that is gone.
fn listed(world: &World, actor: &str, query: &str) -> Vec<(String, String)> {
    let target = format!("/crm/v8/Leads/deleted?{query}");
    let exchange = world.actor(actor).get(&target);
    if exchange.status == 204 {
        return Vec::new();
    }
    assert_eq!(exchange.status, 200, "{target}: {exchange}");
    let records = exchange.json()["data"].take();
    let records = records.as_array().expect("data").iter();
    let told = records.map(|record| {
        let text = |key: &str| record[key].as_str().expect("a text").to_owned();
        (text("id"), text("type"))
    });
    told.collect()
}

fn delete(world: &World, key: &str) {
    let deleted = world.actor("admin").delete(&world.path(key));
    assert_eq!(deleted.status, 200, "{deleted}");
    world.later();
}

fn in_bin(world: &World, key: &str) -> (String, String) {
    (world.id(key), "recycle".to_owned())
}

fn gone(world: &World, key: &str) -> (String, String) {
    (world.id(key), "permanent".to_owned())
}

#[test]
fn the_record_that_was_deleted_last_comes_first() {
    let world = World::demo();
    delete(&world, "with_photo");
    delete(&world, "without_photo");
    let three = ["without_photo", "with_photo", "deleted"].map(|key| in_bin(&world, key));
    assert_eq!(listed(&world, "admin", ""), three);
    assert_eq!(listed(&world, "admin", "type=all"), three);
    assert_eq!(listed(&world, "admin", "type=recycle"), three);
    assert_eq!(listed(&world, "admin", "type=permanent"), []);
    assert_snapshot!(world.actor("admin").get("/crm/v8/Leads/deleted?per_page=1&page=2"), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"deleted_by":{"name":"Mara Lindqvist","id":"3652397000000190008"},"id":"3652397000000190018","display_name":"Rosa Amberg","type":"recycle","created_by":{"name":"Jun Castellan","id":"3652397000000190010"},"deleted_time":"[now]"}],"info":{"per_page":1,"count":1,"page":2,"more_records":true}}
    "#);
    assert_eq!(listed(&world, "admin", "page=2"), []);
}

#[test]
fn a_record_is_not_known_for_ever() {
    let world = World::demo();
    delete(&world, "with_photo");
    world.clock(r#"{"action":"advance","by":"60d"}"#);
    let bin = world.actor("admin").get("/crm/v8/settings/recycle_bin");
    assert_eq!(bin.status, 204, "{bin}");
    let lead = listed(&world, "admin", "type=permanent");
    assert!(lead.contains(&gone(&world, "with_photo")), "{lead:?}");
    assert_snapshot!(world.actor("admin").get("/crm/v8/Leads/deleted?per_page=1"), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"deleted_by":null,"id":"3652397000000190018","display_name":null,"type":"permanent","created_by":null,"deleted_time":"[now]"}],"info":{"per_page":1,"count":1,"page":1,"more_records":true}}
    "#);
    assert_eq!(listed(&world, "admin", "type=recycle"), []);
    world.clock(r#"{"action":"advance","by":"60d"}"#);
    assert_eq!(listed(&world, "admin", ""), []);
}

#[test]
fn those_deleted_since() {
    let world = World::demo();
    delete(&world, "with_photo");
    let list = |since: &str| {
        world.actor("admin").send(
            "GET",
            "/crm/v8/Leads/deleted",
            &[("If-Modified-Since", since)],
            b"",
        )
    };
    assert_eq!(list("2020-01-01T00:00:00+00:00").status, 200);
    assert_eq!(list("2090-01-01T00:00:00+00:00").status, 204);
}

#[test]
fn one_sees_as_many_as_before_they_were_deleted() {
    let world = World::demo();
    delete(&world, "with_photo");
    assert!(!listed(&world, "admin", "").is_empty());
    assert_eq!(listed(&world, "stranger", ""), []);
    let expected = in_bin(&world, "with_photo");
    assert!(listed(&world, "manager", "").contains(&expected));
}

#[test]
fn the_parameters_are_wrong() {
    let world = World::demo();
    for (query, code) in [
        ("type=recycled", "PATTERN_NOT_MATCHED"),
        ("per_page=0", "PATTERN_NOT_MATCHED"),
        ("per_page=201", "PATTERN_NOT_MATCHED"),
        ("page=x", "PATTERN_NOT_MATCHED"),
    ] {
        let refused = world.refused(|world| {
            world
                .actor("admin")
                .get(&format!("/crm/v8/Leads/deleted?{query}"))
        });
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (400, code),
            "{query}: {refused}"
        );
    }
    assert_snapshot!(world.actor("admin").get("/crm/v8/Leads/deleted?type=recycled"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"PATTERN_NOT_MATCHED","details":{"param_name":"type"},"message":"Please check whether the input values are correct","status":"error"}
    "#);
    let unknown = world.refused(|world| world.actor("admin").get("/crm/v8/Leeds/deleted"));
    assert_eq!(unknown.code(), "INVALID_MODULE");
}

#[test]
fn what_was_created_and_deleted_in_the_same_moment_is_told_once() {
    let world = World::demo();
    let ids = world.insert(
        "Leads",
        &[
            json!({ "Last_Name": "Brief" }),
            json!({ "Last_Name": "Short" }),
        ],
    );
    let target = format!("/crm/v8/Leads?ids={},{}", ids[0], ids[1]);
    assert_eq!(world.actor("admin").delete(&target).status, 200);
    let told = listed(&world, "admin", "");
    let told: Vec<&str> = told.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(told[..2], [ids[1].as_str(), ids[0].as_str()]);
}
