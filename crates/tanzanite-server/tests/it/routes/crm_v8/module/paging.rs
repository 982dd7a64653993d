//! Pages of `GET /crm/v8/{module}`: every record comes once, by page number and by page token.

use crate::world::{Exchange, World, text};
use insta::assert_snapshot;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// More than two pages of the longest kind.
const COUNT: usize = 450;
const RECORDS: &str = "/crm/v8/Accounts?fields=Account_Name";

fn filled(count: usize) -> (World, Vec<String>) {
    let world = World::demo();
    let items: Vec<Value> = (0..count)
        .map(|number| json!({ "Account_Name": format!("A {number}") }))
        .collect();
    world.insert("Accounts", &items);
    let mut ids = Vec::new();
    for page in 1..=count / 200 + 1 {
        ids.extend(ids_of(
            &world
                .actor("admin")
                .get(&format!("{RECORDS}&sort_order=asc&page={page}")),
        ));
    }
    // The demo has two already.
    assert_eq!(ids.len(), count + 2);
    (world, ids)
}

fn ids_of(exchange: &Exchange) -> Vec<String> {
    assert_eq!(exchange.status, 200, "{exchange}");
    let records = exchange.json()["data"].take();
    records
        .as_array()
        .expect("data")
        .iter()
        .map(|record| text(&record["id"]))
        .collect()
}

fn info(exchange: &Exchange) -> Value {
    exchange.json()["info"].take()
}

/// Follows page tokens to the end.
fn walk(world: &World, query: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut token = String::new();
    for page in 1.. {
        let exchange = world
            .actor("admin")
            .get(&format!("{RECORDS}{query}{token}"));
        ids.extend(ids_of(&exchange));
        let info = info(&exchange);
        assert_eq!(info["page"], page);
        if info["more_records"] == false {
            assert!(info["next_page_token"].is_null(), "{info}");
            break;
        }
        token = format!("&page_token={}", text(&info["next_page_token"]));
    }
    ids
}

#[test]
fn every_walk_meets_every_record_once() {
    let (world, ids) = filled(COUNT);
    let descending: Vec<String> = ids.iter().rev().cloned().collect();
    assert_eq!(walk(&world, ""), descending);
    assert_eq!(walk(&world, "&sort_order=asc&per_page=77"), ids);
    assert_eq!(walk(&world, "&per_page=200"), descending);
    let all: BTreeSet<&String> = ids.iter().collect();
    for query in [
        "&sort_by=Created_Time",
        "&sort_by=Modified_Time&sort_order=asc&per_page=90",
    ] {
        let walked = walk(&world, query);
        assert_eq!(walked.len(), ids.len(), "{query}");
        assert_eq!(walked.iter().collect::<BTreeSet<_>>(), all, "{query}");
    }
    let mut by_page = Vec::new();
    for page in 1..=10 {
        by_page.extend(ids_of(
            &world
                .actor("admin")
                .get(&format!("{RECORDS}&per_page=50&page={page}")),
        ));
    }
    assert_eq!(by_page, descending);
}

