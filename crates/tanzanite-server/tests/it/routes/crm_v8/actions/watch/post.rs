//! `POST /crm/v8/actions/watch`: "Enable Notifications".

use super::{PATH, channel, listed, send, send_as, shown, world};
use insta::assert_snapshot;
use serde_json::{Value, json};

const URL: &str = "http://127.0.0.1:9/hook";

#[test]
fn a_channel_watches_modules_for_an_hour_or_as_long_as_it_says() {
    let world = world();
    let one = channel("10000", &["Leads.create", "Deals.all"], URL, json!({}));
    let other = channel(
        "1105420521999070702",
        &["Contacts.delete"],
        URL,
        json!({ "channel_expiry": "2026-03-04T12:00:00+01:00", "token": "T" }),
    );
    assert_snapshot!(shown(&world, &send(&world, "POST", &[one, other])), @r#"201 {"watch":[{"code":"SUCCESS","details":{"events":[{"channel_expiry":"2026-03-02T14:02:00+01:00","resource_uri":"[origin]/crm/v8/Leads","resource_id":"3652397500000190001","resource_name":"Leads","channel_id":"10000"},{"channel_expiry":"2026-03-02T14:02:00+01:00","resource_uri":"[origin]/crm/v8/Deals","resource_id":"3652397500000190004","resource_name":"Deals","channel_id":"10000"}]},"message":"Successfully subscribed for actions-watch of the given module","status":"success"},{"code":"SUCCESS","details":{"events":[{"channel_expiry":"2026-03-04T12:00:00+01:00","resource_uri":"[origin]/crm/v8/Contacts","resource_id":"3652397500000190002","resource_name":"Contacts","channel_id":"1105420521999070702"}]},"message":"Successfully subscribed for actions-watch of the given module","status":"success"}]}"#);
    assert_snapshot!(listed(&world), @r#"200 {"watch":[{"notify_on_related_action":true,"channel_expiry":"2026-03-02T14:02:00+01:00","return_affected_field_values":false,"resource_uri":"[origin]/crm/v8/Leads","resource_id":"3652397500000190001","notify_url":"http://127.0.0.1:9/hook","resource_name":"Leads","fields":null,"notification_condition":null,"channel_id":"10000","events":["Leads.create"],"token":null},{"notify_on_related_action":true,"channel_expiry":"2026-03-02T14:02:00+01:00","return_affected_field_values":false,"resource_uri":"[origin]/crm/v8/Deals","resource_id":"3652397500000190004","notify_url":"http://127.0.0.1:9/hook","resource_name":"Deals","fields":null,"notification_condition":null,"channel_id":"10000","events":["Deals.edit","Deals.create","Deals.delete"],"token":null},{"notify_on_related_action":true,"channel_expiry":"2026-03-04T12:00:00+01:00","return_affected_field_values":false,"resource_uri":"[origin]/crm/v8/Contacts","resource_id":"3652397500000190002","notify_url":"http://127.0.0.1:9/hook","resource_name":"Contacts","fields":null,"notification_condition":null,"channel_id":"1105420521999070702","events":["Contacts.delete"],"token":"T"}],"info":{"per_page":200,"count":3,"page":1,"more_records":false}}"#);
}

#[test]
fn an_end_that_is_too_far_away_counts_as_none_and_the_farthest_differs_by_version() {
    let world = world();
    let mut ends = String::new();
    for (version, end) in [
        ("v8", "2026-03-09T12:00:00Z"),
        ("v8", "2026-03-09T12:00:01Z"),
        ("v4", "2026-03-09T12:00:00Z"),
        ("v3", "2026-03-03T12:00:00Z"),
        ("v3", "2026-03-03T12:00:01Z"),
    ] {
        let of = channel("1", &["Leads.all"], URL, json!({ "channel_expiry": end }));
        let body = json!({ "watch": [of] }).to_string();
        let path = PATH.replace("v8", version);
        let made = world.actor("admin").post(&path, &body).json();
        let made = &made["watch"][0]["details"]["events"][0];
        let uri = made["resource_uri"].as_str().expect("a URI");
        let uri = uri.split("/crm").nth(1).expect("a path");
        ends.push_str(&format!(
            "{version} {end} {} {uri}\n",
            made["channel_expiry"]
        ));
    }
    assert_snapshot!(ends, @r#"
    v8 2026-03-09T12:00:00Z "2026-03-09T13:00:00+01:00" /v8/Leads
    v8 2026-03-09T12:00:01Z "2026-03-02T14:02:00+01:00" /v8/Leads
    v4 2026-03-09T12:00:00Z "2026-03-09T13:00:00+01:00" /v2/Leads
    v3 2026-03-03T12:00:00Z "2026-03-03T13:00:00+01:00" /v2/Leads
    v3 2026-03-03T12:00:01Z "2026-03-02T14:02:00+01:00" /v2/Leads
    "#);
}

#[test]
fn a_channel_that_there_is_watches_its_modules_as_the_last_request_says() {
    let world = world();
    let first = channel(
        "1",
        &["Leads.create", "Deals.edit"],
        URL,
        json!({ "token": "A" }),
    );
    assert_eq!(send(&world, "POST", &[first]).status, 201);
    let second = channel("1", &["Leads.delete"], URL, json!({}));
    assert_eq!(send(&world, "POST", &[second]).status, 201);
    assert_snapshot!(listed(&world), @r#"200 {"watch":[{"notify_on_related_action":true,"channel_expiry":"2026-03-02T14:02:00+01:00","return_affected_field_values":false,"resource_uri":"[origin]/crm/v8/Leads","resource_id":"3652397500000190001","notify_url":"http://127.0.0.1:9/hook","resource_name":"Leads","fields":null,"notification_condition":null,"channel_id":"1","events":["Leads.delete"],"token":null},{"notify_on_related_action":true,"channel_expiry":"2026-03-02T14:02:00+01:00","return_affected_field_values":false,"resource_uri":"[origin]/crm/v8/Deals","resource_id":"3652397500000190004","notify_url":"http://127.0.0.1:9/hook","resource_name":"Deals","fields":null,"notification_condition":null,"channel_id":"1","events":["Deals.edit"],"token":"A"}],"info":{"per_page":200,"count":2,"page":1,"more_records":false}}"#);
}

#[test]
fn what_is_wrong_with_a_channel_is_said_with_its_place() {
    let world = world();
    let events = ["Leads.all"];
    let longest = "x".repeat(51);
    let mut told = String::new();
    for (key, value) in [
        ("channel_id", Value::Null),
        ("channel_id", "one".into()),
        ("channel_id", true.into()),
        ("events", Value::Null),
        ("events", "Leads.all".into()),
        ("events", json!([])),
        ("events", json!(vec!["Leads.all"; 51])),
        ("events", json!([7])),
        ("events", json!(["Leads"])),
        ("events", json!(["Leads.read"])),
        ("events", json!(["Nothing.all"])),
        ("events", json!(["Notes.all"])),
        ("events", json!(["users.all"])),
        ("notify_url", Value::Null),
        ("notify_url", 7.into()),
        ("notify_url", "ftp://127.0.0.1/".into()),
        ("notify_url", "http://".into()),
        (
            "notify_url",
            format!("http://127.0.0.1/{}", "x".repeat(239)).into(),
        ),
        ("token", 7.into()),
        ("token", longest.into()),
        ("channel_expiry", "tomorrow".into()),
        ("channel_expiry", "2026-03-02T12:00:00Z".into()),
        ("return_affected_field_values", "true".into()),
        ("notify_on_related_action", 1.into()),
        ("fields", json!(["Company"])),
        ("_delete_events", true.into()),
    ] {
        let refused = world.refused(|world| {
            let of = channel("1", &events, URL, json!({ key: value }));
            send(world, "POST", &[of])
        });
        let refused = refused.json();
        told.push_str(&format!("{key}: {}\n", refused["watch"][0]));
    }
    assert_snapshot!(told, @r#"
    channel_id: {"code":"MANDATORY_NOT_FOUND","details":{"api_name":"channel_id","json_path":"$.watch[0].channel_id"},"message":"required field not found","status":"error"}
    channel_id: {"code":"INVALID_DATA","details":{"expected_data_type":"long","api_name":"channel_id","json_path":"$.watch[0].channel_id"},"message":"invalid data","status":"error"}
    channel_id: {"code":"INVALID_DATA","details":{"expected_data_type":"long","api_name":"channel_id","json_path":"$.watch[0].channel_id"},"message":"invalid data","status":"error"}
    events: {"code":"MANDATORY_NOT_FOUND","details":{"api_name":"events","json_path":"$.watch[0].events"},"message":"required field not found","status":"error"}
    events: {"code":"INVALID_DATA","details":{"expected_data_type":"jsonarray","api_name":"events","json_path":"$.watch[0].events"},"message":"invalid data","status":"error"}
    events: {"code":"INVALID_DATA","details":{"api_name":"events","json_path":"$.watch[0].events","minimum_length":1},"message":"invalid data","status":"error"}
    events: {"code":"INVALID_DATA","details":{"api_name":"events","json_path":"$.watch[0].events","maximum_length":50},"message":"invalid data","status":"error"}
    events: {"code":"INVALID_DATA","details":{"expected_data_type":"text","api_name":"events","json_path":"$.watch[0].events[0]"},"message":"invalid data","status":"error"}
    events: {"code":"INVALID_DATA","details":{"api_name":"events","json_path":"$.watch[0].events[0]"},"message":"invalid data","status":"error"}
    events: {"code":"INVALID_DATA","details":{"api_name":"events","json_path":"$.watch[0].events[0]"},"message":"invalid data","status":"error"}
    events: {"code":"INVALID_DATA","details":{"api_name":"events"},"message":"invalid data","status":"error"}
    events: {"code":"INVALID_DATA","details":{"api_name":"events"},"message":"invalid data","status":"error"}
    events: {"code":"API_NOT_SUPPORTED","details":{"api_name":"events","json_path":"$.watch[0].events[0]"},"message":"Tanzanite does not act on this key yet","status":"error"}
    notify_url: {"code":"MANDATORY_NOT_FOUND","details":{"api_name":"notify_url","json_path":"$.watch[0].notify_url"},"message":"required field not found","status":"error"}
    notify_url: {"code":"INVALID_DATA","details":{"expected_data_type":"text","api_name":"notify_url","json_path":"$.watch[0].notify_url"},"message":"invalid data","status":"error"}
    notify_url: {"code":"INVALID_DATA","details":{"api_name":"notify_url","json_path":"$.watch[0].notify_url"},"message":"invalid data","status":"error"}
    notify_url: {"code":"INVALID_DATA","details":{"api_name":"notify_url","json_path":"$.watch[0].notify_url"},"message":"invalid data","status":"error"}
    notify_url: {"code":"INVALID_DATA","details":{"maximum_length":255,"api_name":"notify_url","json_path":"$.watch[0].notify_url"},"message":"invalid data","status":"error"}
    token: {"code":"INVALID_DATA","details":{"expected_data_type":"text","api_name":"token","json_path":"$.watch[0].token"},"message":"invalid data","status":"error"}
    token: {"code":"INVALID_DATA","details":{"maximum_length":50,"api_name":"token","json_path":"$.watch[0].token"},"message":"invalid data","status":"error"}
    channel_expiry: {"code":"INVALID_DATA","details":{"expected_data_type":"datetime","api_name":"channel_expiry","json_path":"$.watch[0].channel_expiry"},"message":"invalid data","status":"error"}
    channel_expiry: {"code":"INVALID_DATA","details":{"api_name":"channel_expiry","json_path":"$.watch[0].channel_expiry"},"message":"invalid data","status":"error"}
    return_affected_field_values: {"code":"INVALID_DATA","details":{"expected_data_type":"boolean","api_name":"return_affected_field_values","json_path":"$.watch[0].return_affected_field_values"},"message":"invalid data","status":"error"}
    notify_on_related_action: {"code":"INVALID_DATA","details":{"expected_data_type":"boolean","api_name":"notify_on_related_action","json_path":"$.watch[0].notify_on_related_action"},"message":"invalid data","status":"error"}
    fields: {"code":"API_NOT_SUPPORTED","details":{"api_name":"fields","json_path":"$.watch[0].fields"},"message":"Tanzanite does not act on this key yet","status":"error"}
    _delete_events: {"code":"API_NOT_SUPPORTED","details":{"api_name":"_delete_events","json_path":"$.watch[0]._delete_events"},"message":"Tanzanite does not act on this key yet","status":"error"}
    "#);
    assert_eq!(listed(&world), "204 ");
}

#[test]
fn what_is_wrong_with_a_body_is_said_of_it_as_a_whole() {
    let world = world();
    let mut told = String::new();
    let many = json!({ "watch": vec![json!({}); 51] }).to_string();
    for body in [
        "",
        "[]",
        "{}",
        r#"{"watch":{}}"#,
        r#"{"watch":[]}"#,
        r#"{"watch":[7]}"#,
        &many,
    ] {
        let refused = world.refused(|world| world.actor("admin").post(PATH, body));
        told.push_str(&format!("{} {}\n", refused.status, refused.text()));
    }
    assert_snapshot!(told, @r#"
    400 {"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject"},"message":"body","status":"error"}
    400 {"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject"},"message":"body","status":"error"}
    400 {"code":"MANDATORY_NOT_FOUND","details":{"api_name":"watch","json_path":"$.watch"},"message":"required field not found","status":"error"}
    400 {"code":"INVALID_DATA","details":{"expected_data_type":"jsonarray","api_name":"watch","json_path":"$.watch"},"message":"invalid data","status":"error"}
    400 {"code":"INVALID_DATA","details":{"api_name":"watch","json_path":"$.watch","minimum_length":1},"message":"invalid data","status":"error"}
    400 {"watch":[{"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject"},"message":"body","status":"error"}]}
    400 {"code":"INVALID_DATA","details":{"api_name":"watch","json_path":"$.watch","maximum_length":50},"message":"invalid data","status":"error"}
    "#);
}

#[test]
fn conditions_are_pairs_of_fields_within_pairs() {
    let world = world();
    let condition = json!([{
        "type": "field_selection",
        "module": { "api_name": "Deals" },
        "field_selection": {
            "group_operator": "or",
            "group": [
                { "field": { "api_name": "Stage" } },
                { "group_operator": "and", "group": [
                    { "field": { "api_name": "Account_Name" } },
                    { "field": { "api_name": "Lead_Source" } },
                ] },
            ],
        },
    }]);
    let more = json!({ "notification_condition": condition });
    let made = send(&world, "POST", &[channel("1", &["Deals.all"], URL, more)]);
    assert_eq!(made.status, 201, "{made}");
    assert_snapshot!(listed(&world), @r#"200 {"watch":[{"notify_on_related_action":true,"channel_expiry":"2026-03-02T14:02:00+01:00","return_affected_field_values":false,"resource_uri":"[origin]/crm/v8/Deals","resource_id":"3652397500000190004","notify_url":"http://127.0.0.1:9/hook","resource_name":"Deals","fields":null,"notification_condition":[{"field_selection":{"group_operator":"or","group":[{"field":{"api_name":"Stage","id":"3652397500000194012"},"group_operator":null,"group":null},{"group_operator":"and","group":[{"field":{"api_name":"Account_Name","id":"3652397500000194016"},"group_operator":null,"group":null},{"field":{"api_name":"Lead_Source","id":"3652397500000194020"},"group_operator":null,"group":null}]}]},"module":{"api_name":"Deals","id":"3652397500000190004"},"type":"field_selection"}],"channel_id":"1","events":["Deals.edit","Deals.create","Deals.delete"],"token":null}],"info":{"per_page":200,"count":1,"page":1,"more_records":false}}"#);
}

#[test]
fn what_is_wrong_with_a_condition_is_said_with_its_place() {
    let world = world();
    let leads = json!({ "api_name": "Leads" });
    let company = json!({ "field": { "api_name": "Company" } });
    let pair = |group: Value| json!({ "group_operator": "or", "group": group });
    let of = |selection: Value| json!([{ "type": "field_selection", "module": leads, "field_selection": selection }]);
    let modules = world.actor("admin").get("/crm/v8/settings/modules").json();
    let modules = modules["modules"].as_array().expect("modules");
    let deals = modules.iter().find(|module| module["api_name"] == "Deals");
    let deals = deals.expect("deals")["id"].clone();
    let mut told = String::new();
    for condition in [
        json!(7),
        json!([7]),
        json!([{ "module": leads }]),
        json!([{ "type": 7 }]),
        json!([{ "type": "field" }]),
        json!([{ "type": "field_selection" }]),
        json!([{ "type": "field_selection", "module": "Leads" }]),
        json!([{ "type": "field_selection", "module": {} }]),
        json!([{ "type": "field_selection", "module": { "api_name": 7 } }]),
        json!([{ "type": "field_selection", "module": { "id": 7 } }]),
        json!([{ "type": "field_selection", "module": { "api_name": "None" } }]),
        json!([{ "type": "field_selection", "module": { "id": "7" } }]),
        json!([{ "type": "field_selection", "module": { "api_name": "Leads", "id": deals } }]),
        json!([{ "type": "field_selection", "module": leads }]),
        of(json!(7)),
        of(json!({})),
        of(json!({ "field": 7 })),
        of(json!({ "field": {} })),
        of(json!({ "field": { "api_name": "None" } })),
        of(json!({ "group": [company] })),
        of(json!({ "group_operator": 7, "group": [company] })),
        of(json!({ "group_operator": "not", "group": [company] })),
        of(pair(json!(7))),
        of(pair(json!([]))),
        of(pair(json!([company, 7]))),
        of(pair(json!([company, company, company]))),
        of(pair(json!(vec![&company; 11]))),
        json!([of(company.clone())[0], of(company.clone())[0]]),
        json!([{ "type": "field_selection", "module": { "api_name": "Deals" },
            "field_selection": { "field": { "api_name": "Stage" } } }]),
    ] {
        let more = json!({ "notification_condition": condition });
        let refused = world.refused(|world| {
            send(
                world,
                "POST",
                &[channel("1", &["Leads.all"], URL, more.clone())],
            )
        });
        told.push_str(&format!("{}\n", refused.json()["watch"][0]));
    }
    let told = told.replace(deals.as_str().expect("an id"), "[deals]");
    assert_snapshot!(told, @r#"
    {"code":"INVALID_DATA","details":{"api_name":"notification_condition","json_path":"$.watch[0].notification_condition"},"message":"invalid data","status":"error"}
    {"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject","api_name":"notification_condition","json_path":"$.watch[0].notification_condition[0]"},"message":"invalid data","status":"error"}
    {"code":"MANDATORY_NOT_FOUND","details":{"api_name":"type","json_path":"$.watch[0].notification_condition[0].type"},"message":"required field not found","status":"error"}
    {"code":"INVALID_DATA","details":{"expected_data_type":"text","api_name":"type","json_path":"$.watch[0].notification_condition[0].type"},"message":"invalid data","status":"error"}
    {"code":"INVALID_DATA","details":{"api_name":"type","json_path":"$.watch[0].notification_condition[0].type","supported_values":["field_selection"]},"message":"invalid data","status":"error"}
    {"code":"MANDATORY_NOT_FOUND","details":{"api_name":"module","json_path":"$.watch[0].notification_condition[0].module"},"message":"required field not found","status":"error"}
    {"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject","api_name":"module","json_path":"$.watch[0].notification_condition[0].module"},"message":"invalid data","status":"error"}
    {"code":"EXPECTED_FIELD_MISSING","details":{"expected_fields":[{"api_name":"api_name","json_path":"$.watch[0].notification_condition[0].module.api_name"},{"api_name":"id","json_path":"$.watch[0].notification_condition[0].module.id"}]},"message":"Specify atleast one field","status":"error"}
    {"code":"INVALID_DATA","details":{"expected_data_type":"string","api_name":"api_name","json_path":"$.watch[0].notification_condition[0].module.api_name"},"message":"invalid data","status":"error"}
    {"code":"INVALID_DATA","details":{"expected_data_type":"string","api_name":"id","json_path":"$.watch[0].notification_condition[0].module.id"},"message":"invalid data","status":"error"}
    {"code":"INVALID_DATA","details":{"api_name":"api_name","json_path":"$.watch[0].notification_condition[0].module.api_name"},"message":"invalid data","status":"error"}
    {"code":"INVALID_DATA","details":{"api_name":"id","json_path":"$.watch[0].notification_condition[0].module.id"},"message":"invalid data","status":"error"}
    {"code":"AMBIGUITY_DURING_PROCESSING","details":{"ambiguity_due_to":[{"api_name":"api_name","json_path":"$.watch[0].notification_condition[0].module.api_name"},{"api_name":"id","json_path":"$.watch[0].notification_condition[0].module.id"}]},"message":"AMBIGUITY_DURING_PROCESSING","status":"error"}
    {"code":"DEPENDENT_FIELD_MISSING","details":{"api_name":"field_selection","json_path":"$.watch[0].notification_condition[0].field_selection","dependee":{"api_name":"type","json_path":"$.watch[0].notification_condition[0].type"}},"message":"DEPENDENT_FIELD_MISSING","status":"error"}
    {"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject","api_name":"field_selection","json_path":"$.watch[0].notification_condition[0].field_selection"},"message":"invalid data","status":"error"}
    {"code":"MANDATORY_NOT_FOUND","details":{"api_name":"field","json_path":"$.watch[0].notification_condition[0].field_selection.field"},"message":"required field not found","status":"error"}
    {"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject","api_name":"field","json_path":"$.watch[0].notification_condition[0].field_selection.field"},"message":"invalid data","status":"error"}
    {"code":"EXPECTED_FIELD_MISSING","details":{"expected_fields":[{"api_name":"api_name","json_path":"$.watch[0].notification_condition[0].field_selection.field.api_name"},{"api_name":"id","json_path":"$.watch[0].notification_condition[0].field_selection.field.id"}]},"message":"Specify atleast one field","status":"error"}
    {"code":"INVALID_DATA","details":{"api_name":"api_name","json_path":"$.watch[0].notification_condition[0].field_selection.field.api_name"},"message":"invalid data","status":"error"}
    {"code":"MANDATORY_NOT_FOUND","details":{"api_name":"group_operator","json_path":"$.watch[0].notification_condition[0].field_selection.group_operator"},"message":"required field not found","status":"error"}
    {"code":"INVALID_DATA","details":{"expected_data_type":"text","api_name":"group_operator","json_path":"$.watch[0].notification_condition[0].field_selection.group_operator"},"message":"invalid data","status":"error"}
    {"code":"INVALID_DATA","details":{"api_name":"group_operator","json_path":"$.watch[0].notification_condition[0].field_selection.group_operator","supported_values":["or","and"]},"message":"invalid data","status":"error"}
    {"code":"INVALID_DATA","details":{"expected_data_type":"jsonarray","api_name":"group","json_path":"$.watch[0].notification_condition[0].field_selection.group"},"message":"invalid data","status":"error"}
    {"code":"INVALID_DATA","details":{"api_name":"group","json_path":"$.watch[0].notification_condition[0].field_selection.group","minimum_length":1},"message":"invalid data","status":"error"}
    {"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject","api_name":"group","json_path":"$.watch[0].notification_condition[0].field_selection.group[1]"},"message":"invalid data","status":"error"}
    {"code":"INVALID_DATA","details":{"api_name":"group","json_path":"$.watch[0].notification_condition[0].field_selection.group","maximum_length":2},"message":"invalid data","status":"error"}
    {"code":"INVALID_DATA","details":{"api_name":"field_selection","json_path":"$.watch[0].notification_condition[0].field_selection","maximum_length":10},"message":"invalid data","status":"error"}
    {"code":"INVALID_DATA","details":{"api_name":"module","json_path":"$.watch[0].notification_condition[1].module"},"message":"invalid data","status":"error"}
    {"code":"INVALID_DATA","details":{"api_name":"module","json_path":"$.watch[0].notification_condition[0].module"},"message":"invalid data","status":"error"}
    "#);
    assert_eq!(listed(&world), "204 ");
}

