//! Every kind of field takes and refuses the right values.

mod anything;

use super::*;
use crate::faults;
use crate::schema::{Number, custom_module, standard_modules};
use serde_json::json;

const PATH: &str = "$.data[0]";

/// A module with one field of every kind, each named after its kind.
fn every_kind() -> Module {
    let values = vec![Text::Borrowed("Red"), Text::Borrowed("Green")];
    let kinds: [(&'static str, Kind, u32); 19] = [
        ("Text", Kind::Text, 5),
        ("Email", Kind::Email, 20),
        ("Phone", Kind::Phone, 30),
        ("Website", Kind::Website, 30),
        ("Textarea", Kind::Textarea, 10),
        ("Integer", Kind::Integer, 9),
        ("Bigint", Kind::Bigint, 18),
        ("Double", Kind::Double, 16),
        ("Currency", Kind::Currency, 16),
        ("Percent", Kind::Percent, 5),
        ("Boolean", Kind::Boolean, 5),
        ("Date", Kind::Date, 20),
        ("Datetime", Kind::Datetime, 120),
        ("Picklist", Kind::Picklist(values.clone()), 10),
        ("Many", Kind::MultiSelectPicklist(values), 10),
        ("Lookup", Kind::Lookup(Text::Borrowed("Accounts")), 120),
        ("Any", Kind::Lookup(Text::Borrowed(ANY_MODULE)), 120),
        ("User", Kind::UserLookup, 50),
        ("Auto", Kind::AutoNumber, 120),
    ];
    let fields = (100_500..).zip(kinds).map(|(number, field)| Field {
        number: Number::from(number),
        api_name: Text::Borrowed(field.0),
        label: Text::Borrowed(field.0),
        read_only: field.1 == Kind::AutoNumber,
        kind: field.1,
        length: field.2,
        mandatory: false,
        unique: false,
        custom: true,
    });
    custom_module(
        100,
        "Things",
        "Thing",
        "Things",
        "CustomModule1",
        fields.collect(),
    )
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        other => panic!("{other} is no object"),
    }
}

/// The outcome of `check` for one value of a field.
fn one(name: &str, value: &Value) -> Result<Checked, Fault> {
    let input = object(json!({ name: value, "$se_module": "Deals" }));
    check(&every_kind(), &input, PATH, Mode::Update)
}

fn standard(name: &str) -> &'static Module {
    let mut modules = standard_modules().iter();
    modules.find(|module| module.api_name == name).expect(name)
}

#[test]
fn good_values_are_kept_as_they_come_or_normalised() {
    let same = |value: Value| (value.clone(), value);
    let id = json!({"id": "5000000000001"});
    let table = [
        ("Text", same(json!("12345"))),
        ("Text", same(json!("äöüß€"))),
        ("Email", same(json!("ada@example.com"))),
        ("Phone", same(json!("+1 (555) 555-0100"))),
        ("Website", same(json!("https://example.com"))),
        ("Textarea", same(json!("one\ntwo"))),
        ("Integer", same(json!(-999_999_999))),
        ("Integer", same(json!(0))),
        ("Bigint", same(json!("999999999999999999"))),
        ("Bigint", (json!(-12), json!("-12"))),
        ("Double", same(json!(1.25))),
        ("Currency", same(json!(9_999_999_999_999_999_i64))),
        ("Percent", same(json!(12.5))),
        ("Boolean", same(json!(false))),
        ("Date", same(json!("2026-07-13"))),
        ("Datetime", same(json!("2026-07-13T10:00:00+02:00"))),
        ("Picklist", same(json!("Red"))),
        ("Picklist", same(json!("-None-"))),
        ("Picklist", same(json!("Purple"))),
        ("Many", same(json!(["Red", "Green"]))),
        ("Lookup", (json!("5000000000001"), id.clone())),
        ("Lookup", (json!({"id": 5_000_000_000_001_i64}), id.clone())),
        (
            "Lookup",
            (json!({"id": "5000000000001", "name": "A"}), id.clone()),
        ),
        ("Any", (json!({"id": "5000000000001"}), id.clone())),
        ("User", (json!({"id": "5000000000001"}), id)),
    ];
    for (name, (sent, kept)) in table {
        let checked = one(name, &sent).unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
        assert_eq!(checked.fields[name], kept, "{name}");
    }
}

