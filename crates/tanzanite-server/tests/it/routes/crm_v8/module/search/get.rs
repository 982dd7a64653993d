//! `GET /crm/v8/{module}/search`: search records.

use crate::world::{Exchange, World};
use insta::assert_snapshot;
use serde_json::{Value, json};

/// Percent-encodes all that is neither letter nor digit.
fn encoded(value: &str) -> String {
    let bytes = value.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    bytes.collect()
}

fn search(world: &World, actor: &str, module: &str, parameter: &str, value: &str) -> Exchange {
    let target = format!("/crm/v8/{module}/search?{parameter}={}", encoded(value));
    world.actor(actor).get(&target)
}

/// The last names of the leads that are found, in the order of their ids.
fn leads(world: &World, parameter: &str, value: &str) -> Vec<String> {
    names(
        &search(world, "admin", "Leads", parameter, value),
        "Last_Name",
    )
}

fn names(exchange: &Exchange, field: &str) -> Vec<String> {
    if exchange.status == 204 {
        return Vec::new();
    }
    assert_eq!(exchange.status, 200, "{}", exchange.json());
    let records = exchange.json()["data"].take();
    let records = records.as_array().expect("data").iter();
    let names = records.map(|record| record[field].as_str().expect("a name").to_owned());
    let mut names: Vec<String> = names.collect();
    names.reverse();
    names
}

fn refused(world: &World, criteria: &str) -> Value {
    let exchange = world.refused(|world| search(world, "admin", "Leads", "criteria", criteria));
    assert_eq!(exchange.status, 400, "{criteria}");
    exchange.json()
}

/// Leads with values of every kind.
fn planted() -> World {
    let world = World::demo();
    world.insert(
        "Leads",
        &[
            json!({
                "Last_Name": "Smith-Jones", "Company": "Acme Inc. (Wien)", "Email": "z.smith@acme.example",
                "Phone": "+43 (1) 555-0199", "Annual_Revenue": 1000.5, "No_of_Employees": 12, "City": "Wien",
                "Lead_Status": "Contacted", "Email_Opt_Out": true,
                "Description": "Met at the fair.\nWants oak, and nothing but oak.",
            }),
            json!({
                "Last_Name": "Smith", "Company": "Best Acme", "Email": "smith@acme.example", "Phone": "4315550199",
                "Annual_Revenue": -3, "No_of_Employees": 3, "City": "Wiener Neustadt",
                "Lead_Status": "Contact in Future",
            }),
        ],
    );
    world
}

