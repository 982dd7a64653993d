//! The criteria of a bulk read.

use super::{ask, column, done, lines};
use crate::world::World;
use insta::assert_snapshot;
use serde_json::{Value, json};

fn condition(field: &str, comparator: &str, value: &Value) -> Value {
    json!({ "field": { "api_name": field }, "comparator": comparator, "value": value })
}

/// The last names of the leads for which criteria hold.
fn names(world: &World, criteria: &Value) -> String {
    let query =
        json!({ "module": { "api_name": "Leads" }, "fields": ["Last_Name"], "criteria": criteria });
    column(
        &lines(world, "admin", &done(world, "admin", &query)),
        "Last_Name",
    )
    .join(" ")
}

#[test]
fn each_comparator_means_what_it_says() {
    let world = World::demo();
    let lead = |name: &str, city: Option<&str>, employees: u32| json!({ "Last_Name": name, "Company": "Bulk", "City": city, "No_of_Employees": employees });
    world.insert(
        "Leads",
        &[
            lead("A", Some("Lisbon"), 1),
            lead("B", Some("Lille"), 2),
            lead("C", None, 3),
        ],
    );
    let mut found = String::new();
    for (field, comparator, value) in [
        ("City", "equal", json!("Lisbon")),
        ("City", "not_equal", json!("Lisbon")),
        ("City", "equal", json!("${EMPTY}")),
        ("City", "not_equal", json!("${EMPTY}")),
        ("City", "equal", Value::Null),
        ("City", "in", json!(["Lisbon", "Lille"])),
        ("City", "not_in", json!(["Lisbon"])),
        ("City", "contains", json!("is")),
        ("City", "not_contains", json!("is")),
        ("City", "starts_with", json!("Li")),
        ("City", "ends_with", json!("le")),
        ("No_of_Employees", "less_than", json!(2)),
        ("No_of_Employees", "less_equal", json!("2")),
        ("No_of_Employees", "greater_than", json!(2)),
        ("No_of_Employees", "greater_equal", json!(2)),
        ("No_of_Employees", "between", json!([2, 3])),
        ("No_of_Employees", "not_between", json!([2, 3])),
        ("Owner.last_name", "equal", json!("Lindqvist")),
    ] {
        let criteria = json!({ "group_operator": "and", "group": [
            condition("Company", "equal", &json!("Bulk")), condition(field, comparator, &value)] });
        found += &format!(
            "{field} {comparator} {value}: {}\n",
            names(&world, &criteria)
        );
    }
    assert_snapshot!(found, @r#"
    City equal "Lisbon": A
    City not_equal "Lisbon": B
    City equal "${EMPTY}": C
    City not_equal "${EMPTY}": A B
    City equal null: C
    City in ["Lisbon","Lille"]: A B
    City not_in ["Lisbon"]: B
    City contains "is": A
    City not_contains "is": B
    City starts_with "Li": A B
    City ends_with "le": B
    No_of_Employees less_than 2: A
    No_of_Employees less_equal "2": A B
    No_of_Employees greater_than 2: C
    No_of_Employees greater_equal 2: B C
    No_of_Employees between [2,3]: B C
    No_of_Employees not_between [2,3]: A
    Owner.last_name equal "Lindqvist": A B C
    "#);
}

#[test]
fn groups_stand_within_groups() {
    let world = World::demo();
    let leads =
        ["A", "B", "C"].map(|name| json!({ "Last_Name": name, "Company": format!("Bulk {name}") }));
    world.insert("Leads", &leads);
    let is = |name: &str| condition("Last_Name", "equal", &json!(name));
    let company = condition("Company", "starts_with", &json!("Bulk"));
    let either = json!({ "group_operator": "OR", "group": [is("A"), is("C")] });
    let both = json!({ "group_operator": "and", "group": [company, either] });
    assert_eq!(names(&world, &both), "A C");
    assert_eq!(names(&world, &json!({ "group": [is("B")] })), "B");
}

#[test]
fn criteria_that_mean_nothing_are_refused() {
    let world = World::demo();
    let is = |comparator: &str, value: Value| condition("Last_Name", comparator, &value);
    let many: Vec<Value> = (0..26).map(|_| is("equal", json!("x"))).collect();
    let values: Vec<String> = (0..101).map(|number| number.to_string()).collect();
    let mut refusals = String::new();
    for criteria in [
        json!([]),
        json!({}),
        json!({ "group": [] }),
        json!({ "group_operator": "xor", "group": [is("equal", json!("x")), is("equal", json!("y"))] }),
        json!({ "group": [is("equal", json!("x")), is("equal", json!("y"))] }),
        json!({ "group": [is("equal", json!("x"))], "field": { "api_name": "City" } }),
        json!({ "group_operator": "and", "group": many }),
        json!({ "comparator": "equal", "value": "x" }),
        json!({ "api_name": "City", "comparator": "equal", "value": "x" }),
        is("like", json!("x")),
        condition("Nothing", "equal", &json!("x")),
        condition("Description", "equal", &json!("x")),
        condition("City", "greater_than", &json!("x")),
        condition("No_of_Employees", "contains", &json!("1")),
        condition("No_of_Employees", "equal", &json!("x")),
        condition("Owner.Nothing", "equal", &json!("x")),
        is("in", json!([])),
        is("between", json!(["a"])),
        is("contains", json!("50%")),
        is("contains", Value::Null),
        is("equal", json!({})),
        is("in", json!(values)),
    ] {
        let query = json!({ "module": { "api_name": "Leads" }, "criteria": criteria });
        let refused = world.refused(|world| ask(world, "admin", &query));
        let shown: String = criteria.to_string().chars().take(100).collect();
        refusals += &format!("{shown}\n    {} {}\n", refused.status, refused.text());
    }
    assert_snapshot!(refusals, @r#"
    []
        400 {"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject","api_name":"criteria","json_path":"$.query.criteria"},"message":"invalid data","status":"error"}
    {}
        400 {"code":"INVALID_CRITERIA","details":{"json_path":"$.query.criteria"},"message":"criteria is invalid","status":"error"}
    {"group":[]}
        400 {"code":"INVALID_CRITERIA","details":{"json_path":"$.query.criteria"},"message":"criteria is invalid","status":"error"}
    {"group_operator":"xor","group":[{"field":{"api_name":"Last_Name"},"comparator":"equal","value":"x"}
        400 {"code":"GROUP_OPERATOR_NOT_SUPPORTED","details":{"json_path":"$.query.criteria"},"message":"group operator is not supported","status":"error"}
    {"group":[{"field":{"api_name":"Last_Name"},"comparator":"equal","value":"x"},{"field":{"api_name":"
        400 {"code":"GROUP_OPERATOR_NOT_SUPPORTED","details":{"json_path":"$.query.criteria"},"message":"group operator is not supported","status":"error"}
    {"group":[{"field":{"api_name":"Last_Name"},"comparator":"equal","value":"x"}],"field":{"api_name":"
        400 {"code":"AMBIGUOUS_CRITERIA","details":{"json_path":"$.query.criteria"},"message":"criteria is ambiguous","status":"error"}
    {"group_operator":"and","group":[{"field":{"api_name":"Last_Name"},"comparator":"equal","value":"x"}
        400 {"code":"CRITERIA_LIMIT_EXCEEDED","details":{"limit":25},"message":"criteria limit exceeded","status":"error"}
    {"comparator":"equal","value":"x"}
        400 {"code":"INVALID_CRITERIA","details":{"json_path":"$.query.criteria"},"message":"criteria is invalid","status":"error"}
    {"api_name":"City","comparator":"equal","value":"x"}
        400 {"code":"INVALID_CRITERIA","details":{"json_path":"$.query.criteria"},"message":"criteria is invalid","status":"error"}
    {"field":{"api_name":"Last_Name"},"comparator":"like","value":"x"}
        400 {"code":"FIELD_COMPARATOR_IN_CRITERIA_NOT_SUPPORTED","details":{"comparator":"like","api_name":"Last_Name"},"message":"comparator in criteria is not supported","status":"error"}
    {"field":{"api_name":"Nothing"},"comparator":"equal","value":"x"}
        400 {"code":"FIELD_IN_CRITERIA_NOT_AVAILABLE","details":{"api_name":"Nothing","module":"Leads"},"message":"field in criteria is not available","status":"error"}
    {"field":{"api_name":"Description"},"comparator":"equal","value":"x"}
        400 {"code":"FIELD_IN_CRITERIA_NOT_SUPPORTED","details":{"api_name":"Description","module":"Leads"},"message":"field in criteria is not supported","status":"error"}
    {"field":{"api_name":"City"},"comparator":"greater_than","value":"x"}
        400 {"code":"FIELD_AND_COMPARATOR_IN_CRITERIA_NOT_COMPATIBLE","details":{"comparator":"greater_than","api_name":"City","supported":["equal","not_equal","in","not_in","contains","not_contains","starts_with","ends_with"]},"message":"field and comparator in criteria are not compatible","status":"error"}
    {"field":{"api_name":"No_of_Employees"},"comparator":"contains","value":"1"}
        400 {"code":"FIELD_AND_COMPARATOR_IN_CRITERIA_NOT_COMPATIBLE","details":{"comparator":"contains","api_name":"No_of_Employees","supported":["equal","not_equal","in","not_in","less_than","less_equal","greater_than","greater_equal","between","not_between"]},"message":"field and comparator in criteria are not compatible","status":"error"}
    {"field":{"api_name":"No_of_Employees"},"comparator":"equal","value":"x"}
        400 {"code":"FIELD_AND_VALUE_IN_CRITERIA_NOT_COMPATIBLE","details":{"api_name":"No_of_Employees","expected_data_type":"integer"},"message":"field and value in criteria are not compatible","status":"error"}
    {"field":{"api_name":"Owner.Nothing"},"comparator":"equal","value":"x"}
        400 {"code":"FIELD_IN_CRITERIA_NOT_AVAILABLE","details":{"api_name":"Owner.Nothing","module":"Leads"},"message":"field in criteria is not available","status":"error"}
    {"field":{"api_name":"Last_Name"},"comparator":"in","value":[]}
        400 {"code":"COMPARATOR_AND_VALUE_IN_CRITERIA_NOT_COMPATIBLE","details":{"comparator":"in","api_name":"Last_Name"},"message":"comparator and value in criteria are not compatible","status":"error"}
    {"field":{"api_name":"Last_Name"},"comparator":"between","value":["a"]}
        400 {"code":"COMPARATOR_AND_VALUE_IN_CRITERIA_NOT_COMPATIBLE","details":{"comparator":"between","api_name":"Last_Name"},"message":"comparator and value in criteria are not compatible","status":"error"}
    {"field":{"api_name":"Last_Name"},"comparator":"contains","value":"50%"}
        400 {"code":"COMPARATOR_AND_VALUE_IN_CRITERIA_NOT_COMPATIBLE","details":{"comparator":"contains","api_name":"Last_Name"},"message":"comparator and value in criteria are not compatible","status":"error"}
    {"field":{"api_name":"Last_Name"},"comparator":"contains","value":null}
        400 {"code":"COMPARATOR_AND_VALUE_IN_CRITERIA_NOT_COMPATIBLE","details":{"comparator":"contains","api_name":"Last_Name"},"message":"comparator and value in criteria are not compatible","status":"error"}
    {"field":{"api_name":"Last_Name"},"comparator":"equal","value":{}}
        400 {"code":"VALUE_TYPE_NOT_SUPPORTED","details":{"api_name":"Last_Name"},"message":"value type is not supported","status":"error"}
    {"field":{"api_name":"Last_Name"},"comparator":"in","value":["0","1","2","3","4","5","6","7","8","9"
        400 {"code":"VALUE_LIMIT_EXCEEDED_IN_CRITERIA","details":{"api_name":"Last_Name","limit":100},"message":"value limit exceeded in criteria","status":"error"}
    "#);
}
