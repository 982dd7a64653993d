//! `DELETE /crm/v8/actions/watch`: "Disable Notifications".

use super::{PATH, channel, enable, listed, send_as, shown, world};
use insta::assert_snapshot;
use serde_json::json;

const URL: &str = "http://127.0.0.1:9/hook";

#[test]
fn channels_go_with_all_that_they_watch() {
    let world = world();
    enable(
        &world,
        &channel("10000", &["Contacts.all", "Deals.edit"], URL, json!({})),
    );
    enable(&world, &channel("2", &["Leads.all"], URL, json!({})));
    let gone = world
        .actor("admin")
        .delete(&format!("{PATH}?channel_ids=10000,3"));
    assert_snapshot!(shown(&world, &gone), @r#"207 {"watch":[{"code":"SUCCESS","details":{"resource_uri":"[origin]/crm/v8/Contacts","resource_id":"3652397500000190002","channel_id":"10000"},"message":"Successfully un-subscribed from actions-watch","status":"success"},{"code":"SUCCESS","details":{"resource_uri":"[origin]/crm/v8/Deals","resource_id":"3652397500000190004","channel_id":"10000"},"message":"Successfully un-subscribed from actions-watch","status":"success"},{"code":"NOT_SUBSCRIBED","details":{"channel_id":"3"},"message":"the channel is not subscribed for actions-watch","status":"error"}]}"#);
    let last = world
        .actor("admin")
        .delete(&format!("{PATH}?channel_ids=2,2"));
    assert_eq!(last.status, 200, "{last}");
    assert_eq!(listed(&world), "204 ");
}

#[test]
fn a_request_that_names_no_channel_of_the_caller_s_is_refused() {
    let world = world();
    let other = [channel("1", &["Leads.all"], URL, json!({}))];
    assert_eq!(send_as(&world, "stranger", "POST", &other).status, 201);
    let many: Vec<String> = (1..=51).map(|id| id.to_string()).collect();
    let mut told = String::new();
    for query in [
        "",
        "?channel_ids=",
        "?channel_ids=one",
        "?channel_ids=1",
        &format!("?channel_ids={}", many.join(",")),
    ] {
        let refused = world.refused(|world| world.actor("admin").delete(&format!("{PATH}{query}")));
        told.push_str(&format!("{} {}\n", refused.status, refused.text()));
    }
    assert_snapshot!(told, @r#"
    400 {"code":"REQUIRED_PARAM_MISSING","details":{"param_name":"channel_ids"},"message":"One of the expected parameter is missing","status":"error"}
    400 {"code":"REQUIRED_PARAM_MISSING","details":{"param_name":"channel_ids"},"message":"One of the expected parameter is missing","status":"error"}
    400 {"code":"PATTERN_NOT_MATCHED","details":{"param_name":"channel_ids"},"message":"Please check whether the input values are correct","status":"error"}
    400 {"watch":[{"code":"NOT_SUBSCRIBED","details":{"channel_id":"1"},"message":"the channel is not subscribed for actions-watch","status":"error"}]}
    400 {"code":"LIMIT_EXCEEDED","details":{"limit":50,"param_name":"channel_ids"},"message":"limit exceeded","status":"error"}
    "#);
    let seen = world.actor("stranger").get(PATH);
    assert_eq!(seen.status, 200, "{seen}");
}