#[test]
fn a_search_answers_like_a_list() {
    let world = planted();
    let target =
        "/crm/v8/Leads/search?criteria=(Last_Name:equals:Smith)&fields=Last_Name,Owner&per_page=1";
    assert_snapshot!(world.actor("admin").get(target), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Owner":{"name":"Mara Lindqvist","id":"3652397000000190008","email":"mara.lindqvist@example.com"},"Last_Name":"Smith","id":"3652397000000190049"}],"info":{"per_page":1,"count":1,"page":1,"more_records":true}}
    "#);
    let second = format!("{target}&page=2&sort_by=Created_Time&sort_order=asc");
    let second = world.actor("admin").get(&second).json();
    assert_eq!(
        second["info"],
        json!({
            "per_page": 1, "count": 1, "page": 2, "more_records": false, "sort_by": "Created_Time", "sort_order": "asc",
        })
    );
    assert_snapshot!(search(&world, "admin", "Leads", "criteria", "(Last_Name:equals:Nobody)"), @"204");
    let all_fields = search(&world, "admin", "Leads", "criteria", "(City:equals:Wien)").json();
    assert_eq!(
        all_fields["data"][0]["Lead_Status"], "Contacted",
        "without `fields`, every field"
    );
}

#[test]
fn equals_finds_a_text_by_its_words_and_anything_else_as_a_whole() {
    let world = planted();
    let both = ["Smith-Jones", "Smith"];
    for (criteria, expected) in [
        ("(Company:equals:acme)", &both[..]),
        ("(Company:equals:Acme Inc)", &both[..1]),
        ("(Company:equals:Best Acme)", &both[1..]),
        ("(Company:equals:Inc Acme)", &[]),
        ("(Company:equals:Acm)", &[]),
        (r"(Company:equals:Acme Inc. \(Wien\))", &both[..1]),
        ("(Last_Name:equals:smith)", &both),
        ("(City:equals:Wien)", &both[..1]),
        ("(City:starts_with:wien)", &both),
        ("(Email:equals:SMITH@acme.example)", &both[1..]),
        ("(Email:equals:acme.example)", &both),
        ("(Description:equals:oak)", &both[..1]),
        ("(Description:starts_with:met at)", &both[..1]),
        ("(Lead_Status:equals:Contact in Future)", &both[1..]),
        ("(Lead_Status:equals:Future)", &[]),
        ("(Phone:equals:43 1 5550199)", &both),
        (
            "((City:not_equal:Wien)and(Last_Name:equals:Smith))",
            &both[1..],
        ),
        ("((Fax:not_equal:1)and(Last_Name:equals:Smith))", &[]),
        ("(Last_Name:in:Smith,Smith-Jones)", &both),
    ] {
        assert_eq!(leads(&world, "criteria", criteria), expected, "{criteria}");
    }
}

#[test]
fn numbers_dates_times_and_references_are_compared_as_what_they_are() {
    let world = planted();
    let both = ["Smith-Jones", "Smith"];
    let mara = "3652397000000190008";
    for (criteria, expected) in [
        ("(Annual_Revenue:greater_than:-3)", &both[..1]),
        ("(Annual_Revenue:less_than:0)", &both[1..]),
        ("(Annual_Revenue:between:-3,1000.5)", &both),
        ("(No_of_Employees:equals:12.0)", &both[..1]),
        ("(No_of_Employees:in:3,4)", &both[1..]),
        ("(Email_Opt_Out:equals:true)", &both[..1]),
    ] {
        assert_eq!(leads(&world, "criteria", criteria), expected, "{criteria}");
    }
    let owned = leads(&world, "criteria", &format!("(Owner:equals:{mara})"));
    assert_eq!(owned, both);
    for owner in [
        "Owner.id:equals:3652397000000190008",
        "Owner.email:equals:mara.lindqvist@example.com",
        "Owner.name:equals:mara lindqvist",
        "Owner:equals:Mara Lindqvist",
    ] {
        assert_eq!(
            leads(&world, "criteria", &format!("({owner})")),
            owned,
            "{owner}"
        );
    }
    assert_eq!(
        leads(&world, "criteria", "(Owner.name:equals:Nobody)"),
        [""; 0]
    );
    let id = world.id("with_photo");
    assert_eq!(
        leads(&world, "criteria", &format!("(id:equals:{id})")),
        ["Amberg"]
    );
    let contacts = |criteria: &str| {
        names(
            &search(&world, "admin", "Contacts", "criteria", criteria),
            "Last_Name",
        )
    };
    let account = world.id("account");
    let of_account = contacts(&format!("(Account_Name:equals:{account})"));
    assert_eq!(of_account, ["Brenner", "Vesely"]);
    for name in [
        "Account_Name:equals:Brenner Woodworks",
        "Account_Name.name:equals:brenner",
        "Account_Name:in:Nobody,Brenner",
    ] {
        assert_eq!(contacts(&format!("({name})")), of_account, "{name}");
    }
}

#[test]
fn a_time_without_fractions_is_its_whole_second() {
    let world = planted();
    let created = world.record(&format!("/crm/v8/Leads/{}", world.id("with_photo")));
    let created = created["Created_Time"].as_str().expect("a time").to_owned();
    for (operator, expected) in [
        ("equals", true),
        ("greater_equal", true),
        ("less_equal", true),
        ("less_than", false),
    ] {
        let found = leads(
            &world,
            "criteria",
            &format!("(Created_Time:{operator}:{created})"),
        );
        assert_eq!(found.contains(&"Amberg".to_owned()), expected, "{operator}");
    }
}

#[test]
fn conditions_are_combined_in_any_of_the_notations() {
    let world = planted();
    for criteria in [
        "((Last_Name:equals:Smith)and(City:equals:Wien))",
        "(Last_Name:equals:Smith) AND (City:equals:Wien)",
        "(((City:equals:Wien)or(City:equals:Graz))and(Last_Name:equals:Smith))",
    ] {
        assert_eq!(
            leads(&world, "criteria", criteria),
            ["Smith-Jones"],
            "{criteria}"
        );
    }
    // A `+` in a query is a blank, and so are blanks that nobody encoded.
    let plain = world
        .actor("admin")
        .get("/crm/v8/Leads/search?criteria=(Last_Name:equals:Smith)+and+(City:equals:Wien)");
    assert_eq!(names(&plain, "Last_Name"), ["Smith-Jones"]);
}

#[test]
fn email_phone_and_word_look_into_all_fields_of_their_kind() {
    let world = planted();
    let both = ["Smith-Jones", "Smith"];
    for (parameter, value, expected) in [
        ("email", "smith@acme.example", &both[1..]),
        ("email", "@acme.example", &both),
        ("phone", "+43 1 5550199", &both),
        ("phone", "555-01", &["Amberg", both[0], both[1]]),
        ("word", "fair", &both[..1]),
        ("word", "acme wien", &both[..1]),
        ("word", "wien*", &both),
        ("word", "Contacted", &["Amberg", both[0]]),
        ("word", "fai", &[]),
    ] {
        assert_eq!(
            leads(&world, parameter, value),
            expected,
            "{parameter}={value}"
        );
    }
    let several = "/crm/v8/Leads/search?word=oak&phone=555&email=nobody&criteria=(City:equals:Wiener Neustadt)";
    let several = world.actor("admin").get(&several.replace(' ', "%20"));
    assert_eq!(
        names(&several, "Last_Name"),
        ["Smith"],
        "the first in the vendor's order decides"
    );
}

#[test]
fn a_record_is_found_by_what_it_has_now() {
    let world = planted();
    let id =
        search(&world, "admin", "Leads", "criteria", "(City:equals:Wien)").json()["data"][0]["id"]
            .as_str()
            .expect("an id")
            .to_owned();
    let path = format!("/crm/v8/Leads/{id}");
    let body = json!({ "data": [{ "City": "Graz", "Description": null }] });
    assert_eq!(
        world.actor("admin").put(&path, &body.to_string()).status,
        200
    );
    assert_eq!(leads(&world, "criteria", "(City:equals:Wien)"), [""; 0]);
    assert_eq!(leads(&world, "word", "fair"), [""; 0]);
    assert_eq!(leads(&world, "word", "graz"), ["Smith-Jones"]);
    assert_eq!(world.actor("admin").delete(&path).status, 200);
    assert_eq!(leads(&world, "word", "graz"), [""; 0]);
}

#[test]
fn nothing_is_found_that_the_caller_may_not_see() {
    let world = planted();
    let brenner = |actor| {
        let found = search(&world, actor, "Contacts", "word", "Brenner");
        names(&found, "Last_Name")
    };
    assert_eq!(brenner("manager"), ["Brenner"]);
    assert_eq!(brenner("stranger"), [""; 0]);
    let by_account = search(
        &world,
        "stranger",
        "Contacts",
        "criteria",
        "(Account_Name.name:equals:Brenner)",
    );
    assert_eq!(by_account.status, 204);
}

#[test]
fn what_is_no_search_is_refused() {
    let world = planted();
    let missing = world.refused(|world| world.actor("admin").get("/crm/v8/Leads/search?fields=id"));
    assert_snapshot!(missing, @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"EXPECTED_PARAM_MISSING","details":{"param_names":["criteria","email","phone","word"]},"message":"one of the expected parameter is missing","status":"error"}
    "#);
    for (criteria, details, message) in [
        ("Last_Name", json!({}), "Invalid query formed"),
        ("(Last_Name:equals:Smith", json!({}), "Invalid query formed"),
        (
            "(Nonsense:equals:x)",
            json!({ "reason": "the field is not available for search", "api_name": "Nonsense" }),
            "Invalid query formed",
        ),
        (
            "(Last_Name.id:equals:1)",
            json!({ "reason": "the field is not available for search", "api_name": "Last_Name.id" }),
            "Invalid query formed",
        ),
        (
            "(Last_Name:resembles:x)",
            json!({ "reason": "invalid operator found", "api_name": "Last_Name", "operator": "resembles" }),
            "Invalid query formed",
        ),
        (
            "(Lead_Status:starts_with:Con)",
            json!({ "reason": "invalid operator found", "api_name": "Lead_Status", "operator": "starts_with" }),
            "Invalid query formed",
        ),
        (
            "(Annual_Revenue:equals:much)",
            json!({
                "expected_data_type": "currency", "reason": "invalid value for search", "api_name": "Annual_Revenue", "value": "much",
            }),
            "Invalid query formed",
        ),
        (
            "(Created_Time:greater_than:yesterday)",
            json!({
                "expected_data_type": "datetime", "reason": "invalid value for search", "api_name": "Created_Time",
                "value": "yesterday",
            }),
            "Invalid query formed",
        ),
    ] {
        let body = refused(&world, criteria);
        let expected = json!({ "code": "INVALID_QUERY", "details": details, "message": message, "status": "error" });
        assert_eq!(body, expected, "{criteria}");
    }
    let values = vec!["x"; 101].join(",");
    let many_values = refused(&world, &format!("(City:in:{values})"));
    assert_eq!(
        many_values["message"],
        "Only 100 values are allowed in \"IN\" criteria"
    );
    let conditions = vec!["(City:equals:x)"; 16].join("or");
    let many_conditions = refused(&world, &conditions);
    assert_eq!(many_conditions["code"], "CRITERIA_LIMIT_EXCEEDED");
    assert_eq!(
        many_conditions["message"],
        "no of criterium that can be given exceed the limit 15"
    );
    for (query, code) in [
        ("word=x", "INVALID_DATA"),
        ("word=a*b*", "INVALID_QUERY"),
        ("phone=12", "INVALID_QUERY"),
        ("phone=callme", "INVALID_QUERY"),
        ("word=oak&per_page=201", "PATTERN_NOT_MATCHED"),
        ("word=oak&sort_by=City", "INVALID_DATA"),
        ("word=oak&approval_state=perhaps", "PATTERN_NOT_MATCHED"),
        ("word=oak&page=11", "LIMIT_REACHED"),
        ("word=oak&cvid=1", "INVALID_DATA"),
    ] {
        let exchange = world.refused(|world| {
            world
                .actor("admin")
                .get(&format!("/crm/v8/Leads/search?{query}"))
        });
        assert_eq!(
            (exchange.status, exchange.code().as_str()),
            (400, code),
            "{query}"
        );
    }
    for query in [
        "word=oak&converted=true",
        "word=oak&approval_state=review_process_pending",
    ] {
        assert_eq!(
            world
                .actor("admin")
                .get(&format!("/crm/v8/Leads/search?{query}"))
                .status,
            204,
            "{query}"
        );
    }
}

#[test]
fn the_scope_of_the_vendor_s_search_is_needed_beside_the_module_s() {
    let world = World::demo_and(
        r#"
[[token]]
name = "modules_alone"
kind = "access"
user = "mara.lindqvist@example.com"
scopes = ["ZohoCRM.modules.ALL"]
lifetime = "never"
"#,
    );
    let refused = world.refused(|world| search(world, "modules_alone", "Leads", "word", "oak"));
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (401, "OAUTH_SCOPE_MISMATCH")
    );
}

