//! `POST /crm/v8/coql`: aggregates and groups.

use super::post::ask;
use crate::world::World;
use insta::assert_snapshot;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

fn rows(world: &World, query: &str) -> Vec<Value> {
    let exchange = ask(world, "admin", query);
    if exchange.status == 204 {
        return Vec::new();
    }
    assert_eq!(exchange.status, 200, "{query}: {}", exchange.json());
    let rows = exchange.json()["data"].take();
    rows.as_array().expect("data").clone()
}

/// Leads with few cities, revenues with tenths and some fields empty.
fn planted() -> (World, Vec<Map<String, Value>>) {
    let world = World::demo();
    let leads = (0..230_u16).map(|number| {
        let mut lead = Map::new();
        lead.insert("Last_Name".to_owned(), format!("Group {number}").into());
        if number % 7 != 0 {
            lead.insert(
                "City".to_owned(),
                ["Graz", "Linz", "Wien"][usize::from(number % 3)].into(),
            );
        }
        if number % 5 != 0 {
            lead.insert(
                "Annual_Revenue".to_owned(),
                json!(f64::from(number * 37 % 100) / 10.0),
            );
            lead.insert("No_of_Employees".to_owned(), json!(number * 31 % 17));
        }
        lead
    });
    let leads: Vec<Map<String, Value>> = leads.collect();
    let items: Vec<Value> = leads.iter().cloned().map(Value::Object).collect();
    world.insert("Leads", &items);
    (world, leads)
}

/// A number without a fraction if it is whole.
fn shown(number: f64) -> Value {
    serde_json::from_str(&number.to_string()).expect("a number")
}

const OURS: &str = "Last_Name like 'Group%'";

#[test]
fn each_aggregate_is_that_of_a_naive_evaluator() {
    let (world, leads) = planted();
    let query = format!(
        "select City, COUNT(id), count(Annual_Revenue), sum(Annual_Revenue), AVG(No_of_Employees), \
         max(No_of_Employees) as most from Leads where {OURS} group by City"
    );
    let mut expected: BTreeMap<String, Value> = BTreeMap::new();
    for city in [json!("Graz"), json!("Linz"), json!("Wien"), Value::Null] {
        let of_city = leads
            .iter()
            .filter(|lead| lead.get("City").cloned().unwrap_or_default() == city);
        let of_city: Vec<_> = of_city.collect();
        let numbers = |name: &str| -> Vec<f64> {
            of_city
                .iter()
                .filter_map(|lead| lead.get(name)?.as_f64())
                .collect()
        };
        let (revenues, employees) = (numbers("Annual_Revenue"), numbers("No_of_Employees"));
        let tenths: f64 = revenues
            .iter()
            .map(|revenue| (revenue * 10.0).round())
            .sum();
        let mean = employees.iter().sum::<f64>() / employees.iter().map(|_| 1.0).sum::<f64>();
        let row = json!({
            "City": city,
            "COUNT(id)": of_city.len(),
            "COUNT(Annual_Revenue)": revenues.len(),
            "SUM(Annual_Revenue)": shown(tenths / 10.0),
            "AVG(No_of_Employees)": shown((mean * 1e9).round() / 1e9),
            "most": of_city.iter().filter_map(|lead| lead.get("No_of_Employees")?.as_i64()).max(),
        });
        expected.insert(city.to_string(), row);
    }
    let found = rows(&world, &query);
    assert_eq!(found.len(), 4);
    let found: BTreeMap<String, Value> = found
        .into_iter()
        .map(|row| (row["City"].to_string(), row))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn without_groups_all_records_are_one() {
    let (world, _) = planted();
    assert_snapshot!(ask(&world, "admin", &format!("select count(id) from Leads where {OURS}")), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"COUNT(id)":230}],"info":{"count":1,"more_records":false}}
    "#);
    let query = "select COUNT(id) as n, sum(No_of_Employees), min(Annual_Revenue) from Leads where City = 'Nowhere'";
    assert_snapshot!(ask(&world, "admin", query), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"n":0,"SUM(No_of_Employees)":null,"MIN(Annual_Revenue)":null}],"info":{"count":1,"more_records":false}}
    "#);
    let hidden = rows(&world, "select count(id) from Leads where id is not null");
    let seen = ask(
        &world,
        "stranger",
        "select count(id) from Leads where id is not null",
    )
    .json();
    assert!(seen["data"][0]["COUNT(id)"].as_i64() < hidden[0]["COUNT(id)"].as_i64());
}

