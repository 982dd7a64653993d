//! Headers, parameters and keys that the vendor implements and Tanzanite does not: every operation on records refuses
//! them by name.

use crate::world::{Exchange, MULTIPART, World, multipart, png, text};
use insta::assert_snapshot;
use serde_json::{Value, json};
use tanzanite_crm::operations::descriptors;
use tanzanite_protocol::endpoint::Unserved;
use tanzanite_protocol::{Body, Descriptor, ModuleNeed};

const EXTERNAL: (&str, &str) = ("X-EXTERNAL", "Leads.External_Lead_ID");

/// The operations on records, on their photos and on their locks.
fn of_records() -> impl Iterator<Item = &'static Descriptor> {
    descriptors().filter(|descriptor| descriptor.module != ModuleNeed::None)
}

/// The path of an operation, on a record of the demo.
fn path(world: &World, descriptor: &Descriptor) -> String {
    let key = if descriptor.path.contains("{lock_id}") {
        "locked"
    } else {
        "with_photo"
    };
    descriptor
        .path
        .replace("{version}", "v8")
        .replace("{module}", "Leads")
        .replace("{record_id}", &world.id(key))
        .replace("{lock_id}", &world.lock_id("locked"))
}

fn send(world: &World, descriptor: &Descriptor, query: &str, header: (&str, &str)) -> Exchange {
    let (content, body) = match descriptor.body {
        Body::Multipart | Body::File => (MULTIPART, multipart(&[("file", &png(1, 1, 64))])),
        Body::Json => {
            let item = json!({ "id": world.id("with_photo"), "Last_Name": "A" });
            (
                "application/json",
                json!({ "data": [item] }).to_string().into_bytes(),
            )
        }
        Body::None | Body::Form => ("text/plain", Vec::new()),
    };
    let path = format!("{}?{query}", path(world, descriptor));
    let headers = [("Content-Type", content), header];
    let method = descriptor.method.as_str();
    world.actor("admin").send(method, &path, &headers, &body)
}

#[test]
fn a_record_named_by_an_external_id_is_not_the_one_with_this_number() {
    let world = World::demo();
    let delete = |header| {
        let path = world.path("with_photo");
        world.refused(|world| world.actor("admin").send("DELETE", &path, &[header], b""))
    };
    assert_snapshot!(delete(EXTERNAL), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"API_NOT_SUPPORTED","details":{"header":"X-EXTERNAL"},"message":"Tanzanite does not act on this parameter or header yet","status":"error"}
    "#);
    for header in [
        ("x-external", "Leads.External_Lead_ID"),
        ("X-EXTERNAL", "Leads.Ärger"),
        ("X-EXTERNAL", ""),
    ] {
        assert_eq!(delete(header).code(), "API_NOT_SUPPORTED", "{header:?}");
    }
}

#[test]
fn leaving_the_header_of_external_ids_out_is_no_way_since_it_means_another_record() {
    let world = World::demo();
    let admin = world.actor("admin");
    let (explained, exchange) =
        admin.send_foreseen("DELETE", &world.path("with_photo"), &[EXTERNAL], b"");
    assert_eq!(exchange.code(), "API_NOT_SUPPORTED", "{exchange}");
    assert_eq!(explained["refusals"][0]["fault"], "ParameterNotServed");
    assert_eq!(explained["ways"], json!([]));
}

#[test]
fn every_operation_on_records_refuses_external_ids() {
    let world = World::demo();
    let mut count = 0;
    for descriptor in of_records() {
        let exchange = world.refused(|world| {
            let query = "fields=id&ids=3652397000000190018";
            send(world, descriptor, query, EXTERNAL)
        });
        let refused = exchange.json();
        assert_eq!(
            (&refused["code"], &refused["details"]),
            (
                &json!("API_NOT_SUPPORTED"),
                &json!({ "header": "X-EXTERNAL" })
            ),
            "{}: {exchange}",
            descriptor.id
        );
        count += 1;
    }
    assert!(count >= 15, "{count}");
}

