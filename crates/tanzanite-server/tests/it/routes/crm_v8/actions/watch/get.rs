//! `GET /crm/v8/actions/watch`: "Get Notification Details".

use super::{PATH, channel, enable, listed, send_as, shown, world};
use insta::assert_snapshot;
use serde_json::{Value, json};

const URL: &str = "http://127.0.0.1:9/hook";

#[test]
fn channels_are_filtered_and_cut_into_pages() {
    let world = world();
    assert_eq!(listed(&world), "204 ");
    for (id, events) in [
        ("1", "Leads.all"),
        ("2", "Deals.edit"),
        ("3", "Leads.create"),
    ] {
        enable(&world, &channel(id, &[events], URL, json!({})));
    }
    let mut found = String::new();
    for query in [
        "",
        "?channel_id=2",
        "?channel_id=4",
        "?module=Leads",
        "?module=leads&channel_id=3",
        "?module=Contacts",
        "?per_page=2",
        "?per_page=2&page=2",
        "?page=9",
        "?channel_id=one",
        "?module=None",
        "?per_page=201",
    ] {
        let got = world.actor("admin").get(&format!("{PATH}{query}"));
        let told = match got.status {
            200 => {
                let json = got.json();
                let ids = json["watch"].as_array().expect("channels").iter();
                let ids: Vec<&Value> = ids.map(|channel| &channel["channel_id"]).collect();
                format!("{ids:?} {}", json["info"])
            }
            _ => got.text(),
        };
        found.push_str(&format!("{query} {} {told}\n", got.status));
    }
    assert_snapshot!(found, @r#"
     200 [String("1"), String("2"), String("3")] {"per_page":200,"count":3,"page":1,"more_records":false}
    ?channel_id=2 200 [String("2")] {"per_page":200,"count":1,"page":1,"more_records":false}
    ?channel_id=4 204 
    ?module=Leads 200 [String("1"), String("3")] {"per_page":200,"count":2,"page":1,"more_records":false}
    ?module=leads&channel_id=3 200 [String("3")] {"per_page":200,"count":1,"page":1,"more_records":false}
    ?module=Contacts 204 
    ?per_page=2 200 [String("1"), String("2")] {"per_page":2,"count":2,"page":1,"more_records":true}
    ?per_page=2&page=2 200 [String("3")] {"per_page":2,"count":1,"page":2,"more_records":false}
    ?page=9 204 
    ?channel_id=one 400 {"code":"PATTERN_NOT_MATCHED","details":{"param_name":"channel_id"},"message":"Please check whether the input values are correct","status":"error"}
    ?module=None 400 {"code":"INVALID_MODULE","details":{"param_name":"module"},"message":"the module name given seems to be invalid","status":"error"}
    ?per_page=201 400 {"code":"PATTERN_NOT_MATCHED","details":{"param_name":"per_page"},"message":"Please check whether the input values are correct","status":"error"}
    "#);
}

#[test]
fn each_user_sees_channels_of_their_own_until_they_expire() {
    let world = world();
    enable(&world, &channel("1", &["Leads.all"], URL, json!({})));
    let other = [channel(
        "1",
        &["Deals.all"],
        URL,
        json!({ "channel_expiry": "2026-03-03T12:00:00Z" }),
    )];
    assert_eq!(send_as(&world, "stranger", "POST", &other).status, 201);
    let seen = |actor: &str| {
        let got = world.actor(actor).get(PATH);
        match got.status {
            200 => got.json()["watch"].as_array().map_or(0, Vec::len),
            _ => 0,
        }
    };
    assert_eq!(
        (seen("admin"), seen("stranger"), seen("manager")),
        (1, 1, 0)
    );
    world.clock(r#"{"action":"advance","by":"62m"}"#);
    assert_eq!((seen("admin"), seen("stranger")), (0, 1));
    world.clock(r#"{"action":"advance","by":"24h"}"#);
    assert_eq!((seen("admin"), seen("stranger")), (0, 0));
    assert_snapshot!(shown(&world, &world.actor("write_only").get(PATH)), @r#"401 {"code":"OAUTH_SCOPE_MISMATCH","details":{},"message":"Unauthorized","status":"error"}"#);
}