#[test]
fn groups_are_sorted_and_come_in_pages() {
    let (world, _) = planted();
    let cities = |rest: &str| -> Vec<Value> {
        let query = format!("select City, count(id) from Leads where {OURS} group by City {rest}");
        rows(&world, &query)
            .iter()
            .map(|row| row["City"].clone())
            .collect()
    };
    assert_eq!(
        cities("order by City"),
        [Value::Null, json!("Graz"), json!("Linz"), json!("Wien")]
    );
    assert_eq!(
        cities("order by City desc limit 1, 2"),
        [json!("Linz"), json!("Graz")]
    );
    let counted = format!(
        "select City, count(id) as n from Leads where {OURS} and City is not null group by City order by count(id) desc, City"
    );
    let counts: Vec<i64> = rows(&world, &counted)
        .iter()
        .map(|row| row["n"].as_i64().expect("a number"))
        .collect();
    assert!(counts.is_sorted_by(|one, other| one >= other), "{counts:?}");
    let page = ask(&world, "admin", &format!("{counted} limit 1")).json();
    assert_eq!(page["info"], json!({ "count": 1, "more_records": true }));
}

#[test]
fn groups_by_lookups_and_through_them() {
    let world = World::demo();
    let query = "select Account_Name.Account_Name, Owner, max(Modified_Time), min(Date_of_Birth), count(id) \
                 from Contacts where id is not null group by Account_Name.Account_Name, Owner \
                 order by Account_Name.Account_Name desc limit 1";
    assert_snapshot!(ask(&world, "admin", query), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Account_Name.Account_Name":"Estuary Boats","Owner":{"name":"Ines Varga","id":"3652397000000190011"},"MAX(Modified_Time)":"[now]","MIN(Date_of_Birth)":null,"COUNT(id)":1}],"info":{"count":1,"more_records":true}}
    "#);
}

#[test]
fn what_cannot_be_put_together_is_refused() {
    let world = World::demo();
    let refused = |query: &str| world.refused(|world| ask(world, "admin", query));
    assert_snapshot!(refused("select City, count(id) from Leads where id is not null"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_QUERY","details":{"column_name":"City"},"message":"column given seems to be invalid","status":"error"}
    "#);
    assert_snapshot!(refused("select sum(City) from Leads where id is not null"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_QUERY","details":{"column_name":"SUM(City)","data_type":"text"},"message":"data type not supported","status":"error"}
    "#);
    assert_snapshot!(refused("select max(id) from Leads where id is not null"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_QUERY","details":{"column_name":"MAX(id)","data_type":"id"},"message":"data type not supported","status":"error"}
    "#);
    assert_snapshot!(refused("select count(Town) from Leads where id is not null"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_QUERY","details":{"column_name":"Town"},"message":"column given seems to be invalid","status":"error"}
    "#);
    assert_snapshot!(refused("select Last_Name from Leads where id is not null group by City"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_QUERY","details":{"column_name":"Last_Name"},"message":"column given seems to be invalid","status":"error"}
    "#);
    assert_snapshot!(refused("select City from Leads where id is not null group by City order by Last_Name"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_QUERY","details":{"column_name":"Last_Name"},"message":"column given seems to be invalid","status":"error"}
    "#);
    assert_snapshot!(refused("select id from Leads where id is not null order by count(id)"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_QUERY","details":{"column_name":"COUNT(id)"},"message":"column given seems to be invalid","status":"error"}
    "#);
}