#[test]
fn a_new_record_is_found_after_the_delay_of_the_index() {
    let world = World::demo();
    let delay = |seconds: Value| {
        let body = json!({ "search_delay": seconds }).to_string();
        let said = world.anyone().post("/_tanzanite/limits", &body);
        assert_eq!(said.status, 200, "{said}");
    };
    delay(json!(60));
    let id = &world.insert("Leads", &[json!({ "Last_Name": "Newcomer" })])[0];
    let found = || {
        let path = "/crm/v8/Leads/search?word=newcomer";
        let counted = "/crm/v8/Leads/actions/count?word=newcomer";
        let counted = world.actor("admin").get(counted).json()["count"].as_u64();
        (world.actor("admin").get(path).status, counted)
    };
    assert_eq!(found(), (204, Some(0)));
    assert_eq!(
        world.record(&format!("/crm/v8/Leads/{id}"))["Last_Name"],
        "Newcomer"
    );
    let listed = world
        .actor("admin")
        .get("/crm/v8/Leads?fields=Last_Name")
        .json();
    assert_eq!(listed["data"][0]["Last_Name"], "Newcomer");
    world.clock(r#"{"action":"advance","by":"61s"}"#);
    assert_eq!(found(), (200, Some(1)));
    world.insert("Leads", &[json!({ "Last_Name": "Newcomer" })]);
    assert_eq!(found(), (200, Some(1)));
    delay(Value::Null);
    assert_eq!(found(), (200, Some(2)));
}