#[test]
fn bad_values_are_refused_with_the_vendor_s_details() {
    let word = |word: &str| ("expected_data_type", json!(word));
    let longest = |length: u32| ("maximum_length", json!(length));
    let table = [
        ("Text", json!(5), word("text")),
        ("Text", json!("123456"), longest(5)),
        ("Text", json!(["a"]), word("text")),
        ("Email", json!("ada"), word("email")),
        ("Email", json!(true), word("email")),
        ("Email", json!("abcdefghij@example.com"), longest(20)),
        ("Phone", json!("call me!"), word("phone")),
        ("Phone", json!(5_550_100), word("phone")),
        ("Website", json!("example"), word("website")),
        ("Textarea", json!("12345678901"), longest(10)),
        ("Textarea", json!({}), word("text")),
        ("Integer", json!("12"), word("integer")),
        ("Integer", json!(""), word("integer")),
        ("Integer", json!(1.5), word("integer")),
        ("Integer", json!(1_000_000_000), longest(9)),
        ("Integer", json!(u64::MAX), longest(9)),
        ("Integer", json!(i64::MIN), longest(9)),
        ("Bigint", json!("12a"), word("bigint")),
        ("Bigint", json!("-"), word("bigint")),
        ("Bigint", json!(1.5), word("bigint")),
        ("Bigint", json!("1234567890123456789"), longest(18)),
        ("Double", json!("1.5"), word("double")),
        ("Currency", json!(1e16), longest(16)),
        ("Percent", json!(100_000), longest(5)),
        ("Percent", json!(true), word("double")),
        ("Boolean", json!("true"), word("boolean")),
        ("Boolean", json!(1), word("boolean")),
        ("Date", json!("13.07.2026"), word("date")),
        ("Date", json!(""), word("date")),
        ("Datetime", json!("2026-07-13T10:00:00Z"), word("datetime")),
        ("Datetime", json!(0), word("datetime")),
        ("Picklist", json!(1), word("picklist")),
        ("Picklist", json!(["Red"]), word("picklist")),
        ("Picklist", json!("Reddish-green"), longest(10)),
        ("Many", json!("Red"), word("jsonarray")),
        ("Many", json!(["Red", 1]), word("picklist")),
        ("Many", json!(vec!["Red"; 201]), longest(200)),
        ("Lookup", json!(true), word("jsonobject")),
        ("Lookup", json!({"id": ["1"]}), word("jsonobject")),
        ("User", json!([]), word("jsonobject")),
    ];
    for (name, sent, (key, value)) in table {
        let fault = one(name, &sent).expect_err(name).to_json();
        assert_eq!(fault["code"], "INVALID_DATA", "{name} {sent}");
        assert_eq!(fault["message"], "invalid data", "{name} {sent}");
        let details =
            json!({ key: value, "api_name": name, "json_path": format!("{PATH}.{name}") });
        assert_eq!(fault["details"], details, "{name} {sent}");
    }
}

#[test]
fn ids_that_are_none_are_invalid_and_objects_without_id_lack_it() {
    for id in [
        json!("x"),
        json!({"id": "-1"}),
        json!(0),
        json!(1.5),
        json!(""),
    ] {
        let fault = one("Lookup", &id).expect_err("no id");
        assert_eq!(fault.row(), &faults::FIELD_VALUE_INVALID, "{id}");
    }
    let fault = one("Lookup", &json!({"name": "Acme"})).expect_err("no id");
    assert_eq!(fault.to_json()["code"], "MANDATORY_NOT_FOUND");
    assert_eq!(
        fault.to_json()["details"]["json_path"],
        "$.data[0].Lookup.id"
    );
}

#[test]
fn references_are_noted_for_the_endpoint_to_resolve() {
    let input = object(json!({
        "Owner": {"id": "7"}, "Lookup": "8", "User": "9", "Any": "10", "$se_module": "Deals",
    }));
    let checked = check(&every_kind(), &input, PATH, Mode::Update).expect("good");
    assert_eq!(checked.owner, RecordId::new(7));
    assert!(!checked.fields.contains_key("Owner"));
    assert_eq!(checked.fields["$se_module"], "Deals");
    let seen: Vec<_> = checked
        .lookups
        .iter()
        .map(|l| (l.module.as_ref(), l.id.get()))
        .collect();
    assert_eq!(seen, [("Accounts", 8), ("Deals", 10), (USERS, 9)]);
    assert!(checked.lookups[2].is_user());
    assert_eq!(
        checked.lookups[0].fault().to_json()["details"],
        json!({"api_name": "Lookup", "json_path": "$.data[0].Lookup"})
    );
    let missing = object(json!({ "Any": "10" }));
    let fault = check(&every_kind(), &missing, PATH, Mode::Update).expect_err("no module");
    assert_eq!(fault.row(), &faults::FIELD_MANDATORY_MISSING);
    let users = object(json!({ "Any": "10", "$se_module": USERS }));
    let fault = check(&every_kind(), &users, PATH, Mode::Update).expect_err("no module");
    assert_eq!(fault.row(), &faults::FIELD_VALUE_INVALID);
}

