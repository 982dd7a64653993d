//! `GET /crm/v8/{module}`: list records. Pages are in `paging.rs`.

use crate::world::{Exchange, World, text};
use insta::assert_snapshot;
use serde_json::{Value, json};

fn list(world: &World, actor: &str, target: &str) -> Exchange {
    world.actor(actor).get(&format!("/crm/v8/{target}"))
}

fn refused(world: &World, query: &str) -> Exchange {
    world.refused(|world| list(world, "admin", &format!("Leads?{query}")))
}

fn column(exchange: &Exchange, key: &str) -> Vec<Value> {
    let records = exchange.json()["data"].take();
    records
        .as_array()
        .expect("data")
        .iter()
        .map(|record| record[key].clone())
        .collect()
}

#[test]
fn a_list_has_the_fields_that_were_asked_for() {
    let world = World::demo();
    assert_snapshot!(list(&world, "admin", "Contacts?fields=Full_Name,Owner,Account_Name,Nonsense"), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Owner":{"name":"Tomas Okafor","id":"3652397000000190009","email":"tomas.okafor@example.com"},"Full_Name":"Klara Vesely","Account_Name":{"name":"Brenner Woodworks","id":"3652397000000190031"},"id":"3652397000000190035"},{"Owner":{"name":"Ines Varga","id":"3652397000000190011","email":"ines.varga@example.com"},"Full_Name":"Omar Quist","Account_Name":{"name":"Estuary Boats","id":"3652397000000190032"},"id":"3652397000000190034"},{"Owner":{"name":"Jun Castellan","id":"3652397000000190010","email":"jun.castellan@example.com"},"Full_Name":"Sofia Brenner","Account_Name":{"name":"Brenner Woodworks","id":"3652397000000190031"},"id":"3652397000000190033"}],"info":{"call":false,"per_page":200,"next_page_token":null,"count":3,"sort_by":"id","page":1,"previous_page_token":null,"page_token_expiry":null,"sort_order":"desc","email":false,"more_records":false}}
    "#);
}

#[test]
fn fields_are_mandatory_from_v3_on_and_at_most_fifty() {
    let world = World::demo();
    assert_snapshot!(refused(&world, "per_page=5"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"REQUIRED_PARAM_MISSING","details":{"param_name":"fields"},"message":"required param is missing","status":"error"}
    "#);
    assert_eq!(refused(&world, "fields=,").code(), "REQUIRED_PARAM_MISSING");
    let names = |count| vec!["Last_Name"; count].join(",");
    assert_snapshot!(refused(&world, &format!("fields={}", names(51))), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"LIMIT_EXCEEDED","details":{"limit":50,"param_name":"fields"},"message":"limit exceeded","status":"error"}
    "#);
    assert_eq!(
        list(&world, "admin", &format!("Leads?fields={}", names(50))).status,
        200
    );
    for (version, status) in [("v2", 200), ("v2.1", 200), ("v3", 400), ("v7", 400)] {
        let exchange = world.actor("admin").get(&format!("/crm/{version}/Leads"));
        assert_eq!(exchange.status, status, "{version}");
    }
}

#[test]
fn a_module_without_records_has_no_content() {
    let world = World::demo();
    assert_snapshot!(list(&world, "admin", "Cases?fields=Subject"), @"204");
    assert_eq!(list(&world, "admin", "Leads?fields=id&ids=1").status, 204);
    assert_eq!(
        list(&world, "admin", "Leads?fields=id&page=3").status,
        204,
        "beyond the last page"
    );
    assert_eq!(
        list(&world, "admin", "Leads?fields=id&converted=true").status,
        204
    );
}

#[test]
fn what_is_not_shared_is_not_listed() {
    let world = World::demo();
    let names = |actor| {
        let exchange = list(&world, actor, "Contacts?fields=Last_Name&sort_order=asc");
        column(&exchange, "Last_Name")
    };
    assert_eq!(names("admin"), ["Brenner", "Quist", "Vesely"]);
    assert_eq!(
        names("manager"),
        ["Brenner", "Quist", "Vesely"],
        "who stands above"
    );
    assert_eq!(names("stranger"), ["Quist"], "her own alone");
    assert_eq!(
        list(&world, "no_delete", "Contacts?fields=Last_Name").status,
        204
    );
    let hidden = format!("Contacts?fields=id&ids={}", world.id("private_of_other"));
    assert_eq!(
        list(&world, "stranger", &hidden).status,
        204,
        "not by its id either"
    );
    let accounts = list(&world, "stranger", "Accounts?fields=Account_Name,Owner");
    assert_eq!(column(&accounts, "id").len(), 2, "all see what is public");
}

#[test]
fn ids_choose_records() {
    let world = World::demo();
    let (first, second, deleted) = (
        world.id("with_photo"),
        world.id("locked"),
        world.id("deleted"),
    );
    let query = format!("Leads?fields=id&sort_order=asc&ids={second},{first},{second},{deleted},1");
    assert_eq!(
        column(&list(&world, "admin", &query), "id"),
        [first, second]
    );
    assert_snapshot!(refused(&world, "fields=id&ids=1,x"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"PATTERN_NOT_MATCHED","details":{"param_name":"ids"},"message":"Please check whether the input values are correct","status":"error"}
    "#);
    let ids = |count: usize| {
        (1..=count)
            .map(|id| id.to_string())
            .collect::<Vec<_>>()
            .join(",")
    };
    assert_snapshot!(refused(&world, &format!("fields=id&ids={}", ids(101))), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"LIMIT_EXCEEDED","details":{"limit":100,"param_name":"ids"},"message":"limit exceeded","status":"error"}
    "#);
    assert_eq!(
        list(
            &world,
            "admin",
            &format!("Leads?fields=id&ids={}", ids(100))
        )
        .status,
        204
    );
}

#[test]
fn lists_are_sorted_both_ways() {
    let world = World::demo();
    let ids = |query: &str| {
        column(
            &list(&world, "admin", &format!("Leads?fields=id&{query}")),
            "id",
        )
    };
    let ascending = ids("sort_order=asc");
    let mut sorted = ascending.clone();
    sorted.sort_by_key(text);
    assert_eq!(ascending, sorted);
    let reversed: Vec<Value> = ascending.iter().rev().cloned().collect();
    assert_eq!(ids("sort_order=desc"), reversed);
    assert_eq!(ids(""), reversed, "by id, the newest first");
    world.actor("admin").put(
        &world.path("with_photo_gif"),
        r#"{"data":[{"City":"Bonn"}]}"#,
    );
    assert_eq!(
        ids("sort_by=Modified_Time")[0],
        world.id("with_photo_gif").as_str()
    );
}

/// Any two of the three orders differ, and none is the reverse of another.
#[test]
fn each_order_is_one_of_its_own() {
    let world = World::demo();
    let at = |day: usize| {
        world.clock(&format!(
            r#"{{"action":"freeze","at":"2020-01-{day:02}T00:00:00Z"}}"#
        ));
    };
    let made = [2, 1, 3].map(|day| {
        at(day);
        let code = format!("made-{day}");
        let fields = json!({ "Name": code, "Workshop_Code": code, "Held_On": "2026-05-09" });
        world.insert("Workshops", &[fields]).remove(0)
    });
    for (day, id) in [12, 13, 11].into_iter().zip(&made) {
        at(day);
        let path = format!("/crm/v8/Workshops/{id}");
        let changed = world.actor("admin").put(&path, r#"{"data":[{"Seats":3}]}"#);
        assert_eq!(changed.status, 200, "{changed}");
    }
    let order = |query: &str| {
        let listed = list(&world, "admin", &format!("Workshops?fields=id&{query}"));
        let ids: Vec<String> = column(&listed, "id").iter().map(text).collect();
        let places = ids.iter().map(|id| made.iter().position(|made| made == id));
        places.flatten().collect::<Vec<_>>()
    };
    for (by, ascending) in [
        ("id", [0, 1, 2]),
        ("Created_Time", [1, 0, 2]),
        ("Modified_Time", [2, 0, 1]),
    ] {
        let query = format!("sort_by={by}&sort_order");
        assert_eq!(order(&format!("{query}=asc")), ascending, "{by}");
        let mut descending = ascending;
        descending.reverse();
        assert_eq!(order(&format!("{query}=desc")), descending, "{by}");
    }
}

#[test]
fn a_parameter_has_a_value_that_it_cannot_have() {
    let world = World::demo();
    assert_snapshot!(refused(&world, "fields=id&sort_by=Last_Name"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"param_name":"sort_by","supported_values":["id","Created_Time","Modified_Time"]},"message":"Please check whether the input values are correct","status":"error"}
    "#);
    assert_snapshot!(refused(&world, "fields=id&sort_order=up"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"PATTERN_NOT_MATCHED","details":{"param_name":"sort_order"},"message":"Please check whether the input values are correct","status":"error"}
    "#);
    assert_snapshot!(refused(&world, "fields=id&cvid=1"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"param_name":"cvid"},"message":"invalid data","status":"error"}
    "#);
    assert_snapshot!(refused(&world, "fields=id&cvid=1&sort_by=id"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"AMBIGUITY_DURING_PROCESSING","details":{"ambiguity_due_to":[{"param_name":"cvid"},{"param_name":"sort_by"}]},"message":"Ambiguity while processing the request","status":"error"}
    "#);
    for (query, code) in [
        ("page=0", "PATTERN_NOT_MATCHED"),
        ("page=-1", "PATTERN_NOT_MATCHED"),
        ("page=1.5", "PATTERN_NOT_MATCHED"),
        ("page=99999999999", "PATTERN_NOT_MATCHED"),
        ("per_page=0", "PATTERN_NOT_MATCHED"),
        ("per_page=201", "PATTERN_NOT_MATCHED"),
        ("per_page=x", "PATTERN_NOT_MATCHED"),
        ("converted=maybe", "PATTERN_NOT_MATCHED"),
        ("sort_by=id;drop", "INVALID_DATA"),
        ("page_token=abc", "TOKEN_BOUND_DATA_MISMATCH"),
    ] {
        let exchange = refused(&world, &format!("fields=id&{query}"));
        assert_eq!(
            (exchange.status, exchange.code().as_str()),
            (400, code),
            "{query}: {exchange}"
        );
        let name = query.split('=').next();
        assert_eq!(
            exchange.json()["details"]["param_name"].as_str(),
            name,
            "{query}"
        );
    }
}

#[test]
fn parameters_that_change_nothing_are_no_fault() {
    let world = World::demo();
    for query in [
        "approved=both",
        "include_child=true",
        "approved=true",
        "converted=both",
        "territory_id=",
        "page=&per_page=&sort_by=",
        "x=y&",
    ] {
        assert_eq!(
            list(&world, "admin", &format!("Leads?fields=id&{query}")).status,
            200,
            "{query}"
        );
    }
}

#[test]
fn only_what_changed_since_is_listed() {
    let world = World::demo();
    let since = |time: &str| {
        let headers = [("If-Modified-Since", time)];
        world
            .actor("admin")
            .send("GET", "/crm/v8/Leads?fields=Modified_Time", &headers, b"")
    };
    let all = column(&since("2001-01-01T00:00:00+00:00"), "id").len();
    assert_eq!(
        column(&since("yesterday"), "id").len(),
        all,
        "what is no time is ignored"
    );
    let newest = list(
        &world,
        "admin",
        "Leads?fields=Modified_Time&sort_by=Modified_Time&per_page=1",
    );
    let newest = text(&column(&newest, "Modified_Time")[0]);
    assert_snapshot!(since(&newest), @"304");
    assert_eq!(since("2199-01-01T00:00:00+00:00").status, 304);
    assert_eq!(since("Tue, 01 Jan 2199 00:00:00 GMT").status, 304);
    // Times have whole seconds, so the change must fall into another second.
    world.later();
    world
        .actor("admin")
        .put(&world.path("with_photo"), r#"{"data":[{"City":"Bonn"}]}"#);
    assert_eq!(column(&since(&newest), "id"), [world.id("with_photo")]);
}

#[test]
fn system_keys_are_those_of_the_caller() {
    let world = World::demo();
    let keys = "$editable,$locked_for_me,Locked__s,$approved,$approval_state";
    let path = format!(
        "Leads?fields={keys}&ids={},{}",
        world.id("locked"),
        world.id("with_photo")
    );
    assert_snapshot!(list(&world, "manager", &path), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"id":"3652397000000190023","$approved":true,"$approval_state":"approved","$editable":false,"$locked_for_me":true,"Locked__s":true},{"id":"3652397000000190018","$approved":true,"$approval_state":"approved","$editable":true,"$locked_for_me":false,"Locked__s":false}],"info":{"call":false,"per_page":200,"next_page_token":null,"count":2,"sort_by":"id","page":1,"previous_page_token":null,"page_token_expiry":null,"sort_order":"desc","email":false,"more_records":false}}
    "#);
    let exempt = list(&world, "lock_exempt", &path);
    assert_eq!(column(&exempt, "$locked_for_me"), [false, false]);
    assert_eq!(column(&exempt, "Locked__s"), [true, false]);
    let account = format!("Accounts?fields={keys}&ids={}", world.id("account"));
    let stranger = list(&world, "stranger", &account);
    assert_eq!(
        column(&stranger, "$editable"),
        [false],
        "she may see it and no more"
    );
    assert_eq!(
        column(&stranger, "Locked__s"),
        [false],
        "locking or not: the module's records have the key"
    );
}

#[test]
fn a_custom_module_is_listed() {
    let world = World::demo();
    let exchange = list(
        &world,
        "admin",
        "Workshops?fields=Name,Workshop_Code,Held_On,Seats,Host&per_page=1",
    );
    let record = exchange.json()["data"][0].take();
    assert_eq!(record["Workshop_Code"], "WS-03");
    assert_eq!(
        (&record["Held_On"], &record["Host"]),
        (&json!(null), &json!(null))
    );
}

#[test]
fn the_module_the_token_or_the_profile_does_not_do() {
    let world = World::enlarged();
    let get = |actor: &str, target: &str| world.refused(|world| list(world, actor, target));
    assert_snapshot!(get("admin", "Leeds?fields=id"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_MODULE","details":{"resource_path_index":0},"message":"the module name given seems to be invalid","status":"error"}
    "#);
    assert_snapshot!(get("admin", "Attachments?fields=id"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"API_NOT_SUPPORTED","details":{"resource_path_index":0,"module":"Attachments"},"message":"Tanzanite does not serve this module yet","status":"error"}
    "#);
    assert_snapshot!(get("write_only", "Leads?fields=id"), @r#"
    401
    content-type: application/json;charset=UTF-8

    {"code":"OAUTH_SCOPE_MISMATCH","details":{},"message":"Unauthorized","status":"error"}
    "#);
    assert_snapshot!(get("nothing", "Leads?fields=id"), @r#"
    403
    content-type: application/json;charset=UTF-8

    {"code":"NO_PERMISSION","details":{"permissions":["Crm_Implied_View_Leads"]},"message":"Permission denied","status":"error"}
    "#);
}

fn views(world: &World, module: &str) -> [String; 2] {
    let path = format!("/crm/v8/settings/custom_views?module={module}");
    let views = world.actor("manager").get(&path).json();
    [0, 1].map(|place| text(&views["custom_views"][place]["id"]))
}

#[test]
fn a_view_shows_all_records_or_the_caller_s_own() {
    let world = World::demo();
    let manager = world.actor("manager");
    let [all, own] = views(&world, "Contacts");
    let names = |query: &str| {
        let listed = manager.get(&format!("/crm/v8/Contacts?fields=Last_Name,Owner{query}"));
        assert_eq!(listed.status, 200, "{listed}");
        let listed = listed.json();
        let records = listed["data"].as_array().expect("records").iter();
        let records: Vec<(String, String)> = records
            .map(|record| (text(&record["Last_Name"]), text(&record["Owner"]["name"])))
            .collect();
        records
    };
    assert_eq!(names(&format!("&cvid={all}")), names(""));
    let mine = names(&format!("&cvid={own}"));
    assert!(!mine.is_empty() && mine.len() < names("").len());
    assert!(
        mine.iter().all(|(_, owner)| owner == "Tomas Okafor"),
        "{mine:?}"
    );
    let count = |query: &str| {
        let counted = manager.get(&format!("/crm/v8/Contacts/actions/count?{query}"));
        counted.json()["count"]
            .as_u64()
            .and_then(|count| usize::try_from(count).ok())
    };
    assert_eq!(count(&format!("cvid={own}")), Some(mine.len()));
    assert_eq!(count(&format!("cvid={all}")), Some(names("").len()));
}

#[test]
fn a_view_of_another_module_is_unknown() {
    let world = World::demo();
    let [all, _] = views(&world, "Deals");
    let path = format!("/crm/v8/Contacts?fields=id&cvid={all}");
    let refused = world.refused(|world| world.actor("admin").get(&path));
    assert_eq!(refused.json()["details"]["param_name"], "cvid", "{refused}");
}
