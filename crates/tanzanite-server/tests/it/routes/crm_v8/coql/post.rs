//! `POST /crm/v8/coql`: get records through a COQL query.

use crate::world::{Exchange, World};
use insta::assert_snapshot;
use serde_json::{Value, json};

pub(super) fn ask(world: &World, actor: &str, query: &str) -> Exchange {
    let body = json!({ "select_query": query }).to_string();
    world.actor(actor).post("/crm/v8/coql", &body)
}

/// The values of one column, in the order of the answer.
fn column(world: &World, query: &str, key: &str) -> Vec<Value> {
    let exchange = ask(world, "admin", query);
    if exchange.status == 204 {
        return Vec::new();
    }
    assert_eq!(exchange.status, 200, "{query}: {}", exchange.json());
    let rows = exchange.json()["data"].take();
    let rows = rows.as_array().expect("data").iter();
    rows.map(|row| row[key].clone()).collect()
}

/// The last names of the leads for which a condition holds.
fn leads(world: &World, condition: &str) -> Vec<Value> {
    let query = format!("select Last_Name from Leads where {condition}");
    column(world, &query, "Last_Name")
}

fn contacts(world: &World, condition: &str) -> Vec<Value> {
    let query = format!("select Last_Name from Contacts where {condition}");
    column(world, &query, "Last_Name")
}

/// The demo, with two leads that have values of every kind.
fn planted() -> World {
    let world = World::demo();
    world.insert(
        "Leads",
        &[
            json!({
                "Last_Name": "Smith-Jones", "Company": "Acme Inc.", "Email": "z.smith@acme.example", "Annual_Revenue": 1000.5,
                "No_of_Employees": 12, "City": "Wien", "Lead_Status": "Contacted", "Email_Opt_Out": true,
            }),
            json!({
                "Last_Name": "Smith", "Company": "Best Acme", "Annual_Revenue": -3, "No_of_Employees": 3, "City": "Graz",
                "Lead_Status": "Contact in Future",
            }),
        ],
    );
    world
}

const OURS: &str = "Owner.email = 'mara.lindqvist@example.com'";