#[test]
fn what_is_mandatory_must_be_there_once_and_cannot_be_cleared() {
    let leads = standard("Leads");
    for empty in [
        json!({}),
        json!({"Last_Name": null}),
        json!({"Last_Name": " "}),
    ] {
        let fault = check(leads, &object(empty), PATH, Mode::Create).expect_err("missing");
        let expected = json!({
            "code": "MANDATORY_NOT_FOUND",
            "details": { "api_name": "Last_Name", "json_path": "$.data[0].Last_Name" },
            "message": "required field not found",
            "status": "error",
        });
        assert_eq!(fault.to_json(), expected);
    }
    let unchanged = check(leads, &Map::new(), PATH, Mode::Update).expect("nothing to do");
    assert_eq!(unchanged, Checked::default());
    let cleared = object(json!({ "Last_Name": null }));
    assert!(check(leads, &cleared, PATH, Mode::Update).is_err());
}

#[test]
fn null_and_empty_texts_clear_what_may_be_empty() {
    let input = object(json!({"Email": "", "City": null, "Last_Name": "King", "Rating": ""}));
    let created = check(standard("Leads"), &input, PATH, Mode::Create).expect("good");
    assert_eq!(created.fields, object(json!({"Last_Name": "King"})));
    let changed = check(standard("Leads"), &input, PATH, Mode::Update).expect("good");
    let existing = object(json!({"Email": "a@b.co", "Last_Name": "K", "Phone": "1"}));
    let merged = merge(&existing, changed.fields);
    assert_eq!(merged, object(json!({"Last_Name": "King", "Phone": "1"})));
    let tasks = object(json!({ "What_Id": null }));
    let cleared = check(standard("Tasks"), &tasks, PATH, Mode::Update).expect("good");
    assert_eq!(
        cleared.fields,
        object(json!({"What_Id": null, "$se_module": null}))
    );
}

#[test]
fn what_is_not_for_the_client_to_write_is_ignored() {
    let input = object(json!({
        "Last_Name": "King", "Full_Name": 5, "Created_Time": "never", "Record_Image": "x",
        "Modified_By": [], "$approved": 7, "No_Such_Field": {}, "id": "1", "Owner": null,
    }));
    let checked = check(standard("Leads"), &input, PATH, Mode::Create).expect("good");
    assert_eq!(checked.fields, object(json!({"Last_Name": "King"})));
    assert_eq!(checked.owner, None);
}

#[test]
fn several_faults_of_an_item_are_answered_together() {
    let input = object(json!({"Email": "x", "No_of_Employees": "many"}));
    let fault = check(standard("Leads"), &input, "$.data[3]", Mode::Create).expect_err("faults");
    let fault = fault.to_json();
    assert_eq!(fault["code"], "MULTIPLE_OR_MULTI_ERRORS");
    let errors = fault["details"]["errors"].as_array().expect("errors");
    let paths: Vec<_> = errors
        .iter()
        .map(|error| &error["details"]["json_path"])
        .collect();
    assert_eq!(
        paths,
        [
            "$.data[3].Last_Name",
            "$.data[3].Email",
            "$.data[3].No_of_Employees"
        ]
    );
}

#[test]
fn a_probability_is_a_percentage() {
    let deal = |probability: i64| {
        let input = object(json!({ "Probability": probability }));
        check(standard("Deals"), &input, PATH, Mode::Update).map_err(|fault| fault.row())
    };
    assert!(deal(0).is_ok() && deal(100).is_ok());
    assert_eq!(deal(101), Err(&faults::FIELD_VALUE_INVALID));
    assert_eq!(deal(-1), Err(&faults::FIELD_VALUE_INVALID));
    assert_eq!(deal(1000), Err(&faults::FIELD_TOO_LONG));
}

#[test]
fn picklists_could_refuse_what_they_do_not_list() {
    let listed = [Text::Borrowed("Red")];
    let refuse = |value: &str| {
        let at = Place::new(PATH, "Colour");
        values::picklist(&json!(value), 120, &listed, UnlistedValues::Refused, &at)
    };
    assert!(refuse("Red").is_ok() && refuse("-None-").is_ok());
    let fault = refuse("red").expect_err("not listed");
    assert_eq!(fault.row(), &faults::FIELD_VALUE_INVALID);
}

#[test]
fn unique_values_are_compared_without_case_and_spelling() {
    let table = [
        (json!(" Ada "), Some("ada")),
        (json!("ÄDA"), Some("äda")),
        (json!(5), Some("5")),
        (json!(5.0), Some("5")),
        (json!(-0.0), Some("0")),
        (json!(1.5), Some("1.5")),
        (
            json!(999_999_999_999_999_999_i64),
            Some("999999999999999999"),
        ),
        (json!(true), Some("true")),
        (json!({"id": "7"}), Some("7")),
        (json!(""), None),
        (json!(null), None),
        (json!(["a"]), None),
        (json!({"id": 7}), None),
    ];
    for (value, key) in table {
        assert_eq!(unique_key(&value).as_deref(), key, "{value}");
    }
}
