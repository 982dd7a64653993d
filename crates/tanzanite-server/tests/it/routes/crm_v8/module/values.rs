//! The values that each type of field accepts and refuses, through `POST /crm/v8/{module}`.

use crate::world::{World, text};
use insta::assert_snapshot;
use serde_json::{Value, json};

/// Inserts a record with one field; returns the status and the item's answer.
fn insert(world: &World, module: &str, field: &str, value: &Value) -> (u16, Value) {
    let mut item = json!({
        "Last_Name": "A", "Deal_Name": "A", "Stage": "Qualification", "Account_Name": "A",
        "Product_Name": "A", "Subject": "A", "Name": "A",
    });
    let account = world.id("account");
    if ["Contacts", "Deals"].contains(&module) {
        item["Account_Name"] = json!({ "id": account });
    }
    item[field] = value.clone();
    let body = json!({ "data": [item] }).to_string();
    let exchange = world
        .actor("admin")
        .post(&format!("/crm/v8/{module}"), &body);
    (exchange.status, exchange.json()["data"][0].take())
}

#[test]
fn what_is_taken_is_given_back() {
    let world = World::demo();
    let (long, umlauts) = ("a".repeat(200), "ä".repeat(200));
    let rows = [
        ("Leads", "Company", json!(long)),
        ("Leads", "Company", json!(umlauts)),
        ("Leads", "Company", json!("\"<script>\u{1f4a5}\\\u{1}\n'")),
        ("Leads", "Email", json!("rosa+x@mail.example.com")),
        ("Leads", "Phone", json!("+49 30 5550101")),
        ("Leads", "Website", json!("https://example.com/a?b=c#d")),
        ("Leads", "Description", json!("line\nline")),
        ("Leads", "No_of_Employees", json!(999_999_999)),
        ("Leads", "No_of_Employees", json!(-1)),
        ("Leads", "Annual_Revenue", json!(12.5)),
        ("Leads", "Annual_Revenue", json!(9_999_999_999_999_999_i64)),
        ("Leads", "Email_Opt_Out", json!(true)),
        ("Leads", "Lead_Status", json!("Contacted")),
        ("Leads", "Lead_Status", json!("A new one")),
        ("Leads", "Favourite_Wood", json!("Oak")),
        ("Deals", "Closing_Date", json!("2028-02-29")),
        ("Deals", "Probability", json!(100)),
        ("Accounts", "Account_Number", json!("123456789012345678")),
        ("Products", "Qty_in_Stock", json!(0.125)),
    ];
    for (module, field, value) in rows {
        let (status, answer) = insert(&world, module, field, &value);
        assert_eq!(status, 201, "{field} {value}: {answer}");
        let path = format!("/crm/v8/{module}/{}", text(&answer["details"]["id"]));
        assert_eq!(world.record(&path)[field], value, "{module}.{field}");
    }
}

#[test]
fn times_come_back_in_the_organisation_s_zone() {
    let world = World::demo();
    for (sent, kept) in [
        ("2026-07-13T10:00:00+00:00", "2026-07-13T12:00:00+02:00"),
        ("2026-01-13T10:00:00-08:00", "2026-01-13T19:00:00+01:00"),
        ("2026-01-13T10:00:00", "2026-01-13T10:00:00+01:00"),
    ] {
        let item = json!({
            "Subject": "A", "Call_Type": "Inbound", "Call_Duration": "10:00", "Call_Start_Time": sent,
        });
        let id = world.insert("Calls", &[item]).remove(0);
        assert_eq!(
            world.record(&format!("/crm/v8/Calls/{id}"))["Call_Start_Time"],
            kept
        );
    }
}