#[test]
fn one_of_two_channels_is_refused() {
    let world = world();
    let good = channel("1", &["Leads.all"], URL, json!({}));
    let both = send(
        &world,
        "POST",
        &[good, json!({ "events": ["Leads.all"], "notify_url": URL })],
    );
    assert_snapshot!(shown(&world, &both), @r#"207 {"watch":[{"code":"SUCCESS","details":{"events":[{"channel_expiry":"2026-03-02T14:02:00+01:00","resource_uri":"[origin]/crm/v8/Leads","resource_id":"3652397500000190001","resource_name":"Leads","channel_id":"1"}]},"message":"Successfully subscribed for actions-watch of the given module","status":"success"},{"code":"MANDATORY_NOT_FOUND","details":{"api_name":"channel_id","json_path":"$.watch[1].channel_id"},"message":"required field not found","status":"error"}]}"#);
}

#[test]
fn an_organisation_s_channels_watch_two_hundred_modules_at_most() {
    let world = world();
    let mut made = 0;
    while made < 200 {
        let channels: Vec<Value> = (0..50)
            .map(|index| {
                channel(
                    &format!("{}", made + index + 1),
                    &["Leads.all"],
                    URL,
                    json!({}),
                )
            })
            .collect();
        assert_eq!(send(&world, "POST", &channels).status, 201);
        made += 50;
    }
    let one_more = [channel("999", &["Leads.all"], URL, json!({}))];
    let refused = world.refused(|world| send(world, "POST", &one_more));
    assert_snapshot!(refused.text(), @r#"{"watch":[{"code":"LIMIT_EXCEEDED","details":{"limit":200},"message":"limit exceeded","status":"error"}]}"#);
    // One that there is may be changed, and those that have expired make room.
    assert_eq!(
        send(
            &world,
            "POST",
            &[channel("7", &["Leads.edit"], URL, json!({}))]
        )
        .status,
        201
    );
    world.clock(r#"{"action":"advance","by":"2h"}"#);
    assert_eq!(send_as(&world, "stranger", "POST", &one_more).status, 201);
    assert_eq!(listed(&world), "204 ");
}

#[test]
fn nobody_watches_a_module_that_is_not_shown() {
    let world = crate::world::World::demo_and(
        r#"
        [[profile]]
        name = "Blind"
        permissions = ["view", "create", "edit", "delete"]
        [profile.modules]
        Deals = ["edit"]

        [[user]]
        email = "blind@example.com"
        first_name = "Bo"
        last_name = "Blind"
        profile = "Blind"
        role = "CEO"

        [[token]]
        name = "blind"
        kind = "access"
        user = "blind@example.com"
        scopes = ["ZohoCRM.notifications.ALL"]
        lifetime = "never"
        "#,
    );
    let of = [channel("1", &["Deals.all"], URL, json!({}))];
    let refused = world.refused(|world| send_as(world, "blind", "POST", &of));
    assert_snapshot!(refused.text(), @r#"{"watch":[{"code":"NO_PERMISSION","details":{"permissions":["Crm_Implied_View_Deals"],"api_name":"events","json_path":"$.watch[0].events"},"message":"permission denied","status":"error"}]}"#);
}