#[test]
fn parameters_that_choose_by_what_is_not_served_are_refused_by_name() {
    let world = World::demo();
    let mut count = 0;
    for descriptor in of_records() {
        for unserved in descriptor.unserved {
            let Unserved::Parameter(name, idle) = unserved else {
                continue;
            };
            let ask = |value: &str| {
                let query = format!("fields=Last_Name&{name}=&{name}={value}");
                send(&world, descriptor, &query, ("Accept", "*/*"))
            };
            let exchange = ask("1");
            let refused = exchange.json();
            assert_eq!(
                (&refused["code"], &refused["details"]),
                (&json!("API_NOT_SUPPORTED"), &json!({ "param_name": name })),
                "{}: {exchange}",
                descriptor.id
            );
            for value in *idle {
                let status = ask(value).status;
                assert_eq!(status, 200, "{} {name}={value}", descriptor.id);
            }
            count += 1;
        }
    }
    assert!(count >= 10, "{count}");
    let list = "/crm/v8/Leads?fields=id&territory_id=3652397000000990001";
    assert_snapshot!(world.actor("admin").get(list), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"API_NOT_SUPPORTED","details":{"param_name":"territory_id"},"message":"Tanzanite does not act on this parameter or header yet","status":"error"}
    "#);
    let unapproved = world
        .actor("admin")
        .get("/crm/v8/Leads?fields=id&approved=false");
    assert_eq!(unapproved.status, 204, "every record is approved");
}

/// Inserts a record with `key` added to it and `beside` added to the body. Returns the status and the record's answer,
/// or the whole answer if it has no list.
fn insert(world: &World, module: &str, beside: &Value, key: &str, value: &Value) -> (u16, Value) {
    let mut item = json!({
        "Last_Name": "A", "Subject": "A", "Event_Title": "A", "Product_Name": "A", "Price_Book_Name": "A",
        "Name": "A", "Start_DateTime": "2026-05-04T10:00:00+02:00", "End_DateTime": "2026-05-04T11:00:00+02:00",
        "Call_Type": "Inbound", "Call_Start_Time": "2026-05-04T10:00:00+02:00", "Call_Duration": "10:00",
    });
    let mut body = beside.clone();
    if key.is_empty() {
        body["data"] = json!([item]);
    } else {
        item[key] = value.clone();
        body["data"] = json!([item]);
    }
    let path = format!("/crm/v8/{module}");
    let exchange = world.actor("admin").post(&path, &body.to_string());
    let mut json = exchange.json();
    let whole = json["data"].is_null();
    (
        exchange.status,
        if whole { json } else { json["data"][0].take() },
    )
}

/// Keys of an item that are refused, by name or by the type of the value.
fn refused_keys() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("Leads", "Tag", json!("hot")),
        ("Leads", "$append_values", json!({ "City": true })),
        ("Leads", "$append_values", json!(true)),
        ("Leads", "Layout", json!({ "id": "3652397000000990001" })),
        ("Leads", "Layout", json!("Standard")),
        ("Leads", "Layout", json!({ "name": "Standard" })),
        ("Leads", "Currency", json!("XXX")),
        ("Leads", "Exchange_Rate", json!(1.5)),
        ("Leads", "Record_Image", json!("abc")),
        ("Tasks", "Remind_At", json!("nonsense")),
        ("Tasks", "Remind_At", json!({ "ALARM": "FREQ=NONE" })),
        (
            "Tasks",
            "Recurring_Activity",
            json!({ "RRULE": "FREQ=DAILY" }),
        ),
        ("Events", "Remind_At", json!("2026-05-04T09:00:00+02:00")),
        ("Events", "Participants", json!([{ "type": "email" }])),
        ("Events", "Participants", json!("all")),
        ("Events", "End_DateTime", json!("2026-05-04T09:59:59+02:00")),
        ("Calls", "Reminder", json!("15 mins")),
        ("Price_Books", "Pricing_Details", json!([{ "discount": 1 }])),
        ("Products", "Tax", json!([{ "value": "Vat" }])),
    ]
}