#[test]
fn what_is_refused_says_what_was_expected_and_where() {
    let world = World::demo();
    let before = world.state();
    let rows = [
        ("Leads", "Company", json!(7)),
        ("Leads", "Company", json!("a".repeat(201))),
        ("Leads", "Company", json!(["a"])),
        ("Leads", "Company", json!("a\0b")),
        ("Leads", "Email", json!("rosa")),
        (
            "Leads",
            "Email",
            json!(format!("{}@example.com", "a".repeat(90))),
        ),
        ("Leads", "Phone", json!("call me!")),
        ("Leads", "Website", json!("no address")),
        ("Leads", "Description", json!({})),
        ("Leads", "No_of_Employees", json!("12")),
        ("Leads", "No_of_Employees", json!(1.5)),
        ("Leads", "No_of_Employees", json!(1_234_567_890)),
        ("Leads", "Annual_Revenue", json!("12.5")),
        ("Leads", "Annual_Revenue", json!(1e17)),
        ("Leads", "Email_Opt_Out", json!("true")),
        ("Leads", "Lead_Status", json!(1)),
        ("Leads", "Lead_Status", json!("a".repeat(121))),
        ("Deals", "Closing_Date", json!("2027-02-29")),
        ("Deals", "Closing_Date", json!("29.02.2028")),
        ("Deals", "Probability", json!(101)),
        ("Calls", "Call_Start_Time", json!("2026-07-13T10:00:00Z")),
        (
            "Calls",
            "Call_Start_Time",
            json!("2026-07-13T10:00:00.000+00:00"),
        ),
        ("Accounts", "Account_Number", json!("12a")),
        ("Products", "Qty_in_Stock", json!([1])),
    ];
    let mut table = String::new();
    for (module, field, value) in rows {
        let (status, answer) = insert(&world, module, field, &value);
        let value: String = value.to_string().chars().take(32).collect();
        let mut errors = vec![answer.clone()];
        if let Some(several) = answer["details"]["errors"].as_array() {
            errors = several.clone();
        }
        let path = format!("$.data[0].{field}");
        let error = errors
            .iter()
            .find(|error| error["details"]["json_path"] == path.as_str());
        let error = error.unwrap_or_else(|| panic!("{field} {value} {status}: {answer}"));
        assert_eq!(error["details"]["api_name"], field);
        let mut details = error["details"].clone();
        for known in ["api_name", "json_path"] {
            details.as_object_mut().expect("details").remove(known);
        }
        let (code, message) = (&error["code"], &error["message"]);
        table.push_str(&format!(
            "{status} {field} {value}: {code} {message} {details}\n"
        ));
    }
    assert_eq!(before, world.state(), "a refused item changed something");
    assert_snapshot!(table, @r#"
    400 Company 7: "INVALID_DATA" "invalid data" {"expected_data_type":"text"}
    400 Company "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: "INVALID_DATA" "invalid data" {"maximum_length":200}
    400 Company ["a"]: "INVALID_DATA" "invalid data" {"expected_data_type":"text"}
    400 Company "a\u0000b": "INVALID_DATA" "invalid data" {}
    400 Email "rosa": "INVALID_DATA" "invalid data" {"expected_data_type":"email"}
    400 Email "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: "INVALID_DATA" "invalid data" {"maximum_length":100}
    400 Phone "call me!": "INVALID_DATA" "invalid data" {"expected_data_type":"phone"}
    400 Website "no address": "INVALID_DATA" "invalid data" {"expected_data_type":"website"}
    400 Description {}: "INVALID_DATA" "invalid data" {"expected_data_type":"text"}
    400 No_of_Employees "12": "INVALID_DATA" "invalid data" {"expected_data_type":"integer"}
    400 No_of_Employees 1.5: "INVALID_DATA" "invalid data" {"expected_data_type":"integer"}
    400 No_of_Employees 1234567890: "INVALID_DATA" "invalid data" {"maximum_length":9}
    400 Annual_Revenue "12.5": "INVALID_DATA" "invalid data" {"expected_data_type":"double"}
    400 Annual_Revenue 1e+17: "INVALID_DATA" "invalid data" {"maximum_length":16}
    400 Email_Opt_Out "true": "INVALID_DATA" "invalid data" {"expected_data_type":"boolean"}
    400 Lead_Status 1: "INVALID_DATA" "invalid data" {"expected_data_type":"picklist"}
    400 Lead_Status "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: "INVALID_DATA" "invalid data" {"maximum_length":120}
    400 Closing_Date "2027-02-29": "INVALID_DATA" "invalid data" {"expected_data_type":"date"}
    400 Closing_Date "29.02.2028": "INVALID_DATA" "invalid data" {"expected_data_type":"date"}
    400 Probability 101: "INVALID_DATA" "invalid data" {}
    400 Call_Start_Time "2026-07-13T10:00:00Z": "INVALID_DATA" "invalid data" {"expected_data_type":"datetime"}
    400 Call_Start_Time "2026-07-13T10:00:00.000+00:00": "INVALID_DATA" "invalid data" {"expected_data_type":"datetime"}
    400 Account_Number "12a": "INVALID_DATA" "invalid data" {"expected_data_type":"bigint"}
    400 Qty_in_Stock [1]: "INVALID_DATA" "invalid data" {"expected_data_type":"double"}
    "#);
}

#[test]
fn a_lookup_is_kept_with_its_name() {
    let world = World::demo();
    let account = world.id("account");
    for value in [
        json!({ "id": account }),
        json!({ "id": account, "name": "?" }),
        json!(account),
    ] {
        let (status, answer) = insert(&world, "Contacts", "Account_Name", &value);
        assert_eq!(status, 201, "{value}: {answer}");
        let path = format!("/crm/v8/Contacts/{}", text(&answer["details"]["id"]));
        let expected = json!({ "name": "Brenner Woodworks", "id": account });
        assert_eq!(world.record(&path)["Account_Name"], expected);
    }
}

#[test]
fn a_lookup_of_any_module_names_it() {
    let world = World::demo();
    let post = |item: Value| {
        let body = json!({ "data": [item] }).to_string();
        world.actor("admin").post("/crm/v8/Tasks", &body)
    };
    let deal = world.id("deal");
    let exchange =
        post(json!({ "Subject": "A", "What_Id": { "id": deal }, "$se_module": "Deals" }));
    assert_eq!(exchange.status, 201, "{exchange}");
    let id = text(&exchange.json()["data"][0]["details"]["id"]);
    let task = world.record(&format!("/crm/v8/Tasks/{id}"));
    assert_eq!(
        task["What_Id"],
        json!({ "name": "Benches for Brenner", "id": deal })
    );
    assert_eq!(task["$se_module"], "Deals");
    for module in [Value::Null, json!("Accounts"), json!("Nope"), json!(7)] {
        let item = json!({ "Subject": "A", "What_Id": { "id": deal }, "$se_module": module });
        let exchange = world.refused(|_| post(item));
        assert_eq!(exchange.status, 400, "{exchange}");
    }
}

#[test]
fn a_lookup_points_nowhere_or_where_it_may_not() {
    let world = World::demo();
    let contact = |actor: &str, field: &str, id: &str| {
        let body = json!({ "data": [{ "Last_Name": "A", field: { "id": id } }] }).to_string();
        world.refused(|world| world.actor(actor).post("/crm/v8/Contacts", &body))
    };
    assert_snapshot!(contact("admin", "Account_Name", "3652397000000990099"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"INVALID_DATA","details":{"api_name":"Account_Name","json_path":"$.data[0].Account_Name"},"message":"invalid data","status":"error"}]}
    "#);
    let (lead, hidden) = (world.id("with_photo"), world.id("private_of_other"));
    let deleted = world.id("deleted");
    for (actor, field, id) in [
        ("admin", "Account_Name", lead.as_str()),
        ("admin", "Account_Name", &deleted),
        ("admin", "Account_Name", "x"),
        ("stranger", "Reporting_To", &hidden),
    ] {
        let exchange = contact(actor, field, id);
        let error = &exchange.json()["data"][0];
        assert_eq!(
            (exchange.status, &error["code"]),
            (400, &json!("INVALID_DATA")),
            "{exchange}"
        );
        assert_eq!(error["details"]["api_name"], field, "{exchange}");
    }
    let unseen = contact("stranger", "Reporting_To", &hidden).json();
    let unknown = contact("stranger", "Reporting_To", "3652397000000990099").json();
    assert_eq!(
        unseen, unknown,
        "who may not see a record does not learn that there is one"
    );
}
