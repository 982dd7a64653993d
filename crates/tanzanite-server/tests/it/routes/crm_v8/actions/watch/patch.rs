//! `PATCH /crm/v8/actions/watch`: "Update Specific Information of a Notification" and "Disable Specific Notifications".

use super::{channel, enable, listed, send, shown, world};
use crate::world::World;
use insta::assert_snapshot;
use serde_json::json;

const URL: &str = "http://127.0.0.1:9/hook";

fn watched() -> World {
    let world = world();
    let more = json!({ "token": "T", "return_affected_field_values": true });
    enable(
        &world,
        &channel("1", &["Leads.create", "Deals.all"], URL, more),
    );
    world
}

#[test]
fn what_a_request_says_is_changed_and_the_rest_stays() {
    let world = watched();
    let changes = [
        json!({ "channel_id": "1", "channel_expiry": "2026-03-03T12:00:00Z" }),
        json!({ "channel_id": 1, "events": ["Leads.edit", "Contacts.all"], "token": null }),
    ];
    assert_snapshot!(shown(&world, &send(&world, "PATCH", &changes)), @r#"200 {"watch":[{"code":"SUCCESS","details":{"events":[{"channel_expiry":"2026-03-03T13:00:00+01:00","resource_uri":"[origin]/crm/v8/Leads","resource_id":"3652397500000190001","resource_name":"Leads","channel_id":"1"},{"channel_expiry":"2026-03-03T13:00:00+01:00","resource_uri":"[origin]/crm/v8/Deals","resource_id":"3652397500000190004","resource_name":"Deals","channel_id":"1"}]},"message":"Successfully updated the subscribe details","status":"success"},{"code":"SUCCESS","details":{"events":[{"channel_expiry":"2026-03-03T13:00:00+01:00","resource_uri":"[origin]/crm/v8/Leads","resource_id":"3652397500000190001","resource_name":"Leads","channel_id":"1"},{"channel_expiry":"2026-03-03T13:00:00+01:00","resource_uri":"[origin]/crm/v8/Contacts","resource_id":"3652397500000190002","resource_name":"Contacts","channel_id":"1"}]},"message":"Successfully updated the subscribe details","status":"success"}]}"#);
    assert_snapshot!(listed(&world), @r#"200 {"watch":[{"notify_on_related_action":true,"channel_expiry":"2026-03-03T13:00:00+01:00","return_affected_field_values":true,"resource_uri":"[origin]/crm/v8/Leads","resource_id":"3652397500000190001","notify_url":"http://127.0.0.1:9/hook","resource_name":"Leads","fields":null,"notification_condition":null,"channel_id":"1","events":["Leads.edit","Leads.create"],"token":null},{"notify_on_related_action":true,"channel_expiry":"2026-03-03T13:00:00+01:00","return_affected_field_values":true,"resource_uri":"[origin]/crm/v8/Deals","resource_id":"3652397500000190004","notify_url":"http://127.0.0.1:9/hook","resource_name":"Deals","fields":null,"notification_condition":null,"channel_id":"1","events":["Deals.edit","Deals.create","Deals.delete"],"token":"T"},{"notify_on_related_action":true,"channel_expiry":"2026-03-03T13:00:00+01:00","return_affected_field_values":true,"resource_uri":"[origin]/crm/v8/Contacts","resource_id":"3652397500000190002","notify_url":"http://127.0.0.1:9/hook","resource_name":"Contacts","fields":null,"notification_condition":null,"channel_id":"1","events":["Contacts.edit","Contacts.create","Contacts.delete"],"token":null}],"info":{"per_page":200,"count":3,"page":1,"more_records":false}}"#);
}

#[test]
fn events_are_removed_and_with_the_last_the_module() {
    let world = watched();
    let gone = json!({ "channel_id": "1", "events": ["Leads.create", "Deals.delete"], "_delete_events": true });
    assert_snapshot!(shown(&world, &send(&world, "PATCH", &[gone])), @r#"200 {"watch":[{"code":"SUCCESS","details":{"events":[{"resource_uri":"[origin]/crm/v8/Leads","resource_id":"3652397500000190001","resource_name":"Leads","channel_id":"1"},{"resource_uri":"[origin]/crm/v8/Deals","resource_id":"3652397500000190004","resource_name":"Deals","channel_id":"1"}]},"message":"Successfully removed the subscribe details","status":"success"}]}"#);
    assert_snapshot!(listed(&world), @r#"200 {"watch":[{"notify_on_related_action":true,"channel_expiry":"2026-03-02T14:02:00+01:00","return_affected_field_values":true,"resource_uri":"[origin]/crm/v8/Deals","resource_id":"3652397500000190004","notify_url":"http://127.0.0.1:9/hook","resource_name":"Deals","fields":null,"notification_condition":null,"channel_id":"1","events":["Deals.edit","Deals.create"],"token":"T"}],"info":{"per_page":200,"count":1,"page":1,"more_records":false}}"#);
    let rest = json!({ "channel_id": "1", "events": ["Deals.all"], "_delete_events": true });
    assert_eq!(send(&world, "PATCH", &[rest]).status, 200);
    assert_eq!(listed(&world), "204 ");
}

#[test]
fn a_change_that_cannot_be_is_refused() {
    let world = watched();
    let stage = json!([{
        "type": "field_selection",
        "module": { "api_name": "Contacts" },
        "field_selection": { "field": { "api_name": "Email" } },
    }]);
    let mut told = String::new();
    for change in [
        json!({}),
        json!({ "channel_id": "2" }),
        json!({ "channel_id": "1", "_delete_events": 1 }),
        json!({ "channel_id": "1", "_delete_events": true }),
        json!({ "channel_id": "1", "_delete_events": true, "events": ["Contacts.all"] }),
        json!({ "channel_id": "1", "notify_url": "nowhere" }),
        json!({ "channel_id": "1", "notification_condition": stage }),
    ] {
        let refused = world.refused(|world| send(world, "PATCH", std::slice::from_ref(&change)));
        told.push_str(&format!(
            "{} {}\n",
            refused.status,
            refused.json()["watch"][0]
        ));
    }
    assert_snapshot!(told, @r#"
    400 {"code":"MANDATORY_NOT_FOUND","details":{"api_name":"channel_id","json_path":"$.watch[0].channel_id"},"message":"required field not found","status":"error"}
    400 {"code":"NOT_SUBSCRIBED","details":{"channel_id":"2"},"message":"the channel is not subscribed for actions-watch","status":"error"}
    400 {"code":"INVALID_DATA","details":{"expected_data_type":"boolean","api_name":"_delete_events","json_path":"$.watch[0]._delete_events"},"message":"invalid data","status":"error"}
    400 {"code":"MANDATORY_NOT_FOUND","details":{"api_name":"events","json_path":"$.watch[0].events"},"message":"required field not found","status":"error"}
    400 {"code":"NOT_SUBSCRIBED","details":{"channel_id":"1"},"message":"the channel is not subscribed for actions-watch","status":"error"}
    400 {"code":"INVALID_DATA","details":{"api_name":"notify_url","json_path":"$.watch[0].notify_url"},"message":"invalid data","status":"error"}
    400 {"code":"INVALID_DATA","details":{"api_name":"module","json_path":"$.watch[0].notification_condition[0].module"},"message":"invalid data","status":"error"}
    "#);
}
