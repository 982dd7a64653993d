//! `GET /crm/v8/{module}/actions/count`: the number of records.

use crate::world::World;
use insta::assert_snapshot;
use serde_json::json;

fn count(world: &World, actor: &str, query: &str) -> i64 {
    let exchange = world
        .actor(actor)
        .get(&format!("/crm/v8/Leads/actions/count?{query}"));
    assert_eq!(exchange.status, 200, "{query}: {exchange}");
    exchange.json()["count"].as_i64().expect("a number")
}

#[test]
fn those_that_are_found_are_counted() {
    let world = World::demo();
    let before = count(&world, "admin", "");
    let many: Vec<_> = (0..250)
        .map(|n| json!({ "Last_Name": format!("Counted {n}"), "City": if n % 5 == 0 { "Graz" } else { "Linz" } }))
        .collect();
    let ids = world.insert("Leads", &many);
    assert_eq!(count(&world, "admin", ""), before + 250);
    assert_eq!(count(&world, "admin", "criteria=(City:equals:Graz)"), 50);
    assert_eq!(
        count(
            &world,
            "admin",
            "criteria=((City:equals:Graz)or(City:equals:Linz))"
        ),
        250
    );
    assert_eq!(
        count(&world, "admin", "criteria=(Last_Name:starts_with:Counted)"),
        250
    );
    assert_eq!(count(&world, "admin", "word=counted"), 250);
    assert_eq!(count(&world, "admin", "criteria=(City:equals:Nowhere)"), 0);
    assert_eq!(count(&world, "admin", "email=nobody@example.com"), 0);
    let gone = format!("/crm/v8/Leads?ids={}", ids[..100].join(","));
    assert_eq!(world.actor("admin").delete(&gone).status, 200);
    assert_eq!(count(&world, "admin", ""), before + 150);
    assert_eq!(count(&world, "admin", "criteria=(City:equals:Graz)"), 30);
    assert_snapshot!(world.actor("admin").get("/crm/v8/Leads/actions/count?criteria=(City:equals:Graz)"), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"count":30}
    "#);
}

#[test]
fn nobody_counts_what_is_not_shared() {
    let world = World::demo();
    let hidden = count(&world, "admin", "") - count(&world, "stranger", "");
    assert!(hidden > 0);
    let id = world.id("with_photo");
    assert_eq!(
        count(&world, "admin", &format!("criteria=(id:equals:{id})")),
        1
    );
    assert_eq!(
        count(&world, "stranger", &format!("criteria=(id:equals:{id})")),
        0
    );
}

#[test]
fn the_choice_is_ambiguous_or_of_no_view() {
    let world = World::demo();
    let refused = |query: &str| {
        world.refused(|world| {
            world
                .actor("admin")
                .get(&format!("/crm/v8/Leads/actions/count?{query}"))
        })
    };
    assert_snapshot!(refused("cvid=1&criteria=(City:equals:Graz)"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"AMBIGUITY_DURING_PROCESSING","details":{"ambiguity_due_to":[{"param_name":"cvid"},{"param_name":"criteria"}]},"message":"Please use either Cvid or Search Params. Combination of both the params is not allowed","status":"error"}
    "#);
    assert_snapshot!(refused("cvid=1"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"param_name":"cvid"},"message":"invalid data","status":"error"}
    "#);
    assert_snapshot!(refused("criteria=(Town:equals:Graz)"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_QUERY","details":{"reason":"the field is not available for search","api_name":"Town"},"message":"Invalid query formed","status":"error"}
    "#);
    assert_snapshot!(refused("filters=%7B%7D"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"API_NOT_SUPPORTED","details":{"param_name":"filters"},"message":"Tanzanite does not act on this parameter or header yet","status":"error"}
    "#);
    assert_snapshot!(world.refused(|world| world.actor("admin").get("/crm/v8/Leeds/actions/count")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_MODULE","details":{"resource_path_index":0},"message":"the module name given seems to be invalid","status":"error"}
    "#);
}
