//! `PUT /crm/v8/actions/watch`: "Update Details of a Notification".

use super::{channel, enable, listed, send, send_as, shown, world};
use insta::assert_snapshot;
use serde_json::json;

const URL: &str = "http://127.0.0.1:9/hook";

#[test]
fn whatever_a_request_does_not_say_is_as_in_a_new_channel() {
    let world = world();
    let more = json!({ "token": "T", "return_affected_field_values": true, "notify_on_related_action": false });
    enable(
        &world,
        &channel("1", &["Leads.all", "Deals.all"], URL, more),
    );
    world.clock(r#"{"action":"advance","by":"30m"}"#);
    let changed = send(
        &world,
        "PUT",
        &[channel(
            "1",
            &["Deals.edit", "Contacts.create"],
            URL,
            json!({}),
        )],
    );
    assert_snapshot!(shown(&world, &changed), @r#"200 {"watch":[{"code":"SUCCESS","details":{"events":[{"channel_expiry":"2026-03-02T14:32:00+01:00","resource_uri":"[origin]/crm/v8/Deals","resource_id":"3652397500000190004","resource_name":"Deals","channel_id":"1"},{"channel_expiry":"2026-03-02T14:32:00+01:00","resource_uri":"[origin]/crm/v8/Contacts","resource_id":"3652397500000190002","resource_name":"Contacts","channel_id":"1"}]},"message":"Successfully subscribed for actions-watch of the given module","status":"success"}]}"#);
    assert_snapshot!(listed(&world), @r#"200 {"watch":[{"notify_on_related_action":true,"channel_expiry":"2026-03-02T14:32:00+01:00","return_affected_field_values":false,"resource_uri":"[origin]/crm/v8/Deals","resource_id":"3652397500000190004","notify_url":"http://127.0.0.1:9/hook","resource_name":"Deals","fields":null,"notification_condition":null,"channel_id":"1","events":["Deals.edit"],"token":null},{"notify_on_related_action":true,"channel_expiry":"2026-03-02T14:32:00+01:00","return_affected_field_values":false,"resource_uri":"[origin]/crm/v8/Contacts","resource_id":"3652397500000190002","notify_url":"http://127.0.0.1:9/hook","resource_name":"Contacts","fields":null,"notification_condition":null,"channel_id":"1","events":["Contacts.create"],"token":null}],"info":{"per_page":200,"count":2,"page":1,"more_records":false}}"#);
}

#[test]
fn a_channel_that_there_is_not_and_one_of_somebody_else_are_not_subscribed() {
    let world = world();
    let of = [channel("1", &["Leads.all"], URL, json!({}))];
    let refused = world.refused(|world| send(world, "PUT", &of));
    assert_snapshot!(shown(&world, &refused), @r#"400 {"watch":[{"code":"NOT_SUBSCRIBED","details":{"channel_id":"1"},"message":"the channel is not subscribed for actions-watch","status":"error"}]}"#);
    assert_eq!(send_as(&world, "stranger", "POST", &of).status, 201);
    assert_eq!(
        world.refused(|world| send(world, "PUT", &of)).text(),
        refused.text()
    );
    world.clock(r#"{"action":"advance","by":"62m"}"#);
    let refused_to = world.refused(|world| send_as(world, "stranger", "PUT", &of));
    assert_eq!(refused_to.text(), refused.text());
}
