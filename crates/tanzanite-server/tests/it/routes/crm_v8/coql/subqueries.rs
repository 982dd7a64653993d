//! `POST /crm/v8/coql`: queries within conditions.

use super::post::ask;
use crate::world::World;
use insta::assert_snapshot;
use serde_json::{Value, json};

fn names(world: &World, actor: &str, condition: &str) -> Vec<Value> {
    let query = format!("select Last_Name from Contacts where {condition} order by Last_Name");
    let exchange = ask(world, actor, &query);
    if exchange.status == 204 {
        return Vec::new();
    }
    assert_eq!(exchange.status, 200, "{query}: {exchange}");
    let rows = exchange.json()["data"].take();
    rows.as_array()
        .expect("data")
        .iter()
        .map(|row| row["Last_Name"].clone())
        .collect()
}

/// Accounts with contacts: two of the trade of shipping, one of another.
fn planted() -> World {
    let world = World::demo();
    let accounts = world.insert(
        "Accounts",
        &[
            json!({ "Account_Name": "Harbour", "Ticker_Symbol": "SHIP" }),
            json!({ "Account_Name": "Canal", "Ticker_Symbol": "SHIP" }),
            json!({ "Account_Name": "Mill", "Ticker_Symbol": "CORN" }),
        ],
    );
    let contact = |name: &str, account: &str| json!({ "Last_Name": name, "Department": "Planted", "Account_Name": account });
    world.insert(
        "Contacts",
        &[
            contact("Anker", &accounts[0]),
            contact("Boje", &accounts[1]),
            contact("Korn", &accounts[2]),
        ],
    );
    world
}

#[test]
fn a_lookup_is_one_of_those_that_a_subquery_finds() {
    let world = planted();
    let ships = "(select id from Accounts where Ticker_Symbol = 'SHIP')";
    assert_eq!(
        names(&world, "admin", &format!("Account_Name in {ships}")),
        ["Anker", "Boje"]
    );
    assert_eq!(
        names(
            &world,
            "admin",
            &format!("(Department = 'Planted' and Account_Name not in {ships})")
        ),
        ["Korn"]
    );
    let one = "(select id from Accounts where Account_Name = 'Mill')";
    assert_eq!(
        names(&world, "admin", &format!("Account_Name = {one}")),
        ["Korn"]
    );
    let none = "(select id from Accounts where Account_Name = 'Nobody')";
    assert_eq!(
        names(&world, "admin", &format!("Account_Name = {none}")),
        [""; 0]
    );
    assert_eq!(
        names(&world, "admin", &format!("Account_Name in {none}")),
        [""; 0]
    );
    // A lookup's value is its id; texts are compared as texts.
    let through = "(select Account_Name from Contacts where Last_Name = 'Boje')";
    assert_eq!(
        names(&world, "admin", &format!("Account_Name in {through}")),
        ["Boje"]
    );
    let same = "(select Last_Name from Contacts where Last_Name like 'An%')";
    assert_eq!(
        names(&world, "admin", &format!("Last_Name in {same}")),
        ["Anker"]
    );
    let nested = "(select id from Accounts where id in (select Account_Name from Contacts where Last_Name = 'Korn'))";
    assert_eq!(
        names(&world, "admin", &format!("Account_Name in {nested}")),
        ["Korn"]
    );
}

#[test]
fn nothing_is_found_through_records_that_are_not_shared() {
    let world = planted();
    let condition = "Account_Name in (select Account_Name from Contacts where Last_Name = 'Anker')";
    assert_eq!(names(&world, "admin", condition), ["Anker"]);
    assert_eq!(names(&world, "stranger", condition), [""; 0]);
}

#[test]
fn subqueries_that_cannot_be_are_refused() {
    let world = planted();
    let refused = |condition: &str| {
        let query = format!("select id from Contacts where {condition}");
        world.refused(|world| ask(world, "admin", &query))
    };
    assert_snapshot!(refused("Account_Name = (select id from Accounts where Ticker_Symbol = 'SHIP')"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_QUERY","details":{"sub_query_sequence":0,"operator":"="},"message":"subquery return more than one values which is incompatible for the operator","status":"error"}
    "#);
    assert_snapshot!(refused("Account_Name in (select id, Ticker_Symbol from Accounts where id is not null)"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_QUERY","details":{"sub_query_sequence":0,"column_name":["id","Ticker_Symbol"]},"message":"subquery should contains only one column","status":"error"}
    "#);
    assert_snapshot!(refused("Account_Name in (select id from Nothing where id is not null)"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_MODULE","details":{},"message":"the given module is not supported in api","status":"error"}
    "#);
    assert_snapshot!(refused("Account_Name in (select Nothing from Accounts where id is not null)"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_QUERY","details":{"column_name":"Nothing"},"message":"column given seems to be invalid","status":"error"}
    "#);
    assert_snapshot!(refused("Account_Name in (select id from Accounts where id is not null limit 101)"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"LIMIT_EXCEEDED","details":{"clause":"subquery","limit":100},"message":"limit exceeded","status":"error"}
    "#);
    let six = ["Account_Name in (select id from Accounts where id = 1)"; 6].join(" and ");
    assert_snapshot!(refused(&six), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"LIMIT_EXCEEDED","details":{"clause":"subquery","limit":5},"message":"limit exceeded","status":"error"}
    "#);
    let many: Vec<Value> = (0..101)
        .map(|n| json!({ "Account_Name": format!("Many {n}") }))
        .collect();
    world.insert("Accounts", &many);
    assert_snapshot!(refused("Account_Name in (select id from Accounts where Account_Name like 'Many%')"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"LIMIT_EXCEEDED","details":{"clause":"subquery","limit":100},"message":"limit exceeded","status":"error"}
    "#);
}