#[test]
fn info_tells_where_one_is() {
    let (world, _) = filled(COUNT);
    let get = |query: &str| {
        world
            .actor("admin")
            .get(&format!("{RECORDS}&per_page=1{query}"))
    };
    let first = get("&sort_order=asc");
    assert_snapshot!(first, @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Account_Name":"Brenner Woodworks","id":"3652397000000190031"}],"info":{"call":false,"per_page":1,"next_page_token":"[page token]","count":1,"sort_by":"id","page":1,"previous_page_token":null,"page_token_expiry":"[tomorrow]","sort_order":"asc","email":false,"more_records":true}}
    "#);
    let next = text(&info(&first)["next_page_token"]);
    let second = get(&format!("&sort_order=asc&page_token={next}"));
    assert_snapshot!(second, @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Account_Name":"Estuary Boats","id":"3652397000000190032"}],"info":{"call":false,"per_page":1,"next_page_token":"[page token]","count":1,"sort_by":"id","page":2,"previous_page_token":"[page token]","page_token_expiry":"[tomorrow]","sort_order":"asc","email":false,"more_records":true}}
    "#);
    let back = text(&info(&second)["previous_page_token"]);
    let first_again = get(&format!("&sort_order=asc&page_token={back}"));
    assert_eq!(ids_of(&first_again), ids_of(&first));
    assert_snapshot!(world.actor("admin").get("/crm/v8/Vendors?fields=Vendor_Name"), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Vendor_Name":"Harrow Timber","id":"3652397000000190037"},{"Vendor_Name":"Northgate Steel","id":"3652397000000190036"}],"info":{"call":false,"per_page":200,"next_page_token":null,"count":2,"sort_by":"id","page":1,"previous_page_token":null,"page_token_expiry":null,"sort_order":"desc","email":false,"more_records":false}}
    "#);
}

#[test]
fn a_record_made_or_deleted_on_the_way_shifts_no_page_of_a_walk_by_token() {
    let (world, ids) = filled(120);
    let admin = world.actor("admin");
    let page = |token: &str| admin.get(&format!("{RECORDS}&per_page=50&sort_order=asc{token}"));
    let first = page("");
    let token = format!("&page_token={}", text(&info(&first)["next_page_token"]));
    assert_eq!(
        admin.delete(&format!("/crm/v8/Accounts/{}", ids[3])).status,
        200
    );
    assert_eq!(
        admin
            .delete(&format!("/crm/v8/Accounts/{}", ids[49]))
            .status,
        200
    );
    assert_eq!(ids_of(&page(&token)), ids[50..100]);
}

#[test]
fn by_page_number_the_first_two_thousand_can_be_had() {
    let (world, _) = filled(2);
    let get = |query: &str| world.actor("admin").get(&format!("{RECORDS}{query}"));
    assert_snapshot!(world.refused(|_| get("&page=11")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"DISCRETE_PAGINATION_LIMIT_EXCEEDED","details":{"limit":2000},"message":"You can only get the first 2000 records without using page_token param","status":"error"}
    "#);
    for (query, status) in [
        ("&page=10", 204),
        ("&page=2000&per_page=1", 204),
        ("&page=2001&per_page=1", 400),
        ("&page=667&per_page=3", 400),
        ("&page=4294967295&per_page=200", 400),
    ] {
        assert_eq!(get(query).status, status, "{query}");
    }
}

#[test]
fn a_page_token_is_of_one_user_and_one_query() {
    let (world, _) = filled(5);
    let first = world.actor("admin").get(&format!("{RECORDS}&per_page=2"));
    let token = text(&info(&first)["next_page_token"]);
    let altered = token.replace(&token[..1], if token.starts_with('0') { "1" } else { "0" });
    let get = |actor: &str, query: &str| world.refused(|world| world.actor(actor).get(query));
    let wrong = [
        ("admin", format!("{RECORDS}&per_page=3&page_token={token}")),
        (
            "admin",
            format!("{RECORDS}&per_page=2&sort_order=asc&page_token={token}"),
        ),
        (
            "admin",
            format!("{RECORDS},Phone&per_page=2&page_token={token}"),
        ),
        (
            "admin",
            format!("/crm/v8/Leads?fields=Account_Name&per_page=2&page_token={token}"),
        ),
        (
            "manager",
            format!("{RECORDS}&per_page=2&page_token={token}"),
        ),
        (
            "admin",
            format!("{RECORDS}&per_page=2&page_token={altered}"),
        ),
        ("admin", format!("{RECORDS}&per_page=2&page_token=%00")),
    ];
    for (actor, target) in &wrong {
        let exchange = get(actor, target);
        assert_eq!(
            (exchange.status, exchange.code().as_str()),
            (400, "TOKEN_BOUND_DATA_MISMATCH"),
            "{target}"
        );
    }
    assert_snapshot!(get("admin", &wrong[0].1), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"TOKEN_BOUND_DATA_MISMATCH","details":{"param_name":"page_token"},"message":"The page_token given seems to be invalid or input param is added or altered or deleted","status":"error"}
    "#);
    assert_snapshot!(get("admin", &format!("{RECORDS}&per_page=2&page=2&page_token={token}")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"AMBIGUITY_DURING_PROCESSING","details":{"ambiguity_due_to":[{"param_name":"page"},{"param_name":"page_token"}]},"message":"Ambiguity while processing the request","status":"error"}
    "#);
}

#[test]
fn no_record_is_lost_or_repeated_while_others_write() {
    let (world, before) = filled(COUNT);
    let doomed: BTreeSet<String> = before.iter().step_by(10).cloned().collect();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for id in &doomed {
                world.insert("Accounts", &[json!({ "Account_Name": "New" })]);
                let path = format!("/crm/v8/Accounts/{id}");
                assert_eq!(world.actor("admin").delete(&path).status, 200);
            }
        });
        for query in ["&per_page=20", "&per_page=7&sort_by=id&sort_order=asc"] {
            let walked = walk(&world, query);
            let seen: BTreeSet<&String> = walked.iter().collect();
            assert_eq!(seen.len(), walked.len(), "{query}: a record came twice");
            let mut stayed = before.iter().filter(|id| !doomed.contains(*id));
            assert!(
                stayed.all(|id| seen.contains(id)),
                "{query}: a record is lost"
            );
        }
    });
}