#[test]
fn a_key_that_is_not_acted_on_is_no_success() {
    let world = World::demo();
    let before = world.state();
    let mut table = String::new();
    for (module, key, value) in refused_keys() {
        let (status, answer) = insert(&world, module, &json!({}), key, &value);
        assert_eq!(
            answer["details"]["json_path"]
                .as_str()
                .map(|path| path.starts_with("$.data[0].")),
            Some(true),
            "{answer}"
        );
        let (code, details) = (&answer["code"], &answer["details"]);
        table.push_str(&format!(
            "{status} {module} {key} {value}: {code} {details}\n"
        ));
    }
    for (key, value) in [
        ("lar_id", json!("3652397000000990001")),
        (
            "apply_feature_execution",
            json!([{ "name": "layout_rules" }]),
        ),
        ("apply_feature_execution", json!("layout_rules")),
        ("duplicate_check_fields", json!(["Email"])),
        ("$append_values", json!({ "Interests": true })),
    ] {
        let beside = json!({ key: value });
        let (status, answer) = insert(&world, "Leads", &beside, "", &Value::Null);
        let (code, details) = (&answer["code"], &answer["details"]);
        table.push_str(&format!("{status} {beside}: {code} {details}\n"));
    }
    assert_eq!(before, world.state(), "a refused item changed something");
    assert_snapshot!(table, @r#"
    400 Leads Tag "hot": "INVALID_DATA" {"expected_data_type":"jsonarray","api_name":"Tag","json_path":"$.data[0].Tag"}
    400 Leads $append_values {"City":true}: "INVALID_DATA" {"api_name":"City","json_path":"$.data[0].$append_values.City"}
    400 Leads $append_values true: "INVALID_DATA" {"expected_data_type":"jsonobject","api_name":"$append_values","json_path":"$.data[0].$append_values"}
    400 Leads Layout {"id":"3652397000000990001"}: "INVALID_DATA" {"api_name":"Layout","json_path":"$.data[0].Layout"}
    400 Leads Layout "Standard": "INVALID_DATA" {"api_name":"Layout","json_path":"$.data[0].Layout"}
    400 Leads Layout {"name":"Standard"}: "MANDATORY_NOT_FOUND" {"api_name":"id","json_path":"$.data[0].Layout.id"}
    400 Leads Currency "XXX": "API_NOT_SUPPORTED" {"api_name":"Currency","json_path":"$.data[0].Currency"}
    400 Leads Exchange_Rate 1.5: "API_NOT_SUPPORTED" {"api_name":"Exchange_Rate","json_path":"$.data[0].Exchange_Rate"}
    400 Leads Record_Image "abc": "API_NOT_SUPPORTED" {"api_name":"Record_Image","json_path":"$.data[0].Record_Image"}
    400 Tasks Remind_At "nonsense": "INVALID_DATA" {"expected_data_type":"jsonobject","api_name":"Remind_At","json_path":"$.data[0].Remind_At"}
    400 Tasks Remind_At {"ALARM":"FREQ=NONE"}: "API_NOT_SUPPORTED" {"api_name":"Remind_At","json_path":"$.data[0].Remind_At"}
    400 Tasks Recurring_Activity {"RRULE":"FREQ=DAILY"}: "API_NOT_SUPPORTED" {"api_name":"Recurring_Activity","json_path":"$.data[0].Recurring_Activity"}
    400 Events Remind_At "2026-05-04T09:00:00+02:00": "API_NOT_SUPPORTED" {"api_name":"Remind_At","json_path":"$.data[0].Remind_At"}
    400 Events Participants [{"type":"email"}]: "API_NOT_SUPPORTED" {"api_name":"Participants","json_path":"$.data[0].Participants"}
    400 Events Participants "all": "INVALID_DATA" {"expected_data_type":"jsonarray","api_name":"Participants","json_path":"$.data[0].Participants"}
    400 Events End_DateTime "2026-05-04T09:59:59+02:00": "INVALID_DATA" {"api_name":"End_DateTime","json_path":"$.data[0].End_DateTime"}
    400 Calls Reminder "15 mins": "API_NOT_SUPPORTED" {"api_name":"Reminder","json_path":"$.data[0].Reminder"}
    400 Price_Books Pricing_Details [{"discount":1}]: "API_NOT_SUPPORTED" {"api_name":"Pricing_Details","json_path":"$.data[0].Pricing_Details"}
    400 Products Tax [{"value":"Vat"}]: "API_NOT_SUPPORTED" {"api_name":"Tax","json_path":"$.data[0].Tax"}
    400 {"lar_id":"3652397000000990001"}: "API_NOT_SUPPORTED" {"api_name":"lar_id","json_path":"$.lar_id"}
    400 {"apply_feature_execution":[{"name":"layout_rules"}]}: "API_NOT_SUPPORTED" {"api_name":"apply_feature_execution","json_path":"$.apply_feature_execution"}
    400 {"apply_feature_execution":"layout_rules"}: "INVALID_DATA" {"expected_data_type":"jsonarray","api_name":"apply_feature_execution","json_path":"$.apply_feature_execution"}
    400 {"duplicate_check_fields":["Email"]}: "API_NOT_SUPPORTED" {"api_name":"duplicate_check_fields","json_path":"$.duplicate_check_fields"}
    400 {"$append_values":{"Interests":true}}: "API_NOT_SUPPORTED" {"api_name":"$append_values","json_path":"$.$append_values"}
    "#);
}

#[test]
fn the_same_keys_are_refused_in_an_update() {
    let world = World::demo();
    let ids = |module: &str| match module {
        "Leads" => world.id("with_photo"),
        "Workshops" => world.id("workshop"),
        "Tasks" => world.id("task"),
        "Products" => world.id("product"),
        _ => {
            let (status, answer) = insert(&world, module, &json!({}), "", &Value::Null);
            assert_eq!(status, 201, "{answer}");
            text(&answer["details"]["id"])
        }
    };
    for (module, key, value) in refused_keys() {
        let id = ids(module);
        let item = json!({ key: value });
        let one = world.refused(|world| {
            let path = format!("/crm/v8/{module}/{id}");
            world
                .actor("admin")
                .put(&path, &json!({ "data": [item] }).to_string())
        });
        let path = format!("$.data[0].{key}");
        let refused = &one.json()["data"][0];
        assert!(
            refused["details"]["json_path"]
                .as_str()
                .is_some_and(|found| found.starts_with(&path)),
            "{one}"
        );
        let mut item = item;
        item["id"] = id.into();
        let many = world.refused(|world| {
            let path = format!("/crm/v8/{module}");
            world
                .actor("admin")
                .put(&path, &json!({ "data": [item] }).to_string())
        });
        assert_eq!(&many.json()["data"][0], refused, "{many}");
    }
}

#[test]
fn a_value_with_which_a_key_changes_nothing_is_taken() {
    let world = World::demo();
    let layout = world
        .actor("admin")
        .get("/crm/v8/settings/fields?module=Leads")
        .json();
    let layout = &layout["fields"][0]["layout_associations"][0]["id"];
    for (module, key, value) in [
        (
            "Leads",
            "Layout",
            json!({ "id": layout, "name": "Standard" }),
        ),
        ("Leads", "Layout", layout.clone()),
        ("Leads", "Layout", Value::Null),
        ("Leads", "Tag", json!([])),
        ("Leads", "Tag", Value::Null),
        ("Leads", "$append_values", json!({ "Interests": false })),
        ("Leads", "Currency", json!("EUR")),
        ("Leads", "Exchange_Rate", json!(1)),
        ("Leads", "Record_Image", Value::Null),
        ("Leads", "Record_Image", json!("")),
        ("Leads", "Remind_At", json!("no field of leads")),
        ("Leads", "$approved", json!(false)),
        ("Tasks", "Remind_At", Value::Null),
        ("Tasks", "Record_Image", json!("no field of tasks")),
        ("Events", "Participants", json!([])),
        ("Events", "End_DateTime", json!("2026-05-04T08:00:00+00:00")),
    ] {
        let (status, answer) = insert(&world, module, &json!({}), key, &value);
        assert_eq!(status, 201, "{module} {key} {value}: {answer}");
    }
    for beside in [
        json!({ "lar_id": null, "duplicate_check_fields": [], "apply_feature_execution": [] }),
        json!({ "$append_values": { "Interests": false }, "wf_trigger": "false", "process": ["review_process"] }),
        json!({ "trigger": ["workflow"], "skip_feature_execution": [{ "name": "cadences" }] }),
    ] {
        let (status, answer) = insert(&world, "Leads", &beside, "", &Value::Null);
        assert_eq!(status, 201, "{beside}: {answer}");
    }
}

#[test]
fn a_meeting_is_moved_to_end_before_it_begins() {
    let world = World::demo();
    let (_, answer) = insert(&world, "Events", &json!({}), "", &Value::Null);
    let path = format!("/crm/v8/Events/{}", text(&answer["details"]["id"]));
    let put = |item: Value| {
        let body = json!({ "data": [item] }).to_string();
        world.actor("admin").put(&path, &body)
    };
    // In Berlin this is ten to eleven; a time without an offset is read in that zone too.
    assert_snapshot!(world.refused(|_| put(json!({ "Start_DateTime": "2026-05-04T09:00:01+00:00" }))), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"INVALID_DATA","details":{"api_name":"End_DateTime","json_path":"$.data[0].End_DateTime"},"message":"invalid data","status":"error"}]}
    "#);
    assert_eq!(
        put(json!({ "Start_DateTime": "2026-05-04T11:00:00" })).status,
        200
    );
    assert_eq!(put(json!({ "Venue": "Hall" })).status, 200);
}