#[test]
fn a_row_has_the_columns_that_were_asked_for_and_its_id() {
    let world = World::demo();
    let query = "select Last_Name, Owner, Account_Name, Account_Name.Industry as Trade, Owner.email from Contacts \
                 where Last_Name = 'brenner' limit 5";
    assert_snapshot!(ask(&world, "admin", query), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Last_Name":"Brenner","Owner":{"name":"Jun Castellan","id":"3652397000000190010"},"Account_Name":{"name":"Brenner Woodworks","id":"3652397000000190031"},"Trade":"Small/Medium Enterprise","Owner.email":"jun.castellan@example.com","id":"3652397000000190033"}],"info":{"count":1,"more_records":false}}
    "#);
    assert_snapshot!(ask(&world, "admin", "select id from Cases where id is not null"), @"204");
    let before_v7 =
        json!({ "select_query": "select Owner from Contacts where Last_Name = 'Brenner'" });
    let before_v7 = world
        .actor("admin")
        .post("/crm/v6/coql", &before_v7.to_string());
    assert_eq!(
        before_v7.json()["data"][0]["Owner"],
        json!({ "id": "3652397000000190010" })
    );
}

#[test]
fn a_field_under_two_names_was_empty_under_the_second() {
    let world = planted();
    let query =
        format!("select City, City as Town from Leads where Last_Name = 'Smith' and {OURS}");
    let rows = ask(&world, "admin", &query).json();
    assert_eq!(rows["data"][0]["City"], "Graz");
    assert_eq!(rows["data"][0]["Town"], "Graz");
}

#[test]
fn each_comparator_on_each_kind() {
    let world = planted();
    let (jones, smith) = (json!("Smith-Jones"), json!("Smith"));
    let both = [jones.clone(), smith.clone()];
    for (condition, expected) in [
        ("Last_Name = 'smith'", &both[1..]),
        ("(Last_Name like '%smith%')", &both[..]),
        ("Last_Name like 'Smith-%'", &both[..1]),
        ("Last_Name like '%JONES'", &both[..1]),
        (
            "(Company not like '%inc%' and Last_Name like 'Smith%')",
            &both[1..],
        ),
        ("Last_Name in ('Smith', \"Smith-Jones\")", &both),
        ("Annual_Revenue > -3", &both[..1]),
        ("Annual_Revenue >= -3", &both),
        ("Annual_Revenue < 0", &both[1..]),
        ("Annual_Revenue between -3 and 1000.5", &both),
        ("Annual_Revenue not between 0 and 2000", &both[1..]),
        ("No_of_Employees != 12", &both[1..]),
        ("No_of_Employees not in (3, 4)", &both[..1]),
        ("Email_Opt_Out = true", &both[..1]),
        ("(Email is null and Last_Name = 'Smith')", &both[1..]),
        (
            "(Lead_Status = Contacted and Last_Name like 'S%')",
            &both[..1],
        ),
        (OURS, &both),
        ("Owner = '3652397000000190008'", &both),
        ("Owner.last_name = 'Lindqvist'", &both),
    ] {
        assert_eq!(leads(&world, condition), expected, "{condition}");
    }
    // A checkbox that nobody ticked is false.
    assert!(leads(&world, "Email_Opt_Out = false").contains(&smith));
    assert!(!leads(&world, "Email_Opt_Out = false").contains(&jones));
    let created =
        world.record(&format!("/crm/v8/Leads/{}", world.id("with_photo")))["Created_Time"].clone();
    let created = created.as_str().expect("a time");
    let at_that_second = format!("(Created_Time = '{created}' and Last_Name = 'Amberg')");
    assert_eq!(leads(&world, &at_that_second), ["Amberg"]);
}

#[test]
fn a_path_goes_through_lookups() {
    let world = World::demo();
    let id = world.id("account");
    for condition in [
        "Account_Name.Account_Name = 'brenner woodworks'".to_owned(),
        "Account_Name.Account_Name like 'Brenner%'".to_owned(),
        format!("Account_Name = {id}"),
        format!("Account_Name.id = '{id}'"),
        "Account_Name.Owner.email = 'jun.castellan@example.com'".to_owned(),
        "(Account_Name.Industry is not null)".to_owned(),
    ] {
        assert_eq!(
            contacts(&world, &condition),
            ["Brenner", "Vesely"],
            "{condition}"
        );
    }
    assert_eq!(contacts(&world, "Account_Name.Industry is null"), ["Quist"]);
    assert_eq!(
        contacts(
            &world,
            "Account_Name.Parent_Account.Account_Name = 'Brenner Woodworks'"
        ),
        ["Quist"]
    );
    let deep = "select Account_Name.Parent_Account, Account_Name.Parent_Account.Account_Name from Contacts \
                where Last_Name = 'Quist'";
    let row = ask(&world, "admin", deep).json()["data"][0].take();
    assert_eq!(row["Account_Name.Parent_Account"]["id"], id);
    assert_eq!(
        row["Account_Name.Parent_Account.Account_Name"],
        "Brenner Woodworks"
    );
}

#[test]
fn rows_are_sorted_and_come_in_pages() {
    let world = World::demo();
    let all = column(
        &world,
        "select Last_Name from Leads where id is not null",
        "Last_Name",
    );
    assert_eq!(
        all.first(),
        Some(&json!("Amberg")),
        "by id, the oldest first"
    );
    let mut sorted: Vec<String> = all
        .iter()
        .map(|name| name.as_str().expect("a name").to_owned())
        .collect();
    sorted.sort_by(|one, other| other.cmp(one));
    let by_name = "select Last_Name from Leads where id is not null order by Last_Name desc";
    assert_eq!(column(&world, by_name, "Last_Name"), sorted);
    let page = column(&world, &format!("{by_name} limit 2, 3"), "Last_Name");
    assert_eq!(page, sorted[2..5]);
    let same = column(&world, &format!("{by_name} limit 3 offset 2"), "Last_Name");
    assert_eq!(page, same);
    let newest =
        "select Last_Name from Leads where id is not null order by Created_Time desc, id desc";
    assert_eq!(ask(&world, "admin", newest).code(), "API_NOT_SUPPORTED");
    // A name that is made of others is no stored value, and has an order all the same.
    let by_full_name = "select Full_Name from Leads where id is not null order by Full_Name";
    let names = column(&world, by_full_name, "Full_Name");
    let mut sorted: Vec<String> = names
        .iter()
        .map(|name| name.as_str().expect("a name").to_owned())
        .collect();
    sorted.sort();
    assert_eq!(names, sorted);
    for other in ["Owner", "Created_By", "Record_Image", "Converted_Account"] {
        let query = format!("select id from Leads where id is not null order by {other}");
        let refused = world.refused(|world| ask(world, "admin", &query));
        assert_eq!(refused.code(), "API_NOT_SUPPORTED", "{other}");
    }
    let more = ask(
        &world,
        "admin",
        "select id from Leads where id is not null limit 2",
    )
    .json();
    assert_eq!(more["info"], json!({ "count": 2, "more_records": true }));
}

#[test]
fn nothing_is_told_that_the_caller_may_not_see() {
    const CLOSED: &str = r#"
[[profile]]
name = "No Industry"
permissions = ["view"]
hidden = { Accounts = ["Industry"], Contacts = ["Email"] }

[[user]]
email = "cleo@example.com"
last_name = "Cleo"
profile = "No Industry"
role = "CEO"

[[token]]
name = "closed"
kind = "access"
user = "cleo@example.com"
scopes = ["ZohoCRM.modules.ALL", "ZohoCRM.coql.READ"]
lifetime = "never"

[[token]]
name = "contacts_alone"
kind = "access"
user = "mara.lindqvist@example.com"
scopes = ["ZohoCRM.modules.contacts.READ", "ZohoCRM.coql.READ"]
lifetime = "never"
"#;
    let world = World::demo_and(CLOSED);
    let everything = "select Last_Name from Contacts where id is not null";
    let own = ask(&world, "stranger", everything).json();
    assert_eq!(own["info"]["count"], 1, "her own alone");
    for hidden in [
        "select Email from Contacts where id is not null",
        "select id from Contacts where Email is not null",
        "select Account_Name.Industry from Contacts where id is not null",
        "select id from Contacts where Account_Name.Industry = 'x'",
        "select id from Contacts where id is not null order by Email",
    ] {
        let refused = world.refused(|world| ask(world, "closed", hidden));
        assert_eq!(
            refused.json()["message"],
            "column given seems to be invalid",
            "{hidden}"
        );
    }
    assert_eq!(ask(&world, "contacts_alone", everything).status, 200);
    let others = world.refused(|world| {
        ask(
            world,
            "contacts_alone",
            "select id from Leads where id is not null",
        )
    });
    assert_eq!(
        (others.status, others.code().as_str()),
        (401, "OAUTH_SCOPE_MISMATCH")
    );
}

#[test]
fn what_is_no_query_is_refused() {
    let world = planted();
    for (query, expected) in [
        (
            "select Nonsense from Leads where id = 1",
            json!({
                "code": "INVALID_QUERY", "details": { "column_name": "Nonsense" },
                "message": "column given seems to be invalid", "status": "error",
            }),
        ),
        (
            "select id from Nonsense where id = 1",
            json!({
                "code": "INVALID_MODULE", "details": {}, "message": "the given module is not supported in api", "status": "error",
            }),
        ),
        (
            "select id from Leads where No_of_Employees = 'many'",
            json!({
                "code": "INVALID_QUERY",
                "details": { "column_name": "No_of_Employees", "expected_data_type": "integer" },
                "message": "value given seems to be invalid for the column", "status": "error",
            }),
        ),
        (
            "select id from Leads where Last_Name >= 'a'",
            json!({
                "code": "INVALID_QUERY",
                "details": { "reason": "invalid operator found", "column_name": "Last_Name", "operator": ">=" },
                "message": "Invalid query formed", "status": "error",
            }),
        ),
        (
            "select id from Leads where Description = 'a'",
            json!({
                "code": "INVALID_QUERY", "details": { "column_name": "Description", "data_type": "textarea" },
                "message": "data type not supported", "status": "error",
            }),
        ),
        (
            "select id from Leads where id = 1 limit 2001",
            json!({
                "code": "LIMIT_EXCEEDED", "details": { "clause": "limit", "limit": 2000 }, "message": "limit exceeded",
                "status": "error",
            }),
        ),
        (
            "select id from Leads where id = 1 limit 1 offset 100000",
            json!({
                "code": "LIMIT_EXCEEDED", "details": { "clause": "offset", "limit": 100_000 }, "message": "limit exceeded",
                "status": "error",
            }),
        ),
        (
            "select id, Account_Name.Parent_Account.Parent_Account.id from Contacts where id = 1",
            json!({
                "code": "LIMIT_EXCEEDED", "details": { "clause": "join", "limit": 2 }, "message": "limit exceeded",
                "status": "error",
            }),
        ),
    ] {
        let refused = world.refused(|world| ask(world, "admin", query));
        assert_eq!((refused.status, refused.json()), (400, expected), "{query}");
    }
    for (body, code) in [
        ("{}", "MANDATORY_NOT_FOUND"),
        ("[]", "INVALID_DATA"),
        ("nonsense", "INVALID_DATA"),
        (r#"{"select_query":1}"#, "INVALID_DATA"),
        (
            r#"{"select_query":"select id from Leads where id = 1","include_meta":["fields"]}"#,
            "API_NOT_SUPPORTED",
        ),
    ] {
        let refused = world.refused(|world| world.actor("admin").post("/crm/v8/coql", body));
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (400, code),
            "{body}"
        );
    }
}

#[test]
fn queries_of_old_versions_have_less_records() {
    let world = World::demo();
    let body = json!({ "select_query": "select id from Leads where id is not null limit 201" })
        .to_string();
    for (version, status) in [("v2", 400), ("v3", 400), ("v4", 200), ("v8", 200)] {
        let answer = world
            .actor("admin")
            .post(&format!("/crm/{version}/coql"), &body);
        assert_eq!(answer.status, status, "{version}");
    }
}
